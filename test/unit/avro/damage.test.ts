import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Damage } from '../../../src/core/partProgress';
import { isFailure } from '../../../src/core/failure';
import { block, container, encoders, header, sync, typeFor, varint, type CodecName } from './container';
import { readPart, settle, streamRows } from './reading';

const schema = {
  type: 'record',
  name: 'R',
  fields: [
    { name: 'id', type: ['long', 'null'] },
    { name: 'text', type: ['string', 'null'] },
  ],
};
const type = typeFor(schema);
interface Row {
  readonly id: bigint;
  readonly text: string | null;
}
const rowsOf = (first: number, count: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({
    id: BigInt(first + i) * 1_000_000_007n,
    text: i % 5 === 4 ? null : `row ${first + i} é`,
  }));
const cellsOf = (rows: readonly Row[]): (string | null)[][] => rows.map((row) => [String(row.id), row.text]);
const encoded = (rows: readonly Row[], codec: CodecName = 'null'): Buffer =>
  encoders[codec](Buffer.concat(rows.map((row) => type.toBuffer(row))));

/** Three blocks of ten rows, the middle one replaced. */
function withMiddle(middle: Buffer, codec: CodecName = 'null'): Buffer {
  return Buffer.concat([
    header(schema, codec),
    block(encoded(rowsOf(0, 10), codec), 10),
    middle,
    block(encoded(rowsOf(20, 10), codec), 10),
  ]);
}
const middleRows = rowsOf(10, 10);
const before = cellsOf(rowsOf(0, 10));
const after = cellsOf(rowsOf(20, 10));
const middleOffset = (codec: CodecName = 'null'): number =>
  header(schema, codec).length + block(encoded(rowsOf(0, 10), codec), 10).length;

async function expectDamage(
  bytes: Buffer,
  rows: readonly (readonly (string | null)[])[],
  damage: readonly Partial<Damage>[],
): Promise<void> {
  const part = await readPart(bytes);
  expect(part.progress.damage).toEqual(damage.map((one) => expect.objectContaining(one) as unknown));
  expect(part.rows).toEqual(rows);
  expect(part.progress).toMatchObject({ state: 'complete', rows: rows.length, bytesScanned: bytes.length });
  const stream = await streamRows(bytes);
  expect(stream.damage).toEqual(part.progress.damage);
  expect(stream.rows).toEqual(rows.map((row) => row.map((cell) => JSON.stringify(cell))));
}

describe('a damaged block in the middle costs no other block', () => {
  it('with a checksum that does not match: none of its rows are shown', async () => {
    const stored = encoded(middleRows, 'snappy');
    stored[stored.length - 2]! ^= 4;
    const bytes = withMiddle(block(stored, 10), 'snappy');
    const offset = middleOffset('snappy');
    await expectDamage(
      bytes,
      [...before, ...after],
      [
        {
          reason: 'checksum',
          block: 1,
          offset,
          resumedAt: offset + block(stored, 10).length,
          declaredRows: 10,
          decodedRows: 0,
          rowsBefore: before.length,
          detail: 'its snappy checksum does not match',
        },
      ],
    );
  });

  it.each(['deflate', 'zstandard', 'snappy'] as const)('that does not decompress (%s)', async (codec) => {
    const bytes = withMiddle(block(Buffer.alloc(30, 0xff), 10), codec);
    await expectDamage(
      bytes,
      [...before, ...after],
      [{ reason: 'decompression', block: 1, declaredRows: 10, decodedRows: 0 }],
    );
  });

  it('that holds fewer rows than it declares: those it holds are shown', async () => {
    await expectDamage(
      withMiddle(block(encoded(middleRows, 'deflate'), 12), 'deflate'),
      [...before, ...cellsOf(middleRows), ...after],
      [{ reason: 'rows', block: 1, declaredRows: 12, decodedRows: 10, rowsBefore: before.length }],
    );
  });

  it('that holds more rows than it declares: those declared are shown', async () => {
    await expectDamage(
      withMiddle(block(encoded(middleRows), 7)),
      [...before, ...cellsOf(middleRows.slice(0, 7)), ...after],
      [{ reason: 'rows', block: 1, declaredRows: 7, decodedRows: 7 }],
    );
  });

  it('that declares 2^40 rows', async () => {
    await expectDamage(
      withMiddle(block(encoded(middleRows), 2 ** 40)),
      [...before, ...cellsOf(middleRows), ...after],
      [{ reason: 'rows', block: 1, declaredRows: 2 ** 40, decodedRows: 10 }],
    );
  });

  it('whose sync marker is wrong, with rows that are right', async () => {
    await expectDamage(
      withMiddle(block(encoded(middleRows, 'snappy'), 10, Buffer.alloc(16, 7)), 'snappy'),
      [...before, ...cellsOf(middleRows), ...after],
      [{ reason: 'syncMarker', block: 1, declaredRows: 10, decodedRows: 10 }],
    );
  });

  it.each([
    ['a size below zero', Buffer.concat([varint(10), varint(-3)])],
    ['a count below zero', Buffer.concat([varint(-10), varint(30)])],
    ['a number without end', Buffer.alloc(20, 0xff)],
    ['a size past the end of the file', Buffer.concat([varint(10), varint(2 ** 41)])],
  ])('whose header has %s', async (_, bad) => {
    const middle = Buffer.concat([bad, encoded(middleRows), sync]);
    await expectDamage(
      withMiddle(middle),
      [...before, ...after],
      [{ reason: 'blockHeader', block: 1, offset: middleOffset(), resumedAt: middleOffset() + middle.length }],
    );
  });

  it.each([
    ['too small', -4],
    ['too large', 4],
  ])('whose size is %s', async (_, error) => {
    const stored = encoded(middleRows);
    const middle = block(stored, 10, sync, stored.length + error);
    await expectDamage(
      withMiddle(middle),
      [...before, ...after],
      [{ reason: 'syncMarker', block: 1, decodedRows: 0, resumedAt: middleOffset() + middle.length }],
    );
  });

  it('whose size would swallow the rest of a large file', async () => {
    const tail = Array.from({ length: 20 }, () => block(Buffer.alloc(1e6), 0));
    const bytes = Buffer.concat([
      withMiddle(Buffer.concat([varint(10), varint(15e6), encoded(middleRows), sync])),
      ...tail,
    ]);
    const { rows, progress } = await readPart(bytes);
    expect(rows).toEqual([...before, ...after]);
    expect(progress.damage[0]).toMatchObject({ reason: 'blockHeader', block: 1, declaredRows: 10 });
    expect(progress.damage).toHaveLength(21);
  });

  it('that would decompress to more than a block may have', async () => {
    const bomb = encoders.deflate(Buffer.alloc(3_000_000));
    const { rows, progress } = await readPart(withMiddle(block(bomb, 10), 'deflate'), { maxBlockBytes: 1_000_000 });
    expect(rows).toEqual([...before, ...after]);
    expect(progress.damage).toMatchObject([
      { reason: 'decompression', detail: 'it decompresses to more than 1000000 bytes', decodedRows: 0 },
    ]);
  });
});

