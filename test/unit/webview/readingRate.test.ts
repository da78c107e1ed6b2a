import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PartProgress } from '../../../src/core/partProgress';
import { createReadingRate } from '../../../webview/rows/readingRate';
import { stateWords } from '../../../webview/rows/words';
import { createFormats } from '../../../webview/ui/format';

const megabyte = 1024 ** 2;
const en = createFormats('en-GB', 'UTC');
const snapshot = (bytesScanned: number, state: PartProgress['state'] = 'reading'): PartProgress => ({
  state,
  rows: 12_004,
  blocks: 24,
  bytesScanned,
  totalBytes: 26 * megabyte,
  bytesRead: bytesScanned,
  requests: 2,
  damage: [],
});

/** A rate on a clock that only the test moves. */
function start() {
  const clock = { nowMs: 1_000_000 };
  const rate = createReadingRate(() => clock.nowMs);
  return {
    rate,
    /** Time passes, then a snapshot comes. */
    after: (ms: number, bytes: number, state?: PartProgress['state']): void => {
      clock.nowMs += ms;
      rate.add(snapshot(bytes, state));
    },
    wait: (ms: number): void => {
      clock.nowMs += ms;
    },
  };
}

describe('the rate of reading', () => {
  it('is not said in the first two seconds', () => {
    const { rate, after, wait } = start();
    after(0, 0);
    after(1999, 4 * megabyte);
    expect(rate.now()).toBeUndefined();
    wait(1);
    expect(rate.now()).toEqual({ bytesPerSecond: 2 * megabyte, bytesToCome: 22 * megabyte });
  });

  it('counts what came since reading began, not what was there before', () => {
    const { rate, after } = start();
    after(0, 10 * megabyte);
    after(2000, 12 * megabyte);
    expect(rate.now()?.bytesPerSecond).toBe(megabyte);
  });

  it('forgets how quick it was more than five seconds ago', () => {
    const { rate, after } = start();
    after(0, 0);
    after(1000, 20 * megabyte);
    for (let second = 1; second <= 6; second += 1) after(1000, (20 + second / 2) * megabyte);
    expect(rate.now()?.bytesPerSecond).toBe(megabyte / 2);
  });

  it('falls, and ends at nothing, while no bytes come', () => {
    const { rate, after, wait } = start();
    after(0, 0);
    after(1000, 4 * megabyte);
    wait(3000);
    expect(rate.now()?.bytesPerSecond).toBe(megabyte);
    wait(2000);
    expect(rate.now()).toEqual({ bytesPerSecond: 0, bytesToCome: 22 * megabyte });
  });

  it('starts anew when reading goes on after a pause', () => {
    const { rate, after } = start();
    after(0, 0);
    after(3000, 3 * megabyte);
    after(100, 3 * megabyte, 'paused');
    expect(rate.now()).toBeUndefined();
    after(60_000, 3 * megabyte);
    after(1000, 4 * megabyte);
    expect(rate.now()).toBeUndefined();
    after(1000, 9 * megabyte);
    expect(rate.now()?.bytesPerSecond).toBe(3 * megabyte);
  });

  it('is never below nothing nor above the quickest step, whenever snapshots come', () => {
    const step = fc.record({ ms: fc.integer({ min: 50, max: 3000 }), bytes: fc.nat(megabyte) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const { rate, after, wait } = start();
        after(0, 0);
        let bytes = 0;
        for (const one of steps) after(one.ms, (bytes += one.bytes));
        wait(2000);
        const quickest = Math.max(...steps.map((one) => (one.bytes * 1000) / one.ms));
        const said = rate.now();
        expect(said?.bytesPerSecond).toBeGreaterThanOrEqual(0);
        expect(said?.bytesPerSecond).toBeLessThanOrEqual(quickest + 1e-6);
        expect(said?.bytesToCome).toBe(Math.max(0, 26 * megabyte - bytes));
      }),
    );
  });
});

describe('the state in the status line', () => {
  const reading = { bytesPerSecond: 3.1 * megabyte, bytesToCome: 23 * megabyte };
  it.each([
    ['reading', undefined, 'reading'],
    ['reading', reading, '3.1 MB/s · 23 MB to come'],
    ['reading', { ...reading, bytesPerSecond: 0 }, 'waiting for bytes · 23 MB to come'],
    ['paused', undefined, 'paused'],
    ['failed', undefined, 'stopped'],
    ['complete', undefined, ''],
  ] as const)('%s, %j: %j', (state, said, words) => {
    expect(stateWords(state, said, en)).toBe(words);
  });
});
