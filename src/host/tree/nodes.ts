import type { PartSummary, SyncSummary, TableContents } from '../../core/catalogModel';
import type { Connection } from '../../core/connection';
import type { DumpId } from '../../core/dumpId';
import type { Failure, FailureData } from '../../core/failure';
import type { SyncReport } from '../../core/syncReport';

/** The sidebar as values. `items.ts` maps them to VS Code's tree items; nothing here knows what they look like. */
export type TreeNode =
  | ConnectionNode
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
}

export interface SyncsNode extends BaseNode {
  readonly kind: 'syncs';
  readonly connectionId: string;
  readonly count: number;
}

export interface ReportsNode extends BaseNode {
  readonly kind: 'reports';
  readonly connectionId: string;
}

export interface SyncNode extends BaseNode {
  readonly kind: 'sync';
  readonly connectionId: string;
  readonly sync: SyncSummary;
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
