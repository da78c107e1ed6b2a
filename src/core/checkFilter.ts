import type { Column } from './column';
import { Failure } from './failure';
import { type ColumnTest, type FindTest, type RowFilter, testArity } from './rowFilter';
import { parseDecimal, parseInteger, parseNumber, parseTime, timeFormOf } from './testValues';

/** A filter may come from a settings file or the webview: more than this nobody made by hand, and would cost more than it is worth. */
const maxTests = 1_000;
const maxDepth = 50;
const maxPatternLength = 10_000;

const valueTests: ReadonlySet<string> = new Set([
  'equals',
  'differs',
  'in',
  'notIn',
  'less',
  'lessOrEqual',
  'greater',
  'greaterOrEqual',
  'between',
]);

/**
 * What is wrong with a filter, before anything is read: `query.invalid` with `detail` and, of a test, `column`. Columns that are not
 * among those given are absent, which is no fault; the values of their tests are not looked at.
 */
export function checkFilter(filter: RowFilter, columns: readonly Column[]): Failure | undefined {
  const byName = new Map(columns.map((column) => [column.name, column]));
  let tests = 0;
  const check = (node: RowFilter, depth: number): Failure | undefined => {
    if (depth > maxDepth) return invalid('its groups are nested too deeply');
    if (++tests > maxTests) return invalid(`it has more than ${maxTests} tests`);
    switch (node.kind) {
      case 'all':
      case 'any':
        for (const member of node.of) {
          const failure = check(member, depth + 1);
          if (failure !== undefined) return failure;
        }
        return undefined;
      case 'test':
        return checkTest(node, byName.get(node.column));
      case 'find':
        return checkFind(node);
      default:
        return invalid('there is no such kind of filter');
    }
  };
  return check(filter, 0);
}

/** The same for one test of a column; the column is absent if it is not given. */
export function checkTest(test: ColumnTest, column: Column | undefined): Failure | undefined {
  const arity = Object.hasOwn(testArity, test.test) ? testArity[test.test] : undefined;
  if (arity === undefined) return invalid('there is no such test', test.column);
  const [least, most] = arity;
  const count = test.values.length;
  if (count < least || count > most) {
    const wanted = least === most ? String(least) : `${least} to ${most}`;
    return invalid(`the test "${test.test}" takes ${wanted} values, not ${count}`, test.column);
  }
  if (test.test === 'matches' || test.test === 'matchesNot') return checkPattern(test.values[0] ?? '', test.column);
  if (column === undefined || !valueTests.has(test.test)) return undefined;
  for (const value of test.values) {
    const fault = faultOfValue(value, column);
    if (fault !== undefined) return invalid(`"${shortened(value)}" is not ${fault}`, test.column);
  }
  return undefined;
}

export function checkFind(find: FindTest): Failure | undefined {
  if (find.text === '') return invalid('there is no text to find');
  return find.isRegex === true ? checkPattern(find.text) : undefined;
}

/** What a value should have been, if it is not that. */
function faultOfValue(value: string, { kind, typeText }: Column): string | undefined {
  switch (kind) {
    case 'integer':
      return parseInteger(value) === undefined ? 'a whole number' : undefined;
    case 'number':
      return (typeText.startsWith('decimal') ? parseDecimal(value) : parseNumber(value)) === undefined
        ? 'a number'
        : undefined;
    case 'boolean':
      return /^(true|false)$/.test(value) ? undefined : 'true or false';
    case 'time': {
      const form = timeFormOf(typeText);
      // A time of day outside the day is shown as the number it is.
      if (form === 'clock' && parseInteger(value) !== undefined) return undefined;
      return parseTime(value, form) === undefined ? timeWords[form] : undefined;
    }
    case 'text':
    case 'bytes':
    case 'json':
      return undefined;
  }
}

const timeWords = {
  date: 'a date like 2023-11-29',
  clock: 'a time of day like 07:01:46.773',
  moment: 'a time like 2023-11-29T07:01:46Z',
  localMoment: 'a time without zone like 2023-11-29T07:01:46',
} as const;

function checkPattern(pattern: string, column?: string): Failure | undefined {
  if (pattern.length > maxPatternLength) return invalid('the regular expression is too long', column);
  try {
    new RegExp(pattern, 'u');
    return undefined;
  } catch (error) {
    // V8's message ends in what is wrong: "Invalid regular expression: /(/u: Unterminated group".
    const reason = error instanceof Error ? error.message.slice(error.message.lastIndexOf(': ') + 2) : '';
    return invalid(`"${shortened(pattern)}" is not a regular expression: ${reason}`, column);
  }
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}

function invalid(detail: string, column?: string): Failure {
  return new Failure('query.invalid', column === undefined ? { detail } : { column, detail });
}
