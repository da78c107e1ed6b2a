import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DecoderSetup, ScanProgram, Stretch } from '../../../src/avro/tasks/scanProgram';
import {
  createThreadDecoders,
  type ThreadDecoders,
  type ThreadDecodersOptions,
} from '../../../src/worker/threadDecoders';
import { encoders, typeFor } from '../avro/container';
import { useBuiltWorker } from './builtWorker';
import { cellRows } from '../avro/cellRows';

/** The decoding threads as they ship: the built worker in its other role. */

const built = useBuiltWorker();
let folder: string;
/** The built worker, that dies of stretches whose first byte is 255. */
let mortal: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'threads-'));
  mortal = path.join(folder, 'mortal.js');
  await writeFile(
    mortal,
    `require(${JSON.stringify(built.file)});
     require('node:worker_threads').parentPort.on('message', ({ kind, stretch }) => {
       if (kind === 'run' && stretch.bytes[0] === 255) throw new Error('struck');
     });`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

const open: ThreadDecoders[] = [];
afterEach(() => {
  for (const decoders of open.splice(0)) decoders.dispose();
});
function start(options: Partial<ThreadDecodersOptions> = {}): ThreadDecoders {
  const decoders = createThreadDecoders({ workerFile: built.file, threads: 2, inlineBytes: 0, ...options });
  open.push(decoders);
  return decoders;
}

const schema = {
  type: 'record',
  name: 'row',
  fields: [
    { name: 'id', type: ['null', 'long'] },
    { name: 'text', type: ['null', 'string'] },
  ],
};
const type = typeFor(schema, 'always');

/** A stretch of one snappy block: ids from `first` on, all with one text. */
function stretchOf(first: number, rows: number, text = 'some text'): Stretch {
  const values = Array.from({ length: rows }, (_, index) =>
    type.toBuffer({ id: { long: BigInt(first + index) }, text: { string: text } }),
  );
  const bytes = new Uint8Array(encoders.snappy(Buffer.concat(values)));
  return { bytes, blocks: [{ start: 0, end: bytes.length, rows }] };
}

function setupOf(program: ScanProgram): DecoderSetup {
  return { schemaText: JSON.stringify(schema), codec: 'snappy', program, maxBlockBytes: 1 << 26 };
}

const ids: ScanProgram = { task: { kind: 'cells', columns: ['id'] } };
/** Takes longer than the universe has on a text of forty letters. */
const runaway: ScanProgram = {
  where: { kind: 'find', text: '(a+)+$', isRegex: true },
  task: { kind: 'count' },
};
const longText = `${'a'.repeat(60)}!`;

describe('decoding threads', () => {
  it('work on the stretches of several decoders at once, and each gets its own answers', async () => {
    const decoders = start();
    const first = decoders.open(setupOf(ids));
    const second = decoders.open(setupOf({ task: { kind: 'count' } }));
    const sizes = [900, 1, 450, 3, 700, 20, 5, 333];
    const answers = await Promise.all(
      sizes.flatMap((rows, index) => [first.run(stretchOf(index * 1000, rows)), second.run(stretchOf(0, rows))]),
    );
    for (const [index, rows] of sizes.entries()) {
      const cells = cellRows(answers[2 * index]?.cells);
      expect(cells).toHaveLength(rows);
      expect(cells[0]).toEqual([`"${index * 1000}"`]);
      expect(answers[2 * index + 1]).toMatchObject({ matched: rows, blocks: [{ rows }] });
    }
    expect(decoders.threadCount).toBe(2);
  });

  it('take the bytes of a stretch, and do not copy them', async () => {
    const stretch = stretchOf(0, 10);
    const running = start().open(setupOf(ids)).run(stretch);
    expect(stretch.bytes.byteLength).toBe(0);
    expect(cellRows((await running).cells)).toHaveLength(10);
  });

  it('give turns to decoders: one with little to do does not wait for all of another', async () => {
    const decoders = start({ threads: 1 });
    const order: string[] = [];
    const long = decoders.open(setupOf(ids));
    const short = decoders.open(setupOf(ids));
    const all = Array.from({ length: 6 }, () => long.run(stretchOf(0, 50)).then(() => order.push('long')));
    all.push(short.run(stretchOf(0, 50)).then(() => order.push('short')));
    await Promise.all(all);
    expect(order.indexOf('short')).toBeLessThanOrEqual(2);
  });

  it('are not started for a small scan', async () => {
    const decoders = start({ inlineBytes: 1e6 });
    const decoder = decoders.open(setupOf(ids));
    expect(cellRows((await decoder.run(stretchOf(7, 3))).cells)).toEqual([['"7"'], ['"8"'], ['"9"']]);
    expect(decoders.threadCount).toBe(0);
    await decoders
      .open(setupOf({ ...ids, where: { kind: 'find', text: 'x', isRegex: true } }))
      .run(stretchOf(0, 3));
    expect(decoders.threadCount).toBe(1);
  });

  it('have the caller decode as well: of two at once one is a thread, of one none', async () => {
    for (const threads of [1, 2, 3]) {
      const decoders = start({ threads, inlineBytes: 1 });
      const decoder = decoders.open(setupOf(ids));
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, index) => decoder.run(stretchOf(index * 1000, 500))),
      );
      for (const [index, { cells }] of answers.entries()) {
        expect(cellRows(cells)).toHaveLength(500);
        expect(cellRows(cells)[499]).toEqual([`"${index * 1000 + 499}"`]);
      }
      expect(decoders.threadCount).toBe(threads - 1);
    }
  });

  it('drop what a thread has at hand, and what the caller is at, when a decoder is disposed of', async () => {
    const decoders = start({ inlineBytes: 1 });
    // Threads are up, so that they have a next stretch at hand.
    await Promise.all(Array.from({ length: 10 }, () => decoders.open(setupOf(ids)).run(stretchOf(0, 200))));
    for (let round = 0; round < 5; round++) {
      const decoder = decoders.open(setupOf(ids));
      const running = Array.from({ length: 20 }, () => decoder.run(stretchOf(0, 2000)));
      const settled = Promise.allSettled(running);
      await Promise.race(running);
      decoder.dispose();
      const reasons = (await settled).flatMap((item): unknown[] =>
        item.status === 'rejected' ? [item.reason] : [],
      );
      expect(reasons.length).toBeGreaterThan(0);
      for (const reason of reasons) expect(reason).toMatchObject({ code: 'cancelled' });
      await expect(decoders.open(setupOf(ids)).run(stretchOf(7, 5))).resolves.toMatchObject({ matched: 5 });
    }
    expect(decoders.queued).toBe(0);
  });

  it('tell why a program cannot be run, and go on with others', async () => {
    const decoders = start({ threads: 1 });
    const bad = decoders.open(
      setupOf({ where: { kind: 'find', text: '(', isRegex: true }, task: { kind: 'count' } }),
    );
    await expect(bad.run(stretchOf(0, 5))).rejects.toMatchObject({ code: 'query.invalid' });
    await expect(decoders.open(setupOf(ids)).run(stretchOf(0, 5))).resolves.toMatchObject({ matched: 5 });
  });

  it('drop what waits when a decoder is disposed of, in the middle of its work', async () => {
    const decoders = start();
    const decoder = decoders.open(setupOf(ids));
    const running = Array.from({ length: 20 }, () => decoder.run(stretchOf(0, 200)));
    const settled = Promise.allSettled(running);
    await Promise.race(running);
    decoder.dispose();
    expect(decoders.queued).toBe(0);
    const states = (await settled).map((item) => item.status);
    expect(states).toContain('rejected');
    for (const item of await settled)
      if (item.status === 'rejected') expect(item.reason).toMatchObject({ code: 'cancelled' });
    await expect(decoder.run(stretchOf(0, 1))).rejects.toMatchObject({ code: 'cancelled' });
    // The threads are free for others.
    await expect(decoders.open(setupOf(ids)).run(stretchOf(0, 5))).resolves.toMatchObject({ matched: 5 });
  });

  it('end a thread that a regular expression has run away with, and replace it', async () => {
    const decoders = start({ threads: 1, answerMs: 100 });
    const decoder = decoders.open(setupOf(runaway));
    await expect(decoder.run(stretchOf(0, 3, 'short'))).resolves.toMatchObject({ matched: 0 });
    const stuck = decoder.run(stretchOf(0, 1, longText));
    const other = decoders.open(setupOf(ids)).run(stretchOf(0, 5));
    // It is warm, and has one row to look at: what is behind a thread that has to start, and its hundred stretches, never comes.
    const control = start({ threads: 1 }).open(setupOf(runaway));
    const hundred = Promise.all(Array.from({ length: 100 }, () => control.run(stretchOf(0, 3, 'short'))));
    expect(await Promise.race([stuck, other, hundred])).toHaveLength(100);
    const cancelled = expect(stuck).rejects.toMatchObject({ code: 'cancelled' });
    decoder.dispose();
    await cancelled;
    expect(cellRows((await other).cells)).toHaveLength(5);
    expect(decoders.threadCount).toBe(1);
  });

  it('fail the stretch that a thread died of, and no other', async () => {
    const decoders = start({ workerFile: mortal, threads: 1 });
    const decoder = decoders.open(setupOf(ids));
    const fatal: Stretch = { bytes: new Uint8Array([255, 0]), blocks: [{ start: 0, end: 2, rows: 1 }] };
    const [before, struck, after] = await Promise.allSettled([
      decoder.run(stretchOf(0, 5)),
      decoder.run(fatal),
      decoder.run(stretchOf(0, 6)),
    ]);
    expect(before).toMatchObject({ status: 'fulfilled', value: { matched: 5 } });
    expect(struck).toMatchObject({
      status: 'rejected',
      reason: { code: 'internal', facts: { detail: 'A decoding thread ended: struck' } },
    });
    expect(after).toMatchObject({ status: 'fulfilled', value: { matched: 6 } });
  });

  it('say so when none can be started, and leave what can be done to the caller', async () => {
    // Node starts no file that is named like a package.
    const none = start({ workerFile: 'no-such-worker.js' }).open(setupOf(ids));
    const detail = expect.stringMatching(/could be started: .*no-such-worker/s) as string;
    const refused = { code: 'internal', facts: { detail } };
    await expect(none.run(stretchOf(0, 5))).rejects.toMatchObject(refused);
    await expect(none.run(stretchOf(0, 5))).rejects.toMatchObject(refused);
    const alone = start({ workerFile: 'no-such-worker.js', inlineBytes: 1 }).open(setupOf(ids));
    const [first, second] = await Promise.all([alone.run(stretchOf(0, 5)), alone.run(stretchOf(0, 6))]);
    expect([first.matched, second.matched]).toEqual([5, 6]);
  });

  it('end when they have nothing to do, and start again', async () => {
    const decoders = start({ idleMs: 1 });
    const decoder = decoders.open(setupOf(ids));
    await decoder.run(stretchOf(0, 5));
    while (decoders.threadCount > 0) await new Promise((resolve) => setImmediate(resolve));
    expect((await decoder.run(stretchOf(0, 5))).matched).toBe(5);
    expect(decoders.threadCount).toBe(1);
  });

  it('are gone after they were disposed of, in the middle of whatever', async () => {
    const decoders = start();
    const stuck = decoders.open(setupOf(runaway)).run(stretchOf(0, 1, longText));
    const ended = expect(stuck).rejects.toMatchObject({ code: 'cancelled' });
    decoders.dispose();
    await ended;
    expect(decoders.threadCount).toBe(0);
    expect(() => decoders.open(setupOf(ids))).not.toThrow();
    await expect(decoders.open(setupOf(ids)).run(stretchOf(0, 1))).rejects.toMatchObject({ code: 'cancelled' });
  });
});
