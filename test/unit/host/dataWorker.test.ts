import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RowsQuery } from '../../../src/core/rowFilter';
import type { DatasetProgress, ScanProgress } from '../../../src/core/rowsProgress';
import { DataWorker, type OpenOptions } from '../../../src/host/rows/dataWorker';
import { createIndexCache } from '../../../src/host/rows/indexCache';
import type { OpenRows, ViewListener, WorkerView } from '../../../src/host/rows/openRows';
import { createPartialFiles } from '../../../src/host/rows/partialFiles';
import { createPartSource } from '../../../src/host/rows/partSource';
import { createMemoryObjectStore, type MemoryObjectStore } from '../../fakes/memoryObjectStore';
import { container } from '../avro/container';
import { fixture, useBuiltWorker } from '../worker/builtWorker';
import { started } from '../worker/startedWorkers';

/** The host's end of the worker and the worker as it ships, together. */

const bundle = vi.hoisted(() => ({ file: '' }));
vi.mock('../../../src/host/bundles', () => ({ bundlePath: () => bundle.file }));
vi.mock('node:worker_threads', async (original) =>
  (await import('../worker/startedWorkers')).rememberWorkers(original),
);
const built = useBuiltWorker();

const key = 'sync_12/_heap_table_name=pageviews/part-00000-a.avro';
let folder: string;
let store: MemoryObjectStore;
let worker: DataWorker;
beforeEach(async () => {
  bundle.file = built.file;
  folder = await mkdtemp(path.join(os.tmpdir(), 'data-worker-host-'));
  store = createMemoryObjectStore({ [key]: fixture('pageviews-snappy.avro') });
  worker = create();
});
afterEach(async () => {
  worker.dispose();
  await rm(folder, { recursive: true });
});

function create(): DataWorker {
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  return new DataWorker(
    log,
    createPartialFiles(path.join(folder, 'unfinished')),
    createIndexCache(path.join(folder, 'index')),
  );
}

/** Opens the part, and resolves when it has been read to its end. */
async function openWhole(from: DataWorker, options: Partial<OpenOptions> = {}): Promise<OpenRows> {
  let ended: (progress: DatasetProgress) => void = () => undefined;
  const whole = new Promise<DatasetProgress>((resolve) => {
    ended = resolve;
  });
  const uri = store.uri(key);
  const rows = await from.open(
    [{ source: createPartSource(store, key, uri), facts: { file: 'a.avro', uri, dump: '12' } }],
    {
      readAheadBytes: 1e9,
      signal: new AbortController().signal,
      onProgress: (progress) => {
        if (progress.state === 'complete') ended(progress);
      },
      ...options,
    },
  );
  if (rows.progress.state !== 'complete') await whole;
  return rows;
}

/** Opens a view and waits for its last word. */
async function openWholeView(rows: OpenRows, query: RowsQuery) {
  let ended: (told: { length: number; progress: ScanProgress }) => void = () => undefined;
  const whole = new Promise<{ length: number; progress: ScanProgress }>((resolve) => {
    ended = resolve;
  });
  const listener: ViewListener = {
    onView: (length, progress) => {
      if (progress.state !== 'running') ended({ length, progress });
    },
    onFind: () => undefined,
  };
  const view = await rows.openView(query, 'all', listener);
  return { view, ...(await whole) };
}

const csv = { format: 'csv', formulaGuard: true, masks: [], provenance: false } as const;

/** Opens the part and reads no more of it than its first rows. */
const openStart = (): Promise<OpenRows> =>
  worker.open([{ source: createPartSource(store, key, store.uri(key)), facts: { file: 'a.avro', uri: key } }], {
    readAheadBytes: 0,
    signal: new AbortController().signal,
  });

/** A view that is never done: an export of it has its file, and waits. */
async function endless(rows: OpenRows): Promise<{ readonly view: WorkerView; readonly release: () => void }> {
  const release = store.hold();
  const view = await rows.openView({ filter: { kind: 'find', text: 'nothing like it' } }, 'all', {
    onView: () => undefined,
    onFind: () => undefined,
  });
  return { view, release };
}

