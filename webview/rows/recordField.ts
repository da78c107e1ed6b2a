import type { Cell, Column } from '../../src/core/column';
import { createIconButton } from '../ui/components';
import { element, icon, setShown } from '../ui/dom';
import type { Formats } from '../ui/format';
import { drawWhole } from './cellDom';
import { isClipped, typeHint } from './cellText';

export interface RecordField {
  readonly element: HTMLElement;
  /** Undefined while the value is on its way. */
  set(cell: Cell | undefined): void;
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
    set(cell) {
      copy.disabled = cell === undefined;
      value.replaceChildren(
        cell === undefined ? element('span', { class: 'skeleton skeleton-2' }) : drawWhole(cell),
      );
      const isCut = cell !== undefined && isClipped(cell);
      setShown(note, isCut);
      if (isCut && typeof cell === 'object' && cell !== null) {
        note.replaceChildren(
          icon('info'),
          ` First ${formats.count(cell.text.length)} of ${formats.plural(cell.length, 'character', 'characters')}`,
        );
      }
    },
  };
}
