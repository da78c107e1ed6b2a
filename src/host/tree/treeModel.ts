import { EventEmitter } from 'vscode';
import type { SyncSummary } from '../../core/catalogModel';
import type { Connection } from '../../core/connection';
import { DisposableStore, type Disposable } from '../../core/disposable';
import { isFailure, toFailure } from '../../core/failure';
import type { ConnectionList } from '../connections/connectionList';
import type { Sessions } from '../connections/sessions';
import type { Failures } from '../failures';
import { describeHealth } from '../health/healthStatus';
import type { ConnectionHealth, HealthWatch } from '../health/healthWatch';
import type { AsOf } from './asOf';
import { describeTableNode, listTableDump } from './tableNodes';
import { connectionNode, digestSync, loadChildren, readReportOf, type TreeSource } from './children';
import { connectionIdOf, type ConnectionNode, type JsonNode, type SyncNode, type TreeNode } from './nodes';

/** How many children a node shows at a time: VS Code's tree stays quick with this many, and a person reads no more. */
const pageSize = 500;
/** How many of the newest syncs and reports are read unasked, to describe them: what fits a screen. */
const describedAtOnce = 20;
/** When the view is told again that a node has changed, until it asks for the children: ms after the answer that is out of date. */
const askAgainAfter = [0, 250, 1000, 4000];

export interface TreeModelDeps {
  readonly list: ConnectionList;
  readonly sessions: Sessions;
  readonly failures: Failures;
  /** Told of each connection that was opened, and asked for what is known of its health. */
  readonly health?: Pick<HealthWatch, 'open' | 'of' | 'onDidChange'>;
  /** As of which dump connections are shown. */
  readonly asOf?: Pick<AsOf, 'of' | 'onDidChange'>;
}

const tableKinds: ReadonlySet<TreeNode['kind']> = new Set([
  'tables',
  'tableHistory',
  'tableDump',
  'otherFiles',
] as const);

const isSame = (a: Connection, b: Connection): boolean => JSON.stringify(a) === JSON.stringify(b);

interface Loading {
  readonly abort: AbortController;
  readonly nodes: Promise<readonly TreeNode[]>;
  isSettled: boolean;
}

/** What is loaded of the tree: each node's children once, until they are refreshed; errors as nodes. */
export class TreeModel implements Disposable {
  private readonly deps: TreeModelDeps;
  private readonly resources = new DisposableStore();
  private readonly changed = this.resources.add(new EventEmitter<TreeNode | undefined>());
  private readonly loaded = new Map<string, Loading>();
  /** How many children of a node are shown, where it is more than a page. */
  private readonly shown = new Map<string, number>();
  /** Nodes that were described further after they were first given out, by id. */
  private readonly described = new Map<string, TreeNode>();
  /** Nodes of which the view has an answer that is out of date, and has not asked for another. */
  private readonly unasked = new Map<string, DisposableStore>();
  private knownRoots: readonly ConnectionNode[] | undefined;
  /** What was said of the health of connections when their age was last looked at, by the node's id. */
  private readonly ages = new Map<string, string>();

  readonly onDidChange = this.changed.event;

  constructor(deps: TreeModelDeps) {
    this.deps = deps;
    if (deps.health !== undefined) this.resources.add(this.followHealth(deps.health));
    if (deps.asOf !== undefined)
      this.resources.add(
        deps.asOf.onDidChange((id) => {
          const root = this.roots().find(({ connection }) => connection.id === id);
          if (root !== undefined) this.refresh(root);
        }),
      );
  }

  /** Tells the view of a connection whose health is another one now; all below it may say something else then. */
  private followHealth(health: NonNullable<TreeModelDeps['health']>): Disposable {
    const shown = new Map<string, ConnectionHealth | undefined>();
    return health.onDidChange((id) => {
      const before = shown.get(id);
      const now = health.of(id);
      shown.set(id, now);
      // While it is read anew, the last is shown.
      if (before?.reading === now?.reading && before?.failure === now?.failure) return;
      const root = this.roots().find(({ connection }) => connection.id === id);
      if (root !== undefined) this.changed.fire(root);
    });
  }

  /** Tells the view of connections whose words have grown old: `3 h ago` is `4 h ago` by now. For whoever has a clock to call now and then. */
  tellAges(now: number): void {
    for (const root of this.roots()) {
      const health = this.healthOf(root);
      const words = health === undefined ? undefined : describeHealth(health, now);
      const before = this.ages.get(root.id);
      if (words !== undefined) this.ages.set(root.id, words);
      if (before !== undefined && before !== words) this.changed.fire(root);
    }
  }

