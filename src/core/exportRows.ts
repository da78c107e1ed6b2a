export type ExportFormat = 'csv' | 'tsv' | 'ndjson' | 'json' | 'markdown' | 'excel' | 'parquet';

/** How rows are written to a file. All JSON. */
export interface ExportOptions {
  readonly format: ExportFormat;
  /** Names, in the order wanted. */
  readonly columns: readonly string[];
  /** Text values that a spreadsheet would run as a formula get a leading apostrophe (CSV, TSV, Excel). On unless switched off. */
  readonly formulaGuard: boolean;
  /** Columns whose values do not leave as they are. */
  readonly masks: readonly ColumnMask[];
  /** A column each for the dump, the part file and the row in it, before the others. */
  readonly provenance: boolean;
}

/** `mask`: all but the first character of what identifies becomes `•`. `hash`: SHA-256 over `salt` and the value, as hex. */
export interface ColumnMask {
  readonly column: string;
  readonly how: 'mask' | 'hash';
  /** Random for each export unless given, so that two exports cannot be joined by accident. */
  readonly salt?: string;
}
