import type { Column } from '../../../src/core/column';
import type { ColumnMask, ExportFormat, ExportOptions } from '../../../src/core/exportRows';

/** What the export dialog asks, DOM-free. */

export const formats: readonly (readonly [format: ExportFormat, label: string, what: string])[] = [
  ['csv', 'CSV', 'For spreadsheets and loaders'],
  ['tsv', 'TSV', 'Separated by tabs'],
  ['ndjson', 'NDJSON', 'One JSON object a line, ids exact'],
  ['json', 'JSON', 'One array of objects'],
  ['markdown', 'Markdown', 'A table for a ticket'],
  ['excel', 'Excel', 'Ids as text: none is rounded'],
  ['parquet', 'Parquet', 'Typed, for DuckDB and Athena'],
];

/** Where a spreadsheet may run text as a formula. */
export function canGuard(format: ExportFormat): boolean {
  return format === 'csv' || format === 'tsv' || format === 'excel';
}

export type Treatment = 'keep' | ColumnMask['how'];

export interface ExportChoice {
  readonly format: ExportFormat;
  readonly which: 'shown' | 'all' | 'chosen';
  readonly chosen: readonly string[];
  readonly formulaGuard: boolean;
  readonly provenance: boolean;
  /** By column name. */
  readonly treatments: Readonly<Record<string, Treatment>>;
}

export function chosenColumns(
  choice: Pick<ExportChoice, 'which' | 'chosen'>,
  columns: readonly Column[],
  shown: readonly string[],
): readonly string[] {
  const names = columns.map(({ name }) => name);
  if (choice.which === 'all') return names;
  if (choice.which === 'shown') return shown;
  const order = [...shown, ...names.filter((name) => !shown.includes(name))];
  return order.filter((name) => choice.chosen.includes(name));
}

export function exportOptions(choice: ExportChoice, columns: readonly string[]): ExportOptions {
  const masks = columns.flatMap((column): readonly ColumnMask[] => {
    const how = choice.treatments[column] ?? 'keep';
    return how === 'keep' ? [] : [{ column, how }];
  });
  return {
    format: choice.format,
    columns,
    formulaGuard: canGuard(choice.format) && choice.formulaGuard,
    masks,
    provenance: choice.provenance,
  };
}
