import { Failure } from '../core/failure';

/**
 * Runs something that can be cancelled by any of several signals. Rejects with `cancelled` at the moment of the abort,
 * even where the work itself is slow to notice (the SDK sleeping between two tries); `run` is told by its own signal.
 */
export function abortable<T>(
  signals: readonly (AbortSignal | undefined)[],
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const given = signals.filter((signal) => signal !== undefined);
  if (given.some((signal) => signal.aborted)) return Promise.reject(new Failure('cancelled'));
  const own = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => {
      own.abort();
      reject(new Failure('cancelled'));
    };
    for (const signal of given) signal.addEventListener('abort', onAbort, { once: true });
    run(own.signal)
      .then(resolve, reject)
      .finally(() => {
        for (const signal of given) signal.removeEventListener('abort', onAbort);
      });
  });
}

/** Waits; rejects with `cancelled` as soon as the signal is aborted. */
export function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new Failure('cancelled'));
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(new Failure('cancelled'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
