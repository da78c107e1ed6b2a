import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCatalog } from '../../../src/core/catalog';
import { openStoreCount } from '../../../src/core/disposable';
import { Failure } from '../../../src/core/failure';
import type { PartProgress } from '../../../src/core/partProgress';
import type { Sessions } from '../../../src/host/connections/sessions';
import type { DataWorker, OpenOptions, OpenPart } from '../../../src/host/rows/dataWorker';
import { RowsDocument } from '../../../src/host/rows/rowsDocument';
import { createMemoryObjectStore, type MemoryObjectStore } from '../../fakes/memoryObjectStore';

// Of VS Code a document needs events and one setting's default.
vi.mock('vscode', () => ({
  EventEmitter: class {
    private readonly listeners = new Set<(value: unknown) => void>();
    readonly event = (listener: (value: unknown) => void) => {
      this.listeners.add(listener);
      return { dispose: () => this.listeners.delete(listener) };
    };
    fire(value: unknown): void {
      for (const listener of this.listeners) listener(value);
    }
    dispose(): void {
      this.listeners.clear();
    }
  },
  workspace: { getConfiguration: () => ({ get: (_key: string, fallback: unknown) => fallback }) },
}));

const key = 'sync_12/_heap_table_name=users/part-00000-a.avro';
const progress: PartProgress = {
  state: 'complete',
  rows: 2,
  blocks: 1,
  bytesScanned: 4,
  totalBytes: 4,
  bytesRead: 4,
  requests: 1,
  damage: [],
};

/** The worker's place in the host: what was opened, and the strings to pull. */
class WorkerDouble implements Pick<DataWorker, 'open'> {
  readonly opened: OpenOptions[] = [];
  closed = 0;
  fault: Failure | undefined;
  progress: PartProgress = progress;

  open(_source: unknown, options: OpenOptions): Promise<OpenPart> {
    this.opened.push(options);
    if (this.fault !== undefined) return Promise.reject(this.fault);
    const column = (name: string) => ({ name, kind: 'text' as const, typeText: 'string', nullable: true });
    const metadata = {
      codec: 'null',
      schemaText: '{}',
      schemaName: 'topLevelRecord',
      syncMarker: '',
      headerBytes: 4,
      entries: [],
    };
    return Promise.resolve({
      opened: { columns: [column('identity'), column('user_id')], metadata, progress },
      get progress() {
        return worker.progress;
      },
      rows: () => Promise.resolve({ first: 0, rows: [] }),
      record: () => Promise.resolve({ row: 0, cells: [], block: 0, rowInBlock: 0 }),
      readOn: () => undefined,
      dispose: () => {
        this.closed++;
      },
    });
  }
}

let store: MemoryObjectStore;
let worker: WorkerDouble;
let document: RowsDocument;
let openBefore: number;
/** After which failures the session was asked to be renewed. */
const renewed: string[] = [];

beforeEach(() => {
  openBefore = openStoreCount();
  store = createMemoryObjectStore({ [key]: 'Obj1' });
  worker = new WorkerDouble();
  const session = {
    connection: { kind: 'sample', id: 'shop', name: 'shop' },
    store,
    catalog: createCatalog(store),
  };
  renewed.length = 0;
  const sessions = {
    get: () => Promise.resolve(session),
    renewAfter: (_id: string, { code }: Failure) => renewed.push(code),
  } as unknown as Sessions;
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const uri = { scheme: 'data-connect', authority: 'shop', path: `/${key}` } as never;
  document = new RowsDocument(uri, { sessions, worker: worker as unknown as DataWorker, log });
});

afterEach(() => {
  document.dispose();
  expect(openStoreCount()).toBe(openBefore);
});

describe('a rows document', () => {
  it('opens its part once, however many views ask, and closes it with itself', async () => {
    const [one, two] = await Promise.all([document.open(), document.open()]);
    expect(worker.opened).toHaveLength(1);
    expect(one).toEqual(two);
    expect(one).toMatchObject({ dump: '12', table: 'users', idColumns: ['user_id'], uri: `s3://memory/${key}` });
    document.dispose();
    await Promise.resolve();
    expect(worker.closed).toBe(1);
    expect(worker.opened[0]?.signal.aborted).toBe(true);
  });

  it('tries again after a failure, and names the file in it', async () => {
    worker.fault = new Failure('avro.notAvro', { detail: 'it begins with 50415231' });
    await expect(document.open()).rejects.toMatchObject({
      code: 'avro.notAvro',
      facts: { uri: `s3://memory/${key}` },
    });
    worker.fault = undefined;
    await expect(document.open()).resolves.toMatchObject({ table: 'users' });
  });

  it('reads credentials anew before it tries again, at the start and in the middle', async () => {
    worker.fault = new Failure('store.expiredToken');
    await expect(document.open()).rejects.toMatchObject({ code: 'store.expiredToken' });
    worker.fault = undefined;
    document.reopen();
    expect(renewed).toEqual(['store.expiredToken']);
    await document.open();
    await document.readOn();
    expect(renewed).toEqual(['store.expiredToken']);
    worker.progress = { ...progress, state: 'failed', failure: { code: 'store.badCredentials', facts: {} } };
    await document.readOn();
    expect(renewed).toEqual(['store.expiredToken', 'store.badCredentials']);
  });

  it('opens the new version when it is to read on in an object that was replaced', async () => {
    await document.open();
    let resets = 0;
    document.onDidReset(() => resets++);
    worker.progress = { ...progress, state: 'failed', failure: { code: 'store.changed', facts: {} } };
    await document.readOn();
    expect(resets).toBe(1);
    worker.progress = progress;
    await expect(document.open()).resolves.toMatchObject({ table: 'users' });
    expect(worker.opened).toHaveLength(2);
  });

  it('does not open a part by itself that ended the worker', async () => {
    await document.open();
    let resets = 0;
    document.onDidReset(() => resets++);
    worker.opened[0]?.onCrash?.(new Failure('internal', { detail: 'The data worker ended: out of memory' }));
    expect(resets).toBe(1);
    await expect(document.open()).rejects.toMatchObject({ code: 'internal' });
    await expect(document.open()).rejects.toMatchObject({ code: 'internal' });
    expect(worker.opened).toHaveLength(1);
    document.reopen();
    await expect(document.open()).resolves.toMatchObject({ table: 'users' });
    expect(worker.opened).toHaveLength(2);
  });

  it('finds the columns that the table has in its manifests and not in the part', async () => {
    store.put(
      'manifests/sync_12.json',
      JSON.stringify({
        dump_id: 12,
        tables: [
          {
            name: 'users',
            columns: ['user_id', 'identity', 'email'],
            files: [`s3://memory/${key}`],
            incremental: true,
          },
        ],
      }),
    );
    store.put(
      'manifests/sync_13.json',
      JSON.stringify({
        dump_id: 13,
        tables: [{ name: 'users', columns: ['user_id', 'loyalty_tier'], files: [], incremental: true }],
      }),
    );
    store.put('sync_13/_heap_table_name=users/part-00000-b.avro', 'x');
    await document.open();
    expect(await document.absentColumns()).toEqual([
      { name: 'email', note: 'listed in the manifest of dump 12, not in this part' },
      { name: 'loyalty_tier', note: 'in dump 13; this part is of dump 12' },
    ]);
  });
});
