import { commands as vscodeCommands, window, workspace } from 'vscode';
import { describeArrival } from '../../core/history/describeArrival';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { Clock } from '../../core/ports';
import type { Sessions } from '../connections/sessions';
import { type DiffDeps, openDiffPanel } from '../diff/diffPanel';
import type { Failures } from '../failures';
import { commands } from '../generated/meta';
import { readSetting } from '../settings';
import type { Explorer } from '../tree/provider';
import { registerHealthDocuments } from './healthDocument';
import { type Arrival, createHealthPoll, type HealthPoll } from './healthPoll';
import type { HealthWatch } from './healthWatch';
import { registerHealthProblems } from './problemsPanel';
import { createHealthStatusBar } from './statusBar';

export interface HealthDeps extends DiffDeps {
  readonly health: HealthWatch;
  readonly sessions: Sessions;
  readonly failures: Failures;
  readonly clock: Clock;
  readonly explorer: Pick<Explorer, 'roots' | 'refresh'>;
}

/** Shows health in the status bar, the Problems panel and as documents, and looks for new dumps if the user wants that. */
export function registerHealth(deps: HealthDeps): Disposable {
  const { health, sessions, failures, clock, explorer } = deps;
  const resources = new DisposableStore();
  resources.add(registerHealthDocuments(health));
  resources.add(registerHealthProblems(health, sessions));
  const poll: HealthPoll = resources.add(
    createHealthPoll({
      watch: health,
      sessions,
      failures,
      clock,
      minutes: () => readSetting('dataConnect.health.pollMinutes'),
      async refresh(id) {
        (await sessions.get(id)).catalog.refresh('all');
        const root = explorer.roots().find(({ connection }) => connection.id === id);
        if (root !== undefined) explorer.refresh(root);
      },
      tell: (arrival) => void tellArrival(deps, arrival),
      onFault: () => status.update(),
    }),
  );
  const status = resources.add(createHealthStatusBar({ watch: health, clock, faults: () => poll.faults() }));
  poll.restart();
  resources.add(
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('dataConnect.health.pollMinutes')) poll.restart();
    }),
  );
  return resources;
}

/** `acme: new dump 1242: 2 resyncs, 1 new column`, with what one does about it. */
async function tellArrival(deps: HealthDeps, { connectionId, dump, previous }: Arrival): Promise<void> {
  const health = deps.health.of(connectionId);
  if (health?.reading === undefined) return;
  const { history, problems } = health.reading;
  const showDiff = 'Show Diff';
  const showHealth = 'Show Health';
  const buttons = [...(previous === undefined ? [] : [showDiff]), showHealth];
  const text = `${health.name}: new dump ${dump}: ${describeArrival(history, problems)}`;
  const hasErrors = problems.some((problem) => problem.severity === 'error' && problem.dump === dump);
  const chosen = await (hasErrors
    ? window.showWarningMessage(text, ...buttons)
    : window.showInformationMessage(text, ...buttons));
  if (chosen === showDiff && previous !== undefined)
    openDiffPanel({ connectionId, from: previous, to: dump }, deps);
  if (chosen === showHealth) await vscodeCommands.executeCommand(commands.dataConnectShowHealth, connectionId);
}
