import type { PartProgress } from '../../src/core/partProgress';
import type { Column } from '../../src/core/column';
import type { RowsArrangement } from '../../src/core/rowsArrangement';
import type { PartFacts } from '../../src/core/rowsProgress';
import type { AbsentColumn, RowsOpened } from '../../src/protocol/rows';
import type { Formats } from '../ui/format';
import type { Memory } from './arrangement';
import { buildColumns, orderColumns, type GridColumn } from './columnModel';
import { dressColumn } from './columnDisplay';
import { createColumnWidths, type ColumnWidths } from './columnWidths';
import type { Frame } from './frame';
import { createGrid, type Arrangement, type GridOptions, type RowsGrid } from './grid';
import type { GridHooks } from './gridHooks';
import { createLook } from './look';
import { createMeasure } from './measure';
import { createPageCache, type PageCache, type Row, type RowPlace } from './pageCache';
import { createPlaceKeeper, type PlaceKeeper } from './placeKeeper';
import type { RowsHost } from './rowsHost';
import { createTimeColumns, type TimeColumns } from './timeColumns';
import { createTableMemory, type TableMemory } from './tableMemory';

/** Rows a request. */
const pageRows = 200;
const keptPages = 100;
/** CSS pixels; the normal one is that of VS Code's lists. */
const rowHeights = { compact: 20, normal: 22, comfortable: 28 };
/** So long the columns wait for rows that say how wide they are to be; then they stand, and move no more. */
const headersAfterMs = 100;

type GridEvents = Pick<
  GridOptions,
  'onActive' | 'onOpen' | 'onInspect' | 'onCopy' | 'onSelected' | 'onMenu' | 'onHeaderMenu'
>;

export interface SessionEvents extends GridEvents {
  readonly onFailed: (error: unknown) => void;
  readonly onRecovered: () => void;
  /** Columns are others, or stand elsewhere. */
  readonly onColumns: () => void;
}

/** One opened part on screen: its pages and its grid. */
export interface RowsSession {
  readonly opened: RowsOpened;
  /** Those of `opened` and, behind them, those that turned up in further parts. */
  readonly columns: readonly Column[];
  readonly parts: readonly PartFacts[];
  /** In their order, hidden ones too, the row's number first. */
  readonly gridColumns: readonly GridColumn[];
  /** Names of the schema's columns that are shown, in their order. */
  readonly shownNames: readonly string[];
  /** True if the values of a column are shown masked. */
  isMasked(name: string): boolean;
  /** How a column of the schema is shown, by its index. */
  shownAs(index: number): GridColumn | undefined;
  readonly table: TableMemory;
  readonly times: TimeColumns;
  readonly cache: PageCache;
  /** Undefined for the first moment: the first rows, if they come by then, say how wide the columns are to be. */
  readonly grid: RowsGrid | undefined;
  /** False until the first of them are here. */
  readonly hasRows: boolean;
  /** The first row in sight is here: not only the outlines of what is to come. */
  readonly hasRowInSight: boolean;
  readonly progress: PartProgress;
  /** The view that is shown; 0: all rows as they lie. */
  readonly view: number;
  /** Rows of the view that are known; of all rows as many as there probably are, while that is not known. */
  readonly length: number;
  setProgress(progress: PartProgress): void;
  /** Shows another view from its first row; view 0 is as long as the part, whatever `length` says. */
  showView(view: number, length: number, isRunning: boolean): void;
  /** More rows of the view shown are known, or all are. */
  setViewLength(length: number, isRunning: boolean): void;
  /** Which row of the whole stands at a place; undefined while that is not known. */
  placeOf(row: number): RowPlace | undefined;
  /** Headers of further parts were read. */
  setParts(columns: readonly Column[], parts: readonly PartFacts[]): void;
  setAbsentColumns(absent: readonly AbsentColumn[]): void;
  /** Numbers of rows that were estimates have changed: those rows are asked for again, and the place stays. */
  renumber(): void;
  /** Changes how the table is arranged, remembers it, and shows it. */
  arrange(part: Partial<RowsArrangement>): void;
  dispose(): void;
}

export interface SessionDeps {
  readonly frame: Frame;
  readonly host: RowsHost;
  readonly memory: Memory;
  readonly formats: Formats;
  readonly nonce: string;
  readonly label: string;
  readonly hooks: GridHooks;
  /** A query is about to be answered: nothing is shown before `showView`. */
  readonly isQueryAwaited?: boolean;
}

export function createSession(opened: RowsOpened, deps: SessionDeps, events: SessionEvents): RowsSession {
  return new Session(opened, deps, events);
}

