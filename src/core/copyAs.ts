import type { Cell, Column } from './column';
import { formatPlural } from './format';
import { findJsonFault } from './jsonScanner';
import { delimitedField, guardFormula, markdownCell } from './rowText';

export type CopyFormat = 'tsv' | 'csv' | 'json' | 'ndjson' | 'markdown' | 'insert' | 'in';

/** A rectangle of cells: as many in each row as there are columns. */
export interface CellRange {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface CopyOptions {
  /** Names in the first line of TSV and CSV. Default: yes, unless it is one cell. */
  readonly header?: boolean;
  /** As in an export: an apostrophe before texts that a sheet would run (TSV, CSV). Default: yes, unless it is one cell. */
  readonly formulaGuard?: boolean;
  /** For `insert`. Default `rows`. */
  readonly table?: string;
  /** How the user's engine spells names and texts. Default: standard SQL. */
  readonly spelling?: SqlSpelling;
}

/** `sql/dialect.Dialect` is one. */
export interface SqlSpelling {
  readonly quote: (name: string) => string;
  readonly literal: (text: string) => string;
}

/**
 * `clipped`: some cells came without their ends (places as row and column in the range), and half a value is never copied: ask for these rows whole
 * and call again.
 */
export type Copied =
  | { readonly kind: 'text'; readonly text: string; readonly notes: readonly string[] }
  | { readonly kind: 'clipped'; readonly cells: readonly (readonly [row: number, column: number])[] };

/**
 * Cells as text for the clipboard; every value as exact as it is shown. One cell as TSV is its bare text. NULL is nothing in TSV and CSV, `null` in
 * JSON, `*NULL*` in Markdown, and left out of lists; what is absent counts as NULL. Longs are strings in JSON, as in exports.
 */
export function copyAs(format: CopyFormat, range: CellRange, options: CopyOptions = {}): Copied {
  const cells = clippedCells(range);
  if (cells.length > 0) return { kind: 'clipped', cells };
  const notes: string[] = [];
  const absent = range.rows.reduce((sum, row) => sum + row.filter((cell) => cell === false).length, 0);
  if (absent > 0 && format !== 'in') notes.push(`${formatPlural(absent, 'absent value')} copied as NULL.`);
  const text = printers[format](range, options, notes);
  return { kind: 'text', text, notes };
}

type Printer = (range: CellRange, options: CopyOptions, notes: string[]) => string;

const printers: Readonly<Record<CopyFormat, Printer>> = {
  tsv: (range, options) =>
    isBareCell(range, options) ? (textOf(range.rows[0]?.[0]) ?? '') : delimited(range, options, '\t'),
  csv: (range, options) => delimited(range, options, ','),
  json: (range) =>
    range.rows.length === 0
      ? '[]\n'
      : `[\n${range.rows.map((row) => `  ${jsonObject(range, row)}`).join(',\n')}\n]\n`,
  ndjson: (range) => range.rows.map((row) => `${jsonObject(range, row)}\n`).join(''),
  markdown,
  insert,
  in: inLists,
};

function clippedCells({ rows }: CellRange): readonly (readonly [number, number])[] {
  return rows.flatMap((row, rowIndex) =>
    row.flatMap((cell, index) =>
      typeof cell === 'object' && cell !== null && cell.length > cell.text.length
        ? [[rowIndex, index] as const]
        : [],
    ),
  );
}

function textOf(cell: Cell | undefined): string | null {
  if (cell === null || cell === false || cell === undefined) return null;
  return typeof cell === 'string' ? cell : cell.text;
}

function isBareCell({ columns, rows }: CellRange, { header }: CopyOptions): boolean {
  return columns.length === 1 && rows.length === 1 && header !== true;
}

function delimited(range: CellRange, options: CopyOptions, delimiter: ',' | '\t'): string {
  const { columns, rows } = range;
  const isBare = isBareCell(range, options);
  const guard = options.formulaGuard ?? !isBare;
  const field = (text: string | null, isText: boolean): string =>
    delimitedField(text !== null && isText && guard ? guardFormula(text) : text, delimiter);
  const lines = rows.map((row) =>
    columns.map(({ kind }, index) => field(textOf(row[index]), kind === 'text')).join(delimiter),
  );
  const head = (options.header ?? !isBare) ? [columns.map(({ name }) => field(name, true)).join(delimiter)] : [];
  return [...head, ...lines].map((line) => `${line}\n`).join('');
}

function markdown({ columns, rows }: CellRange): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const head = line(columns.map(({ name }) => markdownCell(name)));
  const rule = line(columns.map(({ kind }) => (kind === 'integer' || kind === 'number' ? '---:' : '---')));
  return (
    head + rule + rows.map((row) => line(columns.map((_, index) => markdownCell(textOf(row[index]))))).join('')
  );
}

function jsonObject({ columns }: CellRange, row: readonly Cell[]): string {
  const members = columns.map(
    (column, index) => `${JSON.stringify(column.name)}:${jsonValue(column, textOf(row[index]))}`,
  );
  return `{${members.join(',')}}`;
}

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Bare where no parser of JSON changes it: ints, doubles, booleans, nested values. */
function jsonValue({ kind, typeText }: Column, text: string | null): string {
  if (text === null) return 'null';
  switch (kind) {
    case 'integer':
      return typeText.startsWith('int') && jsonNumber.test(text) ? text : JSON.stringify(text);
    case 'number':
      return !typeText.startsWith('decimal') && jsonNumber.test(text) ? text : JSON.stringify(text);
    case 'boolean':
      return text === 'true' || text === 'false' ? text : JSON.stringify(text);
    case 'json':
      return findJsonFault(text) === undefined ? text : JSON.stringify(text);
    case 'text':
    case 'bytes':
    case 'time':
      return JSON.stringify(text);
  }
}

const standardSql: SqlSpelling = {
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  literal: (text) => `'${text.replaceAll("'", "''")}'`,
};

function insert({ columns, rows }: CellRange, options: CopyOptions): string {
  if (rows.length === 0) return '';
  const { quote, literal } = options.spelling ?? standardSql;
  const names = columns.map(({ name }) => quote(name)).join(', ');
  const values = rows.map(
    (row) => `  (${columns.map((column, index) => sqlValue(column, textOf(row[index]), literal)).join(', ')})`,
  );
  return `INSERT INTO ${quote(options.table ?? 'rows')} (${names}) VALUES\n${values.join(',\n')};\n`;
}

/** Digits bare, so that ids are compared as numbers; NaN and infinities are texts, which engines cast. */
function sqlValue({ kind }: Column, text: string | null, literal: (text: string) => string): string {
  if (text === null) return 'NULL';
  if ((kind === 'integer' || kind === 'number') && jsonNumber.test(text)) return text;
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text.toUpperCase();
  return literal(text);
}

/** A condition for each column, one a line: `"user_id" IN (1, 2)`. */
function inLists({ columns, rows }: CellRange, options: CopyOptions, notes: string[]): string {
  const { quote, literal } = options.spelling ?? standardSql;
  return columns
    .map((column, index) => {
      const values = new Set<string>();
      let nulls = 0;
      for (const row of rows) {
        const text = textOf(row[index]);
        if (text === null) nulls += 1;
        else values.add(sqlValue(column, text, literal));
      }
      const name = quote(column.name);
      if (values.size === 0) return `${name} IS NULL\n`;
      if (nulls > 0) {
        const of = columns.length > 1 ? ` of ${column.name}` : '';
        notes.push(`${formatPlural(nulls, 'NULL')}${of} left out: IN never finds them.`);
      }
      return `${name} IN (${[...values].join(', ')})\n`;
    })
    .join('');
}
