import path from 'node:path';
import { workspace, type ExtensionContext, type FileSystemProvider } from 'vscode';
import { DisposableStore } from '../core/disposable';
import type { Clock } from '../core/ports';
import { commandHandlers } from './commands/commandHandlers';
import { findUserOf } from './commands/findUser';
import { registerCommands } from './commands/register';
import { createConnectionList } from './connections/connectionList';
import { createSessions, type Sessions } from './connections/sessions';
import { registerDiff } from './diff/diffPanel';
import { createFailures } from './failures';
import { createHealthWatch } from './health/healthWatch';
import { registerHealth } from './health/registerHealth';
import { registerJsonDocuments } from './jsonDocuments';
import { createLog } from './log';
import { createObjectFileSystem } from './objectFileSystem';
import { objectScheme, tableScheme } from './resourceUri';
import { createArrangements } from './rows/arrangements';
import { DataWorker } from './rows/dataWorker';
import { exportRows } from './rows/exportRows';
import { createIndexCache } from './rows/indexCache';
import { createPartialFiles } from './rows/partialFiles';
import { readColumns } from './rows/readColumns';
import { registerRowsEditor } from './rows/rowsEditor';
import { createRowsTabs } from './rows/rowsTabs';
import { createAsOf } from './tree/asOf';
import { registerDecorations } from './tree/decorations';
import { showAsSql } from './rows/showAsSql';
import { createTableFileSystem } from './rows/tableFileSystem';
import { createExplorer } from './tree/provider';

/** Builds the extension out of its parts. Registers and returns: no network, no worker, no SDK, no file is touched. */
export function compose(context: ExtensionContext): DisposableStore {
  const resources = new DisposableStore();
  const { extensionUri, globalStorageUri, globalState, workspaceState } = context;
  const clock: Clock = { now: () => Date.now() };
  const log = resources.add(createLog());
  const list = resources.add(createConnectionList(context, log));
  const failures = createFailures(log, list);
  const sessions = resources.add(createSessions(list, globalStorageUri, log));
  const indexes = createIndexCache(path.join(globalStorageUri.fsPath, 'index-cache'));
  const partials = createPartialFiles(path.join(globalStorageUri.fsPath, 'unfinished-exports'));
  const worker = resources.add(new DataWorker(log, partials, indexes));
  const health = resources.add(
    createHealthWatch({
      list,
      sessions,
      failures,
      clock,
      readColumns: async (session, key, signal) =>
        (await readColumns(worker, session, key, signal)).map((column) => column.name),
    }),
  );
  const asOf = resources.add(createAsOf(workspaceState));
  const explorer = resources.add(createExplorer({ list, sessions, failures, clock, health, asOf }));
  resources.add(list.onDidChange(() => explorer.refreshRoots()));
  resources.add(sessions.onDidClose((id) => explorer.forgetConnection(id)));

  resources.add(registerDecorations());
  resources.add(registerFileSystems(sessions));
  resources.add(registerJsonDocuments(sessions));
  const tabs = createRowsTabs();
  const deps = {
    extensionUri,
    list,
    sessions,
    clock,
    log,
    failures,
    explorer,
    health,
    worker,
    tabs,
    asOf,
    reveal: explorer.revealTable.bind(explorer),
  };
  resources.add(
    registerRowsEditor({
      extensionUri,
      sessions,
      worker,
      failures,
      log,
      tabs,
      arrangements: createArrangements(globalState),
      exportRows: (document, request) => exportRows({ memento: globalState, failures }, document, request),
      showAsSql,
      findUser: (id, document) => findUserOf(deps, id, document),
    }),
  );
  resources.add(registerDiff(deps));
  resources.add(registerHealth(deps));

  for (const command of registerCommands(commandHandlers(deps), failures)) resources.add(command);
  return resources;
}

/** Buckets, and tables as of a dump, as read-only files: so tabs restore, and *Open With* works. */
function registerFileSystems(sessions: Sessions): DisposableStore {
  const resources = new DisposableStore();
  const options = { isReadonly: true, isCaseSensitive: true };
  const register = (scheme: string, provider: FileSystemProvider): void => {
    resources.add(workspace.registerFileSystemProvider(scheme, provider, options));
  };
  register(objectScheme, createObjectFileSystem(sessions));
  register(tableScheme, createTableFileSystem(sessions));
  return resources;
}
