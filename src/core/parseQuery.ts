import { Failure } from './failure';
import { isRecord, type JsonRecord } from './jsonRecord';
import {
  type ColumnTest,
  type FilterGroup,
  type FindTest,
  type RowFilter,
  type RowsQuery,
  type SortKey,
  testArity,
  type TestName,
} from './rowFilter';

/** What people ask fits in here many times over; what is larger was not typed. */
const maxDepth = 16;
const maxFilters = 1_000;
const maxTextLength = 10_000;
const maxNameLength = 1_024;
const maxSortKeys = 32;
const maxColumns = 20_000;

/**
 * A query from outside (a webview, a kept state, a command's argument), checked field by field: shape, kinds, number of values, and bounds on
 * all of it. Fields that are not known are left out. Whether the columns are there and the values fit them is the engine's to say.
 * @throws Failure `query.invalid` (`detail`, and `column` if it is about one)
 */
export function parseQuery(value: unknown): RowsQuery {
  if (!isRecord(value)) throw invalid('it is not a query');
  const { filter, sort } = value;
  return {
    ...(filter === undefined || filter === null ? {} : { filter: parseFilter(filter) }),
    ...(sort === undefined || sort === null ? {} : { sort: parseSort(sort) }),
  };
}

/** A filter from outside, as `parseQuery` takes it. @throws Failure `query.invalid` */
export function parseFilter(value: unknown): RowFilter {
  return parseNode(value, 0, { left: maxFilters });
}

/** A search from outside. @throws Failure `query.invalid` */
export function parseFindTest(value: unknown): FindTest {
  if (!isRecord(value) || value['kind'] !== 'find') throw invalid('it is not a search');
  return parseFind(value);
}

/** Names of columns from outside, each once, in their order. @throws Failure `query.invalid` */
export function parseColumnNames(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length > maxColumns) throw invalid('its columns are not a list of names');
  return [...new Set(value.map((item: unknown) => parseName(item)))];
}

function parseNode(value: unknown, depth: number, budget: { left: number }): RowFilter {
  if (!isRecord(value)) throw invalid('a part of it is not a filter');
  if (depth > maxDepth) throw invalid(`its groups are nested more than ${maxDepth} deep`);
  if (--budget.left < 0) throw invalid(`it has more than ${maxFilters} tests`);
  switch (value['kind']) {
    case 'all':
    case 'any':
      return parseGroup(value, value['kind'], depth, budget);
    case 'test':
      return parseTest(value);
    case 'find':
      return parseFind(value);
    default:
      throw invalid('a part of it is of no known kind');
  }
}

function parseGroup(
  { of }: JsonRecord,
  kind: FilterGroup['kind'],
  depth: number,
  budget: { left: number },
): FilterGroup {
  if (!Array.isArray(of)) throw invalid('a group of it is not a list');
  return { kind, of: of.map((item: unknown) => parseNode(item, depth + 1, budget)) };
}

function parseTest(value: JsonRecord): ColumnTest {
  const column = parseName(value['column']);
  const { test, values, ignoreCase } = value;
  if (!isTestName(test)) throw invalid('there is no such test', column);
  const [least, most] = testArity[test];
  if (!Array.isArray(values) || values.length < least || values.length > most) {
    const wanted = least === most ? String(least) : `${least} to ${most}`;
    throw invalid(`"${test}" takes ${wanted} ${most === 1 ? 'value' : 'values'}`, column);
  }
  return {
    kind: 'test',
    column,
    test,
    values: values.map((item: unknown) => parseText(item, column)),
    ...flag('ignoreCase', ignoreCase),
  };
}

function parseFind(value: JsonRecord): FindTest {
  const { text, matchCase, isRegex, columns } = value;
  return {
    kind: 'find',
    text: parseText(text),
    ...flag('matchCase', matchCase),
    ...flag('isRegex', isRegex),
    ...(columns === undefined ? {} : { columns: parseColumnNames(columns) }),
  };
}

function parseSort(value: unknown): readonly SortKey[] {
  if (!Array.isArray(value) || value.length > maxSortKeys)
    throw invalid(`it sorts by more than ${maxSortKeys} columns`);
  return value.map((item: unknown) => {
    if (!isRecord(item)) throw invalid('a sort key of it is not one');
    return { column: parseName(item['column']), ...flag('descending', item['descending']) };
  });
}

function isTestName(value: unknown): value is TestName {
  return typeof value === 'string' && Object.hasOwn(testArity, value);
}

function parseName(value: unknown): string {
  if (typeof value === 'string' && value !== '' && value.length <= maxNameLength) return value;
  throw invalid('a column of it has no name');
}

function parseText(value: unknown, column?: string): string {
  if (typeof value !== 'string') throw invalid('a value of it is not text', column);
  if (value.length > maxTextLength) throw invalid(`a value is longer than ${maxTextLength} characters`, column);
  return value;
}

/** A switch that is on; anything but `true` is off. */
function flag<Name extends string>(name: Name, value: unknown): Partial<Record<Name, true>> {
  return value === true ? ({ [name]: true } as Partial<Record<Name, true>>) : {};
}

function invalid(detail: string, column?: string): Failure {
  return new Failure('query.invalid', { detail, ...(column === undefined ? {} : { column }) });
}
