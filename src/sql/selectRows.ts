import { checkFilter } from '../core/checkFilter';
import type { Column } from '../core/column';
import { Failure } from '../core/failure';
import type { RowsQuery, SortKey } from '../core/rowFilter';
import { type Dialect, type DialectId, findDialect } from './dialect';
import { nameObjects, planColumns, shown } from './plan';
import { type ConditionColumn, type ConditionContext, conditionOf, conjunction } from './rowConditions';
import { commentLine, indent, selectList } from './text';

export interface SelectRequest {
  readonly dialect: DialectId;
  /** The table's name in the export: what the rows come from is the view of its live rows (`liveRowsName`). */
  readonly table: string;
  /** All columns that the rows have. */
  readonly columns: readonly Column[];
  /** Names of the columns to be selected, in order. */
  readonly shown: readonly string[];
  readonly query: RowsQuery;
  /** In place of the view of live rows: a table or view of that name. */
  readonly from?: string;
  /** Addresses or paths of the Avro files themselves, for engines that read them as they are (DuckDB): then nothing has to be made first. */
  readonly files?: readonly string[];
  /** For the header: where the rows come from, a sentence each. */
  readonly comments?: readonly string[];
}

export interface SelectedRows {
  /** Header and statement, with the closing semicolon. */
  readonly text: string;
  /** The statement alone, without it. */
  readonly sql: string;
  /** Where the statement's answer may differ from the view, a sentence each; they stand in the header, too. */
  readonly notes: readonly string[];
}

/** What the scripts of `generateSql` call the view of a table's rows in effect. */
export function liveRowsName(table: string, dialect: DialectId): string {
  return nameObjects(table, dialectOf(dialect), []).live;
}

/**
 * The rows of a view as a query: shown columns, filter and order.
 * @throws Failure `query.invalid` for a filter that is none, `sql.badName` for a name that no engine can hold.
 */
export function selectRows(request: SelectRequest): SelectedRows {
  const { query } = request;
  const dialect = dialectOf(request.dialect);
  const failure = query.filter === undefined ? undefined : checkFilter(query.filter, request.columns);
  if (failure !== undefined) throw failure;
  const warnings: string[] = [];
  const columns = planSelected(request, dialect, warnings);
  const context: ConditionContext = { dialect, columns, notes: new Set(warnings) };
  const lines = [
    `SELECT${selectList(selected(request.shown, context))}`,
    `FROM ${sourceOf(request, dialect, context)}`,
    ...where(query, context),
    ...orderBy(query.sort ?? [], context),
  ];
  const sql = lines.join('\n');
  const notes = [...context.notes];
  const head = [
    `${shown(request.table)}: rows as filtered and sorted in the view, for ${dialect.label}.`,
    ...(request.comments ?? []),
    ...notes.map((note) => `Note: ${note}`),
  ];
  return { text: `${head.map(commentLine).join('\n')}\n\n${sql};\n`, sql, notes };
}

function dialectOf(id: DialectId): Dialect {
  const dialect = findDialect(id);
  if (dialect === undefined) throw new Failure('internal', { detail: `unknown dialect ${id}` });
  return dialect;
}

/** More files than this are better read by the scripts' own view. */
const mostFiles = 200;

function sourceOf(
  { table, from, files = [] }: SelectRequest,
  dialect: Dialect,
  { notes }: ConditionContext,
): string {
  if (from !== undefined) return dialect.quote(from);
  const read = files.length > 0 && files.length <= mostFiles ? dialect.readFiles?.(files) : undefined;
  if (read !== undefined) return read;
  const warnings: string[] = [];
  const { live } = nameObjects(table, dialect, warnings);
  for (const warning of warnings) notes.add(warning);
  notes.add(`${live} is the view of the rows in effect that "Data Connect: Generate Migrated View SQL" makes.`);
  return dialect.quote(live);
}

/** By name in the files; those that the engine cannot have are left out, with a warning. */
function planSelected(
  { table, columns }: SelectRequest,
  dialect: Dialect,
  warnings: string[],
): ReadonlyMap<string, ConditionColumn> {
  const planned = planColumns(
    {
      name: table,
      columns: columns.map(({ name, kind }) => ({ name, type: kind === 'integer' ? 'bigint' : 'text' })),
    },
    dialect,
    warnings,
  );
  const byName = new Map(columns.map((column) => [column.name, column]));
  return new Map(
    planned.flatMap(({ source, name }) => {
      const column = byName.get(source);
      return column === undefined ? [] : [[source, { column, sql: dialect.quote(name) }] as const];
    }),
  );
}

function selected(names: readonly string[], { columns }: ConditionContext): readonly string[] {
  const found = names.flatMap((name) => columns.get(name)?.sql ?? []);
  return found.length === 0 ? ['*'] : found;
}

function where({ filter }: RowsQuery, context: ConditionContext): readonly string[] {
  if (filter === undefined) return [];
  const [first, ...others] = filter.kind === 'all' ? conjunction(filter, context) : [conditionOf(filter, context)];
  if (first === undefined) return [];
  return [`WHERE ${hanging(first)}`, ...others.map((condition) => `  AND ${hanging(condition)}`)];
}

/** Further lines of a condition stand under its first. */
function hanging(condition: string): string {
  return indent(condition, 2).trimStart();
}

/** Texts by code point, numbers by value, NULL last, up and down. */
function orderBy(keys: readonly SortKey[], { columns, dialect, notes }: ConditionContext): readonly string[] {
  const items = keys.flatMap(({ column: name, descending }) => {
    const found = columns.get(name);
    if (found === undefined) {
      notes.add(`The rows cannot be sorted by ${JSON.stringify(name)}: the table has no such column.`);
      return [];
    }
    const { sql, column } = found;
    const value =
      column.kind === 'number'
        ? `CAST(${sql} AS ${dialect.double})`
        : `${sql}${column.kind === 'text' ? dialect.collation : ''}`;
    return [`${value}${descending === true ? ' DESC' : ''} NULLS LAST`];
  });
  return items.length === 0 ? [] : [`ORDER BY${selectList(items)}`];
}
