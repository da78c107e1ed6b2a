/** Bytes, which together tell about how many different hashes there were. As in `../statistics/hyperLogLog.ts`. */
export const registerCount: u32 = 4096;

/** The address of a hash's register. */
export function registerOf(registers: usize, hash: u64): usize {
  return registers + <usize>(hash >> 52);
}

export function noteHash(registers: usize, hash: u64): void {
  const at = registerOf(registers, hash);
  const rank = <u8>(min<u64>(clz(hash << 12), 52) + 1);
  if (rank > load<u8>(at)) store<u8>(at, rank);
}
