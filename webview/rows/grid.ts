import type { CustomDataView } from 'slickgrid';
import type { Formats } from '../ui/format';
import { completeHeader } from './cellDom';
import { frozenCount, isFixed, type GridColumn, type Measure } from './columnModel';
import { fittingWidth, tellGridEvents } from './gridEvents';
import { listenToGrid } from './gridInput';
import type { GridHooks } from './gridHooks';
import { createGridSelection, type GridSelection, type SelectedCells } from './gridSelection';
import type { Row, RowPlace } from './pageCache';
import {
  columnAt,
  createShownColumns,
  firstDataPlace,
  loadingRow,
  scrollAcross,
  scrollerOf,
  shownColumns,
  type ShownColumn,
} from './slickColumns';
import { createTextFit, type TextFit } from './textFit';
import { TextGrid } from './textGrid';

export interface GridOptions {
  readonly host: HTMLElement;
  readonly label: string;
  readonly formats: Formats;
  readonly measure: Measure;
  readonly nonce: string;
  readonly hooks: GridHooks;
  /** CSS pixels. */
  readonly rowHeight: number;
  /** A row that is here, or undefined while it is not. */
  readonly row: (index: number) => Row | undefined;
  /** Which row of the whole stands there; undefined while that is not known. */
  readonly placeOf: (index: number) => RowPlace | undefined;
  /** Rows on screen, last included. */
  readonly onLook: (first: number, last: number) => void;
  readonly onActive: (row: number) => void;
  /** Enter or double click. */
  readonly onOpen: (row: number) => void;
  /** Space: the cell whole, in its pane. */
  readonly onInspect: () => void;
  /** What is selected, else the active cell. */
  readonly onCopy: (target: SelectedCells) => void;
  /** More than one cell is selected, or no longer. */
  readonly onSelected: (selected: SelectedCells | undefined) => void;
  /** The menu of a cell was asked for, at a point of the page; `target` as for `onCopy`. */
  readonly onMenu: (
    target: SelectedCells,
    cell: { readonly row: number; readonly column: GridColumn },
    at: Point,
  ) => void;
  readonly onHeaderMenu: (column: GridColumn, at: Point) => void;
  /** The person changed a width or the order. */
  readonly onArranged: (arrangement: Arrangement) => void;
  /** Something to remember changed: scroll position or active cell. */
  readonly onMoved: () => void;
}

/** CSS pixels of the page. */
export interface Point {
  readonly x: number;
  readonly y: number;
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
  /** Draws all cells anew, as what they show has changed. */
  redraw(): void;
  /** Makes the row active and scrolls no more than needed. */
  activate(row: number): void;
  scrollTo(firstRow: number, scrollLeft: number): void;
  place(): {
    readonly firstRow: number;
    readonly scrollLeft: number;
    readonly active?: { readonly row: number; readonly column: string };
  };
  /** What is selected, else the active cell. */
  readonly target: SelectedCells | undefined;
  selectColumn(id: string): void;
  /** Brings the active cell into view. */
  reveal(): void;
  /** True if there was a selection to clear. */
  clearSelection(): boolean;
  /** Widths at which everything now on screen in a column is whole. */
  fittingWidth(id: string): number;
  /** Brings a column into view and makes it active, in the active row or the first on screen. */
  goToColumn(id: string): void;
  focus(): void;
  /** After the page's layout changed. */
  fit(): void;
  dispose(): void;
}

/** Draws nothing before `setColumns`. */
export function createGrid(options: GridOptions): RowsGrid {
  return new GridOfRows(options);
}

class GridOfRows implements RowsGrid {
  private readonly options: GridOptions;
  private readonly host: HTMLElement;
  private readonly grid: TextGrid;
  private readonly selection: GridSelection;
  private readonly toShown: ReturnType<typeof createShownColumns>;
  private readonly observer = new ResizeObserver(() => this.fit());
  private readonly disposal = new AbortController();
  private readonly fits: TextFit;
  private columns: readonly GridColumn[] = [];
  private length = 0;

  constructor(options: GridOptions) {
    this.options = options;
    this.host = options.host;
    this.fits = createTextFit(options.measure);
    this.toShown = createShownColumns(options.formats, options.placeOf);
    this.host.setAttribute('aria-label', options.label);
    this.host.setAttribute('aria-readonly', 'true');
    this.grid = this.createSlickGrid();
    this.grid.onHeaderCellRendered.subscribe((_event, { node, column }) => {
      const { column: model } = column as ShownColumn;
      completeHeader(node, model, this.grid.getColumnIndex(model.id));
      options.hooks.header?.(node, model);
    });
    this.grid.start((made, row, slick) => this.finishCell(made, row, slick as ShownColumn));
    tellGridEvents(this.grid, options);
    const { signal } = this.disposal;
    this.selection = createGridSelection(this.grid, options, signal);
    listenToGrid(this.grid, options, this.selection, signal);
    this.host.addEventListener('focus', () => this.activateFirstSeen(), { signal });
    this.observer.observe(this.host);
  }

  setColumns(columns: readonly GridColumn[], width: (column: GridColumn) => number): void {
    const isSame =
      columns.length === this.columns.length && columns.every(({ id }, place) => id === this.columns[place]?.id);
    if (!isSame) this.selection.clear();
    this.columns = columns;
    this.host.setAttribute('aria-colcount', String(columns.length));
    this.keepScrollLeft(() => {
      this.grid.setColumns(columns.map((column) => this.toShown(column, width(column))));
      this.grid.setOptions({ frozenColumn: this.lastFrozen() });
    });
    this.selection.refresh();
  }

