import type { Column } from '../core/column';
import type { ColumnTest, FilterGroup, FindTest, RowFilter, TestName } from '../core/rowFilter';
import { parseInteger, parseNumber } from '../core/testValues';
import type { Dialect } from './dialect';
import { fill, indent } from './text';

/** A column as a condition spells it. */
export interface ConditionColumn {
  readonly column: Column;
  /** In quotes. */
  readonly sql: string;
}

/** What conditions are made with, and what there is to say about them. */
export interface ConditionContext {
  readonly dialect: Dialect;
  readonly columns: ReadonlyMap<string, ConditionColumn>;
  /** Sentences; each once. */
  readonly notes: Set<string>;
}

/**
 * A filter as a condition, by the rules of `core/rowFilter.ts`: what says of a value what it is not holds for NULL as well, which plain SQL does
 * not give. Columns the table does not have are absent in every row. Where only some parts lack a column, their rows are NULL in the table: `IS NULL` holds
 * for them, though in the view they are absent and not NULL.
 */
export function conditionOf(filter: RowFilter, context: ConditionContext): string {
  switch (filter.kind) {
    case 'all':
    case 'any':
      return groupCondition(filter, context);
    case 'test':
      return testCondition(filter, context);
    case 'find':
      return findCondition(filter, context);
  }
}

/** The members of a filter that all have to hold, for a line each; one member for every other filter. */
export function conjunction(filter: RowFilter, context: ConditionContext): readonly string[] {
  if (filter.kind !== 'all') return [conditionOf(filter, context)];
  return filter.of.flatMap((member) =>
    member.kind === 'all' ? conjunction(member, context) : [conditionOf(member, context)],
  );
}

function groupCondition({ kind, of }: FilterGroup, context: ConditionContext): string {
  const [only, ...others] = of;
  if (only === undefined) return kind === 'all' ? 'TRUE' : 'FALSE';
  if (others.length === 0) return conditionOf(only, context);
  return joined(
    of.map((member) => conditionOf(member, context)),
    kind === 'all' ? 'AND' : 'OR',
  );
}

/** In brackets, on one line if it is short. */
function joined(conditions: readonly string[], word: 'AND' | 'OR'): string {
  const [only] = conditions;
  if (conditions.length === 1 && only !== undefined) return only;
  const line = `(${conditions.join(` ${word} `)})`;
  if (line.length <= 100 && !line.includes('\n')) return line;
  return `(\n${indent(conditions.join(`\n${word} `), 2)}\n)`;
}

const negatives: ReadonlySet<TestName> = new Set<TestName>([
  'differs',
  'notIn',
  'containsNot',
  'startsWithNot',
  'endsWithNot',
  'matchesNot',
  'isNotNull',
  'isNotEmpty',
  'isAbsent',
]);

function testCondition(test: ColumnTest, context: ConditionContext): string {
  const found = context.columns.get(test.column);
  if (found === undefined) {
    context.notes.add(`The table has no column ${JSON.stringify(test.column)}: it is absent in every row.`);
    return `${negatives.has(test.test) ? 'TRUE' : 'FALSE'} /* ${test.test} */`;
  }
  const { sql, column } = found;
  switch (test.test) {
    case 'isNull':
      return `${sql} IS NULL`;
    case 'isNotNull':
      return `${sql} IS NOT NULL`;
    case 'isAbsent':
    case 'isPresent':
      context.notes.add(
        'Columns that a part does not have are NULL in a table: tests for absent columns say nothing here.',
      );
      return `TRUE /* ${test.test} */`;
    case 'isEmpty':
      return `${textOf(found, context)} = ''`;
    case 'isNotEmpty':
      return `${textOf(found, context)} IS DISTINCT FROM ''`;
    case 'contains':
    case 'containsNot':
    case 'startsWith':
    case 'startsWithNot':
    case 'endsWith':
    case 'endsWithNot':
      return likeCondition(test, found, context);
    case 'matches':
    case 'matchesNot':
      return patternCondition(test, textOf(found, context), context);
    default:
      break;
  }
  if (column.kind === 'integer') return integerCondition(test, sql, context);
  if (column.kind === 'number') return comparison(test, ...numberOperands(test, found, context));
  return textComparison(test, found, context);
}

