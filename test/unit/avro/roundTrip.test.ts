import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemorySource } from '../../../src/avro/container/rangeSource';
import { openRowStream } from '../../../src/avro/part/rowStream';
import { readCells } from '../../fuzz/readings';
import { withoutWasm } from '../../fuzz/withoutWasm';
import { container, typeFor, type CodecName } from './container';
import { readPart } from './reading';

/** A schema, with values that come with their expected JSON text. avsc writes them: it is not the code under test. */
interface Shape {
  readonly schema: unknown;
  /** avsc's name for it in a wrapped union. */
  readonly branch: string;
  readonly value: fc.Arbitrary<Sample>;
}

interface Sample {
  readonly value: unknown;
  readonly json: string;
}

let names = 0;
const named = (prefix: string): string => `${prefix}${++names}`;
const text = fc.string({ unit: 'binary', maxLength: 12 });
const key = text.filter((word) => word !== '__proto__');
const jsonNumber = (value: number): string =>
  Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : JSON.stringify(String(value));

const long = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(
    0n,
    -1n,
    2n ** 53n,
    2n ** 53n + 1n,
    -(2n ** 53n),
    -(2n ** 53n) - 1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
  ),
);

const simple = (schema: string, value: fc.Arbitrary<unknown>, json: (value: never) => string): Shape => ({
  schema,
  branch: schema,
  value: value.map((sample) => ({ value: sample, json: json(sample as never) })),
});

const hex = (bytes: Buffer): string => JSON.stringify(bytes.toString('hex'));
const bytesOf = (min: number, max: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength: min, maxLength: max }).map((bytes) => Buffer.from(bytes));

const scalars: fc.Arbitrary<Shape> = fc.oneof(
  fc.constant(simple('boolean', fc.boolean(), (v: boolean) => String(v))),
  fc.constant(simple('int', fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (v: number) => String(v))),
  fc.constant(simple('long', long, (v: bigint) => `"${v}"`)),
  fc.constant({ ...simple('long', long, (v: bigint) => `"${v}"`), schema: { type: 'long' } }),
  fc.constant(simple('float', fc.float().map(Math.fround), jsonNumber)),
  fc.constant(simple('double', fc.double(), jsonNumber)),
  fc.constant(simple('bytes', bytesOf(0, 9), hex)),
  fc.constant(simple('string', text, (v: string) => JSON.stringify(v))),
  fc.constant(null).map((): Shape => {
    const name = named('Color');
    const symbols = ['RED', 'GREEN', 'BLUE'];
    const value = fc.constantFrom(...symbols).map((symbol) => ({ value: symbol, json: JSON.stringify(symbol) }));
    return { schema: { type: 'enum', name, symbols }, branch: name, value };
  }),
  fc.integer({ min: 0, max: 5 }).map((size): Shape => {
    const name = named('Fixed');
    const value = bytesOf(size, size).map((bytes) => ({ value: bytes, json: hex(bytes) }));
    return { schema: { type: 'fixed', name, size }, branch: name, value };
  }),
);

const nullShape: Shape = { schema: 'null', branch: 'null', value: fc.constant({ value: null, json: 'null' }) };

/** A union of null and a type, in either order; or of several types. */
function unionOf(branches: readonly Shape[]): Shape {
  const value = fc.oneof(
    ...branches.map((branch) =>
      branch.branch === 'null'
        ? branch.value
        : branch.value.map((sample) => ({ value: { [branch.branch]: sample.value }, json: sample.json })),
    ),
  );
  return { schema: branches.map((branch) => branch.schema), branch: 'union', value };
}

const nullable = (shapes: fc.Arbitrary<Shape>): fc.Arbitrary<Shape> =>
  fc.tuple(shapes, fc.boolean()).map(([s, nullFirst]) => unionOf(nullFirst ? [nullShape, s] : [s, nullShape]));

function recordOf(fields: readonly Shape[]): Shape {
  const name = named('Record');
  const value = fc.tuple(...fields.map((field) => field.value)).map((samples) => ({
    value: Object.fromEntries(samples.map((sample, i) => [`f${i}`, sample.value])),
    json: `{${samples.map((sample, i) => `"f${i}":${sample.json}`).join(',')}}`,
  }));
  const list = fields.map((field, i) => ({ name: `f${i}`, type: field.schema }));
  return { schema: { type: 'record', name, fields: list }, branch: name, value };
}

const anyShape: fc.Arbitrary<Shape> = fc.letrec<{ any: Shape; plain: Shape }>((tie) => ({
  plain: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalars,
    tie('any').map((items): Shape => {
      const value = fc.array(items.value, { maxLength: 4 }).map((list) => ({
        value: list.map((sample) => sample.value),
        json: `[${list.map((sample) => sample.json).join(',')}]`,
      }));
      return { schema: { type: 'array', items: items.schema }, branch: 'array', value };
    }),
    tie('any').map((values): Shape => {
      const value = fc.dictionary(key, values.value, { maxKeys: 4 }).map((map) => ({
        value: Object.fromEntries(Object.entries(map).map(([k, sample]) => [k, sample.value])),
        json: `{${Object.entries(map)
          .map(([k, sample]) => `${JSON.stringify(k)}:${sample.json}`)
          .join(',')}}`,
      }));
      return { schema: { type: 'map', values: values.schema }, branch: 'map', value };
    }),
    fc.array(tie('any'), { minLength: 0, maxLength: 3 }).map(recordOf),
  ),
  any: fc.oneof(
    tie('plain'),
    nullable(tie('plain')),
    fc
      .uniqueArray(tie('plain'), { minLength: 2, maxLength: 3, selector: (s) => s.branch })
      .map((list) => unionOf([...list, nullShape])),
  ),
})).any;

