import type { Cell } from '../../src/core/column';
import { element, hiddenText, icon } from '../ui/dom';
import type { Formats } from '../ui/format';
import { textOf, viewCell, type CellView } from './cellText';
import { shownCell } from './columnDisplay';
import type { GridColumn } from './columnModel';

/** What stands in a grid cell: plain text where that is all, else nodes around text. */
export function drawCell(cell: Cell): string | HTMLElement {
  return drawView(viewCell(cell));
}

/** The same for the record pane: whole, however long. */
export function drawWhole(cell: Cell): string | HTMLElement {
  return drawView(viewCell(cell, Number.MAX_SAFE_INTEGER));
}

function drawView(view: CellView): string | HTMLElement {
  if (view.kind === 'null') return element('span', { class: 'null' }, 'NULL');
  if (view.kind === 'absent') return hiddenText('absent');
  if (view.kind === 'empty') {
    const sign = element('span', { class: 'empty', attributes: { 'aria-hidden': 'true' } }, '″″');
    return element('span', {}, sign, hiddenText('empty text'));
  }
  const [only] = view.pieces;
  if (view.pieces.length === 1 && only?.isSymbol === false) return view.isCut ? `${only.text}…` : only.text;
  return element(
    'span',
    {},
    ...view.pieces.map((piece) => (piece.isSymbol ? element('span', { class: 'symbol' }, piece.text) : piece.text)),
    view.isCut ? '…' : undefined,
  );
}

/** A value that is on its way. The width differs from cell to cell so that it reads as text to come. */
export function drawSkeleton(row: number, cell: number): HTMLElement {
  return element('span', { class: `skeleton skeleton-${((row * 7 + cell * 13) % 4) + 1}` });
}

/** Adds the type hint and the roles to a header that SlickGrid made. */
export function completeHeader(header: HTMLElement, column: GridColumn, place: number): void {
  header.setAttribute('aria-colindex', String(place + 1));
  header.title = column.tooltip;
  const mark = column.isMasked === true ? 'eye-closed' : column.personal === undefined ? undefined : 'account';
  if (mark !== undefined) {
    header.append(icon(mark, 'header-mark'), hiddenText(mark === 'account' ? 'may be personal' : 'masked'));
  }
  if (column.hint !== '') header.append(element('span', { class: 'type-hint' }, column.hint));
  for (const handle of header.querySelectorAll('.slick-resizable-handle'))
    handle.setAttribute('aria-hidden', 'true');
}

/** What hovering a cell tells beyond what it shows; empty if nothing. */
export function cellTooltip(
  cell: Cell | undefined,
  column: GridColumn,
  isOverflowing: boolean,
  formats: Formats,
  part?: number,
): string {
  if (column.role === 'absent') return column.tooltip;
  if (cell === false) return column.absentIn?.get(part ?? -1) ?? `${column.name} is not in this part`;
  if (cell === undefined || cell === null) return '';
  if (column.isMasked === true) return 'Masked';
  const text = textOf(cell) ?? '';
  if (column.unit !== undefined && column.unit !== 'text' && shownCell(cell, column) !== cell)
    return `${text} as it is`;
  const isCut = viewCell(cell).kind === 'text' && (text.length > 300 || text.length < cell.length);
  if (!isCut && !isOverflowing) return '';
  const length = formats.plural(cell.length, 'character', 'characters');
  return text.length > 500 || text.length < cell.length
    ? `${text.slice(0, 500)}…\n\n${length}`
    : `${text}\n\n${length}`;
}
