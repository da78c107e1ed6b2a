import { describe, expect, it, vi } from 'vitest';
import { createCatalog } from '../../../src/core/catalog';
import { Failure } from '../../../src/core/failure';
import { connectionNode, loadChildren } from '../../../src/host/tree/children';
import { addHealth } from '../../../src/host/tree/healthWords';
import type { TreeNode } from '../../../src/host/tree/nodes';
import { presentNode } from '../../../src/host/tree/presentation';
import { describeTableNode, listTableDump } from '../../../src/host/tree/tableNodes';
import { createMemoryObjectStore, type MemoryObjectStore } from '../../fakes/memoryObjectStore';
import { createExport, day, delivered, hour, putDump } from '../core/history/dumps';
import { acme, createHealthStage } from './healthStage';

vi.mock('vscode', async () => ({ EventEmitter: (await import('./fakeVscode')).EventEmitter }));

const now = delivered + 3 * hour;
const never = new AbortController().signal;
const root = connectionNode(acme);

function place(dump: number, table: string, file: string): string {
  return `sync_${dump}/_heap_table_name=${table}/${file}.avro`;
}

/** The tree over a store: one catalog, as in the product. */
function openTree(store: MemoryObjectStore) {
  const catalog = createCatalog(store);
  const load = (node: TreeNode): Promise<readonly TreeNode[]> => loadChildren(node, { store, catalog }, never);
  const open = async (...labels: readonly string[]): Promise<readonly TreeNode[]> => {
    let nodes = await load(root);
    for (const label of labels) {
      const found = nodes.find((node) => presentNode(node, now).label === label);
      nodes = found === undefined ? expect.unreachable(`no ${label}`) : await load(found);
    }
    return nodes;
  };
  return { catalog, open };
}

/** Label, description and icon of a node in one line, as a person reads it. */
function line(node: TreeNode): string {
  const { label, description, icon, state } = presentNode(node, now);
  return [`(${icon})`, label, description ?? '', state === undefined ? '' : `[${state}]`]
    .filter((word) => word !== '')
    .join(' ');
}

/** `users` since 5, 6 unfinished; what was before 5 does not count, and there are files that nobody lists. */
function createWorn(): MemoryObjectStore {
  const store = createExport();
  putDump(store, 3, delivered - 4 * day);
  putDump(store, 4, delivered - 3 * day, { pageviews: {} });
  store.put(place(4, 'users', 'part-00007-z'), 'xyz');
  store.put(place(7, 'users', 'part-00008-z'), 'xyz');
  store.put(place(9, 'users', 'part-00000-a'), 'x');
  return store;
}

