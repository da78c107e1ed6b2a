import { allocate } from './memory';

/** A histogram of 64-bit integers, as `../histogramSketch.ts` makes it. */
@unmanaged
export class Bins {
  level: u32;
  count: u32;
  first: i64;
  /** Widths, lowest first: `i64`. */
  ladder: u32;
  /** As many as `count`, if what follows is right: numbers near the ends of 64 bits have bins that begin beyond them. */
  quick: u32;
  /** Of the present level: the width of a bin; 1 divided by it; and where the first bin begins. */
  width: i64;
  inverse: f64;
  start: i64;
}

const maxBins: u32 = 64;
/** 64 bins of this width are no more than 64 bits. */
const mostQuick: i64 = 0x0200_0000_0000_0000;
const headBytes: usize = offsetof<Bins>();

export function createBins(ladder: usize): Bins {
  const at = allocate(headBytes + maxBins * 8);
  memory.fill(at, 0, headBytes + maxBins * 8);
  const bins = changetype<Bins>(at);
  bins.ladder = <u32>ladder;
  return bins;
}

function widthOf(bins: Bins, level: u32): i64 {
  return load<i64>(bins.ladder + level * 8);
}

function floorDivide(value: i64, by: i64): i64 {
  const cut = value / by;
  return cut * by > value ? cut - 1 : cut;
}

function countAt(bins: Bins, index: u32): usize {
  return changetype<usize>(bins) + headBytes + index * 8;
}

export function addToBins(bins: Bins, value: i64, count: f64): void {
  const delta = <u64>(value - bins.start);
  if (value >= bins.start && bins.quick != 0) {
    // A quotient that may be one too large or too small is found much sooner than a right one, and is then put right.
    const width = <u64>bins.width;
    let near = min<u64>(<u64>(<f64>delta * bins.inverse), maxBins);
    if (near * width > delta) near--;
    else if (delta - near * width >= width) near++;
    if (near < bins.quick && delta - near * width < width) {
      const at = countAt(bins, <u32>near);
      store<f64>(at, load<f64>(at) + count);
      return;
    }
  }
  addFarther(bins, value, count);
}

/** The same where no bin is there for the value. */
function addFarther(bins: Bins, value: i64, count: f64): void {
  let bin = floorDivide(value, widthOf(bins, bins.level));
  if (bins.count == 0) bins.first = bin;
  while (bins.count != 0) {
    const top = bins.first + bins.count - 1;
    // As unsigned, because there are more integers than a signed one can tell apart.
    const span = <u64>max(bin, top) - <u64>min(bin, bins.first);
    if (span < maxBins) break;
    bin = floorDivide(bin, widthOf(bins, bins.level + 1) / widthOf(bins, bins.level));
    coarsen(bins);
  }
  if (bin < bins.first) {
    const more = <u32>(bins.first - bin);
    memory.copy(countAt(bins, more), countAt(bins, 0), bins.count * 8);
    memory.fill(countAt(bins, 0), 0, more * 8);
    bins.first = bin;
    bins.count += more;
  }
  const index = <u32>(bin - bins.first);
  while (bins.count <= index) store<f64>(countAt(bins, bins.count++), 0);
  const at = countAt(bins, index);
  store<f64>(at, load<f64>(at) + count);
  const width = widthOf(bins, bins.level);
  bins.width = width;
  bins.inverse = 1 / <f64>width;
  bins.start = bins.first * width;
  bins.quick = width < mostQuick && bins.start / width == bins.first ? bins.count : 0;
}

function coarsen(bins: Bins): void {
  const factor = widthOf(bins, bins.level + 1) / widthOf(bins, bins.level);
  const first = floorDivide(bins.first, factor);
  let count: u32 = 0;
  for (let index: u32 = 0; index < bins.count; index++) {
    const bin = <u32>(floorDivide(bins.first + index, factor) - first);
    const value = load<f64>(countAt(bins, index));
    while (count <= bin) store<f64>(countAt(bins, count++), 0);
    const at = countAt(bins, bin);
    store<f64>(at, load<f64>(at) + value);
  }
  bins.level++;
  bins.first = first;
  bins.count = count;
}