  /** What is known of the health of the node's connection. */
  healthOf(node: TreeNode): ConnectionHealth | undefined {
    const id = connectionIdOf(node);
    return id === undefined ? undefined : this.deps.health?.of(id);
  }

  roots(): readonly ConnectionNode[] {
    this.knownRoots ??= this.deps.list.all().map(connectionNode);
    return this.knownRoots;
  }

  /** The newest form of a node: with what was read of it since. */
  current(node: TreeNode): TreeNode {
    const known = this.described.get(node.id) ?? node;
    const asOf = known.kind === 'connection' ? this.deps.asOf?.of(known.connection.id) : undefined;
    return asOf === undefined ? known : ({ ...known, asOf } as TreeNode);
  }

  /** The children that are shown, with a node for the rest. For the view, and only for it: who asks here has seen that the node changed. */
  async children(node: TreeNode): Promise<readonly TreeNode[]> {
    this.stopAsking(node);
    const nodes = await this.allChildren(node);
    const count = this.shown.get(node.id) ?? pageSize;
    if (nodes.length <= count) return nodes;
    return [
      ...nodes.slice(0, count),
      { kind: 'more', id: `${node.id}/more`, parent: node, shown: count, total: nodes.length },
    ];
  }

  /** All children, also those past the page. Loaded once; whoever asks meanwhile shares the loading. */
  allChildren(node: TreeNode): Promise<readonly TreeNode[]> {
    const known = this.loaded.get(node.id);
    if (known !== undefined) return known.nodes;
    const abort = new AbortController();
    const loading: Loading = {
      abort,
      nodes: this.load(node, abort.signal, () => this.askAgain(node, loading)),
      isSettled: false,
    };
    this.loaded.set(node.id, loading);
    void loading.nodes.then(() => (loading.isSettled = true));
    return loading.nodes;
  }

  /** Tells the view once more of a node that it shows open and empty, because the answer it has was out of date. */
  expanded(node: TreeNode): void {
    if (this.unasked.has(node.id)) this.changed.fire(node);
  }

  /**
   * After a loading that was cancelled, by whomever: the view keeps the nothing that comes of it for all there is. Told of the change before it has
   * taken that answer in, it forgets what it had, takes the answer in all the same, and never asks. When it has done so nobody can know from here:
   * so it is told until it asks.
   */
  private askAgain(node: TreeNode, loading: Loading): void {
    if (this.loaded.get(node.id) === loading) this.loaded.delete(node.id);
    this.stopAsking(node);
    const timers = new DisposableStore();
    this.unasked.set(node.id, timers);
    void loading.nodes.then(() => {
      if (this.unasked.get(node.id) !== timers) return;
      for (const delay of askAgainAfter) {
        const timer = setTimeout(() => this.changed.fire(node), delay);
        timers.add({ dispose: () => clearTimeout(timer) });
      }
    });
  }

  private stopAsking(node: TreeNode): void {
    this.unasked.get(node.id)?.dispose();
    this.unasked.delete(node.id);
  }

  showMore(node: TreeNode): void {
    if (node.kind !== 'more') return;
    this.shown.set(node.parent.id, node.shown + pageSize);
    this.changed.fire(node.parent);
  }

  refresh(node: TreeNode): void {
    const target = this.refreshedWith(node);
    this.forget(target);
    this.changed.fire(target);
  }

  /** As of which dump tables are shown comes from above: one of them cannot be newer than the others. */
  private refreshedWith(node: TreeNode): TreeNode {
    if (!tableKinds.has(node.kind)) return node;
    const id = connectionIdOf(node);
    return this.roots().find(({ connection }) => connection.id === id) ?? node;
  }

  /** Takes up added, changed and removed connections; what is loaded of the others stays. */
  refreshRoots(): void {
    const before = this.roots();
    // The view knows nodes as objects: told that another one of the same id has changed, it does nothing.
    this.knownRoots = this.deps.list.all().map((connection) => {
      const root = connectionNode(connection);
      return before.find(({ id, connection: was }) => id === root.id && isSame(was, connection)) ?? root;
    });
    const now = new Set(this.knownRoots);
    for (const root of before) if (!now.has(root)) this.forget(root);
    this.changed.fire(undefined);
  }

