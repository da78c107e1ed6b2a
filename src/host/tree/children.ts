import type { Catalog, ReportPairing, SyncContents } from '../../core/catalogModel';
import type { Connection } from '../../core/connection';
import type { DumpId } from '../../core/dumpId';
import { failureToData, throwIfAborted } from '../../core/failure';
import { isInternalTable, migrationsTable } from '../../core/manifest';
import { newestDeliveredAsOf } from '../../core/newestDelivered';
import type { ObjectStore } from '../../core/ports';
import { formatCount } from '../../core/format';
import type { SyncReport } from '../../core/syncReport';
import { partNodes } from './partNodes';
import { otherFilesChildren, tableDumpChildren, tableHistoryChildren, tablesChildren } from './tableNodes';
import type {
  ConnectionNode,
  JsonNode,
  ReportsNode,
  SyncDigest,
  SyncNode,
  SyncsNode,
  TableNode,
  TablesNode,
  TreeNode,
} from './nodes';

/** What the tree reads from: one connection, open. */
export interface TreeSource {
  readonly store: Pick<ObjectStore, 'uri'>;
  readonly catalog: Catalog;
  /** The dump that the user chose to see the connection as of; absent: the newest. */
  readonly asOf?: DumpId;
}

export function connectionNode(connection: Connection): ConnectionNode {
  return { kind: 'connection', id: `connection/${connection.id}`, parent: undefined, connection };
}

/** The children of a node, all of them: the provider pages. Rejects with a `Failure`. */
export async function loadChildren(
  node: TreeNode,
  source: TreeSource,
  signal: AbortSignal,
): Promise<readonly TreeNode[]> {
  switch (node.kind) {
    case 'connection':
      return connectionChildren(node, source, signal);
    case 'tables':
      return tablesChildren(node, source.catalog, signal);
    case 'tableHistory':
      return tableHistoryChildren(node, source.catalog, signal);
    case 'tableDump':
      return tableDumpChildren(node, source, signal);
    case 'otherFiles':
      return otherFilesChildren(node, source.catalog, signal);
    case 'syncs':
      return (await source.catalog.syncs(signal)).map((sync): SyncNode => ({
        kind: 'sync',
        id: `${node.connectionId}/sync/${sync.dump}`,
        parent: node,
        connectionId: node.connectionId,
        sync,
        ...(node.asOf !== undefined && sync.dump > node.asOf ? { newerThan: node.asOf } : {}),
      }));
    case 'reports':
      return reportChildren(node, source, signal);
    case 'sync':
      return syncChildren(node, source, signal);
    case 'table':
      return tableChildren(node, source, signal);
    case 'part':
    case 'json':
    case 'more':
    case 'failure':
    case 'note':
      return [];
  }
}

/** What a report says, for its description; `undefined` if it cannot be read. */
export async function readReportOf(
  node: JsonNode,
  source: TreeSource,
  signal: AbortSignal,
): Promise<SyncReport | undefined> {
  try {
    return (await source.catalog.readReport(node.key, signal)).report;
  } catch {
    throwIfAborted(signal);
    return undefined;
  }
}

/** What a sync's manifest says, in numbers, for its description. Never rejects, except when cancelled. */
export async function digestSync(
  node: SyncNode,
  source: TreeSource,
  signal: AbortSignal,
): Promise<SyncDigest | undefined> {
  if (node.sync.manifest === undefined) return undefined;
  try {
    const { manifest, problems } = await source.catalog.readManifest(node.sync.dump, signal);
    return {
      tables: manifest.tables.length,
      files: manifest.tables.reduce((sum, table) => sum + table.files.length, 0),
      resyncs: manifest.tables
        .filter(
          (table) => table.incremental === false && table.name !== migrationsTable && !isInternalTable(table.name),
        )
        .map((table) => table.name),
      problems: problems.length,
    };
  } catch (error) {
    throwIfAborted(signal);
    return {
      tables: 0,
      files: 0,
      resyncs: [],
      problems: 0,
      fault: failureToData(error),
    };
  }
}

async function connectionChildren(
  node: ConnectionNode,
  source: TreeSource,
  signal: AbortSignal,
): Promise<readonly TreeNode[]> {
  const connectionId = node.connection.id;
  const syncs = await source.catalog.syncs(signal);
  if (syncs.length === 0) {
    return [
      {
        kind: 'note',
        id: `${connectionId}/none`,
        parent: node,
        text: 'No syncs here',
        detail: `${source.store.uri('')} holds no sync_… folder and no manifests/. If the export lies in a folder of the bucket, edit the connection and add that folder as its prefix.`,
      },
    ];
  }
  const { asOf } = source;
  const newest = newestDeliveredAsOf(syncs);
  const counting = newestDeliveredAsOf(syncs, asOf);
  return [
    {
      kind: 'tables',
      id: `${connectionId}/tables`,
      parent: node,
      connectionId,
      ...(counting === undefined ? {} : { asOf: counting }),
      ...(asOf === undefined ? {} : { pinned: { dump: asOf, ...(newest === undefined ? {} : { newest }) } }),
    } satisfies TablesNode,
    {
      kind: 'syncs',
      id: `${connectionId}/syncs`,
      parent: node,
      connectionId,
      count: syncs.length,
      ...(asOf === undefined ? {} : { asOf }),
    } satisfies SyncsNode,
    { kind: 'reports', id: `${connectionId}/reports`, parent: node, connectionId } satisfies ReportsNode,
  ];
}

