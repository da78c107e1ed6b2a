import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { kernelForEsbuild } from '../../../src/avro/assembly/build.mjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CancellationTokenSource, ErrorCodes, type MessageConnection, ResponseError } from 'vscode-jsonrpc';
import { connect } from '../../../src/channel/node';
import { Failure, type FailureData, failureToData } from '../../../src/core/failure';
import type { PartProgress } from '../../../src/core/partProgress';
import * as protocol from '../../../src/protocol/worker';

/** The data worker as it ships: bundled, in a thread of its own, spoken to over its port. */

const fixture = (name: string): Buffer => readFileSync(new URL(`../../fixtures/avro/${name}`, import.meta.url));

let folder: string;
let bundle: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'data-worker-'));
  bundle = path.join(folder, 'worker.js');
  await build({
    entryPoints: [new URL('../../../src/worker/main.ts', import.meta.url).pathname],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    mainFields: ['module', 'main'],
    plugins: [kernelForEsbuild],
    minify: true,
    logLevel: 'silent',
  });
});
afterAll(() => rm(folder, { recursive: true }));

type Read = (start: number, end: number, signal: AbortSignal) => Promise<Uint8Array> | Uint8Array;

interface Host {
  readonly worker: Worker;
  readonly connection: MessageConnection;
  /** What the worker wrote to its output and error streams. */
  printed(): string;
  readonly aborted: number[];
  readonly progress: PartProgress[];
  /** Resolves when a snapshot of this state has come. */
  reached(state: PartProgress['state']): Promise<void>;
}

const running: Worker[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((worker) => worker.terminate()));
});

/** Starts a worker; session n reads the n-th source. */
function start(...sources: (Buffer | Read)[]): Host {
  const worker = new Worker(bundle, { stderr: true, stdout: true });
  running.push(worker);
  let printed = '';
  for (const stream of [worker.stderr, worker.stdout]) {
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  }
  const connection = connect({
    post: (message, transfer) => worker.postMessage(message, [...transfer]),
    onMessage(listener) {
      worker.on('message', listener);
      return { dispose: () => worker.off('message', listener) };
    },
  });
  const aborted: number[] = [];
  const progress: PartProgress[] = [];
  let notify: () => void = () => undefined;
  connection.onRequest(protocol.readRange, async ({ session, start: from, end }, token) => {
    const source = sources[session]!;
    const abort = new AbortController();
    token.onCancellationRequested(() => {
      aborted.push(session);
      abort.abort();
    });
    try {
      const bytes = Buffer.isBuffer(source) ? source.subarray(from, end) : await source(from, end, abort.signal);
      const totalBytes = Buffer.isBuffer(source) ? source.length : 1e9;
      return { bytes: new Uint8Array(bytes), totalBytes };
    } catch (error) {
      return new ResponseError<FailureData>(ErrorCodes.InternalError, 'failed', failureToData(error));
    }
  });
  connection.onNotification(protocol.partProgress, (message) => {
    progress.push(message.progress);
    notify();
  });
  connection.listen();
  const reached = (state: PartProgress['state']): Promise<void> =>
    new Promise((resolve) => {
      notify = () => progress.at(-1)?.state === state && resolve();
      notify();
    });
  return { worker, connection, aborted, progress, reached, printed: () => printed };
}

const failureOf = async (request: Promise<unknown>): Promise<unknown> => {
  const error: unknown = await request.then(
    () => 'answered',
    (reason: unknown) => reason,
  );
  return error instanceof ResponseError ? error.data : error;
};

