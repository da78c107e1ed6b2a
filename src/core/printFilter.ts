import { isPlainName } from './parseFilter';
import type { ColumnTest, FindTest, RowFilter, TestName } from './rowFilter';

/**
 * A filter as text that `parseFilter` reads back as the same one; a group of one is its member. Filters must be as `checkFilter` allows them.
 */
export function printFilter(filter: RowFilter): string {
  return print(filter, 'none');
}

/** `within`: the group it stands in, which says whether it needs brackets. */
function print(filter: RowFilter, within: 'none' | 'all' | 'any'): string {
  switch (filter.kind) {
    case 'test':
      return printTest(filter);
    case 'find':
      return printFind(filter);
    case 'all':
    case 'any': {
      const [first] = filter.of;
      if (first === undefined) return filter.kind === 'all' ? 'true' : 'false';
      if (filter.of.length === 1) return print(first, within);
      const text = filter.of
        .map((member) => print(member, filter.kind))
        .join(filter.kind === 'all' ? ' and ' : ' or ');
      // "and" binds tighter than "or"; a group in one of its own kind keeps its brackets, so that it stays one.
      return within === 'none' || (filter.kind === 'all' && within === 'any') ? text : `(${text})`;
    }
  }
}

const words: Readonly<Record<TestName, string>> = {
  equals: '=',
  differs: '!=',
  in: 'in',
  notIn: 'not in',
  contains: 'contains',
  containsNot: 'not contains',
  startsWith: 'starts with',
  startsWithNot: 'not starts with',
  endsWith: 'ends with',
  endsWithNot: 'not ends with',
  matches: 'matches',
  matchesNot: 'not matches',
  less: '<',
  lessOrEqual: '<=',
  greater: '>',
  greaterOrEqual: '>=',
  between: 'between',
  isNull: 'is null',
  isNotNull: 'is not null',
  isEmpty: 'is empty',
  isNotEmpty: 'is not empty',
  isAbsent: 'is absent',
  isPresent: 'is present',
};

function printTest({ column, test, values, ignoreCase }: ColumnTest): string {
  const shown = values.map(printValue);
  const operand =
    test === 'in' || test === 'notIn'
      ? ` (${shown.join(', ')})`
      : shown.length === 0
        ? ''
        : ` ${shown.join(' and ')}`;
  return `${printName(column)} ${words[test]}${operand}${ignoreCase === true ? ' ignoring case' : ''}`;
}

function printFind({ text, matchCase, isRegex, columns }: FindTest): string {
  const within = columns === undefined ? '' : ` in (${columns.map(printName).join(', ')})`;
  return `find ${quoteText(text)}${within}${isRegex === true ? ' as pattern' : ''}${matchCase === true ? ' matching case' : ''}`;
}

function printName(name: string): string {
  return isPlainName(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function printValue(value: string): string {
  return /^-?\d+(\.\d+)?$/.test(value) ? value : quoteText(value);
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
