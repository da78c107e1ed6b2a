import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from '../../../src/core/failure';
import { pointAt } from '../../../src/core/filterTokens';
import { isPlainName, parseFilter } from '../../../src/core/parseFilter';
import { printFilter } from '../../../src/core/printFilter';
import {
  type ColumnTest,
  type FindTest,
  type RowFilter,
  testArity,
  type TestName,
} from '../../../src/core/rowFilter';

const test = (column: string, name: TestName, ...values: string[]): ColumnTest => ({
  kind: 'test',
  column,
  test: name,
  values,
});
const all = (...of: RowFilter[]): RowFilter => ({ kind: 'all', of });
const any = (...of: RowFilter[]): RowFilter => ({ kind: 'any', of });

describe('parseFilter', () => {
  it.each<[string, RowFilter]>([
    [`country = 'FR'`, test('country', 'equals', 'FR')],
    [`country<>'FR'`, test('country', 'differs', 'FR')],
    [`country != 'O''Neill'`, test('country', 'differs', "O'Neill")],
    ['user_id = -9223372036854775808', test('user_id', 'equals', '-9223372036854775808')],
    ['price >= 1.50e3', test('price', 'greaterOrEqual', '1.50e3')],
    ['price<-.5', test('price', 'less', '-.5')],
    ['is_new = TRUE', test('is_new', 'equals', 'true')],
    [`"a ""b"" and, c" contains ''`, test('a "b" and, c', 'contains', '')],
    [`größe STARTS WITH 'x'`, test('größe', 'startsWith', 'x')],
    [`path startsWith 'x'`, test('path', 'startsWith', 'x')],
    [`path ends with '⛺'`, test('path', 'endsWith', '⛺')],
    [`path matches '^/a\\d+$'`, test('path', 'matches', '^/a\\d+$')],
    [`path not matches 'x'`, test('path', 'matchesNot', 'x')],
    [`path not contains 'x'`, test('path', 'containsNot', 'x')],
    [`path not starts with 'a.b'`, test('path', 'startsWithNot', 'a.b')],
    [`not path ends with '$'`, test('path', 'endsWithNot', '$')],
    [`not path not endsWith '$'`, test('path', 'endsWith', '$')],
    [`path not starts with 'A' ignoring case`, { ...test('path', 'startsWithNot', 'A'), ignoreCase: true }],
    ['id in (1,2 , 3)', test('id', 'in', '1', '2', '3')],
    [`id not in ('a')`, test('id', 'notIn', 'a')],
    [`day between '2023-11-01' and '2023-11-30'`, test('day', 'between', '2023-11-01', '2023-11-30')],
    ['path is null', test('path', 'isNull')],
    ['path is not null', test('path', 'isNotNull')],
    ['path is empty', test('path', 'isEmpty')],
    ['path is absent', test('path', 'isAbsent')],
    ['path is not absent', test('path', 'isPresent')],
    [`path = 'A' ignoring case`, { ...test('path', 'equals', 'A'), ignoreCase: true }],
    ['true', all()],
    ['false', any()],
    [`find 'x'`, { kind: 'find', text: 'x' }],
    [
      `find 'x' in (a, "b c") as pattern matching case`,
      { kind: 'find', text: 'x', columns: ['a', 'b c'], isRegex: true, matchCase: true },
    ],
    // Words that mean something elsewhere are columns where one stands.
    [`find = 'x' and contains contains 'x'`, all(test('find', 'equals', 'x'), test('contains', 'contains', 'x'))],
    ['empty is empty', test('empty', 'isEmpty')],
  ])('reads %s', (text, filter) => {
    expect(parseFilter(text)).toEqual(filter);
  });

  it('binds "and" tighter than "or", and "not" tightest', () => {
    const [a, b, c] = [test('a', 'equals', '1'), test('b', 'equals', '2'), test('c', 'equals', '3')] as const;
    expect(parseFilter('a = 1 or b = 2 and c = 3')).toEqual(any(a, all(b, c)));
    expect(parseFilter('(a = 1 or b = 2) and c = 3')).toEqual(all(any(a, b), c));
    expect(parseFilter('not a = 1 and b = 2')).toEqual(all(test('a', 'differs', '1'), b));
    expect(parseFilter('a = 1 and b = 2 and c = 3')).toEqual(all(a, b, c));
    expect(parseFilter('(a = 1 and b = 2) and c = 3')).toEqual(all(all(a, b), c));
    expect(parseFilter("country = 'FR' and (path contains '/cart' or path is null) and not id in (1)")).toEqual(
      all(
        test('country', 'equals', 'FR'),
        any(test('path', 'contains', '/cart'), test('path', 'isNull')),
        test('id', 'notIn', '1'),
      ),
    );
  });

  it('turns what has no opposite of its own round with several tests', () => {
    const none = [test('x', 'isNull'), test('x', 'isAbsent')] as const;
    expect(parseFilter('not x < 5')).toEqual(any(test('x', 'greaterOrEqual', '5'), ...none));
    expect(parseFilter('x not between 1 and 5')).toEqual(
      any(test('x', 'less', '1'), test('x', 'greater', '5'), ...none),
    );
    expect(parseFilter('x is not empty')).toEqual(test('x', 'isNotEmpty'));
    expect(parseFilter('not (x = 1 or not (y is null and z = 2))')).toEqual(
      all(test('x', 'differs', '1'), all(test('y', 'isNull'), test('z', 'equals', '2'))),
    );
  });

  it.each<[string, number, RegExp]>([
    ['', 0, /empty/],
    ['   ', 3, /empty/],
    ['country', 7, /missing/],
    ['country =', 9, /a value is missing after "="/],
    ['country = and path', 10, /single quotes/],
    ['country = FR', 10, /'FR'/],
    ['country = "FR"', 10, /single quotes: 'FR'/],
    ["country = 'FR", 10, /not closed/],
    ["'country' = 1", 0, /double quotes/],
    ['country = null', 10, /is null/],
    ["country like '%x'", 8, /no like/],
    ['a = 1 b = 2', 6, /wanted before "b"/],
    ['a = 2023-11-29', 8, /wanted before "-11"/],
    ['(a = 1', 0, /not closed/],
    ['a = 1)', 5, /closes nothing/],
    ['a in ()', 6, /value/],
    ['a in (1 2)', 8, /"\)" is wanted/],
    ['a between 1 or 2', 12, /"and"/],
    ['a is 5', 5, /after "is"/],
    ['a not = 1', 6, /test/],
    ['and = 1', 0, /column/],
    ['a = 1 and', 9, /column is missing/],
    ['a = 1 ; drop', 6, /";" means nothing/],
    ["not find 'x'", 0, /opposite/],
    [`${'('.repeat(10_000)}a = 1`, 50, /deeply/],
    [`${'not '.repeat(10_000)}a = 1`, 200, /deeply/],
  ])('says what is wrong with %j, and where', (text, position, words) => {
    let fault: unknown;
    try {
      parseFilter(text);
    } catch (error) {
      fault = error;
    }
    expect(isFailure(fault, 'query.invalid') && fault.facts).toMatchObject({ position });
    expect(isFailure(fault) && fault.facts['detail']).toMatch(words);
  });
});

