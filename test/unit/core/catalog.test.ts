import { describe, expect, it } from 'vitest';
import { createCatalog } from '../../../src/core/catalog';
import { Failure, isFailure } from '../../../src/core/failure';
import { createMemoryObjectStore } from '../../fakes/memoryObjectStore';

interface TableSpec {
  readonly name: string;
  readonly files: readonly string[];
  readonly incremental?: boolean;
  readonly columns?: readonly string[];
}

const manifestOf = (dump: number | string, tables: readonly TableSpec[], more: object = {}): string =>
  JSON.stringify({
    dump_id: dump,
    tables: tables.map((table) => ({
      columns: ['user_id'],
      incremental: true,
      ...table,
      files: table.files.map((file) => `s3://csq/${file}`),
    })),
    ...more,
  });
const part = (dump: number, table: string, number: number): string =>
  `sync_${dump}/_heap_table_name=${table}/part-${String(number).padStart(5, '0')}-a.avro`;
const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: unknown) => (isFailure(error) ? error.code : String(error)),
  );
/** Lets everything run that waits for nothing but promises. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
};

/** Two delivered syncs, one in progress, somebody else's files. */
function smallBucket(): ReturnType<typeof createMemoryObjectStore> {
  const users = [part(1000, 'users', 10000), part(1000, 'users', 9999), part(1000, 'users', 3)];
  return createMemoryObjectStore({
    'manifests/': '',
    'manifests/sync_999.json': manifestOf(999, [
      { name: 'users', files: [part(999, 'users', 0)], incremental: false },
    ]),
    'manifests/sync_1000.json': manifestOf(
      1000,
      [
        { name: 'users', files: users },
        { name: 'orders', files: ['sync_1000/orders/part-00000-b.avro'], incremental: false },
        { name: 'gone', files: [part(1000, 'gone', 0)] },
        { name: '_event_metadata', files: [] },
      ],
      { property_definitions: 's3://csq/sync_1000/property_definitions.json' },
    ),
    [part(999, 'users', 0)]: 'abc',
    [part(1000, 'users', 10000)]: '12345',
    [part(1000, 'users', 9999)]: '123',
    'sync_1000/_heap_table_name=users/part-00001-stale.avro': '1234567',
    'sync_1000/_heap_table_name=users/_SUCCESS': '',
    'sync_1000/orders/part-00000-b.avro': '1',
    'sync_1000/_heap_table_name=left/part-00000-c.avro': '12',
    'sync_1000/property_definitions.json': '[]',
    'sync_1000/readme.txt': 'x',
    [part(1001, 'users', 0)]: '12',
    'imported_manifests/sync_5.json': '{}',
    'sync_reports/a.json': '{}',
    'sync_x/readme': 'x',
  });
}

describe('syncs', () => {
  it('are the union of folders and manifests, newest dump first by number, and read no manifest', async () => {
    const store = smallBucket();
    store.put('manifests/sync_40.json', manifestOf(40, []));
    const syncs = await createCatalog(store).syncs();
    expect(syncs.map(({ dump, state, folder }) => [dump, state, folder])).toEqual([
      [1001n, 'noManifest', 'sync_1001/'],
      [1000n, 'delivered', 'sync_1000/'],
      [999n, 'delivered', 'sync_999/'],
      [40n, 'manifestOnly', undefined],
    ]);
    expect(store.count()).toBe(2);
  });

  it('of manifests with other names are read, those that cannot be read set aside', async () => {
    const store = createMemoryObjectStore({
      'manifests/b.json': manifestOf('9007199254740993', []),
      'manifests/broken.json': '{',
      'manifests/sync_7.json': manifestOf(7, []),
      'manifests/copy of 7.json': manifestOf(7, []),
      'manifests/z7.json': manifestOf(7, []),
      'sync_9007199254740993/_heap_table_name=users/part-0.avro': '',
    });
    const catalog = createCatalog(store);
    const syncs = await catalog.syncs();
    expect(syncs.map(({ dump, manifest }) => [dump, manifest?.key])).toEqual([
      [9007199254740993n, 'manifests/b.json'],
      [7n, 'manifests/sync_7.json'],
    ]);
    const strays = await catalog.strayManifests();
    expect(strays.map(({ info, failure }) => [info.key, failure?.code])).toEqual([
      ['manifests/broken.json', 'manifest.unreadable'],
      ['manifests/copy of 7.json', undefined],
      ['manifests/z7.json', undefined],
    ]);
    expect(store.count('read')).toBe(4);
  });

  it('fail as a whole when the network does, and work again afterwards', async () => {
    const store = createMemoryObjectStore({ 'manifests/b.json': manifestOf(1, []) });
    const catalog = createCatalog(store);
    store.setFault((call) => (call.method === 'read' ? new Failure('store.network') : undefined));
    expect(await codeOf(catalog.syncs())).toBe('store.network');
    store.setFault(undefined);
    expect(await catalog.syncs()).toHaveLength(1);
  });
});

