import { headBytes, lowBits } from './bytes';
import { integer, Statistics } from './columnStatistics';

/** So much is kept of the least and of the greatest value. */
export const extremeBytes: u32 = 800;

/** The first bytes of a value as a number that is ordered as the values are; equal ones tell nothing. */
function headOf(known: Statistics, at: usize, size: u32): u64 {
  const word = load<u64>(at);
  if (known.kind == integer) return word ^ 0x8000_0000_0000_0000;
  return bswap(size >= 8 ? word : word & lowBits(<u64>size * 8));
}

/** Keeps a value that is less or greater than all before it. */
export function noteExtremes(known: Statistics, at: usize, size: u32): void {
  const head = headOf(known, at, size);
  if (head > known.minHead && head < known.maxHead) return;
  const kept = min(size, extremeBytes);
  if (
    known.minSize < 0 ||
    (head <= known.minHead && compareValues(known, at, kept, known.min, known.minSize) < 0)
  ) {
    copyExtreme(known.min, at, kept);
    known.minSize = kept;
    known.minHead = head;
  }
  if (
    known.maxSize < 0 ||
    (head >= known.maxHead && compareValues(known, at, kept, known.max, known.maxSize) > 0)
  ) {
    copyExtreme(known.max, at, kept);
    known.maxSize = kept;
    known.maxHead = head;
  }
}

/** In a column in order nearly every value is the greatest so far: short ones are copied without a call. */
function copyExtreme(to: usize, at: usize, kept: u32): void {
  v128.store(to, v128.load(at));
  v128.store(to, v128.load(at, 16), 16);
  if (kept > headBytes) memory.copy(to, at, kept);
}

function compareValues(known: Statistics, a: usize, aSize: u32, b: usize, bSize: i32): i32 {
  if (known.kind == integer) {
    const first = load<i64>(a);
    const second = load<i64>(b);
    return first < second ? -1 : first > second ? 1 : 0;
  }
  let common = min<i32>(aSize, bSize);
  for (; common >= 8; common -= 8, a += 8, b += 8) {
    const first = bswap(load<u64>(a));
    const second = bswap(load<u64>(b));
    if (first != second) return first < second ? -1 : 1;
  }
  for (; common > 0; common--, a++, b++) {
    const difference = <i32>load<u8>(a) - <i32>load<u8>(b);
    if (difference != 0) return difference;
  }
  return <i32>aSize - bSize;
}
