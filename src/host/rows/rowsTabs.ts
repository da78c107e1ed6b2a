import { commands as vscodeCommands, type Uri } from 'vscode';
import { type Disposable } from '../../core/disposable';
import type { RowsQuery } from '../../core/rowFilter';
import type { ViewCommand } from '../../protocol/rowsQuery';
import { customEditors } from '../generated/meta';
import type { RowsDocument } from './rowsDocument';

/** One view of a rows tab. */
export interface RowsTab {
  readonly document: RowsDocument;
  readonly isActive: boolean;
  apply(query: RowsQuery): void;
  run(command: ViewCommand): void;
}

/** The rows tabs of the window: what commands outside of them ask of them. */
export interface RowsTabs {
  add(tab: RowsTab): Disposable;
  /** The one that has the focus in its window, if one has. */
  active(): RowsTab | undefined;
  /** Opens the tab of some rows, or shows it; with a query in place of what it showed. */
  open(uri: Uri, query?: RowsQuery): Promise<void>;
  /** The query that a tab is to begin with, once. */
  takeQuery(uri: Uri): RowsQuery | undefined;
}

export function createRowsTabs(): RowsTabs {
  const tabs = new Set<RowsTab>();
  const awaited = new Map<string, RowsQuery>();
  const tabsOf = (uri: Uri): readonly RowsTab[] =>
    [...tabs].filter(({ document }) => document.uri.toString() === uri.toString());
  return {
    add(tab) {
      tabs.add(tab);
      return { dispose: () => tabs.delete(tab) };
    },
    active: () => [...tabs].find((tab) => tab.isActive),
    async open(uri, query) {
      const key = uri.toString();
      const open = tabsOf(uri);
      // A tab of which only the label is there has no view yet: it takes the query when it opens its rows.
      if (query !== undefined && open.length === 0) awaited.set(key, query);
      await vscodeCommands.executeCommand('vscode.openWith', uri, customEditors.dataConnectRows);
      if (query === undefined || open.length === 0) return;
      const shown = open.find((tab) => tab.isActive) ?? open[0];
      shown?.apply(query);
    },
    takeQuery(uri) {
      const query = awaited.get(uri.toString());
      awaited.delete(uri.toString());
      return query;
    },
  };
}
