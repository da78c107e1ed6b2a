import { afterEach, expect, it, vi } from 'vitest';
import { createCatalog } from '../../../src/core/catalog';
import type { Connection } from '../../../src/core/connection';
import { connectionNode } from '../../../src/host/tree/children';
import type { TreeNode } from '../../../src/host/tree/nodes';
import { TreeModel, type TreeModelDeps } from '../../../src/host/tree/treeModel';
import { createMemoryObjectStore } from '../../fakes/memoryObjectStore';
import { delivered, hour } from '../core/history/dumps';
import { acme, createHealthStage } from './healthStage';

vi.mock('vscode', async () => ({ EventEmitter: (await import('./fakeVscode')).EventEmitter }));

function slowModel() {
  const store = createMemoryObjectStore();
  store.put('manifests/sync_7.json', JSON.stringify({ dump_id: 7, tables: [] }));
  let openSession: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (openSession = resolve));
  const session = { store, catalog: createCatalog(store) };
  const connection = { kind: 'folder', id: 'acme', name: 'Acme', path: '/exports/acme' } as const;
  let connections: readonly Connection[] = [connection];
  const model = new TreeModel({
    list: { all: () => connections },
    sessions: { get: () => opened.then(() => session) },
    failures: { record: (error: unknown) => expect.unreachable(String(error)) },
  } as unknown as TreeModelDeps);
  const root = connectionNode(connection);
  const changed: (TreeNode | undefined)[] = [];
  model.onDidChange((node) => changed.push(node));
  const setConnections = (now: readonly Connection[]): void => {
    connections = now;
    model.refreshRoots();
  };
  return { model, root, connection, changed, openSession, setConnections };
}

afterEach(() => void vi.useRealTimers());

it('a node that is collapsed while it is read has the view ask again, and is whole then', async () => {
  const { model, root, changed, openSession } = slowModel();
  const first = model.children(root);
  model.stop(root);
  expect(changed).toEqual([]);
  openSession();
  // What a view would keep for all there is.
  expect(await first).toEqual([]);
  // The answer takes some steps to get to the view: what comes before it there is lost.
  for (let step = 0; step < 100; step++) await Promise.resolve();
  expect(changed).toEqual([]);
  await vi.waitFor(() => expect(changed).toContain(root));
  expect((await model.children(root)).map(({ kind }) => kind)).toContain('syncs');
});

it('a node that is refreshed while it is read has the view ask again once it has the answer that is out of date', async () => {
  const { model, root, changed, openSession } = slowModel();
  const first = model.children(root);
  model.refresh(root);
  expect(changed).toEqual([root]);
  openSession();
  expect(await first).toEqual([]);
  await vi.waitFor(() => expect(changed).toEqual([root, root]));
  expect((await model.children(root)).map(({ kind }) => kind)).toContain('syncs');
});

it('the view is told until it asks, at once when the node is opened, and no more after that', async () => {
  vi.useFakeTimers();
  const { model, root, changed, openSession } = slowModel();
  const first = model.children(root);
  model.stop(root);
  openSession();
  await first;
  await vi.advanceTimersByTimeAsync(0);
  expect(changed).toEqual([root]);
  // It had not taken the answer in yet: nothing asks.
  await vi.advanceTimersByTimeAsync(1000);
  expect(changed).toEqual([root, root, root]);
  model.expanded(root);
  expect(changed).toHaveLength(4);
  const asked = model.children(root);
  expect(vi.getTimerCount()).toBe(0);
  expect((await asked).map(({ kind }) => kind)).toContain('syncs');
  await vi.advanceTimersByTimeAsync(60_000);
  const told = changed.length;
  model.expanded(root);
  expect(changed).toHaveLength(told);
  model.dispose();
});

it('a connection that stays as it is stays the object that the view knows, and one that is changed does not', () => {
  const { model, connection, setConnections } = slowModel();
  const [acme] = model.roots();
  setConnections([{ ...connection }, { ...connection, id: 'other' }]);
  const [stayed, other] = model.roots();
  expect(stayed).toBe(acme);
  setConnections([
    { ...connection, id: 'other' },
    { ...connection, path: '/exports/elsewhere' },
  ]);
  const [first, second] = model.roots();
  expect(first).toBe(other);
  expect(second).not.toBe(acme);
});

it('reads the health of a connection that was opened, and shows it when it is there and as it grows old', async () => {
  const { watch, store, sessions } = createHealthStage();
  const model = new TreeModel({
    list: { all: () => [acme] },
    sessions,
    failures: { record: (error: unknown) => expect.unreachable(String(error)) },
    health: watch,
  } as unknown as TreeModelDeps);
  const changed: (TreeNode | undefined)[] = [];
  const [root] = model.roots();
  model.onDidChange((node) => changed.push(node));
  expect([model.healthOf(root!), store.count()]).toEqual([undefined, 0]);
  const children = await model.children(root!);
  await watch.get('acme');
  expect(changed).toContain(root);
  // Of what is below it too.
  expect(model.healthOf(children[0]!)?.reading?.problems).toEqual([]);
  await vi.waitFor(() => expect(changed.length).toBeGreaterThan(1));
  changed.length = 0;
  const read = delivered + 3 * hour;
  for (const time of [read, read + 1000, read + 2 * hour, read + 2 * hour + 1000]) model.tellAges(time);
  expect(changed).toEqual([root]);
  model.dispose();
  await watch.read('acme');
  expect(changed).toEqual([root]);
});
