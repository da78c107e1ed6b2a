import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc';
import type { ExportOptions } from '../../../src/core/exportRows';
import { Failure } from '../../../src/core/failure';
import type { RowsQuery } from '../../../src/core/rowFilter';
import type { ScanProgress } from '../../../src/core/rowsProgress';
import * as protocol from '../../../src/protocol/dataset';
import { block, encoders, header, typeFor } from '../avro/container';
import { failureOf, fixture, useBuiltWorker, useHosts, type Host } from './builtWorker';

/** What the worker, as it ships, answers to questions about all rows; and what is left when it is told to stop. */

const start = useHosts(useBuiltWorker());

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'questions-'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Told {
  readonly length: number;
  readonly progress: ScanProgress;
}

/** Opens a view and waits until it is not running any more. */
async function view(host: Host, number: number, query: RowsQuery): Promise<Told> {
  const ended = ending(host, number);
  await host.connection.sendRequest(protocol.openView, { session: 0, view: number, query, scope: 'all' });
  return ended;
}

function ending(host: Host, number: number): Promise<Told> {
  return new Promise((resolve) => {
    host.connection.onNotification(protocol.viewProgress, ({ view: of, length, progress }) => {
      if (of === number && progress.state !== 'running') resolve({ length, progress });
    });
  });
}

const rowsOf = (host: Host, number: number, first: number, count: number) =>
  host.connection.sendRequest(protocol.datasetRows, { session: 0, view: number, first, count });

const csv: ExportOptions = {
  format: 'csv',
  columns: ['user_id', 'time'],
  formulaGuard: true,
  masks: [],
  provenance: false,
};

