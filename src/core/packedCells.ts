/**
 * Rows of JSON texts in three buffers, which move between threads as they are: a million short strings cost seconds to copy, and a
 * collector's work beside. The values of a row stand one after another, and the rows too.
 */
export interface PackedCells {
  readonly rows: number;
  readonly columns: number;
  /** Values in ASCII. NULL is nothing: no JSON text is empty. */
  readonly text: Uint8Array<ArrayBuffer>;
  /** All others, in UTF-16, little-endian. */
  readonly wide: Uint8Array<ArrayBuffer>;
  /** For each value where it ends in `text`; or `~` of where it ends in `wide`, in units. */
  readonly ends: Int32Array<ArrayBuffer>;
}
