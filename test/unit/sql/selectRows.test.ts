import { init, validate } from '@polyglot-sql/sdk';
import { describe, expect, it } from 'vitest';
import type { FindTest, RowFilter, RowsQuery } from '../../../src/core/rowFilter';
import { liveRowsName, selectRows } from '../../../src/sql/selectRows';
import { columns, ignoringCase, partTests, select, test } from './pageviewRows';
import { dialectIds } from './shop';

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
  test('isNotEmpty', 't'),
  test('isNotEmpty', 'n'),
  test('isNotEmpty', 'not there'),
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
