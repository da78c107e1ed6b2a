import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AvroColumn, createAvroWriter, writePart } from '../../../src/sample/avroWriter';
import { sampleCodecs } from '../../../src/sample/codecs';
import { readBack } from './readBack';

const columns: readonly AvroColumn[] = [
  { name: 'user_id', type: 'long', union: 'nullLast' },
  { name: 'event_id', type: 'long', union: 'bare' },
  { name: 'title', type: 'string', union: 'nullLast' },
  { name: 'query', type: 'string', union: 'nullFirst' },
];

const anyRow = fc.record(
  {
    user_id: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { nil: null }),
    event_id: fc.constantFrom(0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n),
    title: fc.option(fc.string({ unit: 'grapheme' }), { nil: null }),
    query: fc.option(fc.string({ unit: 'binary' }), { nil: null }),
  },
  { noNullPrototype: true },
);

describe('the container writer', () => {
  it.each(sampleCodecs)('writes what others read back exactly: %s', (codec) => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 40 }), fc.integer({ min: 1, max: 900 }), (rows, blockBytes) => {
        const part = writePart(
          { columns, codec, seed: 'test', blockBytes },
          rows.map((row) => columns.map(({ name }) => row[name as keyof typeof row])),
        );
        const back = readBack(part);
        expect(back.rows).toEqual(rows);
        expect(back.codec).toBe(codec);
        expect(back.blocks.reduce((sum, block) => sum + block.declaredRows, 0)).toBe(rows.length);
      }),
      // Each block of bzip2 and xz is a process of its own here.
      { numRuns: codec === 'bzip2' || codec === 'xz' ? 4 : 60 },
    );
  });

  it('spells the schema as Spark does', () => {
    const part = writePart({ columns, codec: 'null', seed: 'test' }, []);
    expect(readBack(part).schema).toEqual({
      type: 'record',
      name: 'topLevelRecord',
      fields: [
        { name: 'user_id', type: ['long', 'null'] },
        { name: 'event_id', type: 'long' },
        { name: 'title', type: ['string', 'null'] },
        { name: 'query', type: ['null', 'string'] },
      ],
    });
    expect(readBack(part).blocks).toEqual([]);
  });

  it('closes a block with the row that reaches 64,000 bytes', () => {
    const rows = Array.from({ length: 1000 }, (_, i) => [BigInt(i), 0n, 'x'.repeat(317), null] as const);
    const { blocks } = readBack(writePart({ columns, codec: 'snappy', seed: 'test' }, rows));
    expect(blocks.length).toBeGreaterThan(4);
    for (const block of blocks.slice(0, -1)) {
      expect(block.uncompressedBytes).toBeGreaterThanOrEqual(64_000);
      expect(block.uncompressedBytes).toBeLessThan(64_000 + 330);
    }
  });

  it('makes the sync marker out of the seed alone', () => {
    const marker = (seed: string): string =>
      createAvroWriter({ columns, codec: 'null', seed }).syncMarker.toString('hex');
    expect(marker('a')).toBe(marker('a'));
    expect(marker('a')).not.toBe(marker('b'));
  });

  it('takes bytes that are not UTF-8 as they are', () => {
    const part = writePart({ columns, codec: 'null', seed: 'test' }, [[1n, 1n, Uint8Array.of(0xff, 0xfe), null]]);
    expect(part.includes(Buffer.of(4, 0xff, 0xfe))).toBe(true);
  });

  it('refuses NULL where the type has none', () => {
    const writer = createAvroWriter({ columns, codec: 'null', seed: 'test' });
    expect(() => writer.append([1n, null, 'a', 'b'])).toThrow('event_id takes a bigint');
  });
});
