/** Stands for a length where an element is rare: a literal of more than 60 bytes, or a copy from far. */
const rare: u32 = 255;

/** What a tag says, a word each: the element's length in the low 8 bits, the high bits of the offset from bit 16 on. */
const tags: usize = memory.data(1024, 16);
for (let tag: u32 = 0; tag < 256; tag++) {
  const kind = tag & 3;
  let length = (tag >> 2) + 1;
  if (kind == 1) length = ((tag >> 2) & 7) + 4;
  else if (kind == 3 || (kind == 0 && length > 60)) length = rare;
  const offset = kind == 1 ? (tag >> 5) << 8 : 0;
  store<u32>(tags + (tag << 2), (offset << 16) | length);
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

/** What an element of one byte of length takes and gives at most. */
const most: u32 = 64;

/**
 * Decompresses raw snappy after its length: `from` to `end` becomes exactly `bytes` bytes at `to`. 1 if it is that, else 0. Both areas
 * need `slack` bytes behind them. Source: google/snappy, format_description.txt.
 */
export function unsnappy(from: u32, end: u32, to: u32, bytes: u32): i32 {
  const first = to;
  const last = to + bytes;
  // Up to here any element that is not rare stays within both areas.
  const lastFrom = max(from + most, end) - most;
  const lastTo = max(to + most, last) - most;
  let at = from;
  while (at < lastFrom && to < lastTo) {
    const tag: u32 = load<u8>(at);
    const kind = tag & 3;
    const isLiteral = kind == 0;
    const element = at;
    // Where the next one begins is what everything waits for: it takes the tag alone, and no look at the table.
    at = element + select<u32>((tag >> 2) + 2, kind + 1, isLiteral);
    const entry: u32 = load<u32>(tags + (tag << 2));
    const length = entry & 255;
    if (length == rare) {
      at = takeElement(element, end, to, first, last);
      if (at == 0) return 0;
      to += taken;
      continue;
    }
    // Which of the two an element is cannot be foretold: what they have in common is done without asking.
    const offset = (entry >> 16) + (load<u16>(element + 1) & ((1 << (kind << 3)) - 1));
    // An offset of 0 becomes the largest of all.
    if (select<u32>(0, offset - 1, isLiteral) >= to - first + <u32>isLiteral) return 0;
    const source = select<u32>(element + 1, to - offset, isLiteral);
    // A literal lies in the other area, and far away.
    if (to - source < 16) copyRepeating(to, offset, length);
    else copyFar(to, source, length);
    to += length;
  }
  while (at < end) {
    at = takeElement(at, end, to, first, last);
    if (at == 0) return 0;
    to += taken;
  }
  return to == last ? 1 : 0;
}

/** Copies bytes that do not begin within the 16 before `to`. Up to 31 bytes more are written. */
function copyFar(to: u32, source: u32, bytes: u32): void {
  v128.store(to, v128.load(source));
  v128.store(to + 16, v128.load(source + 16));
  for (let done: u32 = 32; done < bytes; done += 16) v128.store(to + done, v128.load(source + done));
}

/** Bytes of the element that was taken last. */
let taken: u32 = 0;

/** Copies what any element says, however long it is and wherever it ends; the position behind it, or 0 if it cannot be right. */
function takeElement(at: u32, end: u32, to: u32, first: u32, last: u32): u32 {
  const tag: u32 = load<u8>(at++);
  const kind = tag & 3;
  const sized = tag >> 2;
  const extra: u32 = kind == 0 ? (sized < 60 ? 0 : sized - 59) : kind == 3 ? 4 : kind;
  if (extra > end - at) return 0;
  const number: u32 = extra == 0 ? sized : load<u32>(at) & (0xffff_ffff >>> ((4 - extra) << 3));
  at += extra;
  if (kind == 0) {
    if (number >= end - at || number >= last - to) return 0;
    taken = number + 1;
    memory.copy(to, at, taken);
    return at + taken;
  }
  taken = kind == 1 ? (sized & 7) + 4 : sized + 1;
  const offset = kind == 1 ? number | ((tag >> 5) << 8) : number;
  if (offset - 1 >= to - first || taken > last - to) return 0;
  if (offset < 16) copyRepeating(to, offset, taken);
  else copyFar(to, to - offset, taken);
  return at;
}
