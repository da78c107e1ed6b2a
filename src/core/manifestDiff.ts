/**
 * What changed from one manifest to another, as JSON (dump ids are decimal strings), so that the same value feeds the
 * webview, the text form and `diff --json`.
 */
export interface ManifestDiff {
  readonly from: string;
  readonly to: string;
  /** Sorted by risk: full resyncs, dropped columns, gone tables, new tables, added columns, files only, unchanged; internal tables last. */
  readonly tables: readonly TableDiff[];
  readonly definitions: DefinitionsDiff;
  /** One sentence, riskiest first: `pageviews was resynced in full · users gained loyalty_tier`. */
  readonly summary: string;
  /** Dumps between the two, oldest first: what they delivered is in neither manifest. Absent if that was not looked up. */
  readonly between?: readonly string[];
  /** What to do to bring a copy from `from` to `to`, in order. Absent if `to` is not the later dump. */
  readonly steps?: readonly CopyStep[];
}

/** One item of the list of things to do. */
export interface CopyStep {
  /** The tables that it is about; none for a step about whole dumps. */
  readonly tables: readonly string[];
  /** Named by this where there are several tables: `19 other tables`; else the table's name. */
  readonly subject: string;
  /** `append 1 file (14 MB); add column loyalty_tier (text, no values before 1241)`. */
  readonly action: string;
}

export interface TableDiff {
  readonly name: string;
  readonly change: TableChange;
  readonly from?: TableSide;
  readonly to?: TableSide;
  readonly columnsAdded: readonly string[];
  readonly columnsRemoved: readonly string[];
  readonly isInternal: boolean;
}

/**
 * `resynced`: full in `to` (a resync invalidates the table's earlier data). `incremental`: full in `from`, incremental in `to`.
 * `delivered`: new files of an incremental table. `unchanged`: nothing but what every dump has. `migrations`: user_migrations, always full.
 */
export type TableChange = 'added' | 'gone' | 'resynced' | 'incremental' | 'migrations' | 'delivered' | 'unchanged';

export interface TableSide {
  readonly mode: 'full' | 'incremental' | 'unknown';
  readonly files: number;
  /** Sum of the listed files' sizes; absent where the listing was not read or a file is missing. */
  readonly bytes?: number;
  readonly missingFiles: number;
  readonly columns: number;
}

export interface DefinitionsDiff {
  /** Absent on a side that could not be read; `note` says why. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  readonly note?: string;
}