async function reportChildren(
  node: ReportsNode,
  source: TreeSource,
  signal: AbortSignal,
): Promise<readonly TreeNode[]> {
  const reports = await source.catalog.reports(signal);
  if (reports.length === 0) {
    return [
      {
        kind: 'note',
        id: `${node.id}/empty`,
        parent: node,
        text: 'No sync reports',
        detail: 'The folder sync_reports/ is empty or missing.',
      },
    ];
  }
  return reports.map((report): JsonNode => ({
    kind: 'json',
    role: 'report',
    id: `${node.id}/${report.key}`,
    parent: node,
    connectionId: node.connectionId,
    key: report.key,
    label: fileName(report.key),
    uri: source.store.uri(report.key),
    bytes: report.bytes,
    ...(report.modified === undefined ? {} : { modified: report.modified }),
  }));
}

async function syncChildren(node: SyncNode, source: TreeSource, signal: AbortSignal): Promise<readonly TreeNode[]> {
  const { sync, connectionId } = node;
  const contents = await source.catalog.contents(sync.dump, signal);
  const documents = syncDocuments(node, contents, source);
  const pairing = await findReport(node, source, signal);
  if (pairing !== undefined) {
    const { info, report } = pairing.document;
    documents.push({
      kind: 'json',
      role: 'report',
      id: `${node.id}/report`,
      parent: node,
      connectionId,
      key: info.key,
      label: 'sync report',
      uri: source.store.uri(info.key),
      report,
      bytes: info.bytes,
      inference:
        pairing.basis === 'within'
          ? "Taken for this sync's report because the manifest was written while it ran. No report says which dump it is of."
          : "Taken for this sync's report because it is the nearest in time. No report says which dump it is of.",
      ...(info.modified === undefined ? {} : { modified: info.modified }),
    });
  }
  const tables = contents.tables.map((table): TableNode => ({
    kind: 'table',
    id: `${node.id}/table/${table.name}`,
    parent: node,
    connectionId,
    dump: sync.dump,
    table,
  }));
  const nodes: TreeNode[] = [...documents, ...tables];
  if (contents.otherObjects > 0) {
    nodes.push({
      kind: 'note',
      id: `${node.id}/other`,
      parent: node,
      text: `${formatCount(contents.otherObjects)} other ${contents.otherObjects === 1 ? 'object' : 'objects'}`,
      detail: "Not part of the export's layout, and left alone.",
    });
  }
  if (nodes.length > 0) return nodes;
  return [
    {
      kind: 'note',
      id: `${node.id}/empty`,
      parent: node,
      text: 'Nothing here yet',
      detail: 'The folder of this sync is empty, and no manifest speaks of it.',
    },
  ];
}

function syncDocuments(node: SyncNode, contents: SyncContents, source: TreeSource): JsonNode[] {
  const { connectionId, sync } = node;
  const documents: JsonNode[] = [];
  const add = (
    role: 'manifest' | 'definitions',
    label: string,
    info: { key: string; bytes: number; modified?: number },
  ): void => {
    documents.push({
      kind: 'json',
      role,
      id: `${node.id}/${role}`,
      parent: node,
      connectionId,
      key: info.key,
      label,
      uri: source.store.uri(info.key),
      dump: sync.dump,
      bytes: info.bytes,
      ...(info.modified === undefined ? {} : { modified: info.modified }),
    });
  };
  if (sync.manifest !== undefined) add('manifest', 'manifest.json', sync.manifest);
  if (contents.definitions !== undefined) add('definitions', 'property_definitions.json', contents.definitions);
  return documents;
}

/** The report that is this sync's by its times. A forbidden or broken `sync_reports/` must not hide the sync. */
async function findReport(
  node: SyncNode,
  source: TreeSource,
  signal: AbortSignal,
): Promise<ReportPairing | undefined> {
  try {
    return await source.catalog.pairReport(node.sync.dump, signal);
  } catch {
    throwIfAborted(signal);
    return undefined;
  }
}

async function tableChildren(
  node: TableNode,
  source: TreeSource,
  signal: AbortSignal,
): Promise<readonly TreeNode[]> {
  const parts = await source.catalog.parts(node.dump, node.table.name, signal);
  if (parts.length === 0) {
    return [
      {
        kind: 'note',
        id: `${node.id}/empty`,
        parent: node,
        text: 'No parts',
        detail: 'The manifest lists the table without files.',
      },
    ];
  }
  return partNodes(node, node.table.name, parts, source.store);
}

const fileName = (key: string): string => key.slice(key.lastIndexOf('/') + 1);
