import { describe, expect, it } from 'vitest';
import { createCatalog } from '../../../src/core/catalog';
import { createMemoryObjectStore } from '../../fakes/memoryObjectStore';

const modified = Date.UTC(2026, 10, 22);

describe('10,000 syncs', () => {
  const store = createMemoryObjectStore();
  for (let dump = 1; dump <= 10_000; dump++) {
    store.putInfo({ key: `manifests/sync_${dump}.json`, bytes: 2, modified, etag: `m${dump}` });
    for (const table of ['users', 'sessions'])
      store.putInfo({
        key: `sync_${dump}/_heap_table_name=${table}/part-00000-a.avro`,
        bytes: 10,
        modified,
        etag: `${table}${dump}`,
      });
  }

  it('are listed with 20 requests, each page of 1,000', async () => {
    const syncs = await createCatalog(store).syncs();
    expect(syncs).toHaveLength(10_000);
    expect(syncs.map(({ dump }) => Number(dump))).toEqual(
      Array.from({ length: 10_000 }, (_, index) => 10_000 - index),
    );
    expect(store.count()).toBe(20);
  });

  it('are listed just the same in short pages', async () => {
    store.forgetCalls();
    store.setMaxPage(337);
    const syncs = await createCatalog(store).syncs();
    store.setMaxPage(1000);
    expect(syncs).toHaveLength(10_000);
    expect(store.count()).toBe(2 * Math.ceil(10_000 / 337));
  });
});

describe('100,000 parts in one table', () => {
  const parts = 100_000;
  const key = (part: number): string =>
    `sync_7/_heap_table_name=pageviews/part-${String(part).padStart(5, '0')}-a.avro`;

  function bucket(hasManifest: boolean): ReturnType<typeof createMemoryObjectStore> {
    const store = createMemoryObjectStore();
    for (let part = 0; part < parts; part++)
      store.putInfo({ key: key(part), bytes: 3, modified, etag: `e${part}` });
    // Before and after the big table in key order.
    store.put('sync_7/_heap_table_name=carts/part-00000-a.avro', '12345');
    store.put('sync_7/_heap_table_name=users/part-00000-a.avro', '1234567');
    if (hasManifest) {
      const files = Array.from({ length: parts }, (_, part) => `s3://b/${key(part)}`);
      store.put('manifests/sync_7.json', JSON.stringify({ dump_id: 7, tables: [{ name: 'pageviews', files }] }));
    }
    return store;
  }

  it('are not listed to show the sync: its tables come from a delimiter, sizes where they are known', async () => {
    const store = bucket(false);
    const contents = await createCatalog(store).contents(7n);
    // Two for the syncs, 20 pages of the folder, one with a delimiter.
    expect(store.count()).toBe(23);
    expect(contents.isPartial).toBe(true);
    expect(contents.tables.map(({ name, presentFiles, bytes }) => [name, presentFiles, bytes])).toEqual([
      ['carts', 1, 5],
      ['pageviews', undefined, undefined],
      ['users', undefined, undefined],
    ]);
  });

  it('are not even begun to be listed once the manifest tells how many there are', async () => {
    const store = bucket(true);
    const contents = await createCatalog(store).contents(7n);
    expect(store.count('list')).toBeLessThanOrEqual(6);
    expect(contents.tables.find(({ name }) => name === 'pageviews')).toMatchObject({ listedFiles: parts });
  });

  it('are listed when they are asked for, in part order, with a count that grows', async () => {
    const store = bucket(true);
    const catalog = createCatalog(store);
    await catalog.contents(7n);
    store.forgetCalls();
    const counts: number[] = [];
    const shown = await catalog.parts(7n, 'pageviews', undefined, (count) => counts.push(count));
    expect(shown).toHaveLength(parts);
    expect(shown.every(({ part, state }, index) => part === index && state === 'listed')).toBe(true);
    expect(counts.length).toBeGreaterThan(99);
    expect(counts.at(-1)).toBe(parts);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    // 100 pages, and one to see that there is no older layout.
    expect(store.count()).toBe(101);
    await catalog.parts(7n, 'pageviews');
    expect(store.count()).toBe(101);
  });

  it('can be left in the middle', async () => {
    const store = bucket(false);
    const catalog = createCatalog(store);
    await catalog.syncs();
    store.forgetCalls();
    const controller = new AbortController();
    const asked = catalog.parts(7n, 'pageviews', controller.signal, (count) => {
      if (count >= 5000) controller.abort();
    });
    await expect(asked).rejects.toThrow('cancelled');
    expect(store.count()).toBeLessThanOrEqual(7);
  });
});
