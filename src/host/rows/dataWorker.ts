import { Worker } from 'node:worker_threads';
import { type CancellationToken, ErrorCodes, type MessageConnection, ResponseError } from 'vscode-jsonrpc';
import { connect } from '../../channel/node';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { Failure, failureFromData, failureToData, type FailureData } from '../../core/failure';
import type { Log } from '../../core/ports';
import type { PartProgress } from '../../core/partProgress';
import type { RecordPage, RowsPage } from '../../core/rowsPage';
import {
  closePart,
  continuePart,
  openPart,
  partProgress,
  partRecord,
  partRows,
  readRange,
  type PartOpened,
  type ReadRangeParams,
  type RangeRead,
} from '../../protocol/worker';
import { bundlePath } from '../bundles';
import type { PartSource } from './partSource';

/** One part that is open in the worker. */
export interface OpenPart extends Disposable {
  readonly opened: PartOpened;
  /** The newest snapshot. */
  readonly progress: PartProgress;
  rows(first: number, count: number): Promise<RowsPage>;
  record(row: number): Promise<RecordPage>;
  readOn(readAheadBytes: number): void;
}

export interface OpenOptions {
  /** How much is read in the background after the first rows. */
  readonly readAheadBytes: number;
  /** Closes the part, also while it is being opened. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: PartProgress) => void;
  /** The worker ended; the part is closed. Opening it again starts a new one. */
  readonly onCrash?: (failure: Failure) => void;
}

interface Client extends OpenOptions {
  readonly source: PartSource;
  readonly abort: AbortController;
  progress: PartProgress | undefined;
}

interface Running {
  readonly connection: MessageConnection;
  readonly resources: DisposableStore;
}

/** The host's end of the data worker: started at the first part, started again after a crash, ended with the extension. */
export class DataWorker implements Disposable {
  private readonly log: Log;
  private readonly clients = new Map<number, Client>();
  private running: Running | undefined;
  private lastSession = 0;

  constructor(log: Log) {
    this.log = log;
  }

  /** Reads the header and the first rows. Rejects with `avro.*`, `store.*` or `cancelled`. */
  async open(source: PartSource, options: OpenOptions): Promise<OpenPart> {
    const session = ++this.lastSession;
    const { connection } = (this.running ??= this.start());
    const client: Client = { ...options, source, abort: new AbortController(), progress: undefined };
    const close = (): void => this.close(session, connection);
    options.signal.addEventListener('abort', close, { once: true });
    this.clients.set(session, client);
    try {
      const opened = await ask(
        connection.sendRequest(openPart, { session, readAheadBytes: options.readAheadBytes }),
      );
      if (options.signal.aborted) throw new Failure('cancelled');
      return {
        opened,
        get progress() {
          return client.progress ?? opened.progress;
        },
        rows: (first, count) => ask(connection.sendRequest(partRows, { session, first, count })),
        record: (row) => ask(connection.sendRequest(partRecord, { session, row })),
        readOn: (readAheadBytes) => void connection.sendNotification(continuePart, { session, readAheadBytes }),
        dispose: close,
      };
    } catch (error) {
      close();
      throw options.signal.aborted ? new Failure('cancelled') : error;
    }
  }

  dispose(): void {
    for (const client of this.clients.values()) client.abort.abort();
    this.clients.clear();
    this.stop();
  }

  private start(): Running {
    const resources = new DisposableStore();
    const worker = new Worker(bundlePath('worker.js'), {
      name: 'data-connect-worker',
      // A part that makes it need more ends the worker, not the extension host.
      resourceLimits: { maxOldGenerationSizeMb: 1024 },
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
    worker.once('error', (error) => this.lose(resources, error.message));
    worker.once('exit', (code) => this.lose(resources, `exit code ${code}`));
    connection.onRequest(readRange, (params, token) => this.read(params, token));
    connection.onNotification(partProgress, ({ session, progress }) => {
      const client = this.clients.get(session);
      if (client === undefined) return;
      client.progress = progress;
      client.onProgress?.(progress);
    });
    connection.listen();
    return { connection, resources };
  }

  /** Answers the worker's question for bytes of the object behind a session. */
  private async read(
    params: ReadRangeParams,
    token: CancellationToken,
  ): Promise<RangeRead | ResponseError<FailureData>> {
    const client = this.clients.get(params.session);
    try {
      if (client === undefined) throw new Failure('cancelled');
      const cancelled = new AbortController();
      token.onCancellationRequested(() => cancelled.abort());
      return await client.source.read(
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
    if (this.running?.connection === connection) void connection.sendNotification(closePart, { session });
  }

  /** The worker ended by itself: everything open in it is gone, and its views are told. */
  private lose(resources: DisposableStore, detail: string): void {
    if (this.running?.resources !== resources) return;
    this.stop();
    this.log.error(`The data worker ended: ${detail}`);
    const lost = [...this.clients.values()];
    this.clients.clear();
    for (const client of lost) {
      client.abort.abort();
      client.onCrash?.(new Failure('internal', { detail: `The data worker ended: ${detail}` }));
    }
  }

  private stop(): void {
    const stopped = this.running;
    this.running = undefined;
    stopped?.resources.dispose();
  }
}

/** A request's result, with the far side's failure as a `Failure` again. */
async function ask<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ResponseError && isFailureData(error.data)) throw failureFromData(error.data);
    // What is pending when the connection ends was lost with the worker, or is not wanted any more.
    throw new Failure('cancelled', {}, error);
  }
}

function isFailureData(data: unknown): data is FailureData {
  return typeof data === 'object' && data !== null && 'code' in data && 'facts' in data;
}
