/** So many bytes `firstBytes` and `nextBytes` give together. They read 16 each, whatever stands beyond the value. */
export const headBytes: u32 = 32;

/** 16 bytes of ones, and 16 of zeros behind them: read from `16 - n` on, a mask of the first n bytes. */
const onesAndZeros: usize = memory.data<u8>([
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 0, 0,
]);

/** The first 16 of so many bytes, zeros for what is beyond them. */
export function firstBytes(at: usize, size: u32): v128 {
  return v128.and(v128.load(at), v128.load(onesAndZeros + 16 - min<u32>(size, 16)));
}

/** The 16 after these. */
export function nextBytes(at: usize, size: u32): v128 {
  return v128.and(v128.load(at, 16), v128.load(onesAndZeros + 16 - (min<u32>(max<u32>(size, 16), 32) - 16)));
}

/** So many lowest bits, of fewer than 64. */
export function lowBits(count: u64): u64 {
  const one: u64 = 1;
  return (one << count) - 1;
}

/** True if so many bytes are the same in two places. */
export function isSame(a: usize, b: usize, size: u32): bool {
  const end = a + size;
  for (; a + 8 <= end; a += 8, b += 8) {
    if (load<u64>(a) != load<u64>(b)) return false;
  }
  const rest = <u64>(end - a) * 8;
  if (rest == 0) return true;
  return ((load<u64>(a) ^ load<u64>(b)) & lowBits(rest)) == 0;
}
