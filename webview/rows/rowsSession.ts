import type { PartProgress } from '../../src/core/partProgress';
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
import { createPageCache, type PageCache } from './pageCache';
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
  readonly cache: PageCache;
  /** Undefined for the first moment: the first rows, if they come by then, say how wide the columns are to be. */
  readonly grid: RowsGrid | undefined;
  /** False until the first of them are here. */
  readonly hasRows: boolean;
  readonly progress: PartProgress;
  /** The view that is shown; 0: all rows as they lie. */
  readonly view: number;
  /** Rows of the view that are known. */
  readonly length: number;
  setProgress(progress: PartProgress): void;
  /** Shows another view from its first row; view 0 is as long as the part, whatever `length` says. */
  showView(view: number, length: number, isRunning: boolean): void;
  /** More rows of the view shown are known, or all are. */
  setViewLength(length: number, isRunning: boolean): void;
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
  readonly cache: PageCache;
  grid: RowsGrid | undefined;
  progress: PartProgress;
  hasRows = false;
  view = 0;
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
    this.progress = opened.progress;
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
    return this.view === 0 ? this.progress.rows : this.viewLength;
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
    const hasGrown = next.rows !== this.progress.rows;
    this.progress = next;
    if (this.grid !== undefined && this.widths.hasOutgrown()) this.setColumns();
    if (hasGrown) this.setLength();
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
    const all = buildColumns(this.opened.columns, this.opened.idColumns, this.absent);
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
    if (this.view === 0) return this.progress;
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
