import type { Cell, Column } from '../../src/core/column';
import type { RecordPage } from '../../src/protocol/worker';
import { createIconButton } from '../ui/components';
import { element, icon, setShown } from '../ui/dom';
import type { Formats } from '../ui/format';
import { roveTabStops } from '../ui/roving';
import { drawWhole } from './cellDom';
import { isClipped, rowAsJson, textOf, typeHint } from './cellText';
import { isCopy } from './grid';

export interface RecordActions {
  readonly onStep: (by: 1 | -1) => void;
  readonly onClose: () => void;
  readonly onCopy: (text: string, what: string) => void;
}

export interface RecordPane {
  readonly element: HTMLElement;
  /** What is known of the row at once; the whole follows. */
  showKnown(row: number, cells: readonly Cell[] | undefined): void;
  showWhole(page: RecordPage): void;
  showFault(row: number, message: string): void;
  focus(): void;
}

interface Field {
  readonly element: HTMLElement;
  set(cell: Cell | undefined): void;
}

/** One row as a form: every value whole, one below the other. */
export function createRecordPane(columns: readonly Column[], formats: Formats, actions: RecordActions): RecordPane {
  let cells: readonly Cell[] = [];
  const heading = element('h2', { class: 'record-title', attributes: { id: 'record-title' } });
  const where = element('p', {
    class: 'record-where',
    title: 'Blocks are counted from 0, as Avro tools count them',
  });
  const fault = element('p', { class: 'record-fault', attributes: { role: 'alert' } });
  const copyValue = (place: number): void => {
    const text = textOf(cells[place] ?? null);
    actions.onCopy(text ?? 'NULL', columns[place]?.name ?? '');
  };
  const copyRow = (): void => actions.onCopy(rowAsJson(columns, cells), 'row');
  const fields = columns.map((column, place) => createField(column, formats, () => copyValue(place)));
  const list = element(
    'div',
    { class: 'record-fields', attributes: { role: 'list', 'aria-labelledby': 'record-title' } },
    ...fields.map((field) => field.element),
  );
  const buttons = [
    createIconButton({
      icon: 'chevron-up',
      label: 'Previous row',
      keys: 'Alt+Up',
      onClick: () => actions.onStep(-1),
    }),
    createIconButton({
      icon: 'chevron-down',
      label: 'Next row',
      keys: 'Alt+Down',
      onClick: () => actions.onStep(1),
    }),
    createIconButton({ icon: 'copy', label: 'Copy row as JSON', keys: 'Ctrl+C', onClick: copyRow }),
    createIconButton({ icon: 'close', label: 'Close', keys: 'Esc', onClick: actions.onClose }),
  ];
  const tools = element(
    'div',
    { class: 'tools', attributes: { role: 'toolbar', 'aria-label': 'Record' } },
    ...buttons,
  );
  const pane = element(
    'section',
    { class: 'record-pane', attributes: { 'aria-labelledby': 'record-title' } },
    element('div', { class: 'record-head' }, element('div', { class: 'record-words' }, heading, where), tools),
    fault,
    list,
  );
  setShown(fault, false);
  roveTabStops(tools, () => buttons, 'horizontal');
  roveTabStops(list, () => fields.map((field) => field.element), 'vertical');
  pane.addEventListener('keydown', (event) => onKey(event, actions, fields, copyRow, copyValue));

  const fill = (next: readonly Cell[] | undefined): void => {
    cells = next ?? [];
    fields.forEach((field, place) => field.set(next?.[place]));
  };
  return {
    element: pane,
    showKnown(row, known) {
      heading.textContent = `Row ${formats.count(row + 1)}`;
      where.textContent = '\u00a0';
      setShown(fault, false);
      fill(known);
    },
    showWhole(page) {
      heading.textContent = `Row ${formats.count(page.row + 1)}`;
      where.textContent = `Block ${formats.count(page.block)}, row ${formats.count(page.rowInBlock + 1)} in it`;
      fill(page.cells);
    },
    showFault(row, message) {
      heading.textContent = `Row ${formats.count(row + 1)}`;
      fault.textContent = message;
      setShown(fault, true);
    },
    focus() {
      const current = fields.find((field) => field.element.tabIndex === 0) ?? fields[0];
      current?.element.focus({ preventScroll: true });
    },
  };
}

function onKey(
  event: KeyboardEvent,
  actions: RecordActions,
  fields: readonly Field[],
  copyRow: () => void,
  copyValue: (place: number) => void,
): void {
  if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown'))
    actions.onStep(event.key === 'ArrowUp' ? -1 : 1);
  else if (event.key === 'Escape') actions.onClose();
  else if (event.key === 'Enter') {
    const place = fields.findIndex((field) => field.element === event.target);
    if (place < 0) return;
    copyValue(place);
  } else if (isCopy(event)) {
    if (document.getSelection()?.isCollapsed === false) return;
    copyRow();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function createField(column: Column, formats: Formats, onCopy: () => void): Field {
  const value = element('div', { class: `record-value kind-${column.kind}` });
  const note = element('div', { class: 'record-note' });
  const copy = createIconButton({ icon: 'copy', label: `Copy ${column.name}`, onClick: onCopy });
  copy.tabIndex = -1;
  setShown(note, false);
  const field = element(
    'div',
    { class: 'record-field', attributes: { role: 'listitem', tabindex: '-1' } },
    element(
      'div',
      { class: 'record-name', title: column.typeText },
      element('span', { class: 'record-column' }, column.name),
      element('span', { class: 'type-hint' }, typeHint(column)),
    ),
    value,
    note,
    copy,
  );
  return {
    element: field,
    set(cell) {
      copy.disabled = cell === undefined;
      value.replaceChildren(
        cell === undefined ? element('span', { class: 'skeleton skeleton-2' }) : drawWhole(cell),
      );
      const isCut = cell !== undefined && isClipped(cell);
      setShown(note, isCut);
      if (isCut && cell !== null && typeof cell !== 'string') {
        note.replaceChildren(
          icon('info'),
          ` First ${formats.count(cell.text.length)} of ${formats.plural(cell.length, 'character', 'characters')}`,
        );
      }
    },
  };
}
