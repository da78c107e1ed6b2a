import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printCanonicalManifest } from '../../../src/core/canonicalManifest';
import { createCatalog } from '../../../src/core/catalog';
import { diffDumps } from '../../../src/core/diffDumps';
import { diffManifests } from '../../../src/core/diffManifests';
import { printDiffMarkdown } from '../../../src/core/diffMarkdown';
import { Failure } from '../../../src/core/failure';
import type { Manifest } from '../../../src/core/manifest';
import { parseManifest } from '../../../src/core/parseManifest';
import { createMemoryObjectStore } from '../../fakes/memoryObjectStore';

type Tables = Readonly<Record<string, readonly [mode: 'full' | 'inc', files: number, columns: readonly string[]]>>;

const key = (dump: number, table: string, part: number): string =>
  `sync_${dump}/_heap_table_name=${table}/part-${String(part).padStart(5, '0')}-c000.avro`;

function manifestText(dump: number, tables: Tables): string {
  return JSON.stringify({
    dump_id: dump,
    tables: Object.entries(tables).map(([name, [mode, files, columns]]) => ({
      name,
      files: Array.from({ length: files }, (_, part) => `s3://csq-rs3-acme/${key(dump, name, part)}`),
      columns,
      incremental: mode === 'inc',
    })),
    property_definitions: `s3://csq-rs3-acme/sync_${dump}/property_definitions.json`,
  });
}

function manifest(dump: number, tables: Tables): Manifest {
  return parseManifest(manifestText(dump, tables), { key: `manifests/sync_${dump}.json` }).manifest;
}

const event = ['user_id', 'event_id', 'session_id', 'time'];
const before: Tables = {
  users: ['inc', 1, ['user_id', 'identity', 'email', 'plan|tier']],
  sessions: ['inc', 2, event],
  pageviews: ['full', 58, [...event, 'path']],
  checkout: ['full', 3, event],
  user_migrations: ['full', 1, ['from_user_id', 'to_user_id', 'time']],
  _old_promo_: ['inc', 1, event],
  newsletter: ['inc', 1, event],
  add_to_cart: ['inc', 1, event],
  search: ['inc', 1, event],
  _event_metadata: ['full', 1, ['id']],
};
const after: Tables = {
  users: ['inc', 1, ['user_id', 'identity', 'email', 'loyalty_tier', 'account_id']],
  sessions: ['inc', 2, event],
  pageviews: ['full', 61, [...event, 'path', 'title']],
  checkout: ['inc', 1, event],
  user_migrations: ['full', 1, ['from_user_id', 'to_user_id', 'time']],
  _cart_opened: ['full', 2, [...event, '`tick`']],
  wishlist: ['inc', 1, event],
  newsletter: ['inc', 1, event],
  add_to_cart: ['inc', 1, event],
  search: ['inc', 0, event],
  _event_metadata: ['full', 1, ['id']],
};
const definition = (name: string, value: string): object => ({
  property_name: name,
  type: 'event',
  cases: [],
  default_value: { type: 'constant', value },
});

function shop(): ReturnType<typeof createMemoryObjectStore> {
  const store = createMemoryObjectStore({}, { bucket: 'csq-rs3-acme' });
  const day = 86_400_000;
  const put = (dump: number, tables: Tables, definitions: readonly object[]): void => {
    const modified = Date.UTC(2026, 10, 22, 4, 12, 9) + (dump - 1241) * day;
    store.put(`manifests/sync_${dump}.json`, manifestText(dump, tables), { modified });
    store.put(`sync_${dump}/property_definitions.json`, JSON.stringify(definitions), { modified });
    for (const [name, [, files]] of Object.entries(tables))
      for (let part = 0; part < files; part++)
        store.putInfo({ key: key(dump, name, part), bytes: 53_000_000 + part, modified, etag: 'e' });
  };
  put(1239, before, []);
  put(1240, before, [definition('Channel', 'a'), definition('Old', 'a'), definition('Same', 'a')]);
  put(1241, after, [definition('Same', 'a'), definition('Channel', 'b'), definition('New', 'a')]);
  store.delete(key(1241, 'newsletter', 0));
  return store;
}

