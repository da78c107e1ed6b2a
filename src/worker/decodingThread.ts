import { Worker } from 'node:worker_threads';
import type { DecoderSetup, Stretch, StretchResult } from '../avro/tasks/scanProgram';
import { Failure, failureFromData } from '../core/failure';
import type { FromThread, ThreadData, ToThread } from './decoderMessages';

export interface DecodingThreadOptions {
  readonly workerFile: string;
  readonly answerMs: number;
  /** It can take another stretch. */
  readonly onFree: () => void;
  /** It is gone by itself, or did not answer: not after `end`. */
  readonly onEnd: () => void;
}

/** For whom a thread works; `flag[0]` is 1 once that is over. */
export interface ThreadClient {
  readonly id: number;
  readonly setup: DecoderSetup;
  readonly flag: Int32Array<SharedArrayBuffer>;
}

/** One thread, with at most one stretch under way. */
export interface DecodingThread {
  readonly isBusy: boolean;
  /** It has begun to run: what it is given is worked on soon. */
  readonly isUp: boolean;
  /** Only while it is not busy. The stretch's bytes move to the thread. */
  run(client: ThreadClient, stretch: Stretch): Promise<StretchResult>;
  /** The client is closed (its flag is set): what is under way for it rejects at once, and the thread has `answerMs` to come back. */
  forget(client: number): void;
  end(): void;
}

/** Heap of a thread, beside the buffers it is given and its WebAssembly memory, which are bounded by `maxBlockBytes`. */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 4 };

interface UnderWay {
  readonly client: number;
  readonly resolve: (result: StretchResult) => void;
  readonly reject: (failure: Failure) => void;
}

export function createDecodingThread(options: DecodingThreadOptions): DecodingThread {
  const data: ThreadData = { role: 'decoder' };
  const worker = new Worker(options.workerFile, { name: 'data-connect-decoder', workerData: data, resourceLimits });
  const known = new Set<number>();
  let underWay: UnderWay | undefined;
  let patience: NodeJS.Timeout | undefined;
  let isOver = false;
  let isUp = false;

  const send = (message: ToThread, transfer: ArrayBuffer[] = []): void => worker.postMessage(message, transfer);
  const stop = (): void => {
    isOver = true;
    clearTimeout(patience);
    void worker.terminate();
  };
  const lose = (detail: string): void => {
    if (isOver) return;
    stop();
    underWay?.reject(new Failure('internal', { detail: `A decoding thread ended: ${detail}` }));
    underWay = undefined;
    options.onEnd();
  };

  worker.on('message', (message: FromThread) => {
    const job = underWay;
    if (isOver || job === undefined) return;
    underWay = undefined;
    clearTimeout(patience);
    worker.unref();
    if (message.kind === 'done') job.resolve(message.result);
    else job.reject(failureFromData(message.failure));
    options.onFree();
  });
  // What it is started for may be done before it is up.
  worker.unref();
  worker.once('online', () => {
    isUp = true;
    if (underWay === undefined) options.onFree();
  });
  worker.once('error', (error) => lose(error.message));
  worker.once('exit', (code) => lose(`exit code ${code}`));

  return {
    get isBusy() {
      return underWay !== undefined;
    },
    get isUp() {
      return isUp;
    },
    run: (client, stretch) =>
      new Promise((resolve, reject) => {
        if (!known.has(client.id)) {
          send({ kind: 'open', decoder: client.id, setup: client.setup, flag: client.flag });
          known.add(client.id);
        }
        const { bytes, selection } = stretch;
        const buffers = [bytes.buffer, ...(selection === undefined ? [] : [selection.buffer])];
        send({ kind: 'run', decoder: client.id, stretch }, buffers);
        underWay = { client: client.id, resolve, reject };
        worker.ref();
      }),
    forget(client) {
      if (known.delete(client)) send({ kind: 'close', decoder: client });
      if (underWay?.client !== client) return;
      underWay.reject(new Failure('cancelled'));
      patience = setTimeout(() => lose('it did not answer'), options.answerMs);
    },
    end() {
      if (isOver) return;
      stop();
      underWay?.reject(new Failure('cancelled'));
      underWay = undefined;
    },
  };
}
