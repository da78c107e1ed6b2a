import { createIconButton } from '../ui/components';
import { element, icon } from '../ui/dom';
import { roveTabStops } from '../ui/roving';
import { createGoToRow, type GoToRowActions } from './goToRow';
import { createTabList } from './tabList';
import type { RowsTab } from './viewState';

export interface ToolbarActions extends GoToRowActions {
  readonly onTab: (tab: RowsTab) => void;
  readonly onRecord: () => void;
  readonly onColumns: () => void;
  readonly onShortcuts: () => void;
}

export interface Toolbar {
  readonly element: HTMLElement;
  setTitle(words: readonly string[], tooltip: string): void;
  setTab(tab: RowsTab): void;
  setDamageCount(count: number): void;
  setRecordOpen(isOpen: boolean): void;
  /** False while there are no rows to go to or open. */
  setHasRows(hasRows: boolean): void;
  /** Which number *Go to row* means. */
  setGoToWords(label: string, tooltip: string): void;
  startGoTo(): void;
}

/** One line: what this is, go to row, record pane, shortcuts, and the tabs. */
export function createToolbar(actions: ToolbarActions): Toolbar {
  const title = element('h1', { class: 'title' });
  const tabs = createTabList(actions.onTab);
  const tools = createTools(actions);
  const bar = element('header', { class: 'toolbar' }, title, tools.element, tabs.element);
  return {
    element: bar,
    setTitle(words, tooltip) {
      title.replaceChildren(...titleNodes(words));
      title.title = tooltip;
    },
    setTab(tab) {
      tabs.select(tab);
      bar.classList.toggle('on-rows', tab === 'rows');
    },
    setDamageCount: (count) => tabs.setDamageCount(count),
    setRecordOpen: (isOpen) => tools.setRecordOpen(isOpen),
    setHasRows: (hasRows) => tools.setHasRows(hasRows),
    setGoToWords: (label, tooltip) => tools.setGoToWords(label, tooltip),
    startGoTo: () => tools.startGoTo(),
  };
}

function titleNodes(words: readonly string[]): readonly Node[] {
  return words.flatMap((word, place) => [
    ...(place === 0 ? [] : [element('span', { class: 'dot', attributes: { 'aria-hidden': 'true' } }, ' · ')]),
    element('span', { class: place === 0 ? 'title-main' : 'title-rest' }, word),
  ]);
}

type Tools = Pick<Toolbar, 'element' | 'setRecordOpen' | 'setHasRows' | 'setGoToWords' | 'startGoTo'>;

/** What one can do with the rows: one tab stop, arrows move. */
function createTools(actions: ToolbarActions): Tools {
  const goTo = createGoToRow(actions);
  const start = (): void => goTo.start();
  // On a narrow page the input hides behind this button.
  const open = createIconButton({ icon: 'arrow-right', label: 'Go to row', keys: 'Ctrl+G', onClick: start });
  open.classList.add('go-to-open');
  const record = createIconButton({
    icon: 'layout-sidebar-right-off',
    label: 'Show record',
    keys: 'Enter',
    onClick: actions.onRecord,
  });
  record.setAttribute('aria-pressed', 'false');
  const columns = createIconButton({
    icon: 'list-selection',
    label: 'Columns',
    keys: 'Ctrl+Shift+G',
    onClick: actions.onColumns,
  });
  columns.classList.add('columns-button');
  const shortcuts = createIconButton({
    icon: 'record-keys',
    label: 'Keyboard shortcuts',
    keys: '?',
    onClick: actions.onShortcuts,
  });
  const attributes = { role: 'toolbar', 'aria-label': 'Rows' };
  const tools = element('div', { class: 'tools', attributes }, goTo.element, open, columns, record, shortcuts);
  const settle = roveTabStops(tools, () => [goTo.input, open, columns, record, shortcuts], 'horizontal');
  const enable = (isEnabled: boolean): void => {
    for (const control of [goTo.input, open, columns, record]) control.disabled = !isEnabled;
  };
  enable(false);
  return {
    element: tools,
    setRecordOpen(isOpen) {
      record.setAttribute('aria-pressed', String(isOpen));
      record.replaceChildren(icon(isOpen ? 'layout-sidebar-right' : 'layout-sidebar-right-off'));
    },
    setHasRows(hasRows) {
      enable(hasRows);
      settle();
    },
    setGoToWords: (label, tooltip) => goTo.setWords(label, tooltip),
    startGoTo: start,
  };
}
