import fc from 'fast-check';
import { createMemoryObjectStore, type MemoryObjectStore } from '../../../fakes/memoryObjectStore';

/** An export as it is told to the generator: what lies in the bucket follows from it, and so does what the rules say. */
export interface ExportSpec {
  /** In any order; ids are unique. */
  readonly dumps: readonly DumpSpec[];
}

export interface DumpSpec {
  readonly id: bigint;
  readonly manifest: 'readable' | 'none' | 'broken';
  /** Names are unique. */
  readonly tables: readonly TableSpec[];
}

export interface TableSpec {
  readonly name: string;
  readonly layout: 'named' | 'plain';
  readonly incremental: boolean | undefined;
  readonly parts: readonly PartSpec[];
  /** Lists the parts that the dump before it in `dumps` has of the table as well. */
  readonly repeats: boolean;
}

export interface PartSpec {
  readonly number: number;
  readonly state: 'there' | 'missing' | 'unlisted';
  readonly bytes: number;
}

export const tableNames = ['users', 'user_migrations', '_add_to_cart_', 'page views'];

const part: fc.Arbitrary<PartSpec> = fc.record({
  number: fc.constantFrom(0, 1, 2, 10, 9999, 10000, 123456),
  state: fc.constantFrom('there', 'there', 'there', 'missing', 'unlisted'),
  bytes: fc.integer({ min: 0, max: 50 }),
});

const table: fc.Arbitrary<TableSpec> = fc.record({
  name: fc.constantFrom(...tableNames),
  layout: fc.constantFrom('named', 'named', 'plain'),
  incremental: fc.constantFrom(true, true, true, false, undefined),
  parts: fc.uniqueArray(part, { maxLength: 4, selector: ({ number }) => number }),
  repeats: fc.boolean(),
});

const dump: fc.Arbitrary<DumpSpec> = fc.record({
  // Digits change, and some do not fit into a double.
  id: fc.oneof(
    fc.bigInt({ min: 1n, max: 12n }),
    fc.bigInt({ min: 998n, max: 1001n }),
    fc.bigInt({ min: 9007199254740991n, max: 9007199254740999n }),
  ),
  manifest: fc.constantFrom('readable', 'readable', 'readable', 'readable', 'readable', 'none', 'broken'),
  tables: fc.uniqueArray(table, { maxLength: 4, selector: ({ name }) => name }),
});

export const randomExport: fc.Arbitrary<ExportSpec> = fc.record({
  dumps: fc.uniqueArray(dump, { minLength: 1, maxLength: 8, selector: ({ id }) => id }),
});

export function keyOf(id: bigint, { name, layout }: TableSpec, number: number): string {
  const folder = layout === 'named' ? `_heap_table_name=${name}` : name;
  return `sync_${id}/${folder}/part-${String(number).padStart(5, '0')}-x.avro`;
}

/** The keys that a dump's manifest lists for a table, in its order. */
export function listedKeys({ dumps }: ExportSpec, dump: DumpSpec, table: TableSpec): readonly string[] {
  const own = table.parts
    .filter(({ state }) => state !== 'unlisted')
    .map(({ number }) => keyOf(dump.id, table, number));
  const before = dumps[dumps.indexOf(dump) - 1];
  const same = before?.tables.find(({ name }) => name === table.name);
  if (!table.repeats || before === undefined || same === undefined) return own;
  return [...own, ...same.parts.map(({ number }) => keyOf(before.id, same, number))];
}

/** The bucket, with files of others in it. */
export function createBucket(spec: ExportSpec): MemoryObjectStore {
  const store = createMemoryObjectStore({ 'athena_results/x.csv': '1', 'sync_reports/': '', 'manifests/': '' });
  for (const one of spec.dumps) {
    // Without anything of it in the bucket there is no such dump.
    store.put(`sync_${one.id}/_started`, '');
    for (const each of one.tables)
      for (const { number, state, bytes } of each.parts)
        if (state !== 'missing') store.put(keyOf(one.id, each, number), new Uint8Array(bytes));
    const tables = one.tables.map((each) => ({
      name: each.name,
      files: listedKeys(spec, one, each).map((key) => `s3://elsewhere/some/prefix/${key}`),
      columns: ['user_id'],
      ...(each.incremental === undefined ? {} : { incremental: each.incremental }),
    }));
    // A dump id beyond 2^53 must stand in the JSON as digits.
    const text = `{"dump_id": ${one.id}, "tables": ${JSON.stringify(tables)}}`;
    if (one.manifest === 'readable') store.put(`manifests/sync_${one.id}.json`, text);
    if (one.manifest === 'broken') store.put(`manifests/sync_${one.id}.json`, text.slice(0, -3));
  }
  return store;
}
