import type {
  DefinitionsDocument,
  ManifestDocument,
  PartSummary,
  ReportDocument,
  ReportPairing,
  StrayManifest,
  SyncContents,
  SyncSummary,
  TableNames,
} from './catalogModel';
import type { DumpId } from './dumpId';
import type { EffectiveFiles } from './effectiveFiles';
import type { ObjectInfo, ObjectStore } from './ports';
import { createManifestReader } from './manifestReader';
import { createReportCatalog } from './reportCatalog';
import { createSyncCatalog } from './syncCatalog';
import { createTableCatalog } from './tableCatalog';
import { createCatalogIo } from './catalogIo';

/**
 * The lazy reader of one export: nothing is read that is not asked for, what was read is kept, and those who ask for
 * the same at the same time share one request. Every method rejects with a `Failure`: `store.*`, `cancelled`, and those
 * named below. An aborted signal takes only its own caller away; requests stop when nobody waits for them.
 */
export interface Catalog {
  /** All syncs, newest dump first. Two listings, and a read for each manifest whose name does not tell the dump. */
  syncs(signal?: AbortSignal): Promise<readonly SyncSummary[]>;
  /** Files in `manifests/` that could not be made out, or are second manifests of a dump. */
  strayManifests(signal?: AbortSignal): Promise<readonly StrayManifest[]>;
  /** `catalog.noSuchDump`, `catalog.noManifest`, `manifest.unreadable`. */
  readManifest(dump: DumpId, signal?: AbortSignal): Promise<ManifestDocument>;
  /** `catalog.noSuchDump`. An unreadable manifest is part of the answer, not a failure. */
  contents(dump: DumpId, signal?: AbortSignal): Promise<SyncContents>;
  /**
   * All parts of a table in a sync, in part order. `onPage` hears how many objects were listed so far.
   * `catalog.noSuchDump`, `catalog.noSuchTable`.
   */
  parts(
    dump: DumpId,
    table: string,
    signal?: AbortSignal,
    onPage?: (countSoFar: number) => void,
  ): Promise<readonly PartSummary[]>;
  /** The definitions delivered with a sync; `undefined` if it has none. `catalog.noSuchDump`, `definitions.unreadable`. */
  readDefinitions(dump: DumpId, signal?: AbortSignal): Promise<DefinitionsDocument | undefined>;
  /** Sync reports, newest first by when they were written. */
  reports(signal?: AbortSignal): Promise<readonly ObjectInfo[]>;
  /** `report.unreadable`. */
  readReport(key: string, signal?: AbortSignal): Promise<ReportDocument>;
  /** The report that is the dump's by its times, if one is near enough: an inference, to be shown as one. */
  pairReport(dump: DumpId, signal?: AbortSignal): Promise<ReportPairing | undefined>;
  /** Names of tables, from the 50 newest manifests. */
  tables(signal?: AbortSignal): Promise<TableNames>;
  /**
   * The files that make up a table as of a dump (the newest if `undefined`). Reads manifests from the newest back until
   * the table's full resync is found; an unreadable one among them is a failure, because its files would be lost unsaid.
   * `catalog.noSuchDump`, `catalog.noSuchTable`, `manifest.unreadable`. `onProgress` hears how many manifests were read.
   */
  effectiveFiles(
    table: string,
    asOf?: DumpId,
    signal?: AbortSignal,
    onProgress?: (manifestsRead: number) => void,
  ): Promise<EffectiveFiles>;
  /** Forgets listings, of one sync (and the list of syncs) or all. Manifests stay, as long as their ETag does. */
  refresh(scope?: { readonly dump: DumpId } | 'all'): void;
}

export interface CatalogOptions {
  /** The bucket opened: files that manifests list in another one are reported. */
  readonly bucket?: string;
  readonly prefix?: string;
  /** Requests under way at once; 8 by default. */
  readonly maxConcurrency?: number;
}

/** A catalog over a store that the caller owns and disposes. */
export function createCatalog(store: ObjectStore, options: CatalogOptions = {}): Catalog {
  const io = createCatalogIo(store, options.maxConcurrency ?? 8);
  const manifests = createManifestReader(io, options);
  const syncs = createSyncCatalog(io, manifests);
  const reports = createReportCatalog(io, manifests);
  return {
    syncs: async (signal) => (await manifests.index(signal)).syncs,
    strayManifests: async (signal) => (await manifests.index(signal)).strays,
    readManifest: async (dump, signal) => manifests.read((await manifests.find(dump, signal)).sync, signal),
    contents: syncs.contents,
    parts: syncs.parts,
    readDefinitions: syncs.readDefinitions,
    reports: reports.reports,
    readReport: reports.readReport,
    pairReport: reports.pairReport,
    ...createTableCatalog(manifests),
    refresh(scope = 'all') {
      syncs.refresh(scope);
      if (scope === 'all') reports.refresh();
    },
  };
}
