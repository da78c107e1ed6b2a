import { constants, crc32, deflateRawSync, zstdCompressSync } from 'node:zlib';
import { compress as compressSnappy } from 'snappyjs';
import { compressBzip2 } from './bzip2';
import { compressXz } from './xz';

export const sampleCodecs = ['null', 'deflate', 'snappy', 'zstandard', 'bzip2', 'xz'] as const;
export type SampleCodec = (typeof sampleCodecs)[number];

/** One block's data as it lies in the file. Snappy is followed by the big-endian CRC-32 of the uncompressed bytes [Avro 1.11, "snappy"]. */
export function compressBlock(codec: SampleCodec, data: Uint8Array): Uint8Array {
  switch (codec) {
    case 'null':
      return data.slice();
    case 'deflate':
      return deflateRawSync(data, { level: 6 });
    case 'snappy': {
      const crc = Buffer.alloc(4);
      crc.writeUInt32BE(crc32(data));
      return Buffer.concat([compressSnappy(data), crc]);
    }
    case 'zstandard':
      return zstdCompressSync(data, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
    case 'bzip2':
      return compressBzip2(data);
    case 'xz':
      return compressXz(data);
  }
}
