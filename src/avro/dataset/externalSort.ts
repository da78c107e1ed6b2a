import { Failure, throwIfAborted } from '../../core/failure';
import { freeBytes } from '../container/freeBytes';
import type { OpenScratch, ScratchFile } from './scratchFile';
import type { SortKeys } from '../tasks/sortKeys';
import { mergeKeys, mergeRuns, recordHeadBytes, type SpilledRun } from './mergeRuns';
import { sortRun } from './sortRun';

export interface ExternalSortOptions {
  /** For keys and what sorting them takes. Default 32 MB. */
  readonly memoryBytes?: number;
  /** For the order itself; a larger one is kept on disk. Default 64 MB, which is 16 million rows. */
  readonly orderBytes?: number;
  /** Without it, keys that do not fit in memory are refused. */
  readonly openScratch?: OpenScratch;
  readonly signal?: AbortSignal;
}

/** Puts rows in the order of their keys, with memory bounded. */
export interface ExternalSort {
  /** The keys of the next rows; `query.invalid` if they are more than fit in memory and there is no scratch file. */
  add(keys: SortKeys): Promise<void>;
  finish(): Promise<RowOrder>;
  /** In place of `finish`: the keys themselves, in order; their bytes are the reader's own. Frees everything when it ends. */
  keys(): AsyncGenerator<readonly Uint8Array[], void, undefined>;
  /** Frees everything, unless `finish` has given it away. */
  dispose(): void;
}

/** The rows in order: for each place which row it is, as they were added. */
export interface RowOrder {
  readonly length: number;
  /** Bytes that were written to disk for it. */
  readonly spilledBytes: number;
  /** Rows at places `first … first + count - 1`, which are all below `length`. */
  read(first: number, count: number): Promise<Uint32Array>;
  dispose(): void;
}

const defaultMemoryBytes = 32 * 1024 * 1024;
const defaultOrderBytes = 64 * 1024 * 1024;
/** What a key takes while it is sorted, beside its bytes. */
const bytesPerKey = 20;
/** More keys than that are many. */
const largeBytes = 1024 * 1024;
const keysAtOnce = 256;
const writeBytes = 1024 * 1024;
/** Work at most this long before letting requests in. */
const sliceMs = 8;

export function createExternalSort(options: ExternalSortOptions = {}): ExternalSort {
  return new Sorter(options);
}

class Sorter implements ExternalSort {
  private readonly options: ExternalSortOptions;
  private readonly memoryBytes: number;
  private bytes = new Uint8Array(64 * 1024);
  private length = 0;
  private starts = new Uint32Array(1024);
  private count = 0;
  private total = 0;
  private readonly runs: SpilledRun[] = [];
  private scratch: ScratchFile | undefined;
  private written = 0;

  constructor(options: ExternalSortOptions) {
    this.options = options;
    this.memoryBytes = options.memoryBytes ?? defaultMemoryBytes;
  }

  async add({ bytes, ends }: SortKeys): Promise<void> {
    throwIfAborted(this.options.signal);
    let from = 0;
    for (let key = 0; key < ends.length;) {
      // As many as fit; one at least, however long it is.
      const room = this.memoryBytes - this.length - bytesPerKey * this.count;
      const first = key;
      const start = from;
      while (
        key < ends.length &&
        ((ends[key] as number) - start + bytesPerKey * (key + 1 - first) <= room ||
          (this.count === 0 && key === first))
      ) {
        from = ends[key++] as number;
      }
      this.take(bytes.subarray(start, from), start, ends.subarray(first, key));
      if (key < ends.length) await this.spill();
    }
  }

  async finish(): Promise<RowOrder> {
    const length = this.total + this.count;
    if (length >= 2 ** 32) throw new Failure('query.invalid', { detail: 'more rows than can be sorted' });
    const orderBytes = this.options.orderBytes ?? defaultOrderBytes;
    if (this.runs.length === 0) {
      const order = await this.sorted();
      this.free();
      return orderInMemory(order, 0);
    }
    if (this.count > 0) await this.spill();
    this.free();
    const scratch = this.scratch as ScratchFile;
    const merged = mergeRuns(this.runs, scratch, this.options.signal);
    if (length * 4 <= orderBytes) {
      const order = new Uint32Array(length);
      let at = 0;
      for await (const rows of merged) {
        order.set(rows, at);
        at += rows.length;
      }
      this.dispose();
      return orderInMemory(order, this.written);
    }
    const base = this.written;
    for await (const rows of merged) {
      const copy = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
      await scratch.write(this.written, copy);
      this.written += copy.length;
    }
    this.scratch = undefined;
    return orderOnDisk(scratch, base, length, this.written);
  }

