import { expect, it, vi } from 'vitest';
import { openStoreCount } from '../../../src/core/disposable';
import { Failure } from '../../../src/core/failure';
import { describeHealth } from '../../../src/host/health/healthStatus';
import type { HealthWatch } from '../../../src/host/health/healthWatch';
import { createExport, day, delivered, hour, putDump } from '../core/history/dumps';
import { acme, createHealthStage } from './healthStage';

vi.mock('vscode', async () => ({ EventEmitter: (await import('./fakeVscode')).EventEmitter }));

const wordsOf = (watch: HealthWatch, now = delivered + 3 * hour): string | undefined => {
  const health = watch.of('acme');
  return health === undefined ? undefined : describeHealth(health, now);
};

it('asks nothing until a connection is opened, then reads it once, with few requests at a time', async () => {
  const { watch, store, changes } = createHealthStage();
  expect([watch.all(), store.count()]).toEqual([[], 0]);
  watch.open('acme');
  watch.open('acme');
  expect(wordsOf(watch)).toBe('reading health…');
  await watch.get('acme');
  expect(wordsOf(watch)).toBe('dump 7 · 3 h ago · healthy');
  expect(store.maxUnderWay).toBeLessThanOrEqual(8);
  // Two listings of the whole, one of the reports, one of each folder, and three manifests.
  expect([store.count('list'), store.count('read'), changes]).toEqual([6, 3, ['acme', 'acme']]);
  store.forgetCalls();
  watch.open('acme');
  await watch.get('acme');
  expect(store.count()).toBe(0);
});

it('reads the schema of a part once, and those of a new dump when there is one', async () => {
  const { watch, store, sessions, opened } = createHealthStage();
  await watch.read('acme');
  await watch.read('acme');
  expect(opened).toEqual(['sync_7/_heap_table_name=users/part-00000-a.avro']);
  putDump(store, 8, delivered + day, { users: { columns: ['user_id', 'plan'] } });
  (await sessions.get()).catalog.refresh('all');
  const health = await watch.read('acme');
  expect(opened).toHaveLength(2);
  expect(health?.reading?.problems.map(({ code }) => code)).toEqual(['columnsDiffer', 'columnAdded']);
});

it('keeps what was read when it cannot be read anew, and says why', async () => {
  const { watch, store, sessions, recorded, setNow } = createHealthStage();
  await watch.read('acme');
  store.setFault(() => new Failure('store.network', { detail: 'ECONNREFUSED' }));
  (await sessions.get()).catalog.refresh('all');
  const now = delivered + 5 * hour;
  setNow(now);
  const health = await watch.read('acme');
  expect(health?.failure?.code).toBe('store.network');
  expect(recorded).toHaveLength(1);
  expect(wordsOf(watch, now)).toBe('dump 7 · 5 h ago · healthy · checked 2 h ago');
  store.setFault(undefined);
  expect((await watch.read('acme'))?.failure).toBeUndefined();
  expect(wordsOf(watch, now)).toBe('dump 7 · 5 h ago · healthy');
});

it('says that it knows nothing where the first reading fails', async () => {
  const store = createExport();
  store.setFault(() => new Failure('store.accessDenied', { key: '' }));
  const { watch } = createHealthStage(store);
  await watch.read('acme');
  expect(wordsOf(watch)).toBe('health not known');
  // The sidebar was tried again.
  store.setFault(undefined);
  watch.open('acme');
  await watch.get('acme');
  expect(wordsOf(watch)).toBe('dump 7 · 3 h ago · healthy');
});

it('tells of the dumps where the reports may not be listed, and that it could not look', async () => {
  const store = createExport();
  store.setFault((call) =>
    call.method === 'list' && call.request.prefix === 'sync_reports/'
      ? new Failure('store.accessDenied')
      : undefined,
  );
  const { watch } = createHealthStage(store);
  const [problem, ...others] = (await watch.read('acme'))?.reading?.problems ?? [];
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ code: 'reportUnreadable', severity: 'warning' });
  expect(problem?.action).toContain('s3:ListBucket');
});

it('stops reading when it is told to, when the connection closes, and when it is gone', async () => {
  const { watch, store, closed, recorded, setConnections } = createHealthStage();
  const interrupted = async (interrupt: () => void): Promise<void> => {
    const release = store.hold();
    const reading = watch.read('acme');
    await vi.waitFor(() => expect(store.underWay).toBeGreaterThan(0));
    interrupt();
    await reading;
    await vi.waitFor(() => expect(store.underWay).toBe(0));
    release();
  };
  await interrupted(() => watch.stop('acme'));
  expect(wordsOf(watch)).toBe('health not known');
  await interrupted(() => closed.fire('acme'));
  expect(watch.of('acme')).toBeUndefined();
  await interrupted(() => setConnections([]));
  expect([watch.of('acme'), watch.all()]).toEqual([undefined, []]);
  // One that is gone is not read any more.
  store.forgetCalls();
  expect(await watch.read('acme')).toBeUndefined();
  setConnections([acme]);
  expect([store.count(), watch.of('acme'), recorded]).toEqual([0, undefined, []]);
});

it('judges the same history by a later time, without a request', async () => {
  const { watch, store, setNow } = createHealthStage();
  putDump(store, 4, delivered - 3 * day, { users: { incremental: false } });
  await watch.read('acme');
  store.forgetCalls();
  setNow(delivered + 2 * day + 8 * hour);
  watch.judge('acme');
  expect(watch.of('acme')?.reading?.problems.map(({ code }) => code)).toContain('syncOverdue');
  expect(store.count()).toBe(0);
});

it('leaves nothing behind', () => {
  const before = openStoreCount();
  const { watch, changes } = createHealthStage();
  watch.open('acme');
  watch.dispose();
  expect([openStoreCount(), watch.all(), changes]).toEqual([before, [], ['acme']]);
});
