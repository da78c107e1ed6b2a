import { Worker } from 'node:worker_threads';
import { type CancellationToken, ErrorCodes, type MessageConnection, ResponseError } from 'vscode-jsonrpc';
import { connect } from '../../channel/node';
import type { Column } from '../../core/column';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { Failure, failureToData, type FailureData } from '../../core/failure';
import type { PartReport } from '../../core/partReport';
import type { Log } from '../../core/ports';
import type { DatasetProgress, PartFacts } from '../../core/rowsProgress';
import * as protocol from '../../protocol/dataset';
import { bundlePath } from '../bundles';
import { ask } from './ask';
import type { IndexCache } from './indexCache';
import { createOpenRows, type OpenRows, type RowsEvents } from './openRows';
import type { PartialFiles } from './partialFiles';
import type { PartSource } from './partSource';

/** One of the files that are opened as one table. */
export interface SourcePart {
  readonly source: PartSource;
  readonly facts: Pick<PartFacts, 'file' | 'uri' | 'dump'>;
  /** From a listing, if known. */
  readonly bytes?: number;
}

export interface OpenOptions {
  /** How much is read in the background after the first rows. */
  readonly readAheadBytes: number;
  /** Closes the dataset, also while it is being opened. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: DatasetProgress) => void;
  /** Headers of further parts were read. */
  readonly onParts?: (columns: readonly Column[], parts: readonly PartFacts[]) => void;
  /** Rows that had approximate numbers have others now: pages of them are stale. */
  readonly onRenumbered?: () => void;
  /** The worker ended; the dataset is closed. Opening it again starts a new one. */
  readonly onCrash?: (failure: Failure) => void;
}

interface Client {
  readonly parts: readonly SourcePart[];
  readonly options: OpenOptions;
  readonly abort: AbortController;
  /** Once it is open. */
  events?: RowsEvents;
  /** Of a file that is only verified. */
  readonly onVerified?: (bytesDone: number, bytesTotal: number) => void;
}

interface Running {
  readonly connection: MessageConnection;
  readonly resources: DisposableStore;
}

/** The host's end of the data worker: started at the first dataset, started again after a crash, ended with the extension. */
export class DataWorker implements Disposable {
  private readonly log: Log;
  private readonly partials: PartialFiles;
  private readonly indexes: Pick<IndexCache, 'load' | 'save'> | undefined;
  private readonly clients = new Map<number, Client>();
  private running: Running | undefined;
  private lastSession = 0;

  /** Without `indexes` what was learned of a part is not kept. */
  constructor(log: Log, partials: PartialFiles, indexes?: Pick<IndexCache, 'load' | 'save'>) {
    this.log = log;
    this.partials = partials;
    this.indexes = indexes;
  }

  /** Reads the header and the first rows of the first part. Rejects with `avro.*`, `store.*` or `cancelled`. */
  async open(parts: readonly SourcePart[], options: OpenOptions): Promise<OpenRows> {
    const session = ++this.lastSession;
    const { connection } = (this.running ??= this.start());
    const client: Client = { parts, options, abort: new AbortController() };
    const close = (): void => this.close(session, connection);
    options.signal.addEventListener('abort', close, { once: true });
    this.clients.set(session, client);
    try {
      const opened = await ask(connection, protocol.openDataset, {
        session,
        readAheadBytes: options.readAheadBytes,
        parts: parts.map(({ facts, bytes }) => ({ ...facts, ...(bytes === undefined ? {} : { bytes }) })),
      });
      if (options.signal.aborted) throw new Failure('cancelled');
      const { rows, events } = createOpenRows(connection, session, opened, {
        close,
        partials: this.partials,
      });
      client.events = events;
      return rows;
    } catch (error) {
      close();
      throw options.signal.aborted ? new Failure('cancelled') : error;
    }
  }

  /** Reads one file to its end and checks all of it. Rejects as `open` does; damage is no failure. */
  async verify(
    part: SourcePart,
    {
      signal,
      onProgress,
    }: { readonly signal: AbortSignal; onProgress?: (bytesDone: number, bytesTotal: number) => void },
  ): Promise<PartReport> {
    const session = ++this.lastSession;
    const { connection } = (this.running ??= this.start());
    const abort = new AbortController();
    let lost: Failure | undefined;
    this.clients.set(session, {
      parts: [part],
      options: { readAheadBytes: 0, signal, onCrash: (failure) => (lost = failure) },
      abort,
      ...(onProgress === undefined ? {} : { onVerified: onProgress }),
    });
    try {
      return await ask(connection, protocol.verifyPart, { session, part: 0 }, signal);
    } catch (error) {
      // A request that is lost with the worker was not cancelled by anybody.
      throw lost ?? error;
    } finally {
      this.clients.delete(session);
      abort.abort();
    }
  }

  dispose(): void {
    for (const client of this.clients.values()) client.abort.abort();
    this.clients.clear();
    this.stop();
    this.partials.dispose();
  }

