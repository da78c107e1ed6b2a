import {
  CancellationTokenSource,
  type MessageConnection,
  type RequestParam,
  type RequestType,
  ResponseError,
} from 'vscode-jsonrpc';
import { Failure, type FailureData, failureFromData } from '../../core/failure';

/** A request's result; rejects with the far side's failure as a `Failure` again. An aborted signal cancels it. */
export async function ask<P, R>(
  connection: MessageConnection,
  type: RequestType<P, R, FailureData>,
  params: RequestParam<P>,
  signal?: AbortSignal,
): Promise<R> {
  if (signal?.aborted === true) throw new Failure('cancelled');
  const tokens = signal === undefined ? undefined : new CancellationTokenSource();
  const cancel = (): void => tokens?.cancel();
  signal?.addEventListener('abort', cancel);
  try {
    return await connection.sendRequest(type, params, tokens?.token);
  } catch (error) {
    if (error instanceof ResponseError && isFailureData(error.data)) throw failureFromData(error.data);
    // What is pending when the connection ends was lost with the worker, or is not wanted any more.
    throw new Failure('cancelled', {}, error);
  } finally {
    signal?.removeEventListener('abort', cancel);
    tokens?.dispose();
  }
}

function isFailureData(data: unknown): data is FailureData {
  return typeof data === 'object' && data !== null && 'code' in data && 'facts' in data;
}
