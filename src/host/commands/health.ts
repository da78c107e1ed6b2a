import { commands as vscodeCommands, env, ProgressLocation, type QuickPickItem, window } from 'vscode';
import { failureTitle } from '../../core/failureTitle';
import type { Failures } from '../failures';
import { commands } from '../generated/meta';
import { openHealthDocument, printReport } from '../health/healthDocument';
import { describeHealth } from '../health/healthStatus';
import type { ConnectionHealth, HealthWatch } from '../health/healthWatch';
import { connectionIdOf } from '../tree/nodes';
import type { Explorer } from '../tree/provider';
import { asNode, pickConnection, type TargetDeps } from './targets';

export interface HealthCommandDeps extends TargetDeps {
  readonly health: HealthWatch;
  readonly failures: Failures;
  readonly explorer: Pick<Explorer, 'roots' | 'refresh'>;
}

/** *Show Health*: the report as a document. Of a node's connection, of the one with this id, or of one asked for. */
export async function showHealth(deps: HealthCommandDeps, argument: unknown): Promise<void> {
  const health = await healthOf(deps, argument, 'Show Health');
  if (health !== undefined) await openHealthDocument(health);
}

/** *Copy Health Report*: as Markdown, for a ticket. */
export async function copyHealthReport(deps: HealthCommandDeps, argument: unknown): Promise<void> {
  const health = await healthOf(deps, argument, 'Copy Health Report');
  if (health === undefined) return;
  await env.clipboard.writeText(printReport(health));
  window.setStatusBarMessage('The health report is on the clipboard as Markdown.', 4000);
}

/** *Check Health*: lists and reads anew, with credentials read anew where they failed. The status bar shows that it is at work, and offers to stop it. */
export async function checkHealth(deps: HealthCommandDeps, argument: unknown): Promise<void> {
  const id = await connectionOf(deps, argument, 'Check Health');
  if (id === undefined) return;
  const before = deps.health.of(id);
  if (before?.failure !== undefined) deps.sessions.renewAfter(id, before.failure);
  const session = await deps.sessions.get(id).catch(() => undefined);
  session?.catalog.refresh('all');
  const health = await deps.health.read(id);
  showFailure(deps, health);
  const root = deps.explorer.roots().find(({ connection }) => connection.id === id);
  // The sidebar is to have the dumps that health speaks of.
  if (root !== undefined && health?.reading !== undefined && dumpsOf(health) !== dumpsOf(before))
    deps.explorer.refresh(root);
}

/** What a click on the status bar offers, of the connection that is asked for if there are several. */
export async function healthActions(deps: HealthCommandDeps): Promise<void> {
  const id = await pickWatched(deps);
  const health = id === undefined ? undefined : deps.health.of(id);
  if (health === undefined) return;
  const chosen = await window.showQuickPick(actionsOf(deps, health), {
    title: `Health of ${health.name}`,
    placeHolder: describeHealth(health, deps.clock.now()),
  });
  await chosen?.run();
}

interface HealthAction extends QuickPickItem {
  readonly run: () => unknown;
}

function actionsOf(deps: HealthCommandDeps, health: ConnectionHealth): readonly HealthAction[] {
  const { connectionId: id, failure } = health;
  const root = deps.explorer.roots().find(({ connection }) => connection.id === id);
  const action = (icon: string, label: string, description: string, command: string, argument?: unknown) => ({
    label: `$(${icon}) ${label}`,
    description,
    run: () => vscodeCommands.executeCommand(command, argument),
  });
  const why: readonly HealthAction[] =
    failure === undefined
      ? []
      : [
          {
            label: `$(error) ${failureTitle(failure.code)}`,
            description: 'why it is not known, and what to do',
            run: () => showFailure(deps, health),
          },
        ];
  return [
    ...why,
    action('warning', 'Show problems', 'in the Problems panel', 'workbench.actions.view.problems'),
    action('pulse', 'Show health', 'the report, as a document', commands.dataConnectShowHealth, id),
    action('copy', 'Copy health report', 'as Markdown', commands.dataConnectCopyHealthReport, id),
    action('refresh', 'Refresh', 'the sidebar and health', commands.dataConnectRefresh, root),
    health.isReading
      ? { label: '$(debug-stop) Stop checking', run: () => deps.health.stop(id) }
      : action('sync', 'Check now', 'health alone', commands.dataConnectCheckHealth, id),
  ];
}

async function pickWatched({ health, clock }: HealthCommandDeps): Promise<string | undefined> {
  const all = health.all();
  if (all.length < 2) return all[0]?.connectionId;
  const items = all.map((item) => ({
    label: item.name,
    description: describeHealth(item, clock.now()),
    id: item.connectionId,
  }));
  return (await window.showQuickPick(items, { title: 'Health', placeHolder: 'Which connection?' }))?.id;
}

async function connectionOf(
  deps: HealthCommandDeps,
  argument: unknown,
  title: string,
): Promise<string | undefined> {
  if (typeof argument === 'string') return argument;
  const node = asNode(argument);
  return node === undefined ? pickConnection(deps, title) : connectionIdOf(node);
}

/** What is known, or read with progress and a way to stop it. Shows why it failed; gives `undefined` then, and when it was stopped. */
async function healthOf(
  deps: HealthCommandDeps,
  argument: unknown,
  title: string,
): Promise<ConnectionHealth | undefined> {
  const id = await connectionOf(deps, argument, title);
  if (id === undefined) return undefined;
  const known = deps.health.of(id);
  if (known?.reading !== undefined && !known.isReading) return known;
  const name = deps.list.find(id)?.name ?? id;
  const found = await window.withProgress(
    { location: ProgressLocation.Notification, title: `Reading the health of ${name}…`, cancellable: true },
    (_, token) => {
      token.onCancellationRequested(() => deps.health.stop(id));
      return deps.health.get(id);
    },
  );
  if (found?.reading !== undefined) return found;
  showFailure(deps, found);
  return undefined;
}

function showFailure({ failures }: HealthCommandDeps, health: ConnectionHealth | undefined): void {
  if (health?.failure === undefined) return;
  const { connectionId, failure } = health;
  const retry = (): void => void vscodeCommands.executeCommand(commands.dataConnectCheckHealth, connectionId);
  failures.show(failure, { connectionId, retry });
}

function dumpsOf(health: ConnectionHealth | undefined): string {
  return (health?.reading?.history.dumps ?? [])
    .map(({ dump, manifest }) => `${dump} ${manifest?.delivered ?? manifest?.key ?? ''}`)
    .join('\n');
}
