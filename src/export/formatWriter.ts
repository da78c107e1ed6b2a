import type { PackedCells } from '../core/packedCells';
import type { ExportColumn } from './exportColumns';

/** One format. Rows come with every change made; the columns are all columns of the file. */
export interface FormatWriter {
  write(rows: readonly (readonly string[])[]): Promise<void>;
  /** The same, by formats that need no strings. */
  writePacked?(cells: PackedCells): Promise<void>;
  /** Sentences about what could not be held as it is. */
  end(): Promise<readonly string[]>;
  dispose(): void;
}

/** What a format is told. */
export interface FormatRequest {
  readonly columns: readonly ExportColumn[];
  readonly formulaGuard: boolean;
  readonly sink: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
}
