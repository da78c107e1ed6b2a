import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dataset, DatasetSource, OpenDatasetOptions, ScanOptions } from '../../../src/avro/dataset/dataset';
import { createInlineDecoders } from '../../../src/avro/tasks/inlineDecoders';
import { openDataset } from '../../../src/avro/dataset/openDataset';
import { createMemorySource } from '../../../src/avro/container/rangeSource';
import type { Cell } from '../../../src/core/column';
import type { ColumnTest, RowFilter, RowsQuery } from '../../../src/core/rowFilter';
import { block, encoders, header, typeFor } from './container';
import { memoryScratch } from './memoryScratch';

/** What an oracle knows of a row: its values by name (absent ones left out), its part, and its number there. */
interface TrueRow {
  readonly values: Readonly<Record<string, bigint | string | number | null>>;
  readonly part: number;
  readonly row: number;
}

const types: Readonly<Record<string, unknown>> = {
  id: 'long',
  name: ['string', 'null'],
  plan: ['null', 'string'],
  amount: ['double', 'null'],
  count: ['long', 'null'],
};
const words = ['', 'a', 'ab', 'b', 'Zürich', '\u{1f600}', '\uffee', 'a\u0000b', 'a\u0001', 'quote " , \n'];
const value: Readonly<Record<string, fc.Arbitrary<bigint | string | number | null>>> = {
  id: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  name: fc.option(fc.constantFrom(...words)),
  plan: fc.option(fc.constantFrom('free', 'pro', 'pro plus')),
  amount: fc.option(fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -1.5, 1e300, -0, -5e-324))),
  count: fc.option(fc.bigInt({ min: -3n, max: 3n })),
};

interface Table {
  readonly files: readonly Buffer[];
  readonly rows: readonly TrueRow[];
}

/** Parts with all or some of the columns, in any order; one of a few is no container at all, and one may have a damaged block. */
const table: fc.Arbitrary<Table> = fc
  .array(
    fc.shuffledSubarray(Object.keys(types), { minLength: 2 }).chain((names) =>
      fc.record({
        names: fc.constant(names),
        rows: fc.array(fc.record(Object.fromEntries(names.map((name) => [name, value[name]!]))), { maxLength: 40 }),
        perBlock: fc.integer({ min: 1, max: 9 }),
        codec: fc.constantFrom('null' as const, 'snappy' as const),
        fate: fc.constantFrom('good', 'good', 'good', 'bad header', 'bad block'),
      }),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => {
    const rows: TrueRow[] = [];
    const files = parts.map(({ names, rows: mine, perBlock, codec, fate }, part) => {
      const schema = {
        type: 'record',
        name: 'topLevelRecord',
        fields: names.map((name) => ({ name, type: types[name] })),
      };
      if (fate === 'bad header' && part > 0) return Buffer.from('this is no container');
      const type = typeFor(schema);
      const chunks = [header(schema, codec)];
      let count = 0;
      for (let at = 0; at < mine.length; at += perBlock) {
        const slice = mine.slice(at, at + perBlock);
        const stored = encoders[codec](Buffer.concat(slice.map((row) => type.toBuffer(row))));
        const isDamaged = fate === 'bad block' && codec === 'snappy' && at === perBlock;
        if (isDamaged) stored[stored.length - 1]! ^= 0xff;
        else slice.forEach((values) => rows.push({ values, part, row: count++ }));
        chunks.push(block(stored, slice.length));
      }
      return Buffer.concat(chunks);
    });
    return { files, rows };
  });

const sources = (files: readonly Buffer[]): DatasetSource[] =>
  files.map((bytes, index) => ({
    source: createMemorySource(bytes),
    bytes: bytes.length,
    facts: { file: `part-${index}.avro`, uri: `s3://bucket/part-${index}.avro` },
  }));

const all: ScanOptions = { scope: 'all' };

async function open({ files }: Pick<Table, 'files'>, more: Partial<OpenDatasetOptions> = {}): Promise<Dataset> {
  return openDataset(sources(files), { readAheadBytes: 0, decoders: createInlineDecoders(), ...more });
}

const shown = (found: TrueRow['values'][string] | undefined): Cell =>
  found === undefined ? false : found === null ? null : Object.is(found, -0) ? '-0' : String(found);

function cellsOf(dataset: Dataset, { values }: TrueRow): Cell[] {
  return dataset.columns.map(({ name }) => shown(values[name]));
}

const filter: fc.Arbitrary<RowFilter> = fc.letrec<{ filter: RowFilter; leaf: RowFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 2 },
    tie('leaf'),
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('filter'), { maxLength: 3 }),
    }),
  ),
  leaf: fc.constantFrom<RowFilter>(
    { kind: 'test', column: 'name', test: 'equals', values: ['a'] },
    { kind: 'test', column: 'name', test: 'differs', values: ['a'] },
    { kind: 'test', column: 'name', test: 'isNull', values: [] },
    { kind: 'test', column: 'plan', test: 'contains', values: ['pro'] },
    { kind: 'test', column: 'plan', test: 'isAbsent', values: [] },
    { kind: 'test', column: 'count', test: 'greaterOrEqual', values: ['0'] },
    { kind: 'find', text: 'r' },
  ),
})).filter;

