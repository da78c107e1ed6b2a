const longLiteral: u32 = 255;

/**
 * What a tag says, a word each: the element's length in the low 8 bits, how many bytes of offset follow in the next 8, the high bits
 * of the offset from bit 16 on. Literals of more than 60 bytes, whose length follows, have a length of 255.
 */
const tags: usize = memory.data(1024, 16);
for (let tag: u32 = 0; tag < 256; tag++) {
  const kind = tag & 3;
  let length = (tag >> 2) + 1;
  if (kind == 1) length = ((tag >> 2) & 7) + 4;
  else if (kind == 0 && length > 60) length = longLiteral;
  const offset = kind == 1 ? (tag >> 5) << 8 : 0;
  const extra = kind == 3 ? 4 : kind;
  store<u32>(tags + (tag << 2), (offset << 16) | (extra << 8) | length);
}

/** Copies bytes that may repeat themselves: what is written is read again further on. Up to 15 bytes more are written. */
function copyRepeating(to: u32, offset: u32, bytes: i32): void {
  // What repeats every 3 bytes repeats every 6 too, and so on.
  while (offset < 8) {
    store<u64>(to, load<u64>(to - offset));
    to += offset;
    bytes -= offset;
    offset <<= 1;
  }
  for (; bytes > 0; bytes -= 8, to += 8) store<u64>(to, load<u64>(to - offset));
}

/**
 * Decompresses raw snappy after its length: `from` to `end` becomes exactly `bytes` bytes at `to`. 1 if it is that, else 0. Both areas
 * need `slack` bytes behind them. Source: google/snappy, format_description.txt.
 */
export function unsnappy(from: u32, end: u32, to: u32, bytes: u32): i32 {
  const first = to;
  const last = to + bytes;
  let at = from;
  while (at < end) {
    const tag: u32 = load<u8>(at);
    const entry: u32 = load<u32>(tags + (tag << 2));
    const length = entry & 255;
    const extraBits = (entry >> 8) & 255;
    const next = at + 1 + extraBits;
    const isLiteral = (tag & 3) == 0;
    if (length == longLiteral) {
      at = copyLongLiteral(at, end, to, last);
      if (at == 0) return 0;
      to += longLength;
      continue;
    }
    // Which of the two an element is cannot be foretold: what they have in common is done without asking.
    const offset = (entry >> 16) + ((<u32>load<u64>(at + 1)) & (<u32>(((<u64>1) << ((<u64>extraBits) << 3)) - 1)));
    at = next + select<u32>(length, 0, isLiteral);
    // An offset of 0 becomes the largest of all.
    if (at > end || length > last - to || select<u32>(0, offset - 1, isLiteral) >= to - first + <u32>isLiteral)
      return 0;
    const source = select<u32>(next, to - offset, isLiteral);
    // A literal lies in the other area, and far away.
    if (to - source < 16) {
      copyRepeating(to, offset, length);
    } else {
      v128.store(to, v128.load(source));
      v128.store(to + 16, v128.load(source + 16));
      for (let done: u32 = 32; done < length; done += 16) v128.store(to + done, v128.load(source + done));
    }
    to += length;
  }
  return to == last ? 1 : 0;
}

/** Bytes of the literal that was copied last. */
let longLength: u32 = 0;

/** A literal of more than 60 bytes; the position behind it, or 0 if it is none. */
function copyLongLiteral(at: u32, end: u32, to: u32, last: u32): u32 {
  const extra: u32 = (load<u8>(at++) >> 2) - 59;
  if (extra > end - at) return 0;
  const length = load<u32>(at) & (0xffff_ffff >>> ((4 - extra) << 3));
  at += extra;
  if (length == 0xffff_ffff || length >= end - at || length >= last - to) return 0;
  longLength = length + 1;
  memory.copy(to, at, longLength);
  return at + longLength;
}