/** Of two operands, or of one and a list: `equals`, `in`, the order, and their opposites. */
function comparison(test: ColumnTest, left: string, values: readonly string[], ordered = left): string {
  const [first = 'NULL', second = 'NULL'] = values;
  switch (test.test) {
    case 'equals':
      return `${left} = ${first}`;
    case 'differs':
      return `${left} IS DISTINCT FROM ${first}`;
    case 'in':
      return `${left} IN ${list(values)}`;
    case 'notIn':
      return `(${left} NOT IN ${list(values)} OR ${left} IS NULL)`;
    case 'less':
      return `${ordered} < ${first}`;
    case 'lessOrEqual':
      return `${ordered} <= ${first}`;
    case 'greater':
      return `${ordered} > ${first}`;
    case 'greaterOrEqual':
      return `${ordered} >= ${first}`;
    case 'between':
      return `${ordered} BETWEEN ${first} AND ${second}`;
    default:
      return 'FALSE';
  }
}

function list(values: readonly string[]): string {
  const line = `(${values.join(', ')})`;
  return line.length <= 100 ? line : `(\n${fill(values, '  ')}\n)`;
}

const least = -(2n ** 63n);
const greatest = 2n ** 63n - 1n;

/** Exact; what no bigint reaches is decided here, because engines take such a literal each in its own way. */
function integerCondition(test: ColumnTest, sql: string, { dialect }: ConditionContext): string {
  const values = test.values.map((text) => parseInteger(text) ?? 0n);
  const [first = 0n, second = first] = values;
  const literal = (value: bigint): string =>
    // The one value whose digits without the sign are too many for the type.
    value === least ? `CAST('${value}' AS ${dialect.types.bigint})` : value.toString();
  const inRange = (value: bigint): boolean => value >= least && value <= greatest;
  switch (test.test) {
    case 'less':
    case 'lessOrEqual':
    case 'greater':
    case 'greaterOrEqual':
      if (!inRange(first)) return first > 0n === test.test.startsWith('less') ? `${sql} IS NOT NULL` : 'FALSE';
      break;
    case 'between': {
      const [low, high] = [first < least ? least : first, second > greatest ? greatest : second];
      return low > high ? 'FALSE' : comparison(test, sql, [literal(low), literal(high)]);
    }
    default: {
      const known = [...new Set(values)].filter(inRange);
      if (known.length === 0) return negatives.has(test.test) ? 'TRUE' : 'FALSE';
      return comparison(test, sql, known.map(literal));
    }
  }
  return comparison(test, sql, [literal(first)]);
}

/** The export's own tables hold what is no id as text: a number is made of it. */
function numberOperands(
  test: ColumnTest,
  { sql, column }: ConditionColumn,
  { dialect, notes }: ConditionContext,
): [left: string, values: readonly string[]] {
  if (column.typeText.startsWith('decimal')) {
    notes.add(
      `${JSON.stringify(column.name)} is compared as a ${dialect.double}: digits past the fifteenth do not count.`,
    );
  }
  const values = test.values.map((text) => {
    const value = parseNumber(text) ?? 0;
    return Number.isFinite(value) ? String(value) : `CAST('${String(value)}' AS ${dialect.double})`;
  });
  return [`CAST(${sql} AS ${dialect.double})`, values];
}

