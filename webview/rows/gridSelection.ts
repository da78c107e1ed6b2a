import type { GridOptions } from './grid';
import type { GridColumn } from './columnModel';
import { columnAt, firstDataPlace, scrollerOf, shownColumns } from './slickColumns';
import {
  cellsIn,
  isInRange,
  rangeOf,
  selectByKey,
  type CellPlace,
  type CellRange,
  type GridSize,
  type Selection,
} from './selection';
import type { TextGrid } from './textGrid';

/** Cells that are selected: rows by their places in the view, last included, and the columns as they stand. */
export interface SelectedCells {
  readonly first: number;
  readonly last: number;
  readonly columns: readonly GridColumn[];
}

/** Selecting cells with mouse and keys. SlickGrid's own selection marks cells row by row in memory, and knows no frozen columns. */
export interface GridSelection {
  /** What is selected: more than one cell, or undefined. */
  readonly selected: SelectedCells | undefined;
  /** What a command applies to: what is selected, else the active cell. */
  readonly target: SelectedCells | undefined;
  /** True if the key was one that selects. */
  selectByKey(event: KeyboardEvent): boolean;
  selectColumn(id: string): void;
  selectRow(row: number): void;
  /** Before a menu opens on a cell: the selection if it is in it, else the cell alone. */
  pointAt(row: number, cell: number): void;
  /** True if there was one. */
  clear(): boolean;
  /** Marks a cell that was just made. */
  finishCell(made: HTMLElement, row: number, cell: number): void;
  /** There are more rows or fewer. */
  fit(): void;
  /** The same columns are shown otherwise. */
  refresh(): void;
}

export function createGridSelection(grid: TextGrid, options: GridOptions, signal: AbortSignal): GridSelection {
  return new Selecting(grid, options, signal);
}

/** So far the pointer moves before a press becomes a drag, CSS pixels. */
const dragSlack = 4;
/** Rows or pixels a frame beyond the edge: the further out, the faster. */
const scrollShare = 0.35;

class Selecting implements GridSelection {
  private readonly grid: TextGrid;
  private readonly options: GridOptions;
  private readonly signal: AbortSignal;
  private selection: Selection | undefined;
  private range: CellRange | undefined;
  /** As `range`, but also of one cell. */
  private reach: CellRange | undefined;
  private isOurMove = false;
  private wasDragged = false;

  constructor(grid: TextGrid, options: GridOptions, signal: AbortSignal) {
    this.grid = grid;
    this.options = options;
    this.signal = signal;
    options.host.setAttribute('aria-multiselectable', 'true');
    options.host.addEventListener('pointerdown', (event) => this.pressed(event), { signal });
    grid.onClick.subscribe((event) => {
      const { shiftKey } = (event as unknown as { getNativeEvent(): MouseEvent }).getNativeEvent();
      // The cell under the pointer is the other corner, not the active one.
      if (shiftKey || this.wasDragged) event.stopImmediatePropagation();
    });
    // Places would mean other columns.
    grid.onColumnsReordered.subscribe(() => void this.clear());
    grid.onActiveCellChanged.subscribe(() => {
      if (!this.isOurMove) this.clear();
    });
  }

  get selected(): SelectedCells | undefined {
    return this.range === undefined ? undefined : this.cellsOf(this.range);
  }

  get target(): SelectedCells | undefined {
    const active = this.active();
    if (this.range !== undefined) return this.cellsOf(this.range);
    if (active === undefined) return undefined;
    return this.cellsOf({ top: active.row, bottom: active.row, left: active.cell, right: active.cell });
  }

  selectByKey(event: KeyboardEvent): boolean {
    const active = this.active();
    if (active === undefined || event.altKey) return false;
    const pressed = { key: event.key, shiftKey: event.shiftKey, isCommand: event.ctrlKey || event.metaKey };
    const next = selectByKey(pressed, active, this.selection, this.size());
    if (next === undefined) return false;
    this.set(next);
    // Whole rows and columns are not followed sideways or down.
    if (event.key !== ' ' && event.key.toLowerCase() !== 'a') this.reveal(next.focus);
    return true;
  }

  selectColumn(id: string): void {
    const cell = this.grid.getColumnIndex(id);
    const row = this.active()?.row ?? Math.max(0, this.grid.getViewport().top);
    this.activate({ row, cell });
    this.set({ anchor: { row, cell }, focus: { row, cell }, span: 'columns' });
  }

  selectRow(row: number): void {
    const cell = this.active()?.cell ?? firstDataPlace(this.grid);
    this.activate({ row, cell });
    this.set({ anchor: { row, cell }, focus: { row, cell }, span: 'rows' });
  }

  pointAt(row: number, cell: number): void {
    if (isInRange(this.range, row, cell)) return;
    if (cell === 0) this.selectRow(row);
    else this.grid.setActiveCell(row, cell);
  }

  clear(): boolean {
    if (this.selection === undefined) return false;
    this.set(undefined);
    return true;
  }

  finishCell(made: HTMLElement, row: number, cell: number): void {
    mark(made, isInRange(this.range, row, cell));
  }

  fit(): void {
    // Tenfold a second while a part is read: what stays as it is must not be said again.
    const range = this.selection === undefined ? undefined : rangeOf(this.selection, this.size());
    if (JSON.stringify(range) !== JSON.stringify(this.reach)) this.show();
  }

  refresh(): void {
    if (this.range !== undefined) this.show();
  }

  private active(): CellPlace | undefined {
    return this.grid.getActiveCell() ?? undefined;
  }

  private size(): GridSize {
    const rows = this.grid.getDataLength();
    const pageRows = Math.max(
      1,
      Math.floor(scrollerOf(this.options.host).clientHeight / this.options.rowHeight) - 1,
    );
    return { rows, columns: this.grid.getColumns().length, pageRows };
  }

