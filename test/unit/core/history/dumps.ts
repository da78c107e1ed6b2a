import { createMemoryObjectStore, type MemoryObjectStore } from '../../../fakes/memoryObjectStore';

export const hour = 3_600_000;
export const day = 24 * hour;
/** When the newest dump of `createExport` was delivered. */
export const delivered = Date.UTC(2026, 10, 22, 4);

export interface TableSpec {
  readonly incremental?: boolean;
  readonly columns?: readonly string[];
  /** Listed, and not there. */
  readonly missing?: readonly string[];
}

/** Writes a dump with a part for each table. */
export function putDump(
  store: MemoryObjectStore,
  dump: number,
  modified: number,
  tables: Readonly<Record<string, TableSpec>> = { users: {} },
): void {
  const place = (table: string, file: string): string => `sync_${dump}/_heap_table_name=${table}/${file}.avro`;
  for (const table of Object.keys(tables)) store.put(place(table, 'part-00000-a'), 'x', { modified });
  const listed = Object.entries(tables).map(
    ([name, { incremental = true, columns = ['user_id'], missing = [] }]) => ({
      name,
      incremental,
      columns,
      files: ['part-00000-a', ...missing].map((file) => `s3://memory/${place(name, file)}`),
    }),
  );
  store.put(`manifests/sync_${dump}.json`, JSON.stringify({ dump_id: dump, tables: listed }), { modified });
}

/** A healthy export of three dumps, 5 to 7, a day apart. */
export function createExport(): MemoryObjectStore {
  const store = createMemoryObjectStore();
  putDump(store, 5, delivered - 2 * day, { users: { incremental: false } });
  putDump(store, 6, delivered - day);
  putDump(store, 7, delivered);
  return store;
}
