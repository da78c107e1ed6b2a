import type { Column, ColumnKind } from '../../../src/core/column';
import type { ColumnTest, RowFilter, RowsQuery, TestName } from '../../../src/core/rowFilter';
import { groupMatch, isGroup, type QueryState } from './queryModel';

/** Filters in words: chips, the editor's list of tests, and what is wrong with a value. DOM-free. */

const signs: Readonly<Record<TestName, string>> = {
  equals: '=',
  differs: '≠',
  in: 'in',
  notIn: 'not in',
  contains: 'contains',
  containsNot: 'does not contain',
  startsWith: 'starts with',
  endsWith: 'ends with',
  matches: 'matches',
  matchesNot: 'does not match',
  less: '<',
  lessOrEqual: '≤',
  greater: '>',
  greaterOrEqual: '≥',
  between: 'between',
  isNull: 'is NULL',
  isNotNull: 'is not NULL',
  isEmpty: 'is empty text',
  isAbsent: 'is absent',
  isPresent: 'is present',
};

const timeSigns: Partial<Record<TestName, string>> = {
  less: 'before',
  lessOrEqual: 'at or before',
  greater: 'after',
  greaterOrEqual: 'at or after',
};

const ordered: readonly TestName[] = ['less', 'lessOrEqual', 'greater', 'greaterOrEqual', 'between'];
const textual: readonly TestName[] = [
  'contains',
  'containsNot',
  'equals',
  'differs',
  'startsWith',
  'endsWith',
  'in',
  'notIn',
  'matches',
  'matchesNot',
];
const nullness: readonly TestName[] = ['isNull', 'isNotNull'];

/** The tests that make sense for a kind of column, the likeliest first. `hasAbsent`: some parts lack it. */
export function testsFor(kind: ColumnKind, hasAbsent: boolean): readonly TestName[] {
  const last: readonly TestName[] = hasAbsent ? [...nullness, 'isPresent', 'isAbsent'] : nullness;
  switch (kind) {
    case 'integer':
    case 'number':
      return ['equals', 'differs', ...ordered, 'in', 'notIn', 'contains', 'startsWith', 'endsWith', ...last];
    case 'time':
      return [
        'between',
        'greaterOrEqual',
        'greater',
        'less',
        'lessOrEqual',
        'equals',
        'differs',
        'startsWith',
        ...last,
      ];
    case 'boolean':
      return ['equals', 'differs', ...last];
    case 'text':
      return [...textual, 'isEmpty', ...ordered, ...last];
    case 'bytes':
    case 'json':
      return ['contains', 'containsNot', 'equals', 'differs', 'matches', 'matchesNot', ...last];
  }
}

/** `at or after` of times, `≥` of numbers. */
export function testSign(test: TestName, kind: ColumnKind): string {
  return (kind === 'time' ? timeSigns[test] : undefined) ?? signs[test];
}

/** How the editor's list names a test. */
export function testLabel(test: TestName, kind: ColumnKind): string {
  if (test === 'in') return 'is one of';
  if (test === 'notIn') return 'is none of';
  if (test === 'matches') return 'matches the regular expression';
  if (test === 'matchesNot') return 'does not match the regular expression';
  const sign = testSign(test, kind);
  const more: Partial<Record<TestName, string>> = {
    equals: 'equals',
    differs: 'differs from',
    less: 'less than',
    lessOrEqual: 'at most',
    greater: 'greater than',
    greaterOrEqual: 'at least',
  };
  return kind !== 'time' && more[test] !== undefined ? `${sign} ${more[test]}` : (more[test] ?? sign);
}

/** True where case can matter. */
export function canIgnoreCase(test: TestName, kind: ColumnKind): boolean {
  return kind === 'text' && [...textual, ...ordered].includes(test) && !ordered.includes(test);
}

/** The parts of a chip: `path`, `contains`, `cart`. */
export interface ChipWords {
  readonly column: string;
  readonly sign: string;
  readonly value: string;
}

export function chipWords(filter: RowFilter, kind: ColumnKind = 'text'): ChipWords {
  if (filter.kind === 'find') return { column: '', sign: 'any column contains', value: quoted(filter.text) };
  if (filter.kind !== 'test') return { column: '', sign: '', value: `(${filterWords(filter)})` };
  return { column: filter.column, sign: testSign(filter.test, kind), value: valueWords(filter) };
}

function valueWords({ test, values }: ColumnTest): string {
  const [first = '', second = ''] = values;
  if (test === 'between') return `${quoted(first)} and ${quoted(second)}`;
  if (test === 'in' || test === 'notIn')
    return values.length > 3 ? `${values.length} values` : values.map(quoted).join(', ');
  if (test === 'matches' || test === 'matchesNot') return `/${first}/`;
  return values.length === 0 ? '' : quoted(first);
}

