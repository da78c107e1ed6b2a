import fc from 'fast-check';
import type { RowBatch } from '../../../src/avro/engine/blockEngine';
import { type ColumnPlan, planColumns, withNestedPrinters } from '../../../src/avro/values/columns';
import { createBlockEngine } from '../../../src/avro/engine/engines';
import { parseSchema } from '../../../src/avro/container/schema';
import { typeFor } from './container';

/** One column of each kind with values that come with what a person sees and what it is worth: rows are written by avsc, and judged by plain JavaScript. */

export interface Sample {
  /** For avsc. */
  readonly value: unknown;
  readonly shown: string;
  /** For comparisons; the same type for all values of a column. */
  readonly worth: bigint | number | string;
}

export interface Kind {
  readonly name: string;
  readonly type: unknown;
  /** avsc's name of the branch in a union. */
  readonly branch: string;
  readonly sample: fc.Arbitrary<Sample>;
  /** What a text that is typed in is worth; absent: the text itself. */
  readonly worthOf?: (text: string) => bigint | number;
  /** A nested type: only the script's engine reads it. */
  readonly isNested?: boolean;
}

const words = fc.constantFrom(
  '',
  'a',
  'A',
  'FR',
  'fr',
  '/checkout',
  '/Checkout/pay',
  'ﬀ',
  'Straße',
  'ẞ',
  'ΣΊΣΥΦΟΣ',
  'σίσυφος',
);
const text = fc.oneof(
  words,
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('a', 'A', 'b', 'k', 'K', 's', 'ſ', 'é', 'É', 'İ', 'ı', '😀', '\0'),
    maxLength: 6,
  }),
  fc.integer({ min: 180, max: 420 }).map((length) => 'x€'.repeat(length).slice(0, length)),
);
const long = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -70n, max: 70n }),
  fc.constantFrom(
    2n ** 53n,
    2n ** 53n + 1n,
    -(2n ** 53n) - 1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
    2n ** 32n,
    2n ** 32n - 1n,
  ),
);
const same = (value: string): Sample => ({ value, shown: value, worth: value });
/** The runtime's own calendar; years 0–9999 only. */
const moment = (micros: bigint): string =>
  `${new Date(Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n)).toISOString().slice(0, -1)}${String(((micros % 1000n) + 1000n) % 1000n).padStart(3, '0')}Z`;