describe('Tables', () => {
  it('stand above the syncs, and name every table as of the newest dump with a manifest', async () => {
    const { open } = openTree(createWorn());
    expect((await open()).map(line)).toEqual([
      '(layers) Tables as of 7',
      '(history) Syncs 6',
      '(checklist) Sync reports',
    ]);
    const tables = await open('Tables');
    expect(tables.map(line)).toEqual(['(table) pageviews', '(table) users']);
    const [group] = await open();
    expect(line(describeTableNode(group!, tables)!)).toBe('(layers) Tables 2 · as of 7');
  });

  it('show the dumps that make up a table, from manifests alone, and the rest behind one node', async () => {
    const store = createWorn();
    const { open } = openTree(store);
    await open('Tables');
    store.forgetCalls();
    const dumps = await open('Tables', 'users');
    expect(dumps.map(line)).toEqual([
      '(check) 7 today 04:00 · 1 file',
      '(check) 6 yesterday 04:00 · 1 file',
      '(sync) 5 20 Nov 2026 · 1 file · full resync [resync]',
      '(history) Not in the table superseded, newer or in no manifest [outdated]',
    ]);
    // Of 7, 6 and 5; nothing is listed, and no manifest that is older is read.
    expect(store.count('list')).toBe(0);
    const users = (await open('Tables')).find((node) => node.kind === 'tableHistory' && node.table === 'users');
    expect(line(describeTableNode(users!, dumps)!)).toBe('(table) users 3 files · since 5');
  });

  it('say of a dump what lies there, once it was listed', async () => {
    const store = createWorn();
    putDump(store, 8, delivered + hour, { users: { missing: ['part-00001-b', 'part-00002-b'] } });
    const { open, catalog } = openTree(store);
    const lines: string[] = [];
    for (const dump of await open('Tables', 'users'))
      if (dump.kind === 'tableDump') lines.push(line(await listTableDump(dump, catalog, never)));
    expect(lines).toEqual([
      '(error) 8 2 missing · today 05:00 · 1 file · 1 B [missing]',
      '(check) 7 today 04:00 · 1 file · 1 B · 1 in no manifest',
      '(check) 6 yesterday 04:00 · 1 file · 1 B',
      '(sync) 5 20 Nov 2026 · 1 file · 1 B · full resync [resync]',
    ]);
  });

  it('mark the parts that count, and say of each other one why it does not', async () => {
    const store = createWorn();
    putDump(store, 8, delivered + hour, { users: { missing: ['part-00001-b'] } });
    const { open } = openTree(store);
    expect((await open('Tables', 'users', '8')).map(line)).toEqual([
      '(check) part-00000 1 B',
      '(error) part-00001 missing: listed, not in the bucket [missing]',
    ]);
    expect((await open('Tables', 'users', '7')).map(line)).toEqual([
      '(check) part-00000 1 B',
      '(question) part-00008 3 B · in no manifest, ignored [ignored]',
    ]);
    const others = await open('Tables', 'users', 'Not in the table');
    expect(others.map(line)).toEqual([
      '(watch) 9 no manifest yet · 1 file [outdated]',
      '(question) 4 in no manifest · 1 file · 19 Nov 2026 [outdated]',
      '(history) 3 superseded by 5 · 1 file · 18 Nov 2026 [outdated]',
    ]);
    expect((await open('Tables', 'users', 'Not in the table', '3')).map(line)).toEqual([
      '(history) part-00000 1 B · superseded by 5 [outdated]',
    ]);
    const [part] = await open('Tables', 'users', 'Not in the table', '3');
    expect(presentNode(part!, now).tooltip?.text).toBe('Superseded by the full resync of dump 5.');
  });

  it('count a file that two dumps list where it was listed first', async () => {
    const store = createExport();
    const files = [place(7, 'users', 'part-00000-a'), place(8, 'users', 'part-00001-b')];
    store.put(files[1]!, 'xy');
    const tables = [
      { name: 'users', incremental: true, columns: [], files: files.map((key) => `s3://memory/${key}`) },
    ];
    store.put('manifests/sync_8.json', JSON.stringify({ dump_id: 8, tables }), { modified: delivered });
    const { open, catalog } = openTree(store);
    const [newest] = await open('Tables', 'users');
    expect(newest?.kind === 'tableDump' && line(await listTableDump(newest, catalog, never))).toBe(
      '(check) 8 today 04:00 · 1 file · 2 B',
    );
    expect((await open('Tables', 'users', '8')).map(line)).toEqual([
      '(check) part-00000 1 B · listed in 7 too, and counted there',
      '(check) part-00001 2 B',
    ]);
  });

  it('count the newest copy of user_migrations alone', async () => {
    const store = createExport();
    for (const dump of [5, 6, 7])
      putDump(store, dump, delivered - (7 - dump) * day, { user_migrations: { incremental: false } });
    const { open } = openTree(store);
    expect((await open('Tables')).map(line)).toEqual(['(git-merge) user_migrations newest copy only']);
    expect((await open('Tables', 'user_migrations')).map(line)).toEqual([
      '(check) 7 today 04:00 · 1 file',
      '(history) Not in the table superseded, newer or in no manifest [outdated]',
    ]);
    expect((await open('Tables', 'user_migrations', 'Not in the table')).map(line)).toEqual([
      '(history) 6 older copy, 7 counts alone · 1 file · yesterday 04:00 [outdated]',
      '(history) 5 older copy, 7 counts alone · 1 file · 20 Nov 2026 [outdated]',
    ]);
  });

  it('cannot be told where no manifest may be read', async () => {
    const store = createExport();
    store.setFault((call) =>
      call.method === 'read' ? new Failure('store.accessDenied', { key: call.key }) : undefined,
    );
    await expect(openTree(store).open('Tables')).rejects.toMatchObject({ code: 'store.accessDenied' });
  });

  it('say where there is nothing', async () => {
    const store = createMemoryObjectStore();
    store.put(place(9, 'users', 'part-00000-a'), 'x');
    const { open } = openTree(store);
    expect((await open()).map(line)).toContain('(layers) Tables no manifest yet');
    expect((await open('Tables')).map(line)).toEqual(['(info) No manifest yet']);
    putDump(store, 8, delivered, {});
    expect((await openTree(store).open('Tables')).map(line)).toEqual(['(info) No tables yet']);
    putDump(store, 8, delivered, { users: {} });
    const others = await openTree(store).open('Tables', 'users', 'Not in the table');
    expect(others.map(line)).toEqual(['(watch) 9 no manifest yet · 1 file [outdated]']);
    const whole = createExport();
    putDump(whole, 8, delivered, { pageviews: {} });
    expect((await openTree(whole).open('Tables', 'users', 'Not in the table')).map(line)).toEqual([
      '(info) No other files',
    ]);
  });

  it('fail where a manifest that would tell what counts may not be read', async () => {
    const store = createExport();
    store.setFault((call) =>
      call.method === 'read' && call.key === 'manifests/sync_6.json'
        ? new Failure('store.accessDenied', { key: call.key })
        : undefined,
    );
    await expect(openTree(store).open('Tables', 'users')).rejects.toMatchObject({ code: 'store.accessDenied' });
    // The names of tables are in the other manifests; that not all were read is said.
    expect((await openTree(store).open('Tables')).map(line)).toEqual([
      '(table) users',
      '(info) Other manifests were not read',
    ]);
  });
});

