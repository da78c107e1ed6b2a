import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRowTester } from '../../../src/avro/filter/rowTests';
import type { FindTest, RowFilter, TestName } from '../../../src/core/rowFilter';
import { sized, varint } from './container';
import { holdsFor, type ModelValue, positiveOf } from '../holdsFor';
import { eachBatch, type Kind, plansOf, type Sample, type Table, tables } from './columnKinds';

/** What the filter means, said once more in plain JavaScript over the values that avsc wrote. */
const single = (from: string, to: string): string => (Array.from(to).length === 1 ? to : from);
const fold = (text: string): string =>
  Array.from(text, (letter) => {
    if (letter === 'İ' || letter === 'ı') return letter;
    const upper = single(letter, letter.toUpperCase());
    return single(upper, upper.toLowerCase());
  }).join('');

function compare(a: bigint | number | string, b: bigint | number | string): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

function modelOf({ worthOf }: Kind, { shown, worth }: Sample): ModelValue {
  return {
    shown,
    fold,
    compareTo: (text, bend) =>
      worthOf === undefined ? compare(bend(shown), bend(text)) : compare(worth, worthOf(text)),
  };
}

function passes(table: Table, row: Table['rows'][number], filter: RowFilter): boolean {
  switch (filter.kind) {
    case 'all':
      return filter.of.every((member) => passes(table, row, member));
    case 'any':
      return filter.of.some((member) => passes(table, row, member));
    case 'find':
      return row.some((cell, index) => {
        if (cell === null || filter.columns?.includes(table.kinds[index]!.name) === false) return false;
        if (filter.isRegex === true)
          return new RegExp(filter.text, filter.matchCase === true ? 'u' : 'iu').test(cell.shown);
        return filter.matchCase === true
          ? cell.shown.includes(filter.text)
          : fold(cell.shown).includes(fold(filter.text));
      });
    case 'test': {
      const index = table.kinds.findIndex(({ name }) => name === filter.column);
      const kind = table.kinds[index];
      const cell = kind === undefined ? null : row[index]!;
      if (filter.test === 'isAbsent' || filter.test === 'isPresent')
        return (kind === undefined) === (filter.test === 'isAbsent');
      const isNull = kind !== undefined && cell === null;
      if (filter.test === 'isNull' || filter.test === 'isNotNull') return isNull === (filter.test === 'isNull');
      const positive = positiveOf[filter.test];
      const holds =
        kind !== undefined &&
        cell !== null &&
        holdsFor(modelOf(kind, cell), { ...filter, test: positive ?? filter.test });
      return holds !== (positive !== undefined);
    }
  }
}

const testNames: readonly TestName[] = [
  'equals', 'differs', 'in', 'notIn', 'contains', 'containsNot', 'startsWith', 'startsWithNot', 'endsWith', 'endsWithNot',
  'matches', 'matchesNot', 'less', 'lessOrEqual', 'greater', 'greaterOrEqual', 'between', 'isNull', 'isNotNull', 'isEmpty', 'isNotEmpty', 'isAbsent', 'isPresent',
]; // prettier-ignore
const pieces = new Set<TestName>([
  'contains',
  'containsNot',
  'startsWith',
  'startsWithNot',
  'endsWith',
  'endsWithNot',
]);