describe('the data worker', () => {
  it('opens a part, gives rows and records, tells its progress, and closes', async () => {
    const host = start(fixture('pageviews-snappy.avro'));
    const { connection } = host;
    const opened = await connection.sendRequest(protocol.openPart, { session: 0, readAheadBytes: 1e9 });
    expect(opened.columns).toHaveLength(30);
    expect(opened.columns[0]).toEqual({
      name: 'user_id',
      kind: 'integer',
      typeText: 'long or null',
      nullable: true,
    });
    expect(opened.metadata.codec).toBe('snappy');
    expect(opened.progress.rows).toBeGreaterThan(0);
    await host.reached('complete');
    expect(host.progress.at(-1)).toMatchObject({ state: 'complete', rows: 3000, blocks: 31, damage: [] });

    const page = await connection.sendRequest(protocol.partRows, { session: 0, first: 2998, count: 10 });
    expect(page).toMatchObject({ first: 2998 });
    expect(page.rows).toHaveLength(2);
    const record = await connection.sendRequest(protocol.partRecord, { session: 0, row: 2999 });
    expect(record).toEqual({ row: 2999, cells: page.rows[1], block: 30, rowInBlock: expect.any(Number) as number });

    await connection.sendNotification(protocol.closePart, { session: 0 });
    const late = connection.sendRequest(protocol.partRows, { session: 0, first: 0, count: 1 });
    expect(await failureOf(late)).toEqual({ code: 'cancelled', facts: {} });
  });

  it('reads every codec as bundled', async () => {
    const names = ['weather', 'weather-deflate', 'weather-snappy', 'weather-zstd', 'weather-bzip2', 'weather-xz'];
    const host = start(...names.map((name) => fixture(`${name}.avro`)));
    for (const session of names.keys()) {
      await host.connection.sendRequest(protocol.openPart, { session, readAheadBytes: 1e6 });
      const { rows } = await host.connection.sendRequest(protocol.partRows, { session, first: 0, count: 9 });
      expect(rows).toHaveLength(5);
      expect(rows[0]).toEqual(['011990-99999', '-619524000000', '0']);
    }
    // Deprecation warnings of bundled packages would go to the user's log.
    await host.worker.terminate();
    expect(host.printed()).toBe('');
  });

  it('says what is wrong as a failure with its facts, and goes on with other parts', async () => {
    const { connection } = start(Buffer.from('<html>'), Buffer.alloc(0), fixture('users-snappy.avro'), () =>
      Promise.reject(new Failure('store.expiredToken', { profile: 'acme' })),
    );
    const open = (session: number): Promise<unknown> =>
      connection.sendRequest(protocol.openPart, { session, readAheadBytes: 1e6 });
    expect(await failureOf(open(0))).toEqual({
      code: 'avro.notAvro',
      facts: { detail: 'it begins with 3c68746d' },
    });
    expect(await failureOf(open(1))).toEqual({ code: 'avro.empty', facts: {} });
    expect(await failureOf(open(3))).toEqual({ code: 'store.expiredToken', facts: { profile: 'acme' } });
    await open(2);
    const { rows } = await connection.sendRequest(protocol.partRows, { session: 2, first: 0, count: 5 });
    expect(rows).toHaveLength(5);
  });

  it.each([
    ['a first row below zero', { first: -1, count: 1 }],
    ['a first row that is no whole number', { first: 0.5, count: 1 }],
    ['a count below zero', { first: 0, count: -1 }],
    ['more rows than a page has', { first: 0, count: 1001 }],
  ])('refuses %s', async (_, range) => {
    const { connection } = start(fixture('users-snappy.avro'));
    await connection.sendRequest(protocol.openPart, { session: 0, readAheadBytes: 0 });
    const request = connection.sendRequest(protocol.partRows, { session: 0, ...range });
    expect(await failureOf(request)).toMatchObject({ code: 'internal' });
  });

  it('aborts its reads when the session is closed while it opens', async () => {
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const host = start((_, __, signal) => {
      asked();
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Failure('cancelled'))),
      );
    });
    const opening = failureOf(host.connection.sendRequest(protocol.openPart, { session: 0, readAheadBytes: 0 }));
    await isAsked;
    await host.connection.sendNotification(protocol.closePart, { session: 0 });
    expect(await opening).toEqual({ code: 'cancelled', facts: {} });
    expect(host.aborted).toEqual([0]);
  });

  it('gives up opening when the request is cancelled, and the number can be used again', async () => {
    let isStuck = true;
    const users = fixture('users-snappy.avro');
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const host = start((from, end, signal) => {
      if (!isStuck) return users.subarray(from, end);
      asked();
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Failure('cancelled'))),
      );
    });
    const cancel = new CancellationTokenSource();
    const opening = failureOf(
      host.connection.sendRequest(protocol.openPart, { session: 0, readAheadBytes: 0 }, cancel.token),
    );
    await isAsked;
    cancel.cancel();
    expect(await opening).toEqual({ code: 'cancelled', facts: {} });
    isStuck = false;
    const opened = await host.connection.sendRequest(protocol.openPart, { session: 0, readAheadBytes: 0 });
    expect(opened.columns).toHaveLength(5);
  });

  it('pauses at its limit and reads on when told', async () => {
    const host = start(fixture('pageviews-snappy.avro'));
    await host.connection.sendRequest(protocol.openPart, { session: 0, readAheadBytes: 200_000 });
    await host.reached('paused');
    expect(host.progress.at(-1)!.bytesRead).toBe(200_000);
    await host.connection.sendNotification(protocol.continuePart, { session: 0, readAheadBytes: 1e6 });
    await host.reached('complete');
    expect(host.progress.at(-1)).toMatchObject({ rows: 3000 });
  });

  it('can be ended in the middle of its work', async () => {
    const host = start(fixture('pageviews-snappy.avro'));
    await host.connection.sendRequest(protocol.openPart, { session: 0, readAheadBytes: 1e9 });
    const page = host.connection.sendRequest(protocol.partRows, { session: 0, first: 0, count: 1000 });
    const exited = new Promise((resolve) => host.worker.once('exit', resolve));
    await host.worker.terminate();
    await exited;
    host.connection.dispose();
    await expect(page).rejects.toThrow();
  });
});
