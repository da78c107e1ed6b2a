import type { Disposable } from '../core/disposable';

/** Lets the newest of many values through, at most one in an interval. */
export interface Throttle<T> extends Disposable {
  readonly isDisposed: boolean;
  push(value: T): void;
  /** Sends what waits at once. */
  flush(): void;
}

export function createThrottle<T>(intervalMs: number, send: (value: T) => void): Throttle<T> {
  let waiting: { readonly value: T } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isDisposed = false;
  const sendWaiting = (): void => {
    const next = waiting;
    waiting = undefined;
    if (next !== undefined) send(next.value);
  };
  const onTimer = (): void => {
    timer = undefined;
    if (waiting === undefined) return;
    sendWaiting();
    timer = setTimeout(onTimer, intervalMs);
  };
  return {
    get isDisposed() {
      return isDisposed;
    },
    push(value) {
      if (isDisposed) return;
      waiting = { value };
      if (timer !== undefined) return;
      sendWaiting();
      timer = setTimeout(onTimer, intervalMs);
    },
    flush: sendWaiting,
    dispose() {
      isDisposed = true;
      waiting = undefined;
      clearTimeout(timer);
    },
  };
}
