import { createCatalog } from '../../src/core/catalog';
import { createMemoryObjectStore } from '../fakes/memoryObjectStore';
import { interleaved, limited, type Entry } from './measure';

// The buckets that must stay usable: 10,000 syncs, and 100,000 parts in one table. The bucket answers at once, so the time is ours.

const modified = Date.UTC(2026, 10, 22);
const many = 10_000;
const manyParts = 100_000;

function manySyncs(): ReturnType<typeof createMemoryObjectStore> {
  const store = createMemoryObjectStore();
  for (let dump = 1; dump <= many; dump++) {
    store.putInfo({ key: `manifests/sync_${dump}.json`, bytes: 2, modified, etag: `m${dump}` });
    const key = `sync_${dump}/_heap_table_name=users/part-00000-a.avro`;
    store.putInfo({ key, bytes: 10, modified, etag: `u${dump}` });
  }
  return store;
}

function manyPartsInOneTable(): ReturnType<typeof createMemoryObjectStore> {
  const store = createMemoryObjectStore();
  const keys = Array.from(
    { length: manyParts },
    (_, part) => `sync_7/_heap_table_name=pageviews/part-${String(part).padStart(5, '0')}-a.avro`,
  );
  for (const key of keys) store.putInfo({ key, bytes: 3, modified, etag: key });
  const files = keys.map((key) => `s3://bucket/${key}`);
  store.put('manifests/sync_7.json', JSON.stringify({ dump_id: 7, tables: [{ name: 'pageviews', files }] }));
  return store;
}

const syncs = manySyncs();
const parts = manyPartsInOneTable();
const [syncsSeconds = NaN, partsSeconds = NaN] = await interleaved(5, [
  async () => {
    const found = await createCatalog(syncs).syncs();
    if (found.length !== many) throw new Error(`${found.length} syncs were found.`);
  },
  async () => {
    const found = await createCatalog(parts).parts(7n, 'pageviews');
    if (found.length !== manyParts) throw new Error(`${found.length} parts were found.`);
  },
]);
syncs.forgetCalls();
await createCatalog(syncs).syncs();
const entries: Entry[] = [
  limited('catalog.10000syncs', syncsSeconds * 1000, 'ms', 1000, 200),
  limited('catalog.10000syncs.requests', syncs.count(), 'requests', 22, 20),
  limited('catalog.100000parts', partsSeconds * 1000, 'ms', 3000, 1000),
];
process.stdout.write(`${JSON.stringify(entries)}\n`);
