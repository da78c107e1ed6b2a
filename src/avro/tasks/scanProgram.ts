import type { RowFilter, SortKey } from '../../core/rowFilter';
import type { BlockOutcome } from '../engine/blockEngine';
import type { StatisticsSketch } from '../statistics/statisticsSketch';
import type { PackedCells } from '../../core/packedCells';
import type { SortKeys } from './sortKeys';

/**
 * What is to be done with every row of a scan. Programs and their results cross threads by structured clone; bytes move by
 * transfer. Columns are meant by name, so that one program serves all parts of a table: what a part lacks is absent there.
 */
export interface ScanProgram {
  /** Only rows that pass. The stretch's own selection, if it has one, comes first. */
  readonly where?: RowFilter;
  readonly task: ScanTask;
}

export type ScanTask =
  /** Decode, check and count. */
  | { readonly kind: 'count' }
  /** Which rows pass each of some filters, for all rows whatever `where` says. */
  | { readonly kind: 'match'; readonly tests: readonly RowFilter[] }
  | { readonly kind: 'statistics'; readonly columns: readonly string[] }
  /** Rows as bytes of a text file, without its head. */
  | { readonly kind: 'text'; readonly text: TextFormat }
  /** Values as JSON texts, as `RowStream` gives them. */
  | { readonly kind: 'cells'; readonly columns: readonly string[] }
  | { readonly kind: 'sortKeys'; readonly keys: readonly SortKey[] };

/** Longs and decimals are strings in NDJSON; NULL is empty in CSV, and empty text `""`. Absent is written as NULL. */
export interface TextFormat {
  readonly format: 'csv' | 'tsv' | 'ndjson';
  readonly columns: readonly string[];
  readonly formulaGuard: boolean;
}

/** A run of whole blocks of one part, to be worked on by one thread. */
export interface Stretch {
  /** Owns its whole buffer: it may be transferred. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly blocks: readonly StretchBlock[];
  /** One bit a declared row, lowest first: only these count. Absent: all. */
  readonly selection?: Uint8Array<ArrayBuffer>;
}

export interface StretchBlock {
  /** Where the block's stored bytes lie in the stretch's. */
  readonly start: number;
  readonly end: number;
  /** As declared by its header. */
  readonly rows: number;
}

export interface StretchResult {
  /** One for each block, in order. */
  readonly blocks: readonly BlockOutcome[];
  /** Rows that passed selection and `where`. */
  readonly matched: number;
  /** Of `match`: for each test one bit a readable row, lowest first, the rows of all blocks one after another. */
  readonly matches?: readonly Uint8Array<ArrayBuffer>[];
  readonly statistics?: StatisticsSketch;
  readonly text?: Uint8Array<ArrayBuffer>;
  readonly cells?: PackedCells;
  readonly sortKeys?: SortKeys;
  /** The memory of the stretch's bytes, given back: to be used again, or freed. What is in it is of no meaning. */
  readonly spent?: Uint8Array<ArrayBuffer>;
}

export interface DecoderSetup {
  readonly schemaText: string;
  readonly codec: string;
  readonly program: ScanProgram;
  /** No block may be larger, stored or decompressed. */
  readonly maxBlockBytes: number;
}

/** Threads (or the caller's own) that work on stretches. */
export interface Decoders {
  /** How many stretches are worth having under way at once. */
  readonly width: number;
  /** Cheap: threads are shared by all decoders, and started at the first stretch. */
  open(setup: DecoderSetup): Decoder;
  dispose(): void;
}

export interface Decoder {
  /**
   * Works on one stretch; its bytes belong to the decoder from here on. Stretches may be finished in any order. Rejects with `cancelled` after `dispose`, and with
   * `avro.*` where the program cannot be run on this schema (an unreadable regular expression: `query.invalid`).
   */
  run(stretch: Stretch): Promise<StretchResult>;
  /** Gives up what is under way; threads that are in the middle of a stretch are free within a batch of rows. */
  dispose(): void;
}
