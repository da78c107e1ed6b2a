import { CancellationTokenSource } from 'vscode-jsonrpc/browser';
import { connect } from '../../src/channel/browser';
import type { Port } from '../../src/channel/channel';
import type { ExportOptions } from '../../src/core/exportRows';
import type { FindTest, RowsQuery } from '../../src/core/rowFilter';
import type { RowsArrangement } from '../../src/core/rowsArrangement';
import type { RecordPage, RowsPage } from '../../src/core/rowsPage';
import type { PartFacts, ScanProgress } from '../../src/core/rowsProgress';
import type { Column } from '../../src/core/column';
import type { FoundRow } from '../../src/protocol/dataset';
import {
  absentColumnsChanged,
  copyText,
  failureAction,
  notesChanged,
  openRows,
  progressChanged,
  readOn,
  retryParts,
  rowRecord,
  rowsPage,
  rowsRenumbered,
  rowsReset,
  type AbsentColumn,
  type RowsNotes,
  type RowsOpened,
  type RowsProgress,
} from '../../src/protocol/rows';
import {
  applyQuery,
  arrange,
  cancelRowsView,
  cancelStatistics,
  closeRowsView,
  exportView,
  findNextRow,
  findRows,
  findRowsProgress,
  findUser,
  openRowsView,
  partsChanged,
  rowStatistics,
  rowStatisticsProgress,
  rowsViewProgress,
  showAsSql,
  viewCommand,
  type Asks,
  type RowStatistics,
  type Scope,
  type ViewCommand,
} from '../../src/protocol/rowsQuery';
import type { FailureView } from '../../src/protocol/view';

/** What is known of a view, or of a search in it. */
export interface ViewState {
  readonly view: number;
  readonly progress: ScanProgress;
  readonly failure?: FailureView;
}

export interface RowsHostEvents {
  readonly onProgress: (progress: RowsProgress) => void;
  readonly onAbsentColumns: (columns: readonly AbsentColumn[]) => void;
  readonly onReset: () => void;
  /** Rows that had approximate numbers have others now. */
  readonly onRenumbered?: () => void;
  /** Sentences about what is left out, and the like. */
  readonly onNotes?: (notes: RowsNotes) => void;
  readonly onCommand?: (command: ViewCommand) => void;
  /** `length`: rows of the view known so far. */
  readonly onViewProgress?: (state: ViewState & { readonly length: number }) => void;
  readonly onFindProgress?: (state: ViewState & { readonly matches: number }) => void;
  readonly onStatistics?: (snapshot: RowStatistics & { readonly id: number }) => void;
  readonly onApplyQuery?: (query: RowsQuery) => void;
  readonly onParts?: (parts: { readonly columns: readonly Column[]; readonly parts: readonly PartFacts[] }) => void;
}

/** The extension host as the rows view sees it. Requests that fail reject with a `FailureView` in `data` (`failureOf`). */
export interface RowsHost {
  open(): Promise<RowsOpened>;
  /** Rows of a view; of all rows as they lie if none is named. */
  page(first: number, count: number, signal: AbortSignal, view?: number): Promise<RowsPage>;
  /** `row`: place in the view. */
  record(row: number, signal: AbortSignal, view?: number): Promise<RecordPage>;
  readOn(): void;
  /** Opens all parts anew, those that could not be opened too. */
  retryParts(): void;
  act(id: string): void;
  copy(text: string): void;
  /** `null`: begun; its progress is told. */
  openView(view: number, query: RowsQuery, scope: Scope): Promise<Asks | null>;
  closeView(view: number): void;
  cancelView(view: number): void;
  /** Without a test the search ends. */
  find(view: number, test: FindTest | null, scope: Scope): Promise<Asks | null>;
  /** The next match after `from` (-1: from the start), or before it. */
  findNext(view: number, from: number, direction: 1 | -1): Promise<FoundRow | null>;
  /** Snapshots come by `onStatistics` under the same id; the answer is the last. */
  statistics(id: number, view: number, columns: readonly string[], scope: Scope): Promise<Asks | RowStatistics>;
  cancelStatistics(id: number): void;
  /** `null`: begun, or refused in words by the editor, which tells all else of it. */
  exportView(view: number, options: ExportOptions, scope: Scope): Promise<Asks | null>;
  showAsSql(query: RowsQuery, columns: readonly string[]): void;
  /** `id`: decimal. */
  findUser(id: string): void;
  /** Remember this for the table. */
  arrange(arrangement: RowsArrangement): void;
}

