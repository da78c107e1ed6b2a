import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFailure } from '../../../src/core/failure';
import { findDialect } from '../../../src/sql/dialect';
import { generateSql, type SqlRequest } from '../../../src/sql/generateSql';
import { type Engine, fillRaw, openDuckdb, openPostgres, rawForms, readSorted, runStatements } from './engines';
import type { ExportTable } from './randomExport';
import { columns, dialectIds, shop, shopRequest, sqlTable } from './shop';

const hostile = [
  'double "quote"',
  "single ' quote",
  'back`tick',
  '100 % of it',
  'semi;colon',
  '-- comment',
  'end */ of comment',
  'two\nlines\r\nand -- three',
  'line\u2028separator',
  '$path',
  '${dc_dump}',
  'Grüße 日本 😀',
  'select',
  'back\\slash',
  'x'.repeat(200),
  '日'.repeat(100),
];
const ourOwn = [
  'dc_dump_id',
  'dc_part',
  'dc_object_key',
  'dc_rank',
  'dc_user_id',
  'dc_merged',
  'dc_unknown',
  'dc_position',
  'dc_dump',
  'filename',
  'original_user_id',
  'xmin',
  'r',
  'e',
  'm',
  'f',
  'x',
  'files',
];

function requestOf(
  name: string,
  texts: readonly string[],
  more: Partial<SqlRequest> & Pick<SqlRequest, 'dialect'>,
): SqlRequest {
  const table = sqlTable(
    name,
    columns(['event_id', 'user_id'], texts),
    [
      [1240n, '00000'],
      [1241n, '00001'],
    ],
    { since: 1240n },
  );
  return shopRequest(table, more);
}

describe.each([
  { dialect: 'duckdb' as const, open: openDuckdb, form: rawForms.duckdb },
  { dialect: 'postgres' as const, open: openPostgres, form: rawForms.postgres },
])('names that nobody would choose, in $dialect', ({ dialect, open, form }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  }, 60_000);
  afterAll(() => engine.close());

  it.each(hostile)('a table called %j', async (name) => {
    await engine.freshSchema();
    const sql = generateSql(requestOf(name, ['path'], { dialect }));
    const asTable: ExportTable = {
      name,
      columns: columns(['event_id', 'user_id'], ['path']),
      dumps: [],
      files: [1240n, 1241n].map((dump, part) => ({
        dump,
        folder: '',
        key: `sync_${dump}/_heap_table_name=${name}/part-0000${part}.avro`,
        rows: [{ event_id: '1', user_id: '2', path: `of ${dump}` }],
        listed: true,
      })),
    };
    const own = sql.objects[0]!;
    const rooted = { ...form, root: form.root === '' ? '' : 's3://csq-rs3-acme/' };
    if (!form.madeByScript) {
      await fillRaw(engine, asTable, rooted, own);
      await fillRaw(
        engine,
        { ...asTable, columns: shop.user_migrations.columns, files: [] },
        rooted,
        'user_migrations_raw',
      );
    }
    await runStatements(engine, sql, form);
    if (form.madeByScript) await fillRaw(engine, asTable, rooted, own);
    expect(await readSorted(engine, sql.objects.at(-1)!, ['path'], form.text)).toEqual(['["of 1241"]']);
    expect(new Set(sql.objects).size).toBe(sql.objects.length);
  });

  it('any text comes back from quotes as it went in', async () => {
    const spelling = findDialect(dialect)!;
    const name = spelling.quote('say "it"\n;--');
    const odd = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((text) => !text.includes('\0'));
    const texts = fc.sample(odd, { numRuns: 300, seed: 7 });
    const values = texts.map((text) => `(${spelling.literal(text)})`).join(', ');
    const rows = await engine.rows(`SELECT t.${name} FROM (VALUES ${values}) AS t (${name})`);
    expect(rows.flat()).toEqual(texts);
  });

  it('columns called like that, or like our own', async () => {
    await engine.freshSchema();
    const texts = [...hostile, ...ourOwn];
    for (const name of ['pageviews', 'users']) {
      const sql = generateSql({ ...requestOf(name, texts, { dialect, keepOriginalUserId: true }) });
      if (!form.madeByScript) {
        const all = [
          ...columns(['event_id', 'user_id'], texts),
          { name: 'dc_object_key_2', type: 'text' as const },
        ];
        const empty: ExportTable = { name, columns: all, dumps: [], files: [] };
        // `filename` is a column of the table, so the path has another name.
        const pathColumn = /"([^"]+)"\), 19\)|substr\(r\."([^"]+)"/.exec(sql.text)?.[2] ?? '';
        expect(pathColumn).toBe('dc_object_key_2');
        await fillRaw(engine, { ...empty, columns: all.slice(0, -1) }, { ...form, pathColumn });
        await fillRaw(engine, { ...empty, name: 'user_migrations', columns: shop.user_migrations.columns }, form);
      }
      await runStatements(engine, sql, form);
      const rows = await engine.rows(`SELECT * FROM ${name}_dedup`);
      expect(rows).toEqual([]);
    }
  });
});

