import type * as threading from 'node:worker_threads';

/** The worker that was started last, to be struck in the middle of its work. */
export const started: { last: threading.Worker | undefined } = { last: undefined };

/** What `vi.mock('node:worker_threads', …)` puts in place of it: the same, but it remembers the worker that was started last. */
export async function rememberWorkers(original: () => Promise<typeof threading>): Promise<typeof threading> {
  const real = await original();
  return {
    ...real,
    Worker: class extends real.Worker {
      constructor(...args: ConstructorParameters<typeof real.Worker>) {
        super(...args);
        started.last = this;
      }
    },
  };
}