/** Text that would not be seen, or whose ends would not, is quoted. */
function quoted(text: string): string {
  const isPlain = text !== '' && text.trim() === text && !/[,\n\t]/.test(text);
  return isPlain ? text : `“${text.replaceAll('\n', '↵').replaceAll('\t', '⇥')}”`;
}

/** A whole filter in one line: `path contains cart and (country = France or country = Japan)`. */
export function filterWords(filter: RowFilter, kindOf: (column: string) => ColumnKind = () => 'text'): string {
  if (filter.kind === 'test' || filter.kind === 'find') {
    const { column, sign, value } = chipWords(filter, filter.kind === 'test' ? kindOf(filter.column) : 'text');
    return [column, sign, value].filter((word) => word !== '').join(' ');
  }
  const word = filter.kind === 'all' ? ' and ' : ' or ';
  return filter.of
    .map((one) =>
      one.kind === 'all' || one.kind === 'any' ? `(${filterWords(one, kindOf)})` : filterWords(one, kindOf),
    )
    .join(word);
}

/** The order in words: `time, then path descending`. */
export function sortWords({ sort = [] }: RowsQuery): string {
  return sort
    .map(({ column, descending }) => (descending === true ? `${column} descending` : column))
    .join(', then ');
}

/** Between two chips at the top, or in a group. */
export function joinWord(state: QueryState, isInGroup: boolean): 'and' | 'or' {
  return (isInGroup ? groupMatch(state) : state.match) === 'all' ? 'and' : 'or';
}

/** How many chips there are that do something. */
export function activeCount(state: QueryState): number {
  return state.items.flatMap((item) => (isGroup(item) ? item.chips : [item])).filter((chip) => chip.isOff !== true)
    .length;
}

const maxInteger = 2n ** 63n;
const isoTime =
  /^[+-]?\d{4,6}(?:-\d{2}(?:-\d{2}(?:[T ]\d{2}(?::\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?)?$/;

/** What is wrong with a value, in words; undefined if nothing is. */
export function valueFault(test: TestName, kind: ColumnKind, value: string): string | undefined {
  if (['contains', 'containsNot', 'startsWith', 'endsWith'].includes(test))
    return value === '' ? 'Type the text to look for.' : undefined;
  if (test === 'matches' || test === 'matchesNot') return regexFault(value);
  switch (kind) {
    case 'integer':
      return integerFault(value.trim());
    case 'number':
      return value.trim() !== '' && !Number.isNaN(Number(value)) ? undefined : 'Type a number, such as 12.5.';
    case 'boolean':
      return value === 'true' || value === 'false' ? undefined : 'Choose true or false.';
    case 'time':
      return isoTime.test(value.trim())
        ? undefined
        : 'Type a date or time, such as 2026-11-22 or 2026-11-22 04:12:09.';
    default:
      return undefined;
  }
}

function integerFault(value: string): string | undefined {
  if (value === '') return 'Type a whole number.';
  if (!/^[+-]?\d+$/.test(value)) return 'Type a whole number: digits only, no separators.';
  const whole = BigInt(value.replace('+', ''));
  return whole >= -maxInteger && whole < maxInteger
    ? undefined
    : 'No value of a 64-bit column is as large as this.';
}

function regexFault(value: string): string | undefined {
  if (value === '') return 'Type a regular expression.';
  try {
    new RegExp(value, 'u');
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^.*\/u?: /s, '') : '';
    return `This is not a regular expression${why === '' ? '' : `: ${why}`}.`;
  }
}

/** Values pasted or typed as a list: one a line, or separated by commas, semicolons or tabs where there are no lines; quotes around each are taken off. */
export function parseList(text: string): readonly string[] {
  const separator = text.includes('\n') ? /\r?\n/ : /[,;\t]/;
  const values = text
    .split(separator)
    .map((value) => value.trim().replace(/,$/, ''))
    .map((value) => /^(["'])(.*)\1$/s.exec(value)?.[2] ?? value)
    .filter((value) => value !== '');
  return [...new Set(values)];
}

/** The test that a click on a cell's value stands for. */
export function testOfValue(column: Pick<Column, 'name'>, value: string | null): ColumnTest {
  if (value === null) return { kind: 'test', column: column.name, test: 'isNull', values: [] };
  if (value === '') return { kind: 'test', column: column.name, test: 'isEmpty', values: [] };
  return { kind: 'test', column: column.name, test: 'equals', values: [value] };
}
