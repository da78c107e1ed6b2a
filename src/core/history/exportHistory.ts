import type { StrayManifest } from '../catalogModel';
import type { DumpId } from '../dumpId';
import type { FailureData } from '../failure';
import type { ManifestProblem } from '../manifest';
import type { SyncReport } from '../syncReport';

/** What an export delivered over time: of every dump what its manifest, its folder and the reports tell. */
export interface ExportHistory {
  /** Oldest first, by number. */
  readonly dumps: readonly HistoryDump[];
  readonly strays: readonly StrayManifest[];
  /** The newest that were read, newest first. */
  readonly reports: readonly HistoryReport[];
}

export interface HistoryDump {
  readonly dump: DumpId;
  /** `sync_1241/`; absent if only the manifest is left. */
  readonly folder?: string;
  readonly manifest?: HistoryManifest;
  /** Absent: the folder was not listed, because the dump is too old. */
  readonly listing?: HistoryListing;
}

export interface HistoryManifest {
  readonly key: string;
  /** When it was written, and so the dump delivered: epoch milliseconds. */
  readonly delivered?: number;
  /** Why it cannot be read; then nothing else is known. */
  readonly failure?: FailureData;
  readonly problems: readonly ManifestProblem[];
  readonly tables: ReadonlyMap<string, HistoryTable>;
}

/** A table as a manifest lists it. */
export interface HistoryTable {
  readonly mode: 'full' | 'incremental' | 'unknown';
  /** Listed, each once. */
  readonly files: number;
  /** Absent if the manifest does not say. */
  readonly columns?: readonly string[];
}

export interface HistoryListing {
  /** By table: those of the manifest, and those in the folder. A table that was not listed whole is left out. */
  readonly tables: ReadonlyMap<string, ListedTable>;
  /** When the newest object in the folder was written: epoch milliseconds. Absent where that was not asked for. */
  readonly newest?: number;
}

export interface ListedTable {
  /** Files that count and are there, and their size. */
  readonly files: number;
  readonly bytes: number;
  /** Keys of those that count and are not there. */
  readonly missing: readonly string[];
  /** In the table's folder, and not in the manifest; empty where there is no manifest to be in. */
  readonly unlisted: readonly UnlistedFile[];
}

export interface UnlistedFile {
  readonly key: string;
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly modified?: number;
}

/** A sync report; `failure` where it cannot be read. One with the key `sync_reports/` stands for all, where they cannot be listed. */
export interface HistoryReport {
  readonly key: string;
  readonly report?: SyncReport;
  readonly failure?: FailureData;
}

/** The newest dump with a manifest that can be read. */
export function newestDelivered({ dumps }: ExportHistory): DeliveredDump | undefined {
  return dumps.findLast(isDelivered);
}

/** A dump whose manifest can be read. */
export type DeliveredDump = HistoryDump & { readonly manifest: HistoryManifest };

export function isDelivered(dump: HistoryDump): dump is DeliveredDump {
  return dump.manifest !== undefined && dump.manifest.failure === undefined;
}
