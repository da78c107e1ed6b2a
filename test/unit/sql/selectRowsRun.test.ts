import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnKind } from '../../../src/core/column';
import { compareText } from '../../../src/core/compareText';
import type { ColumnTest, FindTest, RowFilter, RowsQuery, TestName } from '../../../src/core/rowFilter';
import { holdsFor, positiveOf } from '../holdsFor';
import { type Engine, openDuckdb, openPostgres } from './engines';
import { columns, ignoringCase, names, partTests, select, test } from './pageviewRows';

type Row = readonly (string | null)[];

/** The rules of core/rowFilter.ts in the plainest words. */
function passes(row: Row, filter: RowFilter): boolean {
  switch (filter.kind) {
    case 'all':
      return filter.of.every((member) => passes(row, member));
    case 'any':
      return filter.of.some((member) => passes(row, member));
    case 'find': {
      const fold = (text: string): string => (filter.matchCase === true ? text : text.toLowerCase());
      const searched = row.filter((_, index) => filter.columns?.includes(names[index]!) ?? true);
      return searched.some((text) =>
        text === null
          ? false
          : filter.isRegex === true
            ? new RegExp(filter.text, filter.matchCase === true ? 'u' : 'iu').test(text)
            : fold(text).includes(fold(filter.text)),
      );
    }
    case 'test':
      return passesTest(row, filter);
  }
}

function passesTest(row: Row, filter: ColumnTest): boolean {
  const opposite = positiveOf[filter.test];
  if (opposite !== undefined) return !passesTest(row, { ...filter, test: opposite });
  const index = names.indexOf(filter.column);
  const value = row[index] ?? null;
  if (filter.test === 'isNull') return value === null;
  if (value === null) return false;
  const { kind } = columns[index]!;
  return holdsFor(
    {
      shown: value,
      fold: (text) => text.toLowerCase(),
      compareTo(other, bend) {
        if (kind === 'integer') return BigInt(value) < BigInt(other) ? -1 : BigInt(value) > BigInt(other) ? 1 : 0;
        if (kind === 'number') return Number(value) - Number(other);
        return compareText(bend(value), bend(other));
      },
    },
    filter,
  );
}

const texts = [
  '',
  'a',
  'A',
  'b',
  'aB%c',
  'a_c',
  'a\\c',
  "it's",
  '😀',
  '\uffee',
  'Ab',
  '100%',
  '%',
  '_',
  '\\',
  'a-1',
  'true',
];
const integers = [
  '0',
  '1',
  '-1',
  '12',
  '9007199254740993',
  '9007199254740992',
  '9223372036854775807',
  '-9223372036854775808',
];
const beyond = ['9223372036854775808', '-9223372036854775809', '100000000000000000000000000000000000000000'];
const numbers = ['0', '0.1', '-0.5', '1e+21', '2', '12', '1e-7'];
const patterns = ['^a', 'c$', 'a.c', '[0-9]+', '(a|b)%', 'É?A', "'s"];

const orNull = (pool: readonly string[]): fc.Arbitrary<string | null> =>
  fc.option(fc.constantFrom(...pool), { nil: null, freq: 4 });
const rowOf = (id: number): fc.Arbitrary<Row> =>
  fc.tuple(
    fc.constant(String(id)),
    orNull(integers),
    orNull(texts),
    orNull(numbers),
    orNull(['true', 'false']),
    orNull(texts),
  );

const pools: Readonly<Record<string, readonly string[]>> = {
  n: [...integers, ...beyond],
  t: texts,
  'odd "name"': texts,
  x: numbers,
  b: ['true', 'false'],
};
const oneTest: fc.Arbitrary<RowFilter> = fc
  .record({ of: fc.constantFrom(...Object.keys(pools)), ignoreCase: fc.boolean() })
  .chain(({ of, ignoreCase }) => {
    const value = fc.constantFrom(...pools[of]!);
    const named = (name: TestName, values: readonly string[]): ColumnTest => {
      const made = test(name, of, ...values);
      return ignoreCase && columns[names.indexOf(of)]!.kind === 'text' ? ignoringCase(made) : made;
    };
    // What the text of a double is differs from engine to engine: only its value is compared here.
    const ofText: fc.Arbitrary<ColumnTest> = fc.oneof(
      fc
        .record({
          name: fc.constantFrom(...partTests),
          text: fc.constantFrom(...texts, '9', '-'),
        })
        .map(({ name, text }) => named(name, [text])),
      fc
        .record({ name: fc.constantFrom<TestName>('matches', 'matchesNot'), text: fc.constantFrom(...patterns) })
        .map(({ name, text }) => named(name, [text])),
      fc.constantFrom<TestName>('isEmpty', 'isNotEmpty').map((name) => named(name, [])),
    );
    const ofValue = fc.oneof(
      fc
        .record({
          name: fc.constantFrom<TestName>('equals', 'differs', 'less', 'lessOrEqual', 'greater', 'greaterOrEqual'),
          text: value,
        })
        .map(({ name, text }) => named(name, [text])),
      fc
        .record({
          name: fc.constantFrom<TestName>('in', 'notIn'),
          list: fc.array(value, { minLength: 1, maxLength: 4 }),
        })
        .map(({ name, list }) => named(name, list)),
      fc.tuple(value, value).map((pair) => named('between', pair)),
      fc.constantFrom<TestName>('isNull', 'isNotNull').map((name) => named(name, [])),
    );
    return of === 'x' ? ofValue : fc.oneof({ weight: 2, arbitrary: ofValue }, { weight: 1, arbitrary: ofText });
  });
