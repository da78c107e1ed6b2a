import type { Column } from '../../../src/core/column';
import { element, setShown } from '../../ui/dom';
import { typeHint } from '../cellText';
import { fuzzyNames } from './fuzzyNames';

export interface ColumnPicker {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  readonly value: string;
  set(name: string): void;
}

/** More are never needed to see that one must type on. */
const mostShown = 60;

/** A field that takes a column's name: some of its letters are enough, arrows and Enter choose. */
export function createColumnPicker(columns: readonly Column[], onChosen: (column: Column) => void): ColumnPicker {
  const input = createInput();
  const list = createOptionList(input, columns);
  const byName = new Map(columns.map((column) => [column.name, column]));
  let chosen = '';
  const choose = (name: string): void => {
    const column = byName.get(name);
    if (column === undefined) return;
    chosen = input.value = name;
    list.close();
    onChosen(column);
  };
  input.addEventListener('focus', () => input.select());
  input.addEventListener('click', () => list.open('', chosen));
  input.addEventListener('input', () => list.open(input.value, chosen));
  input.addEventListener('blur', () => {
    list.close();
    input.value = chosen;
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (list.isOpen) list.move(event.key === 'ArrowDown' ? 1 : -1);
      else list.open('', chosen);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && list.isOpen) {
      if (list.marked === undefined) return;
      choose(list.marked);
    } else if (event.key === 'Escape' && list.isOpen) {
      list.close();
      event.stopPropagation();
    } else return;
    if (event.key !== 'Tab') event.preventDefault();
  });
  // Before the input loses the focus, and with it the list.
  list.element.addEventListener('pointerdown', (event) => {
    const name = (event.target as Element).closest<HTMLElement>('[role="option"]')?.dataset['name'];
    event.preventDefault();
    if (name !== undefined) choose(name);
  });
  return {
    element: element('div', { class: 'picker' }, input, list.element),
    input,
    get value() {
      return chosen;
    },
    set: (name) => (chosen = input.value = name),
  };
}

function createInput(): HTMLInputElement {
  return element('input', {
    class: 'input',
    attributes: {
      type: 'text',
      role: 'combobox',
      'aria-label': 'Column',
      'aria-autocomplete': 'list',
      'aria-expanded': 'false',
      'aria-controls': 'column-options',
      placeholder: 'Column',
      spellcheck: 'false',
      autocomplete: 'off',
    },
  });
}

/** The names that fit what is typed, one of them marked: the input keeps the focus and says which. */
interface OptionList {
  readonly element: HTMLElement;
  readonly isOpen: boolean;
  /** The name that Enter takes; undefined where none fits. */
  readonly marked: string | undefined;
  /** `chosen` is marked where nothing is typed, else the first that fits. */
  open(typed: string, chosen: string): void;
  close(): void;
  /** Marks another one, as far as there are any. */
  move(by: 1 | -1): void;
}

function createOptionList(input: HTMLInputElement, columns: readonly Column[]): OptionList {
  const list = element('div', {
    class: 'picker-list',
    attributes: { role: 'listbox', id: 'column-options', 'aria-label': 'Columns' },
  });
  const byName = new Map(columns.map((column) => [column.name, column]));
  let at = 0;
  const options = (): readonly HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[role="option"]')];
  const mark = (to: number): void => {
    const all = options();
    at = Math.max(0, Math.min(all.length - 1, to));
    all.forEach((option, place) => option.setAttribute('aria-selected', String(place === at)));
    const current = all[at];
    if (current === undefined) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', current.id);
    current?.scrollIntoView({ block: 'nearest' });
  };
  const close = (): void => {
    setShown(list, false);
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  close();
  return {
    element: list,
    get isOpen() {
      return !list.hidden;
    },
    get marked() {
      return options()[at]?.dataset['name'];
    },
    open(typed, chosen) {
      const names = fuzzyNames(typed, [...byName.keys()]).slice(0, mostShown);
      list.replaceChildren(
        ...names.map((name, place) => optionOf(name, place, byName)),
        ...(names.length === 0 ? [element('div', { class: 'picker-none' }, 'No such column')] : []),
      );
      setShown(list, true);
      input.setAttribute('aria-expanded', 'true');
      mark(typed === '' ? Math.max(0, names.indexOf(chosen)) : 0);
    },
    close,
    move: (by) => mark(at + by),
  };
}

function optionOf(name: string, place: number, columns: ReadonlyMap<string, Column>): HTMLElement {
  const column = columns.get(name);
  const option = element(
    'div',
    { class: 'picker-option', attributes: { role: 'option', id: `column-option-${place}` } },
    element('span', { class: 'picker-name' }, name),
    element('span', { class: 'type-hint' }, column === undefined ? '' : typeHint(column)),
  );
  option.dataset['name'] = name;
  return option;
}
