import type { MessageConnection, NotificationType, RequestParam } from 'vscode-jsonrpc';
import type { Disposable } from '../../core/disposable';
import type { ExportOptions } from '../../core/exportRows';
import { Failure, isFailure } from '../../core/failure';
import type { FindTest, RowsQuery } from '../../core/rowFilter';
import type { RecordPage, RowsPage } from '../../core/rowsPage';
import type { DatasetProgress, PartFacts, ScanCost, ScanProgress } from '../../core/rowsProgress';
import type { Column } from '../../core/column';
import * as protocol from '../../protocol/dataset';
import { ask as askWorker } from './ask';
import { createEndableListener, type EndableListener } from './endableListener';
import type { PartialFiles } from './partialFiles';

/** A dataset that is open in the worker. Every request rejects with a `Failure`; `cancelled` once it is closed, `rows.lost` if the worker ended. */
export interface OpenRows extends Disposable {
  readonly opened: protocol.DatasetOpened;
  /** The newest snapshots. */
  readonly progress: DatasetProgress;
  readonly columns: readonly Column[];
  readonly parts: readonly PartFacts[];
  /** Of all rows, or of a view. */
  rows(first: number, count: number, view?: WorkerView, signal?: AbortSignal): Promise<RowsPage>;
  record(row: number, view?: WorkerView, signal?: AbortSignal): Promise<RecordPage>;
  cost(): Promise<ScanCost>;
  readOn(readAheadBytes: number): void;
  /** Resolves when the query is known to be sound; what it finds is told to the listener. */
  openView(query: RowsQuery, scope: ScanScope, listener: ViewListener): Promise<WorkerView>;
  statistics(
    request: {
      readonly view?: WorkerView | undefined;
      readonly columns: readonly string[];
      readonly scope: ScanScope;
    },
    options: { readonly signal: AbortSignal; onSnapshot: (result: protocol.StatisticsResult) => void },
  ): Promise<protocol.StatisticsResult>;
  export(
    request: {
      readonly view?: WorkerView | undefined;
      readonly options: ExportOptions;
      /** Absolute. */
      readonly path: string;
      readonly scope: ScanScope;
    },
    options: { readonly signal: AbortSignal; onProgress: (bytesWritten: number, progress: ScanProgress) => void },
  ): Promise<protocol.ExportResult>;
}

export type ScanScope = 'sample' | 'all';

export interface ViewListener {
  onView(length: number, progress: ScanProgress): void;
  onFind(matches: number, progress: ScanProgress): void;
}

/** A view that stands in the worker until it is disposed of. */
export interface WorkerView extends Disposable {
  readonly number: number;
  /** What was asked for, and of which rows: to ask for it once more in another worker. */
  readonly query: RowsQuery;
  readonly scope: ScanScope;
  cancel(): void;
  /** A new search ends the one before; none ends it. */
  find(test: FindTest | null, scope: ScanScope): Promise<void>;
  findNext(from: number, direction: 1 | -1): Promise<protocol.FoundRow | null>;
}

/** What the worker tells of one dataset, as it comes off the wire. */
export interface RowsEvents {
  onProgress(progress: DatasetProgress): void;
  onParts(columns: readonly Column[], parts: readonly PartFacts[]): void;
  onView(message: { readonly view: number; readonly length: number; readonly progress: ScanProgress }): void;
  onFind(message: { readonly view: number; readonly matches: number; readonly progress: ScanProgress }): void;
  onStatistics(message: { readonly id: number } & protocol.StatisticsResult): void;
  /** The worker ended by itself. `ended`: resolves when it is gone with all it was doing. */
  onLost(detail: string, ended: Promise<unknown>): void;
  onExport(message: { readonly id: number; readonly bytesWritten: number; readonly progress: ScanProgress }): void;
}

