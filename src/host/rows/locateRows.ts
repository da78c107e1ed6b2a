import path from 'node:path';
import type { PartSummary } from '../../core/catalogModel';
import type { Connection } from '../../core/connection';
import { compareDumps, type DumpId } from '../../core/dumpId';
import type { EffectiveFiles } from '../../core/effectiveFiles';
import { Failure } from '../../core/failure';
import type { Disposable } from '../../core/disposable';
import { formatPlural } from '../../core/format';
import { parseObjectKey } from '../../core/objectKey';
import type { Log } from '../../core/ports';
import { loadStoreBundle } from '../bundles';
import { createSessionReader } from '../connections/sessionReader';
import type { BucketSession, Sessions } from '../connections/sessions';
import type { SourcePart } from './dataWorker';
import { createPartSource } from './partSource';
import type { RowsSource } from './rowsSource';

/** Where the rows of a tab come from: one file, or the effective files of a table. */
export interface LocatedRows {
  /** In their order. */
  readonly parts: readonly SourcePart[];
  /** `s3://…` or a path: of the file, or of the export's root. */
  readonly uri: string;
  /** For people: the file's name, or the table's. */
  readonly title: string;
  /** Absent for a local file. */
  readonly session?: BucketSession;
  readonly table?: string;
  readonly dump?: DumpId;
  /** All effective files of the table, not one of its parts. */
  readonly isTable?: true;
  /** Sentences: which files of the table are left out, and what else a person must know of the rows. */
  readonly notes?: readonly string[];
  /** What was opened for these rows alone. */
  readonly owned?: Disposable;
}

export interface LocateDeps {
  readonly sessions: Pick<Sessions, 'get'>;
  readonly log: Log;
}

/**
 * Finds the files of a source. Nothing of them is read yet; of a table the manifests are, and its folders are listed.
 * Rejects with `ref.*`, `store.*`, `catalog.*`, `manifest.unreadable`, `cancelled`.
 */
export function locateRows(source: RowsSource, deps: LocateDeps, signal: AbortSignal): Promise<LocatedRows> {
  switch (source.kind) {
    case 'file':
      return locateFile(source.path, deps);
    case 'object':
      return locateObject(source, deps);
    case 'table':
      return locateTable(source, deps, signal);
  }
}

async function locateFile(file: string, { log }: LocateDeps): Promise<LocatedRows> {
  const folder = path.dirname(file);
  const key = path.basename(file);
  const store = await loadStoreBundle().openStore({
    connection: { kind: 'folder', id: 'local', name: folder, path: folder },
    log,
  });
  const uri = store.uri(key);
  return {
    parts: [{ source: createPartSource(store, key, uri), facts: { file: key, uri } }],
    uri,
    title: key,
    owned: store,
  };
}

async function locateObject(
  { connectionId, key }: Extract<RowsSource, { kind: 'object' }>,
  { sessions }: LocateDeps,
): Promise<LocatedRows> {
  const session = await sessions.get(connectionId);
  const parsed = parseObjectKey(key);
  const part = createPart(session, sessions, key, parsed.kind === 'part' ? parsed.dump : undefined);
  return {
    parts: [part],
    uri: part.facts.uri,
    title: part.facts.file,
    session,
    ...(parsed.kind === 'part' ? { dump: parsed.dump, table: parsed.table } : {}),
  };
}

async function locateTable(
  { connectionId, table, dump }: Extract<RowsSource, { kind: 'table' }>,
  { sessions }: LocateDeps,
  signal: AbortSignal,
): Promise<LocatedRows> {
  const session = await sessions.get(connectionId);
  const { catalog, store } = session;
  const effective = await catalog.effectiveFiles(table, dump, signal);
  const { files, dumps } = effective;
  if (files.length === 0)
    throw new Failure('catalog.noSuchTable', {
      table,
      dump: dump.toString(),
      detail: 'no file of it is in effect',
    });
  // A folder that cannot be listed costs the sizes only.
  const listed = await Promise.all(
    dumps
      .map((item) => item.dump)
      .sort(compareDumps)
      .map((item) => catalog.parts(item, table, signal).catch((): readonly PartSummary[] => [])),
  );
  if (signal.aborted) throw new Failure('cancelled');
  const sizes = new Map(listed.flat().map((part) => [part.key, part.bytes]));
  return {
    parts: files.map((file) => createPart(session, sessions, file.key, file.dump, sizes.get(file.key))),
    uri: store.uri(''),
    title: table,
    session,
    table,
    dump,
    isTable: true,
    notes: notesOf(effective),
  };
}

/** What the rows do not tell: files that cannot be read, and rows that may be missing at the start. */
function notesOf({ table, since, unresolved = [], dumps }: EffectiveFiles): readonly string[] {
  const [first] = dumps;
  return [
    ...(since === undefined && first !== undefined
      ? [
          `No dump up to here delivers ${table} in full: its rows begin with dump ${first.dump}, and earlier ones may be missing.`,
        ]
      : []),
    ...(unresolved.length === 0
      ? []
      : [
          `${formatPlural(unresolved.length, 'file')} of the manifests ${unresolved.length === 1 ? 'lies' : 'lie'} outside this bucket and ${unresolved.length === 1 ? 'is' : 'are'} left out: ${unresolved.slice(0, 3).join(', ')}${unresolved.length > 3 ? ', …' : ''}.`,
        ]),
  ];
}

function createPart(
  session: BucketSession,
  sessions: Pick<Sessions, 'get'>,
  key: string,
  dump: DumpId | undefined,
  bytes?: number,
): SourcePart {
  const { connection, store } = session;
  const uri = store.uri(key);
  return {
    source: createPartSource(createSessionReader(sessions, connection.id), key, placeOf(connection, uri)),
    facts: { file: path.posix.basename(key), uri, ...(dump === undefined ? {} : { dump: dump.toString() }) },
    ...(bytes === undefined ? {} : { bytes }),
  };
}

/** Two servers may have buckets of one name. */
function placeOf(connection: Connection, uri: string): string {
  return connection.kind === 's3' && connection.endpoint !== undefined ? `${connection.endpoint} ${uri}` : uri;
}
