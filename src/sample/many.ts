import { type AvroColumn, writePart } from './avroWriter';
import { dayMs, definitionsKey, lastNight, manifestKey, partKey, sampleBucket } from './layout';
import { printManifestText } from './manifests';
import { type SampleFile, type Tally, textFile, writeObjects } from './objects';

/** Buckets with very many tiny objects, for "stays usable" tests. Every part is a valid Avro file of one row. */

const columns: readonly AvroColumn[] = [
  { name: 'user_id', type: 'long', union: 'nullLast' },
  { name: 'identity', type: 'string', union: 'nullLast' },
];
const columnList = columns.map(({ name }) => name);
const firstDump = 950;

/** `count` nightly syncs, ids from 950 on, each with a manifest, a report and one part of `users`. */
export async function writeManySyncs(root: string, count: number, now: number, tally: Tally): Promise<void> {
  await writeObjects(root, manySyncs(count, now), tally);
  tally.dumps += count;
}

function* manySyncs(count: number, now: number): Generator<SampleFile> {
  for (let i = 0; i < count; i++) {
    const id = String(firstDump + i);
    const start = lastNight(now) - (count - 1 - i) * dayMs;
    const part = partKey(id, 'users', 0);
    const tables = [
      { name: 'users', files: [`s3://${sampleBucket}/${part}`], columns: columnList, incremental: i % 30 !== 0 },
    ];
    const report = {
      start_time: start,
      finish_time: start + 200_000,
      status: 'succeeded',
      next_sync_at: start + dayMs,
      error: null,
    };
    yield { key: part, bytes: tinyPart(part, i), modified: start + 60_000, rows: 1 };
    yield textFile(manifestKey(id), printManifestText(id, tables, {}), start + 180_000);
    yield textFile(`sync_reports/sync_report_${start}.json`, JSON.stringify(report), start + 200_000);
  }
}

/** One full sync whose `pageviews` has `count` parts. */
export async function writeManyParts(root: string, count: number, now: number, tally: Tally): Promise<void> {
  await writeObjects(root, manyParts(count, now), tally);
  tally.dumps += 1;
}

function* manyParts(count: number, now: number): Generator<SampleFile> {
  const id = '1010103140';
  const start = lastNight(now);
  const keys = Array.from({ length: count }, (_, i) => partKey(id, 'pageviews', i));
  for (const [i, key] of keys.entries())
    yield { key, bytes: tinyPart('pageviews', i), modified: start + 60_000, rows: 1 };
  const files = keys.map((key) => `s3://${sampleBucket}/${key}`);
  const tables = [{ name: 'pageviews', files, columns: columnList, incremental: false }];
  const more = { property_definitions: `s3://${sampleBucket}/${definitionsKey(id)}` };
  yield textFile(definitionsKey(id), '[]', start + 30_000);
  yield textFile(manifestKey(id), printManifestText(id, tables, more), start + 180_000);
}

function tinyPart(seed: string, i: number): Uint8Array {
  return writePart({ columns, codec: 'null', seed }, [[BigInt(i), `C${100_000 + i}`]]);
}
