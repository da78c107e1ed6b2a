import { delimitedField, guardFormula, textOfJson } from '../../core/rowText';
import type { RowBatch } from '../engine/blockEngine';
import type { ColumnPlan } from '../values/columns';
import type { TextFormat } from './scanProgram';
import { makeJson } from '../values/values';

/** A batch of more bytes is not made into one string. */
const largestText = 64 * 1024 * 1024;

/** The places of columns among the plans, by name; -1 for those that the schema lacks. */
export function placesOf(plans: readonly ColumnPlan[], columns: readonly string[]): readonly number[] {
  const places = new Map(plans.map(({ column }, place) => [column.name, place]));
  return columns.map((name) => places.get(name) ?? -1);
}

/** Values of a batch as JSON texts (`makeJson`), by row and place of the column; `null` where there is no such column. */
export function createJsonReader(
  plans: readonly ColumnPlan[],
  batch: RowBatch,
): (row: number, place: number) => string {
  const { data, starts, ends, stride } = batch;
  // Most texts are cut out of one string of everything (speed.md, section 2); a few are quicker made by themselves.
  const latin1 = batch.rows >= 8 && data.length <= largestText ? data.toString('latin1') : undefined;
  return (row, place) => {
    const slot = place * stride + row;
    const start = place < 0 ? -1 : (starts[slot] as number);
    return start < 0 ? 'null' : makeJson(plans[place] as ColumnPlan, data, start, ends[slot] as number, latin1);
  };
}

/** How rows are spelled in a format. */
export interface RowSpelling {
  readonly fields: readonly FieldSpelling[];
  /** Between fields in CSV and TSV; absent in NDJSON. */
  readonly delimiter?: ',' | '\t';
  readonly rowEnd: string;
  /** A field out of its value's JSON text, without its prefix. */
  readonly print: (field: number, json: string) => string;
}

export interface FieldSpelling {
  /** Of the column among the plans, -1 for one that is absent. */
  readonly place: number;
  /** What comes before the value. */
  readonly prefix: string;
  /** Whether texts get an apostrophe where a spreadsheet would run them. */
  readonly isGuarded: boolean;
}

export function spellingOf(
  plans: readonly ColumnPlan[],
  { format, columns, formulaGuard }: TextFormat,
): RowSpelling {
  const places = placesOf(plans, columns);
  if (format === 'ndjson') {
    const fields = places.map((place, index) => ({
      place,
      prefix: `${index === 0 ? '{' : ','}${JSON.stringify(columns[index])}:`,
      isGuarded: false,
    }));
    return { fields, rowEnd: fields.length === 0 ? '{}\n' : '}\n', print: (_, json) => json };
  }
  const delimiter = delimiterOf(format);
  const fields = places.map((place, index) => ({
    place,
    prefix: index === 0 ? '' : delimiter,
    isGuarded: formulaGuard && plans[place]?.column.kind === 'text',
  }));
  const print = (field: number, json: string): string => {
    const text = textOfJson(json);
    return delimitedField(
      text !== null && fields[field]?.isGuarded === true ? guardFormula(text) : text,
      delimiter,
    );
  };
  return { fields, delimiter, rowEnd: '\n', print };
}

export function delimiterOf(format: 'csv' | 'tsv'): ',' | '\t' {
  return format === 'csv' ? ',' : '\t';
}
