import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Failure } from '../../../src/core/failure';
import { type Arrival, createHealthPoll } from '../../../src/host/health/healthPoll';
import { day, delivered, hour, putDump } from '../core/history/dumps';
import { createHealthStage } from './healthStage';

vi.mock('vscode', async () => ({ EventEmitter: (await import('./fakeVscode')).EventEmitter }));

const minute = 60_000;

beforeEach(() => void vi.useFakeTimers({ now: delivered + 3 * hour }));
afterEach(() => void vi.useRealTimers());

function pollStage(minutes = 5) {
  const stage = createHealthStage();
  const told: Arrival[] = [];
  const refreshed: string[] = [];
  let setting = minutes;
  const poll = createHealthPoll({
    ...stage,
    clock: { now: () => Date.now() },
    failures: { record: (error) => stage.recorded.push(error) },
    minutes: () => setting,
    refresh: async (id) => {
      refreshed.push(id);
      (await stage.sessions.get()).catalog.refresh('all');
    },
    tell: (arrival) => told.push(arrival),
    onFault: () => undefined,
  });
  poll.restart();
  const pass = async (count: number): Promise<void> => {
    stage.setNow(Date.now() + count * minute);
    await vi.advanceTimersByTimeAsync(count * minute);
  };
  const set = (next: number): void => {
    setting = next;
    poll.restart();
  };
  return { ...stage, poll, told, refreshed, pass, set };
}

it('asks nothing when it is off, and nothing of a connection that nobody opened', async () => {
  const { store, pass, watch, set } = pollStage(0);
  expect(vi.getTimerCount()).toBe(0);
  set(5);
  await pass(60);
  expect(store.count()).toBe(0);
  await watch.read('acme');
  store.forgetCalls();
  set(0);
  await pass(60);
  expect([store.count(), vi.getTimerCount()]).toEqual([0, 0]);
});

it('takes one listing of manifests/ a look while nothing is new', async () => {
  const { store, pass, watch, told, refreshed } = pollStage();
  await watch.read('acme');
  store.forgetCalls();
  await pass(15);
  expect(store.calls).toEqual(Array(3).fill({ method: 'list', request: { prefix: 'manifests/', delimiter: '/' } }));
  expect([told, refreshed]).toEqual([[], []]);
});

it('counts less than a minute as one', async () => {
  const { store, pass, watch } = pollStage(0.01);
  await watch.read('acme');
  store.forgetCalls();
  await pass(3);
  expect(store.count()).toBe(3);
});

it('takes up a new dump, and tells it once', async () => {
  const { store, pass, watch, told, refreshed, sessions } = pollStage();
  await watch.read('acme');
  putDump(store, 8, delivered + day);
  await pass(5);
  expect(told).toEqual([{ connectionId: 'acme', dump: 8n, previous: 7n }]);
  expect(refreshed).toEqual(['acme']);
  await pass(30);
  // Written again, it is read again, and not told again.
  putDump(store, 8, delivered + day + hour);
  await pass(5);
  expect([told.length, refreshed.length]).toEqual([1, 2]);
  // One of before is no news.
  putDump(store, 4, delivered + 2 * day);
  await pass(5);
  expect([told.length, refreshed.length]).toEqual([1, 3]);
  // Nor is one that went away for a while.
  const [name, manifest] = ['manifests/sync_8.json', await store.read('manifests/sync_8.json')];
  store.delete(name);
  (await sessions.get()).catalog.refresh('all');
  expect((await watch.read('acme'))?.reading?.history.dumps.at(-1)?.manifest).toBeUndefined();
  store.put(name, manifest.bytes, { modified: delivered + 3 * day });
  await pass(5);
  expect([told.length, refreshed.length]).toEqual([1, 4]);
});

it('does not tell what somebody has seen by then', async () => {
  const { store, pass, watch, told, sessions } = pollStage();
  await watch.read('acme');
  putDump(store, 8, delivered + day);
  (await sessions.get()).catalog.refresh('all');
  await watch.read('acme');
  await pass(30);
  // Nor an older dump that comes late.
  putDump(store, 4, delivered + day);
  await pass(5);
  expect(watch.of('acme')?.reading?.history.dumps).toHaveLength(5);
  expect(told).toEqual([]);
});

it('comes back less and less often while it fails, says so, and recovers', async () => {
  const { store, pass, watch, poll, recorded, told } = pollStage();
  await watch.read('acme');
  store.forgetCalls();
  store.setFault(() => new Failure('store.network', { detail: 'ECONNREFUSED' }));
  await pass(5);
  expect(poll.faults()).toMatchObject([{ name: 'acme', at: Date.now() }]);
  expect(recorded).toHaveLength(1);
  // At once, then after 2, 4, 8, 16 and 16 times as long.
  await pass(5 * (2 + 4 + 8 + 16 + 16));
  expect(store.count('list')).toBe(6);
  store.setFault(undefined);
  putDump(store, 8, delivered + day);
  await pass(5 * 16);
  expect([poll.faults(), told.length]).toEqual([[], 1]);
});

it('finds a sync overdue when nothing comes', async () => {
  const { store, pass, watch } = pollStage();
  putDump(store, 4, delivered - 3 * day, { users: { incremental: false } });
  await watch.read('acme');
  const isOverdue = () => watch.of('acme')?.reading?.problems.some(({ code }) => code === 'syncOverdue');
  expect(isOverdue()).toBe(false);
  await pass(32 * 60);
  expect(isOverdue()).toBe(true);
});

it('stops with the window', async () => {
  const { poll, pass, watch, store } = pollStage();
  await watch.read('acme');
  store.forgetCalls();
  poll.dispose();
  await pass(60);
  expect([store.count(), vi.getTimerCount()]).toEqual([0, 0]);
});