describe('a file that is all damage', () => {
  it('tells a thousand stretches one by one, and the rest as one', async () => {
    const bad = Array.from({ length: 1500 }, () => block(Buffer.from([7, 7, 7, 7]), 3));
    const { progress } = await readPart(Buffer.concat([header(schema, 'deflate'), ...bad]));
    expect(progress).toMatchObject({ state: 'complete', rows: 0 });
    expect(progress.damage).toHaveLength(1000);
    expect(progress.damage.at(-1)).toMatchObject({
      block: 999,
      resumedAt: progress.totalBytes,
      declaredRows: 3 * 501,
      decodedRows: 0,
      detail: 'this and 500 more damaged blocks after it',
    });
  });
});

describe('the end of the file', () => {
  const whole = withMiddle(block(encoded(middleRows), 10));
  const first30 = [...before, ...cellsOf(middleRows), ...after];

  it('may be cut in the middle of a block: stored rows up to the cut are shown', async () => {
    const cut = whole.subarray(0, whole.length - 60);
    const { rows, progress } = await readPart(cut);
    expect(progress.damage).toMatchObject([
      { reason: 'truncated', block: 2, declaredRows: 10, decodedRows: rows.length - 20, resumedAt: cut.length },
    ]);
    expect(rows.length).toBeGreaterThan(24);
    expect(rows).toEqual(first30.slice(0, rows.length));
  });

  it('may be cut in the last sync marker: no row is lost', async () => {
    await expectDamage(whole.subarray(0, whole.length - 1), first30, [{ reason: 'truncated', decodedRows: 10 }]);
  });

  it.each([
    ['text', Buffer.from('hello, this is a log')],
    ['zeros', Buffer.alloc(5000)],
    ['ones', Buffer.alloc(100, 0xff)],
  ])('may have other bytes after it: %s', async (_, garbage) => {
    await expectDamage(Buffer.concat([whole, garbage]), first30, [
      { reason: 'trailingBytes', block: 3, offset: whole.length, decodedRows: 0 },
    ]);
  });

  it('is no damage after empty blocks', async () => {
    await expectDamage(Buffer.concat([whole, block(Buffer.alloc(0), 0)]), first30, []);
  });
});

describe.each(['null', 'deflate', 'snappy', 'zstandard'] as const)('a %s file cut after any byte', (codec) => {
  const whole = withMiddle(block(encoded(middleRows, codec), 10), codec);
  const rows = [...before, ...cellsOf(middleRows), ...after];
  const ends = [0, 1, 2, 3].map((blocks) =>
    blocks === 0
      ? header(schema, codec).length
      : blocks === 1
        ? middleOffset(codec)
        : blocks === 2
          ? 0
          : whole.length,
  );
  ends[2] = middleOffset(codec) + block(encoded(middleRows, codec), 10).length;

  it('gives a prefix of its rows, and says so', async () => {
    for (let length = 0; length < whole.length; length++) {
      try {
        const part = await readPart(whole.subarray(0, length));
        expect(part.rows).toEqual(rows.slice(0, part.rows.length));
        expect(part.progress.damage).toHaveLength(ends.includes(length) ? 0 : 1);
        const { rows: streamed } = await streamRows(whole.subarray(0, length));
        expect(streamed).toHaveLength(part.rows.length);
      } catch (error) {
        if (!isFailure(error)) throw error;
        expect(error.code).toMatch(/^avro\.(empty|truncated)$/);
        expect(length).toBeLessThan(ends[0]!);
      }
    }
  });
});

