import { Failure } from '../core/failure';

/** Somebody pressed Ctrl+C, or ended the program: it has cleaned up and is to end with this exit code. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('interrupted');
    this.exitCode = exitCode;
  }
}

/** By custom 128 and the signal's number. */
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
/** What cannot be cleaned up in so many milliseconds is left. */
const graceMs = 5_000;

/**
 * Runs something that must clean up after itself when it is interrupted: the first signal aborts it, a second one ends the program as signals do.
 * Rejects with `Interrupted` when it has come to its end after a signal, whatever that was.
 */
export async function interruptible<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  let interrupted: Interrupted | undefined;
  let grace: NodeJS.Timeout | undefined;
  const listeners = Object.entries(exitCodes).map(([name, code]) => {
    const onSignal = (): void => {
      interrupted ??= new Interrupted(code);
      grace ??= setTimeout(() => process.exit(code), graceMs).unref();
      abort.abort();
    };
    process.once(name, onSignal);
    return [name, onSignal] as const;
  });
  try {
    return await run(abort.signal);
  } finally {
    for (const [name, listener] of listeners) process.off(name, listener);
    clearTimeout(grace);
    // eslint-disable-next-line no-unsafe-finally -- what it ended with is of no interest then
    if (interrupted !== undefined) throw interrupted;
  }
}

/** Waits for something that nobody can end, until the signal. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Failure('cancelled'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
