import { beforeEach, describe, expect, it } from 'vitest';
import { createCatalog } from '../../../src/core/catalog';
import { Failure } from '../../../src/core/failure';
import { connectionNode, digestSync, loadChildren, type TreeSource } from '../../../src/host/tree/children';
import type { SyncNode, TableNode, TreeNode } from '../../../src/host/tree/nodes';
import { presentNode } from '../../../src/host/tree/presentation';
import { createMemoryObjectStore, type MemoryObjectStore } from '../../fakes/memoryObjectStore';

const now = Date.UTC(2026, 10, 23, 9, 0, 0);
const lastNight = Date.UTC(2026, 10, 23, 4, 12, 0);
const never = new AbortController().signal;

const file = (dump: number, table: string, part: number): string =>
  `sync_${dump}/_heap_table_name=${table}/part-${String(part).padStart(5, '0')}-4fec-c000.avro`;

function manifest(
  dump: number,
  tables: readonly { name: string; parts: readonly number[]; incremental?: boolean }[],
): string {
  return JSON.stringify({
    dump_id: dump,
    tables: tables.map(({ name, parts, incremental = true }) => ({
      name,
      files: parts.map((part) => `s3://customer/${file(dump, name, part)}`),
      columns: ['user_id', 'time'],
      incremental,
    })),
  });
}

let store: MemoryObjectStore;
let source: TreeSource;

beforeEach(() => {
  store = createMemoryObjectStore();
  source = { store, catalog: createCatalog(store) };
});

const root = connectionNode({ kind: 'folder', id: 'acme', name: 'Acme', path: '/exports/acme' });

async function children(node: TreeNode): Promise<readonly TreeNode[]> {
  return loadChildren(node, source, never);
}

async function syncs(): Promise<readonly SyncNode[]> {
  const top = await children(root);
  const group = top.find((node) => node.kind === 'syncs');
  return group === undefined ? [] : ((await children(group)) as readonly SyncNode[]);
}

/** Label, description and icon of a node in one line, as a person reads it. */
const line = (node: TreeNode): string => {
  const { label, description, icon, state } = presentNode(node, now);
  return [
    `(${icon})`,
    label,
    ...(description === undefined || description === '' ? [] : [description]),
    ...(state === undefined ? [] : [`[${state}]`]),
  ].join(' ');
};

