import type { StrayManifest, SyncSummary } from './catalogModel';
import { compareDumps, type DumpId } from './dumpId';
import { parseObjectKey, parseSyncFolder } from './objectKey';
import type { ObjectInfo } from './ports';
import type { FailureData } from './failure';

/** All syncs of an export, from its two listings. */
export interface SyncIndex {
  /** Newest dump first. */
  readonly syncs: readonly SyncSummary[];
  readonly byDump: ReadonlyMap<DumpId, SyncSummary>;
  /** Names of the sync folders, with their trailing slash. */
  readonly folders: ReadonlySet<string>;
  readonly strays: readonly StrayManifest[];
}

/** A file in `manifests/`, with the dump that it is of, or why that is not known. */
export interface ManifestEntry {
  readonly info: ObjectInfo;
  readonly dump?: DumpId;
  readonly failure?: FailureData;
}

/** The manifests among the objects of `manifests/`; the dump where the name tells it. */
export function manifestEntries(objects: readonly ObjectInfo[]): readonly ManifestEntry[] {
  const entries: ManifestEntry[] = [];
  for (const info of objects) {
    const key = parseObjectKey(info.key);
    if (key.kind !== 'manifest') continue;
    entries.push({ info, ...(key.dump === undefined ? {} : { dump: key.dump }) });
  }
  return entries;
}

/** The union of folders and manifests. Of several manifests of one dump the one named for it counts, else the newest. */
export function buildSyncIndex(folderNames: readonly string[], manifests: readonly ManifestEntry[]): SyncIndex {
  const folders = new Map<DumpId, string>();
  for (const folder of folderNames) {
    const dump = parseSyncFolder(folder.slice(0, -1));
    if (dump === undefined) continue;
    // `sync_0852/` beside `sync_852/`: the usual spelling is the one that manifests name.
    if (!folders.has(dump) || folder === `sync_${dump.toString()}/`) folders.set(dump, folder);
  }
  const chosen = new Map<DumpId, ObjectInfo>();
  const strays: StrayManifest[] = [];
  for (const { info, dump, failure } of manifests) {
    const other = dump === undefined ? undefined : chosen.get(dump);
    if (dump === undefined) {
      strays.push({ info, ...(failure === undefined ? {} : { failure }) });
    } else if (other === undefined) {
      chosen.set(dump, info);
    } else {
      const isBetter = rank(info, dump) > rank(other, dump);
      if (isBetter) chosen.set(dump, info);
      strays.push({ info: isBetter ? other : info });
    }
  }
  const dumps = [...new Set([...folders.keys(), ...chosen.keys()])].sort((a, b) => compareDumps(b, a));
  const syncs = dumps.map((dump) => summaryOf(dump, folders.get(dump), chosen.get(dump)));
  const byDump = new Map(syncs.map((sync) => [sync.dump, sync]));
  return { syncs, byDump, folders: new Set(folders.values()), strays };
}

function rank(info: ObjectInfo, dump: DumpId): number {
  return info.key === `manifests/sync_${dump.toString()}.json` ? Infinity : (info.modified ?? 0);
}

function summaryOf(dump: DumpId, folder: string | undefined, manifest: ObjectInfo | undefined): SyncSummary {
  return {
    dump,
    ...(folder === undefined ? {} : { folder }),
    ...(manifest === undefined ? {} : { manifest }),
    state: manifest === undefined ? 'noManifest' : folder === undefined ? 'manifestOnly' : 'delivered',
  };
}
