import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from '../../../src/core/failure';
import { isFreshArrangement, parseArrangement } from '../../../src/core/parseArrangement';
import { parseExportOptions } from '../../../src/core/parseExportOptions';
import { parseColumnNames, parseFindTest, parseQuery } from '../../../src/core/parseQuery';
import { type RowFilter, type RowsQuery, testArity, type TestName } from '../../../src/core/rowFilter';
import { freshArrangement } from '../../../src/core/rowsArrangement';

const text = fc.string({ maxLength: 20, unit: 'grapheme' });
const name = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });
const on = fc.constant(true as const);

const columnTest = fc.constantFrom(...(Object.keys(testArity) as TestName[])).chain((test) =>
  fc.record(
    {
      kind: fc.constant('test' as const),
      column: name,
      test: fc.constant(test),
      values: fc.array(text, { minLength: testArity[test][0], maxLength: Math.min(4, testArity[test][1]) }),
      ignoreCase: on,
    },
    { requiredKeys: ['kind', 'column', 'test', 'values'] },
  ),
);
const findTest = fc.record(
  {
    kind: fc.constant('find' as const),
    text,
    matchCase: on,
    isRegex: on,
    columns: fc.uniqueArray(name, { maxLength: 3 }),
  },
  { requiredKeys: ['kind', 'text'] },
);
const filter = fc.letrec<{ node: RowFilter }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    columnTest,
    findTest,
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('node'), { maxLength: 3 }),
    }),
  ),
})).node;
const query: fc.Arbitrary<RowsQuery> = fc.record(
  {
    filter,
    sort: fc.array(fc.record({ column: name, descending: on }, { requiredKeys: ['column'] }), { maxLength: 4 }),
  },
  { requiredKeys: [] },
);

const faultOf = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return isFailure(error, 'query.invalid') ? error.facts : error;
  }
};

describe('a query from outside', () => {
  it('comes through as it was, if it is sound', () => {
    fc.assert(
      fc.property(query, (sound) => {
        expect(parseQuery(JSON.parse(JSON.stringify(sound)))).toEqual(sound);
      }),
    );
  });

  it('is refused with words, whatever else it is', () => {
    fc.assert(
      fc.property(fc.anything(), query, fc.anything(), (junk, sound, other) => {
        for (const value of [
          junk,
          { filter: junk },
          { sort: junk },
          { filter: { kind: 'all', of: [sound.filter, other] } },
        ]) {
          const result = faultOf(() => parseQuery(value));
          expect(result).not.toBeInstanceOf(Error);
        }
      }),
    );
  });

  const test = { kind: 'test', column: 'a', test: 'equals', values: ['1'] };
  const nest = (depth: number): unknown => (depth === 0 ? test : { kind: 'all', of: [nest(depth - 1)] });
  it.each<[string, unknown, string]>([
    ['no query', null, 'it is not a query'],
    ['a list', [], 'it is not a query'],
    ['an unknown kind', { filter: { kind: 'none' } }, 'a part of it is of no known kind'],
    ['a test that is not its own', { filter: { ...test, test: 'toString' } }, 'there is no such test'],
    ['too few values', { filter: { ...test, values: [] } }, '"equals" takes 1 value'],
    ['too many values', { filter: { ...test, values: ['1', '2'] } }, '"equals" takes 1 value'],
    ['a range of one', { filter: { ...test, test: 'between' } }, '"between" takes 2 values'],
    ['a list of none', { filter: { ...test, test: 'in', values: [] } }, '"in" takes 1 to 10000 values'],
    ['a value that is a number', { filter: { ...test, values: [1] } }, 'a value of it is not text'],
    [
      'an endless value',
      { filter: { ...test, values: ['x'.repeat(10_001)] } },
      'a value is longer than 10000 characters',
    ],
    ['no column', { filter: { ...test, column: '' } }, 'a column of it has no name'],
    ['a group of none', { filter: { kind: 'any' } }, 'a group of it is not a list'],
    ['groups without end', { filter: nest(17) }, 'its groups are nested more than 16 deep'],
    ['tests without end', { filter: { kind: 'any', of: Array(1_000).fill(test) } }, 'it has more than 1000 tests'],
    ['a sort by anything', { sort: {} }, 'it sorts by more than 32 columns'],
    ['a sort by text', { sort: ['a'] }, 'a sort key of it is not one'],
  ])('is refused: %s', (_, value, detail) => {
    expect(faultOf(() => parseQuery(value))).toMatchObject({ detail });
  });

  it('loses what is not known, and takes nothing but true for a switch', () => {
    const odd = {
      filter: { ...test, ignoreCase: 'yes', path: '/etc/passwd' },
      sort: [{ column: 'a', descending: 1 }],
    };
    expect(parseQuery(odd)).toEqual({ filter: test, sort: [{ column: 'a' }] });
    expect(parseFindTest({ kind: 'find', text: 'x', isRegex: 0, columns: ['a', 'a'] })).toEqual({
      kind: 'find',
      text: 'x',
      columns: ['a'],
    });
    expect(faultOf(() => parseFindTest(test))).toEqual({ detail: 'it is not a search' });
    expect(parseColumnNames(['b', 'a', 'b'])).toEqual(['b', 'a']);
  });
});

