import type { PartProgress } from '../../src/core/partProgress';
import type { Column } from '../../src/core/column';
import type { PartFacts } from '../../src/core/rowsProgress';
import type { AbsentColumn, RowsOpened } from '../../src/protocol/rows';
import type { Formats } from '../ui/format';
import { failureOf } from '../ui/failurePanel';
import type { Memory } from './arrangement';
import { isClipped, textOf } from './cellText';
import { buildColumns, orderColumns, type GridColumn } from './columnModel';
import { createColumnWidths, type ColumnWidths } from './columnWidths';
import type { Frame } from './frame';
import { createGrid, type Arrangement, type RowsGrid } from './grid';
import type { GridHooks } from './gridHooks';
import { createLook } from './look';
import { createMeasure } from './measure';
import { createPageCache, type PageCache, type RowPlace } from './pageCache';
import { createPlaceKeeper, type PlaceKeeper } from './placeKeeper';
import type { RowsHost } from './rowsHost';

/** Rows a request. */
const pageRows = 200;
const keptPages = 100;
/** As in VS Code's lists, CSS pixels. */
const rowHeight = 22;
/** So long the columns wait for rows that say how wide they are to be; then they stand, and move no more. */
const headersAfterMs = 100;

export interface SessionEvents {
  readonly onActive: (row: number) => void;
  readonly onOpen: (row: number) => void;
  readonly onFailed: (error: unknown) => void;
  readonly onRecovered: () => void;
  readonly onCopy: (text: string, what: string) => void;
}

/** One opened part on screen: its pages and its grid. */
export interface RowsSession {
  readonly opened: RowsOpened;
  /** Those of `opened` and, behind them, those that turned up in further parts. */
  readonly columns: readonly Column[];
  readonly parts: readonly PartFacts[];
  readonly cache: PageCache;
  /** Undefined for the first moment: the first rows, if they come by then, say how wide the columns are to be. */
  readonly grid: RowsGrid | undefined;
  /** False until the first of them are here. */
  readonly hasRows: boolean;
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
  readonly cache: PageCache;
  grid: RowsGrid | undefined;
  progress: PartProgress;
  hasRows = false;
  view = 0;
  /** Rows there are in all, as far as that is known. */
  private estimate: number;
  private viewLength = 0;
  private isViewRunning = false;
  private isWaiting: boolean;
  private readonly deps: SessionDeps;
  private readonly events: SessionEvents;
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
    this.place = createPlaceKeeper(deps.memory);
    this.cache = this.createCache();
    this.widths = createColumnWidths({
      cache: this.cache,
      formats: deps.formats,
      createMeasure: () => createMeasure(deps.frame.gridHost),
      chosen: () => deps.memory.state.widths,
      progress: () => this.progress,
    });
    this.headersTimer = window.setTimeout(() => this.startGrid(), headersAfterMs);
    this.setLength();
  }

  get length(): number {
    if (this.isWaiting) return 0;
    return this.view === 0 ? this.estimate : this.viewLength;
  }

  placeOf(row: number): RowPlace | undefined {
    const known = this.cache.place(row);
    if (known !== undefined || this.view !== 0) return known;
    return { number: row, isApproximate: row >= this.progress.rows, part: undefined };
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
    this.grid?.dispose();
    this.deps.frame.gridHost.replaceChildren();
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
    this.startGrid();
    this.grid?.draw(first, count);
    this.events.onRecovered();
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
      rowHeight,
      row: (index) => this.cache.row(index),
      placeOf: (index) => this.placeOf(index),
      onLook: createLook(this.cache, 2 * pageRows),
      onActive: this.events.onActive,
      onOpen: this.events.onOpen,
      onCopy: (row, column) => void this.copyCell(row, column),
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
    const all = buildColumns(this.columns, this.opened.idColumns, this.absent, this.parts);
    const columns = orderColumns(all, this.deps.memory.state.order);
    this.place.quietly(() => grid.setColumns(columns, (column) => this.widths.of(column)));
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

  private arranged({ order, width }: Arrangement): void {
    const { memory } = this.deps;
    memory.change({ order });
    if (width !== undefined) memory.change({ widths: { ...memory.state.widths, [width[0]]: width[1] } });
  }

  /** The cell's value, whole: what the page has of a long one is only its beginning. */
  private async copyCell(row: number, column: GridColumn): Promise<void> {
    if (column.index < 0) return;
    let cell = this.cache.row(row)?.[column.index] ?? null;
    try {
      if (isClipped(cell)) {
        const whole = await this.deps.host.record(row, new AbortController().signal, this.view);
        cell = whole.cells[column.index] ?? cell;
      }
      this.events.onCopy(textOf(cell) ?? 'NULL', column.name);
    } catch (error) {
      this.deps.frame.announcer.say(failureOf(error, 'The value could not be read whole.').message);
    }
  }
}

/** Rows there are in all: as many as are known, or as there probably are while reading goes on or has been paused. */
function estimateOf({ state, rows, estimatedRows = 0 }: PartProgress): number {
  return state === 'reading' || state === 'paused' ? Math.max(rows, Math.round(estimatedRows)) : rows;
}
