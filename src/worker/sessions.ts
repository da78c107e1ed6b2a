import type { MessageConnection } from 'vscode-jsonrpc';
import { openDataset } from '../avro/dataset/openDataset';
import type { Dataset, DatasetSource, OpenDatasetOptions } from '../avro/dataset/dataset';
import { verifyPart } from '../avro/part/verifyPart';
import type { Disposable } from '../core/disposable';
import { Failure } from '../core/failure';
import * as protocol from '../protocol/dataset';
import { maxPageRows } from '../protocol/rows';
import { answer, checked } from './answer';
import { DatasetSession, progressIntervalMs, type SessionEvents } from './datasetSession';
import { createRemoteSource } from './remoteSource';
import type { ScratchFiles } from './scratchFiles';
import type { ThreadDecoders } from './threadDecoders';
import { createThrottle } from './throttle';

interface Entry {
  readonly abort: AbortController;
  /** Once it is open. */
  session?: DatasetSession;
}

/** The datasets that are open in this worker. */
export interface Sessions extends Disposable {
  /** Sessions that hold anything: opening ones counted. */
  readonly count: number;
}

/** Answers the host's requests (protocol/dataset) on a connection. Call before `listen`. Disposing ends every session and the decoders. */
export function createSessions(
  connection: MessageConnection,
  decoders: ThreadDecoders,
  scratch: ScratchFiles,
): Sessions {
  const tools: Tools = { decoders, openScratch: scratch.open };
  const entries = new Map<number, Entry>();

  const close = (number: number): void => {
    const entry = entries.get(number);
    entries.delete(number);
    entry?.abort.abort();
  };

  const sessionOf = (number: number): DatasetSession => {
    const session = entries.get(number)?.session;
    if (session !== undefined) return session;
    // A request that crossed the closing of its session on the way.
    throw new Failure('cancelled');
  };

  const open = async (params: protocol.OpenDatasetParams, signal: AbortSignal): Promise<protocol.DatasetOpened> => {
    const number = checked(params.session, 'session');
    checked(params.readAheadBytes, 'readAheadBytes');
    if (entries.has(number)) throw new Failure('internal', { detail: `session ${number} is open already` });
    const entry: Entry = { abort: new AbortController() };
    entries.set(number, entry);
    // Cancelling the request ends the session; once it is open, only closing it does.
    const cancel = (): void => close(number);
    signal.addEventListener('abort', cancel);
    try {
      const { dataset } = await startSession(connection, params, entry, tools);
      return { columns: dataset.columns, parts: dataset.parts, progress: dataset.progress() };
    } catch (error) {
      close(number);
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };

  connection.onRequest(protocol.openDataset, (params, token) => answer(token, (signal) => open(params, signal)));
  answerRows(connection, sessionOf);
  answerQuestions(connection, sessionOf);
  answerVerification(connection, decoders);
  answerCounters(connection, entries, decoders, scratch);
  hear(connection, entries, close);

  return {
    get count() {
      return entries.size;
    },
    dispose() {
      [...entries.keys()].forEach(close);
      decoders.dispose();
    },
  };
}

type Entries = ReadonlyMap<number, Entry>;

function hear(connection: MessageConnection, entries: Entries, close: (session: number) => void): void {
  connection.onNotification(protocol.continueDataset, ({ session, readAheadBytes }) => {
    entries.get(session)?.session?.dataset.continue(readAheadBytes);
  });
  connection.onNotification(protocol.cancelView, ({ session, view }) => {
    entries.get(session)?.session?.cancelView(view);
  });
  connection.onNotification(protocol.closeView, ({ session, view }) => {
    entries.get(session)?.session?.closeView(view);
  });
  connection.onNotification(protocol.closeDataset, ({ session }) => close(session));
}

function answerCounters(
  connection: MessageConnection,
  entries: Entries,
  decoders: ThreadDecoders,
  scratch: ScratchFiles,
): void {
  connection.onRequest(protocol.workerCounters, () => ({
    sessions: entries.size,
    threads: decoders.threadCount,
    busyThreads: decoders.busyCount,
    waitingStretches: decoders.queued,
    scratchFiles: scratch.count,
  }));
}

type SessionOf = (number: number) => DatasetSession;

function answerRows(connection: MessageConnection, sessionOf: SessionOf): void {
  connection.onRequest(protocol.datasetRows, ({ session, view, first, count }, token) =>
    answer(token, (signal) => {
      const of = sessionOf(session);
      const range = { first: checked(first, 'first'), count: checked(count, 'count', maxPageRows) };
      return of.dataset.rows({ ...of.viewId(view), ...range }, signal);
    }),
  );
  connection.onRequest(protocol.datasetRecord, ({ session, view, row }, token) =>
    answer(token, (signal) => {
      const of = sessionOf(session);
      return of.dataset.record({ ...of.viewId(view), first: checked(row, 'row') }, signal);
    }),
  );
  connection.onRequest(protocol.datasetCost, ({ session }, token) =>
    answer(token, () => sessionOf(session).dataset.cost()),
  );
}

function answerQuestions(connection: MessageConnection, sessionOf: SessionOf): void {
  connection.onRequest(protocol.openView, (params, token) =>
    answer(token, () => {
      checked(params.view, 'view');
      sessionOf(params.session).openView(params);
      return null;
    }),
  );
  connection.onRequest(protocol.findInView, (params, token) =>
    answer(token, () => {
      sessionOf(params.session).find(params);
      return null;
    }),
  );
  connection.onRequest(protocol.findNext, (params, token) =>
    answer(token, (signal) => {
      checked(params.from, 'from', Number.MAX_SAFE_INTEGER, -1);
      return cancellable(sessionOf(params.session).findNext(params), signal);
    }),
  );
  connection.onRequest(protocol.computeStatistics, (params, token) =>
    answer(token, (signal) => sessionOf(params.session).statistics(params, signal)),
  );
  connection.onRequest(protocol.exportRows, (params, token) =>
    answer(token, (signal) => sessionOf(params.session).export(params, signal)),
  );
}

/** Beside the sessions: what is verified is read anew, and nothing of it is kept. */
function answerVerification(connection: MessageConnection, decoders: ThreadDecoders): void {
  connection.onRequest(protocol.verifyPart, ({ session, part }, token) =>
    answer(token, async (signal) => {
      const of = { session, part };
      const progress = createThrottle<{ readonly bytesDone: number; readonly bytesTotal: number }>(
        progressIntervalMs,
        (bytes) => void connection.sendNotification(protocol.verifyProgress, { ...of, ...bytes }),
      );
      try {
        return await verifyPart(createRemoteSource(connection, of), {
          signal,
          decoders,
          onProgress: (bytes) => progress.push(bytes),
        });
      } finally {
        progress.dispose();
      }
    }),
  );
}

type Tools = Pick<OpenDatasetOptions, 'decoders' | 'openScratch'>;

/** Opens the dataset of a session, and sends its progress from the moment it is open. */
async function startSession(
  connection: MessageConnection,
  { session: number, parts, readAheadBytes }: protocol.OpenDatasetParams,
  entry: Entry,
  tools: Tools,
): Promise<DatasetSession> {
  const { signal } = entry.abort;
  const progress = createThrottle<Dataset>(progressIntervalMs, (dataset) => {
    void connection.sendNotification(protocol.datasetProgress, { session: number, progress: dataset.progress() });
  });
  const headers = createThrottle<Dataset>(progressIntervalMs, ({ columns, parts }) => {
    void connection.sendNotification(protocol.datasetParts, { session: number, columns, parts });
  });
  const renumbered = createThrottle<true>(progressIntervalMs, () => {
    void connection.sendNotification(protocol.datasetRenumbered, { session: number });
  });
  signal.addEventListener('abort', () => {
    renumbered.dispose();
    progress.dispose();
    headers.dispose();
  });
  const sources = parts.map(({ bytes, ...facts }, index): DatasetSource => {
    const part = { session: number, part: index };
    return {
      source: createRemoteSource(connection, part),
      facts,
      // What cannot be loaded is found out again.
      loadIndex: () =>
        connection.sendRequest(protocol.loadIndex, part).then(
          (index) => index?.bytes,
          () => undefined,
        ),
      saveIndex: (index) => void connection.sendNotification(protocol.saveIndex, { ...part, bytes: index }),
      ...(bytes === undefined ? {} : { bytes }),
    };
  });
  const dataset = await openDataset(sources, {
    readAheadBytes,
    ...tools,
    signal,
    // Until the session is there, the answer to the request tells all that.
    onProgress: ({ state }) => {
      if (entry.session === undefined) return;
      progress.push(entry.session.dataset);
      if (state !== 'reading') progress.flush();
    },
    onRenumbered: () => {
      if (entry.session !== undefined) renumbered.push(true);
    },
    onParts: () => {
      if (entry.session !== undefined) headers.push(entry.session.dataset);
    },
  });
  if (signal.aborted) {
    dataset.dispose();
    throw new Failure('cancelled');
  }
  entry.session = new DatasetSession(dataset, eventsOf(connection, number), entry.abort);
  // What happens before the answer has left is told before it, when nobody listens yet: behind it all is told once more.
  setImmediate(() => {
    if (signal.aborted) return;
    progress.push(dataset);
    progress.flush();
    headers.push(dataset);
  });
  return entry.session;
}

function eventsOf(connection: MessageConnection, session: number): SessionEvents {
  return {
    view: (view, length, progress) =>
      void connection.sendNotification(protocol.viewProgress, { session, view, length, progress }),
    find: (view, matches, progress) =>
      void connection.sendNotification(protocol.findProgress, { session, view, matches, progress }),
    statistics: (id, result) =>
      void connection.sendNotification(protocol.statisticsProgress, { session, id, ...result }),
    exported: (id, bytesWritten, progress) =>
      void connection.sendNotification(protocol.exportProgress, { session, id, bytesWritten, progress }),
  };
}

/** Gives up waiting for something that goes on by itself. */
function cancellable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Failure('cancelled')), { once: true });
    work.then(resolve, reject);
  });
}
