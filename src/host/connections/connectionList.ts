import { EventEmitter, workspace, type Event, type ExtensionContext, type SecretStorage } from 'vscode';
import { parseConnection, type Connection, type StaticCredentials } from '../../core/connection';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { Log } from '../../core/ports';
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
  const all = (): readonly Connection[] => readConnections(log);
  const secrets: SecretStorage = context.secrets;
  return {
    onDidChange: changed.event,
    all,
    find: (id) => all().find((connection) => connection.id === id),
    async save(connection, credentials) {
      if (credentials !== undefined) await secrets.store(secretKey(connection.id), JSON.stringify(credentials));
      const others = all();
      const at = others.findIndex((other) => other.id === connection.id);
      const next =
        at < 0 ? [...others, connection] : others.map((other, index) => (index === at ? connection : other));
      await writeSetting(
        'dataConnect.connections',
        next.map((item) => ({ ...item })),
      );
    },
    async remove(id) {
      await secrets.delete(secretKey(id));
      const rest = all().filter((connection) => connection.id !== id);
      await writeSetting(
        'dataConnect.connections',
        rest.map((item) => ({ ...item })),
      );
    },
    async credentials(id) {
      const text = await secrets.get(secretKey(id));
      return text === undefined ? undefined : parseCredentials(text);
    },
    dispose: () => store.dispose(),
  };
}

/** The setting's connections that can be used, each id once. */
function readConnections(log: Log): readonly Connection[] {
  const seen = new Map<string, Connection>();
  const value: unknown = readSetting('dataConnect.connections');
  for (const item of Array.isArray(value) ? (value as readonly unknown[]) : []) {
    const connection = parseConnection(item);
    if (connection === undefined)
      log.warn('An entry of the setting dataConnect.connections is not a connection and was left out.');
    else if (!seen.has(connection.id)) seen.set(connection.id, connection);
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
