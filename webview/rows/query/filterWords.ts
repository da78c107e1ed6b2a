import { checkTest } from '../../../src/core/checkFilter';
import type { Cell, Column, ColumnKind } from '../../../src/core/column';
import { maskValue } from '../../../src/core/maskValue';
import type { ColumnTest, RowFilter, RowsQuery, TestName } from '../../../src/core/rowFilter';
import { groupMatch, type QueryState } from './queryModel';

/** Filters in words: chips, the editor's list of tests, and what is wrong with a value. DOM-free. */

const signs: Readonly<Record<TestName, string>> = {
  equals: '=',
  differs: '≠',
  in: 'in',
  notIn: 'not in',
  contains: 'contains',
  containsNot: 'does not contain',
  startsWith: 'starts with',
  startsWithNot: 'does not start with',
  endsWith: 'ends with',
  endsWithNot: 'does not end with',
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
  isNotEmpty: 'is not empty text',
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
  'startsWithNot',
  'endsWith',
  'endsWithNot',
  'in',
  'notIn',
  'matches',
  'matchesNot',
];
/** Tests of a part of the text. */
const pieces: ReadonlySet<TestName> = new Set<TestName>([
  'contains',
  'containsNot',
  'startsWith',
  'startsWithNot',
  'endsWith',
  'endsWithNot',
]);
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
      return [...textual, 'isEmpty', 'isNotEmpty', ...ordered, ...last];
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

/** What words about a filter have to know of its columns. */
export interface ColumnsInWords {
  readonly kindOf: (column: string) => ColumnKind;
  /** Values of such a column are not told. */
  readonly isMasked: (column: string) => boolean;
}

const plainColumns: ColumnsInWords = { kindOf: () => 'text', isMasked: () => false };

/** The parts of a chip: `path`, `contains`, `cart`. */
export interface ChipWords {
  readonly column: string;
  readonly sign: string;
  readonly value: string;
}

export function chipWords(filter: RowFilter, columns: ColumnsInWords = plainColumns): ChipWords {
  if (filter.kind === 'find') return { column: '', sign: 'any column contains', value: quoted(filter.text) };
  if (filter.kind !== 'test') return { column: '', sign: '', value: `(${filterWords(filter, columns)})` };
  const { column } = filter;
  return {
    column,
    sign: testSign(filter.test, columns.kindOf(column)),
    value: valueWords(filter, columns.isMasked(column)),
  };
}

function valueWords({ test, values }: ColumnTest, isMasked: boolean): string {
  const [first = '', second = ''] = isMasked ? values.map(maskValue) : values;
  if (test === 'between') return `${quoted(first)} and ${quoted(second)}`;
  if (test === 'in' || test === 'notIn')
    return values.length > 3 || isMasked
      ? `${values.length} ${values.length === 1 ? 'value' : 'values'}`
      : values.map(quoted).join(', ');
  if (test === 'matches' || test === 'matchesNot') return isMasked ? '/…/' : `/${cut(first)}/`;
  return values.length === 0 ? '' : quoted(first);
}

/** Text that would not be seen, or whose ends would not, is quoted; a very long one is cut. */
function quoted(text: string): string {
  const isPlain = text !== '' && text.trim() === text && !/[,\n\t]/.test(text);
  return isPlain ? cut(text) : `“${cut(text).replaceAll('\n', '↵').replaceAll('\t', '⇥')}”`;
}

/** More than this no sentence can hold. */
const maxValueCharacters = 120;

function cut(text: string): string {
  return text.length <= maxValueCharacters ? text : `${text.slice(0, maxValueCharacters - 1)}…`;
}

/** A whole filter in one line: `path contains cart and (country = France or country = Japan)`. */
export function filterWords(filter: RowFilter, columns: ColumnsInWords = plainColumns): string {
  if (filter.kind === 'test' || filter.kind === 'find') {
    const { column, sign, value } = chipWords(filter, columns);
    return [column, sign, value].filter((word) => word !== '').join(' ');
  }
  const word = filter.kind === 'all' ? ' and ' : ' or ';
  return filter.of
    .map((one) =>
      one.kind === 'all' || one.kind === 'any' ? `(${filterWords(one, columns)})` : filterWords(one, columns),
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

/** What is wrong with a value, in words; undefined if nothing is. What the engine would refuse is refused here. */
export function valueFault(
  test: TestName,
  column: Pick<Column, 'name' | 'kind' | 'typeText'>,
  value: string,
): string | undefined {
  const { kind } = column;
  if (pieces.has(test)) return value === '' ? 'Type the text to look for.' : undefined;
  if (test === 'matches' || test === 'matchesNot') return value === '' ? 'Type a regular expression.' : fault();
  if (kind === 'integer') return integerFault(value.trim()) ?? fault();
  if (kind === 'number' && value.trim() === '') return 'Type a number, such as 12.5.';
  if (kind === 'time' && value.trim() === '') return 'Type a date or time, such as 2026-11-22 04:12:09.';
  return fault();

  function fault(): string | undefined {
    // One value at a time: of two, the other may be on its way.
    const alone: TestName = test === 'between' || test === 'in' || test === 'notIn' ? 'equals' : test;
    const failure = checkTest(
      { kind: 'test', column: column.name, test: alone, values: [value] },
      { ...column, nullable: true },
    );
    const detail = failure?.facts['detail'];
    return typeof detail === 'string' ? sentenceOf(detail) : undefined;
  }
}

/** `"x" is not a date like 2023-11-29` as a sentence, with typographic quotes. */
function sentenceOf(detail: string): string {
  return `${detail.replace(/^"(.*)" is/s, '“$1” is')}.`;
}

const maxInteger = 2n ** 63n;

function integerFault(value: string): string | undefined {
  if (value === '') return 'Type a whole number.';
  if (!/^[+-]?\d{1,400}$/.test(value)) return 'Type a whole number: digits only, no separators.';
  const whole = BigInt(value.replace('+', ''));
  return whole >= -maxInteger && whole < maxInteger
    ? undefined
    : 'No value of a 64-bit column is as large as this.';
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

/** The longest text that a test takes; of a longer one its beginning is looked for. */
const maxTested = 1_000;

/** The test that a click on a value stands for. `isCut`: there is more of it than is given. */
export function testOfValue(column: Pick<Column, 'name'>, value: string, isCut = false): ColumnTest {
  const test = (name: TestName, ...values: string[]): ColumnTest => ({
    kind: 'test',
    column: column.name,
    test: name,
    values,
  });
  if (value === '') return test('isEmpty');
  if (!isCut && value.length <= maxTested) return test('equals', value);
  return test('startsWith', Array.from(value.slice(0, maxTested)).slice(0, -1).join(''));
}

/** The same for a cell: NULL and absent values have tests of their own. */
export function testOfCell(column: Pick<Column, 'name'>, cell: Cell): ColumnTest {
  if (cell === null || cell === false)
    return { kind: 'test', column: column.name, test: cell === null ? 'isNull' : 'isAbsent', values: [] };
  return typeof cell === 'string'
    ? testOfValue(column, cell)
    : testOfValue(column, cell.text, cell.length > cell.text.length);
}

/** Leaves out the values that a test of `testOfValue` takes in; undefined where it knows only how a value begins. */
export function oppositeOf(test: ColumnTest): ColumnTest | undefined {
  switch (test.test) {
    case 'isNull':
      return { ...test, test: 'isNotNull' };
    case 'isAbsent':
      return { ...test, test: 'isPresent' };
    case 'isEmpty':
      return { ...test, test: 'isNotEmpty' };
    case 'equals':
      return { ...test, test: 'differs' };
    default:
      return undefined;
  }
}