function passes(node: RowFilter, { values }: TrueRow): boolean {
  if (node.kind === 'all') return node.of.every((part) => passes(part, { values } as TrueRow));
  if (node.kind === 'test') return passesTest(node, values);
  if (node.kind === 'find') {
    return Object.values(values).some((found) => found !== null && String(found).toLowerCase().includes(node.text));
  }
  return node.of.some((part) => passes(part, { values } as TrueRow));
}

function passesTest(node: ColumnTest, values: TrueRow['values']): boolean {
  const found = values[node.column];
  const isThere = found !== null && found !== undefined;
  switch (node.test) {
    case 'equals':
      return isThere && found === node.values[0];
    case 'differs':
      return !(isThere && found === node.values[0]);
    case 'isNull':
      return found === null;
    case 'isAbsent':
      return found === undefined;
    case 'contains':
      return isThere && String(found).includes(node.values[0]!);
    case 'greaterOrEqual':
      return isThere && BigInt(found) >= BigInt(node.values[0]!);
    default:
      throw new Error(`no oracle for ${node.test}`);
  }
}

const sort = fc.array(
  fc.record({ column: fc.constantFrom(...Object.keys(types), 'nobody'), descending: fc.boolean() }),
  { maxLength: 3 },
);

function compare(one: TrueRow, other: TrueRow, keys: NonNullable<RowsQuery['sort']>): number {
  for (const { column, descending } of keys) {
    const a = one.values[column] ?? null;
    const b = other.values[column] ?? null;
    if (a === null || b === null) {
      if ((a === null) !== (b === null)) return a === null ? 1 : -1;
      continue;
    }
    // Code points of UTF-16 texts are in the order of their UTF-8.
    const order =
      typeof a === 'string' && typeof b === 'string'
        ? Buffer.compare(Buffer.from(a), Buffer.from(b))
        : a < b
          ? -1
          : a > b
            ? 1
            : 0;
    if (order !== 0) return descending === true ? -order : order;
  }
  return 0;
}

