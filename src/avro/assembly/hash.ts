/** The hash of `../valueHash.ts`, as one number: the low half below, the high half above. */
export function hashBytes(at: usize, end: usize): u64 {
  const length = <u32>(end - at);
  let low: u32 = 0x9e37_79b9 ^ length;
  let high: u32 = 0x85eb_ca6b ^ length;
  if (length >= 8) {
    for (; at + 8 <= end; at += 8) {
      const word = load<u64>(at);
      low = (rotl(low, 13) ^ (<u32>word)) * 0xcc9e_2d51 + high;
      high = ((rotl(high, 17) ^ (<u32>(word >> 32))) * 0x1b87_3593) ^ low;
    }
    if (at < end) {
      const word = load<u64>(end - 8);
      low = (rotl(low, 13) ^ (<u32>word)) * 0xcc9e_2d51 + high;
      high = ((rotl(high, 17) ^ (<u32>(word >> 32))) * 0x1b87_3593) ^ low;
    }
  } else if (length > 0) {
    let first: u32;
    let second: u32 = 0;
    if (length >= 4) {
      first = load<u32>(at);
      second = load<u32>(end - 4);
    } else {
      first = (<u32>load<u8>(at)) | ((<u32>load<u8>(at + (length >> 1))) << 8) | ((<u32>load<u8>(end - 1)) << 16);
    }
    low = (rotl(low, 13) ^ first) * 0xcc9e_2d51 + high;
    high = ((rotl(high, 17) ^ second) * 0x1b87_3593) ^ low;
  }
  low = mix(low + high);
  high = mix(high ^ rotl(low, 16));
  return (<u64>low) | ((<u64>high) << 32);
}

function mix(value: u32): u32 {
  value ^= value >> 16;
  value *= 0x7feb_352d;
  value ^= value >> 15;
  value *= 0x846c_a68b;
  return value ^ (value >> 16);
}
