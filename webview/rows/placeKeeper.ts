import type { PartProgress } from '../../src/core/partProgress';
import type { Memory } from './arrangement';
import type { RowsGrid } from './grid';

/** Remembers where the person is, and brings a reopened part back there once enough of it is known. */
export interface PlaceKeeper {
  /** Does something that scrolls without the person having scrolled. */
  quietly(work: () => void): void;
  /** The grid was scrolled or its active cell moved. */
  moved(grid: RowsGrid): void;
  /** Goes to the remembered place if it is known by now. */
  resume(grid: RowsGrid, progress: Pick<PartProgress, 'rows' | 'state'>): void;
}

export function createPlaceKeeper(memory: Memory): PlaceKeeper {
  /** Given up as soon as the person goes somewhere. */
  let goal: { readonly firstRow: number; readonly scrollLeft: number } | undefined = memory.state;
  let isQuiet = false;
  const quietly = (work: () => void): void => {
    isQuiet = true;
    work();
    // Scroll events come with the next frame.
    requestAnimationFrame(() => requestAnimationFrame(() => (isQuiet = false)));
  };
  return {
    quietly,
    moved(grid) {
      if (isQuiet) return;
      goal = undefined;
      memory.change(grid.place());
    },
    resume(grid, progress) {
      if (goal === undefined) return;
      const { firstRow, scrollLeft } = goal;
      const isReading = progress.state === 'reading';
      if (isReading && firstRow >= progress.rows) return;
      goal = undefined;
      const { active } = memory.state;
      if (firstRow === 0 && scrollLeft === 0 && active === undefined) return;
      quietly(() => {
        if (active !== undefined && active.row < progress.rows) grid.goTo(active.row, active.column);
        grid.scrollTo(Math.min(firstRow, Math.max(0, progress.rows - 1)), scrollLeft);
      });
    },
  };
}
