import { commands as vscodeCommands, window, type Uri } from 'vscode';
import { describeFailure } from '../core/describeFailure';
import { toFailure, type Failure } from '../core/failure';
import type { Log } from '../core/ports';
import type { Connection } from '../core/connection';
import type { FailureView } from '../protocol/view';
import type { ConnectionList } from './connections/connectionList';
import { commands } from './generated/meta';

/** What a failure's button does. `retry` is the caller's: only it knows what was tried. */
export interface FailureHandling {
  readonly retry?: () => void;
  readonly connectionId?: string;
  /** The file that could not be read as what it was taken for. */
  readonly uri?: Uri;
}

type Remedy = NonNullable<ReturnType<typeof describeFailure>['remedy']>;

const titles: Readonly<Record<Remedy, string>> = {
  retry: 'Retry',
  signIn: 'Sign In…',
  switchProfile: 'Switch Profile',
  editConnection: 'Edit Connection',
  openAsText: 'Open as Text',
  showLog: 'Show Log',
};

/** The one place where a failure becomes something on the screen. Being cancelled is not worth a word. */
export interface Failures {
  show(error: unknown, handling?: FailureHandling): void;
  /** Writes it into the log, for a place that shows the failure in its own way. */
  record(error: unknown): void;
  /** For a view that shows the failure itself. */
  view(error: unknown, canRetry: boolean): FailureView;
  /** Runs the action with this id, as offered by `view`. Ids that were not offered do nothing. */
  act(actionId: string, handling: FailureHandling): void;
}

export function createFailures(log: Log, list: Pick<ConnectionList, 'find'>): Failures {
  const remediesOf = (failure: Failure, canRetry: boolean): readonly Remedy[] => {
    const { remedy } = describeFailure(failure);
    const wanted: Remedy[] = remedy === undefined ? [] : [remedy];
    if (canRetry && !wanted.includes('retry')) wanted.push('retry');
    if ((failure.code === 'internal' || failure.code === 'rows.lost') && !wanted.includes('showLog'))
      wanted.push('showLog');
    return wanted.filter((item) => item !== 'retry' || canRetry);
  };

  const act = (remedy: string, handling: FailureHandling): void => {
    switch (remedy) {
      case 'retry':
        handling.retry?.();
        break;
      case 'signIn':
        signIn(handling.connectionId === undefined ? undefined : list.find(handling.connectionId));
        break;
      case 'openAsText':
        if (handling.uri !== undefined)
          void vscodeCommands.executeCommand('vscode.openWith', handling.uri, 'default');
        break;
      case 'switchProfile':
      case 'editConnection':
        void vscodeCommands.executeCommand(commands.dataConnectEditConnection, handling.connectionId);
        break;
      case 'showLog':
        void vscodeCommands.executeCommand(commands.dataConnectShowLog);
        break;
      default:
    }
  };

  return {
    act,
    record: (error) => record(toFailure(error), log),
    view(error, canRetry) {
      const failure = toFailure(error);
      record(failure, log);
      const { message, hint } = describeFailure(failure);
      return { message, hint, actions: remediesOf(failure, canRetry).map((id) => ({ id, title: titles[id] })) };
    },
    show(error, handling = {}) {
      const failure = toFailure(error);
      if (failure.code === 'cancelled') return;
      record(failure, log);
      const { message, hint } = describeFailure(failure);
      const remedies = remediesOf(failure, handling.retry !== undefined);
      const items = remedies.map((remedy) => ({ title: titles[remedy], remedy }));
      void window.showErrorMessage(hint === '' ? message : `${message} ${hint}`, ...items).then((chosen) => {
        if (chosen !== undefined) act(chosen.remedy, handling);
      });
    },
  };
}

/**
 * Types the command that renews an SSO session into a terminal. The user runs it: nothing of ours starts programs unasked.
 * A profile whose name a shell could take for something else is left for the user to type.
 */
function signIn(connection: Connection | undefined): void {
  const profile = connection?.kind === 's3' ? connection.profile : undefined;
  const isPlain = profile !== undefined && /^[\w.@+-]+$/.test(profile);
  const terminal = window.createTerminal('AWS sign-in');
  terminal.show();
  terminal.sendText(isPlain ? `aws sso login --profile ${profile}` : 'aws sso login', false);
}

function record(failure: Failure, log: Log): void {
  if (failure.code === 'cancelled') return;
  log.warn(`${failure.code} ${JSON.stringify(failure.facts)}`);
  if (failure.code === 'internal' && failure.cause instanceof Error)
    log.error(failure.cause.stack ?? failure.cause.message);
}
