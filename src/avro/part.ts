import type { Cell, Column } from '../core/column';
import type { PartMetadata, PartProgress } from '../core/partProgress';

export interface OpenPartOptions {
  /** Reads this far into the file unasked; the first rows are read whatever it says. */
  readonly readAheadBytes: number;
  /** Called after every block and at every change of state; cheap snapshots, not throttled. */
  readonly onProgress?: (progress: PartProgress) => void;
  /** Ends the part, also after it was opened: the same as `dispose`. */
  readonly signal?: AbortSignal;
  /** Compressed blocks kept in memory; those that do not fit are read again by range. Default 64 MB. */
  readonly cacheBytes?: number;
}

/** One open part file: its rows by number, while it is read to the end in the background. */
export interface Part {
  readonly columns: readonly Column[];
  readonly metadata: PartMetadata;
  progress(): PartProgress;
  /** Rows `first` to `first + count`; those that are not known (yet) are left out. Cells are cut at 1,000 characters. */
  rows(first: number, count: number, signal?: AbortSignal): Promise<Cell[][]>;
  /** One row, whole (cells are cut at 1,000,000 characters); `undefined` if the row is not known. */
  record(row: number, signal?: AbortSignal): Promise<PartRecord | undefined>;
  /** Goes on reading: this many more bytes past what is known. */
  continue(bytes: number): void;
  /** Stops everything and frees everything; what is under way rejects with `cancelled`. */
  dispose(): void;
}

export interface PartRecord {
  readonly row: number;
  readonly cells: Cell[];
  /** 0-based number of the block in the file, damaged ones counted too, and the row's place in it. */
  readonly block: number;
  readonly rowInBlock: number;
}
