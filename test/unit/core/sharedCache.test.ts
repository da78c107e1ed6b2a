import { describe, expect, it } from 'vitest';
import { createSharedCache, type Producer } from '../../../src/core/sharedCache';

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}

const turn = async (): Promise<void> => {
  for (let count = 0; count < 10; count++) await Promise.resolve();
};

describe('a shared cache', () => {
  it('makes a value once for all who ask at the same time', async () => {
    const cache = createSharedCache<number>({ maxWeight: 10 });
    let made = 0;
    const produce: Producer<number> = () => Promise.resolve(++made);
    expect(await Promise.all([1, 2, 3].map(() => cache.get('a', undefined, produce)))).toEqual([1, 1, 1]);
    expect(await cache.get('a', undefined, produce)).toBe(1);
    expect(cache.peek('a')).toBe(1);
  });

  it('does not keep failures', async () => {
    const cache = createSharedCache<number>({ maxWeight: 10 });
    await expect(cache.get('a', undefined, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await cache.get('a', undefined, () => Promise.resolve(2))).toBe(2);
  });

  it('lets one leave alone, aborts when the last one left, and starts anew after that', async () => {
    const cache = createSharedCache<number>({ maxWeight: 10 });
    const work = deferred<number>();
    const signals: AbortSignal[] = [];
    const produce: Producer<number> = (signal) => {
      signals.push(signal);
      return work.promise;
    };
    const [a, b] = [new AbortController(), new AbortController()];
    const first = cache.get('a', a.signal, produce);
    const second = cache.get('a', b.signal, produce);
    await turn();
    a.abort();
    await expect(first).rejects.toThrow('cancelled');
    expect(signals[0]?.aborted).toBe(false);
    b.abort();
    await expect(second).rejects.toThrow('cancelled');
    expect(signals[0]?.aborted).toBe(true);
    const third = cache.get('a', undefined, produce);
    await turn();
    expect(signals).toHaveLength(2);
    work.resolve(7);
    expect(await third).toBe(7);
  });

  it('does not abort for an aborted signal what is there for good', async () => {
    const cache = createSharedCache<number>({ maxWeight: 10 });
    const controller = new AbortController();
    let own: AbortSignal | undefined;
    await cache.get('a', controller.signal, (signal) => {
      own = signal;
      return Promise.resolve(1);
    });
    controller.abort();
    expect(own?.aborted).toBe(false);
    expect(cache.peek('a')).toBe(1);
  });

  it('serves those who wait for a forgotten value, and keeps nothing of it', async () => {
    const cache = createSharedCache<string>({ maxWeight: 10 });
    const old = deferred<string>();
    const waiting = cache.get('a', undefined, () => old.promise);
    cache.forget();
    const fresh = cache.get('a', undefined, () => Promise.resolve('new'));
    expect(await fresh).toBe('new');
    old.resolve('old');
    expect(await waiting).toBe('old');
    expect(cache.peek('a')).toBe('new');
  });

  it('tells its progress to all, also to who comes late', async () => {
    const cache = createSharedCache<number>({ maxWeight: 10 });
    const work = deferred<number>();
    let report: ((progress: number) => void) | undefined;
    const early: number[] = [];
    const late: number[] = [];
    const first = cache.get(
      'a',
      undefined,
      (_, tell) => {
        report = tell;
        return work.promise;
      },
      (n) => early.push(n),
    );
    await turn();
    report?.(1);
    const second = cache.get(
      'a',
      undefined,
      () => Promise.resolve(0),
      (n) => late.push(n),
    );
    report?.(2);
    work.resolve(3);
    await Promise.all([first, second]);
    report?.(4);
    expect(early).toEqual([1, 2]);
    expect(late).toEqual([1, 2]);
  });

  it('lets the least recently used go when it weighs too much, never the newest', async () => {
    const cache = createSharedCache<number>({ maxWeight: 10, weigh: (value) => value });
    const put = (key: string, value: number): Promise<number> =>
      cache.get(key, undefined, () => Promise.resolve(value));
    await put('a', 4);
    await put('b', 4);
    await put('a', 4);
    await put('c', 4);
    expect([cache.peek('a'), cache.peek('b'), cache.peek('c')]).toEqual([4, undefined, 4]);
    await put('huge', 50);
    expect([cache.peek('a'), cache.peek('c'), cache.peek('huge')]).toEqual([undefined, undefined, 50]);
    await put('d', 1);
    expect([cache.peek('huge'), cache.peek('d')]).toEqual([undefined, 1]);
  });
});