/** What is left is asked for until nothing is: the far side ends it within a second. */
async function idle(host: Host): Promise<protocol.WorkerCounters> {
  const until = Date.now() + 1_500;
  for (;;) {
    const counters = await host.connection.sendRequest(protocol.workerCounters);
    const { sessions, busyThreads, waitingStretches, scratchFiles } = counters;
    if (sessions + busyThreads + waitingStretches + scratchFiles === 0 || Date.now() > until) return counters;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('the data worker, asked about all rows', () => {
  it('filters and sorts: pages and records of a view are numbered as the whole numbers them', async () => {
    const host = start(fixture('pageviews-snappy.avro'));
    const { columns } = await host.open(0);
    await host.reached('complete');
    const all = (await Promise.all([0, 1000, 2000].map((first) => rowsOf(host, 0, first, 1000)))).flatMap(
      (page) => page.rows,
    );
    expect(all).toHaveLength(3000);
    const user = columns.findIndex((column) => column.name === 'user_id');
    const wanted = all[17]?.[user] as string;
    const query: RowsQuery = {
      filter: { kind: 'test', column: 'user_id', test: 'equals', values: [wanted] },
      sort: [{ column: 'event_id', descending: true }],
    };
    const matching = all.flatMap((row, index) => (row[user] === wanted ? [index] : []));
    const { length, progress } = await view(host, 5, query);
    expect(progress).toMatchObject({ state: 'complete', matched: matching.length, rowsDone: 3000 });
    expect(length).toBe(matching.length);
    const page = await rowsOf(host, 5, 0, 1000);
    expect([...(page.numbers ?? [])].sort((a, b) => a - b)).toEqual(matching);
    expect(page.rows.map((row) => row[user])).toEqual(matching.map(() => wanted));
    const record = await host.connection.sendRequest(protocol.datasetRecord, { session: 0, view: 5, row: 0 });
    expect(record.number).toBe(page.numbers?.[0]);

    await host.connection.sendNotification(protocol.closeView, { session: 0, view: 5 });
    expect(await failureOf(rowsOf(host, 5, 0, 1))).toMatchObject({ code: 'cancelled' });
    expect((await rowsOf(host, 0, 0, 1)).rows).toHaveLength(1);
  });

  it('refuses a query that makes no sense, before anything is begun', async () => {
    const host = start(fixture('pageviews-snappy.avro'));
    await host.open(0);
    const filter = { kind: 'test', column: 'user_id', test: 'equals', values: ['many'] } as const;
    const asked = view(host, 1, { filter });
    expect(await failureOf(asked)).toMatchObject({ code: 'query.invalid', facts: { column: 'user_id' } });
  });

  it('finds a text in all rows and goes from match to match, round the end', async () => {
    const host = start(fixture('pageviews-snappy.avro'));
    await host.open(0);
    const page = await rowsOf(host, 0, 4, 1);
    const text = page.rows[0]?.[0] as string;
    const ended = new Promise<number>((resolve) => {
      host.connection.onNotification(protocol.findProgress, ({ matches, progress }) => {
        if (progress.state === 'complete') resolve(matches);
      });
    });
    const of = { session: 0, view: 0 };
    await host.connection.sendRequest(protocol.findInView, {
      ...of,
      test: { kind: 'find', text, columns: ['user_id'] },
      scope: 'all',
    });
    const matches = await ended;
    expect(matches).toBeGreaterThan(0);
    const places = new Set<number>();
    let from = -1;
    for (let rank = 0; rank < matches; rank++) {
      const found = await host.connection.sendRequest(protocol.findNext, { ...of, from, direction: 1 });
      expect(found).toMatchObject({ rank, columns: [0] });
      from = found?.position ?? -1;
      places.add(from);
    }
    expect(places.size).toBe(matches);
    expect(places).toContain(4);
    const around = await host.connection.sendRequest(protocol.findNext, { ...of, from, direction: 1 });
    expect(around?.rank).toBe(0);
    await host.connection.sendRequest(protocol.findInView, { ...of, test: null, scope: 'all' });
    const late = host.connection.sendRequest(protocol.findNext, { ...of, from: 0, direction: 1 });
    expect(await failureOf(late)).toMatchObject({ code: 'cancelled' });
  });

  it.each(['csv', 'parquet'] as const)('writes a view to a file: %s', async (format) => {
    const host = start(fixture('pageviews-snappy.avro'));
    await host.open(0);
    const file = path.join(folder, `rows.${format}`);
    const options = { ...csv, format, provenance: format === 'parquet' };
    const params = {
      session: 0,
      view: 0,
      id: 1,
      options,
      path: file,
      partial: `${file}.partial-0`,
      scope: 'all',
    } as const;
    const written = await host.connection.sendRequest(protocol.exportRows, params);
    const bytes = await readFile(file);
    expect(written).toMatchObject({ rows: 3000, bytes: bytes.length, notes: [] });
    if (format === 'csv') expect(bytes.toString().trimEnd().split(/\r?\n/)).toHaveLength(3001);
    else expect(bytes.subarray(-4).toString()).toBe('PAR1');
    expect(await readdir(folder)).toEqual([path.basename(file)]);
  });
});

/** A source that gives the first bytes, and nothing from there on until it is given up. */
function stalling(bytes: Buffer, known: number) {
  let stalled: () => void = () => undefined;
  const isStalled = new Promise<void>((resolve) => {
    stalled = resolve;
  });
  const read = (from: number, end: number, signal: AbortSignal): Promise<Uint8Array> => {
    if (end <= known) return Promise.resolve(bytes.subarray(from, end));
    stalled();
    return new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(new Failure('cancelled'))),
    );
  };
  return { read, isStalled };
}

