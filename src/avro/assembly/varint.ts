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
