import { hashHigh, hashLow } from './valueHash';

/**
 * Counts of values, known by their bytes. Exact up to 1,024 different ones. From then on only values that turn up four times within some thousand get in,
 * and when there are 512 each count is lowered so that 256 are left (Misra & Gries 1982): what is frequent stays, and
 * counts are right from below. The same sequence of values gives the same table in WebAssembly (`assembly/valueTable.ts`).
 */
export const exactLimit = 1024;
const heavyLimit = 512;
const heavyKept = 256;
/** One value in so many is frequent. */
const frequentShare = 256;
/** Values of more bytes are told apart by hash and length, and kept up to here. */
export const keptBytes = 200;
/** Hashes of values that turned up lately, and in their lowest bits how often: after so many times a value gets in. */
const doorSlots = 2048;
const doorCount = 3;

/** A table as it crosses threads: `count` entries, in no order. */
export interface TableSketch {
  readonly count: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each entry's kept bytes end. */
  readonly ends: Uint32Array<ArrayBuffer>;
  readonly counts: Float64Array<ArrayBuffer>;
  /** Bytes, and code points or bytes, of the whole value. */
  readonly sizes: Uint32Array<ArrayBuffer>;
  readonly lengths: Uint32Array<ArrayBuffer>;
  /** Two halves for each entry: low, high. */
  readonly hashes: Int32Array<ArrayBuffer>;
}

/** Told of an entry whose count is lowered: the rest of it is known nowhere else. */
export type OnLowered = (entry: number, by: number) => void;

export class ValueTable {
  size = 0;
  isExact = true;
  /** What counts have been lowered by in all. */
  private lowered = 0;
  private slots = new Int32Array(64).fill(-1);
  private hashes = new Int32Array(64);
  private starts = new Int32Array(32);
  private bytes = Buffer.alloc(512);
  private used = 0;
  private door: Int32Array | undefined;
  counts = new Float64Array(32);
  sizes = new Uint32Array(32);
  lengths = new Uint32Array(32);

