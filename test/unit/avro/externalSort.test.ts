import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExternalSort } from '../../../src/avro/dataset/externalSort';
import { RowBits } from '../../../src/avro/dataset/rowBits';
import { memoryScratch } from './memoryScratch';

/** Keys of which none is the beginning of another: texts with a 0 behind them. */
const keysOf = (texts: readonly string[]) => {
  const bytes = texts.map((text) => Buffer.from(`${text}\0`, 'latin1'));
  let end = 0;
  return {
    bytes: Uint8Array.from(Buffer.concat(bytes)),
    ends: Uint32Array.from(bytes, (key) => (end += key.length)),
  };
};

const sortedPlaces = (texts: readonly string[]): number[] =>
  texts
    .map((_, index) => index)
    .sort(
      (a, b) =>
        Buffer.compare(Buffer.from(`${texts[a]}\0`, 'latin1'), Buffer.from(`${texts[b]}\0`, 'latin1')) || a - b,
    );

describe('an external sort', () => {
  it.each([
    ['in memory', 1 << 20, 1 << 20],
    ['in runs on disk', 200, 1 << 20],
    ['in runs on disk, the order on disk too', 300, 16],
  ])('puts keys in order, equal ones as they came: %s', async (_, memoryBytes, orderBytes) => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', '\u00ff', '\u0001'), maxLength: 12 }),
      fc.constantFrom('https://shop.example/path/a', 'https://shop.example/path/b', 'https://shop.example/'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(text, { maxLength: 60 }), { maxLength: 6 }), async (batches) => {
        const scratch = memoryScratch();
        const sort = createExternalSort({ memoryBytes, orderBytes, openScratch: () => Promise.resolve(scratch) });
        for (const batch of batches) await sort.add(keysOf(batch));
        const order = await sort.finish();
        const texts = batches.flat();
        expect([...(await order.read(0, order.length))]).toEqual(sortedPlaces(texts));
        if (texts.length > 4) expect([...(await order.read(2, 2))]).toEqual(sortedPlaces(texts).slice(2, 4));
        order.dispose();
        expect(scratch.isDisposed || scratch.size() === 0).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('sorts many keys as a comparison does', async () => {
    let seed = 7;
    const texts = Array.from({ length: 60_000 }, () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return seed % 3 === 0 ? `https://shop.example/${seed % 1000}` : String(seed >>> 8);
    });
    const sort = createExternalSort();
    await sort.add(keysOf(texts));
    const order = await sort.finish();
    expect([...(await order.read(0, order.length))]).toEqual(sortedPlaces(texts));
  });

  it('refuses what does not fit where there is no disk, and ends when it is cancelled', async () => {
    const sort = createExternalSort({ memoryBytes: 100 });
    await expect(sort.add(keysOf(Array.from({ length: 50 }, String)))).rejects.toMatchObject({
      code: 'query.invalid',
    });
    const abort = new AbortController();
    const cancelled = createExternalSort({ signal: abort.signal });
    abort.abort();
    await expect(cancelled.add(keysOf(['a']))).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('bits of rows', () => {
  it('count, rank and find as a list of flags does', () => {
    const run = fc.record({
      rows: fc.nat(1200),
      every: fc.integer({ min: 1, max: 50 }),
      filled: fc.option(fc.boolean()),
    });
    fc.assert(
      fc.property(
        fc.array(run, { maxLength: 8 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 10 }),
        (runs, places) => {
          const bits = new RowBits();
          const flags: boolean[] = [];
          for (const { rows, every, filled } of runs) {
            const mine = Array.from({ length: rows }, (_, row) => filled ?? row % every === 0);
            if (filled === null) {
              const bytes = new Uint8Array(Math.ceil(rows / 8)).fill(0);
              mine.forEach((is, row) => is && (bytes[row >> 3]! |= 1 << (row & 7)));
              bits.append(bytes, rows);
            } else bits.fill(rows, filled);
            flags.push(...mine);
          }
          const set = flags.flatMap((is, row) => (is ? [row] : []));
          expect([bits.rows, bits.count]).toEqual([flags.length, set.length]);
          for (const place of places) {
            const row = Math.floor(place * flags.length);
            expect(bits.rank(row)).toBe(set.filter((at) => at < row).length);
            expect(bits.next(row)).toBe(set.find((at) => at >= row) ?? -1);
            expect(bits.previous(row)).toBe(set.findLast((at) => at < row) ?? -1);
            if (set.length > 0) {
              const rank = Math.floor(place * (set.length - 1));
              expect(bits.select(rank)).toBe(set[rank]);
            }
            const slice = bits.slice(row, 77);
            for (let at = 0; at < 77; at++)
              expect(((slice[at >> 3] ?? 0) >> (at & 7)) & 1).toBe(flags[row + at] === true ? 1 : 0);
          }
        },
      ),
    );
  });
});