/** By code point, whatever the engine's own order is. */
function textComparison(test: ColumnTest, found: ConditionColumn, context: ConditionContext): string {
  const { dialect, notes } = context;
  const text = textOf(found, context);
  const { kind } = found.column;
  if ((kind === 'time' || kind === 'bytes' || kind === 'json') && test.test !== 'equals') {
    notes.add(`${JSON.stringify(found.column.name)} is compared as text.`);
  }
  const left = test.ignoreCase === true ? `lower(${text})` : text;
  if (test.ignoreCase === true) noteCase(context);
  const values = test.values.map((value) =>
    dialect.literal(test.ignoreCase === true ? value.toLowerCase() : value),
  );
  return comparison(test, left, values, `${left}${dialect.collation}`);
}

/** What is shown of a value. */
function textOf({ sql, column }: ConditionColumn, { dialect, notes }: ConditionContext): string {
  if (column.kind === 'text') return sql;
  if (column.kind !== 'integer' && column.kind !== 'boolean') {
    notes.add(
      `What ${dialect.label} makes of ${JSON.stringify(column.name)} as text may be spelled otherwise than in the view.`,
    );
  }
  return `CAST(${sql} AS ${dialect.types.text})`;
}

function noteCase({ notes, dialect }: ConditionContext): void {
  notes.add(
    `Case is ignored as ${dialect.label}'s lower() does it; letters beyond ASCII may differ from the view.`,
  );
}

function likeCondition(test: ColumnTest, found: ConditionColumn, context: ConditionContext): string {
  const [value = ''] = test.values;
  const text = textOf(found, context);
  const before = test.test.startsWith('startsWith') ? '' : '%';
  const after = test.test.startsWith('endsWith') ? '' : '%';
  const isNegative = negatives.has(test.test);
  const condition = like(text, [before, value, after], test.ignoreCase === true, isNegative, context);
  return isNegative ? `(${condition} OR ${text} IS NULL)` : condition;
}

/** The text between two ends of a pattern, what is special in it said as itself. */
function like(
  text: string,
  [before, value, after]: readonly [string, string, string],
  ignoreCase: boolean,
  isNegative: boolean,
  context: ConditionContext,
): string {
  const { dialect } = context;
  if (ignoreCase) noteCase(context);
  const wanted = ignoreCase ? value.toLowerCase() : value;
  const escaped = wanted.replace(/[!%_]/g, '!$&');
  // PostgreSQL takes a backslash for the escape unless another one is named; some drivers do in texts, so it is never ours.
  const escape = escaped === wanted && !wanted.includes('\\') ? '' : " ESCAPE '!'";
  const word = isNegative ? 'NOT LIKE' : 'LIKE';
  return `${ignoreCase ? `lower(${text})` : text} ${word} ${dialect.literal(before + escaped + after)}${escape}`;
}

function patternCondition(test: ColumnTest, text: string, context: ConditionContext): string {
  const condition = pattern(text, test.values[0] ?? '', test.ignoreCase === true, context);
  return test.test === 'matches' ? condition : `(NOT ${bracketed(condition)} OR ${text} IS NULL)`;
}

function pattern(text: string, wanted: string, ignoreCase: boolean, { dialect, notes }: ConditionContext): string {
  notes.add(
    `Regular expressions are passed on as they are: ${dialect.label} reads them by its own rules, which differ from the view's in details.`,
  );
  return dialect.finds(text, wanted, ignoreCase);
}

function bracketed(condition: string): string {
  return /^\w+\(/.test(condition) ? condition : `(${condition})`;
}

/** In any of the columns, as shown. */
function findCondition(find: FindTest, context: ConditionContext): string {
  const { columns } = context;
  const searched =
    find.columns === undefined ? [...columns.values()] : find.columns.flatMap((name) => columns.get(name) ?? []);
  const ignoreCase = find.matchCase !== true;
  const conditions = searched.map((found) => {
    const text = textOf(found, context);
    return find.isRegex === true
      ? pattern(text, find.text, ignoreCase, context)
      : like(text, ['%', find.text, '%'], ignoreCase, false, context);
  });
  return conditions.length === 0 ? 'FALSE' : joined(conditions, 'OR');
}