export function connectRowsHost(port: Port, events: RowsHostEvents): RowsHost {
  const connection = connect(port);
  connection.onNotification(progressChanged, events.onProgress);
  connection.onNotification(absentColumnsChanged, events.onAbsentColumns);
  connection.onNotification(rowsReset, events.onReset);
  connection.onNotification(rowsRenumbered, () => events.onRenumbered?.());
  connection.onNotification(rowsViewProgress, (state) => events.onViewProgress?.(state));
  connection.onNotification(findRowsProgress, (state) => events.onFindProgress?.(state));
  connection.onNotification(rowStatisticsProgress, (snapshot) => events.onStatistics?.(snapshot));
  connection.onNotification(applyQuery, (query) => events.onApplyQuery?.(query));
  connection.onNotification(partsChanged, (parts) => events.onParts?.(parts));
  connection.onNotification(notesChanged, (notes) => events.onNotes?.(notes));
  connection.onNotification(viewCommand, ({ command }) => events.onCommand?.(command));
  connection.listen();
  return {
    open: () => connection.sendRequest(openRows),
    page: (first, count, signal, view = 0) =>
      cancellable(signal, (token) => connection.sendRequest(rowsPage, { view, first, count }, token)),
    record: (row, signal, view = 0) =>
      cancellable(signal, (token) => connection.sendRequest(rowRecord, { view, row }, token)),
    readOn: () => void connection.sendNotification(readOn, {}),
    retryParts: () => void connection.sendNotification(retryParts, {}),
    act: (id) => void connection.sendNotification(failureAction, { id }),
    copy: (text) => void connection.sendNotification(copyText, { text }),
    ...queries(connection),
  };
}

type Queries = Omit<RowsHost, 'open' | 'page' | 'record' | 'readOn' | 'retryParts' | 'act' | 'copy'>;

/** Questions about all rows. */
function queries(connection: ReturnType<typeof connect>): Queries {
  return {
    openView: (view, query, scope) => connection.sendRequest(openRowsView, { view, query, scope }),
    closeView: (view) => void connection.sendNotification(closeRowsView, { view }),
    cancelView: (view) => void connection.sendNotification(cancelRowsView, { view }),
    find: (view, test, scope) => connection.sendRequest(findRows, { view, test, scope }),
    findNext: (view, from, direction) => connection.sendRequest(findNextRow, { view, from, direction }),
    statistics: (id, view, columns, scope) => connection.sendRequest(rowStatistics, { id, view, columns, scope }),
    cancelStatistics: (id) => void connection.sendNotification(cancelStatistics, { id }),
    exportView: (view, options, scope) => connection.sendRequest(exportView, { view, options, scope }),
    showAsSql: (query, columns) => void connection.sendNotification(showAsSql, { query, columns }),
    findUser: (id) => void connection.sendNotification(findUser, { id }),
    arrange: (arrangement) => void connection.sendNotification(arrange, arrangement),
  };
}

async function cancellable<T>(
  signal: AbortSignal,
  send: (token: CancellationTokenSource['token']) => Promise<T>,
): Promise<T> {
  const source = new CancellationTokenSource();
  const cancel = (): void => source.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await send(source.token);
  } finally {
    signal.removeEventListener('abort', cancel);
    source.dispose();
  }
}
