import { createIconButton } from '../../ui/components';
import { element, icon, setShown } from '../../ui/dom';
import { roveTabStops } from '../../ui/roving';
import type { FindBar } from './findBar';

export interface QueryBarActions {
  readonly onAdd: (anchor: HTMLElement) => void;
  readonly onClear: () => void;
  readonly onCancel: () => void;
  readonly onReadAll: () => void;
  readonly onSql: () => void;
  readonly onExport: () => void;
  readonly onInsight: () => void;
}

export interface QueryBar {
  readonly element: HTMLElement;
  readonly addButton: HTMLElement;
  /** The chips; the focus stays at its place among them. */
  setChips(chips: readonly HTMLElement[]): void;
  /** What goes on, with *Cancel*; empty: nothing worth saying. */
  setProgress(text: string): void;
  /** The rows shown are the first so many only: `first 10,000 rows only`. Empty: they are all. */
  setSample(text: string): void;
  setInsightShown(isShown: boolean): void;
  /** The label of a chip, to open its editor at. */
  chip(id: number): HTMLElement | undefined;
}

/** The line above the grid: find, the filters and the order as chips, what goes on, and what to do with the rows. */
export function createQueryBar(find: FindBar, actions: QueryBarActions): QueryBar {
  const add = element(
    'button',
    {
      class: 'text-button add-filter',
      title: 'Add a filter (Ctrl+Shift+F filters by the cell)',
      attributes: { type: 'button' },
    },
    icon('add'),
    'Filter',
  );
  add.addEventListener('click', () => actions.onAdd(add));
  const clear = createIconButton({ icon: 'clear-all', label: 'Clear filters and order', onClick: actions.onClear });
  const chips = element('span', { class: 'chips' });
  const group = element(
    'div',
    { class: 'query-chips', attributes: { role: 'toolbar', 'aria-label': 'Filters and order' } },
    chips,
    add,
    clear,
  );
  const items = (): readonly HTMLElement[] => [...chips.querySelectorAll<HTMLElement>('.chip-label'), add, clear];
  const settle = roveTabStops(group, items, 'horizontal');
  const news = createNews(actions);
  const tools = createTools(actions);
  setShown(clear, false);
  return {
    element: element('div', { class: 'query-bar' }, find.element, group, news.element, tools.element),
    addButton: add,
    setChips(next) {
      const place = items().findIndex((item) => item === document.activeElement);
      const before = place < 0 ? 0 : items().length;
      chips.replaceChildren(...next);
      setShown(clear, next.length > 0);
      settle();
      if (place < 0 || items()[place] === document.activeElement) return;
      const to = items().length < before ? Math.min(place, Math.max(0, items().length - 2)) : place;
      items()[to]?.focus();
    },
    setProgress: news.setProgress,
    setSample: news.setSample,
    setInsightShown: tools.setInsightShown,
    chip: (id) => chips.querySelector<HTMLElement>(`[data-chip="${id}"] .chip-label`) ?? undefined,
  };
}

function createNews(actions: QueryBarActions): Pick<QueryBar, 'element' | 'setProgress' | 'setSample'> {
  const words = element('span', { class: 'query-progress' });
  const cancel = linkButton('Cancel', actions.onCancel);
  const sample = element('span', { class: 'query-sample' });
  const all = linkButton('Read All', actions.onReadAll);
  const box = element('div', { class: 'query-news' }, sample, all, words, cancel);
  const show = (part: HTMLElement, button: HTMLElement, text: string): void => {
    part.textContent = text;
    setShown(part, text !== '');
    setShown(button, text !== '');
    setShown(box, words.textContent !== '' || sample.textContent !== '');
  };
  show(words, cancel, '');
  show(sample, all, '');
  return {
    element: box,
    setProgress: (text) => show(words, cancel, text),
    setSample: (text) => show(sample, all, text),
  };
}

function linkButton(label: string, onClick: () => void): HTMLButtonElement {
  const button = element('button', { class: 'link-button', attributes: { type: 'button' } }, label);
  button.addEventListener('click', onClick);
  return button;
}

/** What to do with the rows as they are asked for: one tab stop. */
function createTools(actions: QueryBarActions): Pick<QueryBar, 'element' | 'setInsightShown'> {
  const insight = createIconButton({ icon: 'graph', label: 'Show insight in headers', onClick: actions.onInsight });
  const sql = createIconButton({ icon: 'database', label: 'Show as SQL', onClick: actions.onSql });
  const save = createIconButton({
    icon: 'export',
    label: 'Export rows',
    keys: 'Ctrl+S',
    onClick: actions.onExport,
  });
  const attributes = { role: 'toolbar', 'aria-label': 'These rows' };
  const box = element('div', { class: 'query-tools', attributes }, insight, sql, save);
  const settle = roveTabStops(box, () => [insight, sql, save], 'horizontal');
  return {
    element: box,
    setInsightShown(isShown) {
      insight.setAttribute('aria-pressed', String(isShown));
      // Only now is it on the page.
      settle();
    },
  };
}
