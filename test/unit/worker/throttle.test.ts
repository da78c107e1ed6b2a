import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createThrottle } from '../../../src/worker/throttle';

describe('a throttle', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('sends the first value at once, then the newest once in an interval', () => {
    const sent: number[] = [];
    const throttle = createThrottle<number>(100, (value) => sent.push(value));
    for (let value = 1; value <= 5; value++) throttle.push(value);
    expect(sent).toEqual([1]);
    vi.advanceTimersByTime(99);
    expect(sent).toEqual([1]);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual([1, 5]);
    throttle.push(6);
    expect(sent).toEqual([1, 5]);
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([1, 5, 6]);
    vi.advanceTimersByTime(1000);
    throttle.push(7);
    expect(sent).toEqual([1, 5, 6, 7]);
  });

  it('sends what waits when flushed, and never the same twice', () => {
    const sent: number[] = [];
    const throttle = createThrottle<number>(100, (value) => sent.push(value));
    throttle.push(1);
    throttle.push(2);
    throttle.flush();
    throttle.flush();
    vi.advanceTimersByTime(1000);
    expect(sent).toEqual([1, 2]);
  });

  it('is silent after its end, and leaves no timer', () => {
    const sent: number[] = [];
    const throttle = createThrottle<number>(100, (value) => sent.push(value));
    throttle.push(1);
    throttle.push(2);
    throttle.dispose();
    throttle.push(3);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(sent).toEqual([1]);
  });
});
