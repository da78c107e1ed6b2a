import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlockEngine, BlockOutcome } from '../../../src/avro/engine/blockEngine';
import { type ColumnPlan, planColumns, withNestedPrinters } from '../../../src/avro/values/columns';
import { createBlockEngine } from '../../../src/avro/engine/engines';
import { parseSchema } from '../../../src/avro/container/schema';
import { makeJson } from '../../../src/avro/values/values';
import { failureToData } from '../../../src/core/failure';
import { type CodecName, encoders, sized, varint } from './container';
import { flatRows } from './flatRows';

const maxBlockBytes = 64 * 1024 * 1024;
const plansOf = (schema: object): readonly ColumnPlan[] => planColumns(parseSchema(JSON.stringify(schema)));
const record = (...types: unknown[]): object => ({
  type: 'record',
  name: 'R',
  fields: types.map((type, index) => ({ name: `f${index}`, type })),
});
const kinds = ['wasm', 'script'] as const;

interface Found {
  readonly outcome: BlockOutcome;
  /** Of each row, for each column where its value lies. */
  readonly positions: readonly (readonly (readonly [number, number] | null)[])[];
  readonly json: readonly (readonly string[])[];
}

async function decode(engine: BlockEngine, stored: Uint8Array, declaredRows: number): Promise<Found> {
  const positions: (readonly [number, number] | null)[][] = [];
  const json: string[][] = [];
  await engine.open(stored, declaredRows);
  for (let batch = engine.nextBatch(); batch !== undefined; batch = engine.nextBatch()) {
    const { firstRow, rows, data, starts, ends, stride } = batch;
    expect(firstRow).toBe(positions.length);
    for (let row = 0; row < rows; row++) {
      const places = engine.plans.map((_, column) => {
        const slot = column * stride + row;
        return starts[slot] === -1 ? null : ([starts[slot]!, ends[slot]!] as const);
      });
      positions.push(places);
      json.push(
        places.map((place, column) => (place === null ? 'null' : makeJson(engine.plans[column]!, data, ...place))),
      );
    }
  }
  const outcome = engine.outcome();
  engine.release();
  return { outcome, positions, json };
}

/** Where the values of some columns lie, column by column, and the outcome. */
async function placesOf(
  engine: BlockEngine,
  stored: Uint8Array,
  declaredRows: number,
  columns: ReadonlySet<string>,
): Promise<unknown> {
  await engine.open(stored, declaredRows);
  const places: (readonly [number, number] | null)[] = [];
  for (let batch = engine.nextBatch(); batch !== undefined; batch = engine.nextBatch()) {
    const { rows, starts, ends, stride } = batch;
    for (const [column, plan] of engine.plans.entries()) {
      if (!columns.has(plan.column.name)) continue;
      for (let slot = column * stride; slot < column * stride + rows; slot++)
        places.push(starts[slot] === -1 ? null : [starts[slot]!, ends[slot]!]);
    }
  }
  return { outcome: engine.outcome(), places };
}

async function both(schema: object, codec = 'null', maxBytes = maxBlockBytes): Promise<BlockEngine[]> {
  const plans = plansOf(schema);
  const engines = await Promise.all(
    kinds.map((prefer) => createBlockEngine(plans, codec, { maxBlockBytes: maxBytes, prefer })),
  );
  expect(engines.map((engine) => engine.kind)).toEqual(kinds);
  return engines;
}

/** What both say of a block; fails where they differ. */
async function agreed(engines: readonly BlockEngine[], stored: Uint8Array, declaredRows: number): Promise<Found> {
  const [wasm, script] = engines as [BlockEngine, BlockEngine];
  const expected = await decode(script, stored, declaredRows);
  expect(await decode(wasm, stored, declaredRows)).toEqual(expected);
  return expected;
}

