import type { Catalog, CatalogOptions } from './catalog';
import type { CatalogIo, Listing } from './catalogIo';
import type { DefinitionsDocument, ManifestDocument, SyncContents, SyncSummary } from './catalogModel';
import type { DumpId } from './dumpId';
import { Failure, type FailureData, failureToData, isFailure, withFacts } from './failure';
import { definitionsKeyOf, joinParts, joinSync, type SyncSources } from './joinSync';
import { formatTableFolder, manifestsFolder } from './objectKey';
import { parseManifest } from './parseManifest';
import type { ObjectInfo } from './ports';
import { parsePropertyDefinitions } from './propertyDefinitions';
import { createSharedCache } from './sharedCache';
import { buildSyncIndex, type ManifestEntry, manifestEntries, type SyncIndex } from './syncIndex';

/** The half of the catalog that reads syncs: their list, manifests, folders and parts. */
export interface SyncCatalog extends Pick<
  Catalog,
  'readManifest' | 'contents' | 'parts' | 'readDefinitions' | 'refresh'
> {
  index(signal?: AbortSignal): Promise<SyncIndex>;
  /** A manifest that the list of syncs told of. */
  readListed(sync: SyncSummary, signal?: AbortSignal): Promise<ManifestDocument>;
}

/** Above this a sync's folder is not listed object by object: at S3's page size, 20,000 objects. */
const maxFlatPages = 20;
const pageSize = 1000;
/** Listed objects that are kept in all, over the caches of folders and of tables each. */
const maxKeptObjects = 400_000;
/** Characters of manifests that are kept. */
const maxKeptText = 64 << 20;
/** Other folders that a manifest's files are looked for in. */
const maxOtherFolders = 50;

/** A sync as listed, kept so that parts need no second listing. */
interface KeptSync {
  readonly sources: SyncSources;
  readonly contents: SyncContents;
}

