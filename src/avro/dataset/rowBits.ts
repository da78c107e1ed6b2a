/**
 * One bit a row, appended run by run, with counts kept so that a rank takes a few words and a place a binary search. Half of a byte a row at
 * most while it grows; 3 million rows are 375 KB.
 */
export class RowBits {
  /** Rows known so far. */
  rows = 0;
  /** Bits that are set among them. */
  count = 0;
  private words = new Uint32Array(64);
  /** Bits set before each group of 16 words (512 rows). */
  private before = new Uint32Array(8);

  /** Memory held. */
  get bytes(): number {
    return this.words.byteLength + this.before.byteLength;
  }

  /** Takes up the next rows: bits of bytes, lowest first. What lies past `rows` bits is not looked at; what is missing is 0. */
  append(bits: Uint8Array, rows: number): void {
    const from = this.rows;
    this.reserve(from + rows);
    const shift = from & 31;
    let word = from >>> 5;
    for (let at = 0; at < rows; at += 32, word++) {
      const value = wordOf(bits, at >>> 3, rows - at);
      this.words[word] = (this.words[word] as number) | (value << shift);
      if (shift > 0) this.words[word + 1] = (this.words[word + 1] as number) | (value >>> (32 - shift));
    }
    this.grewTo(from + rows);
  }

  /** Takes up the next rows: all set, or none. */
  fill(rows: number, isSet: boolean): void {
    const from = this.rows;
    this.reserve(from + rows);
    if (isSet) {
      let at = from;
      const end = from + rows;
      for (; at < end && (at & 31) !== 0; at++)
        this.words[at >>> 5] = (this.words[at >>> 5] as number) | (1 << (at & 31));
      for (; at + 32 <= end; at += 32) this.words[at >>> 5] = 0xffff_ffff;
      for (; at < end; at++) this.words[at >>> 5] = (this.words[at >>> 5] as number) | (1 << (at & 31));
    }
    this.grewTo(from + rows);
  }

  /** Grows to `rows` with what `wordAt` says of each word of 32 rows from the last incomplete one on. */
  extend(rows: number, wordAt: (word: number) => number): void {
    const from = this.rows;
    this.reserve(rows);
    const last = Math.ceil(rows / 32);
    for (let word = from >>> 5; word < last; word++) {
      const kept = word === from >>> 5 ? lowMask(from & 31) : 0;
      const wanted = word === last - 1 && (rows & 31) !== 0 ? lowMask(rows & 31) : 0xffff_ffff;
      this.words[word] = ((this.words[word] as number) & kept) | (wordAt(word) & wanted & ~kept);
    }
    this.grewTo(rows);
  }

  /** 32 rows, lowest bit first; what lies past the end is 0. */
  word(index: number): number {
    return this.words[index] ?? 0;
  }

  has(row: number): boolean {
    return row >= 0 && row < this.rows && (((this.words[row >>> 5] as number) >>> (row & 31)) & 1) === 1;
  }

  /** Sets a bit of a row below `rows`. `recount` makes the counts right again. */
  set(row: number): void {
    this.words[row >>> 5] = (this.words[row >>> 5] as number) | (1 << (row & 31));
  }

  recount(): void {
    const { rows } = this;
    this.rows = 0;
    this.count = 0;
    this.grewTo(rows);
  }

  /** How many bits are set before the row. */
  rank(row: number): number {
    if (row >= this.rows) return this.count;
    const end = row >>> 5;
    let count = this.before[row >>> 9] as number;
    for (let word = (row >>> 9) << 4; word < end; word++) count += ones(this.words[word] as number);
    return count + ones((this.words[end] as number) & lowMask(row & 31));
  }

  /** The row of the bit with this rank (0-based; below `count`). */
  select(rank: number): number {
    let low = 0;
    let high = this.rows === 0 ? 0 : (this.rows - 1) >>> 9;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.before[middle] as number) <= rank) low = middle;
      else high = middle - 1;
    }
    let left = rank - (this.before[low] as number);
    let word = low << 4;
    for (; ; word++) {
      const count = ones(this.words[word] as number);
      if (count > left) break;
      left -= count;
    }
    let bits = this.words[word] as number;
    for (; left > 0; left--) bits &= bits - 1;
    return word * 32 + trailingZeros(bits);
  }

  /** The next row from `row` on (itself counted) whose bit is set; -1 if there is none. */
  next(row: number): number {
    if (row >= this.rows) return -1;
    const rank = this.rank(Math.max(0, row));
    return rank < this.count ? this.select(rank) : -1;
  }

  /** The last row before `row` whose bit is set; -1 if there is none. */
  previous(row: number): number {
    const rank = this.rank(Math.max(0, row));
    return rank > 0 ? this.select(rank - 1) : -1;
  }

  /** The bits of rows `first … first + rows - 1` as bytes of their own, lowest first. */
  slice(first: number, rows: number): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(Math.ceil(rows / 8));
    const shift = first & 31;
    let word = first >>> 5;
    for (let at = 0; at < out.length; at += 4, word++) {
      const low = this.word(word) >>> shift;
      const value = shift === 0 ? low : low | (this.word(word + 1) << (32 - shift));
      for (let byte = 0; byte < 4 && at + byte < out.length; byte++) out[at + byte] = value >>> (8 * byte);
    }
    if ((rows & 7) !== 0) out[out.length - 1] = (out[out.length - 1] as number) & lowMask(rows & 7);
    return out;
  }

  /** True if a bit is set among these rows. */
  hasAny(first: number, rows: number): boolean {
    const found = this.next(first);
    return found >= 0 && found < first + rows;
  }

  private reserve(rows: number): void {
    // One word more, for what an unaligned run leaves over.
    const needed = (rows >>> 5) + 2;
    if (needed <= this.words.length) return;
    const words = new Uint32Array(Math.max(needed, Math.ceil(this.words.length * 1.5)));
    words.set(this.words);
    this.words = words;
    const before = new Uint32Array((words.length >>> 4) + 2);
    before.set(this.before);
    this.before = before;
  }

  private grewTo(rows: number): void {
    const first = this.rows >>> 5;
    const last = Math.ceil(rows / 32);
    // The word in which it ended is counted anew.
    let count = this.rows === 0 ? 0 : this.rank(first * 32);
    for (let word = first; word < last; word++) {
      if ((word & 15) === 0) this.before[word >>> 4] = count;
      count += ones(this.words[word] as number);
    }
    this.rows = rows;
    this.count = count;
  }
}

/** The lowest `count` bits; `count` is below 32. */
function lowMask(count: number): number {
  return (1 << count) - 1;
}

/** Bits set in a word. */
export function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** Of a word that is not 0. */
function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}

function wordOf(bits: Uint8Array, at: number, left: number): number {
  const value =
    (bits[at] ?? 0) | ((bits[at + 1] ?? 0) << 8) | ((bits[at + 2] ?? 0) << 16) | ((bits[at + 3] ?? 0) << 24);
  return left >= 32 ? value : value & lowMask(left);
}
