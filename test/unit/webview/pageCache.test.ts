import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RowsPage } from '../../../src/core/rowsPage';
import { createPageCache, pagesToHave, type PageCache } from '../../../webview/rows/pageCache';

interface Asked {
  readonly first: number;
  readonly count: number;
  readonly signal: AbortSignal;
  answer(rows?: number, isApproximate?: boolean): Promise<void>;
  fail(error: Error): Promise<void>;
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

function open(options: { capacity?: number; length?: number } = {}) {
  const asked: Asked[] = [];
  const arrived: [number, number][] = [];
  const failed: unknown[] = [];
  const busy: boolean[] = [];
  const cache: PageCache = createPageCache({
    pageRows: 10,
    capacity: options.capacity ?? 100,
    load: (first, count, signal) =>
      new Promise((resolve, reject) => {
        asked.push({
          first,
          count,
          signal,
          answer: (rows = count, isApproximate = false) => {
            const page = { first, rows: Array.from({ length: rows }, (_, at) => [String(first + at)]) };
            resolve(isApproximate ? { ...page, isApproximate } : page);
            return settle();
          },
          fail: (error: Error) => {
            reject(error);
            return settle();
          },
        });
      }),
    onArrived: (first, count) => arrived.push([first, count]),
    onFailed: (error) => failed.push(error),
    onBusy: (isBusy) => busy.push(isBusy),
  });
  cache.setLength(options.length ?? 1000);
  return { cache, asked, arrived, failed, busy };
}

const firsts = (asked: readonly Asked[]): number[] => asked.map((one) => one.first);

describe('the page cache', () => {
  it('asks for the pages on screen, then for the next in the direction of travel', async () => {
    const { cache, asked } = open();
    cache.want(20, 29);
    expect(firsts(asked)).toEqual([20, 30]);
    await asked[0]!.answer();
    await asked[1]!.answer();
    cache.want(10, 19);
    expect(firsts(asked).slice(2)).toEqual([10, 0]);
  });

  it('gives a row once its page has arrived, and says so', async () => {
    const { cache, asked, arrived } = open();
    cache.want(0, 5);
    expect(cache.row(3)).toBeUndefined();
    await asked[0]!.answer();
    expect(cache.row(3)).toEqual(['3']);
    expect(arrived).toEqual([[0, 10]]);
  });

  it('asks again for rows under estimated numbers when these change: those looked at stay until then, others go', async () => {
    const { cache, asked } = open();
    for (const place of [500, 0]) {
      cache.want(place, place + 5);
      const [page, next] = asked.slice(-2);
      await page!.answer(10, place > 0);
      await next!.answer(10, place > 0);
    }
    cache.want(500, 505);
    const before = asked.length;
    cache.renumber();
    expect(firsts(asked).slice(before)).toEqual([500, 510]);
    expect(cache.row(503)).toEqual(['503']);
    expect(cache.row(3)).toEqual(['3']);
    cache.want(0, 5);
    cache.renumber();
    expect(cache.row(503)).toBeUndefined();
    expect(cache.row(3)).toEqual(['3']);
  });

  it('cancels what is no longer looked at: the latest wins', async () => {
    const { cache, asked, arrived } = open();
    cache.want(0, 5);
    cache.want(500, 505);
    expect(asked.map((one) => one.signal.aborted)).toEqual([true, true, false, false]);
    await asked[2]!.answer();
    expect(arrived).toEqual([[500, 10]]);
  });

  it('never has more than two requests under way', () => {
    const { cache, asked } = open();
    cache.want(0, 95);
    expect(asked).toHaveLength(2);
  });

  it('asks for nothing twice', async () => {
    const { cache, asked } = open({ length: 20 });
    cache.want(0, 5);
    cache.want(1, 6);
    expect(asked).toHaveLength(2);
    await asked[0]!.answer();
    await asked[1]!.answer();
    cache.want(0, 5);
    expect(asked).toHaveLength(2);
  });

  it('completes a last page that was cut off by the old length, and shows the old rows meanwhile', async () => {
    const { cache, asked } = open({ length: 13 });
    cache.want(10, 12);
    expect(asked[0]).toMatchObject({ first: 10, count: 3 });
    await asked[0]!.answer();
    cache.setLength(40);
    expect(cache.row(12)).toEqual(['12']);
    expect(firsts(asked).slice(1)).toEqual([10, 20]);
    await asked[1]!.answer();
    expect(cache.row(19)).toEqual(['19']);
  });

  it('forgets the page looked at longest ago', async () => {
    const { cache, asked } = open({ capacity: 2, length: 30 });
    cache.want(0, 5);
    await asked[0]!.answer();
    await asked[1]!.answer();
    cache.want(20, 25);
    await asked[2]!.answer();
    expect(cache.row(0)).toBeUndefined();
    expect(cache.row(20)).toEqual(['20']);
  });

  it('asks for a failed page again only when told to', async () => {
    const { cache, asked, failed } = open({ length: 10 });
    cache.want(0, 5);
    await asked[0]!.fail(new Error('denied'));
    cache.want(0, 6);
    expect(asked).toHaveLength(1);
    expect(failed).toHaveLength(1);
    cache.retry();
    expect(asked).toHaveLength(2);
  });

  it('does not ask for ever when fewer rows come than there should be', async () => {
    const { cache, asked } = open({ length: 10 });
    cache.want(0, 5);
    await asked[0]!.answer(4);
    cache.want(0, 5);
    expect(asked).toHaveLength(1);
  });

  it('says when it is busy, once each way', async () => {
    const { cache, asked, busy } = open({ length: 10 });
    cache.want(0, 5);
    await asked[0]!.answer();
    expect(busy).toEqual([true, false]);
  });

  it('is silent after it was disposed of', async () => {
    const { cache, asked, arrived, failed } = open();
    cache.want(0, 5);
    cache.dispose();
    await asked[0]!.answer();
    await asked[1]!.fail(new Error('late'));
    expect([arrived, failed]).toEqual([[], []]);
  });

  it('has every row on screen in the pages it goes for', () => {
    fc.assert(
      fc.property(
        fc.nat(100_000),
        fc.nat(300),
        fc.constantFrom(1 as const, -1 as const),
        (first, span, direction) => {
          const pages = pagesToHave(first, first + span, 200, direction);
          for (const row of [first, first + span]) expect(pages).toContain(Math.floor(row / 200));
          expect(new Set(pages).size).toBe(pages.length);
          expect(Math.min(...pages)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it('keeps rows with estimated numbers until the exact ones are here, and asks for those only when they are known', async () => {
    const pages: { readonly first: number; readonly resolve: (page: RowsPage) => void }[] = [];
    const cache = createPageCache({
      pageRows: 10,
      capacity: 10,
      load: (first) => new Promise((resolve) => pages.push({ first, resolve })),
      onArrived: () => undefined,
      onFailed: () => undefined,
      onBusy: () => undefined,
    });
    const rows = Array.from({ length: 10 }, (_, at) => [`about ${at}`]);
    cache.setLength(20);
    cache.want(10, 19);
    pages[0]!.resolve({
      first: 10,
      rows,
      isApproximate: true,
      sources: [
        { rows: 4, part: 0 },
        { rows: 6, part: 1 },
      ],
    });
    await settle();
    expect(cache.place(13)).toEqual({ number: 13, isApproximate: true, part: 0 });
    expect(cache.place(14)?.part).toBe(1);
    cache.setExact(15);
    expect(pages.length).toBe(1);
    cache.setExact(20);
    expect(pages[1]?.first).toBe(10);
    expect(cache.row(12)).toEqual(['about 2']);
    pages[1]!.resolve({ first: 10, rows: rows.map(() => ['exact']) });
    await settle();
    expect(cache.row(12)).toEqual(['exact']);
    expect(cache.place(12)).toEqual({ number: 12, isApproximate: false, part: undefined });
    cache.setExact(20);
    expect(pages.length).toBe(2);
  });

  it('forgets all when another view is shown, and lets go of what was under way', async () => {
    const { cache, asked, arrived } = open();
    cache.want(0, 9);
    await asked[0]!.answer();
    cache.clear();
    expect(cache.row(0)).toBeUndefined();
    expect(asked[1]!.signal.aborted).toBe(true);
    await asked[1]!.answer();
    expect(arrived).toEqual([[0, 10]]);
  });
});
