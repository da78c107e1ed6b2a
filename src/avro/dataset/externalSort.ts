import { Failure, throwIfAborted } from '../../core/failure';
import { freeBytes } from '../container/freeBytes';
import { reserveBytes } from '../container/reserveBytes';
import type { OpenScratch, ScratchFile } from './scratchFile';
import type { SortKeys } from '../tasks/sortKeys';
import { KeyPacker } from './keyPacker';
import { mergeKeys, mergeRuns, recordHeadBytes, type SpilledRun } from './mergeRuns';
import { roomPerKey, sortRun } from './sortRun';

export interface ExternalSortOptions {
  /** For keys and what sorting them takes. Default 16 MB. */
  readonly memoryBytes?: number;
  /** For the order itself; that of keys which were on disk is kept there if it is larger. Default 8 MB, which is 2 million rows. */
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
  /**
   * In place of `finish`: the keys themselves, in order, some at a time, each without its first `skip` bytes; their memory is the reader's own. Frees
   * everything when it ends.
   */
  keys(skip: number): AsyncGenerator<SortKeys, void, undefined>;
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

const defaultMemoryBytes = 16 * 1024 * 1024;
const defaultOrderBytes = 8 * 1024 * 1024;
const wordBytes = 4;
/** What a key takes while it is sorted, beside its bytes: where it starts, and room to sort. */
const bytesPerKey = wordBytes * (1 + roomPerKey);
/** The end of the last key, and bytes to round up. */
const slackBytes = 4 * wordBytes;
/** More keys than that are many. */
const largeBytes = 1024 * 1024;
const firstBytes = 64 * 1024;
const writeBytes = 256 * 1024;
/** Work at most this long before letting requests in. */
const sliceMs = 8;

export function createExternalSort(options: ExternalSortOptions = {}): ExternalSort {
  return new Sorter(options);
}

class Sorter implements ExternalSort {
  private readonly options: ExternalSortOptions;
  private readonly memoryBytes: number;
  /** Keys from its beginning, where they start from its end towards them, and between the two room to sort: one space for all runs. */
  private bytes = new Uint8Array(firstBytes);
  private words = new Uint32Array(this.bytes.buffer);
  private length = 0;
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
      const { order } = await this.sorted();
      const copy = order.slice();
      this.free();
      return orderInMemory(copy, 0);
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

  async *keys(skip: number): AsyncGenerator<SortKeys, void, undefined> {
    try {
      if (this.runs.length > 0) {
        if (this.count > 0) await this.spill();
        this.free();
        yield* mergeKeys(this.runs, this.scratch as ScratchFile, skip, this.options.signal);
      } else yield* this.keysInMemory(skip);
    } finally {
      this.dispose();
    }
  }

  dispose(): void {
    this.free();
    this.scratch?.dispose();
    this.scratch = undefined;
  }

  private async *keysInMemory(skip: number): AsyncGenerator<SortKeys, void, undefined> {
    const { order, starts } = await this.sorted();
    const packer = new KeyPacker(skip);
    try {
      for (const key of order) {
        if (!packer.add(this.bytes, starts[key] as number, starts[key + 1] as number)) continue;
        yield packer.take();
        throwIfAborted(this.options.signal);
      }
      if (!packer.isEmpty) yield packer.take();
    } finally {
      packer.dispose();
    }
  }

  private take(bytes: Uint8Array, base: number, ends: Uint32Array): void {
    this.makeRoom(this.length + bytes.length, this.count + ends.length);
    const { words } = this;
    const last = words.length - 1;
    this.bytes.set(bytes, this.length);
    words[last] = 0;
    for (let key = 0; key < ends.length; key++) {
      words[last - this.count - 1 - key] = this.length + (ends[key] as number) - base;
    }
    this.count += ends.length;
    this.length += bytes.length;
  }

  private makeRoom(length: number, count: number): void {
    const needed = length + bytesPerKey * count + slackBytes;
    const old = this.bytes;
    if (needed <= old.length) return;
    const isMany = needed > largeBytes;
    // What is not written to takes no memory: from a megabyte on there is room for all that may come.
    const wanted = isMany ? Math.max(needed, this.memoryBytes + slackBytes) : 2 * needed;
    const size = Math.ceil(wanted / wordBytes) * wordBytes;
    this.bytes = isMany ? reserveBytes(size) : new Uint8Array(size);
    this.bytes.set(old.subarray(0, this.length));
    const starts = this.words.subarray(this.words.length - this.count - 1);
    this.words = new Uint32Array(this.bytes.buffer);
    this.words.set(starts, this.words.length - starts.length);
    freeBytes(old);
  }

  /** Puts what is in memory in order; after that nothing may be added to it. */
  private async sorted(): Promise<SortedKeys> {
    const { words, count } = this;
    const starts = words.subarray(words.length - count - 1).reverse();
    const room = words.subarray(Math.ceil(this.length / wordBytes), words.length - starts.length);
    const steps = sortRun(this.bytes, starts, count, room);
    let sliceStart = performance.now();
    for (;;) {
      const step = steps.next();
      if (step.done === true) return { order: step.value, starts };
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
    const { order, starts } = await this.sorted();
    this.scratch ??= await openScratch();
    throwIfAborted(this.options.signal);
    const start = this.written;
    let chunk = Buffer.allocUnsafeSlow(writeBytes);
    let used = 0;
    for (const key of order) {
      const from = starts[key] as number;
      const size = (starts[key + 1] as number) - from;
      if (used + recordHeadBytes + size > chunk.length) {
        await this.write(chunk.subarray(0, used));
        used = 0;
        if (recordHeadBytes + size > chunk.length) {
          freeBytes(chunk);
          chunk = Buffer.allocUnsafeSlow(recordHeadBytes + size);
        }
      }
      chunk.writeUInt32LE(size, used);
      chunk.writeUInt32LE(this.total + key, used + 4);
      chunk.set(this.bytes.subarray(from, from + size), used + recordHeadBytes);
      used += recordHeadBytes + size;
    }
    await this.write(chunk.subarray(0, used));
    freeBytes(chunk);
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
    this.words = new Uint32Array(0);
    this.length = 0;
    this.count = 0;
  }
}

interface SortedKeys {
  readonly order: Uint32Array<ArrayBuffer>;
  /** Of each key in the order in which it came; behind the last one its end. */
  readonly starts: Uint32Array<ArrayBuffer>;
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
      const order = new Uint32Array(count);
      await scratch.read(base + 4 * first, new Uint8Array(order.buffer));
      return order;
    },
    dispose: () => scratch.dispose(),
  };
}
