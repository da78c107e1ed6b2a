/**
 * Where every block of rows lies, in typed arrays: all that grows with the file, 28 bytes a block.
 * Offsets are below 2^53 and row numbers too, so doubles hold them exactly.
 */
export class BlockIndex {
  /** Blocks with rows. */
  length = 0;
  /** Rows in all of them. */
  rows = 0;
  private offsets = new Float64Array(64);
  private firstRows = new Float64Array(64);
  private sizes = new Uint32Array(64);
  private rowCounts = new Uint32Array(64);
  private numbers = new Uint32Array(64);

  add(entry: BlockEntry): number {
    if (this.length === this.offsets.length) this.grow();
    const index = this.length++;
    this.offsets[index] = entry.dataOffset;
    this.sizes[index] = entry.size;
    this.rowCounts[index] = entry.rows;
    this.firstRows[index] = this.rows;
    this.numbers[index] = entry.number;
    this.rows += entry.rows;
    return index;
  }

  /** `index` is below `length`. */
  at(index: number): BlockEntry & { readonly firstRow: number } {
    return {
      dataOffset: this.offsets[index] as number,
      size: this.sizes[index] as number,
      rows: this.rowCounts[index] as number,
      firstRow: this.firstRows[index] as number,
      number: this.numbers[index] as number,
    };
  }

  /** The index of the block that holds the row; `row` is below `rows`. */
  find(row: number): number {
    let low = 0;
    let high = this.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.firstRows[middle] as number) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The index of the block whose stored bytes begin at the offset, or -1. */
  findOffset(dataOffset: number): number {
    let low = 0;
    let high = this.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.offsets[middle] as number) <= dataOffset) low = middle;
      else high = middle - 1;
    }
    return this.length > 0 && this.offsets[low] === dataOffset ? low : -1;
  }

  private grow(): void {
    const capacity = this.offsets.length * 2;
    this.offsets = copied(new Float64Array(capacity), this.offsets);
    this.firstRows = copied(new Float64Array(capacity), this.firstRows);
    this.sizes = copied(new Uint32Array(capacity), this.sizes);
    this.rowCounts = copied(new Uint32Array(capacity), this.rowCounts);
    this.numbers = copied(new Uint32Array(capacity), this.numbers);
  }
}

export interface BlockEntry {
  /** 0-based number of the block in the file. */
  readonly number: number;
  /** Where its compressed bytes begin, and how many they are. */
  readonly dataOffset: number;
  readonly size: number;
  readonly rows: number;
}

function copied<T extends Float64Array | Uint32Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
