import type { ListingState, ManifestDocument, PartSummary, SyncContents, TableContents } from './catalogModel';
import type { DumpId } from './dumpId';
import type { FailureData } from './failure';
import { isInternalTable, type ManifestFile, type ManifestTable, migrationsTable } from './manifest';
import { comparePartFiles, parseObjectKey, parseTableFolder, type TableLayout } from './objectKey';
import type { ObjectInfo } from './ports';
import { resolveManifestFile } from './resolveFile';

/** What a sync's manifest and listings gave. */
export interface SyncSources {
  readonly dump: DumpId;
  /** `sync_1241/`; absent if nothing of the sync is left but the manifest. */
  readonly folder?: string;
  readonly manifest?: ManifestDocument;
  readonly manifestFailure?: FailureData;
  /** Everything that was listed: under the folder, and files of the manifest that lie elsewhere. */
  readonly objects: readonly ObjectInfo[];
  /** If not all was listed: the table folders there are, and which folders were listed whole. */
  readonly cut?: { readonly folders: readonly string[]; isWhole(folder: string): boolean };
}

/** Joins a manifest with what lies there. The rule: only files that the manifest lists count [seed, "Manifest metadata"]. */
export function joinSync(sources: SyncSources): SyncContents {
  const { dump, folder, manifest, manifestFailure, objects, cut } = sources;
  const tally = new Map<string, TableTally>();
  for (const table of manifest?.manifest.tables ?? []) tally.set(table.name, newTally(table));
  const owners = ownersByKey(manifest);
  const definitionsKey = definitionsKeyOf(manifest, folder);
  let definitions: ObjectInfo | undefined;
  let otherObjects = 0;
  for (const object of objects) {
    if (object.key.endsWith('/')) continue;
    if (object.key === definitionsKey) definitions = object;
    const listedBy = owners.get(object.key);
    if (listedBy !== undefined) {
      for (const { table } of listedBy) count(tally.get(table), object, true);
      continue;
    }
    if (folder === undefined || !object.key.startsWith(folder)) continue;
    const key = parseObjectKey(object.key);
    if (key.kind === 'part') count(tallyOf(tally, key.table), object, manifest === undefined);
    else if (object.key !== definitionsKey) otherObjects++;
  }
  for (const name of cut?.folders ?? []) {
    const { table } = parseTableFolder(lastSegment(name));
    tallyOf(tally, table).folders.add(name);
  }
  const unlisted = unlistedState(manifest, manifestFailure);
  const tables = [...tally].map(([name, entry]) => finish(name, entry, unlisted, cut));
  tables.sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    dump,
    ...(folder === undefined ? {} : { folder }),
    ...(manifest === undefined ? {} : { manifest }),
    ...(manifestFailure === undefined ? {} : { manifestFailure }),
    tables,
    ...(definitions === undefined ? {} : { definitions }),
    otherObjects,
    isPartial: cut !== undefined,
  };
}