describe('both engines', () => {
  it('find what avsc wrote, at the same places', async () => {
    await fc.assert(
      fc.asyncProperty(
        flatRows(8, 40),
        fc.constantFrom<CodecName[]>('null', 'snappy', 'deflate', 'zstandard'),
        async ({ schema, rows, data }, codec) => {
          const found = await agreed(await both(schema, codec), encoders[codec](data), rows.length);
          expect(found.outcome).toEqual({ rows: rows.length, bytes: data.length });
          for (const [index, row] of rows.entries()) {
            for (const [column, value] of Object.values(row).entries()) {
              expect(found.positions[index]![column] === null).toBe(value === null);
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('know the places of some columns when only these are asked for, and check the others all the same', async () => {
    const flip = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(
        flatRows(8, 20),
        fc.infiniteStream(fc.boolean()),
        fc.array(flip, { maxLength: 10 }),
        async ({ schema, rows, data }, isWanted, flips) => {
          const plans = plansOf(schema);
          const columns = new Set(
            plans.map((plan) => plan.column.name).filter(() => isWanted.next().value as boolean),
          );
          const all = await createBlockEngine(plans, 'null', { maxBlockBytes });
          const some = await createBlockEngine(plans, 'null', { maxBlockBytes, columns });
          for (const [at, bits] of flips) {
            const damaged = Buffer.from(data);
            if (damaged.length > 0) damaged[at % damaged.length]! ^= bits;
            expect(await placesOf(some, damaged, rows.length, columns)).toEqual(
              await placesOf(all, damaged, rows.length, columns),
            );
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('agree on every cut of a block, and on false numbers of rows', async () => {
    await fc.assert(
      fc.asyncProperty(flatRows(5, 4), async ({ schema, rows, data }) => {
        const engines = await both(schema);
        for (let end = 0; end <= data.length; end++) {
          await agreed(engines, data.subarray(0, end), rows.length);
        }
        for (const declared of [0, 1, rows.length + 1, data.length > 0 ? 2 ** 40 : 1000])
          await agreed(engines, data, declared);
      }),
      { numRuns: 40 },
    );
  });

  it('agree on flipped bytes', async () => {
    const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        flatRows(6, 20),
        fc.array(flips, { maxLength: 20 }),
        async ({ schema, rows, data }, list) => {
          const engines = await both(schema);
          for (const changes of list) {
            const damaged = Buffer.from(data);
            for (const [at, bits] of changes) if (damaged.length > 0) damaged[at % damaged.length]! ^= bits;
            await agreed(engines, damaged, rows.length);
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it.each<CodecName>(['snappy', 'deflate', 'zstandard'])('agree on flipped and cut %s', async (codec) => {
    const schema = record('string', 'long', 'string');
    const row = (index: number): Buffer =>
      Buffer.concat([sized(`/path/${index % 7}/checkout`), varint(index), sized('abcabcabcabcabc')]);
    const stored = encoders[codec](Buffer.concat(Array.from({ length: 60 }, (_, index) => row(index))));
    const engines = await both(schema, codec);
    let problems = 0;
    for (let at = 0; at < stored.length; at++) {
      for (const bits of [1, 16, 255]) {
        const damaged = Buffer.from(stored);
        damaged[at]! ^= bits;
        const { outcome } = await agreed(engines, damaged, 60);
        if (outcome.problem !== undefined) problems++;
      }
      await agreed(engines, stored.subarray(0, at), 60);
    }
    expect(problems).toBeGreaterThan(stored.length);
    expect((await agreed(engines, stored, 60)).outcome.problem).toBeUndefined();
  });

  it('agree on snappy by hand: every kind of element, and every way to be wrong', async () => {
    const crc = async (data: Buffer): Promise<Buffer> => {
      const sum = Buffer.alloc(4);
      sum.writeUInt32BE((await import('node:zlib')).crc32(data));
      return sum;
    };
    const engines = await both(record({ type: 'fixed', name: 'F', size: 1 }), 'snappy');
    const elements = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 60 }).map((b) => Buffer.concat([Buffer.of((b.length - 1) << 2), b])),
      fc
        .tuple(fc.integer({ min: 1, max: 4 }), fc.uint8Array({ minLength: 1, maxLength: 200 }))
        .map(([extra, b]) => {
          const length = Buffer.alloc(4);
          length.writeUInt32LE(b.length - 1);
          return Buffer.concat([Buffer.of((59 + extra) << 2), length.subarray(0, extra), b]);
        }),
      fc
        .tuple(fc.integer({ min: 4, max: 11 }), fc.integer({ min: 0, max: 40 }))
        .map(([length, offset]) => Buffer.of(1 | ((length - 4) << 2) | ((offset >> 8) << 5), offset & 255)),
      fc
        .tuple(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 0, max: 90 }))
        .map(([length, offset]) => Buffer.of(2 | ((length - 1) << 2), offset & 255, offset >> 8)),
      fc
        .tuple(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 0, max: 90 }))
        .map(([length, offset]) => Buffer.of(3 | ((length - 1) << 2), offset & 255, offset >> 8, 0, 0)),
    );
    const { unsnappy } = await import('../../../src/avro/container/snappy');
    let good = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(elements, { maxLength: 12 }),
        fc.integer({ min: 0, max: 900 }),
        async (list, size) => {
          const body = Buffer.concat(list);
          // Of all lengths the one that is right, if there is one, and one that is not.
          for (const bytes of [size, ...rightLengths(body)]) {
            const out = new Uint8Array(bytes);
            if (unsnappy(body, 0, out)) good++;
            const length = Buffer.of(...(bytes < 128 ? [bytes] : [(bytes & 127) | 128, bytes >> 7]));
            const stored = Buffer.concat([length, body, await crc(Buffer.from(out))]);
            await agreed(engines, stored, bytes);
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(good).toBeGreaterThan(50);
  });

  it('keep the bound on decompressed bytes', async () => {
    const data = Buffer.alloc(70_000);
    for (const codec of ['null', 'snappy', 'deflate', 'zstandard'] as const) {
      const engines = await both(record('boolean'), codec, 60_000);
      const { outcome } = await agreed(engines, encoders[codec](data), 70_000);
      expect(outcome).toEqual({
        rows: 0,
        bytes: 0,
        problem: { reason: 'decompression', detail: 'it decompresses to more than 60000 bytes' },
      });
    }
  });

  it('do not believe endless rows without bytes', async () => {
    for (const engine of await both(record('null'))) {
      await engine.open(Buffer.alloc(0), 2 ** 40);
      while (engine.nextBatch() !== undefined);
      expect(engine.outcome()).toEqual({
        rows: 1_000_000,
        bytes: 0,
        problem: {
          reason: 'rows',
          detail: `it declares ${2 ** 40} rows and holds 1000000: more rows without any bytes than can be believed`,
        },
      });
    }
  });

  it('read blocks of several batches', async () => {
    const types = Array.from({ length: 300 }, (_, index) => (index % 2 === 0 ? ['null', 'int'] : 'string'));
    const row = (number: number): Buffer =>
      Buffer.concat(
        types.map((_, i) => (i % 2 === 0 ? Buffer.concat([varint(1), varint(number)]) : sized(`${i}`))),
      );
    const data = Buffer.concat(Array.from({ length: 2_000 }, (_, number) => row(number)));
    const engines = await both(record(...types), 'snappy');
    const found = await agreed(engines, encoders.snappy(data), 2_000);
    expect(found.outcome).toEqual({ rows: 2_000, bytes: data.length });
    expect(found.json[1_999]!.slice(0, 2)).toEqual(['1999', '"1"']);
    const cut = await agreed(engines, encoders.snappy(data.subarray(0, -1)), 2_000);
    expect(cut.outcome.problem?.detail).toBe(
      'it declares 2000 rows and holds 1999: in row 2000 of the block, column f299: a value runs past the end of the block',
    );
  });

  it('read one block after another, whatever was wrong with the one before', async () => {
    const engines = await both(record('string'), 'snappy');
    const good = encoders.snappy(sized('good'));
    const bad = Buffer.from(good);
    bad[bad.length - 1]! ^= 1;
    expect((await agreed(engines, bad, 1)).outcome.problem).toEqual({
      reason: 'checksum',
      detail: 'its snappy checksum does not match',
    });
    expect((await agreed(engines, good, 1)).json).toEqual([['"good"']]);
  });
});

/** Lengths that a body of snappy elements may claim rightly. */
function rightLengths(body: Buffer): number[] {
  let length = 0;
  for (let at = 0; at < body.length;) {
    const tag = body[at]!;
    const kind = tag & 3;
    if (kind === 0) {
      const extra = Math.max(0, (tag >> 2) - 59);
      const size = extra === 0 ? (tag >> 2) + 1 : body.readUIntLE(at + 1, extra) + 1;
      length += size;
      at += 1 + extra + size;
    } else {
      length += kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
      at += [0, 2, 3, 5][kind]!;
    }
  }
  return length < 16_384 ? [length] : [];
}

describe('the engine', () => {
  it('is in TypeScript where rows are nested', async () => {
    const plans = await withNestedPrinters(plansOf(record({ type: 'array', items: 'int' }, 'string')));
    const engine = await createBlockEngine(plans, 'null', { maxBlockBytes });
    expect(engine.kind).toBe('script');
    const row = Buffer.concat([varint(2), varint(7), varint(8), varint(0), sized('x')]);
    expect((await decode(engine, Buffer.concat([row, row]), 2)).json).toEqual([
      ['[7,8]', '"x"'],
      ['[7,8]', '"x"'],
    ]);
  });

  it('refuses a codec that nobody knows', async () => {
    for (const prefer of kinds) {
      const error = await createBlockEngine(plansOf(record('int')), 'lzo', { maxBlockBytes, prefer }).then(
        () => undefined,
        (reason: unknown) => failureToData(reason),
      );
      expect(error).toEqual({ code: 'avro.unknownCodec', facts: { codec: 'lzo' } });
    }
  });

  it('gives the memory of a large block back', async () => {
    const [wasm] = (await both(record('bytes'))) as [BlockEngine];
    const small = sized('small');
    const memoryOf = async (stored: Uint8Array): Promise<object | undefined> => {
      await wasm.open(stored, 1);
      const batch = wasm.nextBatch();
      expect(batch?.rows).toBe(1);
      return batch?.wasm?.kernel.memory;
    };
    const first = await memoryOf(small);
    expect(await memoryOf(small)).toBe(first);
    const large = await memoryOf(sized(Buffer.alloc(40 * 1024 * 1024)));
    expect((large as { buffer: ArrayBuffer }).buffer.byteLength).toBeGreaterThan(40 * 1024 * 1024);
    const after = (await memoryOf(small)) as { buffer: ArrayBuffer };
    expect(after).not.toBe(large);
    expect(after.buffer.byteLength).toBeLessThan(1024 * 1024);
  });

  it.each([
    ['weather-snappy.avro', 'snappy'],
    ['weather-bzip2.avro', 'bzip2'],
    ['weather-xz.avro', 'xz'],
  ])('reads the block of %s', async (name, codec) => {
    const file = readFileSync(new URL(`../../fixtures/avro/${name}`, import.meta.url));
    const { parseHeader } = await import('../../../src/avro/container/header');
    const parsed = parseHeader(file, file.length);
    if (!('header' in parsed)) throw new Error('no header');
    const { readCount, skipVarint } = await import('../../../src/avro/container/varint');
    const rows = readCount(file, parsed.header.end);
    const size = skipVarint(file, parsed.header.end, file.length);
    const start = skipVarint(file, size, file.length);
    const stored = file.subarray(start, start + readCount(file, size));
    const plans = planColumns(parsed.header.schema);
    const found = await Promise.all(
      kinds.map(async (prefer) =>
        decode(await createBlockEngine(plans, codec, { maxBlockBytes, prefer }), stored, rows),
      ),
    );
    expect(found[0]).toEqual(found[1]);
    expect(found[0]?.outcome).toMatchObject({ rows });
    expect(found[0]?.outcome.problem).toBeUndefined();
  });
});
