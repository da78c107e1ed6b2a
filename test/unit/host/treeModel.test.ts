import { expect, it, vi } from 'vitest';
import { createCatalog } from '../../../src/core/catalog';
import { connectionNode } from '../../../src/host/tree/children';
import type { TreeNode } from '../../../src/host/tree/nodes';
import { TreeModel, type TreeModelDeps } from '../../../src/host/tree/treeModel';
import { createMemoryObjectStore } from '../../fakes/memoryObjectStore';

vi.mock('vscode', () => ({
  EventEmitter: class {
    private readonly listeners: ((value: unknown) => void)[] = [];
    readonly event = (listener: (value: unknown) => void): void => void this.listeners.push(listener);
    fire(value: unknown): void {
      for (const listener of this.listeners) listener(value);
    }
    dispose(): void {
      this.listeners.length = 0;
    }
  },
}));

it('a node that is collapsed while it is read has the view ask again, and is whole then', async () => {
  const store = createMemoryObjectStore();
  store.put('manifests/sync_7.json', JSON.stringify({ dump_id: 7, tables: [] }));
  let openSession: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (openSession = resolve));
  const session = { store, catalog: createCatalog(store) };
  const connection = { kind: 'folder', id: 'acme', name: 'Acme', path: '/exports/acme' } as const;
  const model = new TreeModel({
    list: { all: () => [connection] },
    sessions: { get: () => opened.then(() => session) },
    failures: { record: (error: unknown) => expect.unreachable(String(error)) },
  } as unknown as TreeModelDeps);
  const root = connectionNode(connection);
  const changed: (TreeNode | undefined)[] = [];
  model.onDidChange((node) => changed.push(node));

  const first = model.children(root);
  model.stop(root);
  expect(changed).toEqual([]);
  openSession();
  // What a view would keep for all there is.
  expect(await first).toEqual([]);
  await vi.waitFor(() => expect(changed).toContain(root));
  expect((await model.children(root)).map(({ kind }) => kind)).toContain('syncs');
});
