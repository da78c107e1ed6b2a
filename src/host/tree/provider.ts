import { window, type TreeView } from 'vscode';
import { DisposableStore, type Disposable } from '../../core/disposable';
import type { DumpId } from '../../core/dumpId';
import type { Clock } from '../../core/ports';
import { tooltipOf, toTreeItem } from './items';
import type { ConnectionNode, TreeNode } from './nodes';
import { TreeModel, type TreeModelDeps } from './treeModel';

const viewId = 'dataConnect.explorer';
/** Times are told in minutes. */
const tickMs = 30_000;

/** The sidebar. */
export interface Explorer extends Disposable {
  readonly view: TreeView<TreeNode>;
  roots(): readonly ConnectionNode[];
  /** Reads a node's children anew. Expansion stays. */
  refresh(node: TreeNode): void;
  /** Takes up added, changed and removed connections. */
  refreshRoots(): void;
  showMore(node: TreeNode): void;
  /** What was loaded of a connection is out of date: its session was closed. */
  forgetConnection(connectionId: string): void;
  /** Shows a table of a dump; its sync, if the dump has no such table. */
  revealTable(connectionId: string, dump: DumpId, table: string): Promise<void>;
  /** Shows a connection and opens it. */
  revealConnection(connectionId: string): Promise<void>;
}

export function createExplorer(deps: TreeModelDeps & { readonly clock: Clock }): Explorer {
  const resources = new DisposableStore();
  const model = resources.add(new TreeModel(deps));
  const now = (): number => deps.clock.now();
  const view = resources.add(
    window.createTreeView<TreeNode>(viewId, {
      showCollapseAll: true,
      canSelectMany: true,
      treeDataProvider: {
        onDidChangeTreeData: model.onDidChange,
        getChildren: async (node) => [...(node === undefined ? model.roots() : await model.children(node))],
        getParent: (node) => node.parent,
        getTreeItem: (node) => toTreeItem(model.current(node), now(), model.healthOf(node)),
        resolveTreeItem(item, node) {
          const tooltip = tooltipOf(model.current(node), now(), model.healthOf(node));
          if (tooltip !== undefined) item.tooltip = tooltip;
          return item;
        },
      },
    }),
  );
  const ticking = setInterval(() => model.tellAges(now()), tickMs);
  resources.add({ dispose: () => clearInterval(ticking) });
  resources.add(view.onDidCollapseElement(({ element }) => model.stop(element)));
  resources.add(view.onDidExpandElement(({ element }) => model.expanded(element)));

  const rootOf = (connectionId: string): ConnectionNode | undefined =>
    model.roots().find((root) => root.connection.id === connectionId);
  const childOf = async (
    parent: TreeNode | undefined,
    fits: (node: TreeNode) => boolean,
  ): Promise<TreeNode | undefined> =>
    parent === undefined ? undefined : (await model.allChildren(parent)).find(fits);

  return {
    view,
    roots: () => model.roots(),
    refresh: (node) => model.refresh(node),
    refreshRoots: () => model.refreshRoots(),
    showMore: (node) => model.showMore(node),
    forgetConnection(connectionId) {
      const root = rootOf(connectionId);
      if (root !== undefined) model.refresh(root);
    },
    async revealTable(connectionId, dump, name) {
      const syncs = await childOf(rootOf(connectionId), (node) => node.kind === 'syncs');
      const sync = await childOf(syncs, (node) => node.kind === 'sync' && node.sync.dump === dump);
      const target = (await childOf(sync, (node) => node.kind === 'table' && node.table.name === name)) ?? sync;
      if (target !== undefined) await view.reveal(target, { select: true, focus: true, expand: true });
    },
    async revealConnection(connectionId) {
      const root = rootOf(connectionId);
      if (root !== undefined) await view.reveal(root, { expand: true, focus: true, select: true });
    },
    dispose: () => resources.dispose(),
  };
}
