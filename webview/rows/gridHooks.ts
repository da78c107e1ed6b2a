import type { Cell } from '../../src/core/column';
import type { GridColumn } from './columnModel';

/**
 * Where the two sides of the view meet: the grid (drawing, selection, menus) calls what the query side (filters, find, sort, header
 * insight) has put here, and neither knows the other. One object a view, handed to the session and the grid when they are made.
 */
export interface GridHooks {
  /** Completes a header that was just made: insight, sort mark. Also called again for one that stands; must not add twice. */
  header?: (header: HTMLElement, column: GridColumn) => void;
  /** A header was clicked: neither resized nor dragged. */
  headerClick?: (column: GridColumn, event: MouseEvent) => void;
  /** Cells were drawn, or drawn anew. */
  rendered?: (host: HTMLElement) => void;
  /** What the context menu of a cell offers besides the grid's own; asked when it opens, shown in this order, a group each. */
  readonly cellMenu: ((cell: CellTarget) => readonly MenuEntry[])[];
  /** The same for a header. */
  readonly headerMenu: ((column: GridColumn) => readonly MenuEntry[])[];
}

export interface CellTarget {
  /** Place in the view. */
  readonly row: number;
  readonly column: GridColumn;
  readonly cell: Cell;
}

export interface MenuEntry {
  /** Verb first, sentence case. */
  readonly label: string;
  /** `Ctrl+Shift+F`. */
  readonly keys?: string;
  /** Codicon. */
  readonly icon?: string;
  readonly isDisabled?: boolean;
  readonly isChecked?: boolean;
  readonly onRun: () => void;
}

export function createGridHooks(): GridHooks {
  return { cellMenu: [], headerMenu: [] };
}
