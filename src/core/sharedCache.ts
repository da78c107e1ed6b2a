import { Failure, throwIfAborted } from './failure';

/** Makes a value. The signal is aborted once nobody waits for the value any more. */
export type Producer<T> = (signal: AbortSignal, report: (progress: number) => void) => Promise<T>;

/**
 * Values by key, each made once however many ask at the same time. One who aborts leaves alone; the work is aborted
 * when the last one left. Failures are not kept. The least recently used values go when the whole weighs too much.
 */
export interface SharedCache<T> {
  get(
    key: string,
    signal: AbortSignal | undefined,
    produce: Producer<T>,
    onProgress?: (progress: number) => void,
  ): Promise<T>;
  /** A value that is there already. */
  peek(key: string): T | undefined;
  /** Forgets one value, those whose keys match, or all. Who waits for a value in the making still gets it; the next one who asks gets a new one. */
  forget(which?: string | ((key: string) => boolean)): void;
}

interface Entry<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  readonly listeners: Set<(progress: number) => void>;
  waiting: number;
  progress?: number;
  done?: { readonly value: T; readonly weight: number };
}

export function createSharedCache<T>(options: {
  readonly maxWeight: number;
  /** 1 for each value by default. */
  readonly weigh?: (value: T) => number;
}): SharedCache<T> {
  const entries = new Map<string, Entry<T>>();
  let weight = 0;

  function remove(key: string, entry: Entry<T>): void {
    if (entries.get(key) !== entry) return;
    entries.delete(key);
    weight -= entry.done?.weight ?? 0;
  }

  /** The newest value stays even if it is too heavy alone: forgetting it at once would mean making it again and again. */
  function makeRoom(newest: Entry<T>): void {
    for (const [key, entry] of entries) {
      if (weight <= options.maxWeight) return;
      if (entry.done !== undefined && entry !== newest) remove(key, entry);
    }
  }

  function start(key: string, produce: Producer<T>): Entry<T> {
    const controller = new AbortController();
    const listeners = new Set<(progress: number) => void>();
    const report = (progress: number): void => {
      entry.progress = progress;
      for (const listener of listeners) listener(progress);
    };
    const promise = Promise.resolve().then(() => produce(controller.signal, report));
    const entry: Entry<T> = { promise, controller, listeners, waiting: 0 };
    entries.set(key, entry);
    promise.then(
      (value) => {
        if (entries.get(key) !== entry) return;
        entry.done = { value, weight: options.weigh?.(value) ?? 1 };
        weight += entry.done.weight;
        makeRoom(entry);
      },
      () => remove(key, entry),
    );
    return entry;
  }

  return {
    async get(key, signal, produce, onProgress) {
      throwIfAborted(signal);
      const entry = entries.get(key) ?? start(key, produce);
      if (entries.delete(key)) entries.set(key, entry);
      if (entry.done !== undefined) return entry.done.value;
      return join(entry, signal, onProgress, () => {
        remove(key, entry);
        entry.controller.abort();
      });
    },
    peek: (key) => entries.get(key)?.done?.value,
    forget(which) {
      for (const [key, entry] of entries)
        if (which === undefined || which === key || (typeof which === 'function' && which(key))) remove(key, entry);
    },
  };
}

/** Waits for an entry until it is there or the signal aborts; `onDeserted` if nobody else waits then. */
function join<T>(
  entry: Entry<T>,
  signal: AbortSignal | undefined,
  onProgress: ((progress: number) => void) | undefined,
  onDeserted: () => void,
): Promise<T> {
  entry.waiting++;
  if (onProgress !== undefined) {
    entry.listeners.add(onProgress);
    if (entry.progress !== undefined) onProgress(entry.progress);
  }
  return new Promise((resolve, reject) => {
    let hasLeft = false;
    const leave = (): void => {
      if (hasLeft) return;
      hasLeft = true;
      entry.waiting--;
      if (onProgress !== undefined) entry.listeners.delete(onProgress);
      signal?.removeEventListener('abort', onAbort);
    };
    const onAbort = (): void => {
      leave();
      if (entry.waiting === 0) onDeserted();
      reject(new Failure('cancelled'));
    };
    signal?.addEventListener('abort', onAbort);
    entry.promise.then(resolve, reject).finally(leave);
  });
}