  setLength(rows: number): void {
    this.length = rows;
    this.host.setAttribute('aria-rowcount', String(rows + 1));
    this.grid.updateRowCount();
    this.grid.render();
    this.selection.fit();
  }

  get target(): SelectedCells | undefined {
    return this.selection.target;
  }

  selectColumn(id: string): void {
    this.selection.selectColumn(id);
  }

  reveal(): void {
    const active = this.grid.getActiveCell();
    if (active !== null) this.grid.scrollCellIntoView(active.row, active.cell, false);
  }

  clearSelection(): boolean {
    return this.selection.clear();
  }

  fittingWidth(id: string): number {
    const place = this.grid.getColumnIndex(id);
    const column = columnAt(this.grid, place);
    return column === undefined ? 0 : fittingWidth(this.host, column, place, this.options.measure);
  }

  goToColumn(id: string): void {
    const row = this.grid.getActiveCell()?.row ?? Math.max(0, this.grid.getViewport().top);
    const place = this.grid.getColumnIndex(id);
    if (this.length > 0) this.grid.setActiveCell(row, place);
    else this.grid.scrollColumnIntoView(place);
  }

  draw(first: number, count: number): void {
    const range = this.grid.getRenderedRange();
    const from = Math.max(first, range.top);
    const rows = Math.min(first + count - 1, range.bottom) - from + 1;
    if (rows <= 0) return;
    this.grid.invalidateRows(Array.from({ length: rows }, (_, at) => from + at));
    this.grid.render();
  }

  goTo(row: number, column?: string): void {
    const place = shownColumns(this.grid).findIndex((one) => one.name === column && one.role !== 'rowNumber');
    const visible = Math.floor(this.host.clientHeight / this.options.rowHeight);
    this.grid.scrollRowToTop(Math.max(0, row - Math.floor(visible / 3)));
    this.grid.setActiveCell(row, place > 0 ? place : this.activePlace());
  }

  redraw(): void {
    this.grid.invalidateAllRows();
    this.grid.render();
  }

  activate(row: number): void {
    this.grid.setActiveCell(row, this.activePlace());
  }

  scrollTo(firstRow: number, scrollLeft: number): void {
    this.grid.scrollRowToTop(firstRow);
    scrollerOf(this.host).scrollLeft = scrollLeft;
  }

  place(): ReturnType<RowsGrid['place']> {
    const cell = this.grid.getActiveCell();
    const column = cell === null ? undefined : columnAt(this.grid, cell.cell);
    return {
      firstRow: Math.max(0, this.grid.getViewport().top),
      scrollLeft: Math.round(scrollerOf(this.host).scrollLeft),
      ...(column === undefined || cell === null ? {} : { active: { row: cell.row, column: column.name } }),
    };
  }

  focus(): void {
    this.host.focus({ preventScroll: true });
  }

  fit(): void {
    if (this.host.clientWidth === 0) return;
    this.grid.resizeCanvas();
    const frozenColumn = this.lastFrozen();
    if (this.grid.getOptions().frozenColumn === frozenColumn) return;
    const { top } = this.grid.getViewport();
    this.keepScrollLeft(() => {
      this.grid.setOptions({ frozenColumn });
      this.grid.scrollRowToTop(top);
    });
  }

  dispose(): void {
    this.disposal.abort();
    this.observer.disconnect();
    this.grid.destroy();
  }

  private createSlickGrid(): TextGrid {
    const data: CustomDataView<Row> = {
      getLength: () => this.length,
      getItem: (index) => this.options.row(index) ?? loadingRow,
      getItemMetadata: () => null,
    };
    return new TextGrid(this.host, data, [], {
      rowHeight: this.options.rowHeight,
      enableCellNavigation: true,
      enableColumnReorder: true,
      enableMouseWheelScrollHandler: false,
      enableTextSelectionOnCells: false,
      skipFreezeColumnValidation: true,
      fullWidthRows: true,
      frozenColumn: -1,
      nonce: this.options.nonce,
      invalidColumnFreezeWidthCallback: () => undefined,
      invalidColumnFreezePickerCallback: () => undefined,
    });
  }

  /** The place of the last column that stays at the left: as many stay as the page's width bears. */
  private lastFrozen(): number {
    const fixed = new Set(this.columns.flatMap(({ id, role }) => (isFixed(role) ? [id] : [])));
    const widths = this.grid.getColumns().flatMap(({ id, width }) => (fixed.has(String(id)) ? [width ?? 0] : []));
    return Math.min(frozenCount(widths, this.host.clientWidth), this.columns.length - 1) - 1;
  }

  private finishCell(made: HTMLElement, row: number, { column, width = 0 }: ShownColumn): void {
    if (this.fits(made.textContent, column.isNumeric ? 'mono' : 'ui', width)) made.classList.add('fits');
    if (column.role === 'rowNumber') made.setAttribute('role', 'rowheader');
    this.selection.finishCell(made, row, Number(made.getAttribute('aria-colindex')) - 1);
    if (column.absentIn !== undefined && this.options.row(row)?.[column.index] === false)
      made.classList.add('absent');
  }

  private activePlace(): number {
    return Math.max(1, this.grid.getActiveCell()?.cell ?? firstDataPlace(this.grid));
  }

  private activateFirstSeen(): void {
    if (this.grid.getActiveCell() !== null || this.length === 0) return;
    this.activate(Math.max(0, this.grid.getViewport().top));
  }

  /** SlickGrid scrolls back to the left when its columns change. */
  private keepScrollLeft(change: () => void): void {
    const { scrollLeft } = scrollerOf(this.host);
    change();
    scrollAcross(this.host, scrollLeft);
  }
}
