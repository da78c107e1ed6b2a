import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createMemorySource } from '../../../src/avro/container/rangeSource';
import { createInlineDecoders } from '../../../src/avro/tasks/inlineDecoders';
import { openDataset } from '../../../src/avro/dataset/openDataset';
import { readPart, streamRows } from './reading';

const folder = new URL('../../fixtures/avro/', import.meta.url);
const file = (name: string): Buffer => readFileSync(new URL(name, folder));

describe("Apache Avro's own files", () => {
  const weather = file('weather.ndjson')
    .toString()
    .trim()
    .split('\n')
    .map((line) => Object.values(JSON.parse(line) as object).map(String));

  for (const [name, codec] of [
    ['weather', 'null'],
    ['weather-deflate', 'deflate'],
    ['weather-snappy', 'snappy'],
    ['weather-zstd', 'zstandard'],
    ['weather-bzip2', 'bzip2'],
    ['weather-xz', 'xz'],
  ] as const) {
    it(`gives the rows of ${name}.avro`, async () => {
      const { part, rows, progress } = await readPart(file(`${name}.avro`));
      expect(part.metadata.codec).toBe(codec);
      expect(part.metadata.schemaName).toBe('test.Weather');
      expect(rows).toEqual(weather);
      expect(progress).toMatchObject({ state: 'complete', rows: 5, blocks: 1, damage: [], requests: 1 });
      expect(progress.estimatedRows).toBeUndefined();
      expect(part.columns).toEqual([
        { name: 'station', kind: 'text', typeText: 'string', nullable: false },
        { name: 'time', kind: 'integer', typeText: 'long', nullable: false },
        { name: 'temp', kind: 'integer', typeText: 'int', nullable: false },
      ]);
    });
  }

  it('gives the rows of weather-sorted.avro in their own order', async () => {
    const { rows } = await readPart(file('weather-sorted.avro'));
    const sorted = (list: readonly unknown[]): string[] => list.map((row) => JSON.stringify(row)).sort();
    expect(sorted(rows)).toEqual(sorted(weather));
    expect(rows).not.toEqual(weather);
  });
});

describe("Spark's files, against fastavro's rows", () => {
  for (const [name, blocks] of [
    ['empty-snappy', 0],
    ['user_migrations-snappy', 1],
    ['users-snappy', 4],
    ['pageviews-snappy', 31],
  ] as const) {
    it(`gives every cell of ${name}.avro`, async () => {
      const expected = gunzipSync(file(`${name}.ndjson.gz`))
        .toString()
        .split('\n')
        .filter(Boolean);
      const objects = expected.map((line) => JSON.parse(line) as Record<string, string | null>);
      const { part, rows, progress } = await readPart(file(`${name}.avro`));
      expect(progress).toMatchObject({ state: 'complete', rows: expected.length, blocks, damage: [] });
      expect(rows).toEqual(objects.map((object) => Object.values(object)));
      if (objects[0] !== undefined) {
        expect(part.columns.map((column) => column.name)).toEqual(Object.keys(objects[0]));
      }
      expect(part.columns.every((column) => column.nullable && / or null$/.test(column.typeText))).toBe(true);
      expect(part.metadata.entries).toEqual([{ key: 'org.apache.spark.version', value: '3.5.9' }]);

      const stream = await streamRows(file(`${name}.avro`));
      expect(stream.rows).toEqual(
        objects.map((object) => Object.values(object).map((cell) => JSON.stringify(cell))),
      );
    });
  }

  it('gives every type of every-type-snappy.avro', async () => {
    const { part, rows } = await readPart(file('every-type-snappy.avro'));
    expect(part.columns.map(({ name, kind, typeText }) => `${name} ${kind} ${typeText}`)).toEqual([
      'id integer long',
      'nested json record nested',
      'm json map of long',
      'd time date',
      'ts time timestamp-micros',
      'dec number decimal(20, 4) or null',
      'f number float',
      'g number double',
      'b boolean boolean or null',
      'bin bytes bytes',
    ]);
    expect(rows).toHaveLength(100);
    expect(rows[3]).toEqual([
      '3',
      '{"a":3,"b":["3",null]}',
      '{"k":3}',
      '2024-02-29',
      '2023-11-14T22:13:20.123459Z',
      '3.0000',
      expect.any(String),
      expect.any(String),
      expect.any(String),
      Buffer.from('3').toString('hex'),
    ]);
  });
});

describe("Spark's files of every kind of column, against the rows as Spark reads them", () => {
  const expected = gunzipSync(file('spark-kinds.ndjson.gz'))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

  it.each(['null', 'deflate', 'snappy', 'zstandard', 'bzip2', 'xz'])('gives every cell in %s', async (codec) => {
    const source = createMemorySource(file(`spark-kinds-${codec}.avro`));
    const dataset = await openDataset([{ source, facts: { file: codec, uri: codec } }], {
      readAheadBytes: 0,
      decoders: createInlineDecoders(),
    });
    try {
      const columns = dataset.columns.map(({ name }) => name);
      const text: Uint8Array[] = [];
      const request = { format: 'ndjson', columns, formulaGuard: false } as const;
      for await (const bytes of dataset.text(request, { scope: 'all' })) text.push(bytes);
      const lines = Buffer.concat(text).toString().trim().split('\n');
      expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(expected);
      expect(expected).toHaveLength(400);
      expect(dataset.progress()).toMatchObject({ rows: 400, damage: [] });
    } finally {
      dataset.dispose();
    }
  });
});
