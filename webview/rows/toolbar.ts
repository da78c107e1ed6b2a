import { createIconButton } from '../ui/components';
import { element, setShown } from '../ui/dom';
import { roveTabStops } from '../ui/roving';
import type { RowsTab } from './viewState';

export interface ToolbarActions {
  readonly onTab: (tab: RowsTab) => void;
  readonly onRecord: () => void;
  readonly onShortcuts: () => void;
  /** What was typed; false if that is no row. */
  readonly onGoTo: (typed: string) => boolean;
  /** Escape in the input, or done. */
  readonly onLeave: () => void;
}

export interface Toolbar {
  readonly element: HTMLElement;
  setTitle(words: readonly string[], tooltip: string): void;
  setTab(tab: RowsTab): void;
  setDamageCount(count: number): void;
  setRecordOpen(isOpen: boolean): void;
  /** False while there are no rows to go to or open. */
  setHasRows(hasRows: boolean): void;
  /** Names the range for the input: `1 to 248,113`. */
  setRowRange(text: string): void;
  startGoTo(): void;
}

const tabs: readonly (readonly [RowsTab, string])[] = [
  ['rows', 'Rows'],
  ['schema', 'Schema'],
  ['damage', 'Damage'],
];

/** One line: what this is, go to row, record pane, shortcuts, and the tabs. */
export function createToolbar(actions: ToolbarActions): Toolbar {
  const title = element('h1', { class: 'title' });
  const tabButtons = tabs.map(([tab, label]) => createTab(tab, label, () => actions.onTab(tab)));
  const tabList = element(
    'div',
    { class: 'tabs', attributes: { role: 'tablist', 'aria-label': 'Views of the part' } },
    ...tabButtons,
  );
  const settleTabs = roveTabStops(
    tabList,
    () => tabButtons,
    'horizontal',
    (item) => item.click(),
  );
  const goTo = createGoTo(actions);
  const record = createIconButton({
    icon: 'layout-sidebar-right-off',
    label: 'Show record',
    keys: 'Enter',
    onClick: actions.onRecord,
  });
  record.setAttribute('aria-pressed', 'false');
  const open = createIconButton({
    icon: 'arrow-right',
    label: 'Go to row',
    keys: 'Ctrl+G',
    onClick: () => goTo.start(),
  });
  open.classList.add('go-to-open');
  const shortcuts = createIconButton({
    icon: 'record-keys',
    label: 'Keyboard shortcuts',
    keys: '?',
    onClick: actions.onShortcuts,
  });
  const tools = element(
    'div',
    { class: 'tools', attributes: { role: 'toolbar', 'aria-label': 'Rows' } },
    goTo.element,
    open,
    record,
    shortcuts,
  );
  const settleTools = roveTabStops(tools, () => [goTo.input, open, record, shortcuts], 'horizontal');
  const bar = element('header', { class: 'toolbar' }, title, tools, tabList);
  const damageTab = tabButtons[2];
  if (damageTab !== undefined) setShown(damageTab, false);
  for (const control of [record, open, goTo.input]) control.disabled = true;
  return {
    element: bar,
    setTitle(words, tooltip) {
      title.replaceChildren(
        ...words.flatMap((word, place) => [
          ...(place === 0 ? [] : [element('span', { class: 'dot', attributes: { 'aria-hidden': 'true' } }, ' · ')]),
          element('span', { class: place === 0 ? 'title-main' : 'title-rest' }, word),
        ]),
      );
      title.title = tooltip;
    },
    setTab(tab) {
      tabs.forEach(([name], place) => {
        tabButtons[place]?.setAttribute('aria-selected', String(name === tab));
        if (tabButtons[place] !== undefined) tabButtons[place].tabIndex = name === tab ? 0 : -1;
      });
      bar.classList.toggle('on-rows', tab === 'rows');
    },
    setDamageCount(count) {
      if (damageTab === undefined) return;
      damageTab.textContent = `Damage (${count})`;
      setShown(damageTab, count > 0);
      settleTabs();
    },
    setRecordOpen(isOpen) {
      record.setAttribute('aria-pressed', String(isOpen));
      record.firstElementChild?.classList.toggle('codicon-layout-sidebar-right', isOpen);
      record.firstElementChild?.classList.toggle('codicon-layout-sidebar-right-off', !isOpen);
    },
    setHasRows(hasRows) {
      for (const button of [record, open]) button.disabled = !hasRows;
      goTo.input.disabled = !hasRows;
      settleTools();
    },
    setRowRange(text) {
      goTo.input.title = `Go to row, ${text} (Ctrl+G)`;
    },
    startGoTo: () => goTo.start(),
  };
}

function createTab(tab: RowsTab, label: string, onClick: () => void): HTMLButtonElement {
  const button = element(
    'button',
    {
      class: 'tab',
      attributes: {
        type: 'button',
        role: 'tab',
        id: `tab-${tab}`,
        'aria-controls': `panel-${tab}`,
        'aria-selected': 'false',
      },
    },
    label,
  );
  button.addEventListener('click', onClick);
  return button;
}

interface GoTo {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  start(): void;
}

function createGoTo(actions: ToolbarActions): GoTo {
  const input = element('input', {
    class: 'input',
    attributes: {
      type: 'text',
      inputmode: 'numeric',
      placeholder: 'Go to row',
      'aria-label': 'Go to row',
      spellcheck: 'false',
    },
  });
  const box = element('div', { class: 'go-to' }, input);
  const stop = (): void => {
    box.classList.remove('is-open');
    input.value = '';
    input.removeAttribute('aria-invalid');
  };
  input.addEventListener('input', () => input.removeAttribute('aria-invalid'));
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      event.stopPropagation();
      if (!actions.onGoTo(input.value)) {
        input.setAttribute('aria-invalid', 'true');
        input.select();
        return;
      }
      stop();
      actions.onLeave();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      stop();
      actions.onLeave();
    }
  });
  input.addEventListener('blur', stop);
  return {
    element: box,
    input,
    start() {
      box.classList.add('is-open');
      input.focus();
    },
  };
}
