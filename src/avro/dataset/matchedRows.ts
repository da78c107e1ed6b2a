import type { PartSlot } from './datasetParts';
import { ones, RowBits } from './rowBits';

/** A row of a dataset: in which part, and its number there. */
export interface RowPlaceInPart {
  readonly slot: PartSlot;
  readonly row: number;
}

/** Rows of a dataset that were picked out, in the order of the table: known part by part, from the first on. */
export class MatchedRows {
  private readonly slots: PartSlot[] = [];
  private readonly bits: RowBits[] = [];
  /** Rows picked in the parts before each. */
  private readonly before: number[] = [];

  /** Rows picked so far. */
  get length(): number {
    const last = this.bits.length - 1;
    return last < 0 ? 0 : (this.before[last] as number) + (this.bits[last] as RowBits).count;
  }

  /** Begins with the next part. */
  begin(slot: PartSlot): RowBits {
    this.before.push(this.length);
    this.slots.push(slot);
    const bits = new RowBits();
    this.bits.push(bits);
    return bits;
  }

  /** Of a part that has been begun with. */
  of(slot: PartSlot): RowBits | undefined {
    return this.bits[slot.index];
  }

  /** Where the picked row with this rank is; `undefined` if it is not known. */
  place(rank: number): RowPlaceInPart | undefined {
    if (!(rank >= 0) || rank >= this.length) return undefined;
    let low = 0;
    let high = this.before.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.before[middle] as number) <= rank) low = middle;
      else high = middle - 1;
    }
    return {
      slot: this.slots[low] as PartSlot,
      row: (this.bits[low] as RowBits).select(rank - (this.before[low] as number)),
    };
  }

  /** Bits by part of some of the picked rows: of those whose ranks are set. */
  narrowed(ranks: RowBits): MatchedRows {
    const narrowed = new MatchedRows();
    for (const [index, slot] of this.slots.entries()) {
      const mine = this.bits[index] as RowBits;
      const bits = narrowed.begin(slot);
      bits.fill(mine.rows, false);
      const from = this.before[index] as number;
      for (let rank = ranks.next(from); rank >= 0 && rank < from + mine.count; rank = ranks.next(rank + 1)) {
        bits.set(mine.select(rank - from));
      }
      bits.recount();
    }
    return narrowed;
  }
}

/** What `bits` says of the rows `from … to - 1` that are picked, one after another: one bit each. */
export function bitsOfPicked(
  picked: RowBits,
  bits: RowBits,
  from: number,
  to: number,
): { readonly bits: Uint8Array; readonly count: number } {
  const most = picked.rank(to) - picked.rank(from);
  const out = new Uint8Array(Math.ceil(most / 8));
  let count = 0;
  const last = Math.ceil(to / 32);
  for (let word = from >>> 5; word < last; word++) {
    let mask = picked.word(word);
    if (word === from >>> 5) mask &= ~((1 << (from & 31)) - 1);
    if (word === last - 1 && (to & 31) !== 0) mask &= (1 << (to & 31)) - 1;
    const found = bits.word(word) & mask;
    if (found === 0) {
      count += ones(mask);
      continue;
    }
    for (; mask !== 0; mask &= mask - 1, count++) {
      if ((found & mask & -mask) !== 0) out[count >>> 3] = (out[count >>> 3] as number) | (1 << (count & 7));
    }
  }
  return { bits: out, count };
}
