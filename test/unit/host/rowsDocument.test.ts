import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCatalog } from '../../../src/core/catalog';
import { openStoreCount } from '../../../src/core/disposable';
import { Failure, failureToData } from '../../../src/core/failure';
import type { DatasetProgress } from '../../../src/core/rowsProgress';
import { freshArrangement, type RowsArrangement } from '../../../src/core/rowsArrangement';
import type { Arrangements } from '../../../src/host/rows/arrangements';
import type { Sessions } from '../../../src/host/connections/sessions';
import type { DataWorker, OpenOptions, SourcePart } from '../../../src/host/rows/dataWorker';
import type { OpenRows } from '../../../src/host/rows/openRows';
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
const progress: DatasetProgress = {
  state: 'complete',
  rows: 2,
  blocks: 1,
  bytesScanned: 4,
  totalBytes: 4,
  bytesRead: 4,
  requests: 1,
  damage: [],
  parts: 1,
  partsComplete: 1,
};

/** The worker's place in the host: what was opened, and the strings to pull. */
class WorkerDouble implements Pick<DataWorker, 'open'> {
  readonly opened: OpenOptions[] = [];
  closed = 0;
  fault: Failure | undefined;
  parts: readonly SourcePart[] = [];
  failing: string | undefined;
  cost = { bytes: 0, requests: 0 };
  progress: DatasetProgress = progress;

