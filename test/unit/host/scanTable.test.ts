import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { collectUserIds, userFilter } from '../../../src/core/userIds';
import { DataWorker } from '../../../src/host/rows/dataWorker';
import { createPartialFiles } from '../../../src/host/rows/partialFiles';
import { createPartSource } from '../../../src/host/rows/partSource';
import { openLocated, type TableScan } from '../../../src/host/rows/scanTable';
import { createMemoryObjectStore, type MemoryObjectStore } from '../../fakes/memoryObjectStore';
import { fixture, useBuiltWorker } from '../worker/builtWorker';
import { started } from '../worker/startedWorkers';

/** Questions of commands about a table, with the worker as it ships. */

const bundle = vi.hoisted(() => ({ file: '' }));
vi.mock('vscode', () => ({}));
vi.mock('node:worker_threads', async (original) =>
  (await import('../worker/startedWorkers')).rememberWorkers(original),
);
vi.mock('../../../src/host/bundles', () => ({ bundlePath: () => bundle.file }));
const built = useBuiltWorker();

const keys = ['pageviews-0.avro', 'pageviews-1.avro'];
let store: MemoryObjectStore;
let worker: DataWorker;
let abort: AbortController;
let scan: TableScan;
beforeEach(async () => {
  bundle.file = built.file;
  store = createMemoryObjectStore(Object.fromEntries(keys.map((key) => [key, fixture('pageviews-snappy.avro')])));
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  worker = new DataWorker(log, createPartialFiles(path.join(os.tmpdir(), 'no-such-folder')));
  abort = new AbortController();
  const parts = keys.map((key) => ({
    source: createPartSource(store, key, key),
    facts: { file: key, uri: store.uri(key) },
  }));
  scan = await openLocated({ parts, uri: store.uri(''), title: 'pageviews' }, { worker }, abort.signal);
});
afterEach(() => {
  scan.dispose();
  worker.dispose();
});

describe('a question about a table beside its tab', () => {
  it('counts the rows that pass in all parts, and reads some of their columns', async () => {
    const all = await scan.count({ kind: 'all', of: [] });
    expect(all.rows).toBe(6000);
    const [first] = await scan.read({ kind: 'all', of: [] }, ['user_id', 'no such column'], 1);
    expect(first?.[1]).toBe(false);
    const id = first?.[0] as string;
    const { rows, progress } = await scan.count(userFilter('pageviews', [id]));
    expect(progress.state).toBe('complete');
    const found = await scan.read(userFilter('pageviews', [id]), ['user_id'], 1e6);
    expect(found).toHaveLength(rows);
    expect(new Set(found.flat())).toEqual(new Set([id]));
    expect(await scan.read(userFilter('pageviews', [id]), ['user_id'], 3)).toHaveLength(Math.min(3, rows));
  });

  it('rejects what cannot be asked, and is cancelled with its signal', async () => {
    await expect(
      scan.count({ kind: 'test', column: 'user_id', test: 'equals', values: ['no id'] }),
    ).rejects.toMatchObject({ code: 'query.invalid' });
    // A column that is not there is absent: no row passes.
    expect(await scan.count(userFilter('user_migrations', ['1']))).toMatchObject({ rows: 0 });
    expect(scan.columns).toContain('user_id');
    const pending = scan.count({ kind: 'all', of: [] });
    abort.abort();
    await expect(pending).rejects.toMatchObject({ code: 'cancelled' });
    await expect(
      collectUserIds('1', () => scan.read({ kind: 'all', of: [] }, [], 1).then(() => [])),
    ).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('was lost, not cancelled, when the worker ends in the middle of it', async () => {
    const release = store.hold();
    const counting = scan.count({ kind: 'find', text: 'nothing like it' });
    const lost = expect(counting).rejects.toMatchObject({ code: 'rows.lost' });
    // Until the far side has begun to look.
    await scan.cost();
    await started.last?.terminate();
    await lost;
    release();
  });
});
