import { commands as vscodeCommands, EventEmitter, extensions, Uri, workspace } from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { Failure } from '../../core/failure';
import { printHealthMarkdown } from '../../core/history/printHealth';
import type { ConnectionHealth, HealthWatch } from './healthWatch';

/** `data-connect-health://<connection id>/Health of <name>.md`: the report as a read-only document. */
export const healthScheme = 'data-connect-health';

export function healthUri({ connectionId, name }: Pick<ConnectionHealth, 'connectionId' | 'name'>): Uri {
  return Uri.from({
    scheme: healthScheme,
    authority: connectionId,
    path: `/Health of ${name.replace(/[\\/]/g, '-')}.md`,
  });
}

/** Serves the reports, and follows what is known. A restored tab reads its connection first. */
export function registerHealthDocuments(watch: HealthWatch): Disposable {
  const resources = new DisposableStore();
  const changed = resources.add(new EventEmitter<Uri>());
  resources.add(
    workspace.registerTextDocumentContentProvider(healthScheme, {
      onDidChange: changed.event,
      async provideTextDocumentContent(uri, token) {
        const id = uri.authority;
        token.onCancellationRequested(() => watch.stop(id));
        return printReport(await watch.get(id));
      },
    }),
  );
  resources.add(
    watch.onDidChange((id) => {
      const health = watch.of(id);
      if (health?.reading !== undefined && !health.isReading) changed.fire(healthUri(health));
    }),
  );
  return resources;
}

/** Rejects with why there is none. */
export function printReport(health: ConnectionHealth | undefined): string {
  if (health?.reading === undefined) throw health?.failure ?? new Failure('cancelled');
  const { history, problems, checkedAt } = health.reading;
  return printHealthMarkdown(history, problems, { name: health.name, now: checkedAt });
}

/** As VS Code shows Markdown; as text, where its preview is switched off. */
export async function openHealthDocument(health: ConnectionHealth): Promise<void> {
  const uri = healthUri(health);
  const isPreviewed = extensions.getExtension('vscode.markdown-language-features') !== undefined;
  if (isPreviewed) await vscodeCommands.executeCommand('markdown.showPreview', uri);
  else await vscodeCommands.executeCommand('vscode.open', uri, { preview: true });
}
