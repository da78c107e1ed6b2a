import type { Column as SlickColumn, CustomDataView } from 'slickgrid';
import type { Cell } from '../../src/core/column';
import type { Formats } from '../ui/format';
import { cellTooltip, completeHeader, drawCell, drawSkeleton } from './cellDom';
import { cellPadding, frozenCount, initialWidth, type GridColumn, type Measure } from './columnModel';
import type { Row } from './pageCache';
import { TextGrid } from './textGrid';

export const rowHeight = 22;

export interface GridOptions {
  readonly host: HTMLElement;
  readonly label: string;
  readonly formats: Formats;
  readonly measure: Measure;
  readonly nonce: string;
  /** A row that is here, or undefined while it is not. */
  readonly row: (index: number) => Row | undefined;
  /** Rows on screen, last included. */
  readonly onLook: (first: number, last: number) => void;
  readonly onActive: (row: number) => void;
  /** Enter or double click. */
  readonly onOpen: (row: number) => void;
  readonly onCopy: (row: number, column: GridColumn) => void;
  /** The person changed a width or the order. */
  readonly onArranged: (arrangement: Arrangement) => void;
  /** Something to remember changed: scroll position or active cell. */
  readonly onMoved: () => void;
}

export interface Arrangement {
  readonly order: readonly string[];
  /** The one column whose width was changed, by name. */
  readonly width?: readonly [name: string, pixels: number];
}

export interface RowsGrid {
  /** New columns, with their widths; keeps the place. */
  setColumns(columns: readonly GridColumn[], width: (column: GridColumn) => number): void;
  setLength(rows: number): void;
  /** These rows have arrived: draw them if they are on screen. */
  draw(first: number, count: number): void;
  /** Brings a row to a third from the top and makes it active; without a column, in the column that is active. */
  goTo(row: number, column?: string): void;
  /** Makes the row active and scrolls no more than needed. */
  activate(row: number): void;
  scrollTo(firstRow: number, scrollLeft: number): void;
  place(): {
    readonly firstRow: number;
    readonly scrollLeft: number;
    readonly active?: { readonly row: number; readonly column: string };
  };
  focus(): void;
  /** After the page's layout changed. */
  fit(): void;
  dispose(): void;
}

type Shown = SlickColumn<Row> & { readonly column: GridColumn };

const loading: Row = [];

