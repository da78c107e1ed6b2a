/**
 * Avro's variable-length zig-zag integers, on bytes.
 * Source: Avro specification, "Binary Encoding": int and long.
 */

/** In place of a position: the bytes cannot be what they should be. */
export const faulty = -1;

export const maxLongBytes = 10;
export const maxIntBytes = 5;

/** The position after the varint at `position`; `faulty` if it goes past `end` or is longer than `maxBytes`. */
export function skipVarint(data: Uint8Array, position: number, end: number, maxBytes = maxLongBytes): number {
  const last = Math.min(end, position + maxBytes);
  for (let at = position; at < last; at++) {
    if ((data[at] as number) < 128) return at + 1;
  }
  return faulty;
}

const words = new Int32Array(2);
const wide = new BigInt64Array(words.buffer);
const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const low = isLittleEndian ? 0 : 1;
const high = 1 - low;

/** Reads the 64 bits of the varint at `position` into `words`, zig-zag undone. It must have been skipped over before. */
function readWords(data: Uint8Array, position: number): void {
  let at = position;
  let byte = data[at++] as number;
  let first = byte & 127;
  let second = 0;
  let third = 0;
  for (let shift = 7; byte > 127 && shift < 28; shift += 7) {
    byte = data[at++] as number;
    first |= (byte & 127) << shift;
  }
  for (let shift = 0; byte > 127 && shift < 28; shift += 7) {
    byte = data[at++] as number;
    second |= (byte & 127) << shift;
  }
  for (let shift = 0; byte > 127 && shift < 14; shift += 7) {
    byte = data[at++] as number;
    third |= (byte & 127) << shift;
  }
  const lowBits = first | (second << 28);
  const highBits = (second >>> 4) | (third << 24);
  const sign = -(lowBits & 1);
  words[low] = ((lowBits >>> 1) | (highBits << 31)) ^ sign;
  words[high] = (highBits >>> 1) ^ sign;
}

/** True if the words just read are exact as a number: within ±2^53. */
function isSafe(): boolean {
  const top = words[high] as number;
  return top >= -0x20_0000 && top < 0x20_0000;
}

function safeNumber(): number {
  return (words[high] as number) * 0x1_0000_0000 + ((words[low] as number) >>> 0);
}

/** The halves of the 64-bit integer at `position`, for comparing without making a value: see `lowHalf` and `highHalf`. */
export function readHalves(data: Uint8Array, position: number): void {
  readWords(data, position);
}

/** The lower 32 bits of what `readHalves` read last; compare them as unsigned (`>>> 0`). */
export function lowHalf(): number {
  return words[low] as number;
}

/** The upper 32 bits, signed. */
export function highHalf(): number {
  return words[high] as number;
}

/** The varint at `position` (which `skipVarint` has accepted): a number where that is exact, else a bigint. */
export function readLong(data: Uint8Array, position: number): number | bigint {
  readWords(data, position);
  return isSafe() ? safeNumber() : (wide[0] as bigint);
}

/** The same as a number, rounded where it is beyond 2^53: for counts and lengths, which are compared with real sizes. */
export function readCount(data: Uint8Array, position: number): number {
  readWords(data, position);
  return safeNumber();
}

/** Decimal digits, exact over the whole int64 range. */
export function readDecimal(data: Uint8Array, position: number): string {
  readWords(data, position);
  return isSafe() ? String(safeNumber()) : String(wide[0]);
}

/**
 * Writes the varint at `position` (which `skipVarint` has accepted) to `out`: eight bytes, most significant first, the sign turned round,
 * so that bytes in order are values in order.
 */
export function writeOrdered(data: Uint8Array, position: number, out: Uint8Array, at: number): void {
  readWords(data, position);
  const top = (words[high] as number) ^ 0x8000_0000;
  const rest = words[low] as number;
  out[at] = top >>> 24;
  out[at + 1] = top >>> 16;
  out[at + 2] = top >>> 8;
  out[at + 3] = top;
  out[at + 4] = rest >>> 24;
  out[at + 5] = rest >>> 16;
  out[at + 6] = rest >>> 8;
  out[at + 7] = rest;
}
