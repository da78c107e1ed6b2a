import type { GridOptions } from './grid';
import { cellPadding, headerWidth, type GridColumn, type Measure } from './columnModel';
import { scrollAcross, scrollerOf, shownColumns, type ShownColumn } from './slickColumns';
import type { TextGrid } from './textGrid';

/** Passes on what happens in the grid: what is looked at, the active cell, and how its columns are arranged. */
export function tellGridEvents(grid: TextGrid, options: GridOptions): void {
  grid.onRendered.subscribe((_event, { startRow, endRow }) => {
    if (grid.getDataLength() > 0) options.onLook(Math.max(0, startRow), Math.max(0, endRow));
    options.hooks.rendered?.(options.host);
  });
  grid.onScroll.subscribe(() => options.onMoved());
  grid.onDblClick.subscribe((_event, { row }) => options.onOpen(row));
  tellHeaderClicks(grid, options);
  tellActiveCell(grid, options);
  tellArrangement(grid, options);
}

/** So far the pointer may move between press and release of what is still a click, CSS pixels. */
const clickSlack = 4;

function tellHeaderClicks(grid: TextGrid, { host, hooks }: GridOptions): void {
  let pressed = { x: 0, y: 0 };
  host.addEventListener('pointerdown', ({ clientX, clientY }) => (pressed = { x: clientX, y: clientY }));
  grid.onHeaderClick.subscribe((event, { column }) => {
    const click = (event as unknown as { getNativeEvent(): MouseEvent }).getNativeEvent();
    const isDrag = Math.hypot(click.clientX - pressed.x, click.clientY - pressed.y) > clickSlack;
    const isHandle = (click.target as Element).closest('.slick-resizable-handle') !== null;
    if (!isDrag && !isHandle) hooks.headerClick?.((column as ShownColumn).column, click);
  });
}

function tellActiveCell(grid: TextGrid, { host, onActive, onMoved }: GridOptions): void {
  grid.onActiveCellChanged.subscribe((_event, cell) => {
    document.getElementById(grid.activeCellId)?.removeAttribute('id');
    const node = grid.getActiveCellNode();
    if (node === null || (cell as unknown) === null) {
      host.removeAttribute('aria-activedescendant');
      return;
    }
    node.id = grid.activeCellId;
    host.setAttribute('aria-activedescendant', grid.activeCellId);
    onActive(cell.row);
    onMoved();
  });
}

function tellArrangement(grid: TextGrid, { host, measure, onArranged }: GridOptions): void {
  const order = (): string[] =>
    shownColumns(grid).flatMap((column) => (column.role === 'value' ? [column.name] : []));
  const shown = (id: string): ShownColumn | undefined =>
    grid.getColumns()[grid.getColumnIndex(id)] as ShownColumn | undefined;
  const tellWidth = ({ column, width }: ShownColumn): void =>
    onArranged({ order: order(), width: [column.name, width ?? 0] });
  grid.onColumnsReordered.subscribe(() => onArranged({ order: order() }));
  grid.onColumnsResized.subscribe((_event, { triggeredByColumn }) => {
    const slick = shown(triggeredByColumn);
    if (slick !== undefined) tellWidth(slick);
  });
  grid.onColumnsResizeDblClick.subscribe((_event, { triggeredByColumn }) => {
    const slick = shown(triggeredByColumn);
    if (slick === undefined) return;
    slick.width = fittingWidth(host, slick.column, grid.getColumnIndex(triggeredByColumn), measure);
    const { scrollLeft } = scrollerOf(host);
    grid.setColumns(grid.getColumns());
    scrollAcross(host, scrollLeft);
    tellWidth(slick);
  });
}

/** The width at which everything now on screen in the column is whole. */
export function fittingWidth(host: HTMLElement, column: GridColumn, place: number, measure: Measure): number {
  let width = headerWidth(column, measure);
  const font = column.isNumeric ? 'mono' : 'ui';
  for (const cell of host.querySelectorAll(`.slick-cell.l${place}`)) {
    width = Math.max(width, Math.ceil(measure(cell.textContent, font)) + cellPadding);
  }
  return Math.min(width, 1200);
}
