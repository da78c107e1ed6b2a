import type { Catalog, PartSummary, SyncSummary } from '../../core/catalogModel';
import type { DumpId } from '../../core/dumpId';
import type { EffectiveFiles } from '../../core/effectiveFiles';
import { formatPlural } from '../../core/format';
import { readTableFiles } from '../../core/history/readTableFiles';
import { explainTableFiles, type ExcludedFile, type TableFiles } from '../../core/history/tableFiles';
import type { ObjectStore } from '../../core/ports';
import type {
  ListedParts,
  NoteNode,
  OtherFilesNode,
  PartStanding,
  TableDumpNode,
  TableHistoryNode,
  TablesNode,
  TreeNode,
} from './nodes';
import { partNodes } from './partNodes';

/** The tables of an export, by name. Costs what `Catalog.tables` costs. Rejects with a `Failure`. */
export async function tablesChildren(
  node: TablesNode,
  catalog: Catalog,
  signal: AbortSignal,
): Promise<readonly TreeNode[]> {
  const { connectionId, asOf } = node;
  if (asOf === undefined)
    return [
      node.pinned === undefined
        ? note(node, 'No manifest yet', 'Without a manifest no file counts.')
        : note(node, 'No tables yet', `No manifest is as old as dump ${node.pinned.dump}.`),
    ];
  const { tables, isComplete, manifestsRead } = await catalog.tables(signal, asOf);
  if (tables.length === 0) return [note(node, 'No tables yet', 'No manifest that could be read names a table.')];
  const nodes: TreeNode[] = tables.map(({ name, isInternal }): TableHistoryNode => ({
    kind: 'tableHistory',
    id: `${node.id}/table/${name}`,
    parent: node,
    connectionId,
    table: name,
    isInternal,
    asOf,
  }));
  if (!isComplete)
    nodes.push(
      note(
        node,
        'Other manifests were not read',
        `These are the tables of ${formatPlural(manifestsRead, 'manifest')}. Others are older than the newest 50, or cannot be read: what only they name is below their syncs.`,
      ),
    );
  return nodes;
}

/**
 * The dumps that make up a table, newest first, and a node for what does not count. Reads manifests back to the table's full resync, and lists
 * nothing. Rejects like `Catalog.effectiveFiles`.
 */
export async function tableHistoryChildren(
  node: TableHistoryNode,
  catalog: Catalog,
  signal: AbortSignal,
): Promise<readonly TreeNode[]> {
  const { connectionId, table, asOf } = node;
  const effective = await catalog.effectiveFiles(table, asOf, signal);
  const syncs = await catalog.syncs(signal);
  const known = byDump(syncs);
  const files = new Map<DumpId, number>();
  for (const { dump } of effective.files) files.set(dump, (files.get(dump) ?? 0) + 1);
  const dumps = effective.dumps
    .map(({ dump }) =>
      dumpNode(node, { dump, effective, files: files.get(dump) ?? 0, ...deliveredIn(known, dump) }),
    )
    .reverse();
  if (effective.dumps.length === syncs.length) return dumps;
  return [
    ...dumps,
    {
      kind: 'otherFiles',
      id: `${node.id}/other`,
      parent: node,
      connectionId,
      table,
      effective,
      syncs: syncs.length,
    } satisfies OtherFilesNode,
  ];
}

/**
 * The dumps with files of a table that do not count, newest first. Two listings for each sync of the export. Dumps that are part of the table are not
 * here: which of their files do not count stands beside those that do. Rejects like `readTableFiles`.
 */
export async function otherFilesChildren(
  node: OtherFilesNode,
  catalog: Catalog,
  signal: AbortSignal,
): Promise<readonly TreeNode[]> {
  const { table, effective } = node;
  const { excluded } = await readTableFiles(catalog, table, effective.asOf, signal);
  const known = byDump(await catalog.syncs(signal));
  const live = new Set(effective.dumps.map(({ dump }) => dump));
  const grouped = new Map<DumpId, ExcludedFile[]>();
  for (const file of excluded) {
    if (live.has(file.dump)) continue;
    const files = grouped.get(file.dump);
    if (files === undefined) grouped.set(file.dump, [file]);
    else files.push(file);
  }
  if (grouped.size === 0)
    return [
      note(
        node,
        'No other files',
        `All files of ${table} lie in the dumps above: each says which of its files count.`,
      ),
    ];
  return [...grouped]
    .map(([dump, files]) =>
      dumpNode(node, { dump, effective, files: 0, excluded: files, ...deliveredIn(known, dump) }),
    )
    .reverse();
}

