import { env, window } from 'vscode';
import type { Clock } from '../../core/ports';
import { dialects } from '../../sql/dialect';
import {
  addFolderConnection,
  addS3Connection,
  addSampleConnection,
  editFolderConnection,
  editS3Connection,
  type ConnectionPrompts,
} from '../connections/addConnection';
import type { HealthWatch } from '../health/healthWatch';
import { openJsonDocument } from '../jsonDocuments';
import { readSetting, writeSetting } from '../settings';
import { connectionIdOf, type TreeNode } from '../tree/nodes';
import type { Explorer } from '../tree/provider';
import { asNode, pickConnection, selectedNodes, type TargetDeps } from './targets';

export interface ExplorerCommandDeps extends TargetDeps, ConnectionPrompts {
  readonly clock: Clock;
  readonly explorer: Explorer;
  readonly health: Pick<HealthWatch, 'of' | 'read'>;
}

export async function addConnection({ explorer, ...deps }: ExplorerCommandDeps): Promise<void> {
  const connection = await addS3Connection(deps);
  if (connection !== undefined) await explorer.revealConnection(connection.id);
}

export async function exploreSample({ explorer, ...deps }: ExplorerCommandDeps): Promise<void> {
  const connection = await addSampleConnection(deps);
  await explorer.revealConnection(connection.id);
}

export async function openFolder({ explorer, ...deps }: ExplorerCommandDeps): Promise<void> {
  const connection = await addFolderConnection(deps);
  if (connection !== undefined) await explorer.revealConnection(connection.id);
}

/** Of a connection's node, of the connection with the id that a failure's button gives, or of one asked for. */
export async function editConnection(deps: ExplorerCommandDeps, argument: unknown): Promise<void> {
  const node = asNode(argument);
  const id =
    typeof argument === 'string'
      ? argument
      : node === undefined
        ? await pickConnection(deps, 'Edit Connection')
        : connectionIdOf(node);
  const connection = id === undefined ? undefined : deps.list.find(id);
  if (connection === undefined || connection.kind === 'sample') return;
  const edited =
    connection.kind === 's3'
      ? await editS3Connection(deps, connection)
      : await editFolderConnection(deps, connection);
  if (edited !== undefined) await deps.explorer.revealConnection(edited.id);
}

export async function removeConnection(deps: ExplorerCommandDeps, argument: unknown): Promise<void> {
  const node = asNode(argument);
  if (node?.kind !== 'connection') return;
  const { connection } = node;
  const remove = 'Remove Connection';
  const detail =
    connection.kind === 's3' && connection.credentials === 'keys'
      ? 'Its access key is deleted from the secret storage. Nothing in the bucket changes.'
      : 'Nothing in the bucket or folder changes.';
  const chosen = await window.showWarningMessage(
    `Remove the connection "${connection.name}"?`,
    { modal: true, detail },
    remove,
  );
  if (chosen === remove) await deps.list.remove(connection.id);
}

/** Lists a node anew, with its connection's cached listings forgotten; all connections without one. */
export async function refresh(deps: ExplorerCommandDeps, argument: unknown): Promise<void> {
  const node = asNode(argument);
  const nodes: readonly TreeNode[] = node === undefined ? deps.explorer.roots() : [node];
  for (const item of nodes) {
    const id = connectionIdOf(item);
    if (id === undefined) continue;
    await forgetListings(deps, id, item);
    deps.explorer.refresh(item);
    if (deps.health.of(id) !== undefined) void deps.health.read(id);
  }
}

/** What failed is tried again, with credentials read anew: they may have been renewed meanwhile. */
export function retry(deps: ExplorerCommandDeps, argument: unknown): void {
  const node = asNode(argument);
  if (node?.kind !== 'failure') return;
  const id = connectionIdOf(node);
  if (id === undefined) return;
  deps.sessions.renewAfter(id, node.failure);
  deps.explorer.refresh(node.parent);
}

export function showMore(deps: ExplorerCommandDeps, argument: unknown): void {
  const node = asNode(argument);
  if (node !== undefined) deps.explorer.showMore(node);
}

async function forgetListings(deps: ExplorerCommandDeps, id: string, node: TreeNode): Promise<void> {
  const session = await deps.sessions.get(id).catch(() => undefined);
  if (node.kind === 'sync') session?.catalog.refresh({ dump: node.sync.dump });
  else if (node.kind === 'table') session?.catalog.refresh({ dump: node.dump });
  else session?.catalog.refresh('all');
}

export async function openJson(argument: unknown): Promise<void> {
  const node = asNode(argument);
  if (node?.kind === 'json') await openJsonDocument({ connectionId: node.connectionId, key: node.key });
}

export async function copyUris(deps: ExplorerCommandDeps, args: readonly unknown[]): Promise<void> {
  await copyLines(deps, args, (node, uri) => uri(keyOf(node)));
}

export async function copyKeys(deps: ExplorerCommandDeps, args: readonly unknown[]): Promise<void> {
  await copyLines(deps, args, keyOf);
}

async function copyLines(
  deps: ExplorerCommandDeps,
  args: readonly unknown[],
  lineOf: (node: TreeNode, uri: (key: string) => string) => string,
): Promise<void> {
  const nodes = selectedNodes(args);
  const lines = await Promise.all(
    nodes.map(async (node) => {
      const id = connectionIdOf(node);
      if (id === undefined) return '';
      const { store } = await deps.sessions.get(id);
      return lineOf(node, (key) => (node.kind === 'part' || node.kind === 'json' ? node.uri : store.uri(key)));
    }),
  );
  const text = lines.filter((line) => line !== '').join('\n');
  if (text !== '') await env.clipboard.writeText(text);
}

/** The key of what a node stands for; of a sync its folder, of a table its folder in that dump. */
function keyOf(node: TreeNode): string {
  switch (node.kind) {
    case 'part':
      return node.part.key;
    case 'json':
      return node.key;
    case 'sync':
      return node.sync.folder ?? node.sync.manifest?.key ?? '';
    case 'table':
      return node.table.folders[0] ?? '';
    default:
      return '';
  }
}

export async function selectSqlDialect(): Promise<void> {
  const current = readSetting('dataConnect.sql.dialect');
  const chosen = await window.showQuickPick(
    dialects.map((dialect) => ({
      label: dialect.label,
      description: dialect.id === current ? 'current' : '',
      id: dialect.id,
    })),
    { title: 'Select SQL Dialect', placeHolder: 'The engine that generated SQL is written for' },
  );
  if (chosen !== undefined) await writeSetting('dataConnect.sql.dialect', chosen.id);
}