describe("the host's end of the data worker", () => {
  it('hears that a small part was read whole before the answer to its opening came', async () => {
    const fields = [
      { name: 'id', type: 'long' },
      { name: 'text', type: 'string' },
    ];
    const rows = Array.from({ length: 700 }, (_, id) => ({ id: BigInt(id), text: String(Math.sin(id)).repeat(4) }));
    // When it is read depends on how many blocks there are.
    for (const rowsPerBlock of [100, 183, 250, 350]) {
      const bytes = container({ type: 'record', name: 'r', fields }, rows, { rowsPerBlock, codec: 'snappy' });
      const small = createMemoryObjectStore({ [key]: bytes });
      const opened = await worker.open(
        [{ source: createPartSource(small, key, `${rowsPerBlock}`), facts: { file: 'a.avro', uri: key } }],
        { readAheadBytes: 1e9, signal: new AbortController().signal },
      );
      await expect.poll(() => opened.progress, { timeout: 5000 }).toMatchObject({ state: 'complete', rows: 700 });
      opened.dispose();
    }
  });

  it('opens rows, views, statistics and exports, each told to who asked', async () => {
    const rows = await openWhole(worker);
    expect(rows.progress).toMatchObject({ rows: 3000, parts: 1, partsComplete: 1 });
    expect(rows.parts).toMatchObject([{ file: 'a.avro', dump: '12', metadata: { codec: 'snappy' } }]);
    const page = await rows.rows(0, 1000);
    const wanted = page.rows[3]?.[0] as string;
    const test = { kind: 'test', column: 'user_id', values: [wanted] } as const;
    const [same, other] = await Promise.all([
      openWholeView(rows, { filter: { ...test, test: 'equals' } }),
      openWholeView(rows, { filter: { ...test, test: 'differs' } }),
    ]);
    expect(same.length).toBeGreaterThan(0);
    expect(same.length + other.length).toBe(3000);
    expect((await rows.rows(0, 1, same.view)).rows[0]?.[0]).toBe(wanted);

    const { signal } = new AbortController();
    const { columns } = await rows.statistics(
      { view: same.view, columns: ['user_id'], scope: 'all' },
      { signal, onSnapshot: () => undefined },
    );
    expect(columns).toMatchObject([
      { column: 'user_id', rows: same.length, min: wanted, max: wanted, distinct: 1 },
    ]);

    const file = path.join(folder, 'rows.ndjson');
    const options = {
      format: 'ndjson',
      columns: ['user_id'],
      formulaGuard: true,
      masks: [],
      provenance: false,
    } as const;
    const written = await rows.export(
      { view: same.view, options, path: file, scope: 'all' },
      { signal, onProgress: () => undefined },
    );
    expect(written.rows).toBe(same.length);
    expect(await readFile(file, 'utf8')).toBe(`{"user_id":"${wanted}"}\n`.repeat(same.length));

    same.view.dispose();
    await expect(rows.rows(0, 1, same.view)).rejects.toMatchObject({ code: 'cancelled' });
    await expect(rows.rows(0, 1, other.view)).resolves.toMatchObject({ first: 0 });
    rows.dispose();
    await expect(rows.rows(0, 1)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('verifies a part to the last byte, whatever it knows of it, and stops when it is told to', async () => {
    const verify = (signal = new AbortController().signal) => {
      const uri = store.uri(key);
      const shares: number[] = [];
      const report = worker.verify(
        { source: createPartSource(store, key, uri), facts: { file: 'a.avro', uri } },
        { signal, onProgress: (done, total) => shares.push(done / total) },
      );
      return { report, shares };
    };
    await openWhole(worker);
    const sound = verify();
    expect(await sound.report).toMatchObject({ rowsDeclared: 3000, rowsDecoded: 3000, isSound: true, damage: [] });
    for (const share of sound.shares) expect(share).toBeLessThanOrEqual(1);
    expect(sound.shares.length).toBeGreaterThan(0);

    const spoilt = Uint8Array.from(fixture('pageviews-snappy.avro'));
    const place = Math.floor(spoilt.length / 2);
    spoilt[place] = (spoilt[place] ?? 0) ^ 1;
    store.put(key, spoilt);
    const report = await verify().report;
    expect(report.isSound).toBe(false);
    expect(report.damage.length).toBeGreaterThan(0);
    expect(report.rowsDecoded).toBeLessThan(3000);

    store.put(key, Buffer.from('no avro at all'));
    await expect(verify().report).rejects.toMatchObject({ code: 'avro.notAvro' });
    await expect(verify(AbortSignal.abort()).report).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('says that a verification was lost with the worker: nobody cancelled it', async () => {
    bundle.file = path.join(folder, 'dying.cjs');
    await writeFile(
      bundle.file,
      "require('node:worker_threads').parentPort.once('message', () => process.exit(3));",
    );
    const uri = store.uri(key);
    const part = { source: createPartSource(store, key, uri), facts: { file: 'a.avro', uri } };
    const { signal } = new AbortController();
    await expect(worker.verify(part, { signal })).rejects.toMatchObject({ code: 'rows.lost' });
  });

  it('removes what a worker that ended has written of an export, says that, and leaves the older file alone', async () => {
    const rows = await openStart();
    const crashes: string[] = [];
    const other = await openWhole(worker, { onCrash: ({ code }) => crashes.push(code) });
    const out = path.join(folder, 'out');
    await mkdir(out);
    const file = path.join(out, 'rows.csv');
    await writeFile(file, 'older');
    await writeFile(`${file}.partial-0123456789ab`, 'of somebody else');
    const { view, release } = await endless(rows);
    const exporting = rows.export(
      { view, options: { ...csv, columns: ['user_id'] }, path: file, scope: 'all' },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    const lost = expect(exporting).rejects.toMatchObject({
      code: 'export.lost',
      facts: { path: file, detail: 'exit code 1' },
    });
    await vi.waitUntil(async () => (await readdir(out)).length === 3);
    await started.last?.terminate();
    await lost;
    expect((await readdir(out)).sort()).toEqual(['rows.csv', 'rows.csv.partial-0123456789ab']);
    expect(await readFile(file, 'utf8')).toBe('older');
    expect(await readdir(path.join(folder, 'unfinished'))).toEqual([]);
    expect(crashes).toEqual(['rows.lost']);
    await expect(other.rows(0, 1)).rejects.toMatchObject({ code: 'rows.lost' });
    release();
    const again = await openWhole(worker);
    const written = await again.export(
      { options: { ...csv, columns: ['user_id'] }, path: file, scope: 'all' },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    expect(written.rows).toBe(3000);
  });

  it('says of every question that it was lost with the worker', async () => {
    const rows = await openStart();
    const { view, release } = await endless(rows);
    const deaf = { onView: () => undefined, onFind: () => undefined };
    const asked = [
      rows.rows(2990, 5, undefined),
      rows.rows(0, 5, view),
      rows.record(2990),
      rows.openView({ sort: [{ column: 'user_id' }] }, 'all', deaf),
      rows.statistics(
        { columns: ['user_id'], scope: 'all' },
        { signal: new AbortController().signal, onSnapshot: () => undefined },
      ),
    ];
    const settled = Promise.allSettled(asked);
    await started.last?.terminate();
    const lost = (await settled).filter(({ status }) => status === 'rejected');
    // What was answered before the strike was answered.
    expect(lost.length).toBeGreaterThan(1);
    for (const one of lost) expect(one).toMatchObject({ reason: { code: 'rows.lost' } });
    release();
  });

  it('tells of what was looked for in a worker that ended that it is looked for no more', async () => {
    const rows = await openStart();
    const release = store.hold();
    const told: string[] = [];
    const listener: ViewListener = {
      onView: (_, { state }) => told.push(`view ${state}`),
      onFind: (_, { state }) => told.push(`find ${state}`),
    };
    await rows.openView({ filter: { kind: 'find', text: 'nothing like it' } }, 'all', listener);
    const all = await rows.openView({}, 'all', listener);
    await all.find({ kind: 'find', text: 'nothing like it' }, 'all');
    await started.last?.terminate();
    await vi.waitUntil(() => told.includes('view cancelled'));
    expect(told.filter((line) => line.startsWith('view')).at(-1)).toBe('view cancelled');
    expect(told.filter((line) => line.startsWith('find')).at(-1) ?? 'find cancelled').toBe('find cancelled');
    release();
  });

  it('leaves no half export when the window is closed in the middle of one', async () => {
    const rows = await openStart();
    const { view } = await endless(rows);
    const out = path.join(folder, 'out');
    await mkdir(out);
    const exporting = rows.export(
      { view, options: { ...csv, columns: ['user_id'] }, path: path.join(out, 'rows.csv'), scope: 'all' },
      { signal: new AbortController().signal, onProgress: () => undefined },
    );
    const ended = expect(exporting).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitUntil(async () => (await readdir(out)).length === 1);
    worker.dispose();
    await ended;
    await vi.waitUntil(async () => (await readdir(out)).length === 0);
  });

  it('reads a part that it knows from before with its index, and of another version nothing of it', async () => {
    await openWhole(worker);
    await vi.waitUntil(async () => (await readdir(folder)).includes('index'));
    await vi.waitUntil(async () =>
      (await readdir(path.join(folder, 'index'))).some((name) => name.endsWith('.index')),
    );
    worker.dispose();
    worker = create();
    store.forgetCalls();
    const again = await openWhole(worker);
    expect(again.opened.progress).toMatchObject({ state: 'complete', rows: 3000 });
    expect(store.count('read')).toBe(1);
    store.put(key, fixture('users-snappy.avro'));
    expect((await openWhole(worker)).columns).toHaveLength(5);
  });

  it('closes what is opened for somebody who went away', async () => {
    const abort = new AbortController();
    const release = store.hold();
    const opening = openWhole(worker, { signal: abort.signal });
    const refused = expect(opening).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitUntil(() => store.underWay === 1);
    abort.abort();
    await refused;
    await vi.waitUntil(() => store.aborts === 1);
    release();
  });
});
