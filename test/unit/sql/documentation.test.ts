import { init, validateWithSchema } from '@polyglot-sql/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateSql } from '../../../src/sql/generateSql';
import { type Engine, openPostgres, rawForms, runStatements } from './engines';
import { dialectIds, shopRequest } from './shop';

/**
 * The vendor's page shows two views to copy. What goes wrong with them, each on a reduced form of it, and beside it what
 * the generated view does with the same rows.
 */
describe("the documentation's views and ours, on PostgreSQL", () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openPostgres();
  }, 60_000);
  afterAll(() => engine.close());

  async function load(rows: { users?: string; pageviews?: string; migrations: string }): Promise<void> {
    await engine.freshSchema();
    for (const table of ['users', 'pageviews'] as const)
      await runStatements(engine, generateSql(shopRequest(table, { dialect: 'postgres' })), rawForms.postgres);
    const key = (table: string, dump: number, part: string): string =>
      `sync_${dump}/_heap_table_name=${table}/part-${part}.avro`;
    const insert = async (table: string, columns: string, values: string): Promise<void> =>
      engine.run(
        `INSERT INTO ${table}_raw (${columns}, dc_object_key) VALUES ${values
          .replaceAll('@1240', `'${key(table, 1240, table === 'users' ? '00000-a1c4' : '00000-c2d8')}'`)
          .replaceAll(
            '@1241',
            `'${key(table, 1241, table === 'users' ? '00000-9f02' : table === 'pageviews' ? '00000-77aa' : '00000-4be0')}'`,
          )}`,
      );
    if (rows.users !== undefined) await insert('users', 'user_id, email, joindate, last_modified', rows.users);
    if (rows.pageviews !== undefined) await insert('pageviews', 'event_id, user_id, "time"', rows.pageviews);
    await insert('user_migrations', 'from_user_id, to_user_id, "time"', rows.migrations);
  }

  it('a comma before FROM does not parse', async () => {
    await load({ users: `(1, 'a@x', NULL, NULL, @1240)`, migrations: `(1, 2, NULL, @1241)` });
    const documented =
      'SELECT user_id, MAX("email") AS "email",\nFROM (SELECT user_id, email FROM users_live) x GROUP BY user_id';
    await expect(engine.rows(documented)).rejects.toThrow('syntax error at or near "FROM"');
    expect(await engine.rows('SELECT user_id, email FROM users_migrated')).toEqual([[2, 'a@x']]);
  });

  it('an unqualified time is ambiguous, because migrations have one too', async () => {
    await load({ pageviews: `(11, 1, 'then', @1240)`, migrations: `(1, 2, 'later', @1241)` });
    const documented =
      'SELECT COALESCE("to_user_id", "user_id") AS "user_id", "time" FROM pageviews_live e LEFT JOIN user_migrations_live m ON e.user_id = m.from_user_id';
    await expect(engine.rows(documented)).rejects.toThrow('column reference "time" is ambiguous');
    expect(await engine.rows('SELECT user_id, "time" FROM pageviews_migrated')).toEqual([[2, 'then']]);
  });

  it('a migration that stands there twice doubles every row of its user', async () => {
    await load({
      pageviews: `(11, 1, 'then', @1240)`,
      migrations: `(1, 2, 'a', @1241), (1, 2, 'b', @1241), (1, 3, 'c', @1241)`,
    });
    const documented =
      'SELECT COALESCE(m.to_user_id, e.user_id) FROM pageviews_live e LEFT JOIN user_migrations_live m ON e.user_id = m.from_user_id';
    expect(await engine.rows(documented)).toHaveLength(3);
    expect(await engine.rows('SELECT user_id FROM pageviews_migrated')).toEqual([[3]]);
  });

  it('MAX over all deliveries brings replaced values back', async () => {
    await load({
      users: `(1, 'zoe-old@x', NULL, '1', @1240), (1, 'ann-new@x', NULL, '2', @1241)`,
      migrations: `(7, 8, NULL, @1241)`,
    });
    expect(await engine.rows('SELECT MAX(email) FROM users_live GROUP BY user_id')).toEqual([['zoe-old@x']]);
    expect(await engine.rows('SELECT email FROM users_migrated')).toEqual([['ann-new@x']]);
  });

  it('users without an id become one', async () => {
    await load({
      users: `(NULL, 'a@x', NULL, NULL, @1240), (NULL, 'b@x', NULL, NULL, @1240)`,
      migrations: `(1, 2, NULL, @1241)`,
    });
    expect(await engine.rows('SELECT MAX(email) FROM users_live GROUP BY user_id')).toHaveLength(1);
    expect(await engine.rows('SELECT email FROM users_migrated ORDER BY email')).toEqual([['a@x'], ['b@x']]);
  });
});

describe.each(dialectIds)('columns in the views for %s', (dialect) => {
  beforeAll(() => init());
  const column = (name: string) => ({ name, type: /_id$/.test(name) ? 'bigint' : 'varchar' });

  it('are all named so that they mean one thing', () => {
    const helpers = ['dc_dump_id', 'dc_part', 'dc_object_key'];
    const schema = {
      tables: [
        {
          name: 'pageviews_live',
          columns: ['event_id', 'user_id', 'session_id', 'time', 'path', 'title', ...helpers].map(column),
        },
        { name: 'user_migrations_resolved', columns: ['from_user_id', 'to_user_id', 'time'].map(column) },
      ],
    };
    const sql = generateSql(shopRequest('pageviews', { dialect, kind: 'migrated' }))
      .statements.find(({ step }) => step === 'migrated')!
      .sql.replace(/^.*\n/, '');
    const grammar = dialect === 'postgres' ? 'postgresql' : dialect;
    const errors = (text: string) =>
      validateWithSchema(text, schema, grammar, { checkReferences: true, strict: true }).errors.map(
        ({ code }) => code,
      );
    expect(errors(sql)).toEqual([]);
    expect(errors(sql.replace('e."time"', '"time"'))).toContain('E221');
  });
});
