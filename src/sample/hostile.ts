import { type AvroColumn, createAvroWriter, writePart } from './avroWriter';
import { blockOffsets, withFlippedBit } from './damage';
import { definitionsKey, lastNight, manifestKey, sampleBucket, tableFolder } from './layout';
import { printManifestText } from './manifests';
import { type SampleFile, textFile } from './objects';

/**
 * What would spoil a picture, and what a product must stand all the same. Dumps 2^53 and 2^53 + 1 (one number to a
 * careless reader), tables whose names need quoting, and a table with a part spoiled in each way there is.
 */

export const hostileDumps = ['9007199254740992', '9007199254740993'] as const;

/** Legal in keys and in file names. Table names are the product's slugs; nobody promises that. */
export const hostileTables = [
  'with space',
  "o'neill",
  '100%_wool',
  'a+b',
  '検索_⛺',
  'select',
  'semi;colon',
  '__proto__',
] as const;

/** Parts of the table `spoiled`, by what is wrong with each. */
export const spoiledParts = [
  'empty', 'notAvro', 'headerCut', 'unknownCodec', 'badSchema', 'badSyncMarker', 'badChecksum', 'cutInBlock', 'wrongRowCount',
  'trailingBytes', 'notUtf8', 'huge%20name+ünïcode',
] as const; // prettier-ignore

const columns: readonly AvroColumn[] = [
  { name: 'event_id', type: 'long', union: 'nullLast' },
  { name: 'user_id', type: 'long', union: 'nullLast' },
  { name: 'note', type: 'string', union: 'nullLast' },
];

export function spoiledKey(fault: (typeof spoiledParts)[number]): string {
  const number = String(spoiledParts.indexOf(fault)).padStart(5, '0');
  return `${tableFolder(hostileDumps[1], 'spoiled')}part-${number}-${fault}.avro`;
}

function hostileKey(table: string): string {
  return `${tableFolder(hostileDumps[0], table)}part-00000-"quoted" name+1%.avro`;
}

export function buildHostileFiles(now: number): SampleFile[] {
  const modified = lastNight(now) - 600_000;
  const tableFiles = hostileTables.map((table, i) => ({
    key: hostileKey(table),
    bytes: writePart({ columns, codec: 'snappy', seed: table }, [[BigInt(i), null, table]]),
    modified,
    rows: 1,
  }));
  const spoiled = spoiledParts.map((fault) => ({ key: spoiledKey(fault), bytes: spoil(fault), modified }));
  const entry = (name: string, keys: readonly string[]): unknown => ({
    name,
    files: keys.map((key) => `s3://${sampleBucket}/${key}`),
    columns: columns.map((column) => column.name),
    incremental: false,
  });
  const [first, second] = hostileDumps;
  const firstTables = hostileTables.map((table) => entry(table, [hostileKey(table)]));
  // The seed's bullet list has the definitions inside the tables' list; here they stand there.
  const secondTables = [
    {
      ...(entry(
        'spoiled',
        spoiled.map(({ key }) => key),
      ) as object),
      property_definitions: definitionsKey(second),
    },
    { name: 'no_files_key' },
    {
      files: [`s3://${sampleBucket}/elsewhere/part-00000.avro`, 'not a uri', 7],
      name: 'odd_files',
      incremental: 'yes',
    },
    { name: 'odd_files', files: [] },
  ];
  return [
    ...tableFiles,
    ...spoiled,
    textFile(manifestKey(first), printManifestText(first, firstTables, {}), modified),
    textFile(manifestKey(second), printManifestText(second, secondTables, {}), modified),
    textFile('manifests/sync_1002.json', '{"dump_id":1002,"tables":[{"name":"users","fi', modified),
    textFile('manifests/sync_1003.json', '[]', modified),
    textFile('manifests/notes.json', '', modified),
    textFile('sync_reports/broken.json', '{"start_time": 15669684', modified),
    textFile(definitionsKey(second), '{"not": "a list"}', modified),
  ];
}

function spoil(fault: (typeof spoiledParts)[number]): Uint8Array {
  const options = { columns, codec: 'snappy', seed: fault, blockBytes: 2000 } as const;
  const whole = writePart(options, rows());
  const offsets = blockOffsets(whole, createAvroWriter(options).syncMarker);
  const [first = 0, second = 0, third = 0] = offsets;
  switch (fault) {
    case 'empty':
      return new Uint8Array(0);
    case 'notAvro':
      return Buffer.from('PAR1 is how another format begins');
    case 'headerCut':
      return whole.subarray(0, 60);
    case 'unknownCodec':
      return replaceBytes(whole, 'snappy', 'brotli');
    case 'badSchema':
      return replaceBytes(whole, '"record"', '"reckrd"');
    case 'badSyncMarker':
      return withByte(whole, third - 5, 0x5a);
    case 'badChecksum':
      return withFlippedBit(whole, second);
    case 'cutInBlock':
      return whole.subarray(0, Math.floor((second + third) / 2));
    case 'wrongRowCount':
      // The count is the block's first long: one more pair of rows than there are.
      return withByte(whole, first, ((whole[first] ?? 0) + 4) & 0xff);
    case 'trailingBytes':
      return Buffer.concat([whole, Buffer.from('appended by a careless copy')]);
    case 'notUtf8':
      return writePart(options, [[1n, 1n, Uint8Array.of(0x5a, 0xfc, 0x72, 0x69, 0x63, 0x68)]]);
    case 'huge%20name+ünïcode':
      return whole;
  }
}

function* rows(): Generator<readonly [bigint, bigint, string]> {
  for (let i = 0; i < 200; i++)
    yield [BigInt(i), BigInt(i * 31), `${i}: Hinterhaus, dritter Stock, bitte zweimal klingeln`];
}

function withByte(bytes: Uint8Array, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = value;
  return copy;
}

/** Of equal length, at its first place. */
function replaceBytes(bytes: Uint8Array, from: string, to: string): Buffer {
  const copy = Buffer.from(bytes);
  copy.write(to, copy.indexOf(from), 'latin1');
  return copy;
}
