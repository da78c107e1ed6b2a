import type { Memento } from 'vscode';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createCatalog } from '../../../src/core/catalog';
import { selectAsOf, showNewest, type AsOfCommandDeps } from '../../../src/host/commands/asOf';
import { createAsOf } from '../../../src/host/tree/asOf';
import type { TreeNode } from '../../../src/host/tree/nodes';
import { presentNode } from '../../../src/host/tree/presentation';
import { addHealth } from '../../../src/host/tree/healthWords';
import { TreeModel, type TreeModelDeps } from '../../../src/host/tree/treeModel';
import { createMemoryObjectStore, type MemoryObjectStore } from '../../fakes/memoryObjectStore';
import { createExport, delivered, hour, putDump } from '../core/history/dumps';
import { acme, createHealthStage } from './healthStage';

interface Item {
  readonly label: string;
  readonly description: string;
}

const quickPick = vi.hoisted(() => ({ items: [] as readonly Item[], choose: '' }));

vi.mock('vscode', async () => ({
  EventEmitter: (await import('./fakeVscode')).EventEmitter,
  Uri: URL,
  window: {
    async showQuickPick(items: Promise<readonly Item[]>) {
      quickPick.items = await items;
      return quickPick.items.find(({ label }) => label === quickPick.choose);
    },
  },
}));

const now = delivered + 3 * hour;

function createMemento(): Memento {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: (key: string) => values.get(key),
    // As VS Code keeps them: as JSON.
    update: (key: string, value: unknown) => {
      values.set(key, JSON.parse(JSON.stringify(value)));
      return Promise.resolve();
    },
  } as Memento;
}

function createStage(store: MemoryObjectStore = createExport(), memento = createMemento()) {
  const asOf = createAsOf(memento);
  const session = { connection: acme, store, catalog: createCatalog(store) };
  const deps = {
    list: { all: () => [acme] },
    sessions: { get: () => Promise.resolve(session) },
    failures: { record: (error: unknown) => expect.unreachable(String(error)) },
    clock: { now: () => now },
    asOf,
  } as unknown as AsOfCommandDeps & TreeModelDeps;
  const model = new TreeModel(deps);
  const [root] = model.roots();
  const line = (node: TreeNode): string => {
    const { label, description, state } = presentNode(model.current(node), now);
    return [label, description ?? '', state === undefined ? '' : `[${state}]`]
      .filter((word) => word !== '')
      .join(' ');
  };
  const open = async (...labels: readonly string[]): Promise<readonly TreeNode[]> => {
    let nodes = await model.children(root!);
    for (const label of labels) {
      const found = nodes.find((node) => presentNode(node, now).label === label);
      nodes = found === undefined ? expect.unreachable(`no ${label}`) : await model.children(found);
    }
    return nodes;
  };
  return { asOf, deps, model, root: root!, line, open };
}

beforeEach(() => void (quickPick.choose = ''));