class Session implements RowsSession {
  readonly opened: RowsOpened;
  columns: readonly Column[];
  parts: readonly PartFacts[];
  gridColumns: readonly GridColumn[] = [];
  readonly table: TableMemory;
  readonly cache: PageCache;
  grid: RowsGrid | undefined;
  progress: PartProgress;
  hasRows = false;
  view = 0;
  /** Rows there are in all, as far as that is known. */
  private estimate: number;
  private viewLength = 0;
  private isViewRunning = false;
  private byIndex: ReadonlyMap<number, GridColumn> = new Map();
  private hasLearnt = false;
  private isWaiting: boolean;
  private readonly deps: SessionDeps;
  private readonly events: SessionEvents;
  readonly times = createTimeColumns();
  private readonly place: PlaceKeeper;
  private readonly widths: ColumnWidths;
  private readonly headersTimer: number;
  private absent: readonly AbsentColumn[] = [];

  constructor(opened: RowsOpened, deps: SessionDeps, events: SessionEvents) {
    this.opened = opened;
    this.columns = opened.columns;
    this.parts = opened.parts;
    this.progress = opened.progress;
    this.estimate = estimateOf(opened.progress);
    this.deps = deps;
    this.events = events;
    this.isWaiting = deps.isQueryAwaited === true;
    this.table = createTableMemory(opened.arrangement, deps.memory, (arrangement) =>
      deps.host.arrange(arrangement),
    );
    this.place = createPlaceKeeper(deps.memory);
    this.cache = this.createCache();
    this.widths = createColumnWidths({
      cache: this.cache,
      formats: deps.formats,
      createMeasure: () => createMeasure(deps.frame.gridHost),
      chosen: () => this.table.arrangement.widths,
      progress: () => this.progress,
    });
    this.headersTimer = window.setTimeout(() => this.startGrid(), headersAfterMs);
    this.setLength();
  }

  get length(): number {
    if (this.isWaiting) return 0;
    return this.view === 0 ? this.estimate : this.viewLength;
  }

  get hasRowInSight(): boolean {
    return this.cache.row(this.grid?.place().firstRow ?? 0) !== undefined;
  }

  placeOf(row: number): RowPlace | undefined {
    const known = this.cache.place(row);
    if (known !== undefined || this.view !== 0) return known;
    return { number: row, isApproximate: row >= this.progress.rows, part: undefined };
  }

  shownAs(index: number): GridColumn | undefined {
    return index < 0 ? undefined : this.byIndex.get(index);
  }

  get shownNames(): readonly string[] {
    const { hidden } = this.table.arrangement;
    return this.gridColumns.flatMap(({ index, name }) => (index >= 0 && !hidden.includes(name) ? [name] : []));
  }

  isMasked(name: string): boolean {
    return this.table.arrangement.masked.includes(name);
  }

  renumber(): void {
    this.cache.renumber();
  }

  setParts(columns: readonly Column[], parts: readonly PartFacts[]): void {
    this.columns = columns;
    this.parts = parts;
    this.setColumns();
  }

  showView(view: number, length: number, isRunning: boolean): void {
    const isFirst = this.isWaiting;
    this.isWaiting = false;
    this.view = view;
    this.viewLength = length;
    this.isViewRunning = isRunning;
    const { grid } = this;
    const column = grid?.place().active?.column;
    const left = grid?.place().scrollLeft ?? 0;
    this.place.quietly(() => {
      this.cache.clear();
      grid?.setLength(0);
      this.setLength();
      if (isFirst || grid === undefined) return;
      grid.scrollTo(0, left);
      if (column !== undefined && this.length > 0) grid.goTo(0, column);
    });
  }

  setViewLength(length: number, isRunning: boolean): void {
    this.viewLength = length;
    this.isViewRunning = isRunning;
    if (this.view !== 0) this.setLength();
  }

  setProgress(next: PartProgress): void {
    const { rows, state } = this.progress;
    this.progress = next;
    const estimate = estimateOf(next);
    const isSettled = next.state !== 'reading' || estimate === next.rows;
    // An estimate that wavers must not move the scroll bar ten times a second.
    const hasMoved =
      isSettled || next.rows > this.estimate || Math.abs(estimate - this.estimate) > 0.01 * this.estimate;
    const before = this.estimate;
    if (hasMoved) this.estimate = estimate;
    if (this.grid !== undefined && this.widths.hasOutgrown()) this.setColumns();
    if (this.view !== 0) return;
    if (this.estimate !== before) this.setLength();
    if (next.rows !== rows || next.state !== state) this.showExact(rows, next.rows);
  }

  setAbsentColumns(absent: readonly AbsentColumn[]): void {
    this.absent = absent;
    this.setColumns();
  }

  dispose(): void {
    window.clearTimeout(this.headersTimer);
    this.cache.dispose();
    this.table.dispose();
    this.grid?.dispose();
    this.deps.frame.gridHost.replaceChildren();
  }

  arrange(part: Partial<RowsArrangement>): void {
    const { density } = this.table.arrangement;
    this.table.change(part);
    if (this.table.arrangement.density === density) this.setColumns();
    else this.restartGrid();
  }

