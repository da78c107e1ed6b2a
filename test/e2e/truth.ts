import { readFileSync } from 'node:fs';
import avsc from 'avsc';
import snappy from 'snappyjs';
import { exactLong } from '../unit/avro/container';

/**
 * The rows of a part, read by avsc: another reader than the product's. Longs are bigints, so nothing is rounded.
 * Snappy, deflate and null only.
 */
export async function trueRows(file: string): Promise<Record<string, unknown>[]> {
  const decoder = new avsc.streams.BlockDecoder({
    // The last four bytes of a block are its checksum.
    codecs: {
      snappy: (block: Buffer, done: (error: Error | null, bytes?: Buffer) => void) =>
        done(null, Buffer.from(snappy.uncompress(block.subarray(0, -4)))),
    },
    parseHook: (schema: avsc.Schema) => avsc.Type.forSchema(schema, { registry: { long: exactLong } }),
  });
  const rows: Record<string, unknown>[] = [];
  return new Promise((resolve, reject) => {
    decoder.on('data', (row: unknown) => rows.push({ ...(row as Record<string, unknown>) }));
    decoder.on('error', reject);
    decoder.on('end', () => resolve(rows));
    decoder.end(readFileSync(file));
  });
}
