import { EventEmitter, workspace, type Event, type ExtensionContext, type SecretStorage } from 'vscode';
import { parseConnection, type Connection, type StaticCredentials } from '../../core/connection';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { Log } from '../../core/ports';
import type { ConfigKeyTypeMap } from '../generated/meta';
import { readSetting, writeSetting } from '../settings';

/** The user's connections: the setting holds what they are, SecretStorage the keys typed by hand. */
export interface ConnectionList extends Disposable {
  readonly onDidChange: Event<void>;
  all(): readonly Connection[];
  find(id: string): Connection | undefined;
  /** Adds, or replaces the one with the same id. */
  save(connection: Connection, credentials?: StaticCredentials): Promise<void>;
  remove(id: string): Promise<void>;
  credentials(id: string): Promise<StaticCredentials | undefined>;
}

const secretKey = (id: string): string => `connection.${id}`;

export function createConnectionList(context: Pick<ExtensionContext, 'secrets'>, log: Log): ConnectionList {
  const store = new DisposableStore();
  const changed = store.add(new EventEmitter<void>());
  store.add(
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('dataConnect.connections')) changed.fire();
    }),
  );
  const said = new Set<string>();
  /** Once for each fault: the list is read all the time. */
  const warn = (text: string): void => {
    if (said.has(text)) return;
    said.add(text);
    log.warn(text);
  };
  const all = (): readonly Connection[] => readConnections(warn);
  const secrets: SecretStorage = context.secrets;
  return {
    onDidChange: changed.event,
    all,
    find: (id) => all().find((connection) => connection.id === id),
    async save(connection, credentials) {
      if (credentials !== undefined) await secrets.store(secretKey(connection.id), JSON.stringify(credentials));
      // A connection that has other credentials by now leaves no key behind.
      else if (connection.kind === 's3' && connection.credentials !== 'keys')
        await secrets.delete(secretKey(connection.id));
      const entries = readEntries();
      const at = entries.findIndex((entry) => parseConnection(entry)?.id === connection.id);
      await writeEntries(at < 0 ? [...entries, connection] : entries.with(at, connection));
    },
    async remove(id) {
      await secrets.delete(secretKey(id));
      await writeEntries(readEntries().filter((entry) => parseConnection(entry)?.id !== id));
    },
    async credentials(id) {
      const text = await secrets.get(secretKey(id));
      return text === undefined ? undefined : parseCredentials(text);
    },
    dispose: () => store.dispose(),
  };
}

/** The setting as it is: entries of it that are no connections are somebody's typing, and stay when others change. */
function readEntries(): readonly unknown[] {
  const value: unknown = readSetting('dataConnect.connections');
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

async function writeEntries(entries: readonly unknown[]): Promise<void> {
  await writeSetting('dataConnect.connections', entries as ConfigKeyTypeMap['dataConnect.connections']);
}

/** The setting's connections that can be used, each id once. */
function readConnections(warn: (text: string) => void): readonly Connection[] {
  const seen = new Map<string, Connection>();
  for (const [index, item] of readEntries().entries()) {
    const connection = parseConnection(item);
    const entry = `Entry ${index + 1} of the setting dataConnect.connections`;
    if (connection === undefined) warn(`${entry} is not a connection and was left out.`);
    else if (seen.has(connection.id))
      warn(`${entry} was left out: the one before it has the same id "${connection.id}".`);
    else seen.set(connection.id, connection);
  }
  return [...seen.values()];
}

function parseCredentials(text: string): StaticCredentials | undefined {
  const value = JSON.parse(text) as Partial<StaticCredentials>;
  if (typeof value.accessKeyId !== 'string' || typeof value.secretAccessKey !== 'string') return undefined;
  return {
    accessKeyId: value.accessKeyId,
    secretAccessKey: value.secretAccessKey,
    ...(typeof value.sessionToken === 'string' && value.sessionToken !== ''
      ? { sessionToken: value.sessionToken }
      : {}),
  };
}
