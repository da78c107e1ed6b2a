import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { Column } from '../core/column';
import type { PartMetadata } from '../core/partProgress';
import type { RowsQuery } from '../core/rowFilter';
import type { RowsArrangement } from '../core/rowsArrangement';
import type { RecordPage, RowsPage } from '../core/rowsPage';
import type { DatasetProgress, PartFacts } from '../core/rowsProgress';
import type { FailureView } from './view';

/** Rows view (webview) ↔ extension host. The view is the untrusted side: the host checks every number. */

/** View → host: nothing is sent before the view asks. */
export const openRows = new RequestType0<RowsOpened, FailureView>('rows/open');
/** View → host: at most `maxPageRows` rows of a view (`protocol/rowsQuery`); view 0, all rows as they lie, if none is named. */
export const rowsPage = new RequestType<
  { readonly view?: number; readonly first: number; readonly count: number },
  RowsPage,
  FailureView
>('rows/page');
/** View → host: `row` is a place in the view. */
export const rowRecord = new RequestType<{ readonly view?: number; readonly row: number }, RecordPage, FailureView>(
  'rows/record',
);
/** View → host: go on reading where the limit paused it. */
export const readOn = new NotificationType<Record<string, never>>('rows/readOn');
/** View → host: one of the actions that a `FailureView` offered. */
export const failureAction = new NotificationType<{ readonly id: string }>('rows/failureAction');
/** View → host: put this text on the clipboard (what the view shows and the user chose to copy). */
export const copyText = new NotificationType<{ readonly text: string }>('rows/copyText');

/** Host → view: a snapshot. */
export const progressChanged = new NotificationType<RowsProgress>('rows/progress');
/** Host → view: rows that had approximate numbers have others now; pages of them are stale. */
export const rowsRenumbered = new NotificationType<Record<string, never>>('rows/renumbered');
/** Host → view: columns that the table has in other dumps and this part has not. A snapshot. */
export const absentColumnsChanged = new NotificationType<readonly AbsentColumn[]>('rows/absentColumns');
/** Host → view: what a person must know of these rows, as sentences: files that are left out, and the like. A snapshot. */
export const notesChanged = new NotificationType<RowsNotes>('rows/notes');
/** View → host: open what could not be opened once more; `rowsReset` follows. */
export const retryParts = new NotificationType<Record<string, never>>('rows/retryParts');
/** Host → view: the part was reopened; ask again. */
export const rowsReset = new NotificationType<Record<string, never>>('rows/reset');

export const maxPageRows = 1000;

export interface RowsNotes {
  readonly sentences: readonly string[];
  /** Some of it may be otherwise when it is tried again: parts that could not be opened. */
  readonly canRetry: boolean;
}

export interface RowsOpened {
  /** `s3://…` or a path. */
  readonly uri: string;
  readonly file: string;
  /** Decimal; absent for a file outside an export. */
  readonly dump?: string;
  readonly table?: string;
  /** All effective files of the table, not one of its parts. */
  readonly isTable?: true;
  readonly totalBytes: number;
  /** Epoch milliseconds. */
  readonly modified?: number;
  readonly columns: readonly Column[];
  /** Names of the columns that are the row's identity, in order: frozen at the left. */
  readonly idColumns: readonly string[];
  /** Of the first part. */
  readonly metadata: PartMetadata;
  /** One for a part file; of a table all its effective parts, in order. */
  readonly parts: readonly PartFacts[];
  readonly progress: RowsProgress;
  readonly arrangement: RowsArrangement;
  /** To begin with, in place of what the view remembers. */
  readonly query?: RowsQuery;
}

/** How far the part has been read; with the words for the failure that ended reading, if one did. `readOn` tries again. */
export interface RowsProgress extends DatasetProgress {
  readonly stopped?: FailureView;
}

export interface AbsentColumn {
  readonly name: string;
  /** For a tooltip: `in dump 1241; this part is of dump 1238`. */
  readonly note: string;
}
