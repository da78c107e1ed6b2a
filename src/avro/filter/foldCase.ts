/**
 * Letters regardless of case: one code point for one code point, whatever the language. A code point is folded to the lower case of
 * its upper case where each of the two is a single code point, else it stays: `A` and `a`, `Σ`, `σ` and `ς`, the Kelvin
 * sign and `k` are one; `ß` and `ẞ` are one but not `ss`; the dotted `İ` and the dotless `ı` stay themselves, as in Unicode's simple folding.
 */
export function foldCodePoint(codePoint: number): number {
  if (codePoint < 0x80) return codePoint >= 0x41 && codePoint <= 0x5a ? codePoint + 32 : codePoint;
  const known = folded.get(codePoint);
  if (known !== undefined) return known;
  const result = computeFold(codePoint);
  folded.set(codePoint, result);
  return result;
}

/** Filled as letters turn up; at most as many as Unicode has code points, in practice some hundred. */
const folded = new Map<number, number>();

function computeFold(codePoint: number): number {
  if (codePoint === 0x130 || codePoint === 0x131) return codePoint;
  return single(single(codePoint, 'toUpperCase'), 'toLowerCase');
}

function single(codePoint: number, how: 'toUpperCase' | 'toLowerCase'): number {
  const text = String.fromCodePoint(codePoint)[how]();
  const result = text.codePointAt(0) as number;
  return text.length === (result > 0xffff ? 2 : 1) ? result : codePoint;
}

/** A text with each code point folded. */
export function foldText(text: string): string {
  let result = '';
  for (const character of text) result += String.fromCodePoint(foldCodePoint(character.codePointAt(0) as number));
  return result;
}

/**
 * Folds UTF-8 bytes into `into`, which must have room for one and a half times as many and two; gives how many were written. Bytes that are no UTF-8 stay as
 * they are.
 */
export function foldBytes(data: Uint8Array, start: number, end: number, into: Uint8Array): number {
  let to = 0;
  for (let at = start; at < end;) {
    const byte = data[at] as number;
    if (byte < 0x80) {
      into[to++] = byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte;
      at++;
      continue;
    }
    const size = sequenceLength(data, at, end);
    if (size === 0) {
      into[to++] = byte;
      at++;
      continue;
    }
    to = writeCodePoint(foldCodePoint(readCodePoint(data, at, size)), into, to);
    at += size;
  }
  return to;
}

/** How many bytes the code point of more than one byte at `at` takes; 0 if it is not one (overlong, surrogate, cut, too large). */
function sequenceLength(data: Uint8Array, at: number, end: number): number {
  const first = data[at] as number;
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + size > end) return 0;
  for (let next = at + 1; next < at + size; next++) {
    if (((data[next] as number) & 0xc0) !== 0x80) return 0;
  }
  const second = data[at + 1] as number;
  if (first === 0xe0 && second < 0xa0) return 0;
  if (first === 0xed && second > 0x9f) return 0;
  if (first === 0xf0 && second < 0x90) return 0;
  return first === 0xf4 && second > 0x8f ? 0 : size;
}

function readCodePoint(data: Uint8Array, at: number, size: number): number {
  let result = (data[at] as number) & (size === 2 ? 0x1f : size === 3 ? 0x0f : 0x07);
  for (let next = at + 1; next < at + size; next++) result = (result << 6) | ((data[next] as number) & 0x3f);
  return result;
}

function writeCodePoint(codePoint: number, into: Uint8Array, at: number): number {
  let to = at;
  if (codePoint < 0x80) {
    into[to++] = codePoint;
    return to;
  }
  if (codePoint < 0x800) {
    into[to++] = 0xc0 | (codePoint >> 6);
  } else {
    if (codePoint < 0x1_0000) {
      into[to++] = 0xe0 | (codePoint >> 12);
    } else {
      into[to++] = 0xf0 | (codePoint >> 18);
      into[to++] = 0x80 | ((codePoint >> 12) & 0x3f);
    }
    into[to++] = 0x80 | ((codePoint >> 6) & 0x3f);
  }
  into[to++] = 0x80 | (codePoint & 0x3f);
  return to;
}

/** Room for any bytes folded, made larger when needed. */
export interface FoldScratch {
  /** Folds; the bytes are good until the next call. */
  fold(data: Uint8Array, start: number, end: number): Buffer;
}

export function createFoldScratch(): FoldScratch {
  let room = Buffer.alloc(256);
  return {
    fold(data, start, end) {
      const needed = (end - start) * 2 + 2;
      if (room.length < needed) room = Buffer.alloc(needed * 2);
      return room.subarray(0, foldBytes(data, start, end, room));
    },
  };
}
