import type { SyncSummary } from '../../core/catalogModel';
import { compareDumps, type DumpId } from '../../core/dumpId';
import { Failure } from '../../core/failure';
import { openCanonicalDiff, openDiffPanel, type DiffDeps } from '../diff/diffPanel';
import type { DiffTarget } from '../diff/diffTarget';
import type { TreeNode } from '../tree/nodes';
import { pickSession, pickSync, selectedNodes, type TargetDeps } from './targets';

const title = 'Diff Manifests';

const hasManifest = (sync: SyncSummary): boolean => sync.manifest !== undefined;

/** *Diff Manifests*: of two selected syncs, of one against the one before, or asked for. */
export async function diffManifests(deps: TargetDeps & DiffDeps, args: readonly unknown[]): Promise<void> {
  const target = await targetOf(deps, args);
  if (target !== undefined) openDiffPanel(target, deps);
}

/** The same in VS Code's own diff editor. */
export async function diffManifestsAsText(deps: TargetDeps & DiffDeps, args: readonly unknown[]): Promise<void> {
  const target = await targetOf(deps, args);
  if (target !== undefined) await openCanonicalDiff(target);
}

async function targetOf(deps: TargetDeps, args: readonly unknown[]): Promise<DiffTarget | undefined> {
  const dumps = selectedNodes(args)
    .map(dumpOf)
    .filter((item) => item !== undefined);
  const [first] = dumps;
  if (first === undefined) return askForTarget(deps);
  if (dumps.some(({ connectionId }) => connectionId !== first.connectionId)) {
    throw new Failure('ref.unreadable', { detail: 'The manifests to compare must be of one connection.' });
  }
  // Of more than two the outermost: what lies between is between.
  const sorted = dumps.map(({ dump }) => dump).sort(compareDumps);
  const [from = first.dump] = sorted;
  const to = sorted.at(-1) ?? first.dump;
  return from === to
    ? againstPrevious(deps, first.connectionId, to)
    : { connectionId: first.connectionId, from, to };
}

function dumpOf(node: TreeNode): { readonly connectionId: string; readonly dump: DumpId } | undefined {
  if (node.kind === 'sync') return { connectionId: node.connectionId, dump: node.sync.dump };
  if (node.kind === 'json' && node.role === 'manifest' && node.dump !== undefined)
    return { connectionId: node.connectionId, dump: node.dump };
  return undefined;
}

async function againstPrevious(deps: TargetDeps, connectionId: string, to: DumpId): Promise<DiffTarget> {
  const { catalog } = await deps.sessions.get(connectionId);
  const previous = (await catalog.syncs()).find((sync) => sync.dump < to && hasManifest(sync));
  if (previous === undefined) {
    throw new Failure('catalog.noEarlierDump', { dump: to.toString() });
  }
  return { connectionId, from: previous.dump, to };
}

async function askForTarget(deps: TargetDeps): Promise<DiffTarget | undefined> {
  const session = await pickSession(deps, title);
  if (session === undefined) return undefined;
  // Not the first: there is nothing before it to compare it with.
  const to = await pickSync(
    deps,
    session,
    title,
    'Which dump? The newest comes first.',
    (sync, _, all) => hasManifest(sync) && sync.dump !== all.findLast(hasManifest)?.dump,
    'catalog.noEarlierDump',
  );
  if (to === undefined) return undefined;
  const from = await pickSync(
    deps,
    session,
    title,
    `Compare dump ${to.dump} with which? The one before comes first.`,
    (sync) => hasManifest(sync) && sync.dump < to.dump,
  );
  return from === undefined ? undefined : { connectionId: session.connection.id, from: from.dump, to: to.dump };
}