describe('the tree', () => {
  it('shows the newest dump first, by number', async () => {
    for (const dump of [999, 1000, 1010103140])
      store.put(`manifests/sync_${dump}.json`, manifest(dump, []), { modified: lastNight });
    store.put(file(1010103141, 'users', 0), 'x');
    expect((await syncs()).map(line)).toEqual([
      '(watch) 1010103141 no manifest yet [noManifest]',
      '(error) 1010103140 today 04:12 · its folder is gone [missing]',
      '(error) 1000 today 04:12 · its folder is gone [missing]',
      '(error) 999 today 04:12 · its folder is gone [missing]',
    ]);
  });

  it('says what a sync brought, once its manifest is read', async () => {
    store.put(
      'manifests/sync_12.json',
      manifest(12, [
        { name: 'pageviews', parts: [0, 1], incremental: false },
        { name: 'user_migrations', parts: [0], incremental: false },
        { name: '_event_metadata', parts: [], incremental: false },
      ]),
      { modified: lastNight },
    );
    store.put(file(12, 'pageviews', 0), 'x');
    const [sync] = await syncs();
    const digest = await digestSync(sync!, source, never);
    expect(line({ ...sync!, ...(digest === undefined ? {} : { digest }) })).toBe(
      '(sync) 12 today 04:12 · 3 tables · 3 files · pageviews in full',
    );
  });

  it('says of a manifest that is no JSON that it cannot be read, and still lists the folder', async () => {
    store.put('manifests/sync_12.json', '{ "dump_id": 12, // the vendor’s own sample has comments\n}', {
      modified: lastNight,
    });
    store.put(file(12, 'users', 0), 'x');
    const [sync] = await syncs();
    const digest = await digestSync(sync!, source, never);
    expect(digest?.fault?.code).toBe('manifest.unreadable');
    expect(line({ ...sync!, ...(digest === undefined ? {} : { digest }) })).toBe(
      '(warning) 12 today 04:12 · manifest cannot be read [unreadable]',
    );
    const below = await children(sync!);
    expect(below.map(line)).toEqual(['(json) manifest.json', '(table) users 1 file · 1 B']);
  });

  it('shows missing and ignored files as what they are, in part order', async () => {
    store.put('manifests/sync_12.json', manifest(12, [{ name: 'users', parts: [10000, 9999, 2] }]), {
      modified: lastNight,
    });
    store.put(file(12, 'users', 10000), 'abc');
    store.put(file(12, 'users', 2), 'abc');
    store.put(file(12, 'users', 77), 'abc');
    const [sync] = await syncs();
    const table = (await children(sync!)).find((node): node is TableNode => node.kind === 'table');
    expect(line(table!)).toBe('(error) users 2 files · 6 B · 1 missing · 1 ignored [missing]');
    expect((await children(table!)).map(line)).toEqual([
      '(file) part-00002 3 B',
      '(question) part-00077 3 B · in no manifest, ignored [ignored]',
      '(error) part-09999 missing: listed, not in the bucket [missing]',
      '(file) part-10000 3 B',
    ]);
  });

  it('says of a table that no manifest lists just that', async () => {
    store.put('manifests/sync_12.json', manifest(12, []), { modified: lastNight });
    store.put(file(12, 'leftover', 0), 'abc');
    const [sync] = await syncs();
    const table = (await children(sync!)).find((node) => node.kind === 'table');
    expect(line(table!)).toBe('(table) leftover 1 ignored · not in the manifest');
  });

  it('names parts whole where their numbers are not unique', async () => {
    store.put('sync_12/users/part-00000-a.avro', 'x');
    store.put('sync_12/users/part-00000-b.avro', 'x');
    const [sync] = await syncs();
    const table = (await children(sync!)).find((node) => node.kind === 'table');
    expect((await children(table!)).map((node) => presentNode(node, now).label)).toEqual([
      'part-00000-a.avro',
      'part-00000-b.avro',
    ]);
  });

  it('tells a failure in two words first, then in a sentence', () => {
    const failure = new Failure('store.accessDenied', {
      uri: 's3://acme/',
      bucket: 'acme',
      action: 's3:ListBucket',
    });
    const node: TreeNode = { kind: 'failure', id: 'acme/failure', parent: root, failure };
    expect(line(node)).toBe('(error) Access denied Access to s3://acme/ was denied.');
  });

  it('teaches where there is nothing', async () => {
    store.put('imported_manifests/x.json', '{}');
    expect((await children(root)).map(line)).toEqual(['(info) No syncs here']);
  });

  it('keeps a sync readable when its reports may not be read', async () => {
    store.put('manifests/sync_12.json', manifest(12, [{ name: 'users', parts: [0] }]), { modified: lastNight });
    store.put(file(12, 'users', 0), 'x');
    store.put('sync_reports/r.json', 'not json', { modified: lastNight });
    const [sync] = await syncs();
    expect((await children(sync!)).map(line)).toEqual(['(json) manifest.json', '(table) users 1 file · 1 B']);
  });
});

it('says why the manifest of a sync is not known where it may not be read', async () => {
  store.put('manifests/sync_7.json', manifest(7, []));
  const [sync] = await syncs();
  const denied: TreeSource = {
    ...source,
    catalog: {
      ...source.catalog,
      readManifest: () => Promise.reject(new Failure('store.accessDenied', { action: 's3:GetObject' })),
    },
  };
  const digest = await digestSync(sync as SyncNode, denied, never);
  const { tooltip } = presentNode({ ...(sync as SyncNode), ...(digest === undefined ? {} : { digest }) }, now);
  expect(tooltip?.text).toMatch(/denied.*s3:GetObject/s);
});
