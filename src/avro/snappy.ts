/**
 * Decompresses raw snappy from `at`, behind its length, to exactly the bytes of `out`. False if it is not that. The twin of
 * `assembly/snappy.ts`. Source: google/snappy, format_description.txt.
 */
export function unsnappy(input: Uint8Array, at: number, out: Uint8Array): boolean {
  let from = at;
  let to = 0;
  while (from < input.length) {
    const tag = input[from++] as number;
    const isLiteral = (tag & 3) === 0;
    const extra = isLiteral ? Math.max(0, (tag >>> 2) - 59) : extraBytes[tag & 3];
    if (extra === undefined || extra > input.length - from) return false;
    const number = readBytes(input, from, extra);
    from += extra;
    const length = lengthOf(tag, number);
    if (length > out.length - to) return false;
    if (isLiteral) {
      if (length > input.length - from) return false;
      copy(input, from, out, to, length);
      from += length;
    } else {
      const offset = (tag & 3) === 1 ? ((tag >>> 5) << 8) | number : number;
      if (offset === 0 || offset > to) return false;
      if (offset >= length) copy(out, to - offset, out, to, length);
      else for (let done = 0; done < length; done++) out[to + done] = out[to - offset + done] as number;
    }
    to += length;
  }
  return to === out.length;
}

/** Bytes behind the tag of a copy, by its kind. */
const extraBytes = [0, 1, 2, 4] as const;
/** From so many bytes on a call of the engine's own copying pays. */
const longCopy = 48;

function lengthOf(tag: number, number: number): number {
  switch (tag & 3) {
    case 0:
      return tag >>> 2 < 60 ? (tag >>> 2) + 1 : number + 1;
    case 1:
      return ((tag >>> 2) & 7) + 4;
    default:
      return (tag >>> 2) + 1;
  }
}

function readBytes(input: Uint8Array, at: number, count: number): number {
  let number = 0;
  for (let i = 0; i < count; i++) number += (input[at + i] as number) * 2 ** (8 * i);
  return number;
}

function copy(input: Uint8Array, from: number, out: Uint8Array, to: number, length: number): void {
  if (length >= longCopy) out.set(input.subarray(from, from + length), to);
  else for (let done = 0; done < length; done++) out[to + done] = input[from + done] as number;
}
