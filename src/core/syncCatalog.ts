import type { Catalog, DefinitionsDocument, SyncContents } from './catalogModel';
import type { CatalogIo } from './catalogIo';
import type { DumpId } from './dumpId';
import { Failure, isFailure, throwIfAborted, withFacts } from './failure';
import { definitionsKeyOf, joinParts, joinSync, type SyncSources } from './joinSync';
import type { ManifestReader } from './manifestReader';
import { parsePropertyDefinitions } from './propertyDefinitions';
import { createSharedCache, type Producer } from './sharedCache';
import { listSync, listTable } from './syncListing';

/** The half of the catalog that looks into one sync at a time. */
export type SyncCatalog = Pick<Catalog, 'contents' | 'parts' | 'readDefinitions' | 'refresh'>;

/** Listed objects that are kept in all, over the caches of syncs and of single tables each. */
const maxKeptObjects = 400_000;
const maxKeptDefinitions = 500;

/** A sync as listed, kept so that parts need no second listing. */
interface KeptSync {
  readonly sources: SyncSources;
  readonly contents: SyncContents;
}

export function createSyncCatalog(io: CatalogIo, manifests: ManifestReader): SyncCatalog {
  const weigh = ({ objects }: SyncSources): number => objects.length + 1;
  const syncs = createSharedCache<KeptSync>({ maxWeight: maxKeptObjects, weigh: (kept) => weigh(kept.sources) });
  const tables = createSharedCache<SyncSources>({ maxWeight: maxKeptObjects, weigh });
  const definitions = createSharedCache<DefinitionsDocument>({ maxWeight: maxKeptDefinitions });

  /** What is known of a table already, if its sync was listed whole. */
  function known(dump: DumpId, table: string): SyncSources | undefined {
    const kept = syncs.peek(dump.toString());
    const entry = kept?.contents.tables.find(({ name }) => name === table);
    return entry?.presentFiles === undefined ? undefined : kept?.sources;
  }

  async function readDefinitions(dump: DumpId, signal?: AbortSignal): Promise<DefinitionsDocument | undefined> {
    const { sync } = await manifests.find(dump, signal);
    const { manifest } = await manifests.readIfAny(sync, signal);
    const key = definitionsKeyOf(manifest, sync.folder);
    if (key === undefined) return undefined;
    try {
      return await definitions.get(`${dump.toString()}\n${key}`, signal, async (own) => {
        const { text, info } = await io.readText(key, 'definitions.unreadable', own);
        return { definitions: parsePropertyDefinitions(text, { key }), info, text };
      });
    } catch (error) {
      if (isFailure(error, 'store.notFound')) return undefined;
      throw withFacts(error, { dump: dump.toString() });
    }
  }

  return {
    async contents(dump, signal) {
      const kept = await syncs.get(dump.toString(), signal, async (own) => {
        const sources = await listSync(io, manifests, dump, own);
        return { sources, contents: joinSync(sources) };
      });
      return kept.contents;
    },

    async parts(dump, table, signal, onPage) {
      throwIfAborted(signal);
      const list: Producer<SyncSources> = (own, report) => listTable(io, manifests, dump, table, own, report);
      const sources =
        known(dump, table) ?? (await tables.get(`${dump.toString()}\n${table}`, signal, list, onPage));
      const parts = joinParts(sources, table);
      const isListed = sources.manifest?.manifest.tables.some(({ name }) => name === table) === true;
      if (parts.length === 0 && !isListed)
        throw new Failure('catalog.noSuchTable', { table, dump: dump.toString() });
      return parts;
    },

    readDefinitions,

    refresh(scope = 'all') {
      manifests.forgetIndex();
      const dump = scope === 'all' ? undefined : scope.dump.toString();
      const isOfDump = (key: string): boolean => dump === undefined || key.startsWith(`${dump}\n`);
      syncs.forget(dump);
      tables.forget(isOfDump);
      definitions.forget(isOfDump);
    },
  };
}