  async *keys(): AsyncGenerator<readonly Uint8Array[], void, undefined> {
    try {
      if (this.runs.length > 0) {
        if (this.count > 0) await this.spill();
        this.free();
        yield* mergeKeys(this.runs, this.scratch as ScratchFile, this.options.signal);
        return;
      }
      const order = await this.sorted();
      for (let first = 0; first < order.length; first += keysAtOnce) {
        yield Array.from(order.subarray(first, first + keysAtOnce), (key) =>
          this.bytes.slice(this.starts[key], this.starts[key + 1]),
        );
        throwIfAborted(this.options.signal);
      }
    } finally {
      this.dispose();
    }
  }

  dispose(): void {
    this.free();
    this.scratch?.dispose();
    this.scratch = undefined;
  }

  private take(bytes: Uint8Array, base: number, ends: Uint32Array): void {
    const needed = this.length + bytes.length;
    if (needed > this.bytes.length) {
      // What is not written to takes no memory: from a megabyte on there is room for all that may come.
      const grown = new Uint8Array(needed > largeBytes ? Math.max(needed, this.memoryBytes) : 2 * needed);
      grown.set(this.bytes.subarray(0, this.length));
      freeBytes(this.bytes);
      this.bytes = grown;
    }
    if (this.count + ends.length + 1 > this.starts.length) {
      const grown = new Uint32Array(Math.max(this.count + ends.length + 1, this.starts.length * 2));
      grown.set(this.starts.subarray(0, this.count + 1));
      this.starts = grown;
    }
    this.bytes.set(bytes, this.length);
    for (let key = 0; key < ends.length; key++) {
      this.starts[this.count + 1 + key] = this.length + (ends[key] as number) - base;
    }
    this.count += ends.length;
    this.length = needed;
  }

  private async sorted(): Promise<Uint32Array<ArrayBuffer>> {
    const steps = sortRun(this.bytes, this.starts, this.count);
    let sliceStart = performance.now();
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      throwIfAborted(this.options.signal);
      if (performance.now() - sliceStart < sliceMs) continue;
      await new Promise<void>((resolve) => setImmediate(resolve));
      sliceStart = performance.now();
    }
  }

  /** Writes what is in memory as one sorted run: for each key its length, its row and its bytes. */
  private async spill(): Promise<void> {
    const { openScratch } = this.options;
    if (openScratch === undefined) {
      throw new Failure('query.invalid', {
        detail: 'too many rows to sort in memory, and there is no place on disk',
      });
    }
    const order = await this.sorted();
    this.scratch ??= await openScratch();
    throwIfAborted(this.options.signal);
    const start = this.written;
    let chunk = Buffer.allocUnsafeSlow(writeBytes);
    let used = 0;
    for (const key of order) {
      const from = this.starts[key] as number;
      const size = (this.starts[key + 1] as number) - from;
      if (used + recordHeadBytes + size > chunk.length) {
        await this.write(chunk.subarray(0, used));
        used = 0;
        if (recordHeadBytes + size > chunk.length) chunk = Buffer.allocUnsafeSlow(recordHeadBytes + size);
      }
      chunk.writeUInt32LE(size, used);
      chunk.writeUInt32LE(this.total + key, used + 4);
      chunk.set(this.bytes.subarray(from, from + size), used + recordHeadBytes);
      used += recordHeadBytes + size;
    }
    await this.write(chunk.subarray(0, used));
    freeBytes(chunk);
    freeBytes(new Uint8Array(order.buffer));
    this.runs.push({ start, end: this.written, keys: this.count });
    this.total += this.count;
    this.count = 0;
    this.length = 0;
  }

  private async write(bytes: Uint8Array): Promise<void> {
    throwIfAborted(this.options.signal);
    await (this.scratch as ScratchFile).write(this.written, bytes);
    this.written += bytes.length;
  }

  private free(): void {
    freeBytes(this.bytes);
    this.bytes = new Uint8Array(0);
    this.starts = new Uint32Array(1);
  }
}

function orderInMemory(order: Uint32Array, spilledBytes: number): RowOrder {
  return {
    length: order.length,
    spilledBytes,
    read: (first, count) => Promise.resolve(order.subarray(first, first + count)),
    dispose: () => undefined,
  };
}

function orderOnDisk(scratch: ScratchFile, base: number, length: number, spilledBytes: number): RowOrder {
  return {
    length,
    spilledBytes,
    async read(first, count) {
      const bytes = await scratch.read(base + 4 * first, 4 * count);
      const order = new Uint32Array(count);
      new Uint8Array(order.buffer).set(bytes);
      return order;
    },
    dispose: () => scratch.dispose(),
  };
}