describe('export options from outside', () => {
  const options = { format: 'csv', columns: ['a'] };

  it('have the guard on unless it is switched off in so many words', () => {
    expect(parseExportOptions(options)).toEqual({
      format: 'csv',
      columns: ['a'],
      formulaGuard: true,
      masks: [],
      provenance: false,
    });
    expect(parseExportOptions({ ...options, formulaGuard: 0 }).formulaGuard).toBe(true);
    expect(parseExportOptions({ ...options, formulaGuard: false }).formulaGuard).toBe(false);
  });

  it('are refused rather than let a column leave unmasked', () => {
    const masked = {
      ...options,
      masks: [
        { column: 'a', how: 'hash', salt: 's', more: 1 },
        { column: 'b', how: 'mask' },
      ],
    };
    expect(parseExportOptions(masked).masks).toEqual([
      { column: 'a', how: 'hash', salt: 's' },
      { column: 'b', how: 'mask' },
    ]);
    for (const mask of [
      null,
      {},
      { column: 'a' },
      { column: 'a', how: 'hide' },
      { column: 7, how: 'mask' },
      { column: 'a', how: 'hash', salt: 1 },
    ]) {
      expect(() => parseExportOptions({ ...options, masks: [mask] })).toThrow(/query.invalid/);
    }
    for (const odd of [
      null,
      { ...options, masks: {} },
      { ...options, format: 'constructor' },
      { ...options, columns: [] },
    ]) {
      expect(() => parseExportOptions(odd)).toThrow(/query.invalid/);
    }
  });
});

describe('an arrangement from outside', () => {
  it('is something sound, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (junk, other) => {
        const parsed = parseArrangement({
          order: junk,
          hidden: [junk, 'a'],
          widths: other,
          density: junk,
          timeUnits: { a: other },
          masked: other,
        });
        expect(parsed).toBeDefined();
        expect(parseArrangement(JSON.parse(JSON.stringify(parsed)))).toEqual(parsed);
      }),
    );
    expect(parseArrangement('compact')).toBeUndefined();
  });

  it('keeps what it can read, and leaves out what it cannot', () => {
    const parsed = parseArrangement({
      order: ['b', 'a', 'b', 7],
      hidden: 'a',
      widths: { a: 120, b: -1, c: Number.NaN, d: '12' },
      density: 'compact',
      timeUnits: { time: 'millis', b: 'weeks' },
      masked: ['email'],
      data: ['somebody@example.com'],
    });
    expect(parsed).toEqual({
      order: ['b', 'a'],
      hidden: [],
      widths: { a: 120 },
      density: 'compact',
      timeUnits: { time: 'millis' },
      masked: ['email'],
    });
    expect(isFreshArrangement(parsed!)).toBe(false);
    expect(isFreshArrangement(freshArrangement)).toBe(true);
    const named = parseArrangement(JSON.parse('{"widths":{"__proto__":50}}'));
    expect(Object.keys(named!.widths)).toEqual(['__proto__']);
  });
});
