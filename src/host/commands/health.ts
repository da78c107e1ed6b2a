import { commands as vscodeCommands, env, ProgressLocation, window } from 'vscode';
import { isFailure } from '../../core/failure';
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
  const id = await connectionOf(deps, argument, 'Show Health');
  if (id === undefined) return;
  const health = await readVisibly(deps, id, () => deps.health.get(id));
  if (health !== undefined) await openHealthDocument(health);
}

/** *Copy Health Report*: as Markdown, for a ticket. */
export async function copyHealthReport(deps: HealthCommandDeps, argument: unknown): Promise<void> {
  const id = await connectionOf(deps, argument, 'Copy Health Report');
  if (id === undefined) return;
  const health = await readVisibly(deps, id, () => deps.health.get(id));
  if (health === undefined) return;
  await env.clipboard.writeText(printReport(health));
  window.setStatusBarMessage('The health report is on the clipboard as Markdown.', 4000);
}

/** *Check Health*: lists and reads anew, with credentials read anew where they failed. */
export async function checkHealth(deps: HealthCommandDeps, argument: unknown): Promise<void> {
  const id = await connectionOf(deps, argument, 'Check Health');
  if (id === undefined) return;
  const before = deps.health.of(id);
  if (before?.failure !== undefined) deps.sessions.renewAfter(id, before.failure);
  const health = await readVisibly(deps, id, async () => {
    const session = await deps.sessions.get(id).catch(() => undefined);
    session?.catalog.refresh('all');
    return deps.health.read(id);
  });
  const root = deps.explorer.roots().find(({ connection }) => connection.id === id);
  // The sidebar is to have the dumps that health speaks of.
  if (root !== undefined && health !== undefined && dumpsOf(health) !== dumpsOf(before))
    deps.explorer.refresh(root);
}

/** What a click on the status bar offers, of the connection that is asked for if there are several. */
export async function healthActions(deps: HealthCommandDeps): Promise<void> {
  const id = await pickWatched(deps);
  const health = id === undefined ? undefined : deps.health.of(id);
  if (id === undefined || health === undefined) return;
  const root = deps.explorer.roots().find(({ connection }) => connection.id === id);
  const run = (command: string, argument?: unknown) => () => vscodeCommands.executeCommand(command, argument);
  const actions = [
    {
      label: '$(warning) Show problems',
      description: 'in the Problems panel',
      run: run('workbench.actions.view.problems'),
    },
    {
      label: '$(pulse) Show health',
      description: 'the report, as a document',
      run: run(commands.dataConnectShowHealth, id),
    },
    {
      label: '$(copy) Copy health report',
      description: 'as Markdown',
      run: run(commands.dataConnectCopyHealthReport, id),
    },
    {
      label: '$(refresh) Refresh',
      description: 'the sidebar and health',
      run: run(commands.dataConnectRefresh, root),
    },
    health.isReading
      ? { label: '$(debug-stop) Stop checking', run: () => deps.health.stop(id) }
      : { label: '$(sync) Check now', description: 'health alone', run: run(commands.dataConnectCheckHealth, id) },
  ];
  const chosen = await window.showQuickPick(actions, {
    title: `Health of ${health.name}`,
    placeHolder: describeHealth(health, deps.clock.now()),
  });
  await chosen?.run();
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

/** With progress and a way to stop it. Shows why it failed; gives `undefined` then, and when it was stopped. */
async function readVisibly(
  { health, list, failures }: HealthCommandDeps,
  id: string,
  read: () => Promise<ConnectionHealth | undefined>,
): Promise<ConnectionHealth | undefined> {
  const name = list.find(id)?.name ?? id;
  const stopped = new AbortController();
  const found = await window.withProgress(
    { location: ProgressLocation.Notification, title: `Checking the health of ${name}…`, cancellable: true },
    (_, token) => {
      token.onCancellationRequested(() => {
        stopped.abort();
        health.stop(id);
      });
      return read();
    },
  );
  if (stopped.signal.aborted) return undefined;
  if (found?.failure !== undefined && !isFailure(found.failure, 'cancelled')) {
    failures.show(found.failure, {
      connectionId: id,
      retry: () => void vscodeCommands.executeCommand(commands.dataConnectCheckHealth, id),
    });
    return undefined;
  }
  return found?.reading === undefined ? undefined : found;
}

function dumpsOf(health: ConnectionHealth | undefined): string {
  return (health?.reading?.history.dumps ?? [])
    .map(({ dump, manifest }) => `${dump} ${manifest?.delivered ?? manifest?.key ?? ''}`)
    .join('\n');
}
