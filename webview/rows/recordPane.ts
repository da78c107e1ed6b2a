import type { Cell, Column } from '../../src/core/column';
import type { RecordPage } from '../../src/core/rowsPage';
import { createIconButton } from '../ui/components';
import { element, setShown } from '../ui/dom';
import type { Formats } from '../ui/format';
import { roveTabStops } from '../ui/roving';
import { rowAsJson, textOf } from './cellText';
import { maskedCell } from './columnDisplay';
import type { GridColumn } from './columnModel';
import { isCopy } from './gridInput';
import type { RowPlace } from './pageCache';
import { createRecordField, type RecordField } from './recordField';
import { rowNumberText } from './slickColumns';

export interface RecordActions {
  /** How the grid shows a column of the schema, by its index. */
  readonly shownAs: (index: number) => GridColumn | undefined;
  readonly onStep: (by: 1 | -1) => void;
  readonly onClose: () => void;
  readonly onCopy: (text: string, what: string) => void;
}

export interface RecordPane {
  readonly element: HTMLElement;
  /** What is known of the row at once; the whole follows. */
  showKnown(place: RowPlace | undefined, cells: readonly Cell[] | undefined): void;
  /** `source`: which part it is of, if there are several. */
  showWhole(page: RecordPage, source: string): void;
  showFault(place: RowPlace | undefined, message: string): void;
  focus(): void;
}

/** One row as a form: every value whole, one below the other. */
export function createRecordPane(columns: readonly Column[], formats: Formats, actions: RecordActions): RecordPane {
  return new Pane(columns, formats, actions);
}

class Pane implements RecordPane {
  readonly element: HTMLElement;
  private readonly columns: readonly Column[];
  private readonly formats: Formats;
  private readonly actions: RecordActions;
  private readonly heading = element('h2', { class: 'record-title', attributes: { id: 'record-title' } });
  private readonly where = element('p', {
    class: 'record-where',
    title: 'Blocks are counted from 0, as Avro tools count them',
  });
  private readonly fault = element('p', { class: 'record-fault', attributes: { role: 'alert' } });
  private readonly fields: readonly RecordField[];
  private cells: readonly Cell[] = [];

  constructor(columns: readonly Column[], formats: Formats, actions: RecordActions) {
    this.columns = columns;
    this.formats = formats;
    this.actions = actions;
    this.fields = columns.map((column, place) => createRecordField(column, formats, () => this.copyValue(place)));
    setShown(this.fault, false);
    this.element = element(
      'section',
      { class: 'record-pane', attributes: { 'aria-labelledby': 'record-title' } },
      element(
        'div',
        { class: 'record-head' },
        element('div', { class: 'record-words' }, this.heading, this.where),
        this.createTools(),
      ),
      this.fault,
      this.createList(),
    );
    this.element.addEventListener('keydown', (event) => this.onKey(event));
  }

  showKnown(place: RowPlace | undefined, known: readonly Cell[] | undefined): void {
    this.setRow(place);
    this.where.textContent = '\u00a0';
    setShown(this.fault, false);
    this.fill(known);
  }

  showWhole(page: RecordPage, source: string): void {
    const { formats } = this;
    this.setRow({
      number: page.number ?? page.row,
      isApproximate: page.isApproximate === true,
      part: page.part,
    });
    const block = `Block ${formats.count(page.block)}, row ${formats.count(page.rowInBlock + 1)} in it`;
    this.where.textContent = source === '' ? block : `${source} · ${block}`;
    this.fill(page.cells);
  }

  showFault(place: RowPlace | undefined, message: string): void {
    this.setRow(place);
    this.fault.textContent = message;
    setShown(this.fault, true);
  }

  focus(): void {
    const current = this.fields.find((field) => field.element.tabIndex === 0) ?? this.fields[0];
    current?.element.focus({ preventScroll: true });
  }

  private createTools(): HTMLElement {
    const { onStep, onClose } = this.actions;
    const buttons = [
      createIconButton({ icon: 'chevron-up', label: 'Previous row', keys: 'Alt+Up', onClick: () => onStep(-1) }),
      createIconButton({ icon: 'chevron-down', label: 'Next row', keys: 'Alt+Down', onClick: () => onStep(1) }),
      createIconButton({
        icon: 'copy',
        label: 'Copy row as JSON',
        keys: 'Ctrl+C',
        onClick: () => this.copyRow(),
      }),
      createIconButton({ icon: 'close', label: 'Close', keys: 'Esc', onClick: onClose }),
    ];
    const attributes = { role: 'toolbar', 'aria-label': 'Record' };
    const tools = element('div', { class: 'tools', attributes }, ...buttons);
    roveTabStops(tools, () => buttons, 'horizontal');
    return tools;
  }

  private createList(): HTMLElement {
    const members = this.fields.map((field) => field.element);
    const attributes = { role: 'list', 'aria-labelledby': 'record-title' };
    const list = element('div', { class: 'record-fields', attributes }, ...members);
    roveTabStops(list, () => members, 'vertical');
    return list;
  }

  private setRow(place: RowPlace | undefined): void {
    this.heading.textContent = place === undefined ? 'Row' : `Row ${rowNumberText(place, this.formats)}`;
  }

  private fill(cells: readonly Cell[] | undefined): void {
    this.cells = cells ?? [];
    this.fields.forEach((field, place) => field.set(cells?.[place], this.actions.shownAs(place)));
  }

  private copyValue(place: number): void {
    const text = textOf(this.cellToCopy(place));
    this.actions.onCopy(text ?? 'NULL', this.columns[place]?.name ?? '');
  }

  /** Masked values leave as they are seen. */
  private cellToCopy(place: number): Cell {
    const cell = this.cells[place] ?? false;
    return this.actions.shownAs(place)?.isMasked === true ? maskedCell(cell) : cell;
  }

  private copyRow(): void {
    this.actions.onCopy(
      rowAsJson(
        this.columns,
        this.columns.map((_, place) => this.cellToCopy(place)),
      ),
      'row',
    );
  }

  private onKey(event: KeyboardEvent): void {
    if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown'))
      this.actions.onStep(event.key === 'ArrowUp' ? -1 : 1);
    else if (event.key === 'Escape') this.actions.onClose();
    else if (event.key === 'Enter') {
      const place = this.fields.findIndex((field) => field.element === event.target);
      if (place < 0) return;
      this.copyValue(place);
    } else if (isCopy(event)) {
      // Selected text is the browser's to copy.
      if (document.getSelection()?.isCollapsed === false) return;
      this.copyRow();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
