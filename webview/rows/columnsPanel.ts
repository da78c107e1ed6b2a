import type { Announcer } from '../ui/announcer';
import { createLinkButton } from '../ui/components';
import { element, icon } from '../ui/dom';
import type { GridColumn } from './columnModel';
import { moveColumn, resetColumns, setHidden } from './headerMenu';
import { fuzzyNames } from './query/fuzzyNames';
import { createPopover, type Popover } from './query/popover';
import type { RowsSession } from './rowsSession';

/** More are not drawn at once: the letters typed narrow it down. */
const maxDrawn = 500;

/** All columns in one list: type to find one, Enter goes there, with Shift shows or hides it, Alt and the arrows move it. */
export function openColumnsPanel(session: RowsSession, anchor: DOMRect, announcer: Announcer): void {
  new Panel(session, announcer).open(anchor);
}

class Panel {
  private readonly session: RowsSession;
  private readonly announcer: Announcer;
  private readonly input: HTMLInputElement;
  private readonly list = element('div', {
    class: 'columns-list',
    attributes: { role: 'listbox', id: 'columns-list', 'aria-label': 'Columns' },
  });
  private readonly count = element('span', { class: 'columns-count' });
  private readonly popover: Popover;
  private current: string | undefined;
  private goal: GridColumn | undefined;

  constructor(session: RowsSession, announcer: Announcer) {
    this.session = session;
    this.announcer = announcer;
    this.input = element('input', {
      class: 'input',
      attributes: {
        type: 'text',
        role: 'combobox',
        placeholder: 'Find a column',
        'aria-label': 'Find a column',
        'aria-expanded': 'true',
        'aria-controls': 'columns-list',
        'aria-autocomplete': 'list',
        autocomplete: 'off',
        spellcheck: 'false',
      },
    });
    this.input.addEventListener('input', () => this.draw(true));
    this.input.addEventListener('keydown', (event) => this.onKey(event));
    this.list.addEventListener('pointerdown', (event) => event.preventDefault());
    this.list.addEventListener('click', (event) => this.onClick(event));
    this.popover = createPopover(
      'Columns',
      [
        element('div', { class: 'columns-head' }, this.input),
        this.list,
        element(
          'div',
          { class: 'columns-foot' },
          this.count,
          createLinkButton('Show all', () => this.showAll(), 'Show all columns'),
          createLinkButton('Reset', () => this.reset(), 'Order, widths and hidden columns as they came'),
        ),
        element(
          'p',
          { class: 'columns-keys' },
          'Enter goes to the column · Shift+Enter shows or hides it · Alt+↑ and Alt+↓ move it',
        ),
      ],
      () => this.closed(),
    );
    this.popover.element.classList.add('columns-panel');
  }

  open(anchor: DOMRect): void {
    const name = this.session.grid?.place().active?.column;
    this.current = this.all().find((column) => column.name === name)?.id;
    this.draw(false);
    const place = new DOMRect(anchor.left, anchor.top, anchor.width, 0);
    this.popover.open(place, () => this.input.focus());
    this.reveal();
  }

  /** What is shown in the list now: by what is typed, else in the grid's order. */
  private all(): readonly GridColumn[] {
    const columns = this.session.gridColumns.filter(({ role }) => role !== 'rowNumber');
    const typed = this.input.value.trim();
    if (typed === '') return columns.slice(0, maxDrawn);
    const found = fuzzyNames(typed, [...new Set(columns.map(({ name }) => name))]);
    return found.flatMap((name) => columns.filter((column) => column.name === name)).slice(0, maxDrawn);
  }

  private draw(isAnew: boolean): void {
    const columns = this.all();
    const hidden = new Set(this.session.table.arrangement.hidden);
    if (isAnew || !columns.some(({ id }) => id === this.current)) this.current = columns[0]?.id;
    this.list.replaceChildren(
      ...columns.map((column) => this.option(column, !hidden.has(column.name))),
      ...(columns.length === 0 ? [element('p', { class: 'columns-none' }, 'No column is called like that.')] : []),
    );
    const total = this.session.gridColumns.length - 1;
    this.count.textContent = `${total - hidden.size} of ${total} shown`;
    this.reveal();
  }