interface Case {
  readonly fields: readonly Shape[];
  readonly record: Shape;
  readonly rows: readonly Sample[];
  readonly codec: CodecName;
  readonly rowsPerBlock: number;
}

function caseOf(fields: fc.Arbitrary<Shape>, maxFields: number): fc.Arbitrary<Case> {
  return fc.array(fields, { minLength: 1, maxLength: maxFields }).chain((list) => {
    const record = recordOf(list);
    return fc.record({
      fields: fc.constant(list),
      record: fc.constant(record),
      rows: fc.array(record.value, { maxLength: 30 }),
      codec: fc.constantFrom<CodecName[]>('null', 'deflate', 'snappy', 'zstandard'),
      rowsPerBlock: fc.integer({ min: 1, max: 12 }),
    });
  });
}

const write = ({ record, rows, codec, rowsPerBlock }: Case): Buffer =>
  container(
    record.schema,
    rows.map((row) => row.value),
    { codec, rowsPerBlock, type: typeFor(record.schema, 'always') },
  );

async function check(sample: Case): Promise<void> {
  const bytes = write(sample);
  const stream = await openRowStream(createMemorySource(bytes));
  const found: string[] = [];
  for await (const batch of stream.batches()) {
    for (const row of batch) found.push(`{${row.map((cell, i) => `"f${i}":${cell}`).join(',')}}`);
  }
  expect(found).toEqual(sample.rows.map((row) => row.json));
  // Scans of a dataset, by either engine.
  for (const cells of [await readCells(bytes), await withoutWasm(() => readCells(bytes))]) {
    const rows = cells.rows.map((row) => `{${row.map((cell, i) => `"f${i}":${cell}`).join(',')}}`);
    expect(rows).toEqual(found);
    expect(cells.damage).toEqual([]);
  }

  const { progress, rows } = await readPart(bytes);
  expect(progress).toMatchObject({ state: 'complete', rows: sample.rows.length, damage: [] });
  expect(rows.map((row) => row.map((cell) => cell === null))).toEqual(
    sample.rows.map((row) => sample.fields.map((_, i) => isNull((row.value as Record<string, unknown>)[`f${i}`]))),
  );
}

const isNull = (value: unknown): boolean => value === null;

describe('what avsc writes is read back', () => {
  it('for flat schemas', async () => {
    await fc.assert(fc.asyncProperty(caseOf(fc.oneof(scalars, nullable(scalars)), 8), check), { numRuns: 150 });
  });

  it('for nested schemas', async () => {
    await fc.assert(fc.asyncProperty(caseOf(anyShape, 4), check), { numRuns: 150 });
  });

  it('for longs over the whole 64-bit range, as exact digits', async () => {
    const schema = { type: 'record', name: 'R', fields: [{ name: 'id', type: ['null', { type: 'long' }] }] };
    const values = [
      0n, 1n, -1n, 63n, 64n, -64n, -65n, 2n ** 31n, -(2n ** 31n), 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n,
      -(2n ** 53n) - 1n, 2n ** 56n, 2n ** 62n, 2n ** 63n - 1n, -(2n ** 63n), -8237265115926465438n,
    ]; // prettier-ignore
    const { rows } = await readPart(container(schema, [...values.map((id) => ({ id })), { id: null }]));
    expect(rows).toEqual([...values.map((id) => [String(id)]), [null]]);
  });

  it('for a recursive schema', async () => {
    const schema = {
      type: 'record',
      name: 'Tree',
      namespace: 'shop',
      fields: [
        { name: 'label', type: 'string' },
        { name: 'next', type: ['null', 'Tree'] },
      ],
    };
    const deep = { label: 'a', next: { label: 'b', next: { label: 'c', next: null } } };
    const { part, rows } = await readPart(container(schema, [deep]));
    expect(rows).toEqual([['a', '{"label":"b","next":{"label":"c","next":null}}']]);
    expect(part.columns[1]).toEqual({
      name: 'next',
      kind: 'json',
      typeText: 'record Tree or null',
      nullable: true,
    });
  });

  it('for rows that are not records, as one column', async () => {
    const { part, rows } = await readPart(container(['long', 'string', 'null'], [5n, 'x', null]));
    expect(part.columns).toEqual([
      { name: 'value', kind: 'json', typeText: 'long or string or null', nullable: true },
    ]);
    expect(rows).toEqual([['5'], ['"x"'], [null]]);
  });

  it('for lists in several blocks, with and without their size', async () => {
    const { header, block, varint } = await import('./container');
    const schema = { type: 'record', name: 'R', fields: [{ name: 'l', type: { type: 'array', items: 'int' } }] };
    const row = Buffer.concat([varint(-2), varint(2), varint(1), varint(2), varint(1), varint(3), varint(0)]);
    const { rows, progress } = await readPart(Buffer.concat([header(schema), block(row, 1)]));
    expect(rows).toEqual([['[1,2,3]']]);
    expect(progress.damage).toEqual([]);
  });
});
