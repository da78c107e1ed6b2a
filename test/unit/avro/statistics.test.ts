import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnPlan } from '../../../src/avro/values/columns';
import {
  describeSketch,
  mergeSketches,
  type StatisticsSketch,
} from '../../../src/avro/statistics/statisticsSketch';
import { createStatisticsTask } from '../../../src/avro/statistics/statisticsTask';
import { createRowTester } from '../../../src/avro/filter/rowTests';
import type { ColumnStatistics } from '../../../src/core/columnStatistics';
import { eachBatch, type Kind, kinds, plansOf, type Sample, type Table, tables } from './columnKinds';
import { typeFor, varint } from './container';

const engines = ['wasm', 'script'] as const;

function compare(a: Sample['worth'], b: Sample['worth']): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a reader of few rows would count with a `Map`. */
function expected(kind: Kind, cells: readonly (Sample | null)[]): Partial<ColumnStatistics> {
  const values = cells.filter((cell) => cell !== null);
  const counts = new Map<Sample['worth'], { cell: Sample; count: number }>();
  for (const cell of values) {
    const known = counts.get(cell.worth);
    if (known === undefined) counts.set(cell.worth, { cell, count: 1 });
    else known.count++;
  }
  const sorted = [...counts.values()].sort((a, b) => b.count - a.count || compare(a.cell.worth, b.cell.worth));
  const byWorth = [...counts.values()].map(({ cell }) => cell).sort((a, b) => compare(a.worth, b.worth));
  const shown = (cell: Sample | undefined): string | undefined =>
    cell === undefined
      ? undefined
      : Array.from(cell.shown === '-0' ? '0' : cell.shown)
          .slice(0, 200)
          .join('');
  const isLong = (cell: Sample): boolean =>
    ['text', 'other', 'list'].includes(kind.name) && Buffer.byteLength(cell.shown) > 200;
  const lengths = values.map(({ shown: text }) =>
    kind.name === 'bytes' ? text.length / 2 : Array.from(text).length,
  );
  const hasLengths = ['text', 'other', 'enum', 'bytes', 'list'].includes(kind.name) && values.length > 0;
  const isInteger = kind.name === 'long' || kind.name === 'int';
  return {
    nulls: cells.length - values.length,
    absent: 0,
    rows: cells.length,
    empty: values.filter(({ shown: text }) => text === '').length,
    distinct: counts.size,
    isDistinctExact: true,
    isTopExact: true,
    min: shown(byWorth[0])!,
    max: shown(byWorth.at(-1))!,
    top: sorted.slice(0, 20).map(({ cell, count }) => ({
      value: isLong(cell) ? wholeStart(cell.shown) : shown(cell)!,
      count,
      ...(isLong(cell) ? { isClipped: true } : {}),
    })),
    ...(hasLengths
      ? {
          minLength: Math.min(...lengths),
          maxLength: Math.max(...lengths),
          averageLength: lengths.reduce((sum, length) => sum + length, 0) / lengths.length,
        }
      : {}),
    ...(isInteger && values.length > 0
      ? { sum: String(values.reduce((sum, { worth }) => sum + (worth as bigint), 0n)) }
      : {}),
  };
}

/** The whole characters of the first 200 bytes. */
function wholeStart(text: string): string {
  let result = '';
  for (const letter of text) {
    if (Buffer.byteLength(result + letter) > 200) break;
    result += letter;
  }
  return result;
}

async function sketchOf(
  plans: readonly ColumnPlan[],
  columns: readonly string[],
  bytes: Buffer,
  rows: number,
  prefer: 'wasm' | 'script',
  mask?: (row: number) => boolean,
): Promise<StatisticsSketch> {
  const task = createStatisticsTask(plans, columns);
  await eachBatch(plans, bytes, rows, prefer, (batch) => {
    task.take(
      batch,
      mask && Uint8Array.from({ length: batch.rows }, (_, row) => Number(mask(batch.firstRow + row))),
    );
  });
  return task.finish().statistics!;
}

const pick = (all: ColumnStatistics, like: object): object =>
  Object.fromEntries(Object.keys(like).map((key) => [key, all[key as keyof ColumnStatistics]]));

