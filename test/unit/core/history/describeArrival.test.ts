import { expect, it } from 'vitest';
import { createCatalog } from '../../../../src/core/catalog';
import { describeArrival } from '../../../../src/core/history/describeArrival';
import { readHealth } from '../../../../src/core/history/readHealth';
import { createMemoryObjectStore } from '../../../fakes/memoryObjectStore';
import { day, delivered, putDump, type TableSpec } from './dumps';

async function arrival(...dumps: readonly Readonly<Record<string, TableSpec>>[]): Promise<string> {
  const store = createMemoryObjectStore();
  for (const [index, tables] of dumps.entries()) putDump(store, index + 1, delivered + index * day, tables);
  const source = { store, catalog: createCatalog(store), columnsOf: () => Promise.reject(new Error('no part')) };
  const { history, problems } = await readHealth(source, () => delivered + dumps.length * day);
  return describeArrival(history, problems);
}

const full = { incremental: false };

it('counts what a dump brought that is no routine', async () => {
  expect(
    await arrival(
      { users: full, pageviews: full, clicks: { ...full, columns: ['user_id', 'x', 'y'] } },
      {
        users: full,
        pageviews: { ...full, missing: ['part-00001-b', 'part-00002-c'] },
        clicks: { columns: ['user_id', 'z'] },
        carts: full,
        user_migrations: full,
      },
    ),
  ).toBe('2 resyncs, 2 new tables, 1 new column, 2 columns dropped, 2 files missing');
});

it('says how much there is where nothing else is to be said', async () => {
  expect(await arrival({ users: full, pageviews: full }, { users: {}, pageviews: {} })).toBe('2 tables, 2 files');
  expect(await arrival({ users: full })).toBe('1 table, 1 file');
});
