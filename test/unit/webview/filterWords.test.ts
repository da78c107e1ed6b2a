import { describe, expect, it } from 'vitest';
import type { ColumnKind } from '../../../src/core/column';
import { testArity } from '../../../src/core/rowFilter';
import {
  filterWords,
  oppositeOf,
  parseList,
  testOfCell,
  testOfValue,
  testsFor,
  valueFault,
  type ColumnsInWords,
} from '../../../webview/rows/query/filterWords';
import { fuzzyNames } from '../../../webview/rows/query/fuzzyNames';
import { costWords, progressWords, shownWords } from '../../../webview/rows/query/queryWords';
import { binFilter, insightOf, share } from '../../../webview/rows/statistics/insightModel';
import { createFormats } from '../../../webview/ui/format';

const formats = createFormats('en', 'UTC');
const test = (column: string, name: keyof typeof testArity, ...values: string[]) =>
  ({ kind: 'test', column, test: name, values }) as const;

describe('filters in words', () => {
  it.each([
    [test('path', 'contains', 'cart'), 'path contains cart'],
    [test('country', 'equals', 'France'), 'country = France'],
    [test('title', 'isNull'), 'title is NULL'],
    [test('user_id', 'in', '1', '2', '3', '4'), 'user_id in 4 values'],
    [test('city', 'in', 'Paris', 'São Paulo'), 'city in Paris, São Paulo'],
    [test('path', 'equals', ' /'), 'path = “ /”'],
    [test('path', 'matches', '^/p'), 'path matches /^/p/'],
    [test('path', 'startsWithNot', '/p'), 'path does not start with /p'],
    [test('path', 'endsWithNot', '/'), 'path does not end with /'],
    [{ kind: 'find', text: 'cart' } as const, 'any column contains cart'],
    [
      {
        kind: 'all',
        of: [test('a', 'equals', '1'), { kind: 'any', of: [test('b', 'equals', '2'), test('c', 'isEmpty')] }],
      } as const,
      'a = 1 and (b = 2 or c is empty text)',
    ],
  ])('%o', (filter, words) => {
    expect(filterWords(filter)).toBe(words);
  });

  it('says before and after of times', () => {
    expect(filterWords(test('at', 'less', '2026-11-22'), { kindOf: () => 'time', isMasked: () => false })).toBe(
      'at before 2026-11-22',
    );
  });

  it('offers only tests that there are, and absence only where there is some', () => {
    for (const kind of ['integer', 'number', 'text', 'boolean', 'bytes', 'json', 'time'] as const) {
      const names = testsFor(kind, false);
      expect(names.every((name) => name in testArity)).toBe(true);
      expect(new Set(names).size).toBe(names.length);
      expect(names).not.toContain('isAbsent');
      expect(testsFor(kind, true)).toContain('isAbsent');
    }
  });

  it('tells no value of a masked column, and cuts what no sentence can hold', () => {
    const columns: ColumnsInWords = { kindOf: () => 'text', isMasked: (name) => name === 'email' };
    const words = (filter: Parameters<typeof filterWords>[0]) => filterWords(filter, columns);
    expect(words(test('email', 'equals', 'jane@example.com'))).toBe('email = j•••@•••.com');
    expect(words(test('email', 'in', 'jane@example.com', 'b@c.de'))).toBe('email in 2 values');
    expect(words(test('email', 'matches', '^jane'))).toBe('email matches /…/');
    expect(words({ kind: 'any', of: [test('email', 'contains', 'jane'), test('path', 'equals', '/')] })).toBe(
      'email contains j••• or path = /',
    );
    expect(words(test('path', 'equals', 'x'.repeat(5000)))).toHaveLength('path = '.length + 120);
  });

  it('says what is wrong with a value', () => {
    const types: Readonly<Record<string, string>> = {
      integer: 'long',
      number: 'double',
      time: 'timestamp-micros',
      text: 'string',
    };
    const of = (kind: ColumnKind) => ({ name: 'a', kind, typeText: types[kind] ?? kind });
    expect(valueFault('equals', of('time'), '2026-11')).toBe('“2026-11” is not a time like 2023-11-29T07:01:46Z.');
    expect(valueFault('between', of('number'), '1')).toBeUndefined();
    expect(valueFault('in', of('integer'), '7')).toBeUndefined();
    expect(valueFault('equals', of('integer'), '9223372036854775807')).toBeUndefined();
    expect(valueFault('equals', of('integer'), '9223372036854775808')).toMatch(/64-bit/);
    expect(valueFault('equals', of('integer'), '1,000')).toMatch(/digits only/);
    expect(valueFault('equals', of('integer'), '')).toBe('Type a whole number.');
    expect(valueFault('less', of('number'), '1e3')).toBeUndefined();
    expect(valueFault('less', of('number'), 'many')).toMatch(/number/);
    expect(valueFault('greater', of('time'), '2026-11-22 04:12:09.000000')).toBeUndefined();
    expect(valueFault('greater', of('time'), 'yesterday')).toMatch(/is not a time like/);
    expect(valueFault('matches', of('text'), '(')).toMatch(/^“\(” is not a regular expression: ./);
    expect(valueFault('contains', of('text'), '')).toMatch(/text to look for/);
    expect(valueFault('startsWithNot', of('text'), '')).toMatch(/text to look for/);
    expect(valueFault('equals', of('text'), '')).toBeUndefined();
  });

  it('knows the exact opposite of a test, where there is one', () => {
    const opposite = (name: keyof typeof testArity, ...values: string[]) => oppositeOf(test('a', name, ...values));
    expect(opposite('equals', '7')).toEqual(test('a', 'differs', '7'));
    expect(opposite('isNull')).toEqual(test('a', 'isNotNull'));
    expect(opposite('isAbsent')).toEqual(test('a', 'isPresent'));
    expect(opposite('isEmpty')).toEqual(test('a', 'isNotEmpty'));
    expect(opposite('startsWith', 'x')).toBeUndefined();
  });

  it('takes lists as they are pasted', () => {
    expect(parseList('1\r\n2\n\n2\n')).toEqual(['1', '2']);
    expect(parseList("'a', 'b, c'")).toEqual(["'a'", "'b", "c'"].map((one) => one.replace(/^'(.*)'$/, '$1')));
    expect(parseList('"a"\n"b, c"')).toEqual(['a', 'b, c']);
    expect(parseList('1\t2;3')).toEqual(['1', '2', '3']);
  });

  it('makes a test of a value that was clicked', () => {
    expect(testOfCell({ name: 'a' }, null)).toEqual(test('a', 'isNull'));
    expect(testOfCell({ name: 'a' }, false)).toEqual(test('a', 'isAbsent'));
    expect(testOfCell({ name: 'a' }, { text: 'begins', length: 900 })).toEqual(test('a', 'startsWith', 'begin'));
    expect(testOfCell({ name: 'a' }, { text: 'whole', length: 5 })).toEqual(test('a', 'equals', 'whole'));
    expect(testOfValue({ name: 'a' }, '🌿'.repeat(2000)).values[0]).toBe('🌿'.repeat(499));
    expect(testOfValue({ name: 'a' }, '').test).toBe('isEmpty');
    expect(testOfValue({ name: 'a' }, '7')).toEqual(test('a', 'equals', '7'));
  });
});

describe('names by some of their letters', () => {
  it('puts beginnings first, then words, then letters here and there', () => {
    const names = ['utm_path', 'path', 'landing_page_path_hash', 'platform', 'title', 'p_a_t_h'];
    expect(fuzzyNames('path', names)).toEqual(['path', 'utm_path', 'landing_page_path_hash', 'p_a_t_h']);
    expect(fuzzyNames('', names)).toBe(names);
    expect(fuzzyNames('zzz', names)).toEqual([]);
  });
});

describe('sentences about queries', () => {
  const progress = {
    state: 'running',
    scope: 'all',
    rowsDone: 120_000,
    matched: 7,
    bytesDone: 10 * 1024 ** 2,
    bytesTotal: 110 * 1024 ** 2,
    elapsed: 1000,
  } as const;

  it('asks about cost, and says how far it is', () => {
    expect(costWords({ bytes: 3.1 * 1024 ** 3, requests: 803 }, formats)).toBe(
      'This reads 3.1 GB in about 800 requests.',
    );
    expect(costWords({ bytes: 2048, requests: 1 }, formats)).toBe('This reads 2 KB in 1 request.');
    expect(progressWords(progress, formats)).toBe('120,000 rows done · 10 MB/s · 100 MB to come');
  });

  it('says how many rows are shown, of how many, and when they are a sample', () => {
    const total = { rows: 248_113, isExact: true };
    const shown = { view: 1, query: { filter: test('a', 'isNull') }, scope: 'all', length: 12_004 } as const;
    expect(shownWords({ ...shown, progress: { ...progress, state: 'complete' } }, total, formats)).toBe(
      '12,004 of 248,113 rows',
    );
    expect(shownWords({ ...shown, progress }, total, formats)).toBe('12,004+ of 248,113 rows');
    const sample = { ...progress, state: 'complete', scope: 'sample', rowsDone: 10_000 } as const;
    expect(shownWords({ ...shown, scope: 'sample', progress: sample }, total, formats)).toBe(
      '12,004 of the first 10,000 rows',
    );
    const sorted = { ...shown, query: { sort: [{ column: 'a' }] }, length: 248_113 };
    const note = { ...progress, state: 'complete', note: 'sorted with 48 MB on disk' } as const;
    expect(shownWords({ ...sorted, progress: note }, total, formats)).toBe(
      '248,113 rows, sorted · sorted with 48 MB on disk',
    );
  });
});

describe('insight', () => {
  const none = {
    column: 'a',
    rows: 1000,
    nulls: 0,
    absent: 0,
    empty: 0,
    distinct: 8,
    isDistinctExact: true,
    top: [],
    isTopExact: true,
  };
  const of = (more: object, isId = false, isMasked = false) =>
    insightOf({ statistics: { ...none, ...more } }, formats, isId, isMasked);

  it('never says none of some, nor all of less than all', () => {
    expect(share(0, 10)).toBe('0 %');
    expect(share(1, 1000)).toBe('<1 %');
    expect(share(999, 1000)).toBe('>99 %');
    expect(share(1000, 1000)).toBe('100 %');
    expect(share(31, 100)).toBe('31 %');
  });

  it('says what a glance can take', () => {
    expect(of({ nulls: 1000, distinct: 0 })).toEqual({ text: 'only NULL' });
    expect(of({ absent: 1000, distinct: 0 })).toEqual({ text: 'all absent' });
    expect(of({ distinct: 1000 })).toEqual({ text: 'all different' });
    expect(of({ distinct: 995, isDistinctExact: false })).toEqual({ text: '≈ all different' });
    expect(of({ nulls: 10, top: [{ value: '/cart', count: 310 }] })).toEqual({
      nulls: '1 % NULL',
      value: '/cart',
      text: '31 %',
    });
    expect(of({ distinct: 500 }, true)).toEqual({ text: '500 distinct' });
    expect(of({ distinct: 500, top: [{ value: 'jane', count: 310 }] }, false, true)).toEqual({
      text: '500 distinct',
    });
    expect(of({ distinct: 500, isDistinctExact: false }, true)).toEqual({ text: '≈ 500 distinct' });
    expect(of({ distinct: 500 })).toEqual({ text: '500 distinct' });
    const histogram = { kind: 'time', edges: ['a', 'b', 'c'], counts: [1, 2] };
    expect(of({ histogram })).toEqual({ bars: [0.5, 1] });
  });

  it('makes of a bin the rows from its lower edge up to its upper one', () => {
    const column = { name: 'n', kind: 'integer', typeText: 'long', nullable: false } as const;
    const histogram = { kind: 'number', edges: ['0', '2.5', '5'], counts: [3, 2] } as const;
    expect(binFilter(column, { ...none, histogram }, 0)).toEqual({
      kind: 'all',
      of: [test('n', 'greaterOrEqual', '0'), test('n', 'less', '3')],
    });
    expect(binFilter(column, { ...none, histogram }, 1)).toEqual(test('n', 'greaterOrEqual', '3'));
    expect(binFilter(column, { ...none, histogram }, 2)).toBeUndefined();
  });
});
