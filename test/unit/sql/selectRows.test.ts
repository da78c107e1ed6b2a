import { init, validate } from '@polyglot-sql/sdk';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ColumnKind } from '../../../src/core/column';
import { compareText } from '../../../src/core/compareText';
import type { ColumnTest, FindTest, RowFilter, RowsQuery, TestName } from '../../../src/core/rowFilter';
import { liveRowsName, selectRows } from '../../../src/sql/selectRows';
import { columnOf } from '../columnOf';
import { positiveOf } from '../positiveOf';
import { type Engine, openDuckdb, openPostgres } from './engines';
import { dialectIds } from './shop';

const columns = [
  columnOf('id', 'integer'),
  columnOf('n', 'integer'),
  columnOf('t', 'text'),
  columnOf('x', 'number'),
  columnOf('b', 'boolean'),
  columnOf('odd "name"', 'text'),
];
const names = columns.map(({ name }) => name);
const select = (
  dialect: (typeof dialectIds)[number],
  query: RowsQuery,
  shown = names,
): ReturnType<typeof selectRows> => selectRows({ dialect, table: 'pageviews', columns, shown, query });

const test = (name: TestName, of: string, ...values: string[]): ColumnTest => ({
  kind: 'test',
  column: of,
  test: name,
  values,
});
const ignoringCase = (of: ColumnTest): ColumnTest => ({ ...of, ignoreCase: true });

const partTests: readonly TestName[] = [
  'contains',
  'containsNot',
  'startsWith',
  'startsWithNot',
  'endsWith',
  'endsWithNot',
];
const everyTest: readonly RowFilter[] = [
  ...(['equals', 'differs', 'less', 'lessOrEqual', 'greater', 'greaterOrEqual'] as const).flatMap((name) => [
    test(name, 'n', '-9223372036854775808'),
    test(name, 't', "it's"),
    ignoringCase(test(name, 't', 'Cart')),
    test(name, 'x', '1e-7'),
    test(name, 'n', '99999999999999999999'),
  ]),
  test('equals', 'b', 'true'),
  test('differs', 'b', 'true'),
  ...(['in', 'notIn'] as const).flatMap((name) => [
    test(name, 'n', '1', '9007199254740993', '1', '99999999999999999999'),
    test(name, 't', 'a', 'b'),
    test(name, 'n', '-99999999999999999999'),
    test(name, 't', ...Array.from({ length: 30 }, (_, index) => `value ${index}`)),
  ]),
  ...partTests.flatMap((name) => [
    test(name, 't', '/cart'),
    test(name, 't', '100%_\\'),
    ignoringCase(test(name, 't', 'Cart')),
    test(name, 'n', '12'),
  ]),
  test('matches', 't', "^/cart/\\d+'"),
  ignoringCase(test('matchesNot', 't', 'cart')),
  test('between', 'n', '-5', '5'),
  test('between', 't', 'a', 'b'),
  test('between', 'x', '-0.5', '2'),
  test('isNull', 't'),
  test('isNotNull', 't'),
  test('isEmpty', 't'),
  test('isAbsent', 't'),
  test('isPresent', 't'),
  test('equals', 'not there', 'a'),
  test('differs', 'not there', 'a'),
];

