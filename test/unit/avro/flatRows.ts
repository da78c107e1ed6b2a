import fc from 'fast-check';
import { typeFor } from './container';

/** Random flat schemas with rows of them, written by avsc. */

export interface FlatRows {
  readonly schema: object;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** The rows' bytes, one after another. */
  readonly data: Buffer;
}

interface Field {
  readonly type: (name: string) => unknown;
  /** avsc's name for it in a union, given the field's. */
  readonly branch: (name: string) => string;
  readonly value: fc.Arbitrary<unknown>;
}

const long = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc.bigInt({ min: 0n, max: 63n }).chain((bits) => fc.constantFrom(2n ** bits - 1n, -(2n ** bits))),
);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom(',', '"', '\n', '\r', '\t', '\\', 'é', 'a', '=', '\u2028', '\0'),
    maxLength: 12,
  }),
  fc.constantFrom('', '=1+1', '+1', '-1', '@x', '\tx', '\rx', "'", '\uFEFFa', 'null'),
  fc.integer({ min: 0, max: 300 }).map((length) => 'plain'.repeat(60).slice(0, length)),
  // Bytes that a reader must check: avsc writes a lone surrogate as it is.
  fc.constantFrom('\uD800', 'a\uDC00b'),
);
const plain = (type: string, value: fc.Arbitrary<unknown>): Field => ({
  type: () => type,
  branch: () => type,
  value,
});
const logical = (type: string, logicalType: string, value: fc.Arbitrary<unknown>, more: object = {}): Field => ({
  type: () => ({ type, logicalType, ...more }),
  branch: () => type,
  value,
});
const bytes = (minLength: number, maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength, maxLength }).map((list) => Buffer.from(list));
const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

const fields: readonly Field[] = [
  plain('boolean', fc.boolean()),
  plain('int', int),
  plain('long', long),
  plain('float', fc.float().map(Math.fround)),
  plain('double', fc.double()),
  plain('bytes', bytes(0, 20)),
  plain('string', text),
  plain('string', text),
  {
    type: (name) => ({ type: 'fixed', name: `Fixed_${name}`, size: 3 }),
    branch: (name) => `Fixed_${name}`,
    value: bytes(3, 3),
  },
  {
    type: (name) => ({ type: 'enum', name: `Enum_${name}`, symbols: ['RED', 'GREEN', '_blue'] }),
    branch: (name) => `Enum_${name}`,
    value: fc.constantFrom('RED', 'GREEN', '_blue'),
  },
  logical('long', 'timestamp-micros', long),
  logical('int', 'date', fc.integer({ min: -100_000, max: 100_000 })),
  logical('bytes', 'decimal', bytes(0, 9), { precision: 9, scale: 2 }),
  logical('string', 'uuid', text),
];

interface Column {
  readonly name: string;
  readonly type: unknown;
  readonly value: fc.Arbitrary<unknown>;
}

const column = (index: number): fc.Arbitrary<Column> =>
  fc.tuple(fc.constantFrom(...fields), fc.constantFrom('plain', 'nullFirst', 'nullLast')).map(([field, kind]) => {
    const name = `f${index}`;
    const type = field.type(name);
    if (kind === 'plain') return { name, type, value: field.value };
    const wrapped = field.value.map((value) => ({ [field.branch(name)]: value }));
    const value = fc.oneof({ weight: 3, arbitrary: wrapped }, { weight: 1, arbitrary: fc.constant(null) });
    return { name, type: kind === 'nullFirst' ? ['null', type] : [type, 'null'], value };
  });

/** `columnCount` 0 is one case too: rows without bytes. */
export function flatRows(maxColumns: number, maxRows: number): fc.Arbitrary<FlatRows> {
  return fc
    .integer({ min: 0, max: maxColumns })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => column(index))))
    .chain((columns) => {
      const list = columns.map(({ name, type }) => ({ name, type }));
      const schema = { type: 'record', name: 'Row', fields: list };
      // Logical types are a matter of reading: avsc writes what lies under them.
      const type = typeFor(JSON.parse(JSON.stringify(schema)) as object, 'always');
      const row = fc.record(Object.fromEntries(columns.map(({ name, value }) => [name, value])), {
        noNullPrototype: true,
      });
      return fc.array(row, { maxLength: maxRows }).map((rows) => ({
        schema,
        rows,
        data: Buffer.concat(rows.map((values) => type.toBuffer(values))),
      }));
    });
}