describe.each(dialectIds)('%s', (dialect) => {
  it('never lets a name out of its comment or its quotes', () => {
    for (const name of hostile) {
      const { text, statements } = generateSql({
        ...requestOf(name, hostile, { dialect }),
        source: { connection: name, rootUri: 's3://csq-rs3-acme' },
      });
      let rest = text;
      for (const { sql } of statements) {
        const at = rest.indexOf(`${sql};`);
        expect(at).toBeGreaterThanOrEqual(0);
        onlyComments(rest.slice(0, at));
        rest = rest.slice(at + sql.length + 1);
      }
      onlyComments(rest);
    }
  });

  it('refuses an empty name and one with a NUL', () => {
    for (const name of ['', 'a\0b']) {
      expect(() => generateSql(requestOf(name, [], { dialect }))).toThrow(
        expect.objectContaining({ code: 'sql.badName' }),
      );
      expect(() => findDialect(dialect)!.quote(name)).toThrow(expect.objectContaining({ code: 'sql.badName' }));
    }
  });

  it('leaves out a column without a name, and says so', () => {
    const { warnings, text } = generateSql(requestOf('pageviews', ['path', ''], { dialect }));
    expect(warnings).toEqual(['Column "" of pageviews is left out: no engine can have such a name.']);
    expect(text).toContain('-- Warning: Column "" of pageviews is left out');
  });

  it('says what becomes of columns that differ only in case', () => {
    const { warnings, text } = generateSql(requestOf('pageviews', ['Path', 'path'], { dialect }));
    if (dialect === 'postgres') {
      expect(warnings).toEqual([]);
      expect(text).toContain('e."Path"');
      expect(text).toContain('e."path"');
    } else {
      expect(warnings).toEqual([
        expect.stringMatching(/^Column path of pageviews is left out: .* cannot tell it from Path\.$/),
      ]);
      expect(text).not.toContain('"path"');
    }
  });

  it('finds the key columns however they are spelled', () => {
    const table = sqlTable('pageviews', columns(['Event_ID', 'User_Id'], ['time']), [[1241n, '00000']], {
      since: 1241n,
    });
    const { text } = generateSql(shopRequest(table, { dialect }));
    expect(text).toContain('PARTITION BY e."Event_ID", e."User_Id"');
    // Without the file's own spelling these engines read the field as NULL without a word.
    if (dialect === 'athena')
      expect(text).toContain(
        `'avro.schema.literal' = '{"type":"record","name":"topLevelRecord","fields":[{"name":"Event_ID"`,
      );
    if (dialect === 'trino')
      expect(text).toContain(
        `avro_schema_literal = '{"type":"record","name":"topLevelRecord","fields":[{"name":"Event_ID"`,
      );
  });

  it.each([
    ['pageviews', ['user_id'], 'dedup', 'event_id'],
    ['pageviews', ['event_id'], 'migrated', 'user_id'],
    ['sessions', ['event_id', 'user_id'], 'dedup', 'session_id'],
    ['users', [], 'migrated', 'user_id'],
  ] as const)('needs the keys of %s', (name, ids, kind, missing) => {
    const table = sqlTable(name, columns(ids, ['time']), [[1241n, '00000']], { since: 1241n });
    try {
      generateSql(shopRequest(table, { dialect, kind }));
      expect.fail('no failure');
    } catch (error) {
      if (!isFailure(error, 'sql.noKey')) throw error;
      expect(error.facts).toEqual({ table: name, columns: missing, kind, detail: `no column ${missing}` });
    }
  });
});

it('gives names that Athena and Trino can have, one for each table', () => {
  const names = [...hostile, 'Users', 'USERS', 'users'].map((name) =>
    generateSql(requestOf(name, [], { dialect: 'athena', kind: 'migrated' })).objects.at(-1)!,
  );
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z0-9_]{1,128}$/);
  const odd = generateSql(requestOf('__key_events_pm__plp_', [], { dialect: 'athena' }));
  expect(odd.objects.at(-1)).toBe('__key_events_pm__plp__dedup');
  expect(odd.warnings).toEqual([]);
});

function onlyComments(text: string): void {
  for (const line of text.split('\n')) expect(line).toMatch(/^($|--)/);
  // What other readers take for the end of a line is not in there either.
  expect(text).not.toMatch(/[\r\v\f\u0085\u2028\u2029]/);
}
