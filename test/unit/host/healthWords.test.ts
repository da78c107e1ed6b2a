import { describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../src/core/failure';
import { presentStatus } from '../../../src/host/health/healthStatus';
import type { ConnectionHealth } from '../../../src/host/health/healthWatch';
import { findTableNames, placeProblems } from '../../../src/host/health/placeProblems';
import { formatJsonText } from '../../../src/core/json';
import { connectionNode, loadChildren } from '../../../src/host/tree/children';
import { addHealth } from '../../../src/host/tree/healthWords';
import type { TreeNode } from '../../../src/host/tree/nodes';
import { presentNode } from '../../../src/host/tree/presentation';
import { createExport, day, delivered, hour, putDump } from '../core/history/dumps';
import { acme, createHealthStage } from './healthStage';

vi.mock('vscode', async () => ({ EventEmitter: (await import('./fakeVscode')).EventEmitter }));

const now = delivered + 3 * hour;

/** Dump 8: a file is gone, a column came, a table was resynced; a sync after it has no manifest. */
async function ailing(): Promise<{ health: ConnectionHealth; nodes: readonly TreeNode[] }> {
  const store = createExport();
  putDump(store, 8, delivered, {
    users: { columns: ['user_id', 'plan'], missing: ['part-00001-b'] },
    pageviews: { incremental: false },
  });
  store.put('sync_9/_heap_table_name=users/part-00000-a.avro', 'x', { modified: delivered + hour });
  const report = {
    status: 'failed',
    completed_at: new Date(delivered + hour).toISOString(),
    error: 'Access Denied',
  };
  store.put('sync_reports/a.json', JSON.stringify(report), { modified: delivered + hour });
  const { watch, sessions } = createHealthStage(store);
  const health = await watch.read('acme');
  const session = await sessions.get();
  const load = (node: TreeNode): Promise<readonly TreeNode[]> =>
    loadChildren(node, session, new AbortController().signal);
  const root = connectionNode(acme);
  const nodes: TreeNode[] = [root];
  for (const node of nodes) nodes.push(...(await load(node)));
  return { health: health!, nodes };
}

const line = (node: TreeNode, health?: ConnectionHealth): string => {
  const { label, description, icon, state } = addHealth(presentNode(node, now), node, health, now);
  return [`(${icon})`, label, description ?? '', state === undefined ? '' : `[${state}]`].join(' ').trim();
};

describe('the tree', () => {
  it('says at each place what health knows of it', async () => {
    const { health, nodes } = await ailing();
    const told = nodes.filter((node) => node.kind !== 'part' && node.kind !== 'json');
    const lines = told.map((node) => line(node, health)).filter((text, index) => text !== line(told[index]!));
    expect(lines).toEqual([
      '(folder-library) acme dump 8 · 3 h ago · 2 errors, 1 warning [unhealthy]',
      '(circle-slash) Sync reports newest failed [failed]',
      '(table) pageviews 1 file · 1 B · since 8',
      '(error) users 1 missing · 4 files · 4 B · since 5 · columns differ from the parts · + plan [missing]',
      '(loading~spin) 9 no manifest yet · in progress [noManifest]',
      expect.stringMatching(/^\(error\) 8 1 missing · .* · 1 warning · \+ plan \[missing\]$/),
      '(check) 8 today 04:00 · 2 files · columns differ from the parts · + plan',
      expect.stringMatching(/^\(error\) users .* · columns differ from the parts · \+ plan \[missing\]$/),
    ]);
  });

  it('says that the next sync is overdue, and which one was given up', async () => {
    const store = createExport();
    putDump(store, 4, delivered - 3 * day);
    store.put('sync_9/_heap_table_name=users/part-00000-a.avro', 'x', { modified: delivered + hour });
    const { watch, sessions, setNow } = createHealthStage(store);
    setNow(delivered + 4 * day);
    const health = await watch.read('acme');
    const load = async (node: TreeNode): Promise<readonly TreeNode[]> =>
      loadChildren(node, await sessions.get(), new AbortController().signal);
    const [, syncs] = await load(connectionNode(acme));
    const [unfinished] = await load(syncs!);
    expect([line(syncs!, health), line(unfinished!, health)]).toEqual([
      '(history) Syncs 5 · overdue [overdue]',
      '(watch) 9 no manifest yet · failed or given up [stale]',
    ]);
  });

  it('says nothing more where nothing is wrong, or nothing is known', async () => {
    const { watch } = createHealthStage();
    const root = connectionNode(acme);
    expect(line(root, await watch.read('acme'))).toBe('(folder-library) acme dump 7 · 3 h ago · healthy');
    const unknown = { connectionId: 'acme', name: 'acme', isReading: true };
    expect(line(root, unknown)).toBe(line(root));
  });

  it('says on the connection alone that health cannot be read, with the next step in the tooltip', async () => {
    const { nodes } = await ailing();
    const failure = new Failure('store.expiredToken', { profile: 'analytics' });
    const health = { connectionId: 'acme', name: 'acme', isReading: false, failure };
    const [root, ...others] = nodes;
    expect(line(root!, health)).toBe('(folder-library) acme /exports/acme · health not known');
    const { tooltip } = addHealth(presentNode(root!, now), root!, health, now);
    expect(tooltip?.facts.at(-1)?.join(' ')).toMatch(
      /^Health not known .*has expired\. Sign in again: aws sso login --profile analytics/,
    );
    for (const node of others) expect(line(node, health)).toBe(line(node));
  });
});

describe('the status bar', () => {
  const quiet = async (id: string): Promise<ConnectionHealth> => {
    const { watch } = createHealthStage();
    return { ...(await watch.read('acme'))!, connectionId: id, name: id };
  };

  it('is not there while nothing is open', () => expect(presentStatus([], now)).toBeUndefined());

  it('has the words of the tree, and a colour for errors only', async () => {
    expect(presentStatus([await quiet('acme')], now)).toMatchObject({
      text: '$(check) dump 7 · 3 h ago · healthy',
      spoken: 'Data Connect health: dump 7 · 3 h ago · healthy',
      isError: false,
    });
    const { health } = await ailing();
    expect(presentStatus([health], now)).toMatchObject({
      text: '$(error) dump 8 · 3 h ago · 2 errors, 1 warning',
      isError: true,
    });
  });

  it('grows older by itself, and says when it was looked at long ago', async () => {
    const health = await quiet('acme');
    expect(presentStatus([health], now + hour)?.text).toBe('$(check) dump 7 · 4 h ago · healthy');
    expect(presentStatus([health], now + 6 * hour)?.text).toBe(
      '$(check) dump 7 · 9 h ago · healthy · checked 6 h ago',
    );
  });

  it('tells of several the one that needs somebody, by its name, and all of them in a table', async () => {
    const { health } = await ailing();
    const unknown = { connectionId: 'c', name: 'a|b', isReading: false, failure: new Failure('store.network') };
    const status = presentStatus([await quiet('calm'), unknown, health], now);
    expect(status?.text).toBe('$(error) acme: dump 8 · 3 h ago · 2 errors, 1 warning');
    const rows = status?.tooltip
      .replaceAll('&emsp;', '')
      .split('\n')
      .filter((text) => text.startsWith('|'));
    expect(rows?.slice(2)).toEqual([
      '| calm | 7 | 3 h ago | healthy | just now |',
      '| a\\|b |  |  | not known |  |',
      '| acme | 8 | 3 h ago | 2 errors, 1 warning | just now |',
    ]);
    expect(status?.tooltip).toContain('acme: The newest sync failed.');
    expect(presentStatus([await quiet('calm'), unknown], now)?.text).toBe('$(question) a|b: health not known');
  });

  it('says in its tooltip that a look for new dumps failed', async () => {
    const fault = { name: 'acme', message: 'No connection to s3://acme.', at: now };
    expect(presentStatus([await quiet('acme')], now, [fault])?.tooltip).toContain(
      'acme: the look for new dumps at 2026-11-22',
    );
  });
});

describe('the Problems panel', () => {
  it('has each problem on the manifest or report that it is about, and the rest on the health report', async () => {
    const { health } = await ailing();
    const { history, problems } = health.reading!;
    const places = placeProblems(history, problems).map(
      ({ problem, place }) => `${problem.code} ${place.key ?? 'report of health'}`,
    );
    expect(places).toEqual([
      'syncFailed sync_reports/a.json',
      'missingFiles manifests/sync_8.json',
      'columnsDiffer manifests/sync_8.json',
      'syncInProgress report of health',
      'columnAdded manifests/sync_8.json',
    ]);
  });

  it('has one entry for many of a kind', async () => {
    const { health } = await ailing();
    const { history, problems } = health.reading!;
    const [one] = problems.filter(({ code }) => code === 'missingFiles');
    const many = Array.from({ length: 300 }, (_, index) => ({ ...one!, table: `table_${index}` }));
    const [only, ...others] = placeProblems(history, many);
    expect(others).toEqual([]);
    expect(only?.text).toMatch(/\nAnd 299 more of this kind: tables table_1, .*, table_10, …\.$/);
    expect(placeProblems(history, many.slice(0, 10))).toHaveLength(10);
  });

  it('finds where the name of a table stands', () => {
    const text = formatJsonText(
      '{"tables":[{"files":["\\"name\\": 1"],"name":"a \\"b\\""},{"name":"users","x":1}]}',
    );
    const names = findTableNames(text);
    const at = (name: string): string | undefined => {
      const place = names.get(name);
      return place === undefined ? undefined : text.split('\n')[place.line]?.slice(place.start, place.end);
    };
    expect([at('a "b"'), at('users'), at('x')]).toEqual(['"a \\"b\\""', '"users"', undefined]);
  });
});
