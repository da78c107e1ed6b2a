import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { ErrorCodes, type MessageConnection, ResponseError } from 'vscode-jsonrpc';
import { kernelForEsbuild } from '../../../src/avro/assembly/build.mjs';
import { connect } from '../../../src/channel/node';
import { type FailureData, failureToData } from '../../../src/core/failure';
import type { DatasetProgress } from '../../../src/core/rowsProgress';
import * as protocol from '../../../src/protocol/dataset';

/** The data worker as it ships: bundled, in a thread of its own, spoken to over its port. */

export const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/avro/${name}`, import.meta.url));

/** Builds the worker's bundle for the tests of a file; gives its path. */
export function useBuiltWorker(): { readonly file: string } {
  let folder = '';
  const built = { file: '' };
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'data-worker-'));
    built.file = path.join(folder, 'worker.js');
    await build({
      entryPoints: [new URL('../../../src/worker/main.ts', import.meta.url).pathname],
      outfile: built.file,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      mainFields: ['module', 'main'],
      minify: true,
      logLevel: 'silent',
      plugins: [kernelForEsbuild],
    });
  });
  afterAll(() => rm(folder, { recursive: true }));
  return built;
}

export type Read = (start: number, end: number, signal: AbortSignal) => Promise<Uint8Array> | Uint8Array;

export interface Host {
  readonly worker: Worker;
  readonly connection: MessageConnection;
  /** What the worker wrote to its output and error streams. */
  printed(): string;
  /** Sessions whose reads were cancelled. */
  readonly aborted: number[];
  readonly progress: DatasetProgress[];
  /** Resolves when a snapshot of this state has come. */
  reached(state: DatasetProgress['state']): Promise<void>;
  /** Opens session `n` over the n-th source. */
  readonly open: (session: number, readAheadBytes?: number) => Promise<protocol.DatasetOpened>;
}

/** Starts workers, and ends them after each test. */
export function useHosts(built: { readonly file: string }): (...sources: (Buffer | Read)[]) => Host {
  const running: Worker[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((worker) => worker.terminate()));
  });
  return (...sources) => {
    const worker = new Worker(built.file, { stderr: true, stdout: true });
    running.push(worker);
    return createHost(worker, sources);
  };
}

/** Session n reads the n-th source. */
function createHost(worker: Worker, sources: readonly (Buffer | Read)[]): Host {
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
  const progress: DatasetProgress[] = [];
  let notify: () => void = () => undefined;
  connection.onRequest(protocol.readPartRange, async ({ session, start: from, end }, token) => {
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
  connection.onRequest(protocol.loadIndex, () => null);
  connection.onNotification(protocol.datasetProgress, (message) => {
    progress.push(message.progress);
    notify();
  });
  connection.listen();
  const reached = (state: DatasetProgress['state']): Promise<void> =>
    new Promise((resolve) => {
      notify = () => progress.at(-1)?.state === state && resolve();
      notify();
    });
  const open = (session: number, readAheadBytes = 1e9): Promise<protocol.DatasetOpened> =>
    connection.sendRequest(protocol.openDataset, {
      session,
      readAheadBytes,
      parts: [{ file: `${session}.avro`, uri: `/${session}.avro` }],
    });
  return { worker, connection, aborted, progress, reached, open, printed: () => printed };
}

/** What a request was rejected with, or what it was answered. */
export async function failureOf(request: Promise<unknown>): Promise<unknown> {
  const error: unknown = await request.then(
    () => 'answered',
    (reason: unknown) => reason,
  );
  return error instanceof ResponseError ? error.data : error;
}
