import zlib from 'node:zlib';
import avsc from 'avsc';
import { compress } from 'snappyjs';

/** Writes containers for the tests: rows by avsc, an independent encoder; blocks and damage by hand. */

/** 64-bit longs as bigint, for avsc. */
export const exactLong = avsc.types.LongType.__with({
  fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(value);
    return buffer;
  },
  fromJSON: (value: number | string) => BigInt(value),
  toJSON: (value: bigint) => value.toString(),
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});

/** The type of a schema, with exact longs in both spellings: `"long"` and `{ "type": "long" }`. */
export function typeFor(schema: unknown, wrapUnions: 'auto' | 'always' = 'auto'): avsc.Type {
  return avsc.Type.forSchema(schema as avsc.Schema, {
    wrapUnions,
    typeHook: (part) => {
      const name = typeof part === 'string' ? part : (part as { type?: unknown }).type;
      return name === 'long' ? exactLong : undefined;
    },
  });
}

export function varint(value: number | bigint): Buffer {
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  const bytes: number[] = [];
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

export function sized(bytes: Buffer | string): Buffer {
  const buffer = Buffer.from(bytes as string);
  return Buffer.concat([varint(buffer.length), buffer]);
}

export const sync = Buffer.from('0f1e2d3c4b5a69788796a5b4c3d2e1f0', 'hex');

export type CodecName = 'null' | 'deflate' | 'snappy' | 'zstandard';

export const encoders: Readonly<Record<CodecName, (data: Buffer) => Buffer>> = {
  null: (data) => data,
  deflate: (data) => zlib.deflateRawSync(data),
  zstandard: (data) => zlib.zstdCompressSync(data),
  snappy: (data) => {
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(zlib.crc32(data));
    return Buffer.concat([compress(data), checksum]);
  },
};

export function header(
  schema: unknown,
  codec?: string,
  more: Readonly<Record<string, string | Buffer>> = {},
): Buffer {
  const entries = Object.entries({
    'avro.schema': typeof schema === 'string' && schema.startsWith('{') ? schema : JSON.stringify(schema),
    ...(codec === undefined ? {} : { 'avro.codec': codec }),
    ...more,
  });
  return Buffer.concat([
    Buffer.from('Obj\u0001', 'latin1'),
    varint(entries.length),
    ...entries.flatMap(([key, value]) => [sized(key), sized(value)]),
    varint(0),
    sync,
  ]);
}

/** One block of stored bytes, with its header and marker. */
export function block(stored: Buffer, rows: number | bigint, marker = sync, size = stored.length): Buffer {
  return Buffer.concat([varint(rows), varint(size), stored, marker]);
}

/** A whole container: rows spread over blocks of `rowsPerBlock`. */
export function container(
  schema: unknown,
  rows: readonly unknown[],
  options: { codec?: CodecName; rowsPerBlock?: number; type?: avsc.Type } = {},
): Buffer {
  const { codec = 'null', rowsPerBlock = Math.max(1, rows.length), type = typeFor(schema) } = options;
  const parts = [header(schema, codec)];
  for (let at = 0; at < rows.length; at += rowsPerBlock) {
    const slice = rows.slice(at, at + rowsPerBlock);
    const data = Buffer.concat(slice.map((row) => type.toBuffer(row)));
    parts.push(block(encoders[codec](data), slice.length));
  }
  return Buffer.concat(parts);
}
