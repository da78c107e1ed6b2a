import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openPart, type Part } from '../../../src/avro/part/part';
import { createMemorySource, type RangeSource } from '../../../src/avro/container/rangeSource';
import { createInlineDecoders } from '../../../src/avro/tasks/inlineDecoders';
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

/** Answers late: after so many turns of the event loop, those in the list over and over. */
function late(bytes: Buffer, delays: readonly number[]): RangeSource {
  const source = createMemorySource(bytes);
  let reads = 0;
  return {
    async read(start, end, signal) {
      for (let left = delays[reads++ % delays.length] ?? 0; left > 0; left--) await turn();
      return source.read(start, end, signal);
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

/** Opens the part, does all that, and gives what is kept for the next time. */
async function live(
  source: RangeSource,
  { readAheadBytes, acts }: Life,
  kept: Uint8Array | undefined,
  isLast: boolean,
): Promise<Uint8Array> {
  const part = await openPart(source, {
    readAheadBytes,
    stretchBytes: 40_000,
    decoders: createInlineDecoders(),
    loadIndex: () => Promise.resolve(kept),
  });
  const underWay: Promise<unknown>[] = [];
  for (const one of acts) {
    const began = begin(part, one);
    began.catch(() => undefined);
    underWay.push(began);
    await (one.kind === 'wait' ? began : turn());
  }
  if (isLast) {
    await Promise.all(underWay);
    expect(await scan(part, Infinity)).toBe(rows);
    expect(part.progress()).toMatchObject({ state: 'complete', rows, blocks });
  }
  expect(part.progress().damage).toEqual([]);
  const index = part.exportIndex();
  part.dispose();
  return index;
}

describe('a sound part', () => {
  it('loses no row, whatever is asked, given up and taken up again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<CodecName & keyof typeof files>('null', 'deflate', 'snappy'),
        fc.array(fc.nat(12), { minLength: 1, maxLength: 5 }),
        fc.array(life, { minLength: 1, maxLength: 3 }),
        async (codec, delays, lives) => {
          let kept: Uint8Array | undefined;
          for (const [number, one] of lives.entries()) {
            kept = await live(late(files[codec], delays), one, kept, number === lives.length - 1);
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
