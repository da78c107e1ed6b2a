import { cellTooltip } from './cellDom';
import type { GridOptions } from './grid';
import { columnAt, scrollerOf } from './slickColumns';
import type { TextGrid } from './textGrid';

/** Keys, wheel and hover: what a person does with the grid that SlickGrid does not take care of. Until `signal` aborts: the page outlives the grid. */
export function listenToGrid(grid: TextGrid, options: GridOptions, signal: AbortSignal): void {
  listenToKeys(grid, options, signal);
  listenToCopy(grid, options, signal);
  listenToWheel(options, signal);
  listenToHover(grid, options, signal);
}

function listenToKeys(grid: TextGrid, { host, onOpen, onCopy }: GridOptions, signal: AbortSignal): void {
  host.addEventListener(
    'keydown',
    (event) => {
      const cell = grid.getActiveCell();
      if (event.key === 'Enter' && cell !== null) {
        event.preventDefault();
        onOpen(cell.row);
      } else if (isCopy(event) && cell !== null) {
        const column = columnAt(grid, cell.cell);
        event.preventDefault();
        event.stopPropagation();
        if (column !== undefined) onCopy(cell.row, column);
      } else {
        grid.navigateByKey(event);
      }
    },
    { signal },
  );
}

/** VS Code's own Copy, from its menu or on the desktop from its keys, comes as an event. */
function listenToCopy(grid: TextGrid, { host, onCopy }: GridOptions, signal: AbortSignal): void {
  document.addEventListener(
    'copy',
    (event) => {
      const cell = grid.getActiveCell();
      const column = cell === null ? undefined : columnAt(grid, cell.cell);
      if (cell === null || column === undefined || document.activeElement !== host) return;
      event.preventDefault();
      onCopy(cell.row, column);
    },
    { signal },
  );
}

/** Frozen columns cannot scroll by themselves: what the wheel does over them happens beside them, with the browser's own feel. */
function listenToWheel({ host, rowHeight }: GridOptions, signal: AbortSignal): void {
  host.addEventListener(
    'wheel',
    (event) => {
      const target = scrollerOf(host);
      if (event.ctrlKey || target.contains(event.target as Node)) return;
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? rowHeight : 1;
      target.scrollBy(event.deltaX * unit, event.deltaY * unit);
      event.preventDefault();
    },
    { passive: false, signal },
  );
}

/** Tooltips are made when a cell is hovered: most never are. */
function listenToHover(grid: TextGrid, { host, row, placeOf, formats }: GridOptions, signal: AbortSignal): void {
  host.addEventListener(
    'mouseover',
    (event) => {
      const cell = (event.target as Element).closest<HTMLElement>('.slick-cell');
      if (cell === null || cell.title !== '') return;
      const column = columnAt(grid, Number(cell.getAttribute('aria-colindex')) - 1);
      if (column === undefined) return;
      const index = Number(cell.closest<HTMLElement>('.slick-row')?.dataset['row']);
      const value = row(index)?.[column.index];
      cell.title = cellTooltip(value, column, cell.scrollWidth > cell.clientWidth, formats, placeOf(index)?.part);
    },
    { signal },
  );
}

export function isCopy(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'c';
}
