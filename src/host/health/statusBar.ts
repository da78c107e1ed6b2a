import { MarkdownString, StatusBarAlignment, ThemeColor, window } from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { Clock } from '../../core/ports';
import { commands } from '../generated/meta';
import { type PollFault, presentStatus } from './healthStatus';
import type { HealthWatch } from './healthWatch';

/** Times are told in minutes. */
const tickMs = 30_000;

/** Health in the status bar: there while any connection is open, and as old as it says. */
export function createHealthStatusBar(deps: {
  readonly watch: Pick<HealthWatch, 'all' | 'onDidChange'>;
  readonly clock: Clock;
  /** Looks for new dumps that failed the last time. */
  readonly faults: () => readonly PollFault[];
}): Disposable & { readonly update: () => void } {
  const resources = new DisposableStore();
  const item = resources.add(window.createStatusBarItem('dataConnect.health', StatusBarAlignment.Left, 0));
  item.name = 'Data Connect Health';
  item.command = commands.dataConnectHealthActions;
  let ticking: NodeJS.Timeout | undefined;
  resources.add({ dispose: () => clearInterval(ticking) });

  const update = (): void => {
    const status = presentStatus(deps.watch.all(), deps.clock.now(), deps.faults());
    if (status === undefined) {
      clearInterval(ticking);
      ticking = undefined;
      item.hide();
      return;
    }
    ticking ??= setInterval(update, tickMs);
    item.text = status.text;
    item.accessibilityInformation = { label: status.spoken, role: 'button' };
    item.tooltip = new MarkdownString(status.tooltip);
    item.backgroundColor = status.isError ? new ThemeColor('statusBarItem.errorBackground') : undefined;
    item.show();
  };
  resources.add(deps.watch.onDidChange(update));
  return { update, dispose: () => resources.dispose() };
}
