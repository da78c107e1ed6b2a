import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInlineDecoders } from '../../../src/avro/tasks/inlineDecoders';
import { openDataset } from '../../../src/avro/dataset/openDataset';
import { createMemorySource } from '../../../src/avro/container/rangeSource';
import { container, typeFor } from './container';

/** One column `v`, of another type in each part, with values as its writer takes them. */
interface PartOfValues {
  readonly type: unknown;
  readonly values: readonly unknown[];
}

/** All cells of `v` in order. */
async function sorted(parts: readonly PartOfValues[], descending = false): Promise<readonly unknown[]> {
  const sources = parts.map(({ type, values }) => {
    const schema = { type: 'record', name: 'R', fields: [{ name: 'v', type }] };
    const bytes = container(
      schema,
      values.map((v) => ({ v })),
      { rowsPerBlock: 3, type: typeFor(schema, 'auto') },
    );
    return { source: createMemorySource(bytes), facts: { file: 'a', uri: 'a' } };
  });
  const dataset = await openDataset(sources, { readAheadBytes: 0, decoders: createInlineDecoders() });
  const view = dataset.query({ sort: [{ column: 'v', descending }] }, { scope: 'all' });
  await view.done;
  const { rows } = await dataset.rows({ view: view.id, first: 0, count: 1000 });
  dataset.dispose();
  return rows.map(([cell]) => cell);
}

/** Unscaled, as bytes of a decimal. */
function decimal(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.unshift(Number(BigInt.asUintN(8, rest)));
    rest >>= 8n;
  } while (rest !== 0n && rest !== -1n);
  // Room for the sign.
  bytes.unshift(value < 0n ? 0xff : 0);
  return Buffer.from(bytes);
}

describe('the order of values', () => {
  it('is by value over longs and doubles, beyond what doubles hold too', async () => {
    const longs = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -4n, max: 4n }));
    const doubles = fc.oneof(
      fc.double({ noNaN: true }),
      fc.constantFrom(-0.5, 2.5, 1e300, -1e300, 5e-324, -5e-324, 2 ** 63),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(longs, { maxLength: 20 }),
        fc.array(doubles, { maxLength: 20 }),
        async (some, others) => {
          const values: (bigint | number)[] = [...some, ...others];
          const expected = values
            .map((value, at) => ({ value, at }))
            .sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : a.at - b.at))
            .map(({ value }) => (Object.is(value, -0) ? '-0' : String(value)));
          const parts = [
            { type: 'long', values: some },
            { type: 'double', values: others },
          ];
          expect(await sorted(parts)).toEqual(expected);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is exact for decimals, of any scale and size', async () => {
    const big = 10n ** 30n;
    const parts = [
      {
        type: { type: 'bytes', logicalType: 'decimal', precision: 40, scale: 2 },
        values: [-150n, 125n, big, -big, 99n, big + 1n].map(decimal),
      },
      {
        type: { type: 'bytes', logicalType: 'decimal', precision: 40, scale: 3 },
        values: [1251n, -1500n, -1501n].map(decimal),
      },
    ];
    expect(await sorted(parts)).toEqual([
      '-10000000000000000000000000000.00',
      '-1.501',
      '-1.50',
      '-1.500',
      '0.99',
      '1.25',
      '1.251',
      '10000000000000000000000000000.00',
      '10000000000000000000000000000.01',
    ]);
  });

  it('is by moment for times of any unit, and by code point for texts, with NULL last either way', async () => {
    const times = [
      { type: ['null', { type: 'long', logicalType: 'timestamp-millis' }], values: [1_000n, null, -1n] },
      { type: { type: 'int', logicalType: 'date' }, values: [0, 1] },
      { type: { type: 'long', logicalType: 'timestamp-micros' }, values: [999_999n] },
    ];
    const ascending = [
      '1969-12-31T23:59:59.999Z',
      '1970-01-01',
      '1970-01-01T00:00:00.999999Z',
      '1970-01-01T00:00:01.000Z',
      '1970-01-02',
    ];
    expect(await sorted(times)).toEqual([...ascending, null]);
    expect(await sorted(times, true)).toEqual([...ascending.reverse(), null]);
    const texts = ['\u{1f600}', '\uffee', 'a', '', 'a\u0000', 'a\u0001', 'ab', null];
    const expected = ['', 'a', 'a\u0000', 'a\u0001', 'ab', '\uffee', '\u{1f600}'];
    expect(await sorted([{ type: ['string', 'null'], values: texts }])).toEqual([...expected, null]);
    expect(await sorted([{ type: ['string', 'null'], values: texts }], true)).toEqual([
      ...expected.reverse(),
      null,
    ]);
  });
});