  private cellsOf({ top, bottom, left, right }: CellRange): SelectedCells {
    return { first: top, last: bottom, columns: shownColumns(this.grid).slice(left, right + 1) };
  }

  private set(selection: Selection | undefined): void {
    this.selection = selection;
    this.show();
  }

  /** Marks what is on screen, and tells. */
  private show(): void {
    const before = this.range;
    const range = this.selection === undefined ? undefined : rangeOf(this.selection, this.size());
    this.reach = range;
    this.range = range !== undefined && cellsIn(range) > 1 ? range : undefined;
    if (before === undefined && this.range === undefined) return;
    for (const node of this.options.host.querySelectorAll<HTMLElement>('.slick-row')) {
      const row = Number(node.dataset['row']);
      for (const cell of node.children)
        mark(cell as HTMLElement, isInRange(this.range, row, Number(cell.getAttribute('aria-colindex')) - 1));
    }
    this.options.onSelected(this.selected);
  }

  private activate({ row, cell }: CellPlace): void {
    this.isOurMove = true;
    this.grid.setActiveCell(row, cell);
    this.isOurMove = false;
  }

  private reveal({ row, cell }: CellPlace): void {
    this.grid.scrollCellIntoView(row, cell, false);
  }

  private pressed(event: PointerEvent): void {
    this.wasDragged = false;
    if (event.button !== 0) return;
    const at = this.placeOf(event.target as Element);
    if (at === undefined) return;
    const active = this.active();
    const isNumber = columnAt(this.grid, at.cell)?.role === 'rowNumber';
    if (event.shiftKey && active !== undefined) {
      // The browser would select text from the last click to here.
      event.preventDefault();
      this.options.host.focus({ preventScroll: true });
      this.extend(at, isNumber);
    } else if (isNumber) this.selectRow(at.row);
    this.follow(event, at, isNumber);
  }

  private extend(to: CellPlace, isNumber: boolean): void {
    const anchor = this.selection?.anchor ?? this.active() ?? to;
    const span = isNumber ? 'rows' : this.selection?.span === 'rows' && to.cell === 0 ? 'rows' : 'cells';
    this.set({ anchor, focus: to, span });
  }

  /** Until the pointer is let go: what it passes over is selected, and beyond the edge the grid scrolls. */
  private follow(down: PointerEvent, from: CellPlace, isNumber: boolean): void {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, this.signal]);
    let last: PointerEvent = down;
    let frame: number | undefined;
    const reach = (): void => {
      const to = this.placeAt(last.clientX, last.clientY, isNumber);
      if (to !== undefined) this.extend(to, isNumber);
    };
    const scroll = (): void => {
      frame = undefined;
      const [x, y] = this.beyond(last.clientX, last.clientY);
      if (x === 0 && y === 0) return;
      scrollerOf(this.options.host).scrollBy(isNumber ? 0 : x * scrollShare, y * scrollShare);
      reach();
      frame = requestAnimationFrame(scroll);
    };
    const move = (event: PointerEvent): void => {
      last = event;
      if (!this.wasDragged) {
        if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < dragSlack) return;
        this.wasDragged = true;
        this.options.host.setPointerCapture(down.pointerId);
        this.options.host.focus({ preventScroll: true });
        if (!down.shiftKey && !isNumber) {
          this.activate(from);
          this.set({ anchor: from, focus: from, span: 'cells' });
        }
      }
      reach();
      frame ??= requestAnimationFrame(scroll);
    };
    const end = (): void => {
      over.abort();
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
    window.addEventListener('pointermove', move, { signal });
    window.addEventListener('pointerup', end, { signal });
    window.addEventListener('pointercancel', end, { signal });
  }

  private placeOf(target: Element | null): CellPlace | undefined {
    const cell = target?.closest<HTMLElement>('.slick-cell');
    const row = cell?.closest<HTMLElement>('.slick-row');
    if (cell === null || cell === undefined || !this.options.host.contains(cell)) return undefined;
    return { row: Number(row?.dataset['row']), cell: Number(cell.getAttribute('aria-colindex')) - 1 };
  }

  /** The cell under a point, or the nearest one if the point lies outside. */
  private placeAt(x: number, y: number, isNumber: boolean): CellPlace | undefined {
    const box = this.cellsBox();
    const inside = [
      Math.min(Math.max(x, box.left + 1), box.right - 2),
      Math.min(Math.max(y, box.top + 1), box.bottom - 2),
    ] as const;
    const found = this.placeOf(document.elementFromPoint(inside[0], inside[1]));
    if (found === undefined || isNumber) return found;
    return { row: found.row, cell: Math.max(1, found.cell) };
  }

  /** How far a point lies outside the cells. */
  private beyond(x: number, y: number): readonly [x: number, y: number] {
    const box = this.cellsBox();
    const past = (at: number, low: number, high: number): number =>
      at < low ? at - low : at > high ? at - high : 0;
    return [past(x, box.left, box.right), past(y, box.top, box.bottom)];
  }

  private cellsBox(): { left: number; right: number; top: number; bottom: number } {
    const { host } = this.options;
    const whole = host.getBoundingClientRect();
    const scroller = scrollerOf(host);
    const box = scroller.getBoundingClientRect();
    return {
      left: whole.left,
      right: box.left + scroller.clientWidth,
      top: box.top,
      bottom: box.top + scroller.clientHeight,
    };
  }
}

function mark(cell: HTMLElement, isSelected: boolean): void {
  if (cell.classList.contains('selected') === isSelected) return;
  cell.classList.toggle('selected', isSelected);
  if (isSelected) cell.setAttribute('aria-selected', 'true');
  else cell.removeAttribute('aria-selected');
}
