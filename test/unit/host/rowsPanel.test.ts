import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CancellationTokenSource, type MessageConnection, ResponseError } from 'vscode-jsonrpc';
import { connect } from '../../../src/channel/node';
import type { Port } from '../../../src/channel/channel';
import { openStoreCount } from '../../../src/core/disposable';
import type { ExportOptions } from '../../../src/core/exportRows';
import { Failure, toFailure } from '../../../src/core/failure';
import type { RowsQuery } from '../../../src/core/rowFilter';
import { freshArrangement, type RowsArrangement } from '../../../src/core/rowsArrangement';
import type { ScanCost, ScanProgress } from '../../../src/core/rowsProgress';
import type { ExportRowsRequest } from '../../../src/host/rows/exportRows';
import type { OpenRows, ViewListener, WorkerView } from '../../../src/host/rows/openRows';
import type { RowsDocument } from '../../../src/host/rows/rowsDocument';
import { answerRowsPanel, type RowsPanelAnswers } from '../../../src/host/rows/rowsPanel';
import { rowRecord, rowsPage } from '../../../src/protocol/rows';
import * as protocol from '../../../src/protocol/rowsQuery';

vi.mock('vscode', () => ({}));

/** A line between two ends in one thread: what is sent is cloned, and comes later, as between a webview and its host. */
function line(): readonly [Port, Port] {
  const listeners: ((message: unknown) => void)[][] = [[], []];
  const end = (own: number): Port => ({
    post(message) {
      const copy: unknown = structuredClone(message);
      queueMicrotask(() => {
        for (const listener of listeners[1 - own] ?? []) listener(copy);
      });
    },
    onMessage(listener) {
      listeners[own]?.push(listener);
      return { dispose: () => listeners[own]?.splice(0) };
    },
  });
  return [end(0), end(1)];
}

const running: ScanProgress = {
  state: 'running',
  scope: 'all',
  rowsDone: 1,
  matched: 1,
  bytesDone: 1,
  bytesTotal: 9,
  elapsed: 1,
};

/** What stands in the worker, and what it was asked. */
class RowsDouble {
  readonly views: (WorkerView & {
    readonly query: RowsQuery;
    readonly scope: string;
    readonly listener: ViewListener;
    isOpen: boolean;
  })[] = [];
  readonly asked: string[] = [];
  statisticsSignal: AbortSignal | undefined;
  endStatistics: () => void = () => undefined;

  get open(): number {
    return this.views.filter((view) => view.isOpen).length;
  }

  readonly rows: Pick<OpenRows, 'rows' | 'record' | 'openView' | 'statistics'> = {
    rows: (first, count, view) => {
      this.asked.push(`rows ${first} ${count} of ${view?.number ?? 'all'}`);
      return Promise.resolve({ first, rows: [] });
    },
    record: (row, view) => {
      this.asked.push(`record ${row} of ${view?.number ?? 'all'}`);
      return Promise.resolve({ row, cells: [], block: 0, rowInBlock: 0 });
    },
    openView: (query, scope, listener) => {
      if (query.filter?.kind === 'test' && query.filter.column === 'none')
        return Promise.reject(new Failure('query.invalid', { column: 'none' }));
      const number = 100 + this.views.length;
      const view = {
        number,
        query,
        scope,
        listener,
        isOpen: true,
        cancel: () => this.asked.push(`cancel ${number}`),
        find: (test: unknown) => {
          this.asked.push(`find ${JSON.stringify(test)} in ${number}`);
          return Promise.resolve();
        },
        findNext: (from: number, direction: number) =>
          Promise.resolve({ position: from + direction, columns: [], rank: 0 }),
        dispose: () => {
          view.isOpen = false;
        },
      };
      this.views.push(view);
      return Promise.resolve(view);
    },
    statistics: ({ columns }, { signal, onSnapshot }) => {
      this.statisticsSignal = signal;
      onSnapshot({ columns: [], progress: running });
      return new Promise((resolve, reject) => {
        this.endStatistics = () => resolve({ columns: [], progress: { ...running, state: 'complete' } });
        signal.addEventListener('abort', () => reject(new Failure('cancelled', { detail: columns.join() })));
      });
    },
  };
}