  open(parts: readonly SourcePart[], options: OpenOptions): Promise<OpenRows> {
    this.opened.push(options);
    this.parts = parts;
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
    const opened = {
      columns: [column('identity'), column('user_id')],
      parts: parts.map(({ facts }) => ({
        ...facts,
        metadata,
        absent: [],
        ...(facts.file === worker.failing ? { failure: failureToData(new Failure('store.accessDenied')) } : {}),
      })),
      progress,
    };
    const none = (): Promise<never> => Promise.reject(new Failure('cancelled'));
    return Promise.resolve({
      opened,
      get progress() {
        return worker.progress;
      },
      columns: opened.columns,
      parts: opened.parts,
      rows: () => Promise.resolve({ first: 0, rows: [] }),
      record: none,
      cost: () => Promise.resolve(this.cost),
      openView: none,
      statistics: none,
      export: none,
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
let open: (path: string, scheme?: string) => RowsDocument;
let openBefore: number;
const arranged = new Map<string, RowsArrangement>();
/** What sort of connection it is. */
let kind: string;
/** After which failures the session was asked to be renewed. */
const renewed: string[] = [];

beforeEach(() => {
  kind = 'sample';
  openBefore = openStoreCount();
  store = createMemoryObjectStore({ [key]: 'Obj1' });
  worker = new WorkerDouble();
  const session = {
    get connection() {
      return { kind, id: 'shop', name: 'shop' };
    },
    store,
    catalog: createCatalog(store),
  };
  renewed.length = 0;
  const sessions = {
    get: () => Promise.resolve(session),
    renewAfter: (_id: string, { code }: Failure) => renewed.push(code),
  } as unknown as Sessions;
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const arrangements: Arrangements = {
    read: (name) => arranged.get(name) ?? freshArrangement,
    remember: (name, value) => void arranged.set(name, value),
  };
  arranged.clear();
  open = (path, scheme = 'data-connect') =>
    new RowsDocument({ scheme, authority: 'shop', path, toString: () => path } as never, {
      sessions,
      worker: worker as unknown as DataWorker,
      arrangements,
      log,
    });
  document = open(`/${key}`);
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

  it('lets the views open the rows again when the worker ended, and says so until they are opened anew', async () => {
    await document.open();
    let resets = 0;
    document.onDidReset(() => resets++);
    worker.opened[0]?.onCrash?.(new Failure('rows.lost', { detail: 'exit code 1' }));
    expect(resets).toBe(1);
    expect(worker.opened).toHaveLength(1);
    await expect(document.open()).resolves.toMatchObject({ table: 'users' });
    expect(worker.opened).toHaveLength(2);
    const { sentences } = await document.notes();
    expect(sentences).toEqual([
      'The data process, which reads the rows, ended unexpectedly: exit code 1. A new one was started, and the rows were opened again.',
    ]);
    document.reopen();
    await document.open();
    expect((await document.notes()).sentences).toEqual([]);
  });

  it('does not open rows by itself that ended the worker twice within ten minutes', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const lost = new Failure('rows.lost', { detail: 'out of memory' });
      await document.open();
      worker.opened[0]?.onCrash?.(lost);
      await document.open();
      vi.advanceTimersByTime(10 * 60_000 - 1);
      worker.opened[1]?.onCrash?.(lost);
      await expect(document.open()).rejects.toMatchObject({ code: 'rows.lost' });
      await expect(document.open()).rejects.toMatchObject({ code: 'rows.lost' });
      await expect(document.opened()).rejects.toMatchObject({ code: 'rows.lost' });
      expect(worker.opened).toHaveLength(2);
      document.reopen();
      await expect(document.open()).resolves.toMatchObject({ table: 'users' });
      expect((await document.notes()).sentences).toEqual([]);
      vi.advanceTimersByTime(10 * 60_000);
      worker.opened[2]?.onCrash?.(lost);
      await expect(document.open()).resolves.toMatchObject({ table: 'users' });
    } finally {
      vi.useRealTimers();
    }
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

  it('asks before it fetches more than allowed from a bucket, and never of local files', async () => {
    await document.open();
    worker.cost = { bytes: 100 * 1024 * 1024 + 1, requests: 30 };
    expect(await document.costToAsk()).toBeUndefined();
    kind = 's3';
    expect(await document.costToAsk()).toEqual(worker.cost);
    worker.cost = { bytes: 100 * 1024 * 1024, requests: 30 };
    expect(await document.costToAsk()).toBeUndefined();
  });

  it('remembers how the table was arranged, for every part of it', async () => {
    await document.open();
    const arrangement = { ...freshArrangement, hidden: ['email'] };
    await document.arrange(arrangement);
    expect([...arranged.keys()]).toEqual(['table shop users']);
    document.dispose();
    document = open('/sync_13/_heap_table_name=users/part-00007-b.avro');
    expect(await document.open()).toMatchObject({ arrangement });
  });

  it('opens the effective files of a table as of a dump, in order, each with its dump and size', async () => {
    const fileOf = (dump: number, name: string): string => `sync_${dump}/_heap_table_name=users/${name}.avro`;
    const manifest = (dump: number, incremental: boolean, ...files: string[]): void =>
      store.put(
        `manifests/sync_${dump}.json`,
        JSON.stringify({
          dump_id: dump,
          tables: [{ name: 'users', columns: [], files: files.map((file) => `s3://memory/${file}`), incremental }],
        }),
      );
    for (const [dump, isIncremental] of [
      [10, true],
      [11, false],
      [12, true],
      [13, true],
    ] as const) {
      const files = [fileOf(dump, 'part-00000-a'), fileOf(dump, 'part-00001-a')];
      for (const file of files) store.put(file, 'Obj1'.repeat(dump));
      manifest(dump, isIncremental, ...files);
    }
    document.dispose();
    document = open('/users · as of 12', 'data-connect-table');
    expect(await document.open()).toMatchObject({ table: 'users', dump: '12', file: 'users' });
    expect(worker.parts.map(({ facts, bytes }) => [facts.dump, facts.file, bytes])).toEqual([
      ['11', 'part-00000-a.avro', 44],
      ['11', 'part-00001-a.avro', 44],
      ['12', 'part-00000-a.avro', 48],
      ['12', 'part-00001-a.avro', 48],
    ]);
  });

  it('tells which parts of a table could not be opened, and opens all anew when it is to try them again', async () => {
    const files = ['a', 'b'].map((name) => `sync_12/_heap_table_name=users/part-00000-${name}.avro`);
    for (const file of files) store.put(file, 'Obj1');
    const table = {
      name: 'users',
      columns: [],
      files: files.map((file) => `s3://memory/${file}`),
      incremental: false,
    };
    store.put('manifests/sync_12.json', JSON.stringify({ dump_id: 12, tables: [table] }));
    document.dispose();
    document = open('/users · as of 12', 'data-connect-table');
    const reset = vi.fn();
    document.onDidReset(reset);
    worker.failing = 'part-00000-b.avro';
    await document.open();
    const { sentences, canRetry } = await document.notes();
    expect(canRetry).toBe(true);
    expect(sentences.join(' ')).toMatch(/1 part of 2 could not be opened.*part-00000-b\.avro of dump 12/);

    worker.failing = undefined;
    await document.retryParts();
    expect(reset).toHaveBeenCalledTimes(1);
    await document.open();
    expect(await document.notes()).toMatchObject({ canRetry: false });
    await document.retryParts();
    expect(reset).toHaveBeenCalledTimes(1);
  });

  it.each(['/users', '/ · as of 12', '/users · as of x', '/%E0%A4%A · as of 12', '/a/users · as of 12'])(
    'refuses %s as the name of a table',
    async (path) => {
      document.dispose();
      document = open(path, 'data-connect-table');
      await expect(document.open()).rejects.toMatchObject({ code: 'ref.unreadable' });
    },
  );
});
