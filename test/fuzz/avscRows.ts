import zlib from 'node:zlib';
import { typeFor } from '../unit/avro/container';
import type { Raw, TableShape } from './shapes';

const codecs: Readonly<Record<string, (data: Buffer) => Buffer>> = {
  null: (data) => data,
  deflate: (data) => zlib.inflateRawSync(data),
  zstandard: (data) => zlib.zstdDecompressSync(data),
};

/**
 * The rows of a container's blocks, which begin at `start`, as avsc reads them, or why it does not. Only for bytes in which counts have
 * been found to be believable: avsc believes them.
 */
export function avscRows(bytes: Buffer, start: number, table: TableShape, codec: string): readonly Raw[] | Error {
  const type = typeFor(table.schema, 'always');
  const rows: Raw[] = [];
  try {
    for (let at = start; at < bytes.length;) {
      const [count, afterCount] = readVarint(bytes, at);
      const [size, dataAt] = readVarint(bytes, afterCount);
      const data = codecs[codec]!(bytes.subarray(dataAt, dataAt + size));
      at = dataAt + size + 16;
      let offset = 0;
      for (let row = 0; row < count; row++) {
        const decoded = type.decode(data, offset);
        if (decoded.offset < 0) return new Error('a block ends within a row');
        ({ offset } = decoded);
        rows.push(table.ofAvroJson(decoded.value));
      }
      if (offset !== data.length) return new Error('bytes are left over');
    }
    return rows;
  } catch (error) {
    return error as Error;
  }
}

function readVarint(bytes: Buffer, start: number): readonly [value: number, end: number] {
  let value = 0n;
  for (let at = start, shift = 0n; ; at++, shift += 7n) {
    const byte = bytes[at];
    if (byte === undefined) throw new Error('the file ends within a number');
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return [Number((value >> 1n) ^ -(value & 1n)), at + 1];
  }
}
