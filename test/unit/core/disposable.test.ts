import { describe, expect, it } from 'vitest';
import { DisposableStore, openStoreCount } from '../../../src/core/disposable';

describe('a disposable store', () => {
  it('ends what it owns in reverse order, once, and is counted until then', () => {
    const before = openStoreCount();
    const ended: string[] = [];
    const store = new DisposableStore();
    for (const name of ['first', 'second']) store.add({ dispose: () => void ended.push(name) });
    expect(openStoreCount()).toBe(before + 1);
    store.dispose();
    store.dispose();
    expect(ended).toEqual(['second', 'first']);
    expect(openStoreCount()).toBe(before);
  });

  it('ends at once what comes too late', () => {
    const store = new DisposableStore();
    store.dispose();
    let isEnded = false;
    store.add({ dispose: () => (isEnded = true) });
    expect(isEnded).toBe(true);
  });

  it('ends the rest when one of them throws, and then says so', () => {
    const store = new DisposableStore();
    let isEnded = false;
    store.add({ dispose: () => (isEnded = true) });
    store.add({
      dispose: () => {
        throw new Error('stuck');
      },
    });
    expect(() => store.dispose()).toThrow('stuck');
    expect(isEnded).toBe(true);
  });
});