/** The host's end of one session: gives numbers to what is asked, and brings what is told to who asked. */
export function createOpenRows(
  connection: MessageConnection,
  session: number,
  opened: protocol.DatasetOpened,
  { close, partials }: { readonly close: () => void; readonly partials: PartialFiles },
): { readonly rows: OpenRows; readonly events: RowsEvents } {
  const views = new Map<number, EndableListener>();
  const statistics = new Map<number, (result: protocol.StatisticsResult) => void>();
  const exports = new Map<number, (bytesWritten: number, progress: ScanProgress) => void>();
  let newest = { progress: opened.progress, columns: opened.columns, parts: opened.parts };
  let lastNumber = 0;
  let isClosed = false;
  let loss: { readonly detail: string; readonly ended: Promise<unknown> } | undefined;

  const events: RowsEvents = {
    onProgress: (progress) => (newest = { ...newest, progress }),
    onParts: (columns, parts) => (newest = { ...newest, columns, parts }),
    onView: ({ view, length, progress }) => views.get(view)?.onView(length, progress),
    onFind: ({ view, matches, progress }) => views.get(view)?.onFind(matches, progress),
    onStatistics: ({ id, columns, progress }) => statistics.get(id)?.({ columns, progress }),
    onLost(detail, ended) {
      loss = { detail, ended };
      for (const listener of views.values()) listener.end();
    },
    onExport: ({ id, bytesWritten, progress }) => exports.get(id)?.(bytesWritten, progress),
  };

  const ask: typeof askWorker = async (...request) => {
    try {
      return await askWorker(...request);
    } catch (error) {
      // Nobody cancelled what was lost with the worker.
      throw loss !== undefined && isFailure(error, 'cancelled')
        ? new Failure('rows.lost', { detail: loss.detail }, error)
        : error;
    }
  };

  /** Nobody is there to hear it once the session is closed, or its worker gone. */
  const tell = <P>(type: NotificationType<P>, params: RequestParam<P>): void => {
    if (!isClosed && loss === undefined) void connection.sendNotification(type, params);
  };

  const openView = async (query: RowsQuery, scope: ScanScope, listener: ViewListener): Promise<WorkerView> => {
    const view = ++lastNumber;
    const of = { session, view };
    views.set(view, createEndableListener(listener, scope));
    const dispose = (): void => {
      if (views.delete(view)) tell(protocol.closeView, of);
    };
    try {
      await ask(connection, protocol.openView, { ...of, query, scope });
    } catch (error) {
      views.delete(view);
      throw error;
    }
    return {
      number: view,
      query,
      scope,
      cancel: () => tell(protocol.cancelView, of),
      find: async (test, scope) => {
        await ask(connection, protocol.findInView, { ...of, test, scope });
      },
      findNext: (from, direction) => ask(connection, protocol.findNext, { ...of, from, direction }),
      dispose,
    };
  };

  const rows: OpenRows = {
    opened,
    get progress() {
      return newest.progress;
    },
    get columns() {
      return newest.columns;
    },
    get parts() {
      return newest.parts;
    },
    rows: (first, count, view, signal) =>
      ask(connection, protocol.datasetRows, { session, view: numberOf(view), first, count }, signal),
    record: (row, view, signal) =>
      ask(connection, protocol.datasetRecord, { session, view: numberOf(view), row }, signal),
    cost: () => ask(connection, protocol.datasetCost, { session }),
    readOn: (readAheadBytes) => tell(protocol.continueDataset, { session, readAheadBytes }),
    openView,
    async statistics({ view, columns, scope }, { signal, onSnapshot }) {
      const id = ++lastNumber;
      statistics.set(id, onSnapshot);
      try {
        const params = { session, view: numberOf(view), id, columns, scope };
        return await ask(connection, protocol.computeStatistics, params, signal);
      } finally {
        statistics.delete(id);
      }
    },
    async export({ view, options, path, scope }, { signal, onProgress }) {
      const id = ++lastNumber;
      const partial = await partials.begin(path);
      exports.set(id, onProgress);
      try {
        const params = { session, view: numberOf(view), id, options, path, partial: partial.path, scope };
        return await ask(connection, protocol.exportRows, params, signal);
      } catch (error) {
        if (loss === undefined) throw error;
        const { detail, ended } = loss;
        await ended;
        const isRemoved = await partial.remove();
        throw new Failure('export.lost', { path, detail, ...(isRemoved ? {} : { remains: partial.path }) }, error);
      } finally {
        exports.delete(id);
        await partial.end();
      }
    },
    dispose() {
      isClosed = true;
      views.clear();
      close();
    },
  };
  return { rows, events };
}

/** 0 is all rows. */
function numberOf(view: WorkerView | undefined): number {
  return view?.number ?? 0;
}