  /** The entry of a value whose hash has just been made (`hashBytes`), or -1. */
  find(data: Uint8Array, start: number, end: number): number {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    const low = hashLow();
    const high = hashHigh();
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] as number;
      if (entry < 0) return -1;
      if (hashes[entry * 2] === low && hashes[entry * 2 + 1] === high && this.isSame(entry, data, start, end))
        return entry;
    }
  }

  private isSame(entry: number, data: Uint8Array, start: number, end: number): boolean {
    if (this.sizes[entry] !== end - start) return false;
    const kept = Math.min(keptBytes, end - start);
    const from = this.starts[entry] as number;
    for (let i = 0; i < kept; i++) {
      if (this.bytes[from + i] !== data[start + i]) return false;
    }
    return true;
  }

  /**
   * After `find` has found nothing: takes the value in, or not. Gives its entry or -1. `length`: in code points, or bytes.
   * While the table is exact it takes in everything; before the 1,025th value it must be told to cease to be (`endExact`).
   */
  admit(data: Uint8Array, start: number, end: number, length: number, onLowered: OnLowered): number {
    if (!this.isExact) {
      const door = (this.door ??= new Int32Array(doorSlots));
      const slot = (hashHigh() >>> 3) & (doorSlots - 1);
      const mark = hashLow() & ~doorCount;
      // The count of another value in the slot begins anew.
      const times = ((door[slot] as number) - mark) >>> 0;
      if (times !== doorCount) {
        door[slot] = mark + (times < doorCount ? times + 1 : 1);
        return -1;
      }
      if (this.size >= heavyLimit) this.lower(onLowered);
    }
    return this.insert(data, start, end, end - start, length, hashLow(), hashHigh());
  }

  /** After `find` has found nothing: takes a value in, whether or not there is room. */
  put(value: Uint8Array, length: number): number {
    return this.insert(value, 0, value.length, value.length, length, hashLow(), hashHigh());
  }

  private insert(
    data: Uint8Array,
    start: number,
    end: number,
    size: number,
    length: number,
    low: number,
    high: number,
  ): number {
    const entry = this.size++;
    if (entry === this.counts.length) this.growEntries();
    const kept = Math.min(keptBytes, end - start);
    if (this.used + kept > this.bytes.length) {
      const larger = Buffer.alloc((this.used + kept) * 2);
      larger.set(this.bytes.subarray(0, this.used));
      this.bytes = larger;
    }
    this.bytes.set(data.subarray(start, start + kept), this.used);
    this.starts[entry] = this.used;
    this.used += kept;
    this.sizes[entry] = size;
    this.lengths[entry] = length;
    this.counts[entry] = 0;
    this.hashes[entry * 2] = low;
    this.hashes[entry * 2 + 1] = high;
    if (this.size * 2 > this.slots.length) this.rehash(this.slots.length * 2);
    else this.place(entry);
    return entry;
  }

  private place(entry: number): void {
    const mask = this.slots.length - 1;
    let slot = (this.hashes[entry * 2] as number) & mask;
    while ((this.slots[slot] as number) >= 0) slot = (slot + 1) & mask;
    this.slots[slot] = entry;
  }

  private rehash(slots: number): void {
    this.slots = new Int32Array(slots).fill(-1);
    for (let entry = 0; entry < this.size; entry++) this.place(entry);
  }

  private growEntries(): void {
    const size = this.counts.length * 2;
    this.counts = grown(this.counts, new Float64Array(size));
    this.sizes = grown(this.sizes, new Uint32Array(size));
    this.lengths = grown(this.lengths, new Uint32Array(size));
    this.starts = grown(this.starts, new Int32Array(size));
    this.hashes = grown(this.hashes, new Int32Array(size * 2));
  }

  /** There will be more different values than can be counted: those that there were only one of make room. */
  endExact(onLowered: OnLowered): void {
    this.isExact = false;
    this.drop(1, 0, onLowered);
  }

  /** Lowers all counts by the same, so that at most so many entries are left. */
  lower(onLowered: OnLowered, kept = heavyKept): void {
    const sorted = this.counts.slice(0, this.size).sort();
    const by = sorted[this.size - kept - 1] as number;
    this.lowered += by;
    this.drop(by, by, onLowered);
  }

  /** Whether, of so many values that were looked for, one may be frequent. */
  holdsFrequent(values: number): boolean {
    let most = 0;
    for (let entry = 0; entry < this.size; entry++) most = Math.max(most, this.counts[entry] as number);
    return (most + this.lowered) * frequentShare >= values;
  }

  /** Drops entries of at most so many, and lowers the others. */
  private drop(most: number, by: number, onLowered: OnLowered): void {
    for (let entry = 0; entry < this.size; entry++) {
      const count = this.counts[entry] as number;
      onLowered(entry, count <= most ? count : by);
    }
    const old = this.bytes;
    this.bytes = Buffer.alloc(old.length);
    this.used = 0;
    let kept = 0;
    for (let entry = 0; entry < this.size; entry++) {
      const count = this.counts[entry] as number;
      if (count <= most) continue;
      const start = this.starts[entry] as number;
      const size = Math.min(keptBytes, this.sizes[entry] as number);
      this.bytes.set(old.subarray(start, start + size), this.used);
      this.starts[kept] = this.used;
      this.used += size;
      this.counts[kept] = count - by;
      this.sizes[kept] = this.sizes[entry] as number;
      this.lengths[kept] = this.lengths[entry] as number;
      this.hashes[kept * 2] = this.hashes[entry * 2] as number;
      this.hashes[kept * 2 + 1] = this.hashes[entry * 2 + 1] as number;
      kept++;
    }
    this.size = kept;
    this.rehash(this.slots.length);
  }

  /** The kept bytes of an entry; good until the table changes. */
  keptOf(entry: number): Buffer {
    const start = this.starts[entry] as number;
    return this.bytes.subarray(start, start + Math.min(keptBytes, this.sizes[entry] as number));
  }

  lowOf(entry: number): number {
    return this.hashes[entry * 2] as number;
  }

  highOf(entry: number): number {
    return this.hashes[entry * 2 + 1] as number;
  }

  /** Takes in all entries of another table, whether or not there is room; `lower` makes room again. */
  addAll(more: TableSketch): void {
    let start = 0;
    for (let index = 0; index < more.count; index++) {
      const end = more.ends[index] as number;
      const entry = this.entryLike(more, index, start, end);
      this.counts[entry] = (this.counts[entry] as number) + (more.counts[index] as number);
      start = end;
    }
  }

  private entryLike(more: TableSketch, index: number, start: number, end: number): number {
    const low = more.hashes[index * 2] as number;
    const high = more.hashes[index * 2 + 1] as number;
    const size = more.sizes[index] as number;
    const mask = this.slots.length - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot] as number;
      if (entry < 0) break;
      const isAlike = this.lowOf(entry) === low && this.highOf(entry) === high && this.sizes[entry] === size;
      if (isAlike && this.keptOf(entry).equals(more.bytes.subarray(start, end))) return entry;
    }
    return this.insert(more.bytes, start, end, size, more.lengths[index] as number, low, high);
  }

  /** Entries of a count of at least `least`; the others are told. */
  sketch(least: number, onLowered: OnLowered): TableSketch {
    const entries: number[] = [];
    let bytes = 0;
    for (let entry = 0; entry < this.size; entry++) {
      const count = this.counts[entry] as number;
      if (count < least) {
        onLowered(entry, count);
        continue;
      }
      entries.push(entry);
      bytes += this.keptOf(entry).length;
    }
    const result = {
      count: entries.length,
      bytes: new Uint8Array(bytes),
      ends: new Uint32Array(entries.length),
      counts: Float64Array.from(entries, (entry) => this.counts[entry] as number),
      sizes: Uint32Array.from(entries, (entry) => this.sizes[entry] as number),
      lengths: Uint32Array.from(entries, (entry) => this.lengths[entry] as number),
      hashes: new Int32Array(entries.length * 2),
    };
    let at = 0;
    for (const [index, entry] of entries.entries()) {
      const kept = this.keptOf(entry);
      result.bytes.set(kept, at);
      at += kept.length;
      result.ends[index] = at;
      result.hashes[index * 2] = this.lowOf(entry);
      result.hashes[index * 2 + 1] = this.highOf(entry);
    }
    return result;
  }
}

function grown<T extends Float64Array | Uint32Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
