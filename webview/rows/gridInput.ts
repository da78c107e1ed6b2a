import { cellTooltip } from './cellDom';
import type { GridOptions } from './grid';
import type { GridSelection } from './gridSelection';
import { columnAt, headerOf, scrollAcross, scrollerOf } from './slickColumns';
import type { TextGrid } from './textGrid';

/** Keys, wheel, menus and hover: what a person does with the grid that SlickGrid does not take care of. Until `signal` aborts: the page outlives the grid. */
export function listenToGrid(
  grid: TextGrid,
  options: GridOptions,
  selection: GridSelection,
  signal: AbortSignal,
): void {
  listenToKeys(grid, options, selection, signal);
  listenToCopy(options, selection, signal);
  listenToMenus(grid, options, selection, signal);
  listenToWheel(options, signal);
  listenToHover(grid, options, signal);
  followHeader(options, signal);
}

function listenToKeys(grid: TextGrid, options: GridOptions, selection: GridSelection, signal: AbortSignal): void {
  const { host, onOpen, onCopy, onInspect } = options;
  const act = (event: KeyboardEvent): boolean => {
    const cell = grid.getActiveCell();
    const { target } = selection;
    const isPlain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === 'Enter' && isPlain && cell !== null) onOpen(cell.row);
    else if (isCopy(event) && target !== undefined) onCopy(target);
    else if (event.key === ' ' && isPlain && cell !== null) onInspect();
    else if (event.key === 'Escape' && selection.clear()) return true;
    else if (isMenuKey(event) && target !== undefined) openMenuByKey(grid, options, selection);
    else return selection.selectByKey(event) || grid.navigateByKey(event);
    return true;
  };
  host.addEventListener(
    'keydown',
    (event) => {
      if (!act(event)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { signal },
  );
}

function isMenuKey({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  return (key === 'F10' && shiftKey) || key === 'ContextMenu';
}

/** At the active cell, which is brought into view first. */
function openMenuByKey(grid: TextGrid, { onMenu }: GridOptions, selection: GridSelection): void {
  const active = grid.getActiveCell();
  if (active === null) return;
  grid.scrollCellIntoView(active.row, active.cell, false);
  const box = grid.getActiveCellNode()?.getBoundingClientRect();
  const column = columnAt(grid, active.cell);
  if (box === undefined || column === undefined || selection.target === undefined) return;
  onMenu(selection.target, { row: active.row, column }, { x: box.left + 8, y: box.bottom });
}

function listenToMenus(grid: TextGrid, options: GridOptions, selection: GridSelection, signal: AbortSignal): void {
  const { host, onMenu, onHeaderMenu } = options;
  host.addEventListener(
    'contextmenu',
    (event) => {
      // VS Code's own menu has nothing to offer here.
      event.preventDefault();
      // From the keyboard it has been opened by then.
      if (event.button !== 2) return;
      const at = { x: event.clientX, y: event.clientY };
      const node = event.target as Element;
      const place = Number(node.closest('[aria-colindex]')?.getAttribute('aria-colindex')) - 1;
      const column = columnAt(grid, place);
      if (column === undefined) return;
      const row = Number(node.closest<HTMLElement>('.slick-row')?.dataset['row']);
      if (Number.isNaN(row)) {
        host.focus({ preventScroll: true });
        onHeaderMenu(column, at);
        return;
      }
      selection.pointAt(row, place);
      // The press left the focus on the cell, which may be gone by the time it is wanted back.
      host.focus({ preventScroll: true });
      if (selection.target !== undefined) onMenu(selection.target, { row, column }, at);
    },
    { signal },
  );
}

/** VS Code's own Copy, from its menu or on the desktop from its keys, comes as an event. */
function listenToCopy({ host, onCopy }: GridOptions, selection: GridSelection, signal: AbortSignal): void {
  document.addEventListener(
    'copy',
    (event) => {
      const { target } = selection;
      if (target === undefined || document.activeElement !== host) return;
      event.preventDefault();
      onCopy(target);
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

/**
 * A header that somebody else brings into sight (a screen reader, the browser) takes its column along: else headers would stand over columns that
 * are not theirs.
 */
function followHeader({ host }: GridOptions, signal: AbortSignal): void {
  /** Where the rows were last seen; headers are sent there, and tell of it a frame later, when the rows may be elsewhere. */
  let seen = 0;
  host.addEventListener(
    'scroll',
    ({ target }) => {
      const rows = scrollerOf(host);
      if (target === rows) seen = rows.scrollLeft;
      const header = headerOf(rows);
      if (header === null || target !== header || Math.abs(header.scrollLeft - seen) < 1) return;
      scrollAcross(host, header.scrollLeft);
    },
    { capture: true, signal },
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
