/** A column as shown: what a value of it is, independent of how Avro spells that. All JSON. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Spelled for people: `long or null`, `string`, `record Address`. */
  readonly typeText: string;
  readonly nullable: boolean;
  /** The schema's `doc`, if any. */
  readonly doc?: string;
}

/**
 * `integer`: int and long, shown exactly, as decimal text. `number`: float and double. `text`: string and enum.
 * `json`: records, arrays, maps and unions of several types, shown as readable JSON. `bytes`: bytes and fixed, as hex.
 * `time`: Avro's own logical date and time types (the export itself delivers times as text).
 */
export type ColumnKind = 'integer' | 'number' | 'text' | 'boolean' | 'bytes' | 'json' | 'time';

/**
 * NULL is `null`; a value that is longer than the cell limit comes cut, with its whole length in characters; `false` stands for a value
 * that is absent: the row's part has no such column.
 */
export type Cell = string | null | ClippedText | AbsentCell;

export type AbsentCell = false;

export const absentCell: AbsentCell = false;

export interface ClippedText {
  readonly text: string;
  /** Length of the whole value, in UTF-16 code units. */
  readonly length: number;
}