describe('a manifest diff', () => {
  it('sorts tables by risk and names what happened to each', async () => {
    const { diff } = await diffDumps(createCatalog(shop()), 1240n, 1241n);
    expect(diff.tables.map(({ name, change }) => `${name} ${change}`)).toEqual([
      'pageviews resynced',
      'users delivered',
      '_old_promo_ gone',
      '_cart_opened added',
      'wishlist added',
      'add_to_cart delivered',
      'checkout incremental',
      'newsletter delivered',
      'search delivered',
      'sessions delivered',
      'user_migrations migrations',
      '_event_metadata resynced',
    ]);
    expect(diff.summary).toBe(
      'pageviews was resynced in full · newsletter misses files · users lost plan|tier · _old_promo_ is not in this dump' +
        ' · _cart_opened is new · wishlist has files again or for the first time · pageviews gained title · users gained loyalty_tier and account_id' +
        ' · 3 property definitions changed',
    );
    expect(diff.definitions).toEqual({
      added: ['New (event)'],
      removed: ['Old (event)'],
      changed: ['Channel (event)'],
    });
    expect(diff.tables.find(({ name }) => name === 'newsletter')?.to).toEqual({
      mode: 'incremental',
      files: 1,
      missingFiles: 1,
      columns: 4,
    });
    expect(diff.tables.find(({ name }) => name === 'checkout')).toMatchObject({
      from: { mode: 'full', files: 3, bytes: 159_000_003 },
      to: { mode: 'incremental', files: 1, bytes: 53_000_000 },
    });
  });

  it('reads as Markdown like a change log', async () => {
    const { diff, from, to } = await diffDumps(createCatalog(shop()), 1240n, 1241n);
    const text = printDiffMarkdown(diff, { connection: 'csq-rs3-acme', from, to });
    await expect(text).toMatchFileSnapshot('../../golden/core/diff-1240-1241.md');
  });

  it('over a gap says that the dumps between come first', async () => {
    const { diff, from, to } = await diffDumps(createCatalog(shop()), 1239n, 1241n);
    expect(diff.between).toEqual(['1240']);
    expect(diff.steps?.[0]).toMatchObject({ tables: [], subject: 'dump 1240' });
    await expect(printDiffMarkdown(diff, { from, to })).toMatchFileSnapshot('../../golden/core/diff-1239-1241.md');
  });

  it('backwards has nothing to do', async () => {
    const { diff, from, to } = await diffDumps(createCatalog(shop()), 1241n, 1240n);
    expect(diff).not.toHaveProperty('steps');
    await expect(printDiffMarkdown(diff, { from, to })).toMatchFileSnapshot('../../golden/core/diff-1241-1240.md');
  });

  it('stays one sentence when many tables change their columns', () => {
    const tables = (column: string): Tables =>
      Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`event_${at}`, ['inc', 1, [...event, column]]]));
    const { summary } = diffManifests(manifest(1240, tables('old')), manifest(1241, tables('new')));
    expect(summary).toBe(
      'event_0, event_1 and 58 other tables lost columns · event_0, event_1 and 58 other tables gained columns',
    );
  });

  it('of a dump with itself is nothing', () => {
    const diff = diffManifests(manifest(1240, before), manifest(1240, before));
    expect(diff.tables.every(({ change }) => change === 'unchanged')).toBe(true);
    expect(printDiffMarkdown(diff)).toContain('Both sides are dump 1240.');
    expect(diff.summary).toBe('Nothing changed');
  });

  it('without the right to list or to read definitions is that of the manifests, and says so', async () => {
    const store = shop();
    store.setFault((call) =>
      (call.method === 'list' && call.request.prefix.startsWith('sync_1')) ||
      (call.method === 'read' && call.key.startsWith('sync_1240'))
        ? new Failure('store.accessDenied')
        : undefined,
    );
    const { diff } = await diffDumps(createCatalog(store), 1240n, 1241n);
    expect(diff.tables.some(({ from, to }) => from?.bytes !== undefined || to?.bytes !== undefined)).toBe(false);
    expect(diff.definitions).toEqual({
      added: [],
      removed: [],
      changed: [],
      note: 'The property definitions of dump 1240 could not be read: access was denied.',
    });
  });

  it('is JSON', async () => {
    const { diff } = await diffDumps(createCatalog(shop()), 1240n, 1241n);
    expect(JSON.parse(JSON.stringify(diff))).toEqual(diff);
  });

  const side = fc.dictionary(
    fc.constantFrom('users', 'a', 'b', 'user_migrations'),
    fc.tuple(
      fc.constantFrom<'full' | 'inc'>('full', 'inc'),
      fc.nat({ max: 3 }),
      fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { maxLength: 3 }),
    ),
  );

  it('accounts for each table once, and its columns add up', () => {
    fc.assert(
      fc.property(side, side, (left, right) => {
        const { tables } = diffManifests(manifest(1, left), manifest(2, right));
        expect(tables.map(({ name }) => name).sort()).toEqual(
          [...new Set([...Object.keys(left), ...Object.keys(right)])].sort(),
        );
        for (const { name, change, columnsAdded, columnsRemoved } of tables) {
          const [from, to] = [left[name], right[name]];
          if (from === undefined) expect(change).toBe('added');
          else if (to === undefined) expect(change).toBe('gone');
          else {
            const rebuilt = [...from[2].filter((column) => !columnsRemoved.includes(column)), ...columnsAdded];
            expect(rebuilt.sort()).toEqual(to[2].toSorted());
            const isFull = to[0] === 'full' && name !== 'user_migrations';
            const isSame =
              from[1] === 0 &&
              to[1] === 0 &&
              from[0] === to[0] &&
              columnsAdded.length + columnsRemoved.length === 0;
            expect(change === 'resynced').toBe(isFull && !isSame);
          }
        }
      }),
    );
  });
});

describe('the canonical text of a manifest', () => {
  it('differs only where manifests do', async () => {
    const tables: Tables = { b: ['inc', 1, ['y', 'x']], _a_: ['full', 0, []] };
    const text = printCanonicalManifest(manifest(1241, tables));
    await expect(text).toMatchFileSnapshot('../../golden/core/canonical-manifest.json');
    const shuffled = parseManifest(
      manifestText(1241, { _a_: ['full', 0, []], b: ['inc', 1, ['x', 'y']] }).replaceAll('s3://csq', 's3a://copy'),
      { key: 'x' },
    ).manifest;
    expect(printCanonicalManifest(shuffled).replaceAll('s3a://copy', 's3://csq')).toBe(text);
  });

  it('keeps long dump ids and orders parts by number', () => {
    const { manifest: parsed } = parseManifest(
      '{"dump_id":9007199254740993,"tables":[{"name":"t","files":["sync_1/t/part-10000-a.avro","sync_1/t/part-9999-a.avro"]}]}',
      { key: 'x' },
    );
    const text = printCanonicalManifest(parsed);
    expect(text).toContain('"dump_id": 9007199254740993,');
    expect(text.indexOf('part-9999')).toBeLessThan(text.indexOf('part-10000'));
  });
});
