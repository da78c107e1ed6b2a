import { describe, expect, it } from 'vitest';
import { openPart } from '../../../src/avro/part/part';
import { createMemorySource, type RangeSource } from '../../../src/avro/container/rangeSource';
import { verifyPart } from '../../../src/avro/part/verifyPart';
import { block, encoders, header, sized, varint } from './container';
import { bytesOfLong, readPart } from './reading';
import { cellRows } from './cellRows';

const schema = {
  type: 'record',
  name: 'R',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'text', type: 'string' },
  ],
};
const row = (id: number, text = `row ${id}`): Buffer => Buffer.concat([varint(id), sized(text)]);
const rows = (first: number, count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, i) => row(first + i)));

describe('what a file may be', () => {
  it('ten thousand columns wide: pages and scans are whole', async () => {
    const wide = {
      type: 'record',
      name: 'W',
      fields: Array.from({ length: 10_000 }, (_, i) => ({ name: `c${i}`, type: ['string', 'null'] })),
    };
    const cells = Buffer.concat(
      Array.from({ length: 10_000 }, (_, i) =>
        i % 3 === 0 ? varint(1) : Buffer.concat([varint(0), sized(`v${i}`)]),
      ),
    );
    const bytes = Buffer.concat([header(wide), block(Buffer.concat(Array.from({ length: 60 }, () => cells)), 60)]);
    const part = await openPart(createMemorySource(bytes), { readAheadBytes: 0 });
    const page = await part.page(0, 100);
    expect(page.rows).toHaveLength(60);
    expect(page.rows[59]!.slice(9_997)).toEqual(['v9997', 'v9998', null]);
    const program = { task: { kind: 'cells', columns: ['c9998'] } } as const;
    for await (const { result } of part.scan(program))
      expect(cellRows(result.cells)).toEqual(Array.from({ length: 60 }, () => ['"v9998"']));
  });

  it('a thousand types deep: refused', async () => {
    let type: unknown = 'long';
    for (let depth = 0; depth < 1_000; depth++) type = { type: 'array', items: type };
    const bytes = Buffer.concat([header(type), block(Buffer.from([0]), 1)]);
    await expect(openPart(createMemorySource(bytes), { readAheadBytes: 0 })).rejects.toMatchObject({
      code: 'avro.badSchema',
      facts: { detail: 'its types are nested too deeply' },
    });
  });

  it('a text of 40 MB: the row is shown clipped, what follows is whole, and the memory is given back', async () => {
    const text = 'x'.repeat(40_000_000);
    const bytes = Buffer.concat([
      header(schema),
      block(rows(0, 3), 3),
      block(row(3, text), 1),
      block(rows(4, 3), 3),
    ]);
    const source: RangeSource = {
      read: (start, end) =>
        Promise.resolve({
          bytes: Uint8Array.from(bytes.subarray(start, end)),
          totalBytes: bytes.length,
          isOwned: true,
        }),
    };
    const part = await openPart(source, { readAheadBytes: 0 });
    const before = process.memoryUsage().arrayBuffers;
    let after = 0;
    for await (const step of part.scan({ task: { kind: 'count' } })) {
      expect(step.result.blocks.every(({ problem }) => problem === undefined)).toBe(true);
      after = process.memoryUsage().arrayBuffers;
    }
    expect(after - before).toBeLessThan(30_000_000);
    const page = await part.page(2, 3);
    expect(page.rows.map(([id]) => id)).toEqual(['2', '3', '4']);
    expect(JSON.stringify(page.rows[1]![1]).length).toBeLessThan(1_200);
    part.dispose();
  });

  it('a block of 2^40 rows, for scans of a selection and of the first rows', async () => {
    const bytes = Buffer.concat([header(schema), block(rows(0, 3), 2 ** 40), block(rows(3, 3), 3)]);
    for (const options of [{ limitRows: 5 }, { selection: () => Uint8Array.of(0b11111) }]) {
      const part = await openPart(createMemorySource(bytes), { readAheadBytes: 0 });
      const found: string[] = [];
      const program = { task: { kind: 'cells', columns: ['id'] } } as const;
      for await (const { result } of part.scan(program, options))
        found.push(...cellRows(result.cells).map(([id]) => id!));
      expect(found.slice(0, 5)).toEqual(['"0"', '"1"', '"2"', '"3"', '"4"']);
    }
  });

  it('a block that decompresses a thousandfold: refused, and the others are read', async () => {
    const bomb = encoders.deflate(Buffer.alloc(20_000_000));
    const bytes = Buffer.concat([
      header(schema, 'deflate'),
      block(encoders.deflate(rows(0, 3)), 3),
      block(bomb, 3),
      block(encoders.deflate(rows(3, 3)), 3),
    ]);
    const { rows: shown, progress } = await readPart(bytes, { maxBlockBytes: 1_000_000 });
    expect(shown.map(([id]) => id)).toEqual(['0', '1', '2', '3', '4', '5']);
    expect(progress.damage).toMatchObject([{ detail: 'it decompresses to more than 1000000 bytes' }]);
  });
});