describe('contents', () => {
  it('join the manifest with what lies there', async () => {
    const contents = await createCatalog(smallBucket(), { bucket: 'other' }).contents(1000n);
    expect(contents.tables).toEqual([
      expect.objectContaining({ name: '_event_metadata', state: 'listed', isInternal: true, listedFiles: 0 }),
      expect.objectContaining({ name: 'gone', state: 'missing', listedFiles: 1, presentFiles: 0, missingFiles: 1 }),
      expect.objectContaining({
        name: 'left',
        state: 'ignored',
        mode: 'unknown',
        listedFiles: 0,
        presentFiles: 0,
        ignoredFiles: 1,
        ignoredBytes: 2,
      }),
      expect.objectContaining({
        name: 'orders',
        mode: 'full',
        layouts: ['plain'],
        folders: ['sync_1000/orders/'],
        bytes: 1,
      }),
      {
        name: 'users',
        state: 'listed',
        mode: 'incremental',
        isInternal: false,
        folders: ['sync_1000/_heap_table_name=users/'],
        layouts: ['named'],
        listedFiles: 3,
        presentFiles: 2,
        bytes: 8,
        missingFiles: 1,
        ignoredFiles: 2,
        ignoredBytes: 7,
        columns: ['user_id'],
      },
    ]);
    expect(contents).toMatchObject({ otherObjects: 1, isPartial: false, folder: 'sync_1000/' });
    expect(contents.definitions?.key).toBe('sync_1000/property_definitions.json');
    expect(contents.manifest?.problems.map(({ code }) => code)).toEqual(['foreignBucket']);
  });

  it('of a sync in progress are what lies there', async () => {
    const catalog = createCatalog(smallBucket());
    expect((await catalog.contents(1001n)).tables).toMatchObject([
      { name: 'users', state: 'noManifest', presentFiles: 1, bytes: 2, missingFiles: 0, ignoredFiles: 0 },
    ]);
    expect(await catalog.parts(1001n, 'users')).toMatchObject([{ state: 'noManifest', bytes: 2 }]);
    expect(await codeOf(catalog.readManifest(1001n))).toBe('catalog.noManifest');
    expect(await codeOf(catalog.contents(5n))).toBe('catalog.noSuchDump');
  });

  it('of a sync with an unreadable manifest are there, with the reason', async () => {
    const store = smallBucket();
    store.put('manifests/sync_1001.json', '{"dump_id": 1001,');
    const catalog = createCatalog(store);
    const contents = await catalog.contents(1001n);
    expect(contents.manifestFailure).toEqual({
      code: 'manifest.unreadable',
      facts: {
        dump: '1001',
        key: 'manifests/sync_1001.json',
        line: 1,
        column: 18,
        detail: 'the text ends too early',
      },
    });
    expect(contents.tables).toMatchObject([{ name: 'users', state: 'unknown' }]);
    expect(await codeOf(catalog.readManifest(1001n))).toBe('manifest.unreadable');
    expect((await catalog.contents(1000n)).tables).toHaveLength(5);
  });

  it('find files that a manifest lists in the folder of another sync', async () => {
    const store = smallBucket();
    store.put('manifests/sync_1001.json', manifestOf(1001, [{ name: 'users', files: [part(999, 'users', 0)] }]));
    const catalog = createCatalog(store);
    expect((await catalog.contents(1001n)).tables).toMatchObject([
      { name: 'users', presentFiles: 1, bytes: 3, missingFiles: 0, ignoredFiles: 1 },
    ]);
    expect((await createCatalog(store).parts(1001n, 'users')).map(({ key, state }) => [key, state])).toEqual([
      [part(1001, 'users', 0), 'ignored'],
      [part(999, 'users', 0), 'listed'],
    ]);
  });

  it('refuse a manifest that is not UTF-8', async () => {
    const store = smallBucket();
    store.put('manifests/sync_1001.json', new Uint8Array([0xff, 0xfe, 0x7b, 0]));
    const { manifestFailure } = await createCatalog(store).contents(1001n);
    expect(manifestFailure?.facts['detail']).toBe('it is not UTF-8 text');
  });
});

