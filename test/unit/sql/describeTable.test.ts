import { describe, expect, it } from 'vitest';
import { createCatalog } from '../../../src/core/catalog';
import type { Column } from '../../../src/core/column';
import { Failure } from '../../../src/core/failure';
import { describeTable } from '../../../src/sql/describeTable';
import { generateSql } from '../../../src/sql/generateSql';
import { createMemoryObjectStore } from '../../fakes/memoryObjectStore';

const file = (dump: number, table: string, part: number): string =>
  `sync_${dump}/_heap_table_name=${table}/part-0000${part}-a.avro`;

function exportOf(
  tables: Readonly<Record<number, Readonly<Record<string, { columns: readonly string[]; full?: boolean }>>>>,
) {
  const store = createMemoryObjectStore();
  for (const [dump, delivered] of Object.entries(tables)) {
    const id = Number(dump);
    const listed = Object.entries(delivered).map(([name, { columns, full = false }]) => {
      store.put(file(id, name, 0), 'x');
      return { name, columns, incremental: !full, files: [`s3://customer/${file(id, name, 0)}`] };
    });
    store.put(`manifests/sync_${id}.json`, JSON.stringify({ dump_id: id, tables: listed }));
  }
  return { store, catalog: createCatalog(store) };
}

const column = (name: string, kind: Column['kind']): Column => ({ name, kind, typeText: kind, nullable: true });

const shop = {
  9: { users: { columns: ['user_id', 'email', 'segment'], full: true } },
  10: {
    users: { columns: ['user_id', 'email'] },
    user_migrations: { columns: ['from_user_id', 'to_user_id'], full: true },
  },
};

describe('what SQL needs to know of a table', () => {
  it('takes columns from the newest part as spelled there, then those that only older dumps have', async () => {
    const { catalog } = exportOf(shop);
    const asked: string[] = [];
    const described = await describeTable(catalog, 'users', undefined, (key) => {
      asked.push(key);
      return Promise.resolve([column('user_id', 'integer'), column('Email', 'text'), column('email', 'text')]);
    });
    expect(described.table.columns).toEqual([
      { name: 'user_id', type: 'bigint' },
      { name: 'Email', type: 'text' },
      { name: 'email', type: 'text' },
      { name: 'segment', type: 'text' },
    ]);
    expect(described.asOf).toBe(10n);
    expect(described.migrations?.name).toBe('user_migrations');
    expect(asked.sort()).toEqual([file(10, 'user_migrations', 0), file(10, 'users', 0)]);
  });

  it('does without a schema when no part can be read: ids are longs, the rest is text', async () => {
    const { catalog } = exportOf(shop);
    const described = await describeTable(catalog, 'users', undefined, () =>
      Promise.reject(new Failure('avro.notAvro')),
    );
    expect(described.table.columns).toEqual([
      { name: 'user_id', type: 'bigint' },
      { name: 'email', type: 'text' },
      { name: 'segment', type: 'text' },
    ]);
  });

  it('is content with an export that has no migrations', async () => {
    const { catalog } = exportOf({ 9: shop[9] });
    const described = await describeTable(catalog, 'users', undefined, () => Promise.resolve([]));
    expect(described.migrations).toBeUndefined();
  });

  it('finds files that no manifest lists, and says in the script when listed ones are gone', async () => {
    const { store, catalog } = exportOf(shop);
    store.put(file(10, 'users', 7), 'stray');
    store.delete(file(9, 'users', 0));
    const described = await describeTable(catalog, 'users', undefined, () => Promise.resolve([]));
    expect(described.table.unlisted).toEqual([file(10, 'users', 7)]);
    expect(described.table.missing).toEqual([file(9, 'users', 0)]);
    const { warnings } = generateSql({
      kind: 'migrated',
      ...described,
      dialect: 'duckdb',
      source: { connection: 'shop', rootUri: 's3://shop/' },
    });
    expect(warnings).toContain(
      `A listed file of users is not in the bucket: "${file(9, 'users', 0)}". Its rows are missing.`,
    );
  });

  it('stops when it is cancelled', async () => {
    const { catalog } = exportOf(shop);
    const abort = new AbortController();
    const work = describeTable(
      catalog,
      'users',
      undefined,
      () => {
        abort.abort();
        return Promise.reject(new Failure('cancelled'));
      },
      abort.signal,
    );
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
  });
});
