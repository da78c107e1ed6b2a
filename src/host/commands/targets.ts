import { commands as vscodeCommands, Uri, window, type QuickPickItem } from 'vscode';
import type { Catalog, SyncSummary } from '../../core/catalogModel';
import type { DumpId } from '../../core/dumpId';
import { Failure, type FailureCode } from '../../core/failure';
import { formatAgo, formatBytes, formatPlural } from '../../core/format';
import type { Clock } from '../../core/ports';
import type { ConnectionList } from '../connections/connectionList';
import type { BucketSession, Sessions } from '../connections/sessions';
import { commands } from '../generated/meta';
import type { TreeNode } from '../tree/nodes';

/** Commands work on things of the domain. What they are given is turned into one here; without it the user is asked. */
export interface TargetDeps {
  readonly list: ConnectionList;
  readonly sessions: Sessions;
  readonly clock: Clock;
}

const nodeKinds = new Set<string>([
  'connection',
  'tables',
  'tableHistory',
  'tableDump',
  'otherFiles',
  'syncs',
  'reports',
  'sync',
  'table',
  'part',
  'json',
  'more',
  'failure',
  'note',
] satisfies TreeNode['kind'][]);

/** A command's argument as a node of the tree, if it is one. */
export function asNode(argument: unknown): TreeNode | undefined {
  if (typeof argument !== 'object' || argument === null || argument instanceof Uri) return undefined;
  const { kind, id } = argument as { readonly kind?: unknown; readonly id?: unknown };
  return typeof kind === 'string' && typeof id === 'string' && nodeKinds.has(kind)
    ? (argument as TreeNode)
    : undefined;
}

/** A table as of a dump. */
export interface TableTarget {
  readonly connectionId: string;
  readonly table: string;
  readonly dump: DumpId;
}

/** The table that a node stands for: as of its dump, or as of that of the whole sidebar. */
export function tableOf(node: TreeNode | undefined): TableTarget | undefined {
  switch (node?.kind) {
    case 'table':
      return { connectionId: node.connectionId, table: node.table.name, dump: node.dump };
    case 'tableHistory':
      return { connectionId: node.connectionId, table: node.table, dump: node.asOf };
    case 'tableDump':
      return { connectionId: node.connectionId, table: node.table, dump: node.dump };
    default:
      return undefined;
  }
}

/** VS Code gives the clicked node first and the whole selection second. */
export function selectedNodes(args: readonly unknown[]): readonly TreeNode[] {
  const [first, all] = args;
  const nodes = Array.isArray(all)
    ? (all as readonly unknown[]).map(asNode).filter((node) => node !== undefined)
    : [];
  if (nodes.length > 0) return nodes;
  const node = asNode(first);
  return node === undefined ? [] : [node];
}

interface Item<T> extends QuickPickItem {
  readonly value: T;
}

/** One of several; `undefined` when the user went away. */
export async function pickOne<T>(
  title: string,
  placeholder: string,
  items: Promise<readonly Item<T>[]>,
): Promise<T | undefined> {
  const chosen = await window.showQuickPick(items, {
    title,
    placeHolder: placeholder,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  return chosen?.value;
}

export async function pickSession(deps: TargetDeps, title: string): Promise<BucketSession | undefined> {
  const id = await pickConnection(deps, title);
  return id === undefined ? undefined : deps.sessions.get(id);
}

/** The id of the only connection, or of the one that the user chooses; without any, says how to get one. */
export async function pickConnection(
  { list }: Pick<TargetDeps, 'list'>,
  title: string,
): Promise<string | undefined> {
  const connections = list.all();
  if (connections.length === 0) offerFirstConnection();
  if (connections.length < 2) return connections[0]?.id;
  const items = connections.map((connection) => ({
    label: connection.name,
    description: connection.kind === 's3' ? `s3://${connection.bucket}/${connection.prefix}` : connection.kind,
    value: connection.id,
  }));
  return pickOne(title, 'Which connection?', Promise.resolve(items));
}

/** What a command says that needs a bucket when there is none: the same three ways as the empty sidebar. */
function offerFirstConnection(): void {
  const ways = [
    { title: 'Explore the Sample Bucket', command: commands.dataConnectExploreSample },
    { title: 'Connect an S3 Bucket', command: commands.dataConnectAddConnection },
    { title: 'Open a Folder', command: commands.dataConnectOpenFolder },
  ];
  void window.showInformationMessage('No bucket is connected yet.', ...ways).then((chosen) => {
    if (chosen !== undefined) void vscodeCommands.executeCommand(chosen.command);
  });
}

export async function pickSync(
  deps: TargetDeps,
  { catalog }: BucketSession,
  title: string,
  placeholder: string,
  filter: (sync: SyncSummary, index: number, all: readonly SyncSummary[]) => boolean = () => true,
  /** What is said where none fits. */
  code: FailureCode = 'catalog.noManifest',
): Promise<SyncSummary | undefined> {
  const now = deps.clock.now();
  const items = catalog.syncs().then((syncs) => {
    const fitting = syncs.filter(filter);
    if (fitting.length === 0) throw new Failure(code);
    return fitting.map((sync) => ({
      label: sync.dump.toString(),
      description:
        sync.manifest === undefined
          ? 'no manifest yet'
          : sync.manifest.modified === undefined
            ? ''
            : formatAgo(sync.manifest.modified, now),
      value: sync,
    }));
  });
  return pickOne(title, placeholder, items);
}

/** A table of one dump. */
export async function pickTableOf(catalog: Catalog, dump: DumpId, title: string): Promise<string | undefined> {
  const items = catalog.contents(dump).then((contents) =>
    contents.tables.map((table) => ({
      label: table.name,
      description: formatPlural(table.listedFiles, 'file'),
      value: table.name,
    })),
  );
  return pickOne(title, 'Which table?', items);
}

/** A table that any of the newer manifests knows, up to the dump if one is given. */
export async function pickTable(catalog: Catalog, title: string, asOf?: DumpId): Promise<string | undefined> {
  const items = catalog.tables(undefined, asOf).then(({ tables }) =>
    tables.map(({ name, newest, isInternal }) => ({
      label: name,
      description: `newest in dump ${newest}${isInternal ? ' · internal' : ''}`,
      value: name,
    })),
  );
  return pickOne(title, 'Which table?', items);
}

export async function pickPart(
  catalog: Catalog,
  dump: DumpId,
  table: string,
  title: string,
): Promise<string | undefined> {
  const items = catalog.parts(dump, table).then((parts) =>
    parts
      .filter((part) => part.state !== 'missing')
      .map((part) => ({
        label: part.file,
        description: [
          ...(part.bytes === undefined ? [] : [formatBytes(part.bytes)]),
          ...(part.state === 'ignored' ? ['in no manifest'] : []),
        ].join(' · '),
        value: part.key,
      })),
  );
  return pickOne(title, 'Which part?', items);
}
