import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDialect, dialects } from '../../../src/sql/dialect';
import { generateSql } from '../../../src/sql/generateSql';
import { type Engine, openDuckdb, openPostgres, rawForms, runStatements } from './engines';
import { columns, dialectIds, shop, shopRequest, sqlTable } from './shop';

it('offers the dialects that are there', () => {
  expect(dialects.map(({ id }) => id)).toEqual(dialectIds);
  expect(findDialect('duckdb')?.label).toBe('DuckDB');
  expect(findDialect('snowflake')).toBeUndefined();
});

describe.each(dialectIds)('a script for %s', (dialect) => {
  const headerOf = (text: string): readonly string[] => text.split('\n\n')[0]!.split('\n');
  const { kind, table, source, asOf } = shopRequest('pageviews', { dialect });
  const withoutMigrations = { kind, table, dialect, source, asOf };

  it('is its statements in order, each under a sentence', () => {
    const { text, statements, objects } = generateSql(shopRequest('pageviews', { dialect }));
    let from = 0;
    for (const { sql } of statements) {
      const at = text.indexOf(`${sql};\n`, from);
      expect(at).toBeGreaterThan(0);
      from = at + sql.length;
    }
    for (const { sql, creates, comment } of statements) {
      if (creates === undefined) continue;
      expect(sql).toContain(creates);
      expect(comment).toMatch(/^[A-Z]/);
    }
    expect(objects).toEqual([
      'pageviews_raw',
      'user_migrations_raw',
      'pageviews_live',
      'user_migrations_live',
      'user_migrations_resolved',
      'pageviews_migrated',
      'pageviews_dedup',
    ]);
  });

  it('reads nothing that is created further down', () => {
    const { statements, objects } = generateSql(shopRequest('users', { dialect }));
    const seen = new Set<string>();
    for (const { sql, creates } of statements) {
      if (creates === undefined) continue;
      for (const [, name] of sql.matchAll(/(?:FROM|JOIN) "([^"]+)"/g)) {
        if (objects.includes(name!)) expect(seen).toContain(name);
      }
      seen.add(creates);
    }
  });

  it('says where it comes from in at most eight lines', () => {
    const odd = sqlTable(
      'pageviews',
      [...shop.pageviews.columns, ...columns([], ['', '', '', ''])],
      [[1241n, '00000']],
    );
    const { text, warnings } = generateSql({ ...withoutMigrations, table: odd });
    const header = headerOf(text);
    expect(header).toHaveLength(8);
    expect(header.join('\n')).toContain('s3://csq-rs3-acme');
    expect(header.join('\n')).toContain('dump 1241');
    expect(header.at(-1)).toMatch(/^-- Warning: \d more stand at the end of this script\.$/);
    for (const warning of warnings) expect(text).toContain(`-- Warning: ${warning}`);
  });

  it('warns when no full resync was seen', () => {
    const { warnings, text } = generateSql(shopRequest('sessions', { dialect }));
    expect(warnings).toEqual([expect.stringMatching(/^No full resync of sessions was seen/)]);
    expect(headerOf(text).at(-1)).toBe(`-- Warning: ${warnings[0]}`);
    expect(generateSql(shopRequest('pageviews', { dialect })).warnings).toEqual([]);
  });

  it('goes without the join when there are no migrations', () => {
    const { warnings, text, objects } = generateSql(withoutMigrations);
    expect(warnings).toEqual([expect.stringMatching(/^The export has no user_migrations/)]);
    expect(text).not.toContain('LEFT JOIN');
    expect(objects).toEqual(['pageviews_raw', 'pageviews_live', 'pageviews_migrated', 'pageviews_dedup']);
    const lame = sqlTable('user_migrations', columns(['from_user_id'], []), [[1241n, '00000']]);
    expect(generateSql({ ...withoutMigrations, migrations: lame }).warnings).toEqual([
      expect.stringMatching(/no to_user_id/),
    ]);
  });

  it('reads one copy of the migrations, however many it is given', () => {
    const copies = sqlTable('user_migrations', shop.user_migrations.columns, [
      [999n, '00000-old'],
      [1241n, '00000-new'],
    ]);
    const { text } = generateSql(shopRequest('pageviews', { dialect, migrations: copies }));
    expect(text).toContain('00000-new');
    expect(text).not.toContain('sync_999');
  });

  it('reads a file once, however often it is named', () => {
    const twice = sqlTable(
      'pageviews',
      shop.pageviews.columns,
      [
        [1241n, '00000'],
        [1241n, '00000'],
      ],
      { since: 1241n },
    );
    const { statements } = generateSql(shopRequest(twice, { dialect }));
    const live = statements.find(({ creates }) => creates === 'pageviews_live')!.sql;
    expect(live.match(/part-00000/g)).toHaveLength(1);
  });

  it('keeps dump ids beyond int64 whole', () => {
    const dump = 12345678901234567890n;
    const table = sqlTable('pageviews', shop.pageviews.columns, [[dump, '00000']], { since: dump });
    const { text } = generateSql(shopRequest(table, { dialect, asOf: dump }));
    expect(text).toContain(`CAST('${dump}' AS ${findDialect(dialect)!.bigNumber})`);
  });
});