describe('the data worker, told to stop in the middle of a scan', () => {
  it('frees all of a session that is closed: views, statistics and an export at once', async () => {
    const { read, isStalled } = stalling(fixture('pageviews-snappy.avro'), 128 * 1024);
    const host = start(read);
    await host.open(0, 0);
    const { connection } = host;
    const of = { session: 0, view: 0 } as const;
    const query: RowsQuery = { filter: { kind: 'find', text: 'a' }, sort: [{ column: 'time' }] };
    await connection.sendRequest(protocol.openView, { session: 0, view: 1, query, scope: 'all' });
    const asked = [
      connection.sendRequest(protocol.computeStatistics, { ...of, id: 2, columns: ['user_id'], scope: 'all' }),
      connection.sendRequest(protocol.exportRows, {
        ...of,
        id: 3,
        options: csv,
        path: path.join(folder, 'rows.csv'),
        partial: path.join(folder, 'rows.csv.partial-0'),
        scope: 'all',
      }),
    ].map(failureOf);
    await isStalled;
    expect(await connection.sendRequest(protocol.workerCounters)).toMatchObject({ sessions: 1 });
    await connection.sendNotification(protocol.closeDataset, { session: 0 });
    for (const answer of asked) expect(await answer).toMatchObject({ code: 'cancelled' });
    expect(await idle(host)).toMatchObject({ sessions: 0, busyThreads: 0, waitingStretches: 0, scratchFiles: 0 });
    expect(await readdir(folder)).toEqual([]);
    expect(host.aborted.length).toBeGreaterThan(0);
  });

  it('leaves no half file when an export is cancelled, and goes on with the rest', async () => {
    const { read, isStalled } = stalling(fixture('pageviews-snappy.avro'), 128 * 1024);
    const host = start(read);
    await host.open(0, 0);
    const cancel = new CancellationTokenSource();
    const params = {
      session: 0,
      view: 0,
      id: 1,
      options: csv,
      path: path.join(folder, 'a.csv'),
      partial: path.join(folder, 'a.csv.partial-0'),
      scope: 'all',
    } as const;
    const exporting = failureOf(host.connection.sendRequest(protocol.exportRows, params, cancel.token));
    await isStalled;
    cancel.cancel();
    expect(await exporting).toMatchObject({ code: 'cancelled' });
    expect(await readdir(folder)).toEqual([]);
    expect((await rowsOf(host, 0, 0, 3)).rows).toHaveLength(3);
  });

  it('keeps what a cancelled view has found, and says so', async () => {
    const { read, isStalled } = stalling(fixture('pageviews-snappy.avro'), 128 * 1024);
    const host = start(read);
    await host.open(0, 0);
    const ended = ending(host, 1);
    const query: RowsQuery = { filter: { kind: 'test', column: 'user_id', test: 'isNotNull', values: [] } };
    await host.connection.sendRequest(protocol.openView, { session: 0, view: 1, query, scope: 'all' });
    await isStalled;
    await host.connection.sendNotification(protocol.cancelView, { session: 0, view: 1 });
    expect((await ended).progress.state).toBe('cancelled');
  });

  it('is rid of a regular expression that runs away when its session is closed', async () => {
    const schema = { type: 'record', name: 'row', fields: [{ name: 'text', type: ['null', 'string'] }] };
    const type = typeFor(schema, 'always');
    const rows = Array.from({ length: 50 }, () => type.toBuffer({ text: { string: `${'a'.repeat(60)}!` } }));
    const file = Buffer.concat([header(schema, 'snappy'), block(encoders.snappy(Buffer.concat(rows)), 50)]);
    const host = start(file);
    await host.open(0);
    const filterBy = (text: string) => ({ filter: { kind: 'find', text, isRegex: true } }) as const;
    await host.connection.sendRequest(protocol.openView, {
      session: 0,
      view: 1,
      query: filterBy('(a+)+$'),
      scope: 'all',
    });
    let counters = await host.connection.sendRequest(protocol.workerCounters);
    while (counters.busyThreads === 0) counters = await host.connection.sendRequest(protocol.workerCounters);
    // Fifty rows: what others begun after it have been through, one on a thread that had to start, it never will be.
    for (const other of [2, 3, 4]) {
      expect(await view(host, other, filterBy('!$'))).toMatchObject({
        length: 50,
        progress: { state: 'complete' },
      });
    }
    expect(await host.connection.sendRequest(protocol.workerCounters)).toMatchObject({ busyThreads: 1 });
    await host.connection.sendNotification(protocol.closeDataset, { session: 0 });
    expect(await idle(host)).toMatchObject({ sessions: 0, busyThreads: 0, waitingStretches: 0 });
  });
});
