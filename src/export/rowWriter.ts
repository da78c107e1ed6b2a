import type { PackedCells } from '../core/packedCells';
import type { Column } from '../core/column';
import type { ExportOptions } from '../core/exportRows';
import type { PartFacts } from '../core/rowsProgress';

/** Where the bytes of a file go, in order: it resolves when more may come. Each piece belongs to it. */
export type ByteSink = (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

/** Writes one file, row by row, memory flat. One call at a time: await each. Made by `createRowWriter`. */
export interface RowWriter {
  /** @throws what the sink throws, and Failure `export.cannotWrite` for rows that the format cannot hold. */
  write(batch: ExportBatch): Promise<void>;
  /** The end of the file. A file without it is not whole. */
  end(): Promise<ExportSummary>;
  /** In place of `end`, if the file is given up: frees what is held. */
  dispose(): void;
}

/** Rows as `Dataset.cells` gives them for the columns of the export, in its order. */
export interface ExportBatch {
  /** JSON texts, one for each column: `null`, `"text"`, `"-9223372036854775808"`, `12`, `0.5`, `true`, `{"a":"1"}`. */
  readonly rows: readonly (readonly string[])[];
  /** The same rows, if they are at hand so: `rows` is not looked at where these do. */
  readonly packed?: PackedCells;
  /** The same rows some at a time, where they are so many that all of them as strings would take much memory: `rows` is not looked at then. */
  readonly pieces?: () => Iterable<readonly (readonly string[])[]>;
  /** With provenance: for each row its part (as `parts` counts them) and its number in the part, 0-based. */
  readonly places?: readonly (readonly [part: number, row: number])[];
}

export interface RowWriterRequest {
  readonly options: ExportOptions;
  /** All columns of the dataset: those of the export are found by name; what is not among them is written as text. */
  readonly columns: readonly Column[];
  readonly sink: ByteSink;
  /** For provenance: the parts as they are known now. */
  readonly parts?: () => readonly Pick<PartFacts, 'dump' | 'file'>[];
}

export interface ExportSummary {
  readonly rows: number;
  readonly bytes: number;
  /** Sentences for people about what the format could not hold as it is: `3 texts were cut at 32,767 characters …`. */
  readonly notes: readonly string[];
}