export function createSyncCatalog(io: CatalogIo, options: CatalogOptions): SyncCatalog {
  const indexes = createSharedCache<SyncIndex>({ maxWeight: 1 });
  const manifests = createSharedCache<ManifestDocument>({ maxWeight: maxKeptText, weigh: (m) => m.text.length });
  const weigh = (kept: { readonly sources: SyncSources }): number => kept.sources.objects.length + 1;
  const syncs = createSharedCache<KeptSync>({ maxWeight: maxKeptObjects, weigh });
  const tables = createSharedCache<{ readonly sources: SyncSources }>({ maxWeight: maxKeptObjects, weigh });
  const definitions = createSharedCache<DefinitionsDocument>({
    maxWeight: maxKeptText,
    weigh: (d) => d.text.length,
  });

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
      const isItsOwn = ['manifest.unreadable', 'store.accessDenied', 'store.notFound'] as const;
      if (!isItsOwn.some((code) => isFailure(error, code))) throw error;
      return { ...entry, failure: failureToData(error) };
    }
  }

  function readObject(listed: ObjectInfo, signal?: AbortSignal): Promise<ManifestDocument> {
    const { key } = listed;
    return manifests.get(`${key}\n${listed.etag}`, signal, async (own) => {
      const { text, info } = await io.readText(key, 'manifest.unreadable', own);
      const { bucket, prefix } = options;
      const context = {
        key,
        ...(bucket === undefined ? {} : { bucket }),
        ...(prefix === undefined ? {} : { prefix }),
      };
      return { ...parseManifest(text, context), info: { ...listed, ...info }, text };
    });
  }

  async function findSync(dump: DumpId, signal?: AbortSignal): Promise<{ sync: SyncSummary; all: SyncIndex }> {
    const all = await index(signal);
    const sync = all.byDump.get(dump);
    if (sync === undefined) throw new Failure('catalog.noSuchDump', { dump: dump.toString() });
    return { sync, all };
  }

  async function readListed(sync: SyncSummary, signal?: AbortSignal): Promise<ManifestDocument> {
    const dump = sync.dump.toString();
    if (sync.manifest === undefined) throw new Failure('catalog.noManifest', { dump });
    try {
      return await readObject(sync.manifest, signal);
    } catch (error) {
      throw withFacts(error, { dump });
    }
  }

  interface ManifestPart {
    readonly manifest?: ManifestDocument;
    readonly manifestFailure?: FailureData;
  }

  /** None, one, or why it cannot be read; other failures (network, rights) are those of the caller. */
  async function manifestOf(sync: SyncSummary, signal: AbortSignal): Promise<ManifestPart> {
    if (sync.manifest === undefined) return {};
    try {
      return { manifest: await readListed(sync, signal) };
    } catch (error) {
      if (!isFailure(error, 'manifest.unreadable')) throw error;
      return { manifestFailure: failureToData(error) };
    }
  }

  /** Files that a manifest lists outside its own sync's folder, as far as they lie in folders of other syncs. */
  async function listElsewhere(
    sync: SyncSummary,
    all: SyncIndex,
    manifest: ManifestDocument | undefined,
    table: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly ObjectInfo[]> {
    const folders = new Set<string>();
    for (const { name, files } of manifest?.manifest.tables ?? []) {
      if (table !== undefined && name !== table) continue;
      for (const { key } of files) {
        if (key === undefined || (sync.folder !== undefined && key.startsWith(sync.folder))) continue;
        if (all.folders.has(key.slice(0, key.indexOf('/') + 1)))
          folders.add(key.slice(0, key.lastIndexOf('/') + 1));
      }
    }
    const listings = await Promise.all(
      [...folders].slice(0, maxOtherFolders).map((prefix) => io.listAll({ prefix, delimiter: '/' }, signal)),
    );
    return listings.flatMap((listing) => listing.objects);
  }

  function keptSync(dump: DumpId, signal?: AbortSignal): Promise<KeptSync> {
    return syncs.get(dump.toString(), signal, async (own) => {
      const { sync, all } = await findSync(dump, own);
      let listedFiles = 0;
      const reading = manifestOf(sync, own).then((part) => {
        for (const { files } of part.manifest?.manifest.tables ?? []) listedFiles += files.length;
        return part;
      });
      // A manifest that lists more than fits spares the pages that would have led to the same end.
      const goOn = (pages: number): boolean => pages < maxFlatPages && listedFiles <= maxFlatPages * pageSize;
      const [part, listing] = await Promise.all([reading, listFlat(sync.folder, goOn, own)]);
      const [elsewhere, cut] = await Promise.all([
        listElsewhere(sync, all, part.manifest, undefined, own),
        listing.isCut && sync.folder !== undefined ? findCut(sync.folder, listing.objects, own) : undefined,
      ]);
      const sources: SyncSources = {
        dump,
        ...(sync.folder === undefined ? {} : { folder: sync.folder }),
        ...part,
        objects: [...listing.objects, ...elsewhere],
        ...(cut === undefined ? {} : { cut }),
      };
      return { sources, contents: joinSync(sources) };
    });
  }

  async function listFlat(
    folder: string | undefined,
    goOn: (pages: number) => boolean,
    signal: AbortSignal,
  ): Promise<Listing> {
    if (folder === undefined) return { objects: [], folders: [], isCut: false };
    return io.listAll({ prefix: folder }, signal, { goOn });
  }

  /** Which table folders there are, and which of them the cut listing holds whole: those it had gone past. */
  async function findCut(
    folder: string,
    objects: readonly ObjectInfo[],
    signal: AbortSignal,
  ): Promise<NonNullable<SyncSources['cut']>> {
    const { folders } = await io.listAll({ prefix: folder, delimiter: '/' }, signal);
    const seen = new Set<string>();
    let last = '';
    for (const { key } of objects) {
      const end = key.indexOf('/', folder.length);
      last = end < 0 ? '' : key.slice(0, end + 1);
      if (last !== '') seen.add(last);
    }
    seen.delete(last);
    return { folders, whole: seen };
  }

  /** One table's objects, in both layouts: a table may change from the older one to the newer while files stay. */
  function keptTable(
    dump: DumpId,
    table: string,
    signal: AbortSignal | undefined,
    onPage: ((count: number) => void) | undefined,
  ): Promise<{ readonly sources: SyncSources }> {
    const produce = async (
      own: AbortSignal,
      report: (count: number) => void,
    ): Promise<{ sources: SyncSources }> => {
      const { sync, all } = await findSync(dump, own);
      const { folder } = sync;
      const counts = { named: 0, plain: 0 };
      const list = async (layout: 'named' | 'plain'): Promise<readonly ObjectInfo[]> => {
        if (folder === undefined) return [];
        const prefix = `${folder}${formatTableFolder(table, layout)}/`;
        const listing = await io.listAll({ prefix }, own, {
          onPage: (count) => {
            counts[layout] = count;
            report(counts.named + counts.plain);
          },
        });
        return listing.objects;
      };
      const [part, named, plain] = await Promise.all([manifestOf(sync, own), list('named'), list('plain')]);
      const elsewhere = await listElsewhere(sync, all, part.manifest, table, own);
      const objects = [...named, ...plain, ...elsewhere];
      return { sources: { dump, ...(folder === undefined ? {} : { folder }), ...part, objects } };
    };
    return tables.get(`${dump.toString()}\n${table}`, signal, produce, onPage);
  }

  return {
    index,
    readListed,
    readManifest: async (dump, signal) => readListed((await findSync(dump, signal)).sync, signal),
    contents: async (dump, signal) => (await keptSync(dump, signal)).contents,

    async parts(dump, table, signal, onPage) {
      const kept = syncs.peek(dump.toString());
      const isKept = kept?.contents.tables.some(
        ({ name, presentFiles }) => name === table && presentFiles !== undefined,
      );
      const { sources } =
        kept !== undefined && isKept === true ? kept : await keptTable(dump, table, signal, onPage);
      const parts = joinParts(sources, table);
      const isListed = sources.manifest?.manifest.tables.some(({ name }) => name === table);
      if (parts.length === 0 && isListed !== true)
        throw new Failure('catalog.noSuchTable', { table, dump: dump.toString() });
      return parts;
    },

    async readDefinitions(dump, signal) {
      const kept = syncs.peek(dump.toString());
      const { sync } = await findSync(dump, signal);
      const manifest =
        kept === undefined && sync.manifest !== undefined
          ? await readListed(sync, signal).catch((error: unknown) => {
              if (isFailure(error, 'manifest.unreadable')) return undefined;
              throw error;
            })
          : kept?.sources.manifest;
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
    },

    refresh(scope) {
      indexes.forget();
      if (scope === 'all' || scope === undefined) {
        syncs.forget();
        tables.forget();
        definitions.forget();
        return;
      }
      const dump = scope.dump.toString();
      syncs.forget(dump);
      const isOfDump = (key: string): boolean => key.startsWith(`${dump}\n`);
      tables.forget(isOfDump);
      definitions.forget(isOfDump);
    },
  };
}