  /** SlickGrid knows one height of rows for its life. */
  private restartGrid(): void {
    const { grid } = this;
    if (grid === undefined) return;
    const { firstRow, scrollLeft, active } = grid.place();
    grid.dispose();
    this.deps.frame.gridHost.replaceChildren();
    this.grid = undefined;
    this.startGrid();
    const made = this.grid as RowsGrid | undefined;
    this.place.quietly(() => {
      if (active !== undefined) made?.goTo(active.row, active.column);
      made?.scrollTo(firstRow, scrollLeft);
    });
  }

  /** Row numbers that were estimates are exact now. */
  private showExact(before: number, now: number): void {
    this.cache.setExact(now);
    this.grid?.draw(before, now - before);
  }

  private createCache(): PageCache {
    const { host, frame } = this.deps;
    return createPageCache({
      pageRows,
      capacity: keptPages,
      load: (first, count, signal) => host.page(first, count, signal, this.view),
      onArrived: (first, count) => this.arrived(first, count),
      onFailed: this.events.onFailed,
      onBusy: (isBusy) => frame.setBusy('page', isBusy),
    });
  }

  private arrived(first: number, count: number): void {
    this.hasRows = true;
    const hasLearnt = this.learn();
    if (this.grid === undefined) this.startGrid();
    else if (hasLearnt) this.setColumns();
    this.grid?.draw(first, count);
    this.events.onRecovered();
  }

  /** From the first page: in which units columns spell times. True if that was not known before. */
  private learn(): boolean {
    const rows: Row[] = [];
    for (let at = 0; at < Math.min(pageRows, this.length); at += 1) {
      const row = this.cache.row(at);
      if (row !== undefined) rows.push(row);
    }
    if (this.hasLearnt || rows.length === 0) return false;
    this.hasLearnt = true;
    return this.times.learn(this.columns, rows);
  }

  private startGrid(): void {
    if (this.grid !== undefined) return;
    window.clearTimeout(this.headersTimer);
    const { frame, formats, label, nonce } = this.deps;
    this.grid = createGrid({
      host: frame.gridHost,
      label,
      formats,
      measure: createMeasure(frame.gridHost),
      nonce,
      hooks: this.deps.hooks,
      rowHeight: rowHeights[this.table.arrangement.density],
      row: (index) => this.cache.row(index),
      placeOf: (index) => this.placeOf(index),
      onLook: createLook(this.cache, 2 * pageRows),
      ...this.events,
      onArranged: (arrangement) => this.arranged(arrangement),
      onMoved: () => {
        if (this.grid !== undefined) this.place.moved(this.grid);
      },
    });
    this.setColumns();
    this.place.quietly(() => this.setLength());
  }

  private setColumns(): void {
    const { grid } = this;
    if (grid === undefined) return;
    const { arrangement } = this.table;
    const { order, hidden } = arrangement;
    const built = buildColumns(this.columns, this.opened.idColumns, this.absent, this.parts);
    const all = built.map((column) => dressColumn(column, this.columns[column.index], arrangement, this.times));
    this.gridColumns = orderColumns(all, order, this.opened.columns.length);
    this.byIndex = new Map(this.gridColumns.map((column) => [column.index, column]));
    const shown = this.gridColumns.filter(({ role, name }) => role === 'rowNumber' || !hidden.includes(name));
    this.place.quietly(() => grid.setColumns(shown, (column) => this.widths.of(column)));
    this.events.onColumns();
  }

  /** As many rows as are known now. */
  private setLength(): void {
    const { grid } = this;
    const rows = this.length;
    this.cache.setLength(rows);
    if (grid !== undefined) {
      grid.setLength(rows);
      if (!this.isWaiting) this.place.resume(grid, this.placeState());
    } else if (rows > 0) {
      this.cache.want(0, Math.min(rows, pageRows) - 1);
    }
  }

  /** As far as the place to come back to may be known. */
  private placeState(): Pick<PartProgress, 'rows' | 'state'> {
    if (this.view === 0) return { rows: this.length, state: this.progress.state };
    return { rows: this.viewLength, state: this.isViewRunning ? 'reading' : 'complete' };
  }

  /** By the mouse: the grid shows it already. */
  private arranged({ order, width }: Arrangement): void {
    const { table } = this;
    if (width === undefined) this.gridColumns = orderColumns(this.gridColumns, order, this.opened.columns.length);
    const { widths } = table.arrangement;
    table.change(width === undefined ? { order } : { widths: { ...widths, [width[0]]: width[1] } });
    this.events.onColumns();
  }
}

/** Rows there are in all: as many as are known, or as there probably are while reading goes on or has been paused. */
function estimateOf({ state, rows, estimatedRows = 0 }: PartProgress): number {
  return state === 'reading' || state === 'paused' ? Math.max(rows, Math.round(estimatedRows)) : rows;
}
