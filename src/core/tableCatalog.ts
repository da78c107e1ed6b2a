import type { Catalog, ManifestDocument, SyncSummary } from './catalogModel';
import { computeEffectiveFiles, sortNewestFirst, startsOver } from './computeEffectiveFiles';
import type { DumpId } from './dumpId';
import { Failure, isFailure, toFailure } from './failure';
import { isInternalTable, type Manifest } from './manifest';
import type { ManifestReader } from './manifestReader';

/** The half of the catalog that looks at tables over all their dumps. */
export type TableCatalog = Pick<Catalog, 'tables' | 'effectiveFiles'>;

/** Manifests read for a list of names. */
const maxManifestsForNames = 50;
/** Manifests read at once when going back in time: 1 first, for the newest is often enough, then twice as many each time. */
const maxBatch = 16;

interface NamesRead {
  readonly manifest?: ManifestDocument;
  readonly failure?: Failure;
}

export function createTableCatalog(manifests: ManifestReader): TableCatalog {
  async function committed(asOf: DumpId | undefined, signal?: AbortSignal): Promise<readonly SyncSummary[]> {
    const index = await manifests.index(signal);
    if (asOf !== undefined && !index.byDump.has(asOf))
      throw new Failure('catalog.noSuchDump', { dump: asOf.toString() });
    return index.syncs.filter((sync) => sync.manifest !== undefined && (asOf === undefined || sync.dump <= asOf));
  }

  /** A policy may hide some of the manifests: the others name their tables all the same. */
  async function readIfAllowed(sync: SyncSummary, signal?: AbortSignal): Promise<NamesRead> {
    try {
      return await manifests.readIfAny(sync, signal);
    } catch (error) {
      if (isFailure(error, 'store.accessDenied')) return { failure: error };
      throw error;
    }
  }

  return {
    async tables(signal, asOf) {
      const all = await committed(asOf, signal);
      const newest = all.slice(0, maxManifestsForNames);
      const read = await Promise.all(newest.map((sync) => readIfAllowed(sync, signal)));
      const denied = read.find(({ failure }) => failure?.code === 'store.accessDenied')?.failure;
      if (denied !== undefined && read.every(({ manifest }) => manifest === undefined)) throw denied;
      const found = new Map<string, DumpId>();
      for (const { manifest } of read)
        for (const { name } of manifest?.manifest.tables ?? [])
          if (manifest !== undefined && !found.has(name)) found.set(name, manifest.manifest.dump);
      const names = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
      const manifestsRead = read.filter(({ manifest }) => manifest !== undefined).length;
      return {
        tables: names.map(([name, dump]) => ({ name, newest: dump, isInternal: isInternalTable(name) })),
        isComplete: manifestsRead === all.length,
        manifestsRead,
      };
    },

    async effectiveFiles(table, asOf, signal, onProgress) {
      const all = await committed(asOf, signal);
      if (all.length === 0)
        throw new Failure('catalog.noManifest', asOf === undefined ? {} : { dump: asOf.toString() });
      // Only the one table of each manifest is held: a long history would not fit otherwise.
      const slim: Manifest[] = [];
      let isFound = false;
      for (let next = 0, batch = 1; next < all.length && !isFound; batch = Math.min(batch * 2, maxBatch)) {
        const read = await Promise.allSettled(
          all.slice(next, next + batch).map((sync) => manifests.read(sync, signal)),
        );
        next += read.length;
        for (const one of read) {
          // Manifests older than the one the table starts at do not count: that one cannot be read is no matter.
          if (isFound) break;
          if (one.status === 'rejected') throw toFailure(one.reason);
          const { manifest } = one.value;
          const tables = manifest.tables.filter(({ name }) => name === table);
          slim.push({ dump: manifest.dump, tables, extraKeys: [] });
          isFound = tables.some(startsOver);
        }
        onProgress?.(next);
      }
      const effective = computeEffectiveFiles(table, sortNewestFirst(slim));
      if (effective === undefined)
        throw new Failure('catalog.noSuchTable', {
          table,
          ...(asOf === undefined ? {} : { dump: asOf.toString() }),
        });
      return effective;
    },
  };
}
