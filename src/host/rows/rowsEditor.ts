import {
  env,
  window,
  type CustomReadonlyEditorProvider,
  type Disposable as VscodeDisposable,
  type Uri,
  type WebviewPanel,
} from 'vscode';
import { DisposableStore } from '../../core/disposable';
import { failureFromData, isFailure } from '../../core/failure';
import type { DatasetProgress } from '../../core/rowsProgress';
import {
  absentColumnsChanged,
  copyText,
  failureAction,
  notesChanged,
  openRows,
  progressChanged,
  readOn,
  retryParts,
  rowsRenumbered,
  rowsReset,
  type RowsProgress,
} from '../../protocol/rows';
import { applyQuery, viewCommand } from '../../protocol/rowsQuery';
import type { Failures } from '../failures';
import { customEditors } from '../generated/meta';
import { answer, connectWebview } from '../webviewChannel';
import { webviewHtml, webviewRoot } from '../webviewHtml';
import { RowsDocument, type RowsDocumentDeps } from './rowsDocument';
import { answerRowsPanel, type RowsPanelDeps } from './rowsPanel';
import type { RowsTabs } from './rowsTabs';

export interface RowsEditorDeps extends RowsDocumentDeps, RowsPanelDeps {
  readonly extensionUri: Uri;
  readonly failures: Failures;
  readonly tabs: RowsTabs;
}

/** Registers the rows view for `.avro` files, of connected buckets and local ones, and for tables. */
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
  const worded = (progress: DatasetProgress): RowsProgress =>
    progress.failure === undefined
      ? progress
      : { ...progress, stopped: failures.view(failureFromData(progress.failure), false) };
  const tellAbsentColumns = (): void => {
    document.absentColumns().then(
      (columns) => void view.sendNotification(absentColumnsChanged, columns),
      // The rows are right without this; a bucket whose manifests may not be read must not spoil them.
      (error: unknown) => {
        if (!isFailure(error, 'cancelled')) log.info(`Columns of other dumps are not known: ${String(error)}`);
      },
    );
  };

  /** Undefined: the page was told nothing, and may still show what was said of the rows before. */
  let told: string | undefined;
  const tellNotes = (): void => {
    document.notes().then(
      (notes) => {
        const text = notes.sentences.join('\n');
        if (told === text) return;
        told = text;
        void view.sendNotification(notesChanged, notes);
      },
      () => undefined,
    );
  };

  const answers = resources.add(answerRowsPanel(view, document, deps));
  view.onRequest(openRows, () =>
    answer(
      async () => {
        // A page that was hidden is loaded anew when it is shown again.
        answers.restart();
        told = undefined;
        const opened = await document.open();
        const query = deps.tabs.takeQuery(document.uri);
        tellAbsentColumns();
        tellNotes();
        return {
          ...opened,
          progress: worded(opened.progress),
          ...(query === undefined ? {} : { query }),
        };
      },
      (error) => failures.view(error, true),
    ),
  );
  view.onNotification(readOn, () => {
    document.readOn().catch((error: unknown) => failures.show(error));
  });
  view.onNotification(retryParts, () => {
    document.retryParts().catch((error: unknown) => failures.show(error));
  });
  view.onNotification(copyText, ({ text }) => void env.clipboard.writeText(text));
  view.onNotification(failureAction, ({ id }) =>
    failures.act(id, {
      retry: () => document.reopen(),
      uri: document.uri,
      ...(document.connectionId === undefined ? {} : { connectionId: document.connectionId }),
    }),
  );
  resources.add(document.onDidLearnParts(tellNotes));
  resources.add(
    deps.tabs.add({
      document,
      get isActive() {
        return panel.active;
      },
      apply: (query) => void view.sendNotification(applyQuery, query),
      run: (command) => void view.sendNotification(viewCommand, { command }),
    }),
  );
  resources.add(
    document.onDidProgress((progress) => void view.sendNotification(progressChanged, worded(progress))),
  );
  resources.add(document.onDidRenumber(() => void view.sendNotification(rowsRenumbered, {})));
  resources.add(document.onDidReset(() => void view.sendNotification(rowsReset, {})));
  view.listen();
  panel.webview.html = webviewHtml(panel.webview, deps.extensionUri, 'rows', 'Avro rows');
}
