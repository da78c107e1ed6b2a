import type { PartProgress } from '../../src/core/partProgress';
import type { AbsentColumn, RowsOpened } from '../../src/protocol/rows';
import type { Formats } from '../ui/format';
import { failureOf } from '../ui/failurePanel';
import type { Memory } from './arrangement';
import { isClipped, textOf } from './cellText';
import {
  buildColumns,
  initialWidth,
  orderColumns,
  rowNumberId,
  rowNumberWidth,
  type GridColumn,
} from './columnModel';
import type { Frame } from './frame';
import { createGrid, type RowsGrid } from './grid';
import { createMeasure } from './measure';
import { createPageCache, type PageCache, type Row } from './pageCache';
import type { RowsHost } from './rowsHost';

/** Rows a request. */
export const pageRows = 200;
const keptPages = 100;

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
  /** Undefined until the first rows are here: widths come from them. */
  readonly grid: RowsGrid | undefined;
  readonly progress: PartProgress;
  setProgress(progress: PartProgress): void;
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
}

export function createSession(opened: RowsOpened, deps: SessionDeps, events: SessionEvents): RowsSession {
  const { frame, host, memory, formats } = deps;
  let { progress } = opened;
  let absent: readonly AbsentColumn[] = [];
  let grid: RowsGrid | undefined;
  /** Where to go once so many rows are known; given up as soon as the person goes somewhere. */
  let goal: { readonly firstRow: number; readonly scrollLeft: number } | undefined = memory.state;
  let isPlacing = false;

  const cache = createPageCache({
    pageRows,
    capacity: keptPages,
    load: (first, count, signal) => host.page(first, count, signal),
    onArrived(first, count) {
      events.onRecovered();
      if (grid === undefined) startGrid();
      else grid.draw(first, count);
    },
    onFailed: events.onFailed,
    onBusy: (isBusy) => frame.setBusy('page', isBusy),
  });

  const look = createLook(cache);
  const columns = (): readonly GridColumn[] =>
    orderColumns(buildColumns(opened.columns, opened.idColumns, absent), memory.state.order);
  const widthOf = createWidths(opened, deps, () => progress, cache);

  const startGrid = (): void => {
    grid = createGrid({
      host: frame.gridHost,
      label: deps.label,
      formats,
      measure: createMeasure(frame.gridHost),
      nonce: deps.nonce,
      row: (index) => cache.row(index),
      onLook: look,
      onActive: events.onActive,
      onOpen: events.onOpen,
      onCopy: (row, column) => void copyCell(row, column),
      onArranged({ order, width }) {
        memory.change({ order });
        if (width !== undefined) memory.change({ widths: { ...memory.state.widths, [width[0]]: width[1] } });
      },
      onMoved() {
        if (isPlacing || grid === undefined) return;
        goal = undefined;
        memory.change(grid.place());
      },
    });
    placed(() => {
      grid?.setColumns(columns(), widthOf);
      grid?.setLength(progress.rows);
    });
    resume();
  };
  const placed = (work: () => void): void => {
    isPlacing = true;
    work();
    // Scroll events come with the next frame.
    requestAnimationFrame(() => requestAnimationFrame(() => (isPlacing = false)));
  };
  const resume = (): void => {
    if (goal === undefined || grid === undefined) return;
    if (goal.firstRow >= progress.rows && progress.state === 'reading') return;
    const { firstRow, scrollLeft } = goal;
    goal = undefined;
    const { active } = memory.state;
    if (firstRow === 0 && scrollLeft === 0 && active === undefined) return;
    placed(() => {
      if (active !== undefined && active.row < progress.rows) grid?.goTo(active.row, active.column);
      grid?.scrollTo(Math.min(firstRow, Math.max(0, progress.rows - 1)), scrollLeft);
    });
  };
  const copyCell = async (row: number, column: GridColumn): Promise<void> => {
    if (column.index < 0) return;
    let cell = cache.row(row)?.[column.index] ?? null;
    try {
      if (isClipped(cell))
        cell = (await host.record(row, new AbortController().signal)).cells[column.index] ?? cell;
      events.onCopy(textOf(cell) ?? 'NULL', column.name);
    } catch (error) {
      frame.announcer.say(failureOf(error, 'The value could not be read whole.').message);
    }
  };

  cache.setLength(progress.rows);
  if (progress.rows > 0) cache.want(0, Math.min(progress.rows, pageRows) - 1);
  return {
    opened,
    cache,
    get grid() {
      return grid;
    },
    get progress() {
      return progress;
    },
    setProgress(next) {
      const grew = next.rows !== progress.rows;
      progress = next;
      if (!grew) return;
      cache.setLength(next.rows);
      if (grid === undefined) cache.want(0, Math.min(next.rows, pageRows) - 1);
      else grid.setLength(next.rows);
      resume();
    },
    setAbsentColumns(next) {
      absent = next;
      if (grid !== undefined) placed(() => grid?.setColumns(columns(), widthOf));
    },
    dispose() {
      cache.dispose();
      grid?.dispose();
      frame.gridHost.replaceChildren();
    },
  };
}

/** A scrollbar that is dragged passes by pages by the dozen: only where it rests is asked for. */
const restMs = 40;

/** Passes on what is looked at: at once if it is near what was looked at before, else when the eye has come to rest. */
function createLook(cache: PageCache): (first: number, last: number) => void {
  let before = 0;
  let timer: number | undefined;
  return (first, last) => {
    const isFar = Math.abs(first - before) > 2 * pageRows;
    before = first;
    window.clearTimeout(timer);
    if (isFar) timer = window.setTimeout(() => cache.want(first, last), restMs);
    else cache.want(first, last);
  };
}

/** Widths by column: what the person chose, else what the first page suggests, measured once. */
function createWidths(
  opened: RowsOpened,
  { frame, memory, formats }: SessionDeps,
  progress: () => PartProgress,
  cache: PageCache,
): (column: GridColumn) => number {
  const measured = new Map<string, number>();
  let sample: Row[] | undefined;
  return (column) => {
    const chosen = memory.state.widths[column.name];
    if (chosen !== undefined && column.id !== rowNumberId) return chosen;
    const known = measured.get(column.id);
    if (known !== undefined) return known;
    const measure = createMeasure(frame.gridHost);
    sample ??= firstRows(cache, opened.columns.length > 100 ? 30 : 100);
    const rows = progress();
    const width =
      column.id === rowNumberId
        ? rowNumberWidth(Math.max(rows.rows, rows.estimatedRows ?? 0), measure, (value) => formats.count(value))
        : initialWidth(column, sample, measure);
    measured.set(column.id, width);
    return width;
  };
}

function firstRows(cache: PageCache, count: number): Row[] {
  const rows: Row[] = [];
  for (let index = 0; index < count; index += 1) {
    const row = cache.row(index);
    if (row === undefined) break;
    rows.push(row);
  }
  return rows;
}