/** The parts of one table, in part order, whether they lie there, are listed, or both. */
export function joinParts(sources: SyncSources, table: string): readonly PartSummary[] {
  const { folder, manifest, manifestFailure, objects } = sources;
  const listed = manifest?.manifest.tables.find(({ name }) => name === table);
  const owners = ownersByKey(manifest);
  const unlisted = unlistedState(manifest, manifestFailure);
  const parts: PartSummary[] = [];
  const seen = new Set<string>();
  for (const object of objects) {
    if (seen.has(object.key)) continue;
    const listedBy = owners.get(object.key);
    const mine = listedBy?.find((owner) => owner.table === table);
    if (mine === undefined) {
      if (listedBy !== undefined || folder === undefined || !object.key.startsWith(folder)) continue;
      const key = parseObjectKey(object.key);
      if (key.kind !== 'part' || key.table !== table) continue;
    }
    seen.add(object.key);
    const { bytes, modified, etag } = object;
    const uri = mine?.file.uri;
    parts.push({
      ...partOf(object.key),
      bytes,
      ...(modified === undefined ? {} : { modified }),
      etag,
      ...(uri === undefined ? {} : { uri }),
      state: mine === undefined ? unlisted : 'listed',
    });
  }
  for (const { key, uri } of listed?.files ?? [])
    if (key === undefined || !seen.has(key)) parts.push({ ...partOf(key ?? uri), uri, state: 'missing' });
  return parts.sort((a, b) => comparePartFiles(a.file, b.file) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

function partOf(key: string): { readonly key: string; readonly file: string; readonly part?: number } {
  const file = lastSegment(key);
  const parsed = parseObjectKey(key);
  return { key, file, ...(parsed.kind === 'part' && parsed.part !== undefined ? { part: parsed.part } : {}) };
}

/** What an object in a table's folder is that no manifest lists. */
function unlistedState(manifest: ManifestDocument | undefined, failure: FailureData | undefined): ListingState {
  return manifest !== undefined ? 'ignored' : failure !== undefined ? 'unknown' : 'noManifest';
}

interface Owner {
  readonly table: string;
  readonly file: ManifestFile;
}

const ownersCache = new WeakMap<ManifestDocument, ReadonlyMap<string, readonly Owner[]>>();

/** By key, the tables that list it; nearly always one. */
function ownersByKey(document: ManifestDocument | undefined): ReadonlyMap<string, readonly Owner[]> {
  if (document === undefined) return new Map();
  const known = ownersCache.get(document);
  if (known !== undefined) return known;
  const owners = new Map<string, Owner[]>();
  for (const { name: table, files } of document.manifest.tables)
    for (const file of files) {
      if (file.key === undefined) continue;
      const others = owners.get(file.key);
      if (others === undefined) owners.set(file.key, [{ table, file }]);
      else others.push({ table, file });
    }
  ownersCache.set(document, owners);
  return owners;
}

/** Where a sync's property definitions lie: where its manifest says, else where they always do. */
export function definitionsKeyOf(
  manifest: ManifestDocument | undefined,
  folder: string | undefined,
): string | undefined {
  const uri = manifest?.manifest.propertyDefinitions;
  const key = uri === undefined ? undefined : resolveManifestFile(uri).key;
  return key ?? (folder === undefined ? undefined : `${folder}property_definitions.json`);
}

interface TableTally {
  readonly listed?: ManifestTable;
  readonly folders: Set<string>;
  presentFiles: number;
  bytes: number;
  ignoredFiles: number;
  ignoredBytes: number;
}

function newTally(listed?: ManifestTable): TableTally {
  const folders = new Set<string>();
  for (const { key } of listed?.files ?? []) if (key !== undefined) folders.add(parentOf(key));
  return {
    ...(listed === undefined ? {} : { listed }),
    folders,
    presentFiles: 0,
    bytes: 0,
    ignoredFiles: 0,
    ignoredBytes: 0,
  };
}

function tallyOf(tally: Map<string, TableTally>, table: string): TableTally {
  let entry = tally.get(table);
  if (entry === undefined) {
    entry = newTally();
    tally.set(table, entry);
  }
  return entry;
}

function count(entry: TableTally | undefined, object: ObjectInfo, doesCount: boolean): void {
  if (entry === undefined) return;
  entry.folders.add(parentOf(object.key));
  if (doesCount) {
    entry.presentFiles++;
    entry.bytes += object.bytes;
  } else {
    entry.ignoredFiles++;
    entry.ignoredBytes += object.bytes;
  }
}

function finish(name: string, entry: TableTally, unlisted: ListingState, cut: SyncSources['cut']): TableContents {
  const { listed, presentFiles, bytes, ignoredFiles, ignoredBytes } = entry;
  const folders = [...entry.folders].sort();
  const listedFiles = listed?.files.length ?? 0;
  const isCounted = cut === undefined || folders.every((folder) => cut.isWhole(folder));
  const isGone = isCounted && listedFiles > 0 && presentFiles === 0;
  return {
    name,
    state: listed === undefined ? unlisted : isGone ? 'missing' : 'listed',
    mode: modeOf(listed),
    isInternal: isInternalTable(name),
    folders,
    layouts: layoutsOf(folders),
    listedFiles,
    ...(isCounted
      ? {
          presentFiles,
          bytes,
          missingFiles: listed === undefined ? 0 : listedFiles - presentFiles,
          ignoredFiles,
          ignoredBytes,
        }
      : {}),
    ...(listed?.columns === undefined ? {} : { columns: listed.columns }),
  };
}

/** How a manifest delivers a table; `user_migrations` in full, whatever it says. */
export function modeOf(table: ManifestTable | undefined): 'full' | 'incremental' | 'unknown' {
  if (table === undefined) return 'unknown';
  if (table.name === migrationsTable || table.incremental === false) return 'full';
  return table.incremental === true ? 'incremental' : 'unknown';
}

function layoutsOf(folders: readonly string[]): readonly TableLayout[] {
  return [...new Set(folders.map((folder) => parseTableFolder(lastSegment(folder)).layout))];
}

function parentOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

/** Of a key or of a folder with its trailing slash. */
function lastSegment(path: string): string {
  const trimmed = path.endsWith('/') ? path.slice(0, -1) : path;
  return trimmed.slice(trimmed.lastIndexOf('/') + 1);
}
