import type { Column as SlickColumn } from 'slickgrid';
import type { Cell } from '../../src/core/column';
import type { Formats } from '../ui/format';
import { drawCell, drawSkeleton } from './cellDom';
import { shownCell } from './columnDisplay';
import { about, isFixed, type GridColumn } from './columnModel';
import type { Row, RowPlace } from './pageCache';
import type { TextGrid } from './textGrid';

/** A column as SlickGrid knows it, with ours in it. */
export type ShownColumn = SlickColumn<Row> & { readonly column: GridColumn };

/** Stands for every row that is on its way. */
export const loadingRow: Row = [];

const defaultWidth = 100;

/** Makes SlickGrid's columns out of ours; `width` in CSS pixels. `placeOf`: a row's number, undefined while it is not known. */
export function createShownColumns(
  formats: Formats,
  placeOf: (row: number) => RowPlace | undefined,
): (column: GridColumn, width: number | undefined) => ShownColumn {
  const draw = (
    row: number,
    cell: number,
    value: unknown,
    slick: SlickColumn<Row>,
    item: Row,
  ): string | HTMLElement => {
    const { column } = slick as ShownColumn;
    if (column.role === 'rowNumber') return rowNumberText(placeOf(row), formats);
    if (item === loadingRow) return drawSkeleton(row, cell);
    if (column.ofParts !== undefined) return column.ofParts[placeOf(row)?.part ?? -1] ?? '';
    return column.role === 'absent' ? '' : drawCell(shownCell((value ?? null) as Cell, column));
  };
  return (column, width) => ({
    column,
    id: column.id,
    field: String(column.index) as never,
    name: column.name,
    width: width ?? defaultWidth,
    minWidth: 36,
    resizable: column.role !== 'rowNumber',
    reorderable: column.role === 'value',
    // Which cells clip their text depends on the width.
    rerenderOnResize: true,
    focusable: column.role !== 'rowNumber',
    sortable: false,
    cssClass: classesOf(column),
    headerCssClass: classesOf(column),
    formatter: draw,
  });
}

/** `12,345`, `≈ 12,345`, or nothing while it is not known. */
export function rowNumberText(place: RowPlace | undefined, formats: Formats): string {
  if (place === undefined) return '';
  const number = formats.count(place.number + 1);
  return place.isApproximate ? `${about}${number}` : number;
}

function classesOf(column: GridColumn): string {
  const kind = column.role === 'rowNumber' ? 'row-number' : column.role;
  const classes = column.isNumeric ? `${kind} numeric` : kind;
  const isTime = column.unit !== undefined;
  return [
    classes,
    isTime ? 'time' : '',
    isFixed(column.role) ? 'fixed' : '',
    column.isMasked === true ? 'masked' : '',
  ]
    .join(' ')
    .trim();
}

/** All columns as they now stand: a person may have moved them. */
export function shownColumns(grid: TextGrid): readonly GridColumn[] {
  return grid.getColumns().map((slick) => (slick as ShownColumn).column);
}

/** The column now at a place. */
export function columnAt(grid: TextGrid, place: number): GridColumn | undefined {
  return (grid.getColumns()[place] as ShownColumn | undefined)?.column;
}

/** The place of the first column that holds data. */
export function firstDataPlace(grid: TextGrid): number {
  const place = shownColumns(grid).findIndex(({ index }) => index >= 0);
  return Math.max(1, place);
}

/** The part of the grid that scrolls: the right one when columns are frozen. Asked with every frame of scrolling: it must not lay out the page. */
export function scrollerOf(host: HTMLElement): HTMLElement {
  const right = host.querySelector<HTMLElement>('.slick-viewport-top.slick-viewport-right');
  const isRightShown = right !== null && right.closest<HTMLElement>('.slick-pane')?.style.display !== 'none';
  return (
    (isRightShown ? right : host.querySelector<HTMLElement>('.slick-viewport-top.slick-viewport-left')) ?? host
  );
}

/** The headers above what scrolls. */
export function headerOf(scroller: HTMLElement): HTMLElement | null {
  const side = scroller.classList.contains('slick-viewport-right') ? 'right' : 'left';
  return scroller.closest('.grid')?.querySelector<HTMLElement>(`.slick-header-${side}`) ?? null;
}

/** Scrolls columns and their headers to the same place, as far as there are columns. */
export function scrollAcross(host: HTMLElement, left: number): void {
  const rows = scrollerOf(host);
  rows.scrollLeft = left;
  const header = headerOf(rows);
  if (header !== null) header.scrollLeft = rows.scrollLeft;
}
