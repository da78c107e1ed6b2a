import { type CancellationToken, ErrorCodes, type MessageConnection, ResponseError } from 'vscode-jsonrpc';
import { openPart, type Part } from '../avro/part';
import type { Disposable } from '../core/disposable';
import { Failure, type FailureData, failureToData, isFailure } from '../core/failure';
import { maxPageRows } from '../protocol/rows';
import * as protocol from '../protocol/worker';
import { createRemoteSource } from './remoteSource';
import { createThrottle } from './throttle';

/** Snapshots of progress go out at most this often. */
const progressIntervalMs = 100;

interface Session {
  readonly abort: AbortController;
  part?: Part;
}

/** The parts that are open in this worker. */
export interface Sessions extends Disposable {
  /** Sessions that hold anything: opening ones counted. */
  readonly count: number;
}

/** Answers the host's requests (protocol/worker) on a connection. Call before `listen`. Disposing ends every session. */
export function createSessions(connection: MessageConnection): Sessions {
  const sessions = new Map<number, Session>();

  const close = (number: number): void => {
    const session = sessions.get(number);
    sessions.delete(number);
    session?.abort.abort();
  };

  const partOf = (number: number): Part => {
    const part = sessions.get(number)?.part;
    if (part !== undefined) return part;
    // A request that crossed the closing of its session on the way.
    throw new Failure('cancelled');
  };

  const open = async (params: protocol.OpenPartParams, signal: AbortSignal): Promise<protocol.PartOpened> => {
    const number = checked(params.session, 'session');
    const readAheadBytes = checked(params.readAheadBytes, 'readAheadBytes');
    if (sessions.has(number)) throw new Failure('internal', { detail: `session ${number} is open already` });
    const session: Session = { abort: new AbortController() };
    sessions.set(number, session);
    // Cancelling the request ends the session; once it is open, only closing it does.
    const cancel = (): void => close(number);
    signal.addEventListener('abort', cancel);
    try {
      const part = await startPart(connection, number, session, readAheadBytes);
      return { columns: part.columns, metadata: part.metadata, progress: part.progress() };
    } catch (error) {
      close(number);
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };

  connection.onRequest(protocol.openPart, (params, token) => answer(token, (signal) => open(params, signal)));
  connection.onRequest(protocol.partRows, ({ session, first, count }, token) =>
    answer(token, async (signal) => {
      const rows = await partOf(session).rows(
        checked(first, 'first'),
        checked(count, 'count', maxPageRows),
        signal,
      );
      return { first, rows };
    }),
  );
  connection.onRequest(protocol.partRecord, ({ session, row }, token) =>
    answer(token, async (signal) => {
      const record = await partOf(session).record(checked(row, 'row'), signal);
      if (record === undefined) throw new Failure('internal', { detail: `row ${row} is not known` });
      return record;
    }),
  );
  connection.onNotification(protocol.continuePart, ({ session, readAheadBytes }) => {
    sessions.get(session)?.part?.continue(readAheadBytes);
  });
  connection.onNotification(protocol.closePart, ({ session }) => close(session));

  return {
    get count() {
      return sessions.size;
    },
    dispose: () => [...sessions.keys()].forEach(close),
  };
}

/** Opens the part of a session, and sends its progress from the moment it is open. */
async function startPart(
  connection: MessageConnection,
  number: number,
  session: Session,
  readAheadBytes: number,
): Promise<Part> {
  const progress = createThrottle<Part>(progressIntervalMs, (part) => {
    void connection.sendNotification(protocol.partProgress, { session: number, progress: part.progress() });
  });
  session.abort.signal.addEventListener('abort', () => progress.dispose());
  const part = await openPart(createRemoteSource(connection, number), {
    readAheadBytes,
    signal: session.abort.signal,
    onProgress: ({ state }) => {
      // Until then the answer to the request tells it.
      if (session.part === undefined) return;
      progress.push(session.part);
      if (state !== 'reading') progress.flush();
    },
  });
  session.part = part;
  return part;
}

/** A whole number from the other side: 0 to `max`. */
function checked(value: number, name: string, max = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && value >= 0 && value <= max) return value;
  throw new Failure('internal', { detail: `${name} is ${value}, not a whole number from 0 to ${max}` });
}

/** Runs a handler with the request's cancellation as a signal; what it throws goes back as a failure's data. */
async function answer<T>(
  token: CancellationToken,
  run: (signal: AbortSignal) => Promise<T>,
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