describe('as of dump', () => {
  it('is chosen among the dumps with a manifest, and shown on the connection and on all below', async () => {
    const store = createExport();
    store.put('sync_9/x', '');
    const { deps, root, line, open, model } = createStage(store);
    const changed: (TreeNode | undefined)[] = [];
    model.onDidChange((node) => changed.push(node));
    quickPick.choose = '6';
    await selectAsOf(deps, root);
    expect(quickPick.items.map(({ label, description }) => `${label}: ${description}`)).toEqual([
      'Newest: now 7 · 3 h ago · shown',
      '7: 3 h ago',
      '6: yesterday',
      '5: 2 days ago',
    ]);
    expect(changed).toEqual([root]);
    // Before it was opened too.
    expect(line(root)).toBe('acme as of 6 · /exports/acme');
    expect((await open()).map(line)).toEqual(['Tables as of 6 · newest is 7', 'Syncs 4', 'Sync reports']);
    expect((await open('Syncs')).map(line)).toEqual([
      '9 newer than 6 · no manifest yet [noManifest]',
      '7 newer than 6 · today 04:00 [outdated]',
      '6 yesterday 04:00',
      '5 20 Nov 2026',
    ]);
    await vi.waitFor(() => expect(line(root)).toBe('acme as of 6 · dump 7 · 3 h ago'));
    const dumps = await open('Tables', 'users');
    expect(dumps.map((node) => presentNode(node, now).label)).toEqual(['6', '5', 'Not in the table']);
    expect((await open('Tables', 'users', 'Not in the table')).map(line)).toEqual([
      '7 newer than 6 · 1 file · today 04:00 [outdated]',
    ]);
  });

  it('leaves out tables that came later', async () => {
    const store = createExport();
    putDump(store, 8, delivered + hour, { users: {}, pageviews: {} });
    const { asOf, open, line } = createStage(store);
    expect((await open('Tables')).map(line)).toEqual(['pageviews', 'users']);
    await asOf.set('acme', 7n);
    expect((await open('Tables')).map(line)).toEqual(['users']);
  });

  it('goes back to the newest, by the list or at once', async () => {
    const { deps, root, line, open, asOf } = createStage();
    quickPick.choose = '5';
    await selectAsOf(deps, undefined);
    expect(asOf.of('acme')).toBe(5n);
    await selectAsOf(deps, root);
    expect(
      quickPick.items.map(({ description }) => description).filter((words) => words.includes('shown')),
    ).toEqual(['2 days ago · shown']);
    quickPick.choose = 'Newest';
    await selectAsOf(deps, root);
    expect(asOf.of('acme')).toBeUndefined();
    expect((await open()).map(line)[0]).toBe('Tables as of 7');
    await asOf.set('acme', 5n);
    const [tables] = await open();
    expect(line(tables!)).toBe('Tables as of 5 · newest is 7');
    await showNewest(deps, tables);
    expect((await open()).map(line)[0]).toBe('Tables as of 7');
  });

  it('stays as it is when the list is left, and is kept for the workspace, ids past 2^53 to the last digit', async () => {
    const memento = createMemento();
    const { deps, asOf } = createStage(createExport(), memento);
    await asOf.set('acme', 9007199254740993n);
    await selectAsOf(deps, undefined);
    expect(createAsOf(memento).of('acme')).toBe(9007199254740993n);
    expect(createAsOf(memento).of('other')).toBeUndefined();
    await memento.update('dataConnect.asOf', { acme: 'yesterday', other: 7 });
    expect([asOf.of('acme'), asOf.of('other')]).toEqual([undefined, undefined]);
  });

  it('takes the newest dump with a manifest up to the one chosen, also when that is gone', async () => {
    const { asOf, open, line } = createStage();
    await asOf.set('acme', 4n);
    expect((await open()).map(line)[0]).toBe('Tables as of 4 · newest is 7');
    expect((await open('Tables')).map(line)).toEqual(['No tables yet']);
    await asOf.set('acme', 1000n);
    expect((await open('Tables', 'users')).map((node) => presentNode(node, now).label)).toEqual(['7', '6', '5']);
  });

  it('stands before what health says of the connection', async () => {
    const { watch } = createHealthStage();
    const { asOf, model, root } = createStage();
    await asOf.set('acme', 6n);
    const node = model.current(root);
    const { description } = addHealth(presentNode(node, now), node, await watch.read('acme'), now);
    expect(description).toBe('as of 6 · dump 7 · 3 h ago · healthy');
  });

  it('cannot be chosen where there is no manifest', async () => {
    const { deps } = createStage(createMemoryObjectStore({ 'sync_9/x': '' }));
    await expect(selectAsOf(deps, undefined)).rejects.toMatchObject({ code: 'catalog.noManifest' });
  });
});

it('a table that is refreshed takes up the dump that came meanwhile, and so do all', async () => {
  const store = createExport();
  const { open, line, model, root, deps } = createStage(store);
  const [users] = await open('Tables');
  await open('Tables', 'users');
  putDump(store, 8, delivered + hour, { users: {}, pageviews: {} });
  (await deps.sessions.get('acme')).catalog.refresh();
  const changed: (TreeNode | undefined)[] = [];
  model.onDidChange((node) => changed.push(node));
  model.refresh(users!);
  expect(changed).toEqual([root]);
  expect((await open()).map(line)[0]).toBe('Tables as of 8');
  expect((await open('Tables')).map(line)).toEqual(['pageviews', 'users']);
  expect((await open('Tables', 'users')).map((node) => presentNode(node, now).label)).toEqual(['8', '7', '6', '5']);
});

it('a table says what it consists of once it was opened, and its newest dumps what lies there', async () => {
  const { open, line } = createStage();
  const [users] = await open('Tables');
  const dumps = await open('Tables', 'users');
  await vi.waitFor(() =>
    expect([users!, ...dumps].map(line)).toEqual([
      'users 3 files · since 5',
      '7 today 04:00 · 1 file · 1 B',
      '6 yesterday 04:00 · 1 file · 1 B',
      '5 20 Nov 2026 · 1 file · 1 B · full resync [resync]',
    ]),
  );
});