describe('parts', () => {
  const expected = [
    ['part-00001-stale.avro', 1, 'ignored'],
    ['part-00003-a.avro', 3, 'missing'],
    ['part-09999-a.avro', 9999, 'listed'],
    ['part-10000-a.avro', 10000, 'listed'],
    ['_SUCCESS', undefined, 'ignored'],
  ];

  it('stand in part order with their state, whether the sync was opened before or not', async () => {
    for (const isOpened of [false, true]) {
      const store = smallBucket();
      const catalog = createCatalog(store);
      if (isOpened) await catalog.contents(1000n);
      store.forgetCalls();
      const parts = await catalog.parts(1000n, 'users');
      expect(parts.map((each) => [each.file, each.part, each.state])).toEqual(expected);
      expect(parts[2]).toMatchObject({ bytes: 3, uri: `s3://csq/${part(1000, 'users', 9999)}` });
      // Opened: nothing more is asked. Else: syncs (2), manifest (1), both layouts (2).
      expect(store.count()).toBe(isOpened ? 0 : 5);
    }
  });

  it('of no table of that name are a failure, of one that was delivered empty an empty list', async () => {
    const catalog = createCatalog(smallBucket());
    expect(await codeOf(catalog.parts(1000n, 'nothing'))).toBe('catalog.noSuchTable');
    expect(await catalog.parts(1000n, '_event_metadata')).toEqual([]);
  });
});

describe('what was read', () => {
  it('is shared by those who ask at once, and kept', async () => {
    const store = smallBucket();
    const catalog = createCatalog(store);
    await Promise.all(Array.from({ length: 20 }, () => catalog.contents(1000n)));
    await catalog.readManifest(1000n);
    await catalog.syncs();
    // Two listings of syncs, one of the folder, one manifest.
    expect(store.count('list')).toBe(3);
    expect(store.count('read')).toBe(1);
  });

  it('is asked for again after a refresh, except manifests whose ETag is the same', async () => {
    const store = smallBucket();
    const catalog = createCatalog(store);
    await catalog.contents(1000n);
    await catalog.contents(999n);
    store.forgetCalls();
    catalog.refresh({ dump: 1000n });
    await catalog.contents(999n);
    expect(store.count()).toBe(0);
    await catalog.contents(1000n);
    expect([store.count('list'), store.count('read')]).toEqual([3, 0]);
    store.put('manifests/sync_999.json', manifestOf(999, []));
    catalog.refresh();
    expect((await catalog.readManifest(999n)).manifest.tables).toEqual([]);
    expect(store.count('read')).toBe(1);
  });

  it('goes on for the others when one leaves, and stops when the last one does', async () => {
    const store = smallBucket();
    const catalog = createCatalog(store);
    const release = store.hold();
    const first = new AbortController();
    const second = new AbortController();
    const a = codeOf(catalog.syncs(first.signal));
    const b = codeOf(catalog.syncs(second.signal));
    await settle();
    first.abort();
    expect(await a).toBe('cancelled');
    expect(store.aborts).toBe(0);
    second.abort();
    expect(await b).toBe('cancelled');
    await settle();
    expect(store.aborts).toBe(2);
    expect(store.underWay).toBe(0);
    release();
    expect(await catalog.syncs()).toHaveLength(3);
  });

  it('stops between pages, and is not asked for at all by one who has left already', async () => {
    const store = smallBucket();
    const catalog = createCatalog(store);
    const gone = AbortSignal.abort();
    for (const call of [
      catalog.syncs(gone),
      catalog.contents(1000n, gone),
      catalog.parts(1000n, 'users', gone),
      catalog.reports(gone),
      catalog.tables(gone),
      catalog.effectiveFiles('users', undefined, gone),
    ])
      expect(await codeOf(call)).toBe('cancelled');
    expect(store.count()).toBe(0);
  });

  it('never asks for more at once than it may', async () => {
    const manifests = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`manifests/m${index}.json`, manifestOf(index, [])]),
    );
    const store = createMemoryObjectStore(manifests);
    expect(await createCatalog(store, { maxConcurrency: 3 }).syncs()).toHaveLength(40);
    expect(store.maxUnderWay).toBe(3);
  });
});

