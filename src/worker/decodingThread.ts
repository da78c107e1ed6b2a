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

/** One thread, with one stretch under way, and perhaps the next one at hand. */
export interface DecodingThread {
  readonly isBusy: boolean;
  /** It has begun to run: what it is given is worked on soon. */
  readonly isUp: boolean;
  /**
   * It works for this client, and may be given the client's next stretch, so that it does not stand still in between. Nobody else's: if the thread ends,
   * both are lost.
   */
  mayHaveNext(client: number): boolean;
  /** While it is not busy, or may have the next one. The stretch's bytes move to the thread. */
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

/** Throws what Node says if no thread can be had. */
export function createDecodingThread(options: DecodingThreadOptions): DecodingThread {
  const data: ThreadData = { role: 'decoder' };
  const worker = new Worker(options.workerFile, { name: 'data-connect-decoder', workerData: data, resourceLimits });
  const known = new Set<number>();
  /** In order; cancelled ones too, until the thread has let go of them. */
  const underWay: UnderWay[] = [];
  let patience: NodeJS.Timeout | undefined;
  let isOver = false;
  let isUp = false;

  const send = (message: ToThread, transfer: ArrayBuffer[] = []): void => worker.postMessage(message, transfer);
  const stop = (): void => {
    isOver = true;
    clearTimeout(patience);
    void worker.terminate();
  };
  const rejectAll = (failure: Failure): void => {
    for (const { reject } of underWay.splice(0)) reject(failure);
  };
  const lose = (detail: string): void => {
    if (isOver) return;
    stop();
    rejectAll(new Failure('internal', { detail: `A decoding thread ended: ${detail}` }));
    options.onEnd();
  };

  const awaitAnswer = (): void => {
    clearTimeout(patience);
    patience = setTimeout(() => lose('it did not answer'), options.answerMs);
  };

  worker.on('message', (message: FromThread) => {
    const job = underWay.shift();
    if (isOver || job === undefined) return;
    clearTimeout(patience);
    if (underWay.length === 0) worker.unref();
    else if (!known.has((underWay[0] as UnderWay).client)) awaitAnswer();
    if (message.kind === 'done') job.resolve(message.result);
    else job.reject(failureFromData(message.failure));
    options.onFree();
  });
  // What it is started for may be done before it is up.
  worker.unref();
  worker.once('online', () => {
    isUp = true;
    if (underWay.length === 0) options.onFree();
  });
  worker.once('error', (error) => lose(error.message));
  worker.once('messageerror', (error) => lose(`what it answered could not be read: ${error.message}`));
  worker.once('exit', (code) => lose(`exit code ${code}`));

  return {
    get isBusy() {
      return underWay.length > 0;
    },
    get isUp() {
      return isUp;
    },
    mayHaveNext: (client) => isUp && underWay.length === 1 && underWay[0]?.client === client && known.has(client),
    run: (client, stretch) =>
      new Promise((resolve, reject) => {
        if (!known.has(client.id)) {
          send({ kind: 'open', decoder: client.id, setup: client.setup, flag: client.flag });
          known.add(client.id);
        }
        const { bytes, selection } = stretch;
        const buffers = [bytes.buffer, ...(selection === undefined ? [] : [selection.buffer])];
        send({ kind: 'run', decoder: client.id, stretch }, buffers);
        underWay.push({ client: client.id, resolve, reject });
        worker.ref();
      }),
    forget(client) {
      if (known.delete(client)) send({ kind: 'close', decoder: client });
      if (underWay[0]?.client !== client) return;
      for (const { reject } of underWay) reject(new Failure('cancelled'));
      awaitAnswer();
    },
    end() {
      if (isOver) return;
      stop();
      rejectAll(new Failure('cancelled'));
    },
  };
}
