import os from 'node:os';
import { createInlineDecoders } from '../avro/tasks/inlineDecoders';
import type { Decoder, Decoders, DecoderSetup, Stretch, StretchResult } from '../avro/tasks/scanProgram';
import { usesPatterns } from '../avro/filter/usesPatterns';
import { Failure } from '../core/failure';
import { createDecodingThread, type DecodingThread } from './decodingThread';

export interface ThreadDecodersOptions {
  /** The bundle `worker.js`. */
  readonly workerFile: string;
  /** Stretches that are decoded at once. Default: as many as the machine has cores, less one for the editor; at least two, at most eight. */
  readonly threads?: number;
  /** Threads that have had nothing to do for so long are ended. Default 30,000. */
  readonly idleMs?: number;
  /** A thread that still works for a decoder so long after it was disposed of is ended. Default 1,000. */
  readonly answerMs?: number;
  /**
   * So many stored bytes of a scan are worked on in the caller's own thread alone: a small part pays for no threads. Default 2 MB. 0: nothing is worked on
   * there, however much there is.
   */
  readonly inlineBytes?: number;
}

/** Decoders on threads of their own, shared by all scans. */
export interface ThreadDecoders extends Decoders {
  /** Threads that exist; those at work; and stretches that wait for one. */
  readonly threadCount: number;
  readonly busyCount: number;
  readonly queued: number;
}

/** The caller's own thread decodes for so long at a time: it has stretches to deal, and pages to give. */
const sliceMs = 1;

/** As many as the machine has cores, less one; at least two, at most eight. */
export const defaultThreads = (): number => Math.min(8, Math.max(2, os.availableParallelism() - 1));

interface Job {
  readonly stretch: Stretch;
  readonly resolve: (result: StretchResult) => void;
  readonly reject: (failure: Failure) => void;
}

interface Client {
  readonly id: number;
  readonly setup: DecoderSetup;
  readonly flag: Int32Array<SharedArrayBuffer>;
  readonly queue: Job[];
  /** Decodes in the caller's own thread; `undefined`: not for this program, because nobody could end it there. */
  readonly here: Decoder | undefined;
  /** Stored bytes that are not worth a thread. */
  smallBytes: number;
}

/**
 * A pool of decoding threads: started with the first stretch of a scan that is not small, ended when idle. Decoders that have
 * stretches waiting take turns. A thread that ends by itself fails its stretch with `internal` and is replaced when it is needed.
 *
 * The caller's own thread is one of those that decode, in slices so short that nobody waits for it: a thread takes time to start, memory, and
 * two messages a stretch.
 */
export function createThreadDecoders(options: ThreadDecodersOptions): ThreadDecoders {
  return new Pool(options);
}

class Pool implements ThreadDecoders {
  readonly width: number;
  private readonly size: number;
  private readonly options: ThreadDecodersOptions;
  private readonly inline = createInlineDecoders(sliceMs);
  private isHereBusy = false;
  private readonly threads = new Set<DecodingThread>();
  /** Clients with stretches waiting, the one whose turn it is first. */
  private readonly waiting = new Set<Client>();
  private readonly clients = new Set<Client>();
  private idleTimer: NodeJS.Timeout | undefined;
  private lastId = 0;
  private isDisposed = false;
  /** Why the last thread that was wanted could not be started. */
  private whyNone = '';

  constructor(options: ThreadDecodersOptions) {
    this.options = options;
    this.size = Math.max(1, options.threads ?? defaultThreads());
    // A stretch more than there are threads waits, so that none of them does.
    this.width = this.size + 2;
  }

  get threadCount(): number {
    return this.threads.size;
  }

  get busyCount(): number {
    return [...this.threads].filter((thread) => thread.isBusy).length;
  }

  get queued(): number {
    let count = 0;
    for (const client of this.waiting) count += client.queue.length;
    return count;
  }

