import { freeBytes } from '../container/freeBytes';
import type { SortKeys } from '../tasks/sortKeys';

/** Bytes of keys given out at a time, or one key. */
const batchBytes = 256 * 1024;
const firstEnds = 1024;

/**
 * Gathers keys that are given out some at a time. All of a batch lie in one buffer: one for each key would leave the collector with a million
 * of them, and the heap that they were taken from full of holes.
 */
export class KeyPacker {
  private readonly skip: number;
  private bytes = new Uint8Array(0);
  private ends = new Uint32Array(firstEnds);
  private length = 0;
  private count = 0;

  /** `skip`: so many bytes at the beginning of each key are left out. */
  constructor(skip: number) {
    this.skip = skip;
  }

  /** A key that lies between two offsets. True if there are enough for a batch. */
  add(from: Uint8Array, keyStart: number, end: number): boolean {
    const start = keyStart + this.skip;
    const length = this.length + end - start;
    if (length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(length, batchBytes + batchBytes / 4));
      larger.set(this.bytes.subarray(0, this.length));
      freeBytes(this.bytes);
      this.bytes = larger;
    }
    if (this.count === this.ends.length) {
      const larger = new Uint32Array(2 * this.count);
      larger.set(this.ends);
      this.ends = larger;
    }
    // A call into the engine costs more than a few bytes do.
    if (end - start <= 32)
      for (let at = start, to = this.length; at < end; at++) this.bytes[to++] = from[at] as number;
    else this.bytes.set(from.subarray(start, end), this.length);
    this.length = length;
    this.ends[this.count++] = length;
    return length >= batchBytes;
  }

  /** What was gathered, in buffers of its own; from here on it is empty. */
  take(): SortKeys {
    const keys = { bytes: this.bytes.slice(0, this.length), ends: this.ends.slice(0, this.count) };
    this.length = 0;
    this.count = 0;
    return keys;
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  dispose(): void {
    freeBytes(this.bytes);
    this.bytes = new Uint8Array(0);
  }
}
