import { throwIfAborted } from '../../core/failure';
import { freeBytes } from '../container/freeBytes';
import type { ScratchFile } from './scratchFile';
import { compareBytes } from './sortRun';

/** Keys in order in a scratch file; rows of an earlier run come before those of a later one. */
export interface SpilledRun {
  readonly start: number;
  readonly end: number;
  readonly keys: number;
}

/** Of a key in a run: its length and its row, each four bytes, lowest first. */
export const recordHeadBytes = 8;

/** For all runs together; each is read in pieces of at least 16 KB. */
const readBytes = 16 * 1024 * 1024;
const leastRead = 16 * 1024;
const mostRead = 1024 * 1024;
/** Rows given out at a time. */
const batchRows = 64 * 1024;
/** Bytes of keys given out at a time, or one key. */
const batchBytes = 256 * 1024;

/** The rows of all runs in the order of their keys, equal ones in their own order. What is given is valid until more is asked for. */
export async function* mergeRuns(
  runs: readonly SpilledRun[],
  scratch: ScratchFile,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint32Array<ArrayBuffer>, void, undefined> {
  const rows = new Uint32Array(batchRows);
  let count = 0;
  const take = ({ row }: RunReader): boolean => {
    rows[count++] = row;
    return count === batchRows;
  };
  const merged = merge(runs, scratch, signal, take);
  while ((await merged.next()).done !== true) {
    yield rows.subarray(0, count);
    count = 0;
  }
}

/** The keys of all runs in order; their bytes are the reader's own. */
export async function* mergeKeys(
  runs: readonly SpilledRun[],
  scratch: ScratchFile,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly Uint8Array[], void, undefined> {
  let keys: Uint8Array[] = [];
  let size = 0;
  const take = ({ bytes, keyStart, keyEnd }: RunReader): boolean => {
    keys.push(bytes.slice(keyStart, keyEnd));
    size += keyEnd - keyStart;
    return size >= batchBytes;
  };
  const merged = merge(runs, scratch, signal, take);
  while ((await merged.next()).done !== true) {
    yield keys;
    keys = [];
    size = 0;
  }
}

/** Hands one key after another to `take`, and yields when it says that it has enough, and at the end. */
async function* merge(
  runs: readonly SpilledRun[],
  scratch: ScratchFile,
  signal: AbortSignal | undefined,
  take: (reader: RunReader) => boolean,
): AsyncGenerator<undefined, void, undefined> {
  const size = Math.min(mostRead, Math.max(leastRead, Math.floor(readBytes / Math.max(1, runs.length))));
  const heap: RunReader[] = [];
  for (const [index, run] of runs.entries()) {
    const reader = new RunReader(run, index, scratch, size);
    await reader.fill();
    if (reader.next()) heap.push(reader);
  }
  for (let at = (heap.length >>> 1) - 1; at >= 0; at--) siftDown(heap, at);
  while (heap.length > 0) {
    const least = heap[0] as RunReader;
    if (take(least)) {
      yield;
      throwIfAborted(signal);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    if (!least.hasNext()) {
      await least.fill();
      throwIfAborted(signal);
    }
    if (!least.next()) {
      const last = heap.pop() as RunReader;
      if (heap.length === 0) break;
      heap[0] = last;
    }
    siftDown(heap, 0);
  }
  yield;
}

class RunReader {
  readonly index: number;
  row = 0;
  bytes: Uint8Array = new Uint8Array(0);
  keyStart = 0;
  keyEnd = 0;
  private at = 0;
  private position: number;
  private readonly end: number;
  private readonly scratch: ScratchFile;
  private readonly size: number;

  constructor(run: SpilledRun, index: number, scratch: ScratchFile, size: number) {
    this.index = index;
    this.position = run.start;
    this.end = run.end;
    this.scratch = scratch;
    this.size = size;
  }

  /** True if the next key is in memory, or there is none. */
  hasNext(): boolean {
    const left = this.bytes.length - this.at;
    if (left === 0 && this.position >= this.end) return true;
    return left >= recordHeadBytes && left >= recordHeadBytes + this.number(this.at);
  }

  /** Reads on until the next key is in memory. */
  async fill(): Promise<void> {
    while (!this.hasNext()) {
      const left = this.bytes.subarray(this.at);
      const known = left.length >= recordHeadBytes ? recordHeadBytes + this.number(this.at) : 0;
      const count = Math.min(Math.max(this.size, known - left.length), this.end - this.position);
      const more = await this.scratch.read(this.position, count);
      const bytes = new Uint8Array(left.length + count);
      bytes.set(left);
      bytes.set(more, left.length);
      freeBytes(more);
      freeBytes(this.bytes);
      this.bytes = bytes;
      this.at = 0;
      this.position += count;
    }
  }

  /** Moves to the next key, which is in memory; false at the end. */
  next(): boolean {
    if (this.at >= this.bytes.length) return false;
    this.keyStart = this.at + recordHeadBytes;
    this.keyEnd = this.keyStart + this.number(this.at);
    this.row = this.number(this.at + 4);
    this.at = this.keyEnd;
    return true;
  }

  private number(at: number): number {
    const { bytes } = this;
    return (
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24)) >>>
      0
    );
  }
}

function comesFirst(one: RunReader, other: RunReader): boolean {
  const order = compareBytes(one.bytes, one.keyStart, one.keyEnd, other.bytes, other.keyStart, other.keyEnd);
  return order === 0 ? one.index < other.index : order < 0;
}

function siftDown(heap: RunReader[], from: number): void {
  const reader = heap[from] as RunReader;
  let at = from;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && comesFirst(heap[child + 1] as RunReader, heap[child] as RunReader)) child++;
    if (!comesFirst(heap[child] as RunReader, reader)) break;
    heap[at] = heap[child] as RunReader;
    at = child;
  }
  heap[at] = reader;
}