describe.each(dialectIds)('a view as SQL for %s', (dialect) => {
  it('is what the golden file says', async () => {
    const find: FindTest = { kind: 'find', text: 'Ann_', columns: ['t', 'n'] };
    const query: RowsQuery = {
      filter: {
        kind: 'all',
        of: [
          test('contains', 't', '/cart'),
          {
            kind: 'any',
            of: [
              test('equals', 'n', '9007199254740993'),
              test('isNull', 'n'),
              test('differs', 'odd "name"', "it's"),
            ],
          },
          find,
        ],
      },
      sort: [{ column: 't' }, { column: 'x', descending: true }],
    };
    const { text } = selectRows({
      dialect,
      table: 'pageviews',
      columns,
      shown: ['id', 't'],
      query,
      comments: ['From s3://csq-rs3-acme as of dump 1241.'],
    });
    await expect(text).toMatchFileSnapshot(`../../golden/sql/${dialect}/rows.sql`);
  });

  it('spells every test', async () => {
    const lines = everyTest.map(
      (filter) => `${JSON.stringify(filter)}\n${select(dialect, { filter }).sql.split('\nWHERE ')[1] ?? ''}\n`,
    );
    await expect(lines.join('\n')).toMatchFileSnapshot(`../../golden/sql/${dialect}/row-tests.txt`);
  });

  it('is taken by a strict parser', async () => {
    await init();
    const grammar = { athena: 'athena', trino: 'trino', duckdb: 'duckdb', postgres: 'postgresql' } as const;
    for (const filter of [
      ...everyTest,
      { kind: 'find', text: 'x' } as const,
      { kind: 'find', text: 'x', isRegex: true } as const,
    ]) {
      const { sql } = select(dialect, { filter, sort: [{ column: 't', descending: true }] });
      // Queries on Athena are Trino's; the parser's own Athena has Hive's backslashes.
      const language = dialect === 'athena' && sql.includes('\\') ? 'trino' : grammar[dialect];
      expect(validate(sql, language, { strictSyntax: true, dialectStrict: true }).errors, sql).toEqual([]);
    }
  });

  it('selects from the view that the scripts make', () => {
    expect(select(dialect, {}).sql).toContain(`FROM "${liveRowsName('pageviews', dialect)}"`);
    expect(select(dialect, {}).sql).not.toContain('WHERE');
    expect(select(dialect, { filter: { kind: 'all', of: [] } }).sql).not.toContain('WHERE');
    expect(select(dialect, {}, []).sql).toContain('SELECT *');
    expect(selectRows({ dialect, table: 'a', columns, shown: ['id'], query: {}, from: 'my "view"' }).sql).toBe(
      'SELECT "id"\nFROM "my ""view"""',
    );
  });

  it('reads the files themselves where the engine can', () => {
    const from = (files: readonly string[]): string =>
      selectRows({ dialect, table: 'pageviews', columns, shown: ['id'], query: {}, files }).sql.split(
        '\nFROM ',
      )[1]!;
    const [a, b] = ["s3://b/sync_1/_heap_table_name=a/it's[1].avro", 's3://b/sync_2/b.avro'];
    if (dialect === 'duckdb') {
      expect(from([a])).toBe("read_avro('s3://b/sync_1/_heap_table_name=a/it''s[[]1].avro')");
      expect(from([a, b])).toBe(
        "read_avro([\n  's3://b/sync_1/_heap_table_name=a/it''s[[]1].avro',\n  's3://b/sync_2/b.avro'\n], union_by_name = true)",
      );
    } else expect(from([a, b])).toBe('"pageviews_live"');
    expect(from([])).toBe('"pageviews_live"');
    expect(from(Array.from({ length: 201 }, () => b))).toBe('"pageviews_live"');
  });

  it('refuses what is no filter', () => {
    expect(() => select(dialect, { filter: test('equals', 'n', 'x') })).toThrow(
      expect.objectContaining({ code: 'query.invalid' }),
    );
    expect(() => select(dialect, { filter: test('equals', 't', 'a\0') })).toThrow(
      expect.objectContaining({ code: 'sql.badName' }),
    );
  });

  it('says where it may differ from the view', () => {
    expect(select(dialect, { filter: test('isAbsent', 't') }).text).toContain(
      '-- Note: Columns that a part does not have are NULL',
    );
    expect(select(dialect, { filter: test('matches', 't', 'a') }).notes).toContainEqual(
      expect.stringMatching(/^Regular expressions/),
    );
    expect(select(dialect, { sort: [{ column: 'nope' }] }).notes).toContainEqual(
      expect.stringMatching(/cannot be sorted by "nope"/),
    );
    expect(select('duckdb', { filter: test('less', 'n', '5') }).notes).toEqual([
      expect.stringMatching(/^pageviews_live is the view/),
    ]);
  });
});

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

function passesTest(row: Row, { test: name, column: of, values, ignoreCase }: ColumnTest): boolean {
  const opposite = positiveOf[name];
  if (opposite !== undefined)
    return !passesTest(row, { ...test(opposite, of, ...values), ...(ignoreCase === true ? { ignoreCase } : {}) });
  const index = names.indexOf(of);
  const value = row[index] ?? null;
  if (name === 'isNull') return value === null;
  if (value === null) return false;
  const { kind } = columns[index]!;
  const fold = (text: string): string => (ignoreCase === true ? text.toLowerCase() : text);
  const compare = (other: string): number => {
    if (kind === 'integer') return BigInt(value) < BigInt(other) ? -1 : BigInt(value) > BigInt(other) ? 1 : 0;
    if (kind === 'number') return Number(value) - Number(other);
    return compareText(fold(value), fold(other));
  };
  const [first = '', second = ''] = values;
  switch (name) {
    case 'equals':
    case 'in':
      return values.some((other) => compare(other) === 0);
    case 'less':
      return compare(first) < 0;
    case 'lessOrEqual':
      return compare(first) <= 0;
    case 'greater':
      return compare(first) > 0;
    case 'greaterOrEqual':
      return compare(first) >= 0;
    case 'between':
      return compare(first) >= 0 && compare(second) <= 0;
    case 'contains':
      return fold(value).includes(fold(first));
    case 'startsWith':
      return fold(value).startsWith(fold(first));
    case 'endsWith':
      return fold(value).endsWith(fold(first));
    case 'matches':
      return new RegExp(first, ignoreCase === true ? 'iu' : 'u').test(value);
    case 'isEmpty':
      return value === '';
    default:
      throw new Error(name);
  }
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
      fc.constant(named('isEmpty', [])),
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