/** Values are taken from the table itself, whole or in pieces, so that tests hold for some rows and not for others. */
function filtersFor(table: Table): fc.Arbitrary<RowFilter> {
  const cells = (index: number): fc.Arbitrary<Sample> =>
    fc.oneof(
      { weight: 1, arbitrary: table.kinds[index]!.sample },
      ...seen(index).map((arbitrary) => ({ weight: 3, arbitrary })),
    );
  const seen = (index: number): fc.Arbitrary<Sample>[] => {
    const found = table.rows.map((row) => row[index] ?? null).filter((cell) => cell !== null);
    return found.length === 0 ? [] : [fc.constantFrom(...found)];
  };
  const piece = (shown: string): fc.Arbitrary<string> =>
    fc.tuple(fc.nat(3), fc.nat(4)).map(([from, count]) =>
      Array.from(shown)
        .slice(from, from + count)
        .join(''),
    );
  const escaped = (shown: string): string => shown.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const test = fc
    .tuple(fc.nat(table.kinds.length - 1), fc.constantFrom(...testNames), fc.boolean())
    .chain(([index, name, ignoreCase]) => {
      const most: Partial<Record<TestName, number>> = { between: 2, in: 3, notIn: 2 };
      const count = most[name] ?? (/^is/.test(name) ? 0 : 1);
      return fc.array(cells(index), { minLength: count, maxLength: count }).chain((samples) =>
        fc
          .tuple(
            ...samples.map(({ shown }) =>
              pieces.has(name)
                ? piece(shown)
                : fc.constant(
                    name.startsWith('matches') ? `^${escaped(Array.from(shown).slice(0, 2).join(''))}` : shown,
                  ),
            ),
          )
          .map((values): RowFilter => ({
            kind: 'test',
            column: table.kinds[index]!.name,
            test: name,
            values,
            ignoreCase,
          })),
      );
    });
  const absent = fc
    .constantFrom<TestName>('equals', 'differs', 'isNull', 'isNotNull', 'isAbsent', 'isPresent')
    .map((name): RowFilter => ({
      kind: 'test',
      column: 'nowhere',
      test: name,
      values: /^is/.test(name) ? [] : ['1'],
    }));
  const find = fc.nat(table.kinds.length - 1).chain((index) =>
    fc
      .tuple(
        cells(index).chain(({ shown }) => piece(shown)),
        fc.boolean(),
        fc.boolean(),
      )
      .map(([text, matchCase, isLimited]): FindTest => ({
        kind: 'find',
        text: text === '' ? 'a' : text,
        matchCase,
        ...(isLimited ? { columns: [table.kinds[index]!.name] } : {}),
      })),
  );
  return fc.letrec<{ filter: RowFilter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 2 },
      test,
      test,
      absent,
      find,
      fc.record({
        kind: fc.constantFrom<('all' | 'any')[]>('all', 'any'),
        of: fc.array(tie('filter'), { maxLength: 3 }),
      }),
    ),
  })).filter;
}

async function rowsThatPass(table: Table, filter: RowFilter, prefer: 'wasm' | 'script'): Promise<number[]> {
  const plans = await plansOf(table.schema);
  const tester = createRowTester(plans, filter);
  const found: number[] = [];
  await eachBatch(plans, table.bytes, table.rows.length, prefer, (batch) => {
    const out = new Uint8Array(batch.rows + 3).fill(7);
    tester.test(batch, out);
    expect([...out.subarray(batch.rows)]).toEqual([7, 7, 7]);
    for (let row = 0; row < batch.rows; row++) if (out[row] === 1) found.push(batch.firstRow + row);
  });
  return found;
}

