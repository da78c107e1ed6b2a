import { EventEmitter, type Event } from 'vscode';
import { type HealthReading, judgeAgain, readHealth } from '../../core/history/readHealth';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { type Failure, isFailure, toFailure } from '../../core/failure';
import type { Clock } from '../../core/ports';
import type { ConnectionList } from '../connections/connectionList';
import type { BucketSession, Sessions } from '../connections/sessions';
import type { Failures } from '../failures';

/** What is known of the health of a connection that was opened. */
export interface ConnectionHealth {
  readonly connectionId: string;
  /** The connection's, at the time. */
  readonly name: string;
  /** The last that was read; it stays while it is read anew, and when that fails. */
  readonly reading?: HealthReading;
  readonly isReading: boolean;
  /** Why it could not be read the last time. */
  readonly failure?: Failure;
}

/**
 * Reads the health of connections in the background, once they are opened, and keeps the last reading of each. What fails is part of the state: it is shown
 * where health is shown, and nothing else depends on it.
 */
export interface HealthWatch extends Disposable {
  /** Fires with the id of the connection whose health changed, or that has none any more. */
  readonly onDidChange: Event<string>;
  of(connectionId: string): ConnectionHealth | undefined;
  /** Of all connections that were opened, in their order in the sidebar. */
  all(): readonly ConnectionHealth[];
  /** Reads it, if it was not read since the connection was opened, or that failed. Cheap to call. */
  open(connectionId: string): void;
  /** What was read, or is being read; else reads it. Never rejects. */
  get(connectionId: string): Promise<ConnectionHealth | undefined>;
  /** Reads it anew, instead of a reading under way. Resolves when it is there, was given up or failed; never rejects. */
  read(connectionId: string): Promise<ConnectionHealth | undefined>;
  /** Judges what was read by the time of now: right only for who knows that nothing came since. */
  judge(connectionId: string): void;
  /** Ends a reading under way; the one before it stays. */
  stop(connectionId: string): void;
}

export interface HealthWatchDeps {
  readonly list: Pick<ConnectionList, 'all' | 'onDidChange'>;
  readonly sessions: Pick<Sessions, 'get' | 'onDidClose'>;
  readonly failures: Pick<Failures, 'record'>;
  readonly clock: Clock;
  /** The columns of a part by its schema. */
  readonly readColumns: (session: BucketSession, key: string, signal: AbortSignal) => Promise<readonly string[]>;
}

interface Watched {
  reading?: HealthReading;
  failure?: Failure;
  underWay?: { readonly abort: AbortController; readonly done: Promise<void> };
  /** Columns of parts of the newest dump: a part never changes, so a new reading asks for those of a new dump only. */
  columns: Map<string, readonly string[]>;
}

export function createHealthWatch(deps: HealthWatchDeps): HealthWatch {
  const resources = new DisposableStore();
  const changed = resources.add(new EventEmitter<string>());
  const watched = new Map<string, Watched>();

  const close = (id: string): void => {
    const entry = watched.get(id);
    if (entry === undefined) return;
    watched.delete(id);
    entry.underWay?.abort.abort();
    changed.fire(id);
  };
  const of = (id: string): ConnectionHealth | undefined => {
    const entry = watched.get(id);
    const connection = deps.list.all().find((item) => item.id === id);
    if (entry === undefined || connection === undefined) return undefined;
    const { reading, failure, underWay } = entry;
    return {
      connectionId: id,
      name: connection.name,
      ...(reading === undefined ? {} : { reading }),
      isReading: underWay !== undefined,
      ...(failure === undefined ? {} : { failure }),
    };
  };
  const stop = (id: string): void => {
    const entry = watched.get(id);
    entry?.underWay?.abort.abort();
    if (entry !== undefined) delete entry.underWay;
  };

  const read = async (id: string): Promise<ConnectionHealth | undefined> => {
    stop(id);
    if (!deps.list.all().some((connection) => connection.id === id)) return undefined;
    const entry: Watched = watched.get(id) ?? { columns: new Map() };
    watched.set(id, entry);
    const abort = new AbortController();
    const done = readInto(entry, id, abort.signal, deps).then(() => {
      if (entry.underWay?.abort !== abort) return;
      delete entry.underWay;
      changed.fire(id);
    });
    entry.underWay = { abort, done };
    changed.fire(id);
    await done;
    return of(id);
  };

  resources.add(deps.sessions.onDidClose(close));
  resources.add(
    deps.list.onDidChange(() => {
      const ids = new Set(deps.list.all().map((connection) => connection.id));
      for (const id of [...watched.keys()]) if (!ids.has(id)) close(id);
    }),
  );
  resources.add({
    dispose() {
      for (const { underWay } of watched.values()) underWay?.abort.abort();
      watched.clear();
    },
  });

  return {
    onDidChange: changed.event,
    of,
    all: () => deps.list.all().flatMap(({ id }) => of(id) ?? []),
    open(id) {
      const entry = watched.get(id);
      if (entry === undefined || (entry.underWay === undefined && entry.failure !== undefined)) void read(id);
    },
    async get(id) {
      const underWay = watched.get(id)?.underWay;
      await underWay?.done;
      // Stopped or failed, it is not begun again for who waited.
      return underWay === undefined && watched.get(id)?.reading === undefined ? read(id) : of(id);
    },
    read,
    judge(id) {
      const entry = watched.get(id);
      if (entry?.reading === undefined) return;
      entry.reading = judgeAgain(entry.reading, deps.clock.now());
      changed.fire(id);
    },
    stop(id) {
      if (watched.get(id)?.underWay === undefined) return;
      stop(id);
      changed.fire(id);
    },
    dispose: () => resources.dispose(),
  };
}

/** Never rejects: a failure is kept; of what is given up nothing is. */
async function readInto(
  entry: Watched,
  id: string,
  signal: AbortSignal,
  { sessions, failures, clock, readColumns }: HealthWatchDeps,
): Promise<void> {
  const columns = new Map<string, readonly string[]>();
  try {
    const session = await sessions.get(id);
    const columnsOf = async (key: string): Promise<readonly string[]> => {
      const known = entry.columns.get(key) ?? (await readColumns(session, key, signal));
      columns.set(key, known);
      return known;
    };
    const { store, catalog } = session;
    const reading = await readHealth({ store, catalog, columnsOf }, () => clock.now(), {}, signal);
    if (signal.aborted) return;
    entry.reading = reading;
    entry.columns = columns;
    delete entry.failure;
  } catch (error) {
    // A session that was closed meanwhile cancels what it was asked; its connection is opened anew.
    if (signal.aborted || isFailure(error, 'cancelled')) return;
    failures.record(error);
    entry.failure = toFailure(error);
  }
}
