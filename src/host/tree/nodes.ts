import type { PartSummary, SyncSummary, TableContents } from '../../core/catalogModel';
import type { Connection } from '../../core/connection';
import type { DumpId } from '../../core/dumpId';
import type { EffectiveFiles } from '../../core/effectiveFiles';
import type { Failure, FailureData } from '../../core/failure';
import type { ExcludedFile } from '../../core/history/tableFiles';
import type { SyncReport } from '../../core/syncReport';

/** The sidebar as values. `items.ts` maps them to VS Code's tree items; nothing here knows what they look like. */
export type TreeNode =
  | ConnectionNode
  | TablesNode
  | TableHistoryNode
  | TableDumpNode
  | OtherFilesNode
  | SyncsNode
  | ReportsNode
  | SyncNode
  | TableNode
  | PartNode
  | JsonNode
  | MoreNode
  | FailureNode
  | NoteNode;

interface BaseNode {
  /** Stable over refreshes: keeps expansion and selection. */
  readonly id: string;
  readonly parent: TreeNode | undefined;
}

export interface ConnectionNode extends BaseNode {
  readonly kind: 'connection';
  readonly connection: Connection;
  /** Known once the connection was expanded. */
  readonly newest?: SyncSummary;
  /** The dump that the user chose to see it as of; absent: the newest. */
  readonly asOf?: DumpId;
}

/** All tables, each over all its dumps. */
export interface TablesNode extends BaseNode {
  readonly kind: 'tables';
  readonly connectionId: string;
  /** The newest dump with a manifest that is taken into account; absent if there is none. */
  readonly asOf?: DumpId;
  /** The user chose a dump: not the newest, which is this one. */
  readonly pinned?: { readonly dump: DumpId; readonly newest?: DumpId };
  /** Known once it was opened. */
  readonly count?: number;
}

/** A table over all its dumps. */
export interface TableHistoryNode extends BaseNode {
  readonly kind: 'tableHistory';
  readonly connectionId: string;
  readonly table: string;
  readonly isInternal: boolean;
  readonly asOf: DumpId;
  /** Known once it was opened. */
  readonly effective?: EffectiveFiles;
}

/** One dump among all those of a table. */
export interface TableDumpNode extends BaseNode {
  readonly kind: 'tableDump';
  readonly connectionId: string;
  readonly table: string;
  readonly dump: DumpId;
  /** When its manifest was written, in epoch milliseconds. */
  readonly delivered?: number;
  readonly effective: EffectiveFiles;
  /** Of those that count, the ones that this dump is the first to list. */
  readonly files: number;
  /** Of a dump that is no part of the table: its files, and why they do not count. */
  readonly excluded?: readonly ExcludedFile[];
  /** What lies there of it, where it was listed: in the newest dumps, and in those that were opened. */
  readonly listed?: ListedParts;
}

export interface ListedParts {
  /** Of the files that count. */
  readonly bytes: number;
  readonly missing: number;
  readonly unlisted: number;
}

/** What does not count of a table: found only when it is asked for, because all syncs are looked into. */
export interface OtherFilesNode extends BaseNode {
  readonly kind: 'otherFiles';
  readonly connectionId: string;
  readonly table: string;
  readonly effective: EffectiveFiles;
  /** All syncs of the export. */
  readonly syncs: number;
  /** How many there are, once it was opened. */
  readonly found?: { readonly files: number; readonly dumps: number };
}

export interface SyncsNode extends BaseNode {
  readonly kind: 'syncs';
  readonly connectionId: string;
  readonly count: number;
  /** The dump that the user chose. */
  readonly asOf?: DumpId;
}

export interface ReportsNode extends BaseNode {
  readonly kind: 'reports';
  readonly connectionId: string;
}

export interface SyncNode extends BaseNode {
  readonly kind: 'sync';
  readonly connectionId: string;
  readonly sync: SyncSummary;
  /** The dump that the user chose, and that this one is newer than. */
  readonly newerThan?: DumpId;
  /** What its manifest says, where it was read: the newest syncs, and those that were expanded. */
  readonly digest?: SyncDigest;
}

export interface SyncDigest {
  readonly tables: number;
  readonly files: number;
  /** Tables that came in full, user_migrations (always full) and the vendor's own not counted. */
  readonly resyncs: readonly string[];
  readonly problems: number;
  /** Why the manifest could not be read, if so. */
  readonly fault?: FailureData;
}

export interface TableNode extends BaseNode {
  readonly kind: 'table';
  readonly connectionId: string;
  readonly dump: DumpId;
  readonly table: TableContents;
}

export interface PartNode extends BaseNode {
  readonly kind: 'part';
  readonly connectionId: string;
  readonly dump: DumpId;
  readonly table: string;
  readonly part: PartSummary;
  /** `part-00061`, or the whole name where that is not unique. */
  readonly label: string;
  readonly uri: string;
  /** Below *Tables*: whether it is part of the table. */
  readonly standing?: PartStanding;
}

export interface PartStanding {
  readonly asOf: DumpId;
  /** Why it does not count. */
  readonly exclusion?: ExcludedFile;
  /** It counts as a file of another dump, which lists it too. */
  readonly countsIn?: DumpId;
}

/** A JSON object that opens as a formatted document. */
export interface JsonNode extends BaseNode {
  readonly kind: 'json';
  readonly role: 'manifest' | 'definitions' | 'report';
  readonly connectionId: string;
  readonly key: string;
  readonly label: string;
  readonly uri: string;
  readonly dump?: DumpId;
  readonly bytes?: number;
  readonly modified?: number;
  /** What the report says, where it was read: the newest ones. */
  readonly report?: SyncReport;
  /** A report below a sync is there by inference from times; this says so. */
  readonly inference?: string;
}

export interface MoreNode extends BaseNode {
  readonly kind: 'more';
  readonly parent: TreeNode;
  readonly shown: number;
  readonly total: number;
}

export interface FailureNode extends BaseNode {
  readonly kind: 'failure';
  readonly parent: TreeNode;
  readonly failure: Failure;
}

/** A line that teaches where there is nothing to show. */
export interface NoteNode extends BaseNode {
  readonly kind: 'note';
  readonly text: string;
  readonly detail: string;
}

/** The connection that a node belongs to. */
export function connectionIdOf(node: TreeNode): string | undefined {
  if (node.kind === 'connection') return node.connection.id;
  if ('connectionId' in node) return node.connectionId;
  return node.parent === undefined ? undefined : connectionIdOf(node.parent);
}
