import os from 'node:os';
import path from 'node:path';
import {
  commands as vscodeCommands,
  env,
  type Memento,
  type Progress,
  ProgressLocation,
  UIKind,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { ExportOptions } from '../../core/exportRows';
import { Failure, isFailure } from '../../core/failure';
import { formatBytes, formatCount, formatPlural } from '../../core/format';
import { exportFormats } from '../../core/parseExportOptions';
import type { ScanProgress } from '../../core/rowsProgress';
import type { ExportResult } from '../../protocol/dataset';
import type { Failures } from '../failures';
import type { OpenRows, ScanScope, WorkerView } from './openRows';
import type { RowsDocument } from './rowsDocument';

const folderKey = 'dataConnect.rows.exportFolder';

export interface ExportRowsDeps {
  readonly memento: Memento;
  readonly failures: Pick<Failures, 'show'>;
}

export interface ExportRowsRequest {
  readonly options: ExportOptions;
  /** Absent: all rows. */
  readonly view: WorkerView | undefined;
  readonly scope: ScanScope;
}

/**
 * Asks where to, and writes a view's rows to that file, with progress that can be cancelled. Rejects with what went wrong. Ended before it is whole,
 * nothing of it is left, and that is said.
 */
export async function exportRows(
  deps: ExportRowsDeps,
  document: RowsDocument,
  request: ExportRowsRequest,
): Promise<void> {
  const { memento } = deps;
  const { options } = request;
  const { located } = await document.opened();
  const { title, extension } = exportFormats[options.format];
  const uri = await window.showSaveDialog({
    title: `Export Rows as ${title}`,
    saveLabel: 'Export',
    defaultUri: Uri.file(path.join(lastFolder(memento), `${defaultName(located)}.${extension}`)),
    filters: { [title]: [extension] },
  });
  if (uri === undefined) return;
  if (uri.scheme !== 'file') {
    throw new Failure('export.cannotWrite', {
      path: uri.toString(),
      detail: 'rows can be written to files of this machine only',
    });
  }
  void memento.update(folderKey, path.dirname(uri.fsPath));
  await writeTo(uri, deps, document, request);
}

/** Writes and tells what came of it. Lost with the data process, it can be tried again, to the same place. */
async function writeTo(
  uri: Uri,
  deps: ExportRowsDeps,
  document: RowsDocument,
  { options, view, scope }: ExportRowsRequest,
): Promise<void> {
  const { rows } = await document.opened();
  try {
    const written = await writeWithProgress(uri, (hearing) =>
      rows.export({ view, options, path: uri.fsPath, scope }, hearing),
    );
    // Not awaited: the message stays until somebody has read it.
    if (written !== undefined) void tellWritten(uri, options, written);
  } catch (error) {
    if (!isFailure(error, 'export.lost')) throw error;
    deps.failures.show(error, {
      retry: () => {
        retry(uri, deps, document, { options, view, scope }).catch((again: unknown) => deps.failures.show(again));
      },
    });
  }
}

/** The rows are opened anew, for the tab as well; the view was lost with the process, and is asked for once more. */
async function retry(
  uri: Uri,
  deps: ExportRowsDeps,
  document: RowsDocument,
  request: ExportRowsRequest,
): Promise<void> {
  document.recover();
  await document.open();
  const { rows } = await document.opened();
  const { view: lost } = request;
  const none = { onView: () => undefined, onFind: () => undefined };
  const view = lost === undefined ? undefined : await rows.openView(lost.query, lost.scope, none);
  try {
    await writeTo(uri, deps, document, { ...request, view });
  } finally {
    view?.dispose();
  }
}

type ExportRequest = Parameters<OpenRows['export']>[1];

/** Undefined: it ended before the file was whole, and the user knows. */
async function writeWithProgress(
  uri: Uri,
  write: (request: ExportRequest) => Promise<ExportResult>,
): Promise<ExportResult | undefined> {
  const name = path.basename(uri.fsPath);
  const abort = new AbortController();
  try {
    return await window.withProgress(
      { location: ProgressLocation.Notification, title: `Exporting to ${name}`, cancellable: true },
      (progress, token) => {
        token.onCancellationRequested(() => abort.abort());
        return write({ signal: abort.signal, onProgress: createReport(progress) });
      },
    );
  } catch (error) {
    if (!isFailure(error, 'cancelled')) throw error;
    // Closing the tab ends its exports too: without a word one would look for the file.
    if (abort.signal.aborted)
      void window.showInformationMessage(`The export was cancelled. ${name} was not written.`);
    else void window.showWarningMessage(`The export ended because its rows were closed. ${name} was not written.`);
    return undefined;
  }
}

/** `pageviews-1241`; for a file of no export, its name. */
function defaultName(located: { readonly title: string; readonly table?: string; readonly dump?: bigint }): string {
  const { table, dump, title } = located;
  const name = table === undefined || dump === undefined ? title.replace(/\.avro$/i, '') : `${table}-${dump}`;
  // A table may be called what no file can be.
  // eslint-disable-next-line no-control-regex -- these are what Windows and others refuse
  return name.replace(/[\u0000-\u001f<>:"/\\|?*]/g, '_');
}

function lastFolder(memento: Memento): string {
  const folder: unknown = memento.get(folderKey);
  if (typeof folder === 'string' && path.isAbsolute(folder)) return folder;
  const [first] = workspace.workspaceFolders ?? [];
  return first?.uri.scheme === 'file' ? first.uri.fsPath : os.homedir();
}

/** `1,204,113 rows · 84.2 MB · 1.3 million rows/s` */
function createReport(report: Progress<{ readonly message: string; readonly increment: number }>) {
  let reported = 0;
  return (bytesWritten: number, progress: ScanProgress): void => {
    const percent = progress.bytesTotal === 0 ? 0 : (100 * progress.bytesDone) / progress.bytesTotal;
    const seconds = progress.elapsed / 1000;
    const rate = seconds < 1 ? undefined : Math.round(progress.matched / seconds);
    report.report({
      message: [
        formatPlural(progress.matched, 'row'),
        formatBytes(bytesWritten),
        ...(rate === undefined ? [] : [`${formatCount(rate)} rows/s`]),
      ].join(' · '),
      increment: Math.max(0, percent - reported),
    });
    reported = Math.max(reported, percent);
  };
}

async function tellWritten(uri: Uri, options: ExportOptions, { rows, bytes, notes }: ExportResult): Promise<void> {
  // In a browser, or on another machine, there is no folder to show.
  const canReveal = env.uiKind === UIKind.Desktop && env.remoteName === undefined;
  const reveal = 'Reveal in Folder';
  const open = 'Open';
  const isBinary = options.format === 'excel' || options.format === 'parquet';
  const sentence = `Exported ${formatPlural(rows, 'row')} to ${path.basename(uri.fsPath)} (${formatBytes(bytes)}).`;
  const chosen = await window.showInformationMessage(
    [sentence, ...notes].join(' '),
    ...(canReveal ? [reveal] : []),
    ...(canReveal || !isBinary ? [open] : []),
  );
  if (chosen === reveal) await vscodeCommands.executeCommand('revealFileInOS', uri);
  if (chosen !== open) return;
  if (isBinary) await env.openExternal(uri);
  else await vscodeCommands.executeCommand('vscode.open', uri);
}