describe('reports', () => {
  const report = (start: number, finish: number): string =>
    JSON.stringify({ start_time: start, finish_time: finish, status: 'succeeded', error: null });
  const hour = 3_600_000;
  const day = 24 * hour;
  const t0 = Date.UTC(2026, 10, 20);

  it('stand newest first, and are read once', async () => {
    const store = createMemoryObjectStore();
    store.put('sync_reports/', '');
    store.put('sync_reports/b.json', report(t0, t0 + 1), { modified: t0 });
    store.put('sync_reports/a.json', report(t0, t0 + 1), { modified: t0 + day });
    const catalog = createCatalog(store);
    expect((await catalog.reports()).map(({ key }) => key)).toEqual(['sync_reports/a.json', 'sync_reports/b.json']);
    await catalog.readReport('sync_reports/b.json');
    expect((await catalog.readReport('sync_reports/b.json')).report.started).toBe(t0);
    expect(store.count('read')).toBe(1);
    expect(await codeOf(catalog.readReport('sync_reports/none.json'))).toBe('store.notFound');
  });

  it('are paired with a dump by their times, or not at all', async () => {
    const store = createMemoryObjectStore();
    // Delivered within its report, a little after its report, without a report, and long before everything.
    store.put('manifests/sync_3.json', manifestOf(3, []), { modified: t0 + hour });
    store.put('manifests/sync_2.json', manifestOf(2, []), { modified: t0 - day + 3 * hour });
    store.put('manifests/sync_1.json', manifestOf(1, []), { modified: t0 - day + 9 * hour });
    store.put('manifests/sync_0.json', manifestOf(0, []), { modified: t0 - 90 * day });
    store.put('sync_reports/x', report(t0, t0 + 2 * hour), { modified: t0 + 2 * hour });
    store.put('sync_reports/y', report(t0 - day, t0 - day + 2 * hour), { modified: t0 - day + 2 * hour });
    store.put('sync_reports/z', 'not JSON', { modified: t0 + hour });
    const catalog = createCatalog(store);
    const pair = async (dump: bigint): Promise<unknown> => {
      const found = await catalog.pairReport(dump);
      return found && [found.document.info.key, found.basis, found.distanceMs];
    };
    expect(await pair(3n)).toEqual(['sync_reports/x', 'within', 0]);
    expect(await pair(2n)).toEqual(['sync_reports/y', 'nearest', hour]);
    expect(await pair(1n)).toBeUndefined();
    expect(await pair(0n)).toBeUndefined();
    expect(await codeOf(catalog.pairReport(9n))).toBe('catalog.noSuchDump');
  });
});

describe('property definitions', () => {
  it('are those that the manifest names, or none', async () => {
    const store = smallBucket();
    const catalog = createCatalog(store);
    expect((await catalog.readDefinitions(1000n))?.info.key).toBe('sync_1000/property_definitions.json');
    expect(await catalog.readDefinitions(999n)).toBeUndefined();
    store.put('sync_1001/property_definitions.json', '{}');
    expect(await codeOf(catalog.readDefinitions(1001n))).toBe('definitions.unreadable');
  });
});

