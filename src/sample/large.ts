import { mkdir, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { type AvroColumn, type AvroValue, createAvroWriter } from './avroWriter';
import type { SampleCodec } from './codecs';
import { dayMs, lastNight, manifestKey, partKey, sampleBucket } from './layout';
import { printManifestText } from './manifests';
import { type Tally, setModified, textFile, writeObjects } from './objects';
import { type Random, createRandom } from './random';

/** One table for benchmarks, written with one block in memory. */
export interface LargeOptions {
  /** Rows a part. */
  readonly rows: number;
  /** Absent: 1. */
  readonly parts?: number;
  /** Absent: snappy. */
  readonly codec?: SampleCodec;
  /** Absent: 35. The first three are the ids. */
  readonly columns?: number;
}

const dump = '1010103140';
const defaultColumns = 35;

/** How many different values the text columns have, in turn: from a device's type to a page's address. */
const cardinalities = [3, 8, 20, 55, 150, 400, 1100, 3000, 8000, 20_000] as const;
/** Every so manieth text column has a value of its own in each row. */
const uniqueEvery = 11;

/** Writes one full dump with one table, `pageviews`. */
export async function writeLarge(root: string, options: LargeOptions, now: number, tally: Tally): Promise<void> {
  const { rows, parts = 1, codec = 'snappy', columns: count = defaultColumns } = options;
  const columns = largeColumns(count);
  const keys = Array.from({ length: parts }, (_, part) => partKey(dump, 'pageviews', part));
  const start = lastNight(now);
  const vocabularies = createVocabularies(columns);
  for (const key of keys) {
    const target = path.join(root, ...key.split('/'));
    await mkdir(path.dirname(target), { recursive: true });
    const file = await open(target, 'w');
    try {
      tally.bytes += await writeRows(
        file,
        key,
        columns,
        codec,
        rows,
        createRowSource(key, columns, vocabularies, start),
      );
    } finally {
      await file.close();
    }
    await setModified(target, start + 60_000);
    tally.files++;
    tally.rows += rows;
  }
  const tables = [
    {
      name: 'pageviews',
      files: keys.map((key) => `s3://${sampleBucket}/${key}`),
      columns: columns.map(({ name }) => name),
      incremental: false,
    },
  ];
  await writeObjects(
    root,
    [textFile(manifestKey(dump), printManifestText(dump, tables, {}), start + 180_000)],
    tally,
  );
  tally.dumps += 1;
}

async function writeRows(
  file: FileHandle,
  seed: string,
  columns: readonly AvroColumn[],
  codec: SampleCodec,
  rows: number,
  nextRow: () => readonly AvroValue[],
): Promise<number> {
  const writer = createAvroWriter({ columns, codec, seed });
  let bytes = 0;
  const write = async (block: Uint8Array): Promise<void> => {
    await file.write(block);
    bytes += block.length;
  };
  await write(writer.header);
  for (let row = 0; row < rows; row++) {
    const block = writer.append(nextRow());
    if (block !== undefined) await write(block);
  }
  const last = writer.finish();
  if (last !== undefined) await write(last);
  return bytes;
}

const largeNames = [
  'user_id', 'event_id', 'session_id', 'time', 'path', 'title', 'referrer', 'browser', 'country', 'region', 'city',
  'library', 'platform', 'device_type', 'query', 'landing_page',
] as const; // prettier-ignore

function largeColumns(count: number): AvroColumn[] {
  return Array.from({ length: count }, (_, i) => ({
    name: largeNames[i] ?? `prop_${String(i - largeNames.length).padStart(2, '0')}`,
    type: i < 3 ? 'long' : 'string',
    union: 'nullLast',
  }));
}

/** The possible values of each text column, encoded once. An empty list: every row has its own. */
type Vocabularies = readonly (readonly Uint8Array[])[];

function createVocabularies(columns: readonly AvroColumn[]): Vocabularies {
  const shared = cardinalities.map((size, i) => {
    const random = createRandom(`vocabulary/${i}`);
    return Array.from({ length: size }, (_, n) => Buffer.from(phrase(random, n)));
  });
  return columns.map(({ type }, i) => {
    if (type === 'long' || i % uniqueEvery === uniqueEvery - 1) return [];
    return shared[i % shared.length] ?? [];
  });
}

const words = [
  'tent', 'jacke', 'sac', 'à dos', 'größe', 'blue', 'winter', 'sale', '⛺', 'gore-tex', 'p', 'c', 'trail', 'down', '=42',
] as const; // prettier-ignore

function phrase(random: Random, n: number): string {
  const count = 1 + random.below(3);
  return `/${Array.from({ length: count }, () => random.pick(words)).join('-')}/${n}`;
}

function createRowSource(
  seed: string,
  columns: readonly AvroColumn[],
  vocabularies: Vocabularies,
  start: number,
): () => readonly AvroValue[] {
  const random = createRandom(`rows/${seed}`);
  const row = new Array<AvroValue>(columns.length).fill(null);
  let at = start - dayMs;
  let rowsLeftInSession = 0;
  return () => {
    if (rowsLeftInSession === 0) {
      rowsLeftInSession = 1 + random.below(24);
      row[0] = random.int64();
      row[2] = random.int53();
    }
    rowsLeftInSession--;
    row[1] = random.int64();
    at += random.below(300);
    if (columns.length > 3) row[3] = String(at);
    for (let i = 4; i < columns.length; i++) {
      const vocabulary = vocabularies[i] ?? [];
      row[i] =
        random.below(8) === 0
          ? null
          : vocabulary.length === 0
            ? `${random.next().toString(36)}-${random.next().toString(36)}`
            : (vocabulary[random.below(vocabulary.length)] ?? null);
    }
    return row;
  };
}
