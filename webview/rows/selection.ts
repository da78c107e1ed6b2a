/** Which cells are selected, as places in the grid. DOM-free. Place 0 is the row's number and is never part of it. */

export interface CellPlace {
  readonly row: number;
  readonly cell: number;
}

/** All ends belong to it. */
export interface CellRange {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** From the anchor (the active cell) to the other corner. `rows`: as wide as the grid; `columns`: as long as it; `all`: both. */
export interface Selection {
  readonly anchor: CellPlace;
  readonly focus: CellPlace;
  readonly span: 'cells' | 'rows' | 'columns' | 'all';
}

export interface GridSize {
  readonly rows: number;
  /** Columns, the row number's included. */
  readonly columns: number;
  /** Rows on screen at once. */
  readonly pageRows: number;
}

/** The cells of a selection in a grid that may have changed its size since; undefined if the grid has none. */
export function rangeOf({ anchor, focus, span }: Selection, size: GridSize): CellRange | undefined {
  const { rows, columns } = size;
  if (rows === 0 || columns < 2) return undefined;
  const row = (one: number): number => Math.min(Math.max(one, 0), rows - 1);
  const cell = (one: number): number => Math.min(Math.max(one, 1), columns - 1);
  const isTall = span === 'columns' || span === 'all';
  const isWide = span === 'rows' || span === 'all';
  return {
    top: isTall ? 0 : row(Math.min(anchor.row, focus.row)),
    bottom: isTall ? rows - 1 : row(Math.max(anchor.row, focus.row)),
    left: isWide ? 1 : cell(Math.min(anchor.cell, focus.cell)),
    right: isWide ? columns - 1 : cell(Math.max(anchor.cell, focus.cell)),
  };
}

export function isInRange(range: CellRange | undefined, row: number, cell: number): boolean {
  return (
    range !== undefined && row >= range.top && row <= range.bottom && cell >= range.left && cell <= range.right
  );
}

export function cellsIn({ top, bottom, left, right }: CellRange): number {
  return (bottom - top + 1) * (right - left + 1);
}

export interface SelectionKey {
  readonly key: string;
  readonly shiftKey: boolean;
  /** Ctrl, or ⌘. */
  readonly isCommand: boolean;
}

/**
 * What a key makes of the selection, as spreadsheets have it; undefined if the key is none of these. Without a selection, the active
 * cell alone is one.
 */
export function selectByKey(
  pressed: SelectionKey,
  active: CellPlace,
  selection: Selection | undefined,
  size: GridSize,
): Selection | undefined {
  const { key, shiftKey, isCommand } = pressed;
  const now = selection ?? { anchor: active, focus: active, span: 'cells' };
  if (isCommand && !shiftKey && key.toLowerCase() === 'a') return { ...now, span: 'all' };
  if (key === ' ' && isCommand !== shiftKey) {
    const span = isCommand ? 'columns' : 'rows';
    const other = isCommand ? 'rows' : 'columns';
    return { ...now, span: now.span === other || now.span === 'all' ? 'all' : span };
  }
  if (!shiftKey) return undefined;
  const focus = moved(now.focus, key, isCommand, size);
  return focus === undefined ? undefined : { ...now, span: now.span === 'all' ? 'cells' : now.span, focus };
}

function moved(from: CellPlace, key: string, isFar: boolean, size: GridSize): CellPlace | undefined {
  const last = { row: Math.max(0, size.rows - 1), cell: Math.max(1, size.columns - 1) };
  const to = ((): CellPlace | undefined => {
    switch (key) {
      case 'ArrowUp':
        return { ...from, row: isFar ? 0 : from.row - 1 };
      case 'ArrowDown':
        return { ...from, row: isFar ? last.row : from.row + 1 };
      case 'ArrowLeft':
        return { ...from, cell: isFar ? 1 : from.cell - 1 };
      case 'ArrowRight':
        return { ...from, cell: isFar ? last.cell : from.cell + 1 };
      case 'Home':
        return { row: isFar ? 0 : from.row, cell: 1 };
      case 'End':
        return { row: isFar ? last.row : from.row, cell: last.cell };
      case 'PageUp':
        return { ...from, row: from.row - size.pageRows };
      case 'PageDown':
        return { ...from, row: from.row + size.pageRows };
      default:
        return undefined;
    }
  })();
  if (to === undefined) return undefined;
  return { row: Math.min(Math.max(to.row, 0), last.row), cell: Math.min(Math.max(to.cell, 1), last.cell) };
}
