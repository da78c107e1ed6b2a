/** Spoils finished parts in known places. */

/** Offsets of the blocks of a part that this room has written, found by its sync marker. */
export function blockOffsets(part: Uint8Array, syncMarker: Uint8Array): number[] {
  const offsets: number[] = [];
  const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
  for (let at = bytes.indexOf(syncMarker); at >= 0; at = bytes.indexOf(syncMarker, at + 1)) offsets.push(at + 16);
  offsets.pop();
  return offsets;
}

/**
 * A copy in which one bit of a snappy block is wrong, in a literal: it still decompresses, to the right length,
 * and only its checksum tells.
 */
export function withFlippedBit(part: Uint8Array, blockOffset: number): Buffer {
  const copy = Buffer.from(part);
  // Two longs of at most 5 bytes each, the uncompressed length of 3, a literal's tag of at most 3; and 9 more.
  const at = blockOffset + 25;
  copy[at] = (copy[at] ?? 0) ^ 0x04;
  return copy;
}
