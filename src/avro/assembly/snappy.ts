import { slack } from './memory';

/** Copies in steps of 16 bytes, up to 15 more than asked for; the areas may not overlap by less than that. */
function copyWide(to: u32, from: u32, bytes: u32): void {
  let done: u32 = 0;
  do {
    v128.store(to + done, v128.load(from + done));
    done += 16;
  } while (done < bytes);
}

/** Copies bytes that may repeat themselves: what is written is read again further on. */
function copyRepeating(to: u32, offset: u32, bytes: u32): void {
  const from = to - offset;
  if (offset >= 16) {
    copyWide(to, from, bytes);
  } else if (offset >= 8) {
    for (let done: u32 = 0; done < bytes; done += 8) store<u64>(to + done, load<u64>(from + done));
  } else {
    for (let done: u32 = 0; done < bytes; done++) store<u8>(to + done, load<u8>(from + done));
  }
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
    let length: u32;
    if ((tag & 3) == 0) {
      length = tag >> 2;
      if (length >= 60) {
        const extra = length - 59;
        if (extra > end - at) return 0;
        length = load<u32>(at) & (0xffff_ffff >>> ((4 - extra) << 3));
        at += extra;
        if (length == 0xffff_ffff) return 0;
      }
      length++;
      if (length > end - at || length > last - to) return 0;
      if (length <= slack) copyWide(to, at, length);
      else memory.copy(to, at, length);
      at += length;
    } else {
      let offset: u32;
      if ((tag & 3) == 1) {
        if (at >= end) return 0;
        length = ((tag >> 2) & 7) + 4;
        offset = ((tag >> 5) << 8) | load<u8>(at);
        at += 1;
      } else {
        length = (tag >> 2) + 1;
        if ((tag & 3) == 2) {
          if (end - at < 2) return 0;
          offset = load<u16>(at);
          at += 2;
        } else {
          if (end - at < 4) return 0;
          offset = load<u32>(at);
          at += 4;
        }
      }
      if (offset == 0 || offset > to - first || length > last - to) return 0;
      copyRepeating(to, offset, length);
    }
    to += length;
  }
  return to == last ? 1 : 0;
}