function dumpNode(
  parent: TableHistoryNode | OtherFilesNode,
  of: Pick<TableDumpNode, 'dump' | 'effective' | 'files' | 'excluded' | 'delivered'>,
): TableDumpNode {
  const { connectionId, table } = parent;
  return { kind: 'tableDump', id: `${parent.id}/dump/${of.dump}`, parent, connectionId, table, ...of };
}

/** The parts of a table in one of its dumps, each with its standing. One listing or two. Rejects like `Catalog.parts`. */
export async function tableDumpChildren(
  node: TableDumpNode,
  { catalog, store }: { readonly catalog: Catalog; readonly store: Pick<ObjectStore, 'uri'> },
  signal: AbortSignal,
): Promise<readonly TreeNode[]> {
  const parts = await catalog.parts(node.dump, node.table, signal);
  if (parts.length === 0) return [note(node, 'No parts', 'The manifest lists the table without files.')];
  const { effective, dump } = node;
  const excluded = node.excluded ?? explainParts(effective, dump, parts).excluded;
  const exclusions = new Map(excluded.map((file) => [file.key, file]));
  const counting = new Map(effective.files.map((file) => [file.key, file.dump]));
  return partNodes(node, node.table, parts, store).map((part) => {
    const exclusion = exclusions.get(part.part.key);
    const countsIn = counting.get(part.part.key);
    // Neither: it came after the others were read. Then what its sync says of it is all that is known.
    return exclusion === undefined && countsIn === undefined
      ? part
      : { ...part, standing: standingOf(node, exclusion, countsIn) };
  });
}

function standingOf(
  { dump, effective: { asOf } }: TableDumpNode,
  exclusion: ExcludedFile | undefined,
  countsIn: DumpId | undefined,
): PartStanding {
  if (exclusion !== undefined) return { asOf, exclusion };
  return countsIn === undefined || countsIn === dump ? { asOf } : { asOf, countsIn };
}

/** What lies in the bucket of a dump of a table. One listing or two. Rejects like `Catalog.parts`. */
export async function listTableDump(
  node: TableDumpNode,
  catalog: Catalog,
  signal: AbortSignal,
): Promise<TableDumpNode> {
  const { table, dump, effective } = node;
  const parts = await catalog.parts(dump, table, signal);
  const { files, excluded } = explainParts(effective, dump, parts);
  const count = (...codes: readonly ExcludedFile['code'][]): number =>
    excluded.filter(({ code }) => codes.includes(code)).length;
  const listed: ListedParts = {
    bytes: files.reduce((sum, file) => (file.dump === dump ? sum + file.bytes : sum), 0),
    missing: count('missing', 'unresolved'),
    unlisted: count('unlisted'),
  };
  return { ...node, listed };
}

/** Which of these parts are part of the table, and which are not: of a dump that is one of those that make it up. */
function explainParts(effective: EffectiveFiles, dump: DumpId, parts: readonly PartSummary[]): TableFiles {
  const here = new Set(parts.map(({ key }) => key));
  const files = effective.files.filter(({ key }) => here.has(key));
  return explainTableFiles({ ...effective, files }, [{ dump, parts }]);
}

/** A node with what was found out by opening it; `undefined` if that is nothing. */
export function describeTableNode(node: TreeNode, children: readonly TreeNode[]): TreeNode | undefined {
  const dumps = children.filter((child) => child.kind === 'tableDump');
  switch (node.kind) {
    case 'tables':
      return { ...node, count: children.filter(({ kind }) => kind === 'tableHistory').length };
    case 'tableHistory': {
      const effective = dumps[0]?.effective;
      return effective === undefined ? undefined : { ...node, effective };
    }
    case 'otherFiles': {
      const files = dumps.reduce((sum, { excluded }) => sum + (excluded?.length ?? 0), 0);
      return { ...node, found: { files, dumps: dumps.length } };
    }
    default:
      return undefined;
  }
}

function byDump(syncs: readonly SyncSummary[]): ReadonlyMap<DumpId, SyncSummary> {
  return new Map(syncs.map((sync) => [sync.dump, sync]));
}

function deliveredIn(syncs: ReadonlyMap<DumpId, SyncSummary>, dump: DumpId): { readonly delivered?: number } {
  const delivered = syncs.get(dump)?.manifest?.modified;
  return delivered === undefined ? {} : { delivered };
}

function note(parent: TreeNode, text: string, detail: string): NoteNode {
  return { kind: 'note', id: `${parent.id}//note`, parent, text, detail };
}