let double: RowsDouble;
let webview: MessageConnection;
let panel: RowsPanelAnswers;
let cost: ScanCost | undefined;
let shown: string[];
let arranged: RowsArrangement[];
let exported: ExportRowsRequest[];
let endExport: () => void;
let reset: () => void;
let sql: unknown[];
let storesBefore: number;

beforeEach(() => {
  storesBefore = openStoreCount();
  double = new RowsDouble();
  [cost, shown, arranged, exported, sql] = [undefined, [], [], [], []];
  const none = { dispose: () => undefined };
  const document = {
    opened: () => Promise.resolve({ rows: double.rows, located: {} }),
    costToAsk: () => Promise.resolve(cost),
    arrange: (arrangement: RowsArrangement) => Promise.resolve(void arranged.push(arrangement)),
    onDidReset: (listener: () => void) => {
      reset = listener;
      return none;
    },
    onDidLearnParts: () => none,
  } as unknown as RowsDocument;
  const [far, near] = line();
  const host = connect(near);
  webview = connect(far);
  panel = answerRowsPanel(host, document, {
    failures: {
      show: (error) => void shown.push(toFailure(error).code),
      view: (error) => ({ message: toFailure(error).code, hint: '', actions: [] }),
    },
    exportRows: (_document, request) => {
      exported.push(request);
      return new Promise((resolve) => {
        endExport = resolve;
      });
    },
    showAsSql: (_document, query, columns) => Promise.resolve(void sql.push([query, columns])),
  });
  host.listen();
  webview.listen();
});

afterEach(async () => {
  panel.dispose();
  await new Promise(setImmediate);
  expect(double.open).toBe(0);
  expect(openStoreCount()).toBe(storesBefore);
});

const open = (view: unknown, query: unknown = {}, scope: unknown = 'all') =>
  webview.sendRequest(protocol.openRowsView, { view, query, scope } as never);
/** The message of a request's failure; what it was answered, if it did not fail. */
const faultOf = (request: Promise<unknown>): Promise<unknown> =>
  request.catch((error: unknown) => (error instanceof ResponseError ? error.message : error));
/** Until everything sent so far has been heard. */
const heard = () => webview.sendRequest(rowsPage, { first: 0, count: 0 });
const options = { format: 'csv', columns: ['a'], formulaGuard: true, masks: [], provenance: false };

