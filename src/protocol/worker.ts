import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { Column } from '../core/column';
import type { FailureData } from '../core/failure';
import type { PartMetadata, PartProgress } from '../core/partProgress';
import type { RecordPage, RowsPage } from '../core/rowsPage';

/**
 * Extension host ↔ data worker. The host holds the object store; the worker asks it for bytes.
 * A session is one open part; its number is given by the host.
 */

/** Host → worker: read the header and the first rows; then go on in the background up to `readAheadBytes`. */
export const openPart = new RequestType<OpenPartParams, PartOpened, FailureData>('part/open');
/** Host → worker: a page of known rows. Rows past the known ones are left out. */
export const partRows = new RequestType<PartRowsParams, RowsPage, FailureData>('part/rows');
/** Host → worker: one row, whole. */
export const partRecord = new RequestType<PartRecordParams, RecordPage, FailureData>('part/record');
/** Host → worker: go on reading past the limit, up to this many more bytes. */
export const continuePart = new NotificationType<{ readonly session: number; readonly readAheadBytes: number }>(
  'part/continue',
);
export const closePart = new NotificationType<{ readonly session: number }>('part/close');

/** Worker → host: bytes of the object behind a session, pinned to the version that the session saw first. */
export const readRange = new RequestType<ReadRangeParams, RangeRead, FailureData>('source/read');
/** Worker → host: a snapshot, at most ten a second, and once at the end. */
export const partProgress = new NotificationType<{ readonly session: number; readonly progress: PartProgress }>(
  'part/progress',
);

export interface OpenPartParams {
  readonly session: number;
  readonly readAheadBytes: number;
}

export interface PartOpened {
  readonly columns: readonly Column[];
  readonly metadata: PartMetadata;
  readonly progress: PartProgress;
}

export interface PartRowsParams {
  readonly session: number;
  readonly first: number;
  readonly count: number;
}

export interface PartRecordParams {
  readonly session: number;
  readonly row: number;
}

export interface ReadRangeParams {
  readonly session: number;
  readonly start: number;
  /** Exclusive; clipped to the object's end. */
  readonly end: number;
}

export interface RangeRead {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly totalBytes: number;
}
