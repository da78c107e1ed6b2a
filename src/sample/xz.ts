import { crc32 } from 'node:zlib';

const maxChunkBytes = 0x10000;
/** Stream flags: a CRC-32 after each block. */
const streamFlags = Uint8Array.of(0x00, 0x01);

/**
 * The bytes as an .xz stream of one block with stored LZMA2 chunks: valid for every reader, not smaller than its input.
 * There is no well-kept encoder without native code, and the sample needs the format, not the saving.
 * Source: "The .xz File Format" 1.2.1, sections 2 to 5.
 */
export function compressXz(input: Uint8Array): Buffer {
  const blockHeader = withCrc(Uint8Array.of(0x02, 0x00, 0x21, 0x01, 0x16, 0x00, 0x00, 0x00));
  const chunks: Uint8Array[] = [];
  for (let start = 0; start < input.length; start += maxChunkBytes) {
    const data = input.subarray(start, start + maxChunkBytes);
    // 1: the first chunk resets the dictionary, 2: the others go on.
    chunks.push(Uint8Array.of(start === 0 ? 1 : 2, (data.length - 1) >>> 8, (data.length - 1) & 0xff), data);
  }
  chunks.push(Uint8Array.of(0));
  const compressed = Buffer.concat(chunks);
  const unpaddedBytes = blockHeader.length + compressed.length + 4;

  const indexBody = Buffer.concat([
    Uint8Array.of(0),
    multibyte(1),
    multibyte(unpaddedBytes),
    multibyte(input.length),
  ]);
  const index = withCrc(Buffer.concat([indexBody, padding(indexBody.length)]));

  const footer = Buffer.alloc(6);
  footer.writeUInt32LE(index.length / 4 - 1, 0);
  footer.set(streamFlags, 4);
  return Buffer.concat([
    Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00),
    withCrc(streamFlags),
    blockHeader,
    compressed,
    padding(unpaddedBytes),
    checksum(input),
    index,
    checksum(footer),
    footer,
    Buffer.from('YZ', 'ascii'),
  ]);
}

function checksum(bytes: Uint8Array): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(crc32(bytes));
  return buffer;
}

function withCrc(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, checksum(bytes)]);
}

function padding(length: number): Uint8Array {
  return new Uint8Array((4 - (length % 4)) % 4);
}

/** Seven bits a byte, least significant first. */
function multibyte(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
