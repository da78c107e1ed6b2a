import { CancellationTokenSource } from 'vscode-jsonrpc/browser';
import { connect } from '../../src/channel/browser';
import type { Port } from '../../src/channel/channel';
import {
  absentColumnsChanged,
  copyText,
  failureAction,
  openRows,
  progressChanged,
  readOn,
  rowRecord,
  rowsPage,
  rowsReset,
  type AbsentColumn,
  type RowsOpened,
  type RowsProgress,
} from '../../src/protocol/rows';
import type { RecordPage, RowsPage } from '../../src/core/rowsPage';

export interface RowsHostEvents {
  readonly onProgress: (progress: RowsProgress) => void;
  readonly onAbsentColumns: (columns: readonly AbsentColumn[]) => void;
  readonly onReset: () => void;
}

/** The extension host as the rows view sees it. */
export interface RowsHost {
  open(): Promise<RowsOpened>;
  page(first: number, count: number, signal: AbortSignal): Promise<RowsPage>;
  record(row: number, signal: AbortSignal): Promise<RecordPage>;
  readOn(): void;
  act(id: string): void;
  copy(text: string): void;
}

export function connectRowsHost(port: Port, events: RowsHostEvents): RowsHost {
  const connection = connect(port);
  connection.onNotification(progressChanged, events.onProgress);
  connection.onNotification(absentColumnsChanged, events.onAbsentColumns);
  connection.onNotification(rowsReset, events.onReset);
  connection.listen();
  return {
    open: () => connection.sendRequest(openRows),
    page: (first, count, signal) =>
      cancellable(signal, (token) => connection.sendRequest(rowsPage, { first, count }, token)),
    record: (row, signal) => cancellable(signal, (token) => connection.sendRequest(rowRecord, { row }, token)),
    readOn: () => void connection.sendNotification(readOn, {}),
    act: (id) => void connection.sendNotification(failureAction, { id }),
    copy: (text) => void connection.sendNotification(copyText, { text }),
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
