/** The position behind the varint that was read last. */
let afterVarint: usize = 0;

/** Reads the 64 bits of a varint that has been skipped over before, zig-zag undone; what is beyond 64 bits is dropped. */
export function readVarint(at: usize): i64 {
  let byte: u64 = load<u8>(at++);
  let bits: u64 = byte & 127;
  for (let shift: u64 = 7; byte > 127; shift += 7) {
    byte = load<u8>(at++);
    bits |= (byte & 127) << shift;
  }
  afterVarint = at;
  return (bits >>> 1) ^ -(bits & 1);
}

/** The position behind the varint; 0 if it goes past `end` or is longer than `most` bytes. */
export function skipVarint(at: usize, end: usize, most: usize): usize {
  const last = min(end, at + most);
  while (at < last) {
    if (load<u8>(at++) < 128) return at;
  }
  return 0;
}

/** The same of a varint of so many bytes, whose end is known: all of them at once. Up to 10 bytes are read whatever the size. */
export function readSizedVarint(at: usize, size: u32): i64 {
  const kept = min<u32>(size, 8);
  let bits = load<u64>(at) & (0x7f7f_7f7f_7f7f_7f7f >>> (64 - ((<u64>kept) << 3)));
  // Seven bits of each byte, then of each two, and of each four, go together.
  bits = (bits & 0x007f_007f_007f_007f) | ((bits & 0x7f00_7f00_7f00_7f00) >>> 1);
  bits = (bits & 0x0000_3fff_0000_3fff) | ((bits & 0x3fff_0000_3fff_0000) >>> 2);
  bits = (bits & 0x0000_0000_0fff_ffff) | ((bits & 0x0fff_ffff_0000_0000) >>> 4);
  if (size > 8) bits |= ((<u64>(load<u8>(at, 8) & 127)) << 56) | (size > 9 ? (<u64>load<u8>(at, 9)) << 63 : 0);
  return (bits >>> 1) ^ -(bits & 1);
}
