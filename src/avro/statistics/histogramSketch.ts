/**
 * A histogram that grows with its values and can be merged. All bins are of one width, a step of a ladder on which each step is a
 * multiple of the one before; bins begin at multiples of the width. When values do not fit into 64 bins, bins are put together to the next step's. So
 * the bins depend only on the values, not on their order or on what was merged when; counts are exact.
 */
export interface HistogramSketch {
  readonly ladder: Ladder;
  readonly level: number;
  /** The first bin covers the values from `first` × width on. */
  readonly first: bigint;
  /** No zeros at either end; at most 64. */
  readonly counts: readonly number[];
}

/**
 * `units`: integers, by 1, 5, 10, 50, 100 …; `binary`: floats, by powers of two; `days`: 1, 2, 4, 8 …; a number: times in so many units a second,
 * by 1, 5, 10 … to a second, then 5 s, 15 s, 1, 5, 15 min, 1, 3, 6, 12 h, days as above.
 */
export type Ladder = 'units' | 'binary' | 'days' | 'millis' | 'micros' | 'nanos';

export const maxBins = 64;

const steps = new Map<Ladder, readonly bigint[]>();

/** The widths of a ladder, up to where 64 bins hold all 64-bit integers. Not of `binary`. */
export function ladderOf(ladder: Exclude<Ladder, 'binary'>): readonly bigint[] {
  const known = steps.get(ladder);
  if (known !== undefined) return known;
  const widths: bigint[] = [1n];
  const climb = (factor: bigint): void => void widths.push((widths.at(-1) as bigint) * factor);
  if (ladder === 'millis' || ladder === 'micros' || ladder === 'nanos') {
    for (let digit = { millis: 3, micros: 6, nanos: 9 }[ladder]; digit > 0; digit--) [5n, 2n].forEach(climb);
    [5n, 3n, 4n, 5n, 3n, 4n, 3n, 2n, 2n, 2n].forEach(climb);
  }
  const isDecimal = ladder === 'units';
  while ((widths.at(-1) as bigint) * 32n < 2n ** 64n) climb(isDecimal && widths.length % 2 === 1 ? 5n : 2n);
  steps.set(ladder, widths);
  return widths;
}

/** Decimals have no largest step. */
export function stepWidth(ladder: Exclude<Ladder, 'binary'>, level: number): bigint {
  const known = ladderOf(ladder)[level];
  if (known !== undefined) return known;
  return ladder === 'units' ? 10n ** BigInt(level >>> 1) * (level % 2 === 1 ? 5n : 1n) : 2n ** BigInt(level);
}

function stepFactor(ladder: Ladder, level: number): bigint {
  return ladder === 'binary' ? 2n : stepWidth(ladder, level + 1) / stepWidth(ladder, level);
}

function floorDivide(value: bigint, by: bigint): bigint {
  const cut = value / by;
  return cut * by > value ? cut - 1n : cut;
}

/** A histogram at work. */
export class Bins {
  readonly ladder: Ladder;
  private level = 0;
  private first = 0n;
  private counts: number[] = [];

  constructor(ladder: Ladder, sketch?: HistogramSketch) {
    this.ladder = ladder;
    if (sketch === undefined) return;
    this.level = sketch.level;
    this.first = sketch.first;
    this.counts = [...sketch.counts];
  }

  /** Of all ladders but `binary`. */
  add(value: bigint, count: number): void {
    this.addAt(this.level, value, count);
  }

  /** Of `binary`: a finite number. Bins are never finer than 2^-20 of the greatest magnitude. */
  addNumber(value: number, count: number): void {
    const least = Math.max(-1000, Math.floor(Math.log2(Math.max(Math.abs(value), Number.MIN_VALUE))) - 20);
    if (value !== 0) while (this.counts.length > 0 && this.level < least) this.coarsen();
    if (this.counts.length === 0) this.level = value === 0 ? -1000 : least;
    const bin = Math.floor(scaled(value, -this.level));
    // A number below zero, however small, lies in the bin below zero, also where scaling made it -0.
    this.put(BigInt(value < 0 ? Math.min(bin, -1) : bin), count);
  }

  private addAt(level: number, value: bigint, count: number): void {
    const width = stepWidth(this.ladder as Exclude<Ladder, 'binary'>, level);
    this.put(width === 1n ? value : floorDivide(value, width), count);
  }

  private put(at: bigint, count: number): void {
    let bin = at;
    if (this.counts.length === 0) this.first = bin;
    for (;;) {
      const top = this.first + BigInt(this.counts.length - 1);
      const span = (bin > top ? bin : top) - (bin < this.first ? bin : this.first);
      if (this.counts.length === 0 || span < BigInt(maxBins)) break;
      bin = floorDivide(bin, stepFactor(this.ladder, this.level));
      this.coarsen();
    }
    if (bin < this.first) {
      this.counts.unshift(...new Array<number>(Number(this.first - bin)).fill(0));
      this.first = bin;
    }
    const index = Number(bin - this.first);
    while (this.counts.length <= index) this.counts.push(0);
    this.counts[index] = (this.counts[index] as number) + count;
  }

  private coarsen(): void {
    const factor = stepFactor(this.ladder, this.level);
    const first = floorDivide(this.first, factor);
    const counts: number[] = [];
    for (const [index, count] of this.counts.entries()) {
      const bin = Number(floorDivide(this.first + BigInt(index), factor) - first);
      while (counts.length <= bin) counts.push(0);
      counts[bin] = (counts[bin] as number) + count;
    }
    this.level++;
    this.first = first;
    this.counts = counts;
  }

  /** Takes in another of the same ladder. */
  merge(more: HistogramSketch): void {
    if (more.counts.length === 0) return;
    if (this.counts.length === 0) {
      this.level = more.level;
      this.first = more.first;
      this.counts = [...more.counts];
      return;
    }
    const other = new Bins(this.ladder, more);
    while (other.level < this.level) other.coarsen();
    while (this.level < other.level) this.coarsen();
    for (const [index, count] of other.counts.entries()) {
      if (count === 0) continue;
      let bin = other.first + BigInt(index);
      for (let level = other.level; level < this.level; level++)
        bin = floorDivide(bin, stepFactor(this.ladder, level));
      this.put(bin, count);
    }
  }

  sketch(): HistogramSketch | undefined {
    if (this.counts.length === 0) return undefined;
    return { ladder: this.ladder, level: this.level, first: this.first, counts: this.counts };
  }
}

/** `value` × 2^`power`, exact where a double can hold it. */
export function scaled(value: number, power: number): number {
  // Two steps: 2^1074 alone is no double.
  const half = Math.trunc(power / 2);
  return value * 2 ** half * 2 ** (power - half);
}
