import { commands, type Disposable as VscodeDisposable } from 'vscode';
import type { Failures } from '../failures';
import type { CommandKey } from '../generated/meta';
import { connectionIdOf } from '../tree/nodes';
import { asNode } from './targets';

/** Arguments come from anywhere (the tree, other extensions, keybindings): handlers check what they get. */
type Handler = (...args: readonly unknown[]) => unknown;

/** One handler for every command of package.json: a missing one does not compile. */
export type CommandHandlers = Readonly<Record<CommandKey, Handler>>;

/** The only caller of `registerCommand`. A handler's failure is shown, never thrown at VS Code. */
export function registerCommands(handlers: CommandHandlers, failures: Failures): VscodeDisposable[] {
  return Object.entries(handlers).map(([id, handler]) =>
    commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        return await handler(...args);
      } catch (error) {
        // So that a button such as Edit Connection knows which.
        const node = asNode(args[0]);
        const connectionId = node === undefined ? undefined : connectionIdOf(node);
        failures.show(error, connectionId === undefined ? {} : { connectionId });
        return undefined;
      }
    }),
  );
}
