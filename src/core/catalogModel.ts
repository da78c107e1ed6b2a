import type { DumpId } from './dumpId';
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
  /** The folder holds more objects than are listed at once: sizes and counts of some tables are absent. */
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
