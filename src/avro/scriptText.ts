import { delimitedField, guardFormula, textOfJson } from '../core/rowText';
import type { RowBatch } from './blockEngine';
import type { ColumnPlan } from './columns';
import type { TextFormat } from './scanProgram';
import { makeJson } from './values';

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

/** One field of a row out of its value's JSON text: with what separates it from the field before, in the format's spelling. */
export type FieldPrinter = (json: string) => string;

/** The printers of a format's columns, and what ends a row. */
export function printersOf(
  plans: readonly ColumnPlan[],
  { format, columns, formulaGuard }: TextFormat,
): { readonly fields: readonly FieldPrinter[]; readonly rowEnd: string } {
  if (format === 'ndjson') {
    const keys = columns.map((name, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
    return { fields: keys.map((key) => (json) => key + json), rowEnd: columns.length === 0 ? '{}\n' : '}\n' };
  }
  const delimiter = delimiterOf(format);
  const places = placesOf(plans, columns);
  const fields = places.map((place, index): FieldPrinter => {
    const isGuarded = formulaGuard && plans[place]?.column.kind === 'text';
    const before = index === 0 ? '' : delimiter;
    return (json) => {
      const text = textOfJson(json);
      return before + delimitedField(text === null || !isGuarded ? text : guardFormula(text), delimiter);
    };
  });
  return { fields, rowEnd: '\n' };
}

export function delimiterOf(format: 'csv' | 'tsv'): ',' | '\t' {
  return format === 'csv' ? ',' : '\t';
}
