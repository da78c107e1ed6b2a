import { describe, expect, it } from 'vitest';
import { openPart, type OpenPartOptions, type Part } from '../../../src/avro/part/part';
import { block, type CodecName, encoders, header, sized, varint } from './container';
import { recorded, settle } from './reading';

const schema = {
  type: 'record',
  name: 'R',
  fields: [
    { name: 'id', type: ['long', 'null'] },
    { name: 'text', type: ['string', 'null'] },
  ],
};
const filler = 'abcdefghij'.repeat(60);
const row = (id: number, size: number): Buffer =>
  Buffer.concat([varint(0), varint(id), varint(0), sized(filler.slice(0, size))]);

/** Blocks as Spark's writer makes them: about 64,000 bytes before compression. */
function spark(blocks: number, codec: CodecName, rowsOf: (block: number) => number = () => 130): Buffer {
  let id = 0;
  return Buffer.concat([
    header({ ...schema, doc: 'd'.repeat(3_000) }, codec),
    ...Array.from({ length: blocks }, (_, b) => {
      const rows = rowsOf(b);
      const size = Math.floor(64_000 / rows) - 8;
      return block(encoders[codec](Buffer.concat(Array.from({ length: rows }, () => row(id++, size)))), rows);
    }),
  ]);
}

async function opened(
  bytes: Buffer,
  options: Partial<OpenPartOptions> = {},
): Promise<{ readonly part: Part; readonly reads: [number, number][]; readonly stale: () => number }> {
  const source = recorded(bytes);
  let stale = 0;
  const part = await openPart(source, { readAheadBytes: 0, ...options, onRenumbered: () => stale++ });
  return { part, reads: source.reads, stale: () => stale };
}

const estimateOf = (part: Part): number => part.progress().estimatedRows!;
const idsOf = (page: { readonly rows: readonly unknown[] }): number[] =>
  page.rows.map((cells) => Number((cells as string[])[0]));
const run = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);

describe('the first rows', () => {
  it.each(['null', 'snappy', 'deflate'] as const)(
    'of a %s part of Spark take one request of at most 128 KB',
    async (codec) => {
      const { part, reads } = await opened(spark(20, codec));
      expect(idsOf(await part.page(0, 100))).toEqual(run(0, 100));
      expect(reads).toHaveLength(1);
      expect(reads[0]![1] - reads[0]![0]).toBeLessThanOrEqual(131_072);
    },
  );
});

describe('a jump', () => {
  it.each([0.1, 0.5, 0.9, 0.999])('to %d of a part takes one request of at most 256 KB', async (share) => {
    const bytes = spark(300, 'null');
    const { part, reads } = await opened(bytes);
    const first = Math.floor(estimateOf(part) * share);
    const page = await part.page(first, 100);
    expect(page).toMatchObject({ first, isApproximate: true });
    const ids = idsOf(page);
    expect(ids.length).toBeGreaterThanOrEqual(Math.min(100, estimateOf(part) - first));
    expect(ids).toEqual(run(ids[0]!, ids.length));
    expect(Math.abs(ids[0]! - first)).toBeLessThan(400);
    expect(reads).toHaveLength(2);
    expect(reads[1]![1] - reads[1]![0]).toBeLessThanOrEqual(262_144);
  });

  it('to the last row shows the last row, and nothing behind it', async () => {
    const { part } = await opened(spark(300, 'null'));
    const last = estimateOf(part) - 1;
    expect(idsOf(await part.page(last, 50))).toEqual([38_999]);
    expect((await part.page(last + 1, 50)).rows).toEqual([]);
    expect(idsOf(await part.page(last - 299, 300))).toEqual(run(38_700, 300));
    expect(estimateOf(part)).toBe(last + 1);
  });

  it('holds its numbers while it is scrolled on in either direction', async () => {
    const { part, stale } = await opened(spark(300, 'null'));
    const start = 20_000;
    const [id = 0] = idsOf(await part.page(start, 100));
    const shift = id - start;
    for (let first = start; first < start + 3_000; first += 100) {
      expect(idsOf(await part.page(first, 100))).toEqual(run(first + shift, 100));
    }
    for (let first = start; first > start - 3_000; first -= 100) {
      expect(idsOf(await part.page(first, 100))).toEqual(run(first + shift, 100));
    }
    expect(stale()).toBe(0);
    expect(await part.record(start + 5)).toMatchObject({ row: start + 5, isApproximate: true });
    expect((await part.record(start + 5))?.cells[0]).toBe(String(id + 5));
  });

  it('to what comes next has exact numbers', async () => {
    const { part } = await opened(spark(300, 'null'));
    const { rows } = part.progress();
    const page = await part.page(rows, 200);
    expect(page.isApproximate).toBe(false);
    expect(idsOf(page)).toEqual(run(rows, 200));
  });

  it('from any row to any row never shows a row that is not one, nor any twice, in a part of uneven blocks', async () => {
    const bytes = spark(120, 'snappy', (b) => (b < 40 ? 130 : b < 80 ? 400 : 60));
    const { part } = await opened(bytes);
    for (let i = 0; i < 60; i++) {
      const estimate = estimateOf(part);
      const first = (i * 7_919) % estimate;
      const ids = idsOf(await part.page(first, 80));
      expect(ids).toEqual(run(ids[0] ?? 0, ids.length));
      expect(estimateOf(part) === first || ids.length > 0).toBe(true);
    }
  });

  it('keeps its place when numbers become exact, and says that they did', async () => {
    const { part, stale } = await opened(spark(200, 'snappy', (b) => (b % 3 === 0 ? 200 : 100)));
    const first = Math.floor(estimateOf(part) * 0.7);
    const [id] = idsOf(await part.page(first, 10));
    const place = part.placeOf(first)!;
    expect(part.rowAt(place)).toEqual({ row: first, isApproximate: true });
    for await (const step of part.scan({ task: { kind: 'count' } })) if (step.rows === 0) break;
    expect(stale()).toBeGreaterThan(0);
    expect(part.rowAt(place)).toEqual({ row: id, isApproximate: false });
    expect(idsOf(await part.page(id!, 1))).toEqual([id]);
    expect((await part.page(1e9, 10)).rows).toEqual([]);
  });

  it('lands on its feet between damaged blocks', async () => {
    const bytes = spark(100, 'snappy');
    for (let at = 120_000; at < bytes.length; at += 7_777) bytes[at]! ^= 255;
    const { part } = await opened(bytes);
    for (const share of [0.2, 0.5, 0.8, 0.99]) {
      const page = await part.page(Math.floor(estimateOf(part) * share), 50);
      expect(page.rows.length).toBeGreaterThan(0);
      for (const [i, id] of idsOf(page).entries()) if (i > 0) expect(id).toBeGreaterThan(idsOf(page)[i - 1]!);
    }
  });
});

