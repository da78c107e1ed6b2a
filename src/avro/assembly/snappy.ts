import { slack } from './memory';

/**
 * What the tag of a copy says: its length in the low 8 bits, the high bits of its offset where they belong (256 to 1792), and from bit
 * 11 on how many bytes of offset follow.
 */
const copies: usize = memory.data(512, 16);
for (let tag: u32 = 0; tag < 256; tag++) {
  const kind = tag & 3;
  const length = kind == 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
  const offset = kind == 1 ? (tag >> 5) << 8 : 0;
  const extra = kind == 3 ? 4 : kind;
  store<u16>(copies + (tag << 1), <u16>((extra << 11) | offset | length));
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
    const tag: u32 = load<u8>(at++);
    if ((tag & 3) == 0) {
      let length = (tag >> 2) + 1;
      if (length > 60) {
        const extra = length - 60;
        if (extra > end - at) return 0;
        length = load<u32>(at) & (0xffff_ffff >>> ((4 - extra) << 3));
        at += extra;
        if (length == 0xffff_ffff) return 0;
        length++;
      }
      if (length > end - at || length > last - to) return 0;
      if (length <= slack) {
        v128.store(to, v128.load(at));
        for (let done: u32 = 16; done < length; done += 16) v128.store(to + done, v128.load(at + done));
      } else {
        memory.copy(to, at, length);
      }
      at += length;
      to += length;
    } else {
      const entry: u32 = load<u16>(copies + (tag << 1));
      const extra = entry >> 11;
      if (extra > end - at) return 0;
      const length = entry & 255;
      const offset = (entry & 0x700) + (load<u32>(at) & (0xffff_ffff >>> ((4 - extra) << 3)));
      at += extra;
      // An offset of 0 becomes the largest of all.
      if (offset - 1 >= to - first || length > last - to) return 0;
      if (offset >= 16) {
        v128.store(to, v128.load(to - offset));
        for (let done: u32 = 16; done < length; done += 16) v128.store(to + done, v128.load(to + done - offset));
      } else {
        copyRepeating(to, offset, length);
      }
      to += length;
    }
  }
  return to == last ? 1 : 0;
}
