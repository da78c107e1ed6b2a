import type { Cell } from './column';

/** Rows of a dataset or of a view of it. All JSON. */
export interface RowsPage {
  /** Place of the first row in the view. */
  readonly first: number;
  /** One array a row, one cell a column. */
  readonly rows: readonly (readonly Cell[])[];
  /** Of filtered and sorted views: each row's number in the whole, 0-based. Absent: `first`, `first + 1`, … */
  readonly numbers?: readonly number[];
  /** The numbers are estimates: not all that lies before has been read. Shown as ≈. */
  readonly isApproximate?: true;
  /** Runs of rows from one part, in order; absent where there is one part only. */
  readonly sources?: readonly { readonly rows: number; readonly part: number }[];
}

/** One row, whole, and where it comes from. All JSON. */
export interface RecordPage {
  /** Its place in the view, and its number in the whole (0-based). */
  readonly row: number;
  readonly number?: number;
  readonly isApproximate?: true;
  readonly cells: readonly Cell[];
  /** 0-based: part, block in it, row in the block, and row in the part if exact. */
  readonly part?: number;
  readonly block: number;
  readonly rowInBlock: number;
  readonly rowInPart?: number;
}
