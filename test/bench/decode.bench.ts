import { readFile } from 'node:fs/promises';
import avsc from 'avsc';
import snappy from 'snappyjs';
import { openPart } from '../../src/avro/part';
import { createCountingSource } from '../../src/avro/rangeSource';
import { openRowStream } from '../../src/avro/rowStream';
import { compared, interleaved, limited, openFileSource, type Entry } from './measure';

// One part of the sample's large table, snappy, 35 columns: how soon its first rows are there, how fast it is indexed and
// decoded. The other is avsc with the same snappy decoder, from the same file in the page cache.

const [file = '', rowsText = ''] = process.argv.slice(2);
const rows = Number(rowsText);

async function countRows(): Promise<number> {
  const source = await openFileSource(file);
  const part = await openPart(source, { readAheadBytes: Number.MAX_SAFE_INTEGER });
  while (part.progress().state === 'reading') await new Promise((resolve) => setImmediate(resolve));
  const found = part.progress();
  if (found.rows !== rows || found.damage.length > 0)
    throw new Error(`${found.rows} rows were found, not ${rows}.`);
  part.dispose();
  await source.close();
  return found.rows;
}

async function decodeAll(): Promise<void> {
  const source = await openFileSource(file);
  const stream = await openRowStream(source);
  let found = 0;
  for await (const batch of stream.batches()) found += batch.length;
  if (found !== rows) throw new Error(`${found} rows were decoded, not ${rows}.`);
  await source.close();
}

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

/** `print`: also turns each row into JSON, longs as text, which is what a row stream gives. */
async function decodeByAvsc(print: boolean): Promise<void> {
  const decoder = new avsc.streams.BlockDecoder({
    codecs: {
      snappy: (block: Buffer, done: (error: Error | null, bytes?: Buffer) => void) =>
        done(null, Buffer.from(snappy.uncompress(block.subarray(0, -4)))),
    },
    parseHook: (schema: avsc.Schema) => avsc.Type.forSchema(schema, { registry: { long } }),
  });
  let found = 0;
  let printed = 0;
  const bytes = await readFile(file);
  await new Promise((resolve, reject) => {
    decoder.on('data', (row: object) => {
      found++;
      if (print) printed += JSON.stringify(row, longAsText).length;
    });
    decoder.on('error', reject);
    decoder.on('end', resolve);
    decoder.end(bytes);
  });
  if (found !== rows) throw new Error(`avsc decoded ${found} rows, not ${rows}.`);
  if (print && printed < rows) throw new Error('avsc printed nothing.');
}

const longAsText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

async function firstRows(): Promise<{ requests: number; bytesRead: number }> {
  const inner = await openFileSource(file);
  const source = createCountingSource(inner);
  const part = await openPart(source, { readAheadBytes: 0 });
  const page = await part.rows(0, 50);
  if (page.length < 50) throw new Error(`${page.length} first rows came.`);
  const { requests, bytesRead } = source;
  part.dispose();
  await inner.close();
  return { requests, bytesRead };
}

const [indexSeconds = NaN, textSeconds = NaN, avscSeconds = NaN, avscTextSeconds = NaN] = await interleaved(5, [
  countRows,
  decodeAll,
  () => decodeByAvsc(false),
  () => decodeByAvsc(true),
]);
const [firstSeconds = NaN] = await interleaved(9, [firstRows]);
const { requests, bytesRead } = await firstRows();
const entries: Entry[] = [
  compared('part.index', rows / indexSeconds, rows / avscSeconds, 'rows/s', 1.5, 8),
  compared('part.toText', rows / textSeconds, rows / avscTextSeconds, 'rows/s', 1.2, 7),
  limited('part.firstRows.requests', requests, 'requests', 2, 1),
  limited('part.firstRows.bytes', bytesRead, 'bytes', 262_144, 131_072),
  limited('part.firstRows.local', firstSeconds * 1000, 'ms', 150, 15),
];
process.stdout.write(`${JSON.stringify(entries)}\n`);
