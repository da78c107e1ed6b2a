import type { CatalogOptions, ManifestDocument, SyncSummary } from './catalogModel';
import type { CatalogIo } from './catalogIo';
import type { DumpId } from './dumpId';
import { Failure, type FailureCode, type FailureData, failureToData, isFailure, withFacts } from './failure';
import { manifestsFolder } from './objectKey';
import { parseManifest } from './parseManifest';
import type { ObjectInfo } from './ports';
import { createSharedCache } from './sharedCache';
import { buildSyncIndex, type ManifestEntry, manifestEntries, type SyncIndex } from './syncIndex';

/** Reads the list of syncs, and manifests, each version of one once. */
export interface ManifestReader {
  index(signal?: AbortSignal): Promise<SyncIndex>;
  /** `catalog.noSuchDump`. */
  find(dump: DumpId, signal?: AbortSignal): Promise<FoundSync>;
  /** The manifest of a sync. `catalog.noManifest`, `manifest.unreadable`, both with the fact `dump`. */
  read(sync: SyncSummary, signal?: AbortSignal): Promise<ManifestDocument>;
  /** The manifest, nothing, or why it is unreadable; other failures (network, rights) are thrown. */
  readIfAny(sync: SyncSummary, signal?: AbortSignal): Promise<ManifestIfAny>;
  forgetIndex(): void;
}

export interface FoundSync {
  readonly sync: SyncSummary;
  readonly index: SyncIndex;
}

export interface ManifestIfAny {
  readonly manifest?: ManifestDocument;
  readonly manifestFailure?: FailureData;
}

/** Characters of manifests that are kept. */
const maxKeptText = 64 << 20;

/** What can be wrong with one manifest and leaves the others well. */
const ownFaults: ReadonlySet<FailureCode> = new Set([
  'manifest.unreadable',
  'store.accessDenied',
  'store.notFound',
]);

type ReadManifestObject = (listed: ObjectInfo, signal?: AbortSignal) => Promise<ManifestDocument>;

/** Reads objects that are manifests, each version of one once. */
function createObjectReader(io: CatalogIo, { bucket, prefix }: CatalogOptions): ReadManifestObject {
  const opened = { ...(bucket === undefined ? {} : { bucket }), ...(prefix === undefined ? {} : { prefix }) };
  const manifests = createSharedCache<ManifestDocument>({ maxWeight: maxKeptText, weigh: (m) => m.text.length });
  return (listed, signal) => {
    const { key } = listed;
    return manifests.get(`${key}\n${listed.etag}`, signal, async (own) => {
      const { text, info } = await io.readText(key, 'manifest.unreadable', own);
      return { ...parseManifest(text, { ...opened, key }), info: { ...listed, ...info }, text };
    });
  };
}

export function createManifestReader(io: CatalogIo, options: CatalogOptions): ManifestReader {
  const indexes = createSharedCache<SyncIndex>({ maxWeight: 1 });
  const readObject = createObjectReader(io, options);

  function index(signal?: AbortSignal): Promise<SyncIndex> {
    return indexes.get('', signal, async (own) => {
      // `sync_` leaves out everybody else's prefixes; `manifests/` may hold folders that are not ours.
      const [folders, listed] = await Promise.all([
        io.listAll({ prefix: 'sync_', delimiter: '/' }, own),
        io.listAll({ prefix: manifestsFolder, delimiter: '/' }, own),
      ]);
      const entries = await Promise.all(manifestEntries(listed.objects).map((entry) => identify(entry, own)));
      return buildSyncIndex(folders.folders, entries);
    });
  }

  /** Reads a manifest whose name does not tell its dump. Only what is wrong with that one file is kept as its fault. */
  async function identify(entry: ManifestEntry, signal: AbortSignal): Promise<ManifestEntry> {
    if (entry.dump !== undefined) return entry;
    try {
      const { manifest } = await readObject(entry.info, signal);
      return { ...entry, dump: manifest.dump };
    } catch (error) {
      if (!isFailure(error) || !ownFaults.has(error.code)) throw error;
      return { ...entry, failure: failureToData(error) };
    }
  }

  async function read(sync: SyncSummary, signal?: AbortSignal): Promise<ManifestDocument> {
    try {
      if (sync.manifest === undefined) throw new Failure('catalog.noManifest');
      return await readObject(sync.manifest, signal);
    } catch (error) {
      throw withFacts(error, { dump: sync.dump.toString() });
    }
  }

  return {
    index,
    read,
    async find(dump, signal) {
      const all = await index(signal);
      const sync = all.byDump.get(dump);
      if (sync !== undefined) return { sync, index: all };
      throw new Failure('catalog.noSuchDump', { dump: dump.toString() });
    },
    async readIfAny(sync, signal) {
      if (sync.manifest === undefined) return {};
      try {
        return { manifest: await read(sync, signal) };
      } catch (error) {
        if (!isFailure(error, 'manifest.unreadable')) throw error;
        return { manifestFailure: failureToData(error) };
      }
    },
    forgetIndex: () => indexes.forget(),
  };
}
