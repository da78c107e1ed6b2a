import { describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-jsonrpc';
import { Failure } from '../../../src/core/failure';
import * as protocol from '../../../src/protocol/dataset';
import { failureOf, fixture, useBuiltWorker, useHosts } from './builtWorker';

const start = useHosts(useBuiltWorker());

describe('the data worker', () => {
  it('opens a part, gives rows and records, tells its progress, and closes', async () => {
    const host = start(fixture('pageviews-snappy.avro'));
    const { connection } = host;
    const opened = await host.open(0);
    expect(opened.columns).toHaveLength(30);
    expect(opened.columns[0]).toEqual({
      name: 'user_id',
      kind: 'integer',
      typeText: 'long or null',
      nullable: true,
    });
    expect(opened.parts[0]?.metadata?.codec).toBe('snappy');
    expect(opened.progress.rows).toBeGreaterThan(0);
    await host.reached('complete');
    expect(host.progress.at(-1)).toMatchObject({ state: 'complete', rows: 3000, blocks: 31, damage: [] });

    const page = await connection.sendRequest(protocol.datasetRows, {
      session: 0,
      view: 0,
      first: 2998,
      count: 10,
    });
    expect(page).toMatchObject({ first: 2998 });
    expect(page.rows).toHaveLength(2);
    const record = await connection.sendRequest(protocol.datasetRecord, { session: 0, view: 0, row: 2999 });
    expect(record).toEqual({
      row: 2999,
      cells: page.rows[1],
      block: 30,
      rowInBlock: expect.any(Number) as number,
      number: 2999,
      rowInPart: 2999,
    });

    await connection.sendNotification(protocol.closeDataset, { session: 0 });
    const late = connection.sendRequest(protocol.datasetRows, { session: 0, view: 0, first: 0, count: 1 });
    expect(await failureOf(late)).toEqual({ code: 'cancelled', facts: {} });
  });

  it('reads every codec as bundled', async () => {
    const names = ['weather', 'weather-deflate', 'weather-snappy', 'weather-zstd', 'weather-bzip2', 'weather-xz'];
    const host = start(...names.map((name) => fixture(`${name}.avro`)));
    for (const session of names.keys()) {
      await host.open(session);
      const { rows } = await host.connection.sendRequest(protocol.datasetRows, {
        session,
        view: 0,
        first: 0,
        count: 9,
      });
      expect(rows).toHaveLength(5);
      expect(rows[0]).toEqual(['011990-99999', '-619524000000', '0']);
    }
    // Deprecation warnings of bundled packages would go to the user's log.
    await host.worker.terminate();
    expect(host.printed()).toBe('');
  });

  it('says what is wrong as a failure with its facts, and goes on with other parts', async () => {
    const { connection, open } = start(Buffer.from('<html>'), Buffer.alloc(0), fixture('users-snappy.avro'), () =>
      Promise.reject(new Failure('store.expiredToken', { profile: 'acme' })),
    );
    expect(await failureOf(open(0))).toEqual({
      code: 'avro.notAvro',
      facts: { detail: 'it begins with 3c68746d' },
    });
    expect(await failureOf(open(1))).toEqual({ code: 'avro.empty', facts: {} });
    expect(await failureOf(open(3))).toEqual({ code: 'store.expiredToken', facts: { profile: 'acme' } });
    await open(2);
    const { rows } = await connection.sendRequest(protocol.datasetRows, {
      session: 2,
      view: 0,
      first: 0,
      count: 5,
    });
    expect(rows).toHaveLength(5);
  });

  it.each([
    ['a first row below zero', { first: -1, count: 1 }],
    ['a first row that is no whole number', { first: 0.5, count: 1 }],
    ['a count below zero', { first: 0, count: -1 }],
    ['more rows than a page has', { first: 0, count: 1001 }],
  ])('refuses %s', async (_, range) => {
    const { connection, open } = start(fixture('users-snappy.avro'));
    await open(0, 0);
    const request = connection.sendRequest(protocol.datasetRows, { session: 0, view: 0, ...range });
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
    const opening = failureOf(host.open(0, 0));
    await isAsked;
    await host.connection.sendNotification(protocol.closeDataset, { session: 0 });
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
      host.connection.sendRequest(
        protocol.openDataset,
        { session: 0, readAheadBytes: 0, parts: [{ file: 'a.avro', uri: '/a.avro' }] },
        cancel.token,
      ),
    );
    await isAsked;
    cancel.cancel();
    expect(await opening).toEqual({ code: 'cancelled', facts: {} });
    isStuck = false;
    const opened = await host.open(0, 0);
    expect(opened.columns).toHaveLength(5);
  });

  it('pauses at its limit and reads on when told', async () => {
    const host = start(fixture('pageviews-snappy.avro'));
    await host.open(0, 200_000);
    await host.reached('paused');
    expect(host.progress.at(-1)!.bytesRead).toBe(200_000);
    await host.connection.sendNotification(protocol.continueDataset, { session: 0, readAheadBytes: 1e6 });
    await host.reached('complete');
    expect(host.progress.at(-1)).toMatchObject({ rows: 3000 });
  });

  it('can be ended in the middle of its work', async () => {
    const host = start(fixture('pageviews-snappy.avro'));
    await host.open(0);
    const page = host.connection.sendRequest(protocol.datasetRows, { session: 0, view: 0, first: 0, count: 1000 });
    const exited = new Promise((resolve) => host.worker.once('exit', resolve));
    await host.worker.terminate();
    await exited;
    host.connection.dispose();
    await expect(page).rejects.toThrow();
  });
});