describe('an index that was kept', () => {
  const bytes = spark(200, 'snappy', (b) => 100 + (b % 7));
  const total = Array.from({ length: 200 }, (_, b) => 100 + (b % 7)).reduce((a, b) => a + b, 0);

  it('opens the part with all rows known, and every jump is one exact request', async () => {
    const { part: first } = await settle(bytes);
    const kept = first.exportIndex();
    expect(kept.length).toBeLessThan(200 * 8);
    const { part, reads } = await opened(bytes, {
      loadIndex: () => Promise.resolve(kept),
      readAheadBytes: Infinity,
    });
    expect(part.progress()).toMatchObject({ state: 'complete', rows: total, bytesScanned: bytes.length });
    expect(part.progress()).not.toHaveProperty('estimatedRows');
    const page = await part.page(15_000, 100);
    expect(page.isApproximate).toBe(false);
    expect(idsOf(page)).toEqual(run(15_000, 100));
    expect(reads).toHaveLength(2);
    expect(reads[1]![1] - reads[1]![0]).toBeLessThan(262_144);
  });

  it('carries damage, and what is known of a part half read', async () => {
    const damaged = Buffer.from(bytes);
    damaged[Math.floor(bytes.length / 4)]! ^= 255;
    const whole = await settle(damaged);
    const half = await settle(damaged, { readAheadBytes: bytes.length / 2 });
    expect(half.progress.state).toBe('paused');
    for (const { part: from, progress } of [whole, half]) {
      const loaded = await opened(damaged, { loadIndex: () => Promise.resolve(from.exportIndex()) });
      expect(loaded.part.progress()).toMatchObject({ rows: progress.rows, damage: progress.damage });
      expect(loaded.reads).toHaveLength(1);
      const { part } = await opened(damaged);
      expect(part.importIndex(from.exportIndex())).toBe(true);
      expect(part.progress()).toMatchObject({
        rows: progress.rows,
        damage: progress.damage,
        blocks: progress.blocks,
      });
      expect(part.importIndex(from.exportIndex())).toBe(false);
      for await (const step of part.scan({ task: { kind: 'count' } })) expect(step.rows).toBeGreaterThan(0);
      expect(part.progress().rows).toBe(whole.progress.rows);
      expect(part.progress().damage).toEqual(whole.progress.damage);
    }
  });

  it('of other contents, of another version, or damaged, is not taken up', async () => {
    const { part: first } = await settle(bytes);
    const kept = first.exportIndex();
    const { part } = await opened(bytes);
    for (let at = 0; at < kept.length; at += 97) {
      const broken = Uint8Array.from(kept);
      broken[at]! ^= 16;
      expect(part.importIndex(broken)).toBe(false);
    }
    expect(part.importIndex(new Uint8Array(0))).toBe(false);
    expect(part.importIndex(kept.subarray(0, -3))).toBe(false);
    expect((await opened(Buffer.concat([bytes, Buffer.from([0])]))).part.importIndex(kept)).toBe(false);
  });

  it('that turns out to be wrong is given up, and the part read anew', async () => {
    const { part: first } = await settle(bytes);
    // As many bytes, the same marker, other blocks: what an ETag must have excluded.
    const other = Buffer.from(spark(200, 'snappy', (b) => 100 + ((b + 3) % 7)).subarray(0, bytes.length));
    const same = Buffer.concat([other, Buffer.alloc(bytes.length - other.length)]);
    const { part, stale } = await opened(same);
    expect(part.importIndex(first.exportIndex())).toBe(true);
    await expect(part.rows(15_000, 100)).rejects.toMatchObject({ code: 'store.changed' });
    expect(stale()).toBe(1);
    for await (const step of part.scan({ task: { kind: 'count' } })) expect(step.rows).toBeGreaterThan(0);
    expect(idsOf({ rows: await part.rows(15_000, 100) })).toEqual(run(15_000, 100));
  });
});
