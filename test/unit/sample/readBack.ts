import { spawnSync } from 'node:child_process';
import { crc32, inflateRawSync, zstdDecompressSync } from 'node:zlib';
import avro from 'avsc';
import { uncompress } from 'snappyjs';

/**
 * A reader of Avro containers for these tests only, independent of the product's: avsc for the records, others' programs
 * for bzip2 and xz, and a plain walk over the blocks.
 */
export interface ReadBack {
  readonly codec: string;
  readonly schema: {
    readonly name: string;
    readonly fields: readonly { readonly name: string; readonly type: unknown }[];
  };
  readonly metadata: Readonly<Record<string, string>>;
  readonly blocks: readonly BlockBack[];
  /** Rows of the good blocks. */
  readonly rows: readonly Row[];
}

export interface BlockBack {
  readonly offset: number;
  readonly declaredRows: number;
  readonly fault?: 'checksum' | 'truncated' | 'marker';
  readonly uncompressedBytes?: number;
}

export type Row = Readonly<Record<string, bigint | string | null>>;

const longType = avro.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});

export function readBack(file: Buffer): ReadBack {
  if (file.subarray(0, 4).toString('latin1') !== 'Obj\x01') throw new Error('not a container');
  let at = 4;
  const long = (): number => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = file[at++];
      if (byte === undefined) throw new RangeError('past the end');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number((value >> 1n) ^ -(value & 1n));
    }
  };
  const bytes = (): Buffer => {
    const length = long();
    at += length;
    return file.subarray(at - length, at);
  };
  const metadata: Record<string, string> = {};
  for (let count = long(); count !== 0; count = long())
    for (let i = 0; i < count; i++) metadata[bytes().toString()] = bytes().toString();
  const marker = file.subarray(at, (at += 16));
  const codec = metadata['avro.codec']!;
  const schema = JSON.parse(metadata['avro.schema']!) as ReadBack['schema'];
  const type = avro.Type.forSchema(schema as never, {
    registry: { long: longType },
    wrapUnions: false,
  });

  const blocks: BlockBack[] = [];
  const rows: Row[] = [];
  while (at < file.length) {
    const offset = at;
    const declaredRows = long();
    const data = bytes();
    if (at + 16 > file.length) {
      blocks.push({ offset, declaredRows, fault: 'truncated' });
      break;
    }
    const isMarked = file.subarray(at, (at += 16)).equals(marker);
    const plain = decompress(codec, data);
    const fault = !isMarked ? 'marker' : plain === undefined ? 'checksum' : undefined;
    blocks.push({
      offset,
      declaredRows,
      ...(fault ? { fault } : {}),
      ...(plain ? { uncompressedBytes: plain.length } : {}),
    });
    if (plain === undefined) continue;
    let position = 0;
    for (let row = 0; row < declaredRows; row++) {
      const decoded = type.decode(plain, position);
      const value: unknown = decoded.value;
      const end = decoded.offset;
      if (end < 0) throw new Error(`row ${row} of block ${blocks.length - 1} goes past its end`);
      rows.push({ ...(value as Row) });
      position = end;
    }
    if (position !== plain.length) throw new Error('bytes left over in a block');
  }
  return { codec, schema, metadata, blocks, rows };
}

function decompress(codec: string, data: Buffer): Buffer | undefined {
  switch (codec) {
    case 'null':
      return data;
    case 'deflate':
      return inflateRawSync(data);
    case 'zstandard':
      return zstdDecompressSync(data);
    case 'snappy': {
      const plain = Buffer.from(uncompress(data.subarray(0, -4)));
      return crc32(plain) === data.readUInt32BE(data.length - 4) ? plain : undefined;
    }
    case 'bzip2':
    case 'xz':
      return spawnSync(codec, ['-dc'], { input: data }).stdout;
    default:
      throw new Error(`unknown codec ${codec}`);
  }
}
