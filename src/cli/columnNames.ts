import type { Column } from '../core/column';
import type { RowFilter, SortKey } from '../core/rowFilter';
import { UsageError } from './usage';

/** Names of columns as an option gives them: repeated, or behind each other with commas. Absent if the option is. */
export type NamedColumns = readonly string[] | undefined;

/** The columns named, in the order named; all if none is. Throws `UsageError` for one that is not there, or named twice. */
export function chooseColumns(columns: readonly Column[], named: NamedColumns, usage: string): readonly string[] {
  if (named === undefined) return columns.map(({ name }) => name);
  const wanted = splitNames(columns, named);
  for (const name of wanted) requireColumn(columns, name, usage);
  const repeated = wanted.find((name, index) => wanted.indexOf(name) !== index);
  if (repeated !== undefined) throw new UsageError(`--columns names "${repeated}" twice`, usage);
  return wanted;
}

/** A name may hold a comma: what is a column as it stands is not taken apart. */
export function splitNames(columns: readonly Column[], named: readonly string[]): readonly string[] {
  const names = new Set(columns.map(({ name }) => name));
  return named.flatMap((text) => (names.has(text) ? [text] : text.split(',')));
}

/** `a,-b`: by a, then by b from the greatest. */
export function chooseSortKeys(columns: readonly Column[], named: NamedColumns, usage: string): readonly SortKey[] {
  if (named === undefined) return [];
  const names = new Set(columns.map(({ name }) => name));
  const whole = (text: string): boolean => names.has(text) || (text.startsWith('-') && names.has(text.slice(1)));
  return named
    .flatMap((text) => (whole(text) ? [text] : text.split(',')))
    .map((text) => {
      if (names.has(text) || !text.startsWith('-')) return { column: text };
      return { column: text.slice(1), descending: true };
    })
    .map((key) => {
      requireColumn(columns, key.column, usage);
      return key;
    });
}

/** A test of a column that no part has would hold for all rows or none, and say nothing of the slip. */
export function requireColumnsOf(filter: RowFilter, columns: readonly Column[], usage: string): void {
  switch (filter.kind) {
    case 'all':
    case 'any':
      for (const member of filter.of) requireColumnsOf(member, columns, usage);
      return;
    case 'test':
      requireColumn(columns, filter.column, usage);
      return;
    case 'find':
      for (const column of filter.columns ?? []) requireColumn(columns, column, usage);
  }
}

function requireColumn(columns: readonly Column[], name: string, usage: string): void {
  if (columns.some((column) => column.name === name)) return;
  const names = columns.map((column) => column.name).join(', ');
  throw new UsageError(`there is no column "${name}"; there are ${names}`, usage);
}