  open(setup: DecoderSetup): Decoder {
    const { inlineBytes = 2 * 1024 * 1024 } = this.options;
    // A regular expression may run for ever; on this thread nobody could end it.
    const mayBeHere = inlineBytes > 0 && !usesPatterns(setup.program);
    const client: Client = {
      id: ++this.lastId,
      setup,
      flag: new Int32Array(new SharedArrayBuffer(4)),
      queue: [],
      here: mayBeHere ? this.inline.open(setup) : undefined,
      smallBytes: inlineBytes,
    };
    this.clients.add(client);
    return {
      run: (stretch) => {
        if (this.isDisposed || !this.clients.has(client)) return Promise.reject(new Failure('cancelled'));
        return new Promise<StretchResult>((resolve, reject) => {
          client.smallBytes -= stretch.bytes.length;
          client.queue.push({ stretch, resolve, reject });
          this.waiting.add(client);
          this.deal();
        });
      },
      dispose: () => this.close(client),
    };
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.idleTimer);
    for (const client of [...this.clients]) this.close(client);
    for (const thread of this.threads) thread.end();
    this.threads.clear();
    this.inline.dispose();
  }

  private close(client: Client): void {
    if (!this.clients.delete(client)) return;
    Atomics.store(client.flag, 0, 1);
    client.here?.dispose();
    this.waiting.delete(client);
    for (const job of client.queue.splice(0)) job.reject(new Failure('cancelled'));
    for (const thread of this.threads) thread.forget(client.id);
  }

  /** Gives waiting stretches to whoever is free, starting threads that are missing. */
  private deal(): void {
    // Those that are waiting now: who has more than one goes to the end of the row.
    for (const client of this.waiting) {
      const thread = this.threadFor(client);
      if (thread === undefined && !this.mayWorkHere(client)) {
        // Nobody will ever be free.
        if (client.here === undefined && this.threads.size === 0) this.refuse(client);
        continue;
      }
      const job = client.queue.shift();
      this.waiting.delete(client);
      if (client.queue.length > 0) this.waiting.add(client);
      if (job === undefined) continue;
      clearTimeout(this.idleTimer);
      if (thread === undefined) this.workHere(client, job);
      else thread.run(client, job.stretch).then(job.resolve, job.reject);
    }
  }

  private refuse(client: Client): void {
    this.waiting.delete(client);
    const failure = new Failure('internal', { detail: `No decoding thread could be started: ${this.whyNone}` });
    for (const job of client.queue.splice(0)) job.reject(failure);
  }

  private mayWorkHere({ here }: Client): boolean {
    return here !== undefined && !this.isHereBusy;
  }

  private workHere({ here }: Client, { stretch, resolve, reject }: Job): void {
    this.isHereBusy = true;
    const done = (): void => {
      this.isHereBusy = false;
      this.next();
    };
    here?.run(stretch).then(resolve, reject).then(done, done);
  }

  /** A thread that is free, and up unless there is nobody else; or, where this one is busy too, one that may have its next stretch. */
  private threadFor(client: Client): DecodingThread | undefined {
    const { here } = client;
    const isSmall = here !== undefined && client.smallBytes >= 0;
    for (const thread of this.threads) if (!thread.isBusy && (thread.isUp || here === undefined)) return thread;
    if (here !== undefined && this.isHereBusy)
      for (const thread of this.threads) if (thread.mayHaveNext(client.id)) return thread;
    const most = here === undefined ? this.size : this.size - 1;
    if (isSmall || this.threads.size >= most) return undefined;
    const started = this.startThread();
    return here === undefined ? started : undefined;
  }

  /** `undefined`: the system gives no more of them; those that there are have to do. */
  private startThread(): DecodingThread | undefined {
    try {
      const thread = createDecodingThread({
        workerFile: this.options.workerFile,
        answerMs: this.options.answerMs ?? 1_000,
        onFree: () => this.next(),
        onEnd: () => {
          this.threads.delete(thread);
          this.next();
        },
      });
      this.threads.add(thread);
      return thread;
    } catch (error) {
      this.whyNone = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }

  private next(): void {
    if (this.isDisposed) return;
    this.deal();
    if ([...this.threads].some((thread) => thread.isBusy)) return;
    clearTimeout(this.idleTimer);
    if (this.threads.size === 0) return;
    this.idleTimer = setTimeout(() => {
      for (const thread of this.threads) thread.end();
      this.threads.clear();
    }, this.options.idleMs ?? 30_000);
    // Nobody's process is kept alive by threads that have nothing to do.
    this.idleTimer.unref();
  }
}
