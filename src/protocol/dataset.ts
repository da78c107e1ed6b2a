import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { ColumnStatistics } from '../core/columnStatistics';
import type { Column } from '../core/column';
import type { ExportOptions } from '../core/exportRows';
import type { FailureData } from '../core/failure';
import type { FindTest, RowsQuery } from '../core/rowFilter';
import type { PartReport } from '../core/partReport';
import type { DatasetProgress, PartFacts, ScanCost, ScanProgress } from '../core/rowsProgress';
import type { RecordPage, RowsPage } from '../core/rowsPage';

/**
 * Extension host ↔ data worker. The host holds the object store; the worker asks it for bytes.
 * A session is one open dataset (a part, or the effective parts of a table); its number is given by the host. All else of a session has a number too:
 * views, searches, statistics and exports; those are given by the host as well, so that they can be cancelled before they are answered.
 */

/** Host → worker: read the header and the first rows of the first part; then go on in the background up to `readAheadBytes`. */
export const openDataset = new RequestType<OpenDatasetParams, DatasetOpened, FailureData>('dataset/open');
export const datasetRows = new RequestType<DatasetRowsParams, RowsPage, FailureData>('dataset/rows');
export const datasetRecord = new RequestType<DatasetRecordParams, RecordPage, FailureData>('dataset/record');
/** Host → worker: what a scan of all would fetch. */
export const datasetCost = new RequestType<InSession, ScanCost, FailureData>('dataset/cost');
/** Host → worker: go on reading past the limit, up to this many more bytes. */
export const continueDataset = new NotificationType<InSession & { readonly readAheadBytes: number }>(
  'dataset/continue',
);
export const closeDataset = new NotificationType<InSession>('dataset/close');
/** Worker → host: a snapshot, at most ten a second, and once at the end. */
export const datasetProgress = new NotificationType<InSession & { readonly progress: DatasetProgress }>(
  'dataset/progress',
);
/** Worker → host: headers of further parts were read. A snapshot. */
export const datasetParts = new NotificationType<
  InSession & { readonly columns: readonly Column[]; readonly parts: readonly PartFacts[] }
>('dataset/parts');
/** Worker → host: rows that had approximate numbers have others now; pages of them are stale. */
export const datasetRenumbered = new NotificationType<InSession>('dataset/renumbered');

/** Host → worker: makes a view. Answered when the query is known to be sound; what it finds is told by `viewProgress`. */
export const openView = new RequestType<OpenViewParams, null, FailureData>('view/open');
export const viewProgress = new NotificationType<
  OfView & { readonly length: number; readonly progress: ScanProgress }
>('view/progress');
/** Host → worker: stop; what was found stays. */
export const cancelView = new NotificationType<OfView>('view/cancel');
export const closeView = new NotificationType<OfView>('view/close');

/** Host → worker: looks for a text in the rows of a view. One search a view; a new one ends the one before, no test ends it. */
export const findInView = new RequestType<FindParams, null, FailureData>('view/find');
export const findProgress = new NotificationType<
  OfView & { readonly matches: number; readonly progress: ScanProgress }
>('view/findProgress');
export const findNext = new RequestType<FindNextParams, FoundRow | null, FailureData>('view/findNext');

/** Host → worker: resolves with the last snapshot; earlier ones come as `statisticsProgress`. Cancelling the request stops it. */
export const computeStatistics = new RequestType<StatisticsParams, StatisticsResult, FailureData>(
  'statistics/compute',
);
export const statisticsProgress = new NotificationType<InSession & { readonly id: number } & StatisticsResult>(
  'statistics/progress',
);

/** Host → worker: writes a file; resolves when it is there whole. Cancelled or failed, nothing of it stays. */
export const exportRows = new RequestType<ExportParams, ExportResult, FailureData>('export/run');
export const exportProgress = new NotificationType<
  InSession & { readonly id: number; readonly bytesWritten: number; readonly progress: ScanProgress }
