import path from 'node:path';
import { EventEmitter, type Event, type Uri } from 'vscode';
import { createCatalog } from '../../core/catalog';
import type { Catalog } from '../../core/catalogModel';
import type { Connection, FolderConnection, SampleConnection, StaticCredentials } from '../../core/connection';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { Failure, type FailureCode, type FailureData } from '../../core/failure';
import type { Log, ObjectStore } from '../../core/ports';
import { loadSampleBundle, loadStoreBundle } from '../bundles';
import type { ConnectionList } from './connectionList';

/** One open connection: its object store and what is known of its export. */
export interface BucketSession {
  readonly connection: Connection;
  readonly store: ObjectStore;
  readonly catalog: Catalog;
}

/** Opens connections when they are first needed, each once, and closes those that were changed or removed. */
export interface Sessions extends Disposable {
  /** Fires with the id of a connection whose session was closed because the connection changed. */
  readonly onDidClose: Event<string>;
  get(connectionId: string): Promise<BucketSession>;
  /** A session that nobody keeps: for trying a connection before it is saved. The caller disposes its store. */
  openOnce(connection: Connection, credentials: StaticCredentials | undefined): Promise<BucketSession>;
  /** Forgets the session, so that the next `get` connects anew: with fresh credentials, for instance. */
  close(connectionId: string): void;
  /** Before something that failed is tried again: closes the session if new credentials may be what mends it. */
  renewAfter(connectionId: string, failure: FailureData): void;
}

export function createSessions(list: ConnectionList, storage: Uri, log: Log): Sessions {
  const store = new DisposableStore();
  const closed = store.add(new EventEmitter<string>());
  const open = new Map<string, { readonly fingerprint: string; readonly session: Promise<BucketSession> }>();

  const close = (id: string): void => {
    const entry = open.get(id);
    if (entry === undefined) return;
    open.delete(id);
    entry.session.then(
      (session) => session.store.dispose(),
      () => undefined,
    );
    closed.fire(id);
  };
  store.add(
    list.onDidChange(() => {
      for (const [id, entry] of [...open]) {
        const connection = list.find(id);
        if (connection === undefined || fingerprintOf(connection) !== entry.fingerprint) close(id);
      }
    }),
  );
  store.add({ dispose: () => [...open.keys()].forEach(close) });

  const openOnce = async (
    connection: Connection,
    credentials: StaticCredentials | undefined,
  ): Promise<BucketSession> => {
    const place = connection.kind === 'sample' ? await sampleFolder(connection, storage) : connection;
    const objects = await loadStoreBundle().openStore({
      connection: place,
      log,
      ...(credentials === undefined ? {} : { credentials }),
    });
    const root = connection.kind === 's3' ? { bucket: connection.bucket, prefix: connection.prefix } : {};
    return { connection, store: objects, catalog: createCatalog(objects, root) };
  };

  return {
    onDidClose: closed.event,
    get(id) {
      const known = open.get(id);
      if (known !== undefined) return known.session;
      const connection = list.find(id);
      if (connection === undefined) return Promise.reject(new Failure('ref.noConnection', { connection: id }));
      const session = list.credentials(id).then((credentials) => openOnce(connection, credentials));
      open.set(id, { fingerprint: fingerprintOf(connection), session });
      // A connection that could not be opened is tried again at the next request.
      session.catch(() => open.delete(id));
      return session;
    },
    openOnce,
    close,
    renewAfter(id, { code }) {
      if (credentialFailures.has(code)) close(id);
    },
    dispose: () => store.dispose(),
  };
}

const credentialFailures: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'store.accessDenied',
  'store.badCredentials',
  'store.expiredToken',
  'store.noCredentials',
]);

const fingerprintOf = (connection: Connection): string => JSON.stringify(connection);

/** The sample bucket as a folder, written on first use, and again when a new version of the product brings another one. */
async function sampleFolder(connection: SampleConnection, storage: Uri): Promise<FolderConnection> {
  const { readSampleVersion, sampleVersion, writeSample } = loadSampleBundle();
  const folder = path.join(storage.fsPath, 'sample');
  if ((await readSampleVersion(folder)) !== sampleVersion) await writeSample(folder, { now: Date.now() });
  return { kind: 'folder', id: connection.id, name: connection.name, path: folder };
}
