import { firstBytes, headBytes, nextBytes } from './bytes';

/**
 * Whether bytes are UTF-8, sixteen at a time, by the method of J. Keiser and D. Lemire ("Validating UTF-8 in less than one instruction per
 * byte", 2020): three tables tell by the halves of two neighbours what can be wrong with them, one bit for each kind of fault.
 */

/** By the upper half of the first byte. */
const firstHigh = v128(2, 2, 2, 2, 2, 2, 2, 2, -128, -128, -128, -128, 33, 1, 21, 73);
/** By its lower half. */
const firstLow = v128(-25, -93, -125, -125, -117, -53, -53, -53, -53, -53, -53, -53, -53, -37, -53, -53);
/** By the upper half of the second. */
const secondHigh = v128(1, 1, 1, 1, 1, 1, 1, 1, -26, -82, -70, -70, 1, 1, 1, 1);

/** True if it is UTF-8 as decoders of the web take it. Needs 16 bytes behind the end. */
export function isUtf8(src: usize, end: usize): bool {
  let before = i8x16.splat(0);
  let faults = i8x16.splat(0);
  // What is cut at the end is told by the byte behind it: that is one of the chunk's, and is made 0.
  for (; src <= end; src += 16) {
    const bytes = firstBytes(src, <u32>(end - src));
    const first = i8x16.shuffle(before, bytes, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
    const second = i8x16.shuffle(before, bytes, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
    const third = i8x16.shuffle(before, bytes, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28);
    const low = i8x16.splat(15);
    const pair = v128.and(
      v128.and(
        i8x16.swizzle(firstHigh, v128.and(i16x8.shr_u(first, 4), low)),
        i8x16.swizzle(firstLow, v128.and(first, low)),
      ),
      i8x16.swizzle(secondHigh, v128.and(i16x8.shr_u(bytes, 4), low)),
    );
    // The third and fourth byte of a sequence follow a byte that continues it, and do so too.
    const further = v128.or(i8x16.sub_sat_u(second, i8x16.splat(0x60)), i8x16.sub_sat_u(third, i8x16.splat(0x70)));
    faults = v128.or(faults, v128.xor(v128.and(further, i8x16.splat(-128)), pair));
    before = bytes;
  }
  return !v128.any_true(faults);
}

/** Bytes that continue a code point, of 16: as signed numbers they are the least. */
function countContinued(bytes: v128): u32 {
  return popcnt<u32>(<u32>i8x16.bitmask(i8x16.lt_s(bytes, i8x16.splat(-64))));
}

/** Code points of UTF-8: all bytes but those that continue one. 32 bytes are read at least. */
export function countCodePoints(at: usize, size: u32): u32 {
  let continued: u32 = 0;
  let left = size;
  for (; left > headBytes; left -= 16, at += 16) continued += countContinued(v128.load(at));
  return size - continued - countContinued(firstBytes(at, left)) - countContinued(nextBytes(at, left));
}