const microsOf = (given: string): bigint => {
  const [, whole, fraction = ''] = /^([^.]*)(?:\.(\d+))?Z$/.exec(given)!;
  return BigInt(Date.parse(`${whole}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'));
};
const floatText = (value: number): string => {
  if (!Number.isFinite(value) || value === 0) return Object.is(value, -0) ? '-0' : String(value);
  for (let digits = 6; ; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
};
/** NaN is beyond all else. */
const order = (value: number): number => (value === 0 ? 0 : value);

export const kinds: readonly Kind[] = [
  {
    name: 'long',
    type: 'long',
    branch: 'long',
    sample: long.map((value) => ({ value, shown: String(value), worth: value })),
    worthOf: BigInt,
  },
  {
    name: 'int',
    type: 'int',
    branch: 'int',
    sample: fc
      .integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
      .map((value) => ({ value, shown: String(value), worth: BigInt(value) })),
    worthOf: BigInt,
  },
  { name: 'text', type: 'string', branch: 'string', sample: text.map(same) },
  { name: 'other', type: 'string', branch: 'string', sample: words.map(same) },
  {
    name: 'float',
    type: 'float',
    branch: 'float',
    sample: fc.oneof(fc.float(), fc.constantFrom(0.1, 0.2, 1, -0, 0, 3e10, NaN)).map((value) => ({
      value: Math.fround(value),
      shown: floatText(Math.fround(value)),
      worth: order(Math.fround(value)),
    })),
    worthOf: (given) => order(Math.fround(Number(given))),
  },
  {
    name: 'double',
    type: 'double',
    branch: 'double',
    sample: fc
      .oneof(fc.double(), fc.constantFrom(0.1, 1, -0, 0, 1e21, NaN, Infinity))
      .map((value) => ({ value, shown: Object.is(value, -0) ? '-0' : String(value), worth: order(value) })),
    worthOf: (given) => order(Number(given)),
  },
  {
    name: 'boolean',
    type: 'boolean',
    branch: 'boolean',
    sample: fc.boolean().map((value) => ({ value, shown: String(value), worth: String(value) })),
  },
  {
    name: 'enum',
    type: { type: 'enum', name: 'Color', symbols: ['RED', 'GREEN', 'blue'] },
    branch: 'Color',
    sample: fc.constantFrom('RED', 'GREEN', 'blue').map(same),
  },
  {
    name: 'bytes',
    type: 'bytes',
    branch: 'bytes',
    sample: fc.uint8Array({ maxLength: 5 }).map((list) => {
      const shown = Buffer.from(list).toString('hex');
      return { value: Buffer.from(list), shown, worth: shown };
    }),
  },
  {
    name: 'date',
    type: { type: 'int', logicalType: 'date' },
    branch: 'int',
    sample: fc.integer({ min: -700_000, max: 2_900_000 }).map((value) => ({
      value,
      shown: new Date(value * 86_400_000).toISOString().slice(0, 10),
      worth: BigInt(value),
    })),
    worthOf: (given) => BigInt(Date.parse(`${given}T00:00:00Z`) / 86_400_000),
  },
  {
    name: 'moment',
    type: { type: 'long', logicalType: 'timestamp-micros' },
    branch: 'long',
    sample: fc.bigInt({ min: -(6n * 10n ** 16n), max: 2n * 10n ** 17n }).map((value) => ({
      value,
      shown: moment(value),
      worth: value,
    })),
    worthOf: microsOf,
  },
  {
    name: 'decimal',
    type: { type: 'bytes', logicalType: 'decimal', precision: 20, scale: 2 },
    branch: 'bytes',
    sample: fc
      .oneof(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), fc.bigInt({ min: -300n, max: 300n }))
      .map((value) => {
        const bytes = Buffer.from(BigInt.asUintN(80, value).toString(16).padStart(20, '0'), 'hex');
        const digits = String(value < 0n ? -value : value).padStart(3, '0');
        return {
          value: bytes,
          shown: `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`,
          worth: value,
        };
      }),
    worthOf: (given) => BigInt(given.replace('.', '')),
  },
  {
    name: 'list',
    type: { type: 'array', items: 'string' },
    branch: 'array',
    isNested: true,
    sample: fc
      .array(words, { maxLength: 2 })
      .map((value) => ({ value, shown: JSON.stringify(value), worth: JSON.stringify(value) })),
  },
];

export interface Table {
  readonly kinds: readonly Kind[];
  /** Row by row; `null` is NULL. */
  readonly rows: readonly (readonly (Sample | null)[])[];
  readonly schema: object;
  readonly bytes: Buffer;
}

/** Some columns, each bare or with null first or last, and rows of them. */
export function tables(
  options: { readonly of?: readonly Kind[]; readonly maxRows?: number } = {},
): fc.Arbitrary<Table> {
  const { of = kinds, maxRows = 25 } = options;
  const column = fc.record({ kind: fc.constantFrom(...of), nulls: fc.constantFrom('no', 'first', 'last') });
  return fc
    .uniqueArray(column, { minLength: 1, maxLength: 6, selector: ({ kind }) => kind.name })
    .chain((columns) => {
      const cells = columns.map(({ kind, nulls }) =>
        nulls === 'no' ? kind.sample : fc.option(kind.sample, { freq: 4 }),
      );
      const schema = {
        type: 'record',
        name: 'R',
        fields: columns.map(({ kind, nulls }) => ({
          name: kind.name,
          type: nulls === 'no' ? kind.type : nulls === 'first' ? ['null', kind.type] : [kind.type, 'null'],
        })),
      };
      return fc.array(fc.tuple(...cells), { maxLength: maxRows }).map((rows): Table => {
        const type = typeFor(schema, 'always');
        const encoded = rows.map((row) => {
          const values = row.map((cell, index) => {
            const { kind, nulls } = columns[index]!;
            return [
              kind.name,
              cell === null || nulls === 'no' ? (cell?.value ?? null) : { [kind.branch]: cell.value },
            ];
          });
          return type.toBuffer(Object.fromEntries(values));
        });
        return { kinds: columns.map(({ kind }) => kind), rows, schema, bytes: Buffer.concat(encoded) };
      });
    });
}

export async function plansOf(schema: object): Promise<readonly ColumnPlan[]> {
  return withNestedPrinters(planColumns(parseSchema(JSON.stringify(schema))));
}

/** Runs over the rows as one block, batch by batch. */
export async function eachBatch(
  plans: readonly ColumnPlan[],
  bytes: Buffer,
  rows: number,
  prefer: 'wasm' | 'script',
  take: (batch: RowBatch) => void,
): Promise<void> {
  const engine = await createBlockEngine(plans, 'null', { maxBlockBytes: 1 << 26, prefer });
  await engine.open(bytes, rows);
  for (let batch = engine.nextBatch(); batch !== undefined; batch = engine.nextBatch()) take(batch);
  const outcome = engine.outcome();
  engine.release();
  if (outcome.rows !== rows || outcome.problem !== undefined) throw new Error(JSON.stringify(outcome));
}