describe('Athena', () => {
  const dialect = 'athena';

  it('gets partitions by name where the layout changed on the way', () => {
    const many = sqlTable(
      'pageviews',
      shop.pageviews.columns,
      [...Array(250).keys()].map((index) => [BigInt(index + 1), '00000'] as const),
      { since: 1n },
    );
    const [first, ...rest] = many.effective.files;
    const older = [{ ...first!, key: 'sync_1/pageviews/part-0.avro' }, ...rest];
    const table = { ...many, effective: { ...many.effective, files: older } };
    const { statements, text } = generateSql(shopRequest(table, { dialect }));
    const added = statements.filter(({ sql }) => sql.startsWith('ALTER TABLE `pageviews_raw` ADD'));
    expect(added).toHaveLength(3);
    expect(text).toContain("PARTITION (`dc_dump` = '1') LOCATION 's3://csq-rs3-acme/sync_1/pageviews/'");
    expect(text.match(/PARTITION \(`dc_dump`/g)).toHaveLength(250);
  });

  it('reads both folders of a dump that has two', () => {
    const files = ['sync_1241/pageviews/part-0.avro', 'sync_1241/_heap_table_name=pageviews/part-1.avro'];
    const table = {
      ...shop.pageviews,
      effective: { ...shop.pageviews.effective, files: files.map((key) => ({ dump: 1241n, key, uri: key })) },
    };
    const { text } = generateSql(shopRequest(table, { dialect }));
    expect(text).toContain("PARTITION (`dc_dump` = '1241') LOCATION 's3://csq-rs3-acme/sync_1241/pageviews/'");
    expect(text).toContain(
      "PARTITION (`dc_dump` = '1241_2') LOCATION 's3://csq-rs3-acme/sync_1241/_heap_table_name=pageviews/'",
    );
  });

  it('reads a folder once when a later dump lists more of its files, and so does Trino', () => {
    const folder = 'sync_1240/_heap_table_name=pageviews/';
    const files = [1240n, 1241n].map((dump, part) => {
      const key = `${folder}part-0000${part}.avro`;
      return { dump, key, uri: key };
    });
    const table = { ...shop.pageviews, effective: { ...shop.pageviews.effective, files } };
    const rawOf = (id: 'athena' | 'trino'): string => {
      const { statements } = generateSql(shopRequest(table, { dialect: id }));
      const raw = statements.filter(({ step, sql }) => step === 'raw' && sql.includes('pageviews_raw'));
      return raw.map(({ sql }) => sql).join('\n');
    };
    expect(rawOf('athena')).toContain("'projection.dc_dump.values' = '1240',");
    expect(rawOf('trino').match(/register_partition/g)).toHaveLength(1);
  });

  it('stays within its limit with thousands of files, and warns when it cannot', () => {
    const files = [...Array(5000).keys()].map(
      (part) => [1241n, `${String(part).padStart(5, '0')}-44e02b46-da18-46d4-bc22-071b6f4d6e73-c000`] as const,
    );
    const big = sqlTable('pageviews', shop.pageviews.columns, files, { since: 1241n });
    const { statements, warnings } = generateSql(shopRequest(big, { dialect }));
    expect(warnings).toEqual([]);
    for (const { sql } of statements) expect(Buffer.byteLength(sql)).toBeLessThan(262_144);
    // Files that do not lie in their dump's folder have to be named one by one.
    const moved = { ...big, effective: { ...big.effective, dumps: [{ dump: 1241n, folder: 'elsewhere/' }] } };
    expect(generateSql(shopRequest(moved, { dialect })).warnings).toEqual([
      expect.stringMatching(/^The statement for pageviews_live has [\d,]+ bytes; Amazon Athena takes 262,144\.$/),
    ]);
  });

  it('is told that it cannot read a local folder', () => {
    const source = { connection: 'copy', rootUri: '/home/ann/export' };
    for (const id of ['athena', 'trino'] as const)
      expect(generateSql(shopRequest('pageviews', { dialect: id, source })).warnings).toEqual([
        expect.stringContaining('does not read this folder'),
      ]);
    for (const id of ['duckdb', 'postgres'] as const)
      expect(generateSql(shopRequest('pageviews', { dialect: id, source })).warnings).toEqual([]);
  });

  it('escapes its strings as Hive does', () => {
    const { text } = generateSql(
      shopRequest('pageviews', { dialect, source: { connection: 'x', rootUri: "s3://b/it's\\here" } }),
    );
    expect(text).toContain("LOCATION 's3://b/it\\'s\\\\here/manifests/'");
  });
});

describe('on DuckDB', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openDuckdb();
  });
  afterAll(() => engine.close());

  it('a table without a file is an empty view, raw view and all', async () => {
    const none = sqlTable('pageviews', [...shop.pageviews.columns, ...columns([], ['filename'])], [], {
      since: 1241n,
    });
    const noMigrations = { ...shop.user_migrations, effective: { ...shop.user_migrations.effective, files: [] } };
    const sql = generateSql(shopRequest(none, { dialect: 'duckdb', migrations: noMigrations }));
    expect(sql.warnings).toEqual([
      expect.stringMatching(/^No file of pageviews is in effect/),
      expect.stringMatching(/has no files/),
    ]);
    await engine.freshSchema();
    for (const { sql: statement } of sql.statements) await engine.run(statement);
    expect(await engine.rows('SELECT * FROM pageviews_dedup')).toEqual([]);
  });

  it('names files of a folder on Windows as DuckDB answers them', () => {
    const { text } = generateSql(
      shopRequest('pageviews', { dialect: 'duckdb', source: { connection: 'x', rootUri: 'C:\\exports\\acme\\' } }),
    );
    expect(text).toContain("'C:/exports/acme/sync_1241/_heap_table_name=pageviews/part-00000-77aa.avro'");
    expect(text).toContain(`f.object_key = substr(replace(r."filename", '\\', '/'), 17)`);
  });

  it('a listed file that is not in the bucket is not asked for: one such file would fail the whole list', () => {
    const key = 'sync_1241/_heap_table_name=pageviews/part-00000-77aa.avro';
    const rawOf = (missing: readonly string[]) => {
      const request = shopRequest({ ...shop.pageviews, missing }, { dialect: 'duckdb' });
      const { statements, warnings } = generateSql(request);
      return { ...statements.find(({ creates }) => creates === 'pageviews_raw')!, warnings };
    };
    const { sql, comment, warnings } = rawOf([key]);
    expect(sql).not.toContain(key);
    expect(sql.match(/part-/g)).toHaveLength(2);
    expect(comment).toContain('left out');
    expect(warnings).toEqual([expect.stringContaining('is not in the bucket')]);
    expect(rawOf(shop.pageviews.effective.files.map((file) => file.key)).sql).toContain('WHERE FALSE');
  });

  it('a star in a key is that star', () => {
    const table = sqlTable('a*[b]?', shop.pageviews.columns, [[1241n, '00000']], { since: 1241n });
    expect(generateSql(shopRequest(table, { dialect: 'duckdb' })).text).toContain(
      "_heap_table_name=a[*][[]b][?]/part-00000.avro'",
    );
  });

  it('ids of two types are compared as text', async () => {
    await engine.freshSchema();
    const table = sqlTable('pageviews', columns(['event_id'], ['user_id']), [[1241n, '00000']], { since: 1241n });
    const sql = generateSql(shopRequest(table, { dialect: 'duckdb' }));
    expect(sql.warnings).toEqual([expect.stringContaining('compared as text')]);
    await engine.run(
      `CREATE TABLE pageviews_raw AS SELECT 5 AS event_id, '1' AS user_id, 's3://csq-rs3-acme/sync_1241/_heap_table_name=pageviews/part-00000.avro' AS filename`,
    );
    await engine.run(
      `CREATE TABLE user_migrations_raw AS SELECT 1::BIGINT AS from_user_id, 9007199254740993 AS to_user_id, NULL::VARCHAR AS "time", 's3://csq-rs3-acme/sync_1241/_heap_table_name=user_migrations/part-00000-4be0.avro' AS filename`,
    );
    await runStatements(engine, sql, rawForms.duckdb);
    expect(await engine.rows('SELECT user_id FROM pageviews_dedup')).toEqual([['9007199254740993']]);
  });
});