  private start(): Running {
    // Nothing waits for it: what cannot be removed now may be the next time.
    void this.partials.sweep();
    const resources = new DisposableStore();
    const worker = new Worker(bundlePath('worker.js'), {
      name: 'data-connect-worker',
      // A part that makes it need more ends the worker, not the extension host.
      resourceLimits: { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 8 },
    });
    resources.add({ dispose: () => void worker.terminate() });
    const connection = connect({
      post: (message, transfer) => worker.postMessage(message, [...transfer]),
      onMessage(listener) {
        worker.on('message', listener);
        return { dispose: () => worker.off('message', listener) };
      },
    });
    resources.add(connection);
    worker.once('error', (error) => this.lose(resources, error.message, worker.terminate()));
    worker.once('exit', (code) => this.lose(resources, `exit code ${code}`, Promise.resolve()));
    connection.onRequest(protocol.readPartRange, (params, token) => this.read(params, token));
    this.listenForIndexes(connection);
    this.listenForSnapshots(connection);
    connection.listen();
    return { connection, resources };
  }

  private listenForSnapshots(connection: MessageConnection): void {
    const eventsOf = (session: number): RowsEvents | undefined => this.clients.get(session)?.events;
    connection.onNotification(protocol.datasetProgress, ({ session, progress }) => {
      eventsOf(session)?.onProgress(progress);
      this.clients.get(session)?.options.onProgress?.(progress);
    });
    connection.onNotification(protocol.datasetParts, ({ session, columns, parts }) => {
      eventsOf(session)?.onParts(columns, parts);
      this.clients.get(session)?.options.onParts?.(columns, parts);
    });
    connection.onNotification(protocol.datasetRenumbered, ({ session }) =>
      this.clients.get(session)?.options.onRenumbered?.(),
    );
    connection.onNotification(protocol.viewProgress, (message) => eventsOf(message.session)?.onView(message));
    connection.onNotification(protocol.findProgress, (message) => eventsOf(message.session)?.onFind(message));
    connection.onNotification(protocol.statisticsProgress, (message) =>
      eventsOf(message.session)?.onStatistics(message),
    );
    connection.onNotification(protocol.verifyProgress, ({ session, bytesDone, bytesTotal }) =>
      this.clients.get(session)?.onVerified?.(bytesDone, bytesTotal),
    );
    connection.onNotification(protocol.exportProgress, (message) => eventsOf(message.session)?.onExport(message));
  }

  /** What cannot be loaded is learned anew, and what cannot be saved will be: neither is worth a word to the user. */
  private listenForIndexes(connection: MessageConnection): void {
    const versionOf = ({ session, part }: protocol.InPart) =>
      this.clients.get(session)?.parts[part]?.source.version;
    connection.onRequest(protocol.loadIndex, async (params) => {
      const version = versionOf(params);
      const bytes = version === undefined ? undefined : await this.indexes?.load(version);
      return bytes === undefined ? null : { bytes };
    });
    connection.onNotification(protocol.saveIndex, ({ bytes, ...params }) => {
      const version = versionOf(params);
      if (version !== undefined) void this.indexes?.save(version, bytes);
    });
  }

  /** Answers the worker's question for bytes of one of a session's objects. */
  private async read(
    params: protocol.ReadPartRangeParams,
    token: CancellationToken,
  ): Promise<protocol.RangeRead | ResponseError<FailureData>> {
    const client = this.clients.get(params.session);
    const part = client?.parts[params.part];
    try {
      if (client === undefined || part === undefined) throw new Failure('cancelled');
      const cancelled = new AbortController();
      token.onCancellationRequested(() => cancelled.abort());
      return await part.source.read(
        params.start,
        params.end,
        AbortSignal.any([client.abort.signal, cancelled.signal]),
      );
    } catch (error) {
      const data = failureToData(error);
      return new ResponseError(ErrorCodes.InternalError, data.code, data);
    }
  }

  private close(session: number, connection: MessageConnection): void {
    const client = this.clients.get(session);
    if (client === undefined) return;
    this.clients.delete(session);
    client.abort.abort();
    if (this.running?.connection === connection)
      void connection.sendNotification(protocol.closeDataset, { session });
  }

  /** The worker ended by itself: everything open in it is gone, and its views are told. */
  private lose(resources: DisposableStore, detail: string, ended: Promise<unknown>): void {
    if (this.running?.resources !== resources) return;
    const lost = [...this.clients.values()];
    // Before what they wait for is rejected with the connection.
    for (const client of lost) client.events?.onLost(detail, ended);
    this.stop();
    this.log.error(`The data worker ended: ${detail}`);
    this.clients.clear();
    for (const client of lost) {
      client.abort.abort();
      client.options.onCrash?.(new Failure('rows.lost', { detail }));
    }
  }

  private stop(): void {
    const stopped = this.running;
    this.running = undefined;
    stopped?.resources.dispose();
  }
}
