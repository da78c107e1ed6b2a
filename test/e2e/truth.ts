import { readFileSync } from 'node:fs';
import avsc from 'avsc';
import snappy from 'snappyjs';

/**
 * The rows of a part, read by avsc: another reader than the product's. Longs are bigints, so nothing is rounded.
 * Snappy, deflate and null only.
 */
export async function trueRows(file: string): Promise<Record<string, unknown>[]> {
  const long = avsc.types.LongType.__with({
    fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
    toBuffer: (value: bigint) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(value);
      return bytes;
    },
    fromJSON: BigInt,
    toJSON: String,
    isValid: (value: unknown) => typeof value === 'bigint',
    compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
  });
  const decoder = new avsc.streams.BlockDecoder({
    // The last four bytes of a block are its checksum.
    codecs: {
      snappy: (block: Buffer, done: (error: Error | null, bytes?: Buffer) => void) =>
        done(null, Buffer.from(snappy.uncompress(block.subarray(0, -4)))),
    },
    parseHook: (schema: avsc.Schema) => avsc.Type.forSchema(schema, { registry: { long } }),
  });
  const rows: Record<string, unknown>[] = [];
  return new Promise((resolve, reject) => {
    decoder.on('data', (row: unknown) => rows.push({ ...(row as Record<string, unknown>) }));
    decoder.on('error', reject);
    decoder.on('end', () => resolve(rows));
    decoder.end(readFileSync(file));
  });
}
