import { type CancellationToken, ErrorCodes, ResponseError } from 'vscode-jsonrpc';
import { Failure, type FailureData, failureToData, isFailure } from '../core/failure';

/** Runs a handler with the request's cancellation as a signal; what it throws goes back as a failure's data. */
export async function answer<T>(
  token: CancellationToken,
  run: (signal: AbortSignal) => Promise<T> | T,
): Promise<T | ResponseError<FailureData>> {
  const abort = new AbortController();
  const watch = token.onCancellationRequested(() => abort.abort());
  try {
    if (token.isCancellationRequested) abort.abort();
    return await run(abort.signal);
  } catch (error) {
    const data = failureToData(abort.signal.aborted && !isFailure(error) ? new Failure('cancelled') : error);
    return new ResponseError(ErrorCodes.InternalError, data.code, data);
  } finally {
    watch.dispose();
  }
}

/** A whole number from the other side: `min` to `max`. @throws Failure `internal` */
export function checked(value: number, name: string, max = Number.MAX_SAFE_INTEGER, min = 0): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new Failure('internal', { detail: `${name} is ${value}, not a whole number from ${min} to ${max}` });
}