describe('statistics', () => {
  it.each(engines)(
    'of few rows are what counting gives, and those of rows masked out are not among them (%s)',
    async (prefer) => {
      const cases = fc.record({ table: tables({ maxRows: 40 }), every: fc.integer({ min: 1, max: 3 }) });
      await fc.assert(
        fc.asyncProperty(cases, async ({ table, every }: { table: Table; every: number }) => {
          const plans = await plansOf(table.schema);
          const names = [...table.kinds.map(({ name }) => name), 'nowhere'];
          const counts = (row: number): boolean => row % every === 0;
          const sketch = structuredClone(
            await sketchOf(plans, names, table.bytes, table.rows.length, prefer, counts),
          );
          const rows = table.rows.filter((_, row) => counts(row));
          const found = describeSketch(sketch);
          expect(found.at(-1)).toMatchObject({
            column: 'nowhere',
            rows: rows.length,
            absent: rows.length,
            nulls: 0,
            distinct: 0,
          });
          for (const [index, kind] of table.kinds.entries()) {
            const wanted = expected(
              kind,
              rows.map((row) => row[index]!),
            );
            expect(pick(found[index]!, wanted)).toEqual(wanted);
            const { histogram } = found[index]!;
            if (histogram === undefined) continue;
            const finite = rows.filter((row) => row[index] && !/NaN|Infinity/.test(row[index].shown)).length;
            if (kind.name !== 'text' && kind.name !== 'other')
              expect(histogram.counts.reduce((a, b) => a + b, 0)).toBe(finite);
            expect(histogram.edges).toHaveLength(histogram.counts.length + 1);
          }
        }),
        { numRuns: 200 },
      );
    },
    30_000,
  );

  it('are the same however rows are dealt to sketches, and in whatever order these are merged', async () => {
    const cases = fc.record({
      table: tables({ maxRows: 60 }),
      cuts: fc.array(fc.nat(60), { maxLength: 4 }),
      isReversed: fc.boolean(),
      isRight: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ table, cuts, isReversed, isRight }) => {
        const plans = await plansOf(table.schema);
        const names = table.kinds.map(({ name }) => name);
        const of = (mask?: (row: number) => boolean): Promise<StatisticsSketch> =>
          sketchOf(plans, names, table.bytes, table.rows.length, 'script', mask);
        const groupOf = (row: number): number => cuts.filter((cut) => cut <= row).length;
        const parts = await Promise.all([...cuts, 0].map((_, group) => of((row) => groupOf(row) === group)));
        if (isReversed) parts.reverse();
        const merged = isRight ? parts.reduceRight((b, a) => mergeSketches(a, b)) : parts.reduce(mergeSketches);
        expect(describeSketch(structuredClone(merged))).toEqual(describeSketch(await of()));
      }),
      { numRuns: 100 },
    );
  }, 30_000);

  const schema = {
    type: 'record',
    name: 'R',
    fields: [
      { name: 'id', type: ['long', 'null'] },
      { name: 'path', type: ['null', 'string'] },
      { name: 'time', type: 'string' },
      { name: 'price', type: 'double' },
    ],
  };
  const type = typeFor(schema, 'always');
  /** Ids over all 64 bits; every fourth path is one of three, the others are all different, some long. */
  const manyRows = Array.from({ length: 9000 }, (_, row) => ({
    id: BigInt.asIntN(64, BigInt(row % 6000) * 0x9e37_79b9_7f4a_7c15n),
    path: row % 4 === 0 ? `/often/${row % 3}` : `/once/${row}/${'é'.repeat(row % 7 === 0 ? 150 : 1)}`,
    time: new Date(1_700_000_000_000 + row * 60_000).toISOString().replace('T', row % 2 === 0 ? 'T' : ' '),
    price: row / 8,
  }));
  const encode = (rows: typeof manyRows): Buffer =>
    Buffer.concat(
      rows.map(({ id, path, ...rest }) => type.toBuffer({ id: { long: id }, path: { string: path }, ...rest })),
    );
  const names = ['id', 'path', 'time', 'price'];

  const checkMany = (columns: readonly ColumnStatistics[]): void => {
    const [id, path, time, price] = columns as [
      ColumnStatistics,
      ColumnStatistics,
      ColumnStatistics,
      ColumnStatistics,
    ];
    const real = { id: 6000, path: new Set(manyRows.map((row) => row.path)).size, time: 9000, price: 9000 };
    for (const column of columns) {
      const wanted = real[column.column as keyof typeof real];
      expect(column.isDistinctExact).toBe(false);
      expect(column.isTopExact).toBe(false);
      // Five times the standard error of 1.6 %.
      expect(Math.abs(column.distinct / wanted - 1)).toBeLessThan(0.082);
    }
    const ids = manyRows.map((row) => row.id);
    const sorted = [...ids].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    expect(id).toMatchObject({
      min: String(sorted[0]),
      max: String(sorted.at(-1)),
      sum: String(ids.reduce((a, b) => a + b)),
    });
    const counts = new Map<string, number>();
    for (const row of manyRows) counts.set(row.path, (counts.get(row.path) ?? 0) + 1);
    expect(
      path.top
        .slice(0, 3)
        .map(({ value }) => value)
        .sort(),
    ).toEqual(['/often/0', '/often/1', '/often/2']);
    for (const { value, count } of path.top.filter(({ isClipped }) => isClipped !== true)) {
      expect(count).toBeLessThanOrEqual(counts.get(value)!);
    }
    // Of 750 each, only the few before they were known may be missing.
    for (const { count } of path.top.slice(0, 3)) expect(count).toBeGreaterThan(700);
    const lengths = manyRows.map((row) => Array.from(row.path).length);
    expect(path).toMatchObject({
      minLength: Math.min(...lengths),
      maxLength: Math.max(...lengths),
      averageLength: lengths.reduce((a, b) => a + b) / lengths.length,
    });
    expect(path.histogram).toBeUndefined();
    expect(time.histogram?.kind).toBe('time');
    for (const { histogram } of [id, time, price]) expect(histogram?.counts.reduce((a, b) => a + b)).toBe(9000);
    expect(time.histogram?.edges[0]).toBe('2023-11-14T21:00');
    checkBins(
      time,
      manyRows.map((row) => Date.parse(row.time)),
      (edge) => Date.parse(`${edge.replace(' ', 'T')}Z`.replace(/^([\d-]{10})Z$/, '$1')),
    );
    checkBins(
      price,
      manyRows.map((row) => row.price),
      Number,
    );
    expect(price).toMatchObject({ sum: String((8999 * 9000) / 2 / 8), mean: 8999 / 16 });
  };
  const checkBins = (
    { histogram }: ColumnStatistics,
    values: readonly number[],
    worth: (edge: string) => number,
  ): void => {
    const edges = histogram!.edges.map(worth);
    const counts = histogram!.counts.map(
      (_, bin) => values.filter((value) => value >= edges[bin]! && value < edges[bin + 1]!).length,
    );
    expect(histogram!.counts).toEqual(counts);
  };

  it.each(engines)(
    'of columns with more different values than are counted tell what is exact and what is not (%s)',
    async (prefer) => {
      const plans = await plansOf(schema);
      checkMany(describeSketch(await sketchOf(plans, names, encode(manyRows), manyRows.length, prefer)));
    },
  );

  it('leave the same sketch behind in WebAssembly and in TypeScript', async () => {
    const plans = await plansOf(schema);
    const bytes = encode(manyRows);
    const [wasm, script] = await Promise.all(
      engines.map((prefer) => sketchOf(plans, names, bytes, manyRows.length, prefer, (row) => row % 9 !== 4)),
    );
    expect(wasm).toEqual(script);
    expect(wasm!.columns.map(({ isExact }) => isExact)).toEqual([false, false, false, false]);
    await fc.assert(
      fc.asyncProperty(
        tables({ of: kinds.filter(({ isNested }) => isNested !== true), maxRows: 60 }),
        async (table) => {
          const own = await plansOf(table.schema);
          const columns = table.kinds.map(({ name }) => name);
          const sketches = engines.map((prefer) => sketchOf(own, columns, table.bytes, table.rows.length, prefer));
          expect(await sketches[0]).toEqual(await sketches[1]);
        },
      ),
      { numRuns: 150 },
    );
  }, 30_000);

  it.each([1, 3, 30])(
    'find a value that becomes frequent late, 1 in %i, among values that are all different',
    async (every) => {
      const late = Array.from({ length: 40_000 }, (_, row) =>
        row > 20_000 && row % every === 0 ? 7 : 1_000_000 + row,
      );
      const plans = await plansOf({ type: 'record', name: 'R', fields: [{ name: 'f0', type: 'long' }] });
      const bytes = Buffer.concat(late.map((value) => varint(value)));
      const [wasm, script] = await Promise.all(
        engines.map((prefer) => sketchOf(plans, ['f0'], bytes, late.length, prefer)),
      );
      expect(wasm).toEqual(script);
      const { top, distinct } = describeSketch(wasm!)[0]!;
      const often = late.filter((value) => value === 7).length;
      expect(top[0]?.value).toBe('7');
      expect(top[0]!.count).toBeLessThanOrEqual(often);
      // What a turn of groups, and what is lowered, may have missed.
      expect(top[0]!.count).toBeGreaterThan(often - Math.max(late.length / 256, (8 * 256) / every) * 2);
      expect(Math.abs(distinct / new Set(late).size - 1)).toBeLessThan(0.06);
    },
  );

  it('of times in text leave the same bins behind in WebAssembly and in TypeScript', async () => {
    const digits = fc.bigInt({ min: 0n, max: 10n ** 19n }).map(String);
    const time = fc
      .tuple(
        fc.date({
          min: new Date('0000-01-01T00:00:00Z'),
          max: new Date('9999-12-31T00:00:00Z'),
          noInvalidDate: true,
        }),
        fc.constantFrom('T', ' '),
        fc.constantFrom(10, 16, 19, 20, 23, 26),
        fc.constantFrom('', 'Z', ' UTC', '+01', '-0330', ' +05:30', 'z', '+1'),
      )
      .map(
        ([date, between, length, zone]) =>
          `${date.toISOString().slice(0, -1).replace('T', between)}456`.slice(0, length) + zone,
      );
    const values = fc.array(fc.oneof({ weight: 8, arbitrary: time }, { weight: 1, arbitrary: digits }), {
      minLength: 1,
      maxLength: 3,
    });
    const plans = await plansOf({ type: 'record', name: 'R', fields: [{ name: 't', type: 'string' }] });
    // More different ones than are counted, so that the kernel itself has to read them.
    const many = Array.from(
      { length: 1100 },
      (_, row) => `20${String(10 + (row % 80))}-0${1 + (row % 9)}-1${row % 10} 1${row % 10}:00:0${row % 7}`,
    );
    await fc.assert(
      fc.asyncProperty(values, async (more) => {
        const texts = [...many.map((text, row) => `${text}.${String(row).padStart(4, '0')}`), ...more, ...more];
        const bytes = Buffer.concat(texts.map((text) => typeFor('string').toBuffer(text)));
        const sketches = engines.map((prefer) => sketchOf(plans, ['t'], bytes, texts.length, prefer));
        expect(await sketches[0]).toEqual(await sketches[1]);
      }),
      { numRuns: 60 },
    );
  }, 30_000);

  it('of many different values keep what they promise when sketches are merged', async () => {
    const plans = await plansOf(schema);
    const bytes = encode(manyRows);
    const parts = await Promise.all(
      [0, 1, 2, 3].map((part) =>
        sketchOf(
          plans,
          names,
          bytes,
          manyRows.length,
          'script',
          (row) => row >> 8 === part || (part === 3 && row >= 768),
        ),
      ),
    );
    checkMany(describeSketch(parts.reduce(mergeSketches)));
    checkMany(describeSketch(parts.reduceRight(mergeSketches)));
  });

  it('are bounded in size, whatever the values', async () => {
    const plans = await plansOf({ type: 'record', name: 'R', fields: [{ name: 't', type: 'string' }] });
    const text = typeFor('string');
    const rows = Array.from({ length: 5000 }, (_, row) => text.toBuffer(`${row}`.padStart(5, '0').repeat(200)));
    for (const prefer of engines) {
      const sketch = await sketchOf(plans, ['t'], Buffer.concat(rows), rows.length, prefer);
      const { table, registers } = sketch.columns[0]!;
      expect(table.bytes.length + (registers?.length ?? 0)).toBeLessThan(2048 * 200 + 4096);
      expect(describeSketch(mergeSketches(sketch, sketch))[0]).toMatchObject({
        min: '00000'.repeat(40),
        maxLength: 1000,
      });
    }
  });

  it('of a column that changes its type from part to part keep what still has a meaning', async () => {
    const of = async (columnType: unknown, values: readonly unknown[]): Promise<StatisticsSketch> => {
      const own = { type: 'record', name: 'R', fields: [{ name: 'c', type: columnType }] };
      const bytes = Buffer.concat(values.map((c) => typeFor(own).toBuffer({ c })));
      return sketchOf(await plansOf(own), ['c'], bytes, values.length, 'wasm');
    };
    const merged = mergeSketches(await of('long', [5n, 6n, 5n]), await of('string', ['5', 'x']));
    const [column] = describeSketch(mergeSketches(merged, await of('long', [6n])));
    expect(column).toMatchObject({
      distinct: 3,
      top: [
        { value: '5', count: 3 },
        { value: '6', count: 2 },
        { value: 'x', count: 1 },
      ],
    });
    expect(column?.sum).toBeUndefined();
    expect(column?.min).toBeUndefined();
    const numbers = describeSketch(mergeSketches(await of('int', [1, 2]), await of('long', [2n ** 40n])))[0];
    expect(numbers).toMatchObject({ sum: String(2n ** 40n + 3n), max: String(2n ** 40n), distinct: 3 });
  });

  it.each([
    ['with T and Z', (millis: number) => new Date(millis).toISOString()],
    ['with a blank', (millis: number) => new Date(millis).toISOString().slice(0, -1).replace('T', ' ')],
    ['without fractions', (millis: number) => `${new Date(millis).toISOString().slice(0, 19)}Z`],
    ['to the minute, with Z', (millis: number) => `${new Date(millis).toISOString().slice(0, 16)}Z`],
    ['to the minute', (millis: number) => new Date(millis).toISOString().slice(0, 16)],
    [
      'with microseconds and UTC',
      (millis: number) => new Date(millis).toISOString().replace('T', ' ').replace('Z', '123 UTC'),
    ],
    ['as dates', (millis: number) => new Date(millis).toISOString().slice(0, 10)],
    ['with an offset', (millis: number) => new Date(millis + 19_800_000).toISOString().replace('Z', '+05:30')],
    ['as seconds', (millis: number) => String(Math.floor(millis / 1000))],
    ['as milliseconds', String],
    ['as microseconds', (millis: number) => `${millis}123`],
  ])(
    'of times in text %s have edges that part the texts as the bins do',
    async (_, spelled) => {
      const plans = await plansOf({ type: 'record', name: 'R', fields: [{ name: 't', type: 'string' }] });
      const text = typeFor('string');
      const moments = fc.integer({ min: 1_600_000_000_000, max: 1_700_000_000_000 });
      const steps = fc.constantFrom(1, 40, 1000, 7000, 60_000, 3_600_000, 86_400_000);
      const cases = fc.record({
        first: moments,
        step: steps,
        gaps: fc.array(fc.nat(90), { minLength: 1, maxLength: 40 }),
      });
      await fc.assert(
        fc.asyncProperty(cases, async ({ first, step, gaps }) => {
          const texts = ['', ...gaps.map((gap) => spelled(first + gap * step))];
          const bytes = Buffer.concat(texts.map((value) => text.toBuffer(value)));
          const [column] = describeSketch(await sketchOf(plans, ['t'], bytes, texts.length, 'wasm'));
          const { edges, counts } = column!.histogram!;
          const found = counts.map((__, bin) => {
            const isLast = bin === counts.length - 1;
            const low = { kind: 'test', column: 't', test: 'greaterOrEqual', values: [edges[bin]!] } as const;
            const high = { kind: 'test', column: 't', test: 'less', values: [edges[bin + 1]!] } as const;
            const tester = createRowTester(plans, isLast ? low : { kind: 'all', of: [low, high] });
            return { tester, count: 0 };
          });
          await eachBatch(plans, bytes, texts.length, 'script', (batch) => {
            for (const bin of found) {
              const mask = new Uint8Array(batch.rows);
              bin.tester.test(batch, mask);
              bin.count += mask.reduce((sum, one) => sum + one, 0);
            }
          });
          expect(found.map(({ count }) => count)).toEqual(counts);
        }),
        { numRuns: 40 },
      );
    },
    30_000,
  );
});