describe('tables over all dumps', () => {
  function history(dumps: number, fullAt: number): ReturnType<typeof createMemoryObjectStore> {
    const store = createMemoryObjectStore();
    for (let dump = 1; dump <= dumps; dump++)
      store.put(
        `manifests/sync_${dump}.json`,
        manifestOf(dump, [
          { name: 'users', files: [part(dump, 'users', 0)], incremental: dump !== fullAt },
          { name: 'user_migrations', files: [part(dump, 'user_migrations', 0)], incremental: false },
          ...(dump === 1 ? [{ name: 'oldest', files: [part(1, 'oldest', 0)] }] : []),
        ]),
      );
    return store;
  }

  it('are named from the 50 newest manifests, which is said', async () => {
    const store = history(60, 1);
    const names = await createCatalog(store).tables();
    expect(names.tables).toEqual([
      { name: 'user_migrations', newest: 60n, isInternal: false },
      { name: 'users', newest: 60n, isInternal: false },
    ]);
    expect(names).toMatchObject({ isComplete: false, manifestsRead: 50 });
    expect(store.count('read')).toBe(50);
    expect(await createCatalog(history(3, 1)).tables()).toMatchObject({ isComplete: true, manifestsRead: 3 });
  });

  it('have their effective files, read back only as far as the full resync', async () => {
    const store = history(100, 96);
    const catalog = createCatalog(store);
    const progress: number[] = [];
    const effective = await catalog.effectiveFiles('users', undefined, undefined, (read) => progress.push(read));
    expect(effective).toMatchObject({ since: 96n, asOf: 100n });
    expect(effective.files.map(({ dump }) => dump)).toEqual([96n, 97n, 98n, 99n, 100n]);
    expect(progress).toEqual([1, 3, 7]);
    expect(store.count('read')).toBe(7);
    store.forgetCalls();
    expect((await catalog.effectiveFiles('user_migrations')).files).toHaveLength(1);
    expect(store.count()).toBe(0);
  });

  it('as of an earlier dump know nothing of later ones', async () => {
    const catalog = createCatalog(history(10, 8));
    expect((await catalog.effectiveFiles('users', 7n)).files).toHaveLength(7);
    expect(await catalog.effectiveFiles('users', 7n)).not.toHaveProperty('since');
    expect(await catalog.effectiveFiles('users', 8n)).toMatchObject({ since: 8n, asOf: 8n });
    expect((await catalog.effectiveFiles('oldest')).files).toHaveLength(1);
  });

  it('do not mind an unreadable manifest from before the full resync, even one that is read along', async () => {
    const store = history(10, 9);
    store.put('manifests/sync_8.json', '<html>');
    expect(await createCatalog(store).effectiveFiles('users')).toMatchObject({ since: 9n, asOf: 10n });
  });

  it('are not called missing where they lie in more folders of other syncs than are looked into at once', async () => {
    const store = createMemoryObjectStore();
    const files = [...Array(60).keys()].map((index) => part(index + 1, 'users', 0));
    for (const file of files) store.put(file, 'x');
    store.put(part(99, 'orders', 0), 'x');
    store.put(
      'manifests/sync_99.json',
      manifestOf(99, [
        { name: 'users', files, incremental: false },
        { name: 'orders', files: [part(99, 'orders', 0), part(99, 'orders', 1)] },
      ]),
    );
    const catalog = createCatalog(store);
    const { tables, isPartial } = await catalog.contents(99n);
    expect(isPartial).toBe(true);
    expect(tables).toMatchObject([
      { name: 'orders', presentFiles: 1, missingFiles: 1 },
      { name: 'users', state: 'listed' },
    ]);
    expect(tables[1]).not.toHaveProperty('missingFiles');
    const parts = await catalog.parts(99n, 'users');
    expect(parts.map(({ state }) => state)).toEqual(Array(60).fill('listed'));
  });

  it('fail by name: no such dump, no such table, a manifest in between that cannot be read', async () => {
    const store = history(5, 1);
    store.put('sync_6/_heap_table_name=users/part-00000-a.avro', '');
    const catalog = createCatalog(store);
    expect(await codeOf(catalog.effectiveFiles('users', 77n))).toBe('catalog.noSuchDump');
    expect(await codeOf(catalog.effectiveFiles('nothing'))).toBe('catalog.noSuchTable');
    expect(await codeOf(catalog.effectiveFiles('nothing', 3n))).toBe('catalog.noSuchTable');
    expect((await catalog.effectiveFiles('users', 6n)).asOf).toBe(5n);
    store.put('manifests/sync_3.json', '<html>');
    catalog.refresh();
    expect(await codeOf(catalog.effectiveFiles('users'))).toBe('manifest.unreadable');
    expect(await codeOf(createCatalog(createMemoryObjectStore()).effectiveFiles('users'))).toBe(
      'catalog.noManifest',
    );
  });
});

describe('a listing', () => {
  it('that a server gives round in a circle is a failure, not a list without an end', async () => {
    const store = createMemoryObjectStore();
    const circle = { ...store, list: () => Promise.resolve({ objects: [], folders: [], nextToken: 'again' }) };
    const failure = await createCatalog(circle)
      .syncs()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'store.protocol' });
  });
});
