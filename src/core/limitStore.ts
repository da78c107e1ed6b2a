import { Failure, throwIfAborted } from './failure';
import type { ListPage, ListRequest, ObjectRead, ObjectStore, ReadRequest } from './ports';

/** The reading half of a store, with at most so many requests under way; the others wait in line. */
export interface LimitedStore {
  list(request: ListRequest, signal: AbortSignal): Promise<ListPage>;
  read(key: string, request: ReadRequest, signal: AbortSignal): Promise<ObjectRead>;
}

export function limitStore(store: ObjectStore, maxConcurrency: number): LimitedStore {
  let running = 0;
  const line: (() => void)[] = [];

  function enter(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    if (running < maxConcurrency) {
      running++;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const proceed = (): void => {
        signal.removeEventListener('abort', onAbort);
        running++;
        resolve();
      };
      const onAbort = (): void => {
        line.splice(line.indexOf(proceed), 1);
        reject(new Failure('cancelled'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      line.push(proceed);
    });
  }

  async function run<T>(signal: AbortSignal, request: () => Promise<T>): Promise<T> {
    await enter(signal);
    try {
      return await request();
    } finally {
      running--;
      line.shift()?.();
    }
  }

  return {
    list: (request, signal) => run(signal, () => store.list(request, signal)),
    read: (key, request, signal) => run(signal, () => store.read(key, request, signal)),
  };
}
