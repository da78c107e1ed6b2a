/**
 * A 64-bit hash of bytes as two halves of 32 bits, eight bytes at a step; the same in WebAssembly (`assembly/hash.ts`). For tables and estimates, not
 * against those who look for collisions. Of our own making, tested for evenness; multipliers are large odd numbers with mixed bits.
 */
let low = 0;
let high = 0;

/** Hashes `data[start … end]`; the result is in `hashLow` and `hashHigh` until the next call. */
export function hashBytes(data: Uint8Array, start: number, end: number): void {
  const length = end - start;
  low = 0x9e37_79b9 ^ length;
  high = 0x85eb_ca6b ^ length;
  if (length >= 8) {
    let at = start;
    for (; at + 8 <= end; at += 8) step(word(data, at), word(data, at + 4));
    // The rest with some bytes before it again: the length is part of the hash, so that no two texts become one by this.
    if (at < end) step(word(data, end - 8), word(data, end - 4));
  } else if (length >= 4) {
    step(word(data, start), word(data, end - 4));
  } else if (length > 0) {
    const middle = data[start + (length >>> 1)] as number;
    step((data[start] as number) | (middle << 8) | ((data[end - 1] as number) << 16), 0);
  }
  finish();
}

export function hashLow(): number {
  return low;
}

export function hashHigh(): number {
  return high;
}

function word(data: Uint8Array, at: number): number {
  return (
    (data[at] as number) |
    ((data[at + 1] as number) << 8) |
    ((data[at + 2] as number) << 16) |
    ((data[at + 3] as number) << 24)
  );
}

function step(first: number, second: number): void {
  low = (Math.imul(((low << 13) | (low >>> 19)) ^ first, 0xcc9e_2d51) + high) | 0;
  high = Math.imul(((high << 17) | (high >>> 15)) ^ second, 0x1b87_3593) ^ low;
}

function finish(): void {
  low = mix((low + high) | 0);
  high = mix(high ^ ((low << 16) | (low >>> 16)));
}

/** Every bit of the input in every bit of the output. */
function mix(value: number): number {
  let result = value ^ (value >>> 16);
  result = Math.imul(result, 0x7feb_352d);
  result ^= result >>> 15;
  result = Math.imul(result, 0x846c_a68b);
  return result ^ (result >>> 16);
}
