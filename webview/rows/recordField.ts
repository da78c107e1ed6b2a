import type { Cell, Column } from '../../src/core/column';
import { createIconButton } from '../ui/components';
import { element, icon, setShown } from '../ui/dom';
import type { Formats } from '../ui/format';
import { drawWhole } from './cellDom';
import { isClipped, typeHint } from './cellText';
import { maskedCell } from './columnDisplay';
import type { GridColumn } from './columnModel';
import { shownTime } from './timeColumns';

export interface RecordField {
  readonly element: HTMLElement;
  /** `cell`: undefined while the value is on its way; `column`: how the grid shows it. */
  set(cell: Cell | undefined, column: GridColumn | undefined): void;
}

/** One value of a record: name and type above, the value below, a button that copies it. */
export function createRecordField(column: Column, formats: Formats, onCopy: () => void): RecordField {
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
    set(whole, column) {
      const isMasked = column?.isMasked === true;
      const cell = whole !== undefined && isMasked ? maskedCell(whole) : whole;
      copy.disabled = cell === undefined;
      value.replaceChildren(
        cell === undefined ? element('span', { class: 'skeleton skeleton-2' }) : drawWhole(cell),
      );
      const words = noteWords(cell, column, formats);
      setShown(note, words !== '');
      note.replaceChildren(...(words === '' ? [] : [...(isMasked ? [icon('eye-closed')] : []), words]));
    },
  };
}

/** What is to be said of a value beyond what is shown: that it is cut or masked, or which time it is. */
function noteWords(cell: Cell | undefined, column: GridColumn | undefined, formats: Formats): string {
  if (cell === undefined || cell === null || cell === false) return '';
  if (column?.isMasked === true) return 'Masked';
  if (typeof cell === 'object' && isClipped(cell))
    return `First ${formats.count(cell.text.length)} of ${formats.plural(cell.length, 'character', 'characters')}`;
  if (column?.unit === undefined || column.unit === 'text' || typeof cell !== 'string') return '';
  const time = shownTime(cell, column.unit);
  return time === undefined ? '' : `${time} UTC`;
}