export function createGrid(options: GridOptions): RowsGrid {
  const { host, formats } = options;
  let length = 0;
  let columns: readonly GridColumn[] = [];
  const widths = new Map<string, number>();

  const data: CustomDataView<Row> = {
    getLength: () => length,
    getItem: (index) => options.row(index) ?? loading,
    getItemMetadata: () => null,
  };
  const draw = (
    row: number,
    cell: number,
    value: unknown,
    slick: SlickColumn<Row>,
    item: Row,
  ): string | HTMLElement => {
    const { column } = slick as Shown;
    if (column.role === 'rowNumber') return formats.count(row + 1);
    if (item === loading) return drawSkeleton(row, cell);
    return column.role === 'absent' ? '' : drawCell((value ?? null) as Cell);
  };
  const toShown = (column: GridColumn): Shown => ({
    column,
    id: column.id,
    field: String(column.index) as never,
    name: column.name,
    width: widths.get(column.id) ?? 100,
    minWidth: 36,
    resizable: column.role !== 'rowNumber',
    reorderable: column.role === 'value',
    focusable: column.role !== 'rowNumber',
    sortable: false,
    cssClass: classesOf(column),
    headerCssClass: classesOf(column),
    formatter: draw,
  });

  host.setAttribute('aria-label', options.label);
  host.setAttribute('aria-readonly', 'true');
  const grid = new TextGrid(host, data, [], {
    rowHeight,
    defaultColumnWidth: 100,
    enableCellNavigation: true,
    enableColumnReorder: true,
    enableMouseWheelScrollHandler: false,
    enableTextSelectionOnCells: false,
    skipFreezeColumnValidation: true,
    fullWidthRows: true,
    frozenColumn: -1,
    nonce: options.nonce,
    invalidColumnFreezeWidthCallback: () => undefined,
    invalidColumnFreezePickerCallback: () => undefined,
  });

  /** Freezes as many columns at the left as the page's width bears. */
  const freeze = (): number => {
    const left = columns.filter((column) => column.role === 'rowNumber' || column.role === 'identity');
    const shown = new Map(grid.getColumns().map((column) => [column.id, column.width ?? 0]));
    const count = frozenCount(
      left.map((column) => shown.get(column.id) ?? widths.get(column.id) ?? 0),
      host.clientWidth,
    );
    return Math.min(count, columns.length - 1) - 1;
  };
  const fit = (): void => {
    if (host.clientWidth === 0) return;
    grid.resizeCanvas();
    const frozen = freeze();
    if (grid.getOptions().frozenColumn === frozen) return;
    const { scrollLeft, top } = { scrollLeft: scroller(host).scrollLeft, top: grid.getViewport().top };
    grid.setOptions({ frozenColumn: frozen });
    grid.scrollRowToTop(top);
    scroller(host).scrollLeft = scrollLeft;
  };
  const setColumns = (next: readonly GridColumn[], width: (column: GridColumn) => number): void => {
    columns = next;
    for (const column of next) widths.set(column.id, width(column));
    const { scrollLeft } = scroller(host);
    grid.setColumns(next.map(toShown));
    host.setAttribute('aria-colcount', String(next.length));
    grid.setOptions({ frozenColumn: freeze() });
    scroller(host).scrollLeft = scrollLeft;
  };
  const activeColumn = (): number => grid.getActiveCell()?.cell ?? 1;
  const activate = (row: number): void => grid.setActiveCell(row, Math.max(1, activeColumn()));

  grid.onHeaderCellRendered.subscribe((_event, { node, column }) => {
    const { column: model } = column as Shown;
    completeHeader(node, model, grid.getColumnIndex(model.id));
  });
  grid.start((made, _row, slick) => finishCell(made, (slick as Shown).column));
  subscribe(grid, options);
  listen(grid, options, activate);
  const observer = new ResizeObserver(() => fit());
  observer.observe(host);

  return {
    setColumns,
    setLength(rows) {
      length = rows;
      host.setAttribute('aria-rowcount', String(rows + 1));
      grid.updateRowCount();
      grid.render();
    },
    draw(first, count) {
      const range = grid.getRenderedRange();
      const rows: number[] = [];
      for (let row = Math.max(first, range.top); row <= Math.min(first + count - 1, range.bottom); row += 1)
        rows.push(row);
      if (rows.length === 0) return;
      grid.invalidateRows(rows);
      grid.render();
    },
    goTo(row, column) {
      const shown = grid.getColumns().map((slick) => (slick as Shown).column);
      const found = shown.findIndex((one) => one.name === column && one.role !== 'rowNumber');
      const visible = Math.floor(host.clientHeight / rowHeight);
      grid.scrollRowToTop(Math.max(0, row - Math.floor(visible / 3)));
      grid.setActiveCell(row, found > 0 ? found : Math.max(1, activeColumn()));
    },
    activate,
    scrollTo(firstRow, scrollLeft) {
      grid.scrollRowToTop(firstRow);
      scroller(host).scrollLeft = scrollLeft;
    },
    place() {
      const cell = grid.getActiveCell();
      const column = cell === null ? undefined : columnAt(grid, cell.cell);
      return {
        firstRow: Math.max(0, grid.getViewport().top),
        scrollLeft: Math.round(scroller(host).scrollLeft),
        ...(column === undefined || cell === null ? {} : { active: { row: cell.row, column: column.name } }),
      };
    },
    focus: () => host.focus({ preventScroll: true }),
    fit,
    dispose() {
      observer.disconnect();
      grid.destroy();
    },
  };
}

function classesOf(column: GridColumn): string {
  const kind = { rowNumber: 'row-number', identity: 'identity', value: 'value', absent: 'absent' }[column.role];
  return column.isNumeric ? `${kind} numeric` : kind;
}

function finishCell(made: HTMLElement, column: GridColumn): void {
  if (column.role === 'absent') made.setAttribute('aria-label', 'absent');
  if (column.role === 'rowNumber') made.setAttribute('role', 'rowheader');
}

/** The part of the grid that scrolls: the right one when columns are frozen. */
function scroller(host: HTMLElement): HTMLElement {
  const right = host.querySelector<HTMLElement>('.slick-viewport-top.slick-viewport-right');
  const left = host.querySelector<HTMLElement>('.slick-viewport-top.slick-viewport-left');
  const found = right !== null && right.offsetParent !== null && right.clientWidth > 0 ? right : left;
  return found ?? host;
}

/** The column now at a place: a person may have moved it. */
function columnAt(grid: TextGrid, place: number): GridColumn | undefined {
  return (grid.getColumns()[place] as Shown | undefined)?.column;
}