describe('a scan of much', () => {
  /** A part of any size whose bytes are made as they are asked for. */
  function endless(size: number): {
    readonly source: RangeSource;
    readonly rows: number;
    readonly peak: () => number;
  } {
    const head = header(schema);
    const body = Buffer.concat(
      Array.from({ length: 50 }, (_, b) =>
        block(
          Buffer.concat(Array.from({ length: 500 }, (_row, i) => row(b * 500 + i, 'abcdefghij'.repeat(12)))),
          500,
        ),
      ),
    );
    const times = Math.ceil(size / body.length);
    const totalBytes = head.length + body.length * times;
    let peak = 0;
    return {
      rows: 25_000 * times,
      peak: () => peak,
      source: {
        read(start, end) {
          peak = Math.max(peak, process.memoryUsage().arrayBuffers);
          const bytes = bytesOfLong(head, body, start, Math.min(end, totalBytes));
          // As over a network: several reads are under way at once.
          return new Promise((resolve) =>
            setImmediate(() => setImmediate(() => resolve({ bytes, totalBytes, isOwned: true }))),
          );
        },
      },
    };
  }

  it('takes the same memory whatever the size, the first time and again', async () => {
    for (const size of [50_000_000, 250_000_000]) {
      const { source, rows: total, peak } = endless(size);
      const before = process.memoryUsage().arrayBuffers;
      const part = await openPart(source, { readAheadBytes: 0, cacheBytes: 5_000_000 });
      for (let time = 0; time < 2; time++) {
        let count = 0;
        for await (const { result } of part.scan({ task: { kind: 'count' } })) count += result.matched;
        expect(count).toBe(total);
      }
      // The cache, six reads of 2 MB, a window, and three stretches, with room to spare.
      expect(peak() - before).toBeLessThan(45_000_000);
      part.dispose();
    }
  });
});

describe('the report on a part', () => {
  it('of a sound one says so', async () => {
    const bytes = Buffer.concat([header(schema), block(rows(0, 10), 10), block(rows(10, 10), 10)]);
    expect(await verifyPart(createMemorySource(bytes))).toEqual({
      codec: 'null',
      bytes: bytes.length,
      blocks: 2,
      rowsDeclared: 20,
      rowsDecoded: 20,
      damage: [],
      trailingBytes: 0,
      isSound: true,
    });
  });

  it('of a damaged one says what is wrong, and where', async () => {
    const stored = encoders.snappy(rows(10, 10));
    stored[stored.length - 1]! ^= 1;
    const whole = Buffer.concat([
      header(schema, 'snappy'),
      block(encoders.snappy(rows(0, 10)), 10),
      block(stored, 10),
      block(encoders.snappy(rows(20, 10)), 12),
    ]);
    const report = await verifyPart(createMemorySource(Buffer.concat([whole, Buffer.from('a log\n ')])));
    expect(report).toMatchObject({
      isSound: false,
      rowsDeclared: 32,
      rowsDecoded: 20,
      trailingBytes: 7,
      blocks: 2,
    });
    expect(report.damage.map(({ reason, block: number }) => [reason, number])).toEqual([
      ['checksum', 1],
      ['rows', 2],
      ['trailingBytes', 3],
    ]);
  });
});
