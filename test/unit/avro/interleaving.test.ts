import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openPart, type Part } from '../../../src/avro/part/part';
import { createMemorySource, type RangeSource } from '../../../src/avro/container/rangeSource';
import { createInlineDecoders } from '../../../src/avro/tasks/inlineDecoders';
import type { Decoders } from '../../../src/avro/tasks/scanProgram';
import { Failure } from '../../../src/core/failure';
import type { CodecName } from './container';
import { numbered } from './numberedRows';
import { recorded } from './reading';

// Background, scans, jumps and what is kept for the next time share one file: however they meet, no row of a sound file may be lost.

const blocks = 40;
const rowsPerBlock = 40;
const rows = blocks * rowsPerBlock;
const files = Object.fromEntries(
  (['null', 'deflate', 'snappy'] as const).map((codec) => [codec, numbered(blocks, rowsPerBlock, codec)]),
) as Record<'null' | 'deflate' | 'snappy', Buffer>;

/** Answers late: after so many turns of the event loop, those in the list over and over. Of its reads some fail, counted from 0. */
function late(
  bytes: Buffer,
  { delays, failing }: { readonly delays: readonly number[]; readonly failing: readonly number[] },
): RangeSource {
  const source = createMemorySource(bytes);
  let reads = 0;
  return {
    async read(start, end, signal) {
      const read = reads++;
      for (let left = delays[read % delays.length] ?? 0; left > 0; left--) await turn();
      if (failing.includes(read)) throw new Failure('store.network');
      return source.read(start, end, signal);
    },
  };
}

/** Decoders as good as others, but for some of their stretches, counted from 0: with those their thread ends. */
function mortal(failing: readonly number[]): Decoders {
  const inline = createInlineDecoders();
  let stretches = 0;
  return {
    ...inline,
    width: 3,
    open(setup) {
      const decoder = inline.open(setup);
      return {
        ...decoder,
        run: (stretch) =>
          failing.includes(stretches++) ? Promise.reject(new Failure('internal')) : decoder.run(stretch),
      };
    },
  };
}

type Act =
  | { readonly kind: 'scan'; readonly stopAfter: number }
  | { readonly kind: 'page'; readonly first: number }
  | { readonly kind: 'continue'; readonly bytes: number }
  | { readonly kind: 'wait'; readonly turns: number };

interface Life {
  readonly readAheadBytes: number;
  readonly acts: readonly Act[];
}

const mostFaults = 3;
const faults = fc.array(fc.nat(8), { maxLength: mostFaults });
const act = fc.oneof(
  fc.record({ kind: fc.constant('scan' as const), stopAfter: fc.constantFrom(0, 1, 3, Infinity) }),
  fc.record({ kind: fc.constant('page' as const), first: fc.integer({ min: 0, max: rows }) }),
  fc.record({ kind: fc.constant('continue' as const), bytes: fc.integer({ min: 1, max: 200_000 }) }),
  fc.record({ kind: fc.constant('wait' as const), turns: fc.integer({ min: 1, max: 20 }) }),
);
const life = fc.record({
  readAheadBytes: fc.constantFrom(0, 50_000, 150_000, Infinity),
  acts: fc.array(act, { maxLength: 6 }),
});

async function scan(part: Part, stopAfter: number): Promise<number> {
  let seen = 0;
  let steps = 0;
  if (stopAfter === 0) return 0;
  for await (const step of part.scan({ task: { kind: 'count' } })) {
    seen += step.rows;
    if (++steps >= stopAfter) break;
  }
  return seen;
}

function begin(part: Part, one: Act): Promise<unknown> {
  switch (one.kind) {
    case 'scan':
      return scan(part, one.stopAfter);
    case 'page':
      return part.page(one.first, 20);
    case 'continue':
      part.continue(one.bytes);
      return Promise.resolve();
    case 'wait':
      return (async () => {
        for (let left = one.turns; left > 0; left--) await turn();
      })();
  }
}

/** Opens the part and does all that. */
async function live(
  source: RangeSource,
  decoders: Decoders,
  { readAheadBytes, acts }: Life,
  kept: Uint8Array | undefined,
): Promise<{ readonly part: Part; readonly underWay: readonly Promise<unknown>[] }> {
  const part = await openPart(source, {
    readAheadBytes,
    stretchBytes: 20_000,
    decoders,
    loadIndex: () => Promise.resolve(kept),
  });
  const underWay: Promise<unknown>[] = [];
  for (const one of acts) {
    const began = begin(part, one);
    began.catch(() => undefined);
    underWay.push(began);
    await (one.kind === 'wait' ? began : turn());
  }
  return { part, underWay };
}

/** Asks until nothing fails any more: each read and each stretch fails once at most. */
async function scanInTheEnd(part: Part): Promise<number> {
  for (let tries = 0; ; tries++) {
    try {
      return await scan(part, Infinity);
    } catch (error) {
      if (tries === 2 * mostFaults) throw error;
    }
  }
}

describe('a sound part', () => {
  it('loses no row, whatever is asked, given up and taken up again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<CodecName & keyof typeof files>('null', 'deflate', 'snappy'),
        fc.array(fc.nat(12), { minLength: 1, maxLength: 5 }),
        fc.array(life, { minLength: 1, maxLength: 3 }),
        faults,
        faults,
        async (codec, delays, lives, failingReads, failingStretches) => {
          let kept: Uint8Array | undefined;
          for (const [number, one] of lives.entries()) {
            // Not the first ones: without them nothing is open.
            const source = late(files[codec], { delays, failing: failingReads.map((read) => read + 3) });
            const { part, underWay } = await live(
              source,
              mortal(failingStretches.map((stretch) => stretch + 1)),
              one,
              kept,
            );
            if (number === lives.length - 1) {
              await Promise.allSettled(underWay);
              expect(await scanInTheEnd(part)).toBe(rows);
              expect(part.progress()).toMatchObject({ state: 'complete', rows, blocks });
            }
            expect(part.progress().damage).toEqual([]);
            kept = part.exportIndex();
            part.dispose();
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('of which a beginning is known from earlier is read on from there, once', async () => {
    const bytes = files.null;
    const half = await openPart(createMemorySource(bytes), { readAheadBytes: 150_000 });
    while (half.progress().state !== 'paused') await turn();
    const kept = half.exportIndex();
    const known = half.progress().bytesScanned;
    half.dispose();
    const source = recorded(bytes);
    const part = await openPart(source, { readAheadBytes: Infinity, loadIndex: () => Promise.resolve(kept) });
    while (part.progress().state === 'reading') await turn();
    expect(part.progress()).toMatchObject({ state: 'complete', rows, damage: [] });
    const behind = source.reads.slice(1);
    expect(behind[0]?.[0]).toBe(known);
    expect(behind.reduce((sum, [start, end]) => sum + end - start, 0)).toBe(bytes.length - known);
    part.dispose();
  });
});
