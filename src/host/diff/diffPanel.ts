import { commands as vscodeCommands, env, Uri, ViewColumn, window, workspace, type WebviewPanel } from 'vscode';
import { printCanonicalManifest } from '../../core/canonicalManifest';
import type { Catalog } from '../../core/catalogModel';
import { printDiffMarkdown } from '../../core/diffMarkdown';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { parseDumpId, type DumpId } from '../../core/dumpId';
import { Failure } from '../../core/failure';
import {
  copyMarkdown,
  diffFailureAction,
  openDiff,
  openManifest,
  openTextDiff,
  revealTable,
  type DiffOpened,
} from '../../protocol/diff';
import type { BucketSession, Sessions } from '../connections/sessions';
import type { Failures } from '../failures';
import { openJsonDocument } from '../jsonDocuments';
import { canonicalScheme, parseObjectUri } from '../resourceUri';
import { answer, connectWebview } from '../webviewChannel';
import { webviewHtml, webviewRoot } from '../webviewHtml';
import type { DiffTarget } from './diffTarget';
import { readDiffView } from './readDiffView';

const viewType = 'dataConnect.diff';

export interface DiffDeps {
  readonly extensionUri: Uri;
  readonly sessions: Sessions;
  readonly failures: Failures;
  reveal(connectionId: string, dump: DumpId, table: string): Promise<void>;
}

export function openDiffPanel(target: DiffTarget, deps: DiffDeps): void {
  const panel = window.createWebviewPanel(viewType, titleOf(target), ViewColumn.Active, {
    enableScripts: true,
    localResourceRoots: [webviewRoot(deps.extensionUri)],
  });
  resolve(panel, target, deps);
}

/** Brings diff tabs back after the window was reloaded, and serves the canonical text of manifests. */
export function registerDiff(deps: DiffDeps): Disposable {
  const resources = new DisposableStore();
  resources.add(
    window.registerWebviewPanelSerializer(viewType, {
      deserializeWebviewPanel(panel, state: unknown) {
        const target = parseTarget(state);
        panel.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(deps.extensionUri)] };
        if (target === undefined) panel.dispose();
        else resolve(panel, target, deps);
        return Promise.resolve();
      },
    }),
  );
  resources.add(
    workspace.registerTextDocumentContentProvider(canonicalScheme, {
      async provideTextDocumentContent(uri) {
        const { connectionId, key } = parseObjectUri(uri);
        const dump = parseDumpId(/dump-(\d+)\.json$/.exec(key)?.[1] ?? '');
        if (dump === undefined) throw new Failure('catalog.noSuchDump', { detail: key });
        const { catalog } = await deps.sessions.get(connectionId);
        return printCanonicalManifest((await catalog.readManifest(dump)).manifest);
      },
    }),
  );
  return resources;
}

/** VS Code's own diff editor, on the canonical text of both manifests. */
export async function openCanonicalDiff({ connectionId, from, to }: DiffTarget): Promise<void> {
  const uri = (dump: DumpId): Uri =>
    Uri.from({ scheme: canonicalScheme, authority: connectionId, path: `/dump-${dump}.json` });
  await vscodeCommands.executeCommand(
    'vscode.diff',
    uri(from),
    uri(to),
    `${titleOf({ connectionId, from, to })} (text)`,
  );
}

function resolve(panel: WebviewPanel, target: DiffTarget, deps: DiffDeps): void {
  const { failures } = deps;
  const resources = new DisposableStore();
  const abort = new AbortController();
  resources.add({ dispose: () => abort.abort() });
  panel.onDidDispose(() => resources.dispose());
  const view = resources.add(connectWebview(panel.webview));
  const sideOf = (side: 'from' | 'to'): DumpId => target[side];
  const shown = <T>(work: () => Promise<T>): void => {
    work().catch((error: unknown) => failures.show(error, { connectionId: target.connectionId }));
  };
  const session = (): Promise<BucketSession> => deps.sessions.get(target.connectionId);

  view.onRequest(openDiff, () =>
    answer(
      async (): Promise<DiffOpened> => readDiffView(await session(), target, abort.signal),
      (error) => failures.view(error, true),
    ),
  );
  view.onNotification(revealTable, ({ table, side }) =>
    shown(() => deps.reveal(target.connectionId, sideOf(side), table)),
  );
  view.onNotification(openManifest, ({ side }) =>
    shown(async () => {
      const key = await manifestKey((await session()).catalog, sideOf(side));
      await openJsonDocument({ connectionId: target.connectionId, key });
    }),
  );
  view.onNotification(openTextDiff, () => shown(() => openCanonicalDiff(target)));
  view.onNotification(copyMarkdown, () =>
    shown(async () => {
      const { diff, connection, from, to } = await readDiffView(await session(), target, abort.signal);
      await env.clipboard.writeText(printDiffMarkdown(diff, { connection, from, to }));
      window.setStatusBarMessage('The diff is on the clipboard as Markdown.', 4000);
    }),
  );
  view.onNotification(diffFailureAction, ({ id }) =>
    failures.act(id, {
      connectionId: target.connectionId,
      // The page asks anew when it is loaded anew.
      retry: () => {
        panel.webview.html = webviewHtml(panel.webview, deps.extensionUri, 'diff', titleOf(target));
      },
    }),
  );
  view.listen();
  panel.webview.html = webviewHtml(panel.webview, deps.extensionUri, 'diff', titleOf(target));
}

const titleOf = ({ from, to }: DiffTarget): string => `Dump ${from} → ${to}`;

async function manifestKey(catalog: Catalog, dump: DumpId): Promise<string> {
  return (await catalog.readManifest(dump)).info.key;
}

/** The state that the view kept for us; from outside, so checked. */
function parseTarget(state: unknown): DiffTarget | undefined {
  if (typeof state !== 'object' || state === null) return undefined;
  const { connectionId, from, to } = state as Readonly<Record<string, unknown>>;
  if (typeof connectionId !== 'string' || typeof from !== 'string' || typeof to !== 'string') return undefined;
  const fromDump = parseDumpId(from);
  const toDump = parseDumpId(to);
  return fromDump === undefined || toDump === undefined ? undefined : { connectionId, from: fromDump, to: toDump };
}
