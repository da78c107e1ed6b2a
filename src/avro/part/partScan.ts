import type { Decoders, StretchResult } from '../tasks/scanProgram';

export interface PartScanOptions {
  readonly signal?: AbortSignal;
  /** Who decodes; without it the part's own thread. A part of few bytes is decoded in the part's own thread either way. */
  readonly decoders?: Decoders;
  /**
   * Which of the rows `firstRow … firstRow + rows - 1` count, one bit a row, lowest first; `undefined`: none, so that they need not be read. Asked about
   * rows whose numbers are known, in order; `rows` may be `Infinity`: is there anything behind `firstRow`? (only whether the answer is `undefined` matters then).
   */
  readonly selection?: (firstRow: number, rows: number) => Uint8Array | undefined;
  /** Only the first so many rows of the part count. */
  readonly limitRows?: number;
  /** Called when more has been done; cheap. */
  readonly onProgress?: (progress: PartScanProgress) => void;
}

/** Stored bytes of what is to be looked at. */
export interface PartScanProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

/** What became of a run of rows. Steps come in row order; between two of them rows may be missing that were not selected. */
export interface PartScanStep extends PartScanProgress {
  /** Number of the first readable row, and how many there are, selected or not. */
  readonly firstRow: number;
  readonly rows: number;
  readonly result: StretchResult;
}

/** A page of rows. */
export interface PartPage<Cell> {
  readonly rows: Cell[][];
  /** Number of the first row, as it was asked for. */
  readonly first: number;
  /** Not all that lies before has been read: the numbers are estimates. */
  readonly isApproximate: boolean;
}

/** Where a row stands, whatever its number is taken to be: the offset of its block's stored bytes, and its place in the block. */
export interface RowPlace {
  readonly offset: number;
  readonly rowInBlock: number;
}