  /** Ends the loading of a node that was collapsed: nobody waits for it. What is loaded stays. */
  stop(node: TreeNode): void {
    const loading = this.loaded.get(node.id);
    if (loading === undefined || loading.isSettled) return;
    loading.abort.abort();
  }

  dispose(): void {
    for (const loading of this.loaded.values()) loading.abort.abort();
    for (const timers of this.unasked.values()) timers.dispose();
    this.unasked.clear();
    this.resources.dispose();
  }

  private forget(node: TreeNode): void {
    const below = scopeOf(node);
    for (const [id, loading] of this.loaded) {
      if (id !== node.id && !id.startsWith(below)) continue;
      loading.abort.abort();
      this.loaded.delete(id);
    }
    for (const id of this.described.keys()) if (id === node.id || id.startsWith(below)) this.described.delete(id);
  }

  private async load(node: TreeNode, signal: AbortSignal, onCancelled: () => void): Promise<readonly TreeNode[]> {
    const connectionId = connectionIdOf(node);
    if (connectionId === undefined) return [];
    try {
      const asOf = this.deps.asOf?.of(connectionId);
      const { store, catalog } = await this.deps.sessions.get(connectionId);
      const session: TreeSource = { store, catalog, ...(asOf === undefined ? {} : { asOf }) };
      const children = await loadChildren(this.current(node), session, signal);
      if (node.kind === 'connection') this.deps.health?.open(connectionId);
      void this.describe(node, children, session, signal);
      return children;
    } catch (error) {
      if (isFailure(error, 'cancelled')) {
        if (this.roots().some(({ connection }) => connection.id === connectionId)) onCancelled();
        return [];
      }
      this.deps.failures.record(error);
      return [{ kind: 'failure', id: `${node.id}/failure`, parent: node, failure: toFailure(error) }];
    }
  }

  /** Reads what makes the newly loaded nodes tell more: in the background, the newest first, and not for ever. */
  private async describe(
    node: TreeNode,
    children: readonly TreeNode[],
    source: TreeSource,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      if (node.kind === 'connection') await this.describeConnection(node, source, signal);
      const told = describeTableNode(node, children);
      if (told !== undefined) this.give(node, told, signal);
      const dumps = node.kind === 'tableDump' ? [node] : children.filter((child) => child.kind === 'tableDump');
      const syncs = node.kind === 'sync' ? [node] : children.filter((child) => child.kind === 'sync');
      const reports = node.kind === 'reports' ? children.filter((child) => child.kind === 'json') : [];
      await Promise.all([
        ...this.undescribed(syncs).map((sync) => this.describeSync(sync, source, signal)),
        ...this.undescribed(dumps.filter(({ excluded }) => excluded === undefined)).map(async (dump) =>
          this.give(dump, await listTableDump(dump, source.catalog, signal), signal),
        ),
        ...this.undescribed(reports).map((report) => this.describeReport(report, source, signal)),
      ]);
    } catch (error) {
      if (!isFailure(error, 'cancelled')) this.deps.failures.record(error);
    }
  }

  private undescribed<T extends TreeNode>(nodes: readonly T[]): readonly T[] {
    return nodes.filter((node) => !this.described.has(node.id)).slice(0, describedAtOnce);
  }

  private async describeConnection(node: ConnectionNode, source: TreeSource, signal: AbortSignal): Promise<void> {
    const newest = (await source.catalog.syncs(signal)).find((sync: SyncSummary) => sync.manifest !== undefined);
    if (newest !== undefined && !this.described.has(node.id)) this.give(node, { ...node, newest }, signal);
  }

  private async describeSync(node: SyncNode, source: TreeSource, signal: AbortSignal): Promise<void> {
    const digest = await digestSync(node, source, signal);
    if (digest !== undefined) this.give(node, { ...node, digest }, signal);
  }

  private async describeReport(node: JsonNode, source: TreeSource, signal: AbortSignal): Promise<void> {
    const report = await readReportOf(node, source, signal);
    if (report !== undefined) this.give(node, { ...node, report }, signal);
  }

  /** VS Code knows elements by identity: what changed is told of the node that it was given, not of its newer form. */
  private give(node: TreeNode, described: TreeNode, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.described.set(node.id, described);
    this.changed.fire(node);
  }
}

/** Ids below a node begin with this. */
function scopeOf(node: TreeNode): string {
  if (node.kind === 'connection') return `${node.connection.id}/`;
  return node.kind === 'syncs' ? `${node.connectionId}/sync/` : `${node.id}/`;
}
