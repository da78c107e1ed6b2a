import { FileDecoration, ThemeColor, Uri, window, type Disposable } from 'vscode';

/**
 * One meaning, one icon, one colour, everywhere, and a word beside it (the node's description says it too).
 * The states are those of the tree; a state travels in the item's resource URI. A resync has the colour of changed
 * files, not charts.orange, which some of VS Code's own dark themes leave too dark to read a label in.
 */
export type NodeState =
  | 'resync'
  | 'missing'
  | 'outdated'
  | 'ignored'
  | 'noManifest'
  | 'stale'
  | 'unreadable'
  | 'failed'
  | 'overdue'
  | 'unhealthy';

const stateScheme = 'data-connect-state';

const decorations: Readonly<
  Record<NodeState, { readonly badge?: string; readonly tooltip: string; readonly color: string }>
> = {
  resync: { badge: 'F', tooltip: 'Full resync', color: 'gitDecoration.modifiedResourceForeground' },
  missing: { badge: '!', tooltip: 'In the manifest but not in the bucket', color: 'list.errorForeground' },
  outdated: { tooltip: 'Does not count', color: 'disabledForeground' },
  ignored: { badge: '?', tooltip: 'In the bucket but in no manifest', color: 'disabledForeground' },
  noManifest: { badge: '…', tooltip: 'No manifest yet', color: 'disabledForeground' },
  stale: { badge: '…', tooltip: 'No manifest, and nothing written for long', color: 'list.warningForeground' },
  unreadable: { badge: '!', tooltip: 'The manifest cannot be read', color: 'list.errorForeground' },
  failed: { badge: '!', tooltip: 'Failed', color: 'list.errorForeground' },
  overdue: { badge: '!', tooltip: 'The next sync is overdue', color: 'list.errorForeground' },
  unhealthy: { badge: '!', tooltip: 'Health has found errors', color: 'list.errorForeground' },
};

/** A URI that carries a node's state to the decoration provider; unique per node, names no file. */
export function stateUri(nodeId: string, state: NodeState): Uri {
  return Uri.from({ scheme: stateScheme, path: `/${nodeId}`, query: state });
}

export function registerDecorations(): Disposable {
  return window.registerFileDecorationProvider({
    provideFileDecoration(uri) {
      if (uri.scheme !== stateScheme) return undefined;
      const decoration = (decorations as Readonly<Record<string, (typeof decorations)[NodeState] | undefined>>)[
        uri.query
      ];
      if (decoration === undefined) return undefined;
      return new FileDecoration(decoration.badge, decoration.tooltip, new ThemeColor(decoration.color));
    },
  });
}