const question = fc.record({
  filter: fc.option(filter, { nil: undefined }),
  sort,
  from: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe('views of a dataset', () => {
  it('have the rows that plain code picks and sorts, wherever a page begins, and give them to exports', async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.array(question, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (data, questions, isTight) => {
          const scratches: ReturnType<typeof memoryScratch>[] = [];
          const openScratch = () => {
            scratches.push(memoryScratch());
            return Promise.resolve(scratches.at(-1)!);
          };
          const dataset = await open(data, { openScratch, ...(isTight ? { sortBytes: 300 } : {}) });
          for (const { filter: where, sort: keys, from } of questions) {
            const view = dataset.query({ ...(where === undefined ? {} : { filter: where }), sort: keys }, all);
            await view.done;
            const expected = data.rows.filter((row) => where === undefined || passes(where, row));
            const ordered = expected
              .map((row, at) => ({ row, at }))
              .sort((a, b) => compare(a.row, b.row, keys) || a.at - b.at)
              .map(({ row }) => row);
            if (where !== undefined || keys.length > 0) expect(view.length).toBe(ordered.length);
            const first = Math.floor(from * ordered.length);
            if (where !== undefined || keys.length > 0) {
              const page = await dataset.rows({ view: view.id, first, count: 20 });
              expect(page.rows).toEqual(ordered.slice(first, first + 20).map((row) => cellsOf(dataset, row)));
              expect(page.numbers).toEqual(ordered.slice(first, first + 20).map((row) => data.rows.indexOf(row)));
              const parts = page.sources?.flatMap(({ rows, part }) => Array.from({ length: rows }, () => part));
              if (data.files.length > 1)
                expect(parts).toEqual(ordered.slice(first, first + 20).map(({ part }) => part));
            }
            const columns = Object.keys(types);
            const places: (readonly [number, number])[] = [];
            const ids: string[] = [];
            for await (const batch of dataset.cells({ view: view.id, columns, provenance: true }, all)) {
              places.push(...batch.places!);
              ids.push(...batch.rows.map((row) => row[0]!));
            }
            expect(places).toEqual(ordered.map(({ part, row }) => [part, row]));
            expect(ids).toEqual(
              ordered.map(({ values }) => ((values['id'] ?? null) === null ? 'null' : `"${values['id']}"`)),
            );
            const limit = Math.ceil(ordered.length / 2);
            const text: Uint8Array[] = [];
            const request = {
              view: view.id,
              format: 'ndjson',
              columns: ['name', 'count'],
              formulaGuard: true,
              limit,
            } as const;
            for await (const bytes of dataset.text(request, all)) text.push(bytes);
            const lines = Buffer.concat(text).toString().split('\n').slice(0, -1);
            expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
              ordered.slice(0, limit).map(({ values }) => ({
                name: values['name'] ?? null,
                count: (values['count'] ?? null) === null ? null : String(values['count']),
              })),
            );
            view.dispose();
          }
          dataset.dispose();
          expect(scratches.every(({ isDisposed }) => isDisposed)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  it('find the next match in either direction, round the ends, in sorted views too', async () => {
    await fc.assert(
      fc.asyncProperty(table, question, async (data, { filter: where, sort: keys, from }) => {
        const dataset = await open(data);
        const view = dataset.query({ ...(where === undefined ? {} : { filter: where }), sort: keys }, all);
        const find = view.find({ kind: 'find', text: 'a' }, all);
        const rows = data.rows
          .filter((row) => where === undefined || passes(where, row))
          .map((row, at) => ({ row, at }))
          .sort((a, b) => compare(a.row, b.row, keys) || a.at - b.at);
        const test = { kind: 'find', text: 'a' } as const;
        const hits = rows.flatMap(({ row }, at) => (passes(test, row) ? [at] : []));
        const start = Math.floor(from * (rows.length + 1)) - 1;
        const next = await find.next(start, 1);
        const previous = await find.next(start, -1);
        expect(next?.position).toBe(hits.find((at) => at > start) ?? hits[0]);
        expect(previous?.position).toBe(hits.findLast((at) => at < start) ?? hits.at(-1));
        await find.done;
        expect(find.matches).toBe(hits.length);
        if (next !== undefined) {
          expect(next.rank).toBe(hits.indexOf(next.position));
          const { values } = rows[next.position]!.row;
          expect(next.columns.map((index) => dataset.columns[index]!.name).sort()).toEqual(
            Object.keys(values)
              .filter((name) => passes(test, { values: { [name]: values[name]! } } as unknown as TrueRow))
              .sort(),
          );
        }
        dataset.dispose();
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it('give one pass with a filter what a view of it gives, also cut at a limit', async () => {
    await fc.assert(
      fc.asyncProperty(table, filter, fc.nat(30), async (data, where, most) => {
        const dataset = await open(data);
        const expected = data.rows.filter((row) => passes(where, row));
        const names = expected.map(({ values }) => values['name'] ?? null);
        const columns = ['name'];
        for (const limit of [most, expected.length, undefined]) {
          const limited = limit === undefined ? {} : { limit };
          const cells: unknown[] = [];
          for await (const { rows } of dataset.cells({ where, columns, ...limited }, all))
            cells.push(...rows.map(([json]) => JSON.parse(json!) as unknown));
          expect(cells).toEqual(names.slice(0, limit));
          const text: Uint8Array[] = [];
          let matched = 0;
          const onProgress = (progress: { readonly matched: number }) => (matched = progress.matched);
          const request = { where, format: 'csv', columns, formulaGuard: false, ...limited } as const;
          for await (const bytes of dataset.text(request, { ...all, onProgress })) text.push(bytes);
          const fields = names.slice(0, limit).map((name) => (name === null ? '' : csvField(String(name))));
          expect(Buffer.concat(text).toString()).toBe(['name', ...fields].map((field) => `${field}\n`).join(''));
          expect(matched).toBe(fields.length);
        }
        const { rows, columns: described } = await dataset.statistics({ where, columns }, all);
        expect(rows).toBe(expected.length);
        if (described.length > 0) expect(described[0]!.rows).toBe(expected.length);
        await expect(dataset.statistics({ where: bad, columns }, all)).rejects.toThrow('not a regular expression');
        dataset.dispose();
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

const bad: ColumnTest = { kind: 'test', column: 'id', test: 'matches', values: ['('] };

function csvField(text: string): string {
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
