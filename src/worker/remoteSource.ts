import { CancellationTokenSource, type MessageConnection, ResponseError } from 'vscode-jsonrpc';
import type { RangeSource } from '../avro/container/rangeSource';
import { Failure, type FailureData, failureFromData, throwIfAborted } from '../core/failure';
import { type InPart, readPartRange } from '../protocol/dataset';

/** The bytes of one of a session's objects, asked of the host. An abort is passed on to it. */
export function createRemoteSource(connection: MessageConnection, { session, part }: InPart): RangeSource {
  return {
    async read(start, end, signal) {
      throwIfAborted(signal);
      const tokens = new CancellationTokenSource();
      const cancel = (): void => tokens.cancel();
      signal?.addEventListener('abort', cancel);
      try {
        // The bytes came by transfer: nobody else has them.
        return {
          ...(await connection.sendRequest(readPartRange, { session, part, start, end }, tokens.token)),
          isOwned: true,
        };
      } catch (error) {
        if (signal?.aborted === true) throw new Failure('cancelled', {}, error);
        if (error instanceof ResponseError && isFailureData(error.data)) throw failureFromData(error.data);
        throw error;
      } finally {
        signal?.removeEventListener('abort', cancel);
        tokens.dispose();
      }
    },
  };
}

function isFailureData(data: unknown): data is FailureData {
  return typeof data === 'object' && data !== null && 'code' in data && 'facts' in data;
}
