import { describe, expect, it } from 'vitest';
import type { PartReport } from '../../../src/core/partReport';
import { printIntegrity, summarizeIntegrity, type VerifiedPart } from '../../../src/core/printIntegrity';

const sound: PartReport = {
  codec: 'snappy',
  bytes: 1_048_576,
  blocks: 12,
  rowsDeclared: 12_000,
  rowsDecoded: 12_000,
  damage: [],
  trailingBytes: 0,
  isSound: true,
};

const parts: readonly VerifiedPart[] = [
  { file: 'part-00000-a_b.avro', uri: 's3://b/sync_1240/part-00000-a_b.avro', dump: '1240', report: sound },
  {
    file: 'part-00001.avro',
    uri: 's3://b/sync_1241/part-00001.avro',
    dump: '1241',
    report: {
      ...sound,
      rowsDecoded: 11_000,
      isSound: false,
      damage: [
        {
          reason: 'checksum',
          block: 3,
          offset: 262_144,
          resumedAt: 349_525,
          declaredRows: 1000,
          decodedRows: 0,
          detail: 'its snappy checksum | does not match',
        },
        {
          reason: 'blockHeader',
          block: 9,
          offset: 900_000,
          resumedAt: 900_100,
          decodedRows: 0,
          detail: 'no block',
        },
      ],
    },
  },
  {
    file: 'part-00002.avro',
    uri: 's3://b/sync_1241/part-00002.avro',
    dump: '1241',
    failure: { code: 'store.notFound', facts: { uri: 's3://b/sync_1241/part-00002.avro' } },
  },
];

describe('a report on integrity', () => {
  it('names what is damaged or could not be read first, then all', async () => {
    const text = printIntegrity(parts, {
      what: 'pageviews as of dump 1241',
      at: Date.UTC(2026, 10, 23, 12, 30, 5),
      notes: ['1 file of the manifests lies outside this bucket and is left out: s3://else/x.avro.'],
    });
    await expect(text).toMatchFileSnapshot('../../golden/core/integrity.md');
  });

  it('says in one sentence whether all is well', () => {
    expect(summarizeIntegrity([parts[0]!])).toBe('Sound: 1 part with 12,000 rows in 1 MB.');
    expect(summarizeIntegrity(parts)).toBe('2 of 3 parts with 23,000 rows in 2 MB are not sound.');
  });
});