  private option(column: GridColumn, isShown: boolean): HTMLElement {
    const isCurrent = column.id === this.current;
    return element(
      'div',
      {
        class: isCurrent ? 'columns-option is-current' : 'columns-option',
        title: column.tooltip,
        attributes: {
          role: 'option',
          id: `columns-${column.id}`,
          'data-id': column.id,
          'aria-selected': String(isCurrent),
          'aria-checked': String(isShown),
        },
      },
      element('span', { class: 'columns-box' }, isShown ? icon('check') : undefined),
      element('span', { class: 'columns-name' }, column.name),
      element('span', { class: 'type-hint' }, column.hint),
    );
  }

  private reveal(): void {
    const node = this.list.querySelector('.is-current');
    if (node === null) {
      this.input.removeAttribute('aria-activedescendant');
      return;
    }
    this.input.setAttribute('aria-activedescendant', node.id);
    node.scrollIntoView({ block: 'nearest' });
  }

  private column(): GridColumn | undefined {
    return this.session.gridColumns.find(({ id }) => id === this.current);
  }

  private onKey(event: KeyboardEvent): void {
    const column = this.column();
    const isArrow = event.key === 'ArrowDown' || event.key === 'ArrowUp';
    const by = event.key === 'ArrowUp' ? -1 : 1;
    if (isArrow && event.altKey) {
      if (column !== undefined) moveColumn(this.session, column, by, (text) => this.announcer.say(text));
      this.draw(false);
    } else if (isArrow) this.step(by);
    else if (event.key === 'PageDown' || event.key === 'PageUp') this.step(event.key === 'PageUp' ? -10 : 10);
    else if (event.key === 'Enter' && event.shiftKey) this.toggle(column);
    else if (event.key === 'Enter') this.go(column);
    else return;
    event.preventDefault();
  }

  private step(by: number): void {
    const columns = this.all();
    const at = columns.findIndex(({ id }) => id === this.current);
    this.current = columns[Math.min(Math.max(at + by, 0), columns.length - 1)]?.id;
    for (const option of this.list.querySelectorAll<HTMLElement>('[role="option"]')) {
      const isCurrent = option.dataset['id'] === this.current;
      option.classList.toggle('is-current', isCurrent);
      option.setAttribute('aria-selected', String(isCurrent));
    }
    this.reveal();
  }

  private onClick(event: MouseEvent): void {
    const target = event.target as Element;
    const option = target.closest<HTMLElement>('[role="option"]');
    if (option === null) return;
    this.current = option.dataset['id'];
    if (target.closest('.columns-box') !== null) this.toggle(this.column());
    else this.go(this.column());
  }

  private toggle(column: GridColumn | undefined): void {
    if (column === undefined) return;
    const isShown = !this.session.table.arrangement.hidden.includes(column.name);
    setHidden(this.session, column, isShown, (text) => this.announcer.say(text));
    this.draw(false);
  }

  /** A hidden column is shown first: who goes to it wants to see it. */
  private go(column: GridColumn | undefined): void {
    if (column === undefined) return;
    if (this.session.table.arrangement.hidden.includes(column.name))
      setHidden(this.session, column, false, () => undefined);
    this.goal = column;
    this.popover.close();
  }

  private showAll(): void {
    this.session.arrange({ hidden: [] });
    this.draw(false);
    this.input.focus();
  }

  private reset(): void {
    resetColumns(this.session);
    this.draw(false);
    this.input.focus();
  }

  private closed(): void {
    const { grid } = this.session;
    if (this.goal !== undefined) {
      grid?.goToColumn(this.goal.id);
      this.announcer.say(`Column ${this.goal.name}`);
    }
    grid?.focus();
  }
}
