import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DialectId, generateSql } from '../../../src/sql/generateSql';
import {
  type Engine,
  fillRaw,
  openDuckdb,
  openPostgres,
  type RawForm,
  rawForms,
  readSorted,
  runStatements,
  sortedRows,
} from './engines';
import { answerColumns, expectDedup, expectMigrated, type Options, resolveMigrations } from './oracle';
import { type ExportSet, randomExport } from './randomExport';
import { requestFor } from './requests';

/**
 * The generated views, run on real engines over random exports, against an oracle written without SQL. Amazon Athena
 * and Trino themselves are not here: their views (not their table definitions) run natively on DuckDB, which has the
 * same functions.
 */
const sets = 100;

const targets: readonly { dialect: DialectId; on: string; open: () => Promise<Engine>; form: RawForm }[] = [
  { dialect: 'duckdb', on: 'DuckDB', open: openDuckdb, form: rawForms.duckdb },
  { dialect: 'trino', on: 'DuckDB', open: openDuckdb, form: rawForms.trino },
  { dialect: 'postgres', on: 'PostgreSQL', open: openPostgres, form: rawForms.postgres },
];

describe.each(targets)('$dialect views on $on', ({ dialect, open, form }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  }, 60_000);
  afterAll(() => engine.close());

  it(`answer what the documentation asks for, on ${sets} random exports`, { timeout: 120_000 }, async () => {
    for (let seed = 0; seed < sets; seed += 1) {
      expect(await mismatches(engine, dialect, form, randomExport(seed)), `seed ${seed}`).toEqual([]);
    }
  });

  // Each fault is one that has been made: by hand, in the documentation's example, or in a loader.
  const faults: readonly { name: string; change: (sql: string) => string; options?: Partial<Options> }[] = [
    { name: 'the oldest dump first', change: (sql) => sql.replace(/("dc_dump_id(?:_2)?") DESC/g, '$1 ASC') },
    {
      name: 'rows without an id merged into one',
      change: (sql) => sql.replace(/ OR r\."(event_id|session_id|user_id)" IS NULL/, ''),
    },
    {
      name: 'files that no manifest lists counted',
      change: (sql) => sql.replace(/\nJOIN f(iles|olders) f/, '\nLEFT JOIN f$1 f'),
    },
    {
      name: 'no deduplication',
      change: (sql) => sql.replace(/\nWHERE r\."dc_rank(?:_2)?" = 1 OR r\."(event|session)_id" IS NULL/, ''),
    },
    {
      name: 'deduplication before migration',
      change: (sql) =>
        sql.replace(
          /PARTITION BY e\."(event|session)_id", e\."user_id"/,
          'PARTITION BY e."$1_id", e."original_user_id"',
        ),
      options: { keepOriginalUserId: true, withMigrations: true },
    },
    {
      name: 'repeated migrations multiplying rows',
      change: (sql) => sql.replace('WHERE x."dc_rank" = 1', ''),
      options: { withMigrations: true },
    },
    {
      name: 'no guard against circles',
      change: (sql) => sql.replace(/\n {2}WHERE \(b\.[\s\S]*?\)\n {4}AND .*\)\n\)/, '\n)'),
      options: { withMigrations: true, hops: 3 },
    },
    {
      name: 'replaced values of a user coming back',
      change: (sql) => sql.replace(/r\."dc_rank" = 1 OR r\."user_id" IS NULL/, 'TRUE'),
      options: { users: 'documented' },
    },
  ];
  it.each(faults)('and would not pass with $name', { timeout: 60_000 }, async ({ change, options }) => {
    for (let seed = 0; seed < 60; seed += 1) {
      if ((await mismatches(engine, dialect, form, randomExport(seed), change, options)).length > 0) return;
    }
    expect.fail('the fault went unnoticed in 60 exports');
  });
});

it('Athena and Trino get the same views: what runs for one was run for the other', () => {
  for (let seed = 0; seed < sets; seed += 1) {
    const set = randomExport(seed);
    for (const table of Object.values(set.tables)) {
      const views = (['athena', 'trino'] as const).map((dialect) =>
        generateSql(requestFor(set, table, 'dedup', dialect, optionsOf(seed))).statements.filter(
          ({ step }) => step !== 'raw',
        ),
      );
      expect(views[0]).toEqual(views[1]);
    }
  }
});

it('the migrated script is the dedup script without its last view', () => {
  for (const dialect of ['athena', 'trino', 'duckdb', 'postgres'] as const) {
    const set = randomExport(1);
    const statements = (kind: 'migrated' | 'dedup') =>
      generateSql(requestFor(set, set.tables.pageviews, kind, dialect, optionsOf(1))).statements.filter(
        ({ step, sql }) => step !== 'transaction' && !sql.startsWith('DROP VIEW'),
      );
    expect(statements('dedup').slice(0, -1)).toEqual(statements('migrated'));
  }
});

/** All combinations come up: 2 × 2 × 2, and now and then no mapping at all. */
function optionsOf(seed: number): Options {
  return {
    hops: seed % 2 === 0 ? 1 : 3,
    users: seed % 4 < 2 ? 'latest' : 'documented',
    keepOriginalUserId: seed % 8 < 4,
    withMigrations: seed % 11 !== 0,
  };
}

async function mismatches(
  engine: Engine,
  dialect: DialectId,
  form: RawForm,
  set: ExportSet,
  change?: (sql: string) => string,
  fixed: Partial<Options> = {},
): Promise<readonly string[]> {
  const options = { ...optionsOf(set.seed), ...fixed };
  const wrong: string[] = [];
  await engine.freshSchema();
  if (!form.madeByScript) for (const table of Object.values(set.tables)) await fillRaw(engine, table, form);
  const { users, sessions, pageviews, user_migrations } = set.tables;
  for (const table of [users, sessions, pageviews]) {
    const sql = generateSql(requestFor(set, table, 'dedup', dialect, options));
    await runStatements(engine, sql, form, change);
    if (form.madeByScript) {
      await fillRaw(engine, table, form);
      if (options.withMigrations) await fillRaw(engine, user_migrations, form);
    }
    // Avro allows no such name, so these two engines cannot have the column.
    const hasAnyName = form.partition === undefined;
    const columns = answerColumns(table, options).filter((name) => hasAnyName || /^\w+$/.test(name));
    const check = async (view: string, expected: readonly string[]): Promise<void> => {
      const actual = await readSorted(engine, view, columns, form.text);
      if (JSON.stringify(actual) !== JSON.stringify(expected))
        wrong.push(`${view}: ${actual.join()} ≠ ${expected.join()}`);
    };
    await check(`${table.name}_migrated`, sortedRows(expectMigrated(set, table, options), columns));
    await check(`${table.name}_dedup`, sortedRows(expectDedup(set, table, options), columns));
  }
  if (options.withMigrations) {
    const expected = [...resolveMigrations(user_migrations, options.hops)]
      .map((pair) => JSON.stringify(pair))
      .sort();
    const actual = await readSorted(engine, 'user_migrations_resolved', ['from_user_id', 'to_user_id'], form.text);
    if (JSON.stringify(actual) !== JSON.stringify(expected))
      wrong.push(`resolved: ${actual.join()} ≠ ${expected.join()}`);
  }
  return wrong;
}
