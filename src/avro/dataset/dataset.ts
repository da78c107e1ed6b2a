import type { PackedCells } from '../../core/packedCells';
import type { ColumnStatistics, StatisticsSnapshot } from '../../core/columnStatistics';
import type { Column } from '../../core/column';
import type { FindTest, RowFilter, RowsQuery } from '../../core/rowFilter';
import type { DatasetProgress, PartFacts, ScanCost, ScanProgress } from '../../core/rowsProgress';
import type { RecordPage, RowsPage } from '../../core/rowsPage';
import type { RangeSource } from '../container/rangeSource';
import type { Decoders } from '../tasks/scanProgram';
import type { OpenScratch } from './scratchFile';

/** The rows of one part, or of the effective parts of a table one after another, as one table. */
export interface Dataset {
  /**
   * All columns over the parts whose headers have been read, by name: those of the first part opened in their order, others behind
   * them as they turn up. An index once given stays.
   */
  readonly columns: readonly Column[];
  readonly parts: readonly PartFacts[];
  progress(): DatasetProgress;
  /**
   * Resolves when the header of every part that can be opened has been read: then all columns are known, and which parts are left out.
   * Rejects with what keeps any of them from being opened (no network, no rights), or `cancelled`.
   */
  headers(): Promise<void>;
  /** Rows of a view by their place in it; of all rows if no view is given. Cells are cut at 1,000 characters. */
  rows(request: PageRequest, signal?: AbortSignal): Promise<RowsPage>;
  /** One row, whole. */
  record(request: Omit<PageRequest, 'count'>, signal?: AbortSignal): Promise<RecordPage>;
  /** What a scan of everything would fetch. */
  cost(): ScanCost;
  /** Rejects with `query.invalid`, at once. The view stands until it is disposed of; leaves of filters once tested are not tested again. */
  query(query: RowsQuery, options: ScanOptions): RowsView;
  /** Of the rows of a view, or of all; the last snapshot is also the result. */
  statistics(request: StatisticsRequest, options: StatisticsOptions): Promise<StatisticsSnapshot>;
  /** Rows in order, for exports and the command line: some at a time, each value as JSON text (see `RowStream`). */
  cells(request: CellsRequest, options: ScanOptions): AsyncGenerator<CellsBatch, void, undefined>;
  /** Rows in order as bytes of a text file, head included. */
  text(request: TextRequest, options: ScanOptions): AsyncGenerator<Uint8Array, void, undefined>;
  /** Goes on reading past the limit. */
  continue(bytes: number): void;
  dispose(): void;
}

/** The rows that pass a query, known from the first match on. Disposing of it frees it and ends its scans. */
export interface RowsView {
  readonly id: number;
  /** Resolves when the last row is known; rejects with what ended it (`cancelled` also if `cancel` did; what was found stays). */
  readonly done: Promise<void>;
  /** Rows known so far: of a sorted view none before all are. */
  readonly length: number;
  progress(): ScanProgress;
  cancel(): void;
  /** Rows of the view in which a text occurs. A new search ends the one before. */
  find(test: FindTest, options: ScanOptions): FindHandle;
  dispose(): void;
}

export interface FindHandle {
  readonly done: Promise<void>;
  /** Rows with a match so far. */
  readonly matches: number;
  progress(): ScanProgress;
  /** The next match from a place in the view on (not counting it), round the end if need be; which columns match in it, and its rank (0-based). */
  next(from: number, direction: 1 | -1): Promise<FoundRow | undefined>;
  dispose(): void;
}

export interface FoundRow {
  readonly position: number;
  readonly columns: readonly number[];
  readonly rank: number;
}

export interface PageRequest {
  readonly view?: number;
  readonly first: number;
  readonly count: number;
}

export interface ScanOptions {
  /** `sample`: only the first 10,000 rows. */
  readonly scope: 'sample' | 'all';
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ScanProgress) => void;
}

export interface StatisticsRequest {
  readonly view?: number;
  /** In place of a view: only rows that pass, found in the same pass. */
  readonly where?: RowFilter;
  readonly columns: readonly string[];
}

export interface StatisticsOptions extends ScanOptions {
  readonly onUpdate?: (columns: readonly ColumnStatistics[], progress: ScanProgress) => void;
}

export interface CellsRequest {
  readonly view?: number;
  /** In place of a view: only rows that pass, found in the same pass and given as they are. Not with `provenance`. */
  readonly where?: RowFilter;
  readonly columns: readonly string[];
  readonly limit?: number;
  /** Also tell where each row comes from. */
  readonly provenance?: boolean;
}

/** Good until the next one is asked for. */
export interface CellsBatch {
  readonly rows: readonly (readonly string[])[];
  /** The same rows as they came, where nothing was done to them: quicker for those who need no strings. */
  readonly packed?: PackedCells;
  /** As many as rows, if asked for: the part's index, and the row's number in the part (0-based). */
  readonly places?: readonly (readonly [part: number, row: number])[];
  /** The same rows, where they are many, some at a time. */
  readonly pieces?: () => Iterable<readonly (readonly string[])[]>;
}

export interface TextRequest {
  readonly view?: number;
  /** In place of a view: only rows that pass, found in the same pass and given as they are. */
  readonly where?: RowFilter;
  readonly format: 'csv' | 'tsv' | 'ndjson';
  readonly columns: readonly string[];
  readonly formulaGuard: boolean;
  readonly limit?: number;
}

export interface DatasetSource {
  readonly source: RangeSource;
  /** From the listing, if known: for estimates before the part is opened. */
  readonly bytes?: number;
  readonly facts: Pick<PartFacts, 'file' | 'uri' | 'dump'>;
  /** What `saveIndex` was given for the same version of the contents, if it is still there. Asked once, after the first read. */
  readonly loadIndex?: () => Promise<Uint8Array | undefined>;
  /** Called with where the blocks lie (no values), whenever a good deal more is known and reading has come to a stop. */
  readonly saveIndex?: (bytes: Uint8Array<ArrayBuffer>) => void;
}

export interface OpenDatasetOptions {
  /** Read unasked, in the background, over all parts together. */
  readonly readAheadBytes: number;
  readonly decoders: Decoders;
  readonly onProgress?: (progress: DatasetProgress) => void;
  /** Headers of further parts were read: there may be more columns, and more is known of what is absent where. */
  readonly onParts?: () => void;
  readonly signal?: AbortSignal;
  readonly maxBlockBytes?: number;
  /** Rows that had approximate numbers have others now: pages of them are stale. */
  readonly onRenumbered?: () => void;
  /** A temporary file for sorting what does not fit in memory; without it that is refused (`query.invalid`). */
  readonly openScratch?: OpenScratch;
  /** As `OpenPartOptions.passedBytes`. */
  readonly passedBytes?: number;
  /** What sorting may take of memory before it uses the disk. Default 16 MB. */
  readonly sortBytes?: number;
}
