import {
  env,
  window,
  type CustomReadonlyEditorProvider,
  type Disposable as VscodeDisposable,
  type Uri,
  type WebviewPanel,
} from 'vscode';
import { DisposableStore } from '../../core/disposable';
import { Failure, failureFromData, isFailure } from '../../core/failure';
import {
  absentColumnsChanged,
  copyText,
  failureAction,
  maxPageRows,
  openRows,
  progressChanged,
  readOn,
  rowRecord,
  rowsPage,
  rowsReset,
  type RowsProgress,
} from '../../protocol/rows';
import type { PartProgress } from '../../core/partProgress';
import type { Failures } from '../failures';
import { customEditors } from '../generated/meta';
import { answer, connectWebview } from '../webviewChannel';
import { webviewHtml, webviewRoot } from '../webviewHtml';
import { asDatasetProgress, RowsDocument, type RowsDocumentDeps } from './rowsDocument';

export interface RowsEditorDeps extends RowsDocumentDeps {
  readonly extensionUri: Uri;
  readonly failures: Failures;
}

/** Registers the rows view for `.avro` files, of connected buckets and local ones. */
export function registerRowsEditor(deps: RowsEditorDeps): VscodeDisposable {
  const provider: CustomReadonlyEditorProvider<RowsDocument> = {
    openCustomDocument: (uri) => new RowsDocument(uri, deps),
    resolveCustomEditor: (document, panel) => resolve(document, panel, deps),
  };
  return window.registerCustomEditorProvider(customEditors.dataConnectRows, provider, {
    supportsMultipleEditorsPerDocument: true,
  });
}

function resolve(document: RowsDocument, panel: WebviewPanel, deps: RowsEditorDeps): void {
  const { failures, log } = deps;
  const resources = new DisposableStore();
  panel.onDidDispose(() => resources.dispose());
  panel.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(deps.extensionUri)] };

  const view = resources.add(connectWebview(panel.webview));
  const inWords = (error: unknown) => failures.view(error, true);
  const worded = (progress: PartProgress): RowsProgress =>
    progress.failure === undefined
      ? asDatasetProgress(progress)
      : { ...asDatasetProgress(progress), stopped: failures.view(failureFromData(progress.failure), false) };
  const tellAbsentColumns = (): void => {
    document.absentColumns().then(
      (columns) => void view.sendNotification(absentColumnsChanged, columns),
      // The rows are right without this; a bucket whose manifests may not be read must not spoil them.
      (error: unknown) => {
        if (!isFailure(error, 'cancelled')) log.info(`Columns of other dumps are not known: ${String(error)}`);
      },
    );
  };

  view.onRequest(openRows, () =>
    answer(async () => {
      const opened = await document.open();
      tellAbsentColumns();
      return { ...opened, progress: worded(opened.progress) };
    }, inWords),
  );
  view.onRequest(rowsPage, ({ first, count }) =>
    answer(() => document.rows(...checkedRange(first, count)), inWords),
  );
  view.onRequest(rowRecord, ({ row }) => answer(() => document.record(checkedRange(row, 1)[0]), inWords));
  view.onNotification(readOn, () => {
    document.readOn().catch((error: unknown) => failures.show(error));
  });
  view.onNotification(copyText, ({ text }) => void env.clipboard.writeText(text));
  view.onNotification(failureAction, ({ id }) =>
    failures.act(id, {
      retry: () => document.reopen(),
      uri: document.uri,
      ...(document.connectionId === undefined ? {} : { connectionId: document.connectionId }),
    }),
  );
  resources.add(
    document.onDidProgress((progress) => void view.sendNotification(progressChanged, worded(progress))),
  );
  resources.add(document.onDidReset(() => void view.sendNotification(rowsReset, {})));
  view.listen();
  panel.webview.html = webviewHtml(panel.webview, deps.extensionUri, 'rows', 'Avro rows');
}

/** The view is the untrusted side: only whole numbers in range pass. */
function checkedRange(first: number, count: number): [number, number] {
  if (
    !Number.isSafeInteger(first) ||
    first < 0 ||
    !Number.isSafeInteger(count) ||
    count < 0 ||
    count > maxPageRows
  ) {
    throw new Failure('internal', { detail: 'The view asked for rows out of range.' });
  }
  return [first, count];
}