describe('pointAt', () => {
  it('shows the line and the place', () => {
    expect(pointAt('a = ', 4)).toEqual(['a = ', '    ^']);
    expect(pointAt('a = 1\nand b\tis 5', 15)).toEqual(['and b is 5', '         ^']);
    expect(pointAt("⛺👩 = 'x", 6)).toEqual(["⛺👩 = 'x", '     ^']);
    const [line, caret] = pointAt(`${'x'.repeat(500)}!${'y'.repeat(500)}`, 500);
    expect(line[caret.length - 1]).toBe('!');
    expect(line.length).toBeLessThan(130);
  });
});

describe('printFilter', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(
      '',
      "'",
      '"',
      'and',
      'NULL',
      'true',
      'find',
      'a b',
      'é',
      '-1',
      '1.5',
      '1e5',
      '.5',
      '9'.repeat(30),
    ),
  );
  const names = Object.keys(testArity) as TestName[];
  const columnTest = fc
    .tuple(text, fc.constantFrom(...names), fc.array(text, { minLength: 2, maxLength: 5 }), fc.boolean())
    .map(([column, name, values, ignoreCase]): ColumnTest => {
      const most = testArity[name][1];
      return {
        kind: 'test',
        column,
        test: name,
        values: values.slice(0, most),
        ...(ignoreCase ? { ignoreCase } : {}),
      };
    });
  const find = fc
    .tuple(text, fc.boolean(), fc.boolean(), fc.option(fc.array(text, { maxLength: 3 }), { nil: undefined }))
    .map(([of, matchCase, isRegex, columns]): FindTest => ({
      kind: 'find',
      text: of,
      ...(matchCase ? { matchCase } : {}),
      ...(isRegex ? { isRegex } : {}),
      ...(columns === undefined ? {} : { columns }),
    }));
  const { filter } = fc.letrec<{ filter: RowFilter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      columnTest,
      find,
      fc
        // A group of one is printed as its member.
        .tuple(
          fc.constantFrom('all' as const, 'any' as const),
          fc.array(tie('filter'), { minLength: 2, maxLength: 4 }),
        )
        .map(([kind, of]): RowFilter => ({ kind, of })),
      fc.constantFrom(all(), any()),
    ),
  }));

  it('prints what is read back as the same filter', () => {
    fc.assert(
      fc.property(filter, (original) => {
        expect(parseFilter(printFilter(original))).toEqual(original);
      }),
      { numRuns: 1_000 },
    );
  });

  it('uses quotes and brackets only where they are needed', () => {
    const written = "country = 'FR' and (path contains '/cart' or path is null) and id not in (1, 2)";
    expect(printFilter(parseFilter(written))).toBe(written);
    expect(printFilter(parseFilter('(a = 1) or ((b = 2) and c = 3)'))).toBe('a = 1 or b = 2 and c = 3');
    expect(printFilter(all(test('a', 'isNull')))).toBe('a is null');
    expect([isPlainName('user_id'), isPlainName('And'), isPlainName('2x'), isPlainName('')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