describe('health', () => {
  it('tells what a table consists of before it is opened, and what is wrong with it', async () => {
    const store = createWorn();
    putDump(store, 8, delivered + hour, {
      users: { columns: ['user_id', 'plan'], missing: ['part-00001-b'] },
      pageviews: { incremental: false },
    });
    const { watch } = createHealthStage(store);
    const health = await watch.read('acme');
    const { open } = openTree(store);
    const told = (nodes: readonly TreeNode[]): readonly string[] =>
      nodes.map((node) => {
        const { label, description, icon } = addHealth(presentNode(node, now), node, health, now);
        return `(${icon}) ${label} ${description}`;
      });
    expect(told(await open('Tables'))).toEqual([
      '(table) pageviews 1 file · 1 B · since 8',
      '(error) users 1 missing · 4 files · 4 B · since 5 · columns differ from the parts · + plan',
    ]);
    expect(told(await open('Tables', 'users'))[0]).toBe(
      '(check) 8 today 05:00 · 2 files · columns differ from the parts · + plan',
    );
  });

  it('says before it is opened of a table that what makes it up is not known, and why', async () => {
    const store = createExport();
    store.put('manifests/sync_6.json', '{ "dump_id": 6, "tables": [', { modified: delivered });
    const health = await createHealthStage(store).watch.read('acme');
    const [users] = await openTree(store).open('Tables');
    const { description, icon, state } = addHealth(presentNode(users!, now), users!, health, now);
    expect([icon, description, state]).toEqual([
      'warning',
      'not known: manifest of 6 cannot be read',
      'unreadable',
    ]);
    await expect(openTree(store).open('Tables', 'users')).rejects.toMatchObject({ code: 'manifest.unreadable' });
  });

  it('says nothing of a table that is wrong only with what does not count any more', async () => {
    const store = createExport();
    putDump(store, 4, delivered - 3 * day, { users: { missing: ['part-00001-b'] } });
    const health = (await createHealthStage(store).watch.read('acme'))!;
    // Whatever health itself makes of dumps as old as that.
    const problem = {
      code: 'missingFiles',
      severity: 'error',
      table: 'users',
      words: '1 missing',
      message: '',
      action: '',
    } as const;
    const [users] = await openTree(store).open('Tables');
    const told = (dump: bigint): string | undefined => {
      const reading = { ...health.reading!, problems: [{ ...problem, dump }] };
      return addHealth(presentNode(users!, now), users!, { ...health, reading }, now).description;
    };
    expect(told(4n)).toBe('3 files · 3 B · since 5');
    expect(told(5n)).toBe('1 missing in 5 · 3 files · 3 B · since 5');
  });

  it('gives no size of a table once it is known that two dumps list the same file', async () => {
    const store = createExport();
    const files = [`s3://memory/${place(7, 'users', 'part-00000-a')}`];
    const tables = [{ name: 'users', incremental: true, columns: ['user_id'], files }];
    store.put('sync_8/_started', '');
    store.put('manifests/sync_8.json', JSON.stringify({ dump_id: 8, tables }), { modified: delivered });
    const health = await createHealthStage(store).watch.read('acme');
    const { open } = openTree(store);
    const [users] = await open('Tables');
    const opened = describeTableNode(users!, await open('Tables', 'users'))!;
    expect(addHealth(presentNode(opened, now), opened, health, now).description).toBe('3 files · since 5');
  });
});
