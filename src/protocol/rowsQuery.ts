import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { ColumnStatistics } from '../core/columnStatistics';
import type { Column } from '../core/column';
import type { ExportOptions } from '../core/exportRows';
import type { FindTest, RowsQuery } from '../core/rowFilter';
import type { RowsArrangement } from '../core/rowsArrangement';
import type { PartFacts, ScanCost, ScanProgress } from '../core/rowsProgress';
import type { FoundRow } from './dataset';
import type { FailureView } from './view';

/**
 * Rows view (webview) ↔ extension host: questions about all rows. View 0 is all rows, unfiltered, as they lie; the others are numbered by the webview, from 1 up, never
 * one number twice. The webview is the untrusted side: the host checks what it asks.
 */

/** `ask`: if more would be fetched than the user allows unasked, the answer is the cost, and nothing was begun. */
export type Scope = 'ask' | 'sample' | 'all';

/** The answer to a question that was not begun: the view shows the cost, and asks again with `all` or `sample`. */
export interface Asks {
  readonly asks: ScanCost;
}

/** View → host: makes a filtered, sorted view. `null`: begun; its progress is told. */
export const openRowsView = new RequestType<
  { readonly view: number; readonly query: RowsQuery; readonly scope: Scope },
  Asks | null,
  FailureView
>('rowsView/open');
export const closeRowsView = new NotificationType<{ readonly view: number }>('rowsView/close');
/** View → host: stop; what was found stays. */
export const cancelRowsView = new NotificationType<{ readonly view: number }>('rowsView/cancel');
/** Host → view: a snapshot. `length`: rows of the view known so far. */
export const rowsViewProgress = new NotificationType<{
  readonly view: number;
  readonly length: number;
  readonly progress: ScanProgress;
  readonly failure?: FailureView;
}>('rowsView/progress');

/** View → host: looks for a text in a view; without a test the search ends. */
export const findRows = new RequestType<
  { readonly view: number; readonly test: FindTest | null; readonly scope: Scope },
  Asks | null,
  FailureView
>('find/start');
export const findRowsProgress = new NotificationType<{
  readonly view: number;
  readonly matches: number;
  readonly progress: ScanProgress;
  readonly failure?: FailureView;
}>('find/progress');
/** View → host: the next match after a place (-1: from the start), or before it. */
export const findNextRow = new RequestType<
  { readonly view: number; readonly from: number; readonly direction: 1 | -1 },
  FoundRow | null,
  FailureView
>('find/next');

/** View → host: statistics of some columns of a view; snapshots come as `rowStatisticsProgress` with the same id, the last one is the answer. */
export const rowStatistics = new RequestType<
  { readonly id: number; readonly view: number; readonly columns: readonly string[]; readonly scope: Scope },
  Asks | RowStatistics,
  FailureView
>('statistics/ask');
export const rowStatisticsProgress = new NotificationType<{ readonly id: number } & RowStatistics>(
  'statistics/snapshot',
);
export const cancelStatistics = new NotificationType<{ readonly id: number }>('statistics/cancel');

export interface RowStatistics {
  readonly columns: readonly ColumnStatistics[];
  readonly progress: ScanProgress;
}

/** View → host: asks where to, and writes the view's rows to a file, with the editor's own progress and words. `null`: begun, or refused. */
export const exportView = new RequestType<ExportViewParams, Asks | null, FailureView>('rowsView/export');
export interface ExportViewParams {
  readonly view: number;
  readonly options: ExportOptions;
  readonly scope: Scope;
}

/** View → host: the query as SQL of the user's engine, in an untitled editor. */
export const showAsSql = new NotificationType<{ readonly query: RowsQuery; readonly columns: readonly string[] }>(
  'rowsView/showAsSql',
);
/** View → host: all rows of a user, here and elsewhere. `id`: decimal. */
export const findUser = new NotificationType<{ readonly id: string }>('rows/findUser');
/** View → host: remember this for the table. */
export const arrange = new NotificationType<RowsArrangement>('rows/arrange');
/** Host → view: apply this query, as if the user had (from *Find This User* and the like). */
export const applyQuery = new NotificationType<RowsQuery>('rows/applyQuery');
/** Host → view: do as its own button does: a command was run from the palette. */
export const viewCommand = new NotificationType<{ readonly command: ViewCommand }>('rows/command');
export type ViewCommand = 'export' | 'showAsSql';
/** Host → view: headers of further parts were read. A snapshot. */
export const partsChanged = new NotificationType<{
  readonly columns: readonly Column[];
  readonly parts: readonly PartFacts[];
}>('rows/parts');