describe('the load that PostgreSQL is told', () => {
  const loadOf = (dumps: number, layout: (dump: number) => string): string => {
    const files = [...Array(dumps).keys()].map((index) => {
      const key = `sync_${index + 1}/${layout(index + 1)}/part-00000.avro`;
      return { dump: BigInt(index + 1), key, uri: key };
    });
    const table = { ...shop.pageviews, effective: { ...shop.pageviews.effective, files } };
    const { statements } = generateSql(shopRequest(table, { dialect: 'postgres' }));
    return statements.find(({ creates }) => creates === 'pageviews_raw')!.comment;
  };

  it('covers both layouts when the export changed from one to the other', () => {
    const layout = (dump: number): string => (dump === 1 ? 'pageviews' : '_heap_table_name=pageviews');
    expect(loadOf(2, layout)).toContain("'s3://csq-rs3-acme/sync_1/pageviews/*.avro'");
    const many = loadOf(30, layout);
    expect(many).toContain("'s3://csq-rs3-acme/sync_*/pageviews/*.avro'");
    expect(many).toContain("'s3://csq-rs3-acme/sync_*/_heap_table_name=pageviews/*.avro'");
    expect(many.match(/\.avro'/g)).toHaveLength(2);
  });

  it('takes a bracket in a name for itself', () => {
    expect(loadOf(1, () => 'a[b]')).toContain("/sync_1/a[[]b]/*.avro'");
  });
});

describe('the short form for many files', () => {
  it('is not taken where files lie in the folder of another dump: what else lies there is not known', () => {
    const files = [...Array(250).keys()].map((part) => {
      const key = `sync_1240/_heap_table_name=pageviews/part-${part}.avro`;
      return { dump: 1241n, key, uri: key };
    });
    const dumps = [{ dump: 1241n, folder: 'sync_1240/_heap_table_name=pageviews/' }];
    const table = { ...shop.pageviews, effective: { ...shop.pageviews.effective, files, dumps } };
    const { statements } = generateSql(shopRequest(table, { dialect: 'athena' }));
    const live = statements.find(({ creates }) => creates === 'pageviews_live')!.sql;
    expect(live.match(/part-\d+\.avro'/g)).toHaveLength(250);
  });
});

describe('on PostgreSQL', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openPostgres();
  }, 60_000);
  afterAll(() => engine.close());

  it('the whole script runs as it is, and again when the table has changed', async () => {
    await engine.freshSchema();
    await engine.run(generateSql(shopRequest('pageviews', { dialect: 'postgres' })).text);
    await engine.run(generateSql(shopRequest('sessions', { dialect: 'postgres' })).text);
    await engine.run(generateSql(shopRequest('users', { dialect: 'postgres', kind: 'migrated' })).text);
    const [event, user, session] = shop.pageviews.columns;
    const changed = { ...shop.pageviews, columns: [user!, ...columns([], ['hash']), event!, session!] };
    await engine.run(generateSql(shopRequest(changed, { dialect: 'postgres', keepOriginalUserId: true })).text);
    const names = await engine.rows(
      `SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema AND table_name = 'pageviews_dedup' ORDER BY ordinal_position`,
    );
    expect(names.flat()).toEqual(['user_id', 'hash', 'event_id', 'session_id', 'original_user_id']);
  });
});