function subscribe(grid: TextGrid, options: GridOptions): void {
  const { host } = options;
  const order = (): string[] =>
    grid
      .getColumns()
      .flatMap((slick) => ((slick as Shown).column.role === 'value' ? [(slick as Shown).column.name] : []));
  const toldWidth = (id: string): void => {
    const slick = grid.getColumns()[grid.getColumnIndex(id)] as Shown | undefined;
    if (slick === undefined) return;
    options.onArranged({ order: order(), width: [slick.column.name, slick.width ?? 100] });
  };
  grid.onRendered.subscribe((_event, { startRow, endRow }) => {
    if (grid.getDataLength() > 0) options.onLook(Math.max(0, startRow), Math.max(0, endRow));
  });
  grid.onScroll.subscribe(() => options.onMoved());
  grid.onActiveCellChanged.subscribe((_event, cell) => {
    document.getElementById(grid.activeCellId)?.removeAttribute('id');
    const node = grid.getActiveCellNode();
    if (node === null || (cell as unknown) === null) {
      host.removeAttribute('aria-activedescendant');
      return;
    }
    node.id = grid.activeCellId;
    host.setAttribute('aria-activedescendant', grid.activeCellId);
    options.onActive(cell.row);
    options.onMoved();
  });
  grid.onColumnsResized.subscribe((_event, { triggeredByColumn }) => toldWidth(triggeredByColumn));
  grid.onColumnsReordered.subscribe(() => options.onArranged({ order: order() }));
  grid.onColumnsResizeDblClick.subscribe((_event, { triggeredByColumn }) => {
    const place = grid.getColumnIndex(triggeredByColumn);
    const slick = grid.getColumns()[place] as Shown | undefined;
    if (slick === undefined) return;
    slick.width = fittingWidth(host, slick.column, place, options.measure);
    const { scrollLeft } = scroller(host);
    grid.setColumns(grid.getColumns());
    scroller(host).scrollLeft = scrollLeft;
    toldWidth(triggeredByColumn);
  });
  grid.onDblClick.subscribe((_event, { row }) => options.onOpen(row));
  grid.onClick.subscribe((_event, { row, cell }) => {
    // The row's number stands for the row.
    if (columnAt(grid, cell)?.role === 'rowNumber')
      grid.setActiveCell(row, Math.max(1, grid.getActiveCell()?.cell ?? 1));
  });
}

/** The width at which everything now on screen in the column is whole. */
function fittingWidth(host: HTMLElement, column: GridColumn, place: number, measure: Measure): number {
  let width = initialWidth(column, [], measure);
  const font = column.isNumeric ? 'mono' : 'ui';
  for (const cell of host.querySelectorAll(`.slick-cell.l${place}`)) {
    width = Math.max(width, Math.ceil(measure(cell.textContent, font)) + cellPadding);
  }
  return Math.min(width, 1200);
}

function listen(grid: TextGrid, options: GridOptions, activate: (row: number) => void): void {
  const { host } = options;
  host.addEventListener('keydown', (event) => {
    const cell = grid.getActiveCell();
    if (event.key === 'Enter' && cell !== null) {
      event.preventDefault();
      options.onOpen(cell.row);
    } else if (isCopy(event) && cell !== null) {
      const column = columnAt(grid, cell.cell);
      event.preventDefault();
      event.stopPropagation();
      if (column !== undefined) options.onCopy(cell.row, column);
    } else {
      grid.navigateByKey(event);
    }
  });
  // VS Code's own Copy, from its menu or on the desktop from its keys, comes as an event.
  document.addEventListener('copy', (event) => {
    const cell = grid.getActiveCell();
    const column = cell === null ? undefined : columnAt(grid, cell.cell);
    if (cell === null || column === undefined || document.activeElement !== host) return;
    event.preventDefault();
    options.onCopy(cell.row, column);
  });
  host.addEventListener('focus', () => {
    if (grid.getActiveCell() === null && grid.getDataLength() > 0) activate(Math.max(0, grid.getViewport().top));
  });
  // Frozen columns cannot scroll by themselves: what the wheel does over them happens beside them, with the browser's own feel.
  host.addEventListener(
    'wheel',
    (event) => {
      const target = scroller(host);
      if (event.ctrlKey || target.contains(event.target as Node)) return;
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? rowHeight : 1;
      target.scrollBy(event.deltaX * unit, event.deltaY * unit);
      event.preventDefault();
    },
    { passive: false },
  );
  host.addEventListener('mouseover', (event) => {
    const cell = (event.target as Element).closest<HTMLElement>('.slick-cell');
    if (cell === null || cell.title !== '') return;
    const place = Number(cell.getAttribute('aria-colindex')) - 1;
    const row = Number(cell.closest<HTMLElement>('.slick-row')?.dataset['row']);
    const column = columnAt(grid, place);
    if (column === undefined) return;
    const value = options.row(row)?.[column.index];
    cell.title = cellTooltip(value, column, cell.scrollWidth > cell.clientWidth, options.formats);
  });
}

export function isCopy(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'c';
}