describe('row tests', () => {
  it.each(['wasm', 'script'] as const)(
    'hold where plain JavaScript says so, on batches of the %s engine',
    async (prefer) => {
      const cases = tables().chain((table) => fc.record({ table: fc.constant(table), filter: filtersFor(table) }));
      await fc.assert(
        fc.asyncProperty(cases, async ({ table, filter }) => {
          const expected = table.rows.flatMap((row, index) => (passes(table, row, filter) ? [index] : []));
          expect(await rowsThatPass(table, filter, prefer)).toEqual(expected);
        }),
        { numRuns: 600 },
      );
    },
    30_000,
  );

  const schema = {
    type: 'record',
    name: 'R',
    fields: [
      { name: 't', type: 'string' },
      { name: 'u', type: ['null', 'string'] },
    ],
  };
  async function textRows(texts: readonly (Buffer | string)[], filter: RowFilter): Promise<number[][]> {
    const bytes = Buffer.concat(texts.map((text) => Buffer.concat([sized(text), Buffer.from([0])])));
    const table = { schema, bytes, rows: texts.map(() => []), kinds: [] };
    return [await rowsThatPass(table, filter, 'wasm'), await rowsThatPass(table, filter, 'script')];
  }
  const test = (name: TestName, values: string[], ignoreCase = false): RowFilter => ({
    kind: 'test',
    column: 't',
    test: name,
    values,
    ignoreCase,
  });

  it('take bytes that are no UTF-8 for what they are', async () => {
    const texts = [Buffer.from([0x61, 0xff, 0x42]), 'a\uFFFDB', Buffer.from([0x61, 0xc3]), 'aÃ'];
    expect(await textRows(texts, test('equals', ['a\uFFFDB']))).toEqual([[1], [1]]);
    expect(await textRows(texts, test('endsWith', ['b'], true))).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(await textRows(texts, test('matches', ['^a\uFFFDB$']))).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(await textRows(texts, test('greater', ['aÃ']))).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(await textRows(texts, { kind: 'find', text: 'b' })).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it.each(['wasm', 'script'] as const)(
    'hold "is not empty" for NULL and absent values too: all that "is empty" leaves out: %s',
    async (prefer) => {
      // Of `u`: NULL, '', 'a'.
      const bytes = Buffer.from([0, 0, 0, 2, 0, 0, 2, 2, 0x61]);
      const table = { schema, bytes, rows: [[], [], []], kinds: [] };
      const passing = (column: string, name: TestName): Promise<number[]> =>
        rowsThatPass(table, { kind: 'test', column, test: name, values: [] }, prefer);
      expect(await passing('u', 'isEmpty')).toEqual([1]);
      expect(await passing('u', 'isNotEmpty')).toEqual([0, 2]);
      expect(await passing('t', 'isEmpty')).toEqual([0, 1, 2]);
      expect(await passing('t', 'isNotEmpty')).toEqual([]);
      expect(await passing('absent', 'isEmpty')).toEqual([]);
      expect(await passing('absent', 'isNotEmpty')).toEqual([0, 1, 2]);
    },
  );

  it('find nothing across the border of two values or of two rows', async () => {
    expect(await textRows(['ab', 'cd', 'abcd', 'xbc'], { kind: 'find', text: 'bc' })).toEqual([
      [2, 3],
      [2, 3],
    ]);
    // The length of the next value is a letter's byte: 0x61 / 2 is no length of a text of two letters here.
    expect(await textRows(['x', 'y'.repeat(0x30)], { kind: 'find', text: '`y', matchCase: true })).toEqual([
      [],
      [],
    ]);
  });

  it('look for ten thousand values at once', async () => {
    const values = Array.from({ length: 10_000 }, (_, index) => `value ${index}`);
    const texts = ['value 9999', 'value 10000', 'VALUE 1', 'value 0', ''];
    expect(await textRows(texts, test('in', values))).toEqual([
      [0, 3],
      [0, 3],
    ]);
    expect(await textRows(texts, test('notIn', values, true))).toEqual([
      [1, 4],
      [1, 4],
    ]);
  });

  it.each(['wasm', 'script'] as const)(
    'look for longs among others that share a half with them: %s',
    async (prefer) => {
      const halves = [0n, 1n, -1n, 2n ** 31n - 1n, -(2n ** 31n)];
      const all = halves.flatMap((high) => halves.map((low) => (high << 32n) | BigInt.asUintN(32, low)));
      const wanted = all.filter((_, index) => index % 2 === 0);
      const rows = [...all, 2n ** 53n + 1n, 2n ** 32n - 2n];
      const schema = { type: 'record', name: 'R', fields: [{ name: 't', type: 'long' }] };
      const bytes = Buffer.concat(rows.map((value) => varint(value)));
      const table = { schema, bytes, rows: rows.map(() => []), kinds: [] };
      const places = rows.flatMap((value, row) => (wanted.includes(value) ? [row] : []));
      const others = rows.flatMap((value, row) => (wanted.includes(value) ? [] : [row]));
      expect([places.length, others.length]).toEqual([13, 14]);
      expect(await rowsThatPass(table, test('in', wanted.map(String)), prefer)).toEqual(places);
      expect(await rowsThatPass(table, test('notIn', wanted.map(String)), prefer)).toEqual(others);
    },
  );

  it('compare longs that were written with more bytes than needed', async () => {
    const padded = Buffer.from([0x8a, 0x80, 0x00]);
    const plans = await plansOf({ type: 'record', name: 'R', fields: [{ name: 'n', type: 'long' }] });
    for (const name of ['equals', 'lessOrEqual', 'in'] as const) {
      const values = name === 'in' ? ['5', '7'] : ['5'];
      const tester = createRowTester(plans, { kind: 'test', column: 'n', test: name, values });
      await eachBatch(plans, padded, 1, 'wasm', (batch) => {
        const out = new Uint8Array(1);
        tester.test(batch, out);
        expect([...out]).toEqual([1]);
      });
    }
  });

  it.each([
    [{ kind: 'test', column: 'n', test: 'less', values: ['1.5'] }, 'n', /whole number/],
    [{ kind: 'test', column: 'n', test: 'between', values: ['1'] }, 'n', /takes 2 values, not 1/],
    [{ kind: 'test', column: 'n', test: 'matches', values: ['('] }, 'n', /regular expression/],
    [{ kind: 'any', of: [{ kind: 'find', text: '[', isRegex: true }] }, undefined, /regular expression/],
    [{ kind: 'test', column: 'n', test: 'like', values: [] }, 'n', /no such test/],
  ])('refuse %j', async (filter, column, detail) => {
    const plans = await plansOf({ type: 'record', name: 'R', fields: [{ name: 'n', type: 'long' }] });
    const { code, facts } = ((): { code?: string; facts?: Record<string, unknown> } => {
      try {
        createRowTester(plans, filter as unknown as RowFilter);
        return {};
      } catch (error) {
        return error as never;
      }
    })();
    expect({ code, column: facts?.['column'] }).toEqual({ code: 'query.invalid', column });
    expect(facts?.['detail']).toMatch(detail);
  });
});
