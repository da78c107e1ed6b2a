import { expect } from 'vitest';
import { createCatalog } from '../../../src/core/catalog';
import type { Connection } from '../../../src/core/connection';
import { createHealthWatch, type HealthWatch } from '../../../src/host/health/healthWatch';
import type { MemoryObjectStore } from '../../fakes/memoryObjectStore';
import { createExport, delivered, hour } from '../core/history/dumps';
import { EventEmitter } from './fakeVscode';

export interface HealthStage {
  readonly watch: HealthWatch;
  readonly store: MemoryObjectStore;
  readonly sessions: {
    readonly get: () => Promise<{
      connection: Connection;
      store: MemoryObjectStore;
      catalog: ReturnType<typeof createCatalog>;
    }>;
    readonly onDidClose: EventEmitter<string>['event'];
  };
  readonly closed: EventEmitter<string>;
  readonly recorded: unknown[];
  readonly changes: string[];
  readonly clock: { now: () => number };
  /** Parts whose columns were asked for. */
  readonly opened: string[];
  readonly setNow: (now: number) => void;
  readonly setConnections: (connections: readonly Connection[]) => void;
}

export const acme: Connection = { kind: 'folder', id: 'acme', name: 'acme', path: '/exports/acme' };

/** A watch over one connection, `acme`, to a store in memory. The parts have the columns that the manifests list. */
export function createHealthStage(store: MemoryObjectStore = createExport()): HealthStage {
  const closed = new EventEmitter<string>();
  const listChanged = new EventEmitter<void>();
  const recorded: unknown[] = [];
  const changes: string[] = [];
  const opened: string[] = [];
  let connections: readonly Connection[] = [acme];
  let now = delivered + 3 * hour;
  const session = { connection: acme, store, catalog: createCatalog(store) };
  const sessions = { get: () => Promise.resolve(session), onDidClose: closed.event };
  const clock = { now: () => now };
  const watch = createHealthWatch({
    list: { all: () => connections, onDidChange: listChanged.event },
    sessions,
    failures: { record: (error) => recorded.push(error) },
    clock,
    readColumns: (_, key) => {
      opened.push(key);
      return Promise.resolve(['user_id']);
    },
  });
  watch.onDidChange((id) => changes.push(id));
  expect(store.count()).toBe(0);
  return {
    watch,
    store,
    sessions,
    closed,
    recorded,
    changes,
    clock,
    opened,
    setNow: (time) => void (now = time),
    setConnections(next) {
      connections = next;
      listChanged.fire();
    },
  };
}
