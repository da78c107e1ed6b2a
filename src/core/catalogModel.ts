import type { DumpId } from './dumpId';
import type { EffectiveFiles } from './effectiveFiles';
import type { FailureData } from './failure';
import type { Manifest, ManifestProblem } from './manifest';
import type { TableLayout } from './objectKey';
import type { ObjectInfo } from './ports';
import type { PropertyDefinitions } from './propertyDefinitions';
import type { SyncReport } from './syncReport';

/** One sync, as listings alone tell of it. */
export interface SyncSummary {
  readonly dump: DumpId;
  /** `sync_1241/`, relative to the root. Absent if only the manifest is left. */
  readonly folder?: string;
  readonly manifest?: ObjectInfo;
  /** `noManifest`: in progress or failed, nothing in it counts yet. `manifestOnly`: its files are gone. */
  readonly state: 'delivered' | 'noManifest' | 'manifestOnly';
}

/** A file in `manifests/` that stands for no sync in the list. */
export interface StrayManifest {
  readonly info: ObjectInfo;
  /** Why it could not be read; or, absent, another file is the manifest of the same dump. */
  readonly failure?: FailureData;
}

export interface ManifestDocument {
  readonly manifest: Manifest;
  readonly problems: readonly ManifestProblem[];
  readonly info: ObjectInfo;
  /** As in the object. */
  readonly text: string;
}

/** A sync's manifest and folder, put side by side. */
export interface SyncContents {
  readonly dump: DumpId;
  readonly folder?: string;
  readonly manifest?: ManifestDocument;
  /** The sync has a manifest, but it cannot be read: what counts is unknown, what lies there is shown. */
  readonly manifestFailure?: FailureData;
  /** Sorted by name. Tables of the manifest and of the folder. */
  readonly tables: readonly TableContents[];
  readonly definitions?: ObjectInfo;
  /** Objects in the folder that belong to no table; a lower bound if `isPartial`. */
  readonly otherObjects: number;
  /** There is more than is listed at once, in the folder or in others that files lie in: sizes and counts of some tables are absent. */
  readonly isPartial: boolean;
}

/**
 * `listed`: in the manifest. `missing`: in the manifest with files, none of which is there. `ignored`: in the folder but
 * not in the manifest. `noManifest`: the sync has none yet. `unknown`: its manifest is unreadable.
 */
export type ListingState = 'listed' | 'missing' | 'ignored' | 'noManifest' | 'unknown';

export interface TableContents {
  readonly name: string;
  readonly state: ListingState;
  readonly mode: 'full' | 'incremental' | 'unknown';
  readonly isInternal: boolean;
  /** Folders with files of this table, relative to the root, each with a trailing slash; usually one. */
  readonly folders: readonly string[];
  readonly layouts: readonly TableLayout[];
  /** Files in the manifest, each once; 0 if the table is not in it or there is none. */
  readonly listedFiles: number;
  /** Of the listed files those that are there; of a table that no manifest lists, all. Absent if not counted (`isPartial`). */
  readonly presentFiles?: number;
  /** Size of the present files. */
  readonly bytes?: number;
  readonly missingFiles?: number;
  /** In the table's folder, but not in the manifest though there is one. They count for nothing. */
  readonly ignoredFiles?: number;
  readonly ignoredBytes?: number;
  /** From the manifest. */
  readonly columns?: readonly string[];
}

export interface PartSummary {
  /** Relative to the root. A listed file whose place is not known has its URI here, and is `missing`. */
  readonly key: string;
  /** The last segment of the key. */
  readonly file: string;
  readonly part?: number;
  readonly bytes?: number;
  /** Epoch milliseconds. */
  readonly modified?: number;
  readonly etag?: string;
  /** As the manifest spells it, if it lists the file. */
  readonly uri?: string;
  readonly state: ListingState;
}

export interface ReportDocument {
  readonly report: SyncReport;
  readonly info: ObjectInfo;
  readonly text: string;
}

/** A report that by its times is a dump's. Always an inference: no report says which dump it is of. */
export interface ReportPairing {
  readonly document: ReportDocument;
  /** `within`: the manifest was written between the report's start and finish. `nearest`: so many milliseconds beside. */
  readonly basis: 'within' | 'nearest';
  readonly distanceMs: number;
}

export interface DefinitionsDocument {
  readonly definitions: PropertyDefinitions;
  readonly info: ObjectInfo;
  readonly text: string;
}

export interface TableNames {
  /** Tables by name, each with the newest dump that has it. */
  readonly tables: readonly { readonly name: string; readonly newest: DumpId; readonly isInternal: boolean }[];
  /** False if there are older manifests that were not read, or some that could not be. */
  readonly isComplete: boolean;
  readonly manifestsRead: number;
}

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
  /** Names of tables, from the 50 newest manifests; from those up to a dump, if one is given. `catalog.noSuchDump`. */
  tables(signal?: AbortSignal, asOf?: DumpId): Promise<TableNames>;
  /**
   * The files that make up a table as of a dump (the newest if `undefined`). Reads manifests from the newest back until
   * the table's full resync is found; an unreadable one among them is a failure, because its files would be lost unsaid.
   * `catalog.noSuchDump`, `catalog.noSuchTable`, `catalog.noManifest`, `manifest.unreadable`. `onProgress` hears how many manifests were read.
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