describe('a panel of the rows view', () => {
  it('asks the worker for rows of all, and of views by the numbers that the worker knows', async () => {
    await open(1);
    await open(7);
    await webview.sendRequest(rowsPage, { first: 5, count: 10 });
    await webview.sendRequest(rowsPage, { view: 7, first: 5, count: 10 });
    await webview.sendRequest(rowRecord, { view: 1, row: 3 });
    expect(double.asked).toEqual(['rows 5 10 of all', 'rows 5 10 of 101', 'record 3 of 100']);
    expect(await faultOf(webview.sendRequest(rowsPage, { view: 2, first: 0, count: 1 }))).toBe('cancelled');
  });

  it.each<[string, unknown]>([
    ['a first row below zero', { first: -1, count: 1 }],
    ['a fraction', { first: 0.5, count: 1 }],
    ['text', { first: '0', count: 1 }],
    ['more than a page', { first: 0, count: 1001 }],
    ['a view that is none', { view: '1', first: 0, count: 1 }],
  ])('refuses %s', async (_, params) => {
    expect(await faultOf(webview.sendRequest(rowsPage, params as never))).toBe('internal');
    expect(double.asked).toEqual([]);
  });

  it('closes what a page asked for when it is loaded anew, and lets it count from 1 again', async () => {
    await open(1);
    await open(2);
    panel.restart();
    await open(1);
    await webview.sendRequest(rowsPage, { view: 1, first: 0, count: 10 });
    expect(double.open).toBe(1);
    expect(double.asked.at(-1)).toBe('rows 0 10 of 102');
  });

  it('refuses queries that are none, and numbers used twice', async () => {
    expect(await faultOf(open(1, { filter: { kind: 'script' } }))).toBe('query.invalid');
    const none = { kind: 'test', column: 'none', test: 'isNull', values: [] };
    expect(await faultOf(open(1, { filter: none }))).toBe('query.invalid');
    await open(1);
    expect(await faultOf(open(1))).toBe('internal');
    expect(await faultOf(open(0))).toBe('internal');
    expect(double.open).toBe(1);
  });

  it('holds no more views than a person can have', async () => {
    const answers = await Promise.all(Array.from({ length: 70 }, (_, index) => faultOf(open(index + 1))));
    expect(answers.filter((answer) => answer === 'internal')).toHaveLength(6);
  });

  it('tells what something would cost before it begins it, and begins it when told to', async () => {
    cost = { bytes: 5e9, requests: 700 };
    expect(await open(1, {}, 'ask')).toEqual({ asks: cost });
    expect(double.views).toHaveLength(0);
    expect(await open(1, {}, 'sample')).toBeNull();
    expect(double.views[0]?.scope).toBe('sample');
    cost = undefined;
    expect(await open(2, {}, 'ask')).toBeNull();
    expect(double.views[1]?.scope).toBe('all');
  });

  it('tells the progress of a view under its number, and a failure in words', async () => {
    const told: unknown[] = [];
    webview.onNotification(protocol.rowsViewProgress, (message) => void told.push(message));
    await open(3);
    double.views[0]?.listener.onView(12, running);
    const failure = { code: 'store.network', facts: {} } as const;
    double.views[0]?.listener.onView(12, { ...running, state: 'failed', failure });
    await heard();
    expect(told).toMatchObject([
      { view: 3, length: 12, progress: running },
      { view: 3, progress: { state: 'failed' }, failure: { message: 'store.network' } },
    ]);
  });

  it('closes and cancels views, also one that is only coming', async () => {
    await open(1);
    const coming = faultOf(open(2, {}, 'ask'));
    void webview.sendNotification(protocol.closeRowsView, { view: 2 });
    void webview.sendNotification(protocol.cancelRowsView, { view: 1 });
    void webview.sendNotification(protocol.closeRowsView, { view: 1 });
    await coming;
    await heard();
    expect(double.asked).toContain('cancel 100');
    expect(double.open).toBe(0);
  });

  it('begins nothing for a panel that was closed', async () => {
    const coming = faultOf(open(1, {}, 'ask'));
    const test = { kind: 'find', text: 'x' } as const;
    const search = faultOf(webview.sendRequest(protocol.findRows, { view: 0, test, scope: 'ask' }));
    await Promise.resolve();
    panel.dispose();
    expect([await coming, await search]).toEqual(['cancelled', 'cancelled']);
    expect(double.open).toBe(0);
  });

  it('searches all rows in a view of its own, and forgets all views when the document is opened anew', async () => {
    const test = { kind: 'find', text: 'x' } as const;
    const told: unknown[] = [];
    webview.onNotification(protocol.findRowsProgress, (message) => void told.push(message));
    expect(await webview.sendRequest(protocol.findRows, { view: 0, test, scope: 'all' })).toBeNull();
    await webview.sendRequest(protocol.findRows, { view: 0, test: { ...test, text: 'xy' }, scope: 'all' });
    expect(double.views).toHaveLength(1);
    double.views[0]?.listener.onFind(4, running);
    const next = await webview.sendRequest(protocol.findNextRow, { view: 0, from: -1, direction: 1 });
    expect(next).toMatchObject({ position: 0 });
    expect(told).toMatchObject([{ view: 0, matches: 4 }]);
    expect(await faultOf(webview.sendRequest(protocol.findNextRow, { view: 0, from: -2, direction: 1 }))).toBe(
      'internal',
    );
    // The worker closes its views with the dataset.
    double.views[0]?.dispose();
    reset();
    await webview.sendRequest(protocol.findRows, { view: 0, test, scope: 'all' });
    expect(double.views).toHaveLength(2);
  });

  it('stops statistics by their number, by the request, and with the panel', async () => {
    const snapshots: unknown[] = [];
    webview.onNotification(protocol.rowStatisticsProgress, (message) => void snapshots.push(message));
    const ask = (id: number, token = new CancellationTokenSource().token) =>
      faultOf(webview.sendRequest(protocol.rowStatistics, { id, view: 0, columns: ['a'], scope: 'all' }, token));
    const first = ask(1);
    await heard();
    double.endStatistics();
    expect(await first).toMatchObject({ progress: { state: 'complete' } });
    expect(snapshots).toMatchObject([{ id: 1, progress: { state: 'running' } }]);
    const second = ask(2);
    await heard();
    void webview.sendNotification(protocol.cancelStatistics, { id: 2 });
    expect(await second).toBe('cancelled');
    const tokens = new CancellationTokenSource();
    const third = ask(3, tokens.token);
    await heard();
    tokens.cancel();
    expect(await third).toBe('cancelled');
    const fourth = ask(4);
    await heard();
    panel.dispose();
    expect(double.statisticsSignal?.aborted).toBe(true);
    expect(await fourth).toBe('cancelled');
  });

  it('keeps a view until it is exported, even if it is closed meanwhile', async () => {
    await open(1);
    const begun = webview.sendRequest(protocol.exportView, {
      view: 1,
      options: options as ExportOptions,
      scope: 'ask',
    });
    void webview.sendNotification(protocol.closeRowsView, { view: 1 });
    await heard();
    expect(await begun).toBe(null);
    expect(exported).toMatchObject([{ options, view: { number: 100 }, scope: 'all' }]);
    expect(double.open).toBe(1);
    endExport();
    await heard();
    expect(double.open).toBe(0);
  });

  it('says what an export would read, and begins it when that is wanted; a sample is not asked about', async () => {
    await open(1);
    await open(2, {}, 'sample');
    cost = { bytes: 3e9, requests: 803 };
    const ask = (view: number, scope: unknown) =>
      webview.sendRequest(protocol.exportView, { view, options: options as ExportOptions, scope } as never);
    for (const scope of ['ask', 'everything']) expect(await ask(1, scope)).toEqual({ asks: cost });
    expect(exported).toEqual([]);
    expect(double.open).toBe(2);
    expect(await ask(1, 'all')).toBe(null);
    endExport();
    expect(await ask(0, 'sample')).toBe(null);
    endExport();
    expect(await ask(2, 'ask')).toBe(null);
    endExport();
    expect(exported.map(({ view, scope }) => [view?.number, scope])).toEqual([
      [100, 'all'],
      [undefined, 'sample'],
      [101, 'all'],
    ]);
    expect(shown).toEqual([]);
  });

  it('shows why something that it was told cannot be done', async () => {
    const refused = webview.sendRequest(protocol.exportView, {
      view: 0,
      options: { ...options, format: 'exe' } as never,
      scope: 'ask',
    });
    const gone = webview.sendRequest(protocol.exportView, {
      view: 9,
      options: options as ExportOptions,
      scope: 'all',
    });
    void webview.sendNotification(protocol.showAsSql, { query: [] as never, columns: [] });
    await heard();
    expect(await Promise.all([refused, gone])).toEqual([null, null]);
    expect(exported).toEqual([]);
    expect(shown).toEqual(['query.invalid', 'cancelled', 'query.invalid']);
  });

  it('hears how the rows are arranged and what is to be SQL, checked', async () => {
    void webview.sendNotification(protocol.arrange, { ...freshArrangement, widths: { a: 90, b: 'wide' } } as never);
    void webview.sendNotification(protocol.arrange, null as never);
    void webview.sendNotification(protocol.showAsSql, { query: {}, columns: ['a'] });
    await heard();
    expect(arranged).toEqual([{ ...freshArrangement, widths: { a: 90 } }]);
    expect(sql).toEqual([[{}, ['a']]]);
  });
});
