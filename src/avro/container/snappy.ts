/**
 * Decompresses raw snappy from `at`, behind its length, to exactly the bytes of `out`. False if it is not that. The twin of
 * `assembly/snappy.ts`. Source: google/snappy, format_description.txt.
 */
export function unsnappy(input: Uint8Array, at: number, out: Uint8Array): boolean {
  const end = input.length;
  const last = out.length;
  let from = at;
  let to = 0;
  while (from < end) {
    const tag = input[from++] as number;
    const kind = tag & 3;
    if (kind === 0) {
      let length = (tag >>> 2) + 1;
      if (length > 60) {
        const extra = length - 60;
        if (extra > end - from) return false;
        length = readBytes(input, from, extra) + 1;
        from += extra;
      }
      if (length > end - from || length > last - to) return false;
      copy(input, from, out, to, length);
      from += length;
      to += length;
      continue;
    }
    const extra = kind === 3 ? 4 : kind;
    if (extra > end - from) return false;
    let length = (tag >>> 2) + 1;
    let offset = input[from] as number;
    if (kind === 1) {
      length = ((tag >>> 2) & 7) + 4;
      offset |= (tag >>> 5) << 8;
    } else if (kind === 2) {
      offset |= (input[from + 1] as number) << 8;
    } else {
      offset = readBytes(input, from, 4);
    }
    from += extra;
    if (offset === 0 || offset > to || length > last - to) return false;
    repeat(out, to, offset, length);
    to += length;
  }
  return to === last;
}

// Two functions, because the engine makes each fast for the kinds of arrays that it has seen there.
function copy(input: Uint8Array, from: number, out: Uint8Array, to: number, length: number): void {
  for (let i = 0; i < length; i++) out[to + i] = input[from + i] as number;
}

/** Byte by byte from the first on: what is written may be read again further on. */
function repeat(out: Uint8Array, to: number, offset: number, length: number): void {
  for (let i = 0; i < length; i++) out[to + i] = out[to - offset + i] as number;
}

function readBytes(input: Uint8Array, at: number, count: number): number {
  let number = 0;
  for (let i = 0; i < count; i++) number += (input[at + i] as number) * 2 ** (8 * i);
  return number;
}