describe('flipped bytes', () => {
  const cases = fc.record({
    codec: fc.constantFrom<CodecName[]>('null', 'deflate', 'snappy', 'zstandard'),
    flips: fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.integer({ min: 1, max: 255 })),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  });
  const rows = [...before, ...cellsOf(middleRows), ...after];
  const known = new Set(rows.map((row) => JSON.stringify(row)));

  it('never crash or hang the reader, and snappy never gives wrong rows unsaid', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ codec, flips }) => {
        const bytes = withMiddle(block(encoded(middleRows, codec), 10), codec);
        const start = header(schema, codec).length;
        for (const [place, mask] of flips) bytes[start + Math.floor(place * (bytes.length - start))]! ^= mask;
        const part = await readPart(bytes);
        expect(part.progress.state).toBe('complete');
        expect(part.rows).toHaveLength(part.progress.rows);
        if (codec !== 'snappy') return;
        for (const row of part.rows) expect(known).toContain(JSON.stringify(row));
        if (part.rows.length < rows.length) expect(part.progress.damage.length).toBeGreaterThan(0);
      }),
      { numRuns: 400, seed: 20_241_123 },
    );
  });

  it('in the header end in a failure or in an open part', async () => {
    const whole = container(schema, rowsOf(0, 3));
    const size = header(schema).length;
    await fc.assert(
      fc.asyncProperty(fc.nat(size - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const bytes = Buffer.from(whole);
        bytes[at]! ^= mask;
        try {
          const { progress } = await readPart(bytes);
          expect(progress.state).toBe('complete');
        } catch (error) {
          if (!isFailure(error)) throw error;
          expect(error.code).toMatch(/^avro\./);
        }
      }),
      { numRuns: 400, seed: 7 },
    );
  });
});

describe('counts that cannot be believed', () => {
  const listOfNull = { type: 'record', name: 'R', fields: [{ name: 'l', type: { type: 'array', items: 'null' } }] };

  it.each([
    ['a list of 2^50 nulls', listOfNull, Buffer.concat([varint(2 ** 50), varint(0)])],
    [
      'a list of 2^50 longs',
      { type: 'array', items: 'long' },
      Buffer.concat([varint(2 ** 50), varint(5), varint(0)]),
    ],
    ['a text of 2^50 bytes', 'string', varint(2 ** 50)],
    ['a text of less than no bytes', 'string', varint(-1)],
    ['a union type that is none', ['null', 'int', 'string'], varint(3)],
    ['an enum symbol that is none', { type: 'enum', name: 'E', symbols: ['A'] }, varint(1)],
    ['a boolean of 2', 'boolean', Buffer.from([2])],
  ])('%s: the row is not shown, and it is said', async (_, odd, data) => {
    const { rows, progress } = await readPart(Buffer.concat([header(odd), block(data, 1), block(data, 1)]));
    expect(rows).toEqual([]);
    expect(progress.damage).toMatchObject([
      { reason: 'rows', declaredRows: 1, decodedRows: 0 },
      { reason: 'rows', declaredRows: 1, decodedRows: 0 },
    ]);
  });

  it('rows without any bytes, 2^40 of them', async () => {
    const { part, progress } = await settle(Buffer.concat([header('null'), block(Buffer.alloc(0), 2 ** 40)]));
    expect(progress).toMatchObject({ state: 'complete', rows: 1_000_000 });
    expect(progress.damage).toMatchObject([{ reason: 'rows', declaredRows: 2 ** 40 }]);
    expect(await part.rows(999_998, 10)).toEqual([[null], [null]]);
  });

  it('values nested without end', async () => {
    const tree = { type: 'record', name: 'T', fields: [{ name: 'next', type: ['null', 'T'] }] };
    const data = Buffer.concat([Buffer.alloc(100_000, 2), Buffer.from([0])]);
    const { rows, progress } = await readPart(Buffer.concat([header(tree), block(data, 1)]));
    expect(rows).toEqual([]);
    expect(progress.damage[0]?.detail).toContain('nested too deeply');
  });

  it('a record that contains itself', async () => {
    const loop = { type: 'record', name: 'T', fields: [{ name: 'next', type: 'T' }] };
    const { progress } = await readPart(Buffer.concat([header(loop), block(Buffer.alloc(5), 1)]));
    expect(progress.damage[0]?.detail).toContain('nested too deeply');
  });
});