const oneFind: fc.Arbitrary<RowFilter> = fc.oneof(
  fc
    .record({ text: fc.constantFrom(...texts.filter((text) => text !== '')), matchCase: fc.boolean() })
    .map(({ text, matchCase }): FindTest => ({
      kind: 'find',
      text,
      matchCase,
      columns: ['n', 't', 'b', 'odd "name"'],
    })),
  fc.constantFrom(...patterns).map((text): FindTest => ({ kind: 'find', text, isRegex: true, columns: ['t'] })),
);
const { filter: anyFilter } = fc.letrec<{ filter: RowFilter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    { weight: 4, arbitrary: oneTest },
    { weight: 1, arbitrary: oneFind },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('all' as const, 'any' as const),
        of: fc.array(tie('filter'), { maxLength: 3 }),
      }),
    },
  ),
}));

describe.each([
  {
    dialect: 'duckdb' as const,
    open: openDuckdb,
    types: ['BIGINT', 'BIGINT', 'VARCHAR', 'DOUBLE', 'BOOLEAN', 'VARCHAR'],
  },
  {
    dialect: 'postgres' as const,
    open: openPostgres,
    types: ['bigint', 'bigint', 'text', 'double precision', 'boolean', 'text'],
  },
  // The export's own tables have texts where this has numbers and booleans.
  { dialect: 'postgres' as const, open: openPostgres, types: ['bigint', 'bigint', 'text', 'text', 'text', 'text'] },
])('run on $dialect', ({ dialect, open, types }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  }, 60_000);
  afterAll(() => engine.close());

  const fillTable = async (rows: readonly Row[]): Promise<void> => {
    const quoted = names.map((name) => `"${name.replaceAll('"', '""')}"`);
    const literal = (value: string | null): string =>
      value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`;
    await engine.run(`DROP TABLE IF EXISTS pageviews_live`);
    await engine.run(
      `CREATE TABLE pageviews_live (${quoted.map((name, index) => `${name} ${types[index]!}`).join(', ')})`,
    );
    if (rows.length === 0) return;
    const values = rows.map(
      (row) => `(${row.map((value, index) => `CAST(${literal(value)} AS ${types[index]!})`).join(', ')})`,
    );
    await engine.run(`INSERT INTO pageviews_live VALUES ${values.join(', ')}`);
  };
  const answer = async (query: RowsQuery): Promise<readonly string[]> => {
    const rows = await engine.rows(select(dialect, query, ['id']).sql);
    return rows.map(([id]) => String(id));
  };

  it('finds the rows that the rules find, NULL and all', async () => {
    const rows = fc.sample(fc.tuple(...Array.from({ length: 60 }, (_, id) => rowOf(id))), {
      numRuns: 1,
      seed: 11,
    })[0]!;
    await fillTable(rows);
    await fc.assert(
      fc.asyncProperty(anyFilter, async (filter) => {
        const wanted = rows.filter((row) => passes(row, filter)).map(([id]) => id);
        expect(
          (await answer({ filter, sort: [{ column: 'id' }] })).toSorted(byNumber),
          select(dialect, { filter }).sql,
        ).toEqual(wanted);
      }),
      { numRuns: 250, seed: 5 },
    );
  }, 60_000);

  it('finds NULL, but no empty text, by "is not empty"', async () => {
    const row = (id: string, t: string | null): Row => [id, '1', t, '1', 'true', 'x'];
    await fillTable([row('1', null), row('2', ''), row('3', 'a')]);
    const found = (name: TestName, of: string): Promise<readonly string[]> =>
      answer({ filter: test(name, of), sort: [{ column: 'id' }] });
    expect(await found('isEmpty', 't')).toEqual(['2']);
    expect(await found('isNotEmpty', 't')).toEqual(['1', '3']);
    // What is no text is never empty, and a column the table lacks is absent in every row.
    expect(await found('isNotEmpty', 'n')).toEqual(['1', '2', '3']);
    expect(await found('isNotEmpty', 'not there')).toEqual(['1', '2', '3']);
  });

  it('sorts as the rules sort, NULL last both ways', async () => {
    const rows = fc.sample(fc.tuple(...Array.from({ length: 60 }, (_, id) => rowOf(id))), {
      numRuns: 1,
      seed: 12,
    })[0]!;
    await fillTable(rows);
    for (const [index, name] of names.entries()) {
      if (name === 'b') continue;
      for (const descending of [false, true]) {
        const sorted = rows.toSorted(
          (a, b) =>
            compareCells(a[index]!, b[index]!, columns[index]!.kind, descending) || Number(a[0]) - Number(b[0]),
        );
        expect(
          await answer({ sort: [{ column: name, descending }, { column: 'id' }] }),
          `${name} ${descending}`,
        ).toEqual(sorted.map(([id]) => id));
      }
    }
  }, 60_000);
});

const byNumber = (a: string, b: string): number => Number(a) - Number(b);

function compareCells(a: string | null, b: string | null, kind: ColumnKind, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const order =
    kind === 'integer'
      ? Number(BigInt(a) > BigInt(b)) - Number(BigInt(a) < BigInt(b))
      : kind === 'number'
        ? Number(a) - Number(b)
        : compareText(a, b);
  return descending ? -order : order;
}
