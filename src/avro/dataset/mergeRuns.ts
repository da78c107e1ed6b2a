import { throwIfAborted } from '../../core/failure';
import { freeBytes } from '../container/freeBytes';
import { reserveBytes } from '../container/reserveBytes';
import type { SortKeys } from '../tasks/sortKeys';
import { KeyPacker } from './keyPacker';
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
const readBytes = 8 * 1024 * 1024;
const leastRead = 16 * 1024;
const mostRead = 1024 * 1024;
/** Rows given out at a time. */
const batchRows = 64 * 1024;

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
  try {
    while ((await merged.next()).done !== true) {
      yield rows.subarray(0, count);
      count = 0;
    }
  } finally {
    await merged.return();
  }
}

/** The keys of all runs in order, each without its first `skip` bytes; their memory is the reader's own. */
export async function* mergeKeys(
  runs: readonly SpilledRun[],
  scratch: ScratchFile,
  skip: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<SortKeys, void, undefined> {
  const packer = new KeyPacker(skip);
  const take = ({ bytes, keyStart, keyEnd }: RunReader): boolean => packer.add(bytes, keyStart, keyEnd);
  const merged = merge(runs, scratch, signal, take);
  try {
    while ((await merged.next()).done !== true) if (!packer.isEmpty) yield packer.take();
  } finally {
    await merged.return();
    packer.dispose();
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
  const space = reserveBytes(size * runs.length);
  const readers = runs.map(
    (run, index) => new RunReader(run, index, scratch, space.subarray(index * size, (index + 1) * size)),
  );
  try {
    yield* mergeReaders(readers, signal, take);
  } finally {
    for (const reader of readers) reader.dispose();
    freeBytes(space);
  }
}

async function* mergeReaders(
  readers: readonly RunReader[],
  signal: AbortSignal | undefined,
  take: (reader: RunReader) => boolean,
): AsyncGenerator<undefined, void, undefined> {
  const heap: RunReader[] = [];
  for (const reader of readers) {
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
  /** What was read lies here; the key that it stands at between `keyStart` and `keyEnd`. */
  bytes: Uint8Array<ArrayBuffer>;
  keyStart = 0;
  keyEnd = 0;
  private length = 0;
  private at = 0;
  private position: number;
  private readonly end: number;
  private readonly scratch: ScratchFile;
  private readonly space: Uint8Array<ArrayBuffer>;

  /** `space`: for reading, over and over. */
  constructor(run: SpilledRun, index: number, scratch: ScratchFile, space: Uint8Array<ArrayBuffer>) {
    this.index = index;
    this.position = run.start;
    this.end = run.end;
    this.scratch = scratch;
    this.space = space;
    this.bytes = space;
  }

  /** True if the next key is in memory, or there is none. */
  hasNext(): boolean {
    const left = this.length - this.at;
    if (left === 0 && this.position >= this.end) return true;
    return left >= recordHeadBytes && left >= recordHeadBytes + this.number(this.at);
  }

  /** Reads on until the next key is in memory. */
  async fill(): Promise<void> {
    while (!this.hasNext()) {
      const left = this.length - this.at;
      this.makeRoom(left >= recordHeadBytes ? recordHeadBytes + this.number(this.at) : 0);
      const count = Math.min(this.bytes.length - left, this.end - this.position);
      await this.scratch.read(this.position, this.bytes.subarray(left, left + count));
      this.length = left + count;
      this.position += count;
    }
  }

  dispose(): void {
    if (this.bytes !== this.space) freeBytes(this.bytes);
  }

  /** Moves what is left to the beginning of its space, or of one that is large enough for the next key. */
  private makeRoom(needed: number): void {
    const { bytes: old, space } = this;
    const left = old.subarray(this.at, this.length);
    if (needed > old.length) this.bytes = new Uint8Array(needed);
    else if (needed <= space.length && left.length <= space.length) this.bytes = space;
    if (this.bytes === old) old.copyWithin(0, this.at, this.length);
    else {
      this.bytes.set(left);
      if (old !== space) freeBytes(old);
    }
    this.length = left.length;
    this.at = 0;
  }

  /** Moves to the next key, which is in memory; false at the end. */
  next(): boolean {
    if (this.at >= this.length) return false;
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