>('export/progress');

/**
 * Host → worker: reads one part to its end and checks all of it, whatever is known of it. The session is the host's number for where the bytes come
 * from; no dataset need be open under it. Damage is no failure. Cancelling the request ends it.
 */
export const verifyPart = new RequestType<InPart, PartReport, FailureData>('part/verify');
export const verifyProgress = new NotificationType<
  InPart & { readonly bytesDone: number; readonly bytesTotal: number }
>('part/verifyProgress');

/** Worker → host: bytes of one of a session's objects, pinned to the version that was seen first. */
export const readPartRange = new RequestType<ReadPartRangeParams, RangeRead, FailureData>('source/readPart');
/** Worker → host: indexes of parts, kept across sessions by the object's version. `null`: there is none. */
export const loadIndex = new RequestType<InPart, IndexBytes | null, FailureData>('index/load');
export const saveIndex = new NotificationType<InPart & IndexBytes>('index/save');

/** Host → worker: what it holds at this moment. All zero but `threads` when no session is open. */
export const workerCounters = new RequestType0<WorkerCounters, FailureData>('worker/counters');

export interface WorkerCounters {
  /** Those that are being opened counted. */
  readonly sessions: number;
  /** Decoding threads; they end when they have been idle for a while. */
  readonly threads: number;
  readonly busyThreads: number;
  readonly waitingStretches: number;
  /** Temporary files of sorts. */
  readonly scratchFiles: number;
}

export interface InSession {
  readonly session: number;
}

export interface InPart extends InSession {
  /** Place in `OpenDatasetParams.parts`. */
  readonly part: number;
}

/** View 0 is all rows; it is always there. */
export interface OfView extends InSession {
  readonly view: number;
}

export interface OpenDatasetParams extends InSession {
  readonly readAheadBytes: number;
  readonly parts: readonly (Pick<PartFacts, 'file' | 'uri' | 'dump'> & { readonly bytes?: number })[];
}

export interface DatasetOpened {
  readonly columns: readonly Column[];
  readonly parts: readonly PartFacts[];
  readonly progress: DatasetProgress;
}

export interface DatasetRowsParams extends OfView {
  readonly first: number;
  readonly count: number;
}

export interface DatasetRecordParams extends OfView {
  readonly row: number;
}

export interface OpenViewParams extends OfView {
  readonly query: RowsQuery;
  readonly scope: 'sample' | 'all';
}

export interface FindParams extends OfView {
  readonly test: FindTest | null;
  readonly scope: 'sample' | 'all';
}

export interface FindNextParams extends OfView {
  /** Place in the view; -1 to begin before the first. */
  readonly from: number;
  readonly direction: 1 | -1;
}

export interface FoundRow {
  readonly position: number;
  /** Indexes of the columns with a match. */
  readonly columns: readonly number[];
  /** How many matching rows come before it. */
  readonly rank: number;
}

export interface StatisticsParams extends OfView {
  readonly id: number;
  readonly columns: readonly string[];
  readonly scope: 'sample' | 'all';
}

export interface StatisticsResult {
  readonly columns: readonly ColumnStatistics[];
  readonly progress: ScanProgress;
}

export interface ExportParams extends OfView {
  readonly id: number;
  readonly options: ExportOptions;
  /** Absolute. */
  readonly path: string;
  /** Absolute, beside `path`: where the bytes go until all are there. The host's name, because it may outlive the worker. */
  readonly partial: string;
  readonly scope: 'sample' | 'all';
}

export interface ExportResult {
  readonly rows: number;
  readonly bytes: number;
  /** Sentences for people about what the format could not hold as it is. */
  readonly notes: readonly string[];
}

export interface ReadPartRangeParams extends InPart {
  readonly start: number;
  /** Exclusive; clipped to the object's end. */
  readonly end: number;
}

export interface RangeRead {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly totalBytes: number;
}

export interface IndexBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
}
