import fc from 'fast-check';
import { dateOfDays } from '../../../src/core/civilDate';
import { describe, expect, it } from 'vitest';
import { decimalText, timeText } from '../../../src/avro/values/logicalText';
import { clip } from '../../../src/avro/values/values';
import type { Cell } from '../../../src/core/column';
import { block, container, header, sized, varint } from './container';
import { readPart, streamRows } from './reading';

const field = (type: unknown): unknown => ({ type: 'record', name: 'R', fields: [{ name: 'a', type }] });

async function cell(type: unknown, data: Buffer): Promise<Cell> {
  const { rows, progress } = await readPart(Buffer.concat([header(field(type)), block(data, 1)]));
  expect(progress.damage).toEqual([]);
  return rows[0]![0]!;
}
async function json(type: unknown, data: Buffer): Promise<string> {
  const { rows } = await streamRows(Buffer.concat([header(field(type)), block(data, 1)]));
  return rows[0]![0]!;
}

describe('text', () => {
  it.each([
    ['invalid bytes as U+FFFD', Buffer.from([0x61, 0xff, 0xfe, 0x62]), 'a\uFFFD\uFFFDb'],
    ['a cut character as U+FFFD', Buffer.from([0x61, 0xf0, 0x9f, 0x9b]), 'a\uFFFD'],
    ['a surrogate written alone as U+FFFD', Buffer.from([0xed, 0xa0, 0x80]), '\uFFFD\uFFFD\uFFFD'],
    ['a byte order mark as it is', Buffer.from('\uFEFFa'), '\uFEFFa'],
    ['a NUL as it is', Buffer.from('a\0b'), 'a\0b'],
    ['no text apart from NULL', Buffer.alloc(0), ''],
  ])('shows %s', async (_, bytes, expected) => {
    expect(await cell('string', sized(bytes))).toBe(expected);
    expect(await json('string', sized(bytes))).toBe(JSON.stringify(expected));
  });

  it('is cut at 1,000 units in a page and at 1,000,000 in a record, with its whole length told', async () => {
    const emoji = '🛒'.repeat(600_000);
    const { part, rows } = await readPart(container(field('string'), [{ a: emoji }]));
    expect(rows).toEqual([[{ text: '🛒'.repeat(500), length: 1_200_000 }]]);
    expect((await part.record(0))?.cells).toEqual([{ text: '🛒'.repeat(500_000), length: 1_200_000 }]);
    expect((await streamRows(container(field('string'), [{ a: emoji }]))).rows).toEqual([[JSON.stringify(emoji)]]);
  });

  it('is never cut between the halves of a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer({ min: 1, max: 40 }), (text, limit) => {
        const shown = clip(text, limit);
        if (text.length <= limit) {
          expect(shown).toBe(text);
          return;
        }
        const { text: start, length } = shown as { text: string; length: number };
        expect(length).toBe(text.length);
        expect(text.startsWith(start)).toBe(true);
        expect(start.length).toBeGreaterThanOrEqual(limit - 1);
        expect(Buffer.from(start).toString()).toBe(start);
      }),
    );
  });

  it('tells its true length also where its bytes are many more or invalid', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(Buffer.from('a'), Buffer.from('é'), Buffer.from('日'), Buffer.from('🛒'), Buffer.from([0xff]), Buffer.from([0xe6, 0x97])), { minLength: 900, maxLength: 3000 }), // prettier-ignore
        async (pieces) => {
          const bytes = Buffer.concat(pieces);
          const whole = bytes.toString('utf8');
          expect(await cell('string', sized(bytes))).toEqual(clip(whole, 1000));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('in bytes is hexadecimal, cut with its length told', async () => {
    expect(await cell('bytes', sized(Buffer.from([0, 255, 16])))).toBe('00ff10');
    expect(await cell('bytes', sized(Buffer.alloc(900, 0xab)))).toEqual({ text: 'ab'.repeat(500), length: 1800 });
  });
});

describe('numbers', () => {
  const float = (value: number): Buffer => {
    const buffer = Buffer.alloc(4);
    buffer.writeFloatLE(value);
    return buffer;
  };
  const double = (value: number): Buffer => {
    const buffer = Buffer.alloc(8);
    buffer.writeDoubleLE(value);
    return buffer;
  };

  it.each([
    ['float', float(0.1), '0.1', '0.10000000149011612'],
    ['float', float(16777216), '16777216', '16777216'],
    ['float', float(NaN), 'NaN', '"NaN"'],
    ['double', double(0.1), '0.1', '0.1'],
    ['double', double(-0), '-0', '-0'],
    ['double', double(1e300), '1e+300', '1e+300'],
    ['double', double(-Infinity), '-Infinity', '"-Infinity"'],
  ])('%s: shown short, given to machines exactly', async (type, data, shown, exact) => {
    expect(await cell(type, data)).toBe(shown);
    expect(await json(type, data)).toBe(exact);
  });

  it('of every float can be read back from what is shown', async () => {
    const values = fc.sample(fc.float({ noNaN: true, noDefaultInfinity: true }), { numRuns: 300, seed: 5 });
    const { rows } = await readPart(container(field('float'), values.map((a) => ({ a })))); // prettier-ignore
    expect(rows.map(([text]) => Math.fround(Number(text)))).toEqual(values);
  });
});

describe('logical types', () => {
  it.each([
    [{ type: 'int', logicalType: 'date' }, varint(19_782), '2024-02-29', 'time'],
    [{ type: 'int', logicalType: 'time-millis' }, varint(25_306_773), '07:01:46.773', 'time'],
    [{ type: 'long', logicalType: 'time-micros' }, varint(25_306_773_862), '07:01:46.773862', 'time'],
    [{ type: 'long', logicalType: 'time-micros' }, varint(-1), '-1', 'time'],
    [{ type: 'long', logicalType: 'timestamp-millis' }, varint(-1), '1969-12-31T23:59:59.999Z', 'time'],
    [
      { type: 'long', logicalType: 'timestamp-micros' },
      varint(1701241306773862),
      '2023-11-29T07:01:46.773862Z',
      'time',
    ],
    [
      { type: 'long', logicalType: 'timestamp-nanos' },
      varint(1701241306773862123n),
      '2023-11-29T07:01:46.773862123Z',
      'time',
    ],
    [
      { type: 'long', logicalType: 'local-timestamp-micros' },
      varint(1701241306773862),
      '2023-11-29T07:01:46.773862',
      'time',
    ],
    [{ type: 'string', logicalType: 'uuid' }, sized('a-b'), 'a-b', 'text'],
    [
      { type: 'fixed', name: 'U', size: 16, logicalType: 'uuid' },
      Buffer.from('44e02b46da1846d4bc22071b6f4d6e73', 'hex'),
      '44e02b46-da18-46d4-bc22-071b6f4d6e73',
      'text',
    ],
    [
      { type: 'fixed', name: 'D', size: 12, logicalType: 'duration' },
      Buffer.from('010000000200000003000000', 'hex'),
      '{"months":1,"days":2,"millis":3}',
      'json',
    ],
    [
      { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 },
      sized(Buffer.from([0xff])),
      '-0.01',
      'number',
    ],
    [{ type: 'bytes', logicalType: 'decimal', precision: 9 }, sized(Buffer.from([0x01, 0x00])), '256', 'number'],
    [{ type: 'bytes', logicalType: 'decimal', precision: 2, scale: 5 }, sized(Buffer.from([0x01])), '01', 'bytes'],
    [{ type: 'long', logicalType: 'date' }, varint(5), '5', 'integer'],
    [{ type: 'string', logicalType: 'currency' }, sized('EUR'), 'EUR', 'text'],
  ])('%j', async (type, data, shown, kind) => {
    expect(await cell(type, data)).toBe(shown);
    const { part } = await readPart(Buffer.concat([header(field(['null', type])), block(Buffer.concat([varint(1), data]), 1)])); // prettier-ignore
    expect(part.columns[0]?.kind).toBe(kind);
    expect((await part.rows(0, 1))[0]).toEqual([shown]);
  });

  it('are dates as the platform has them, wherever it has them', () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_528, max: 2_932_896 }), (days) => {
        expect(dateOfDays(days)).toBe(new Date(days * 86_400_000).toISOString().slice(0, 10));
      }),
    );
    expect(dateOfDays(2_932_897)).toBe('+010000-01-01');
    expect(dateOfDays(-719_529)).toBe('-000001-12-31');
  });

  it('are moments as the platform has them, and go on beyond its range', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true }),
        (date) => {
          expect(timeText('timestamp-millis', date.getTime())).toBe(date.toISOString());
        },
      ),
    );
    expect(timeText('timestamp-micros', 2n ** 63n - 1n)).toBe('+294247-01-10T04:00:54.775807Z');
    expect(timeText('timestamp-micros', -(2n ** 63n))).toBe('-290308-12-21T19:59:05.224192Z');
  });

  it('are decimals of any length, exactly', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 200n), max: 2n ** 200n }),
        fc.integer({ min: 0, max: 40 }),
        (unscaled, scale) => {
          const hex = BigInt.asUintN(208, unscaled).toString(16).padStart(52, '0');
          const text = decimalText(Buffer.from(hex, 'hex'), scale)!;
          expect(BigInt(text.replace('.', ''))).toBe(unscaled);
          expect(text.split('.')[1]?.length ?? 0).toBe(scale);
          expect(text).toMatch(/^-?\d+(\.\d+)?$/);
        },
      ),
    );
    expect(decimalText(Buffer.alloc(0), 2)).toBe('0.00');
    expect(decimalText(Buffer.alloc(5000, 1), 2)).toBeUndefined();
  });
});

describe('type names are for people', () => {
  it.each([
    [['null', 'long'], 'long or null'],
    [['string', 'null', 'int'], 'string or int or null'],
    [{ type: 'array', items: ['null', 'string'] }, 'list of (string or null)'],
    [{ type: 'map', values: { type: 'array', items: 'double' } }, 'map of list of double'],
    [{ type: 'enum', name: 'shop.Color', symbols: ['A'] }, 'enum Color'],
    [{ type: 'fixed', name: 'F', size: 9 }, 'fixed(9)'],
    [{ type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 }, 'decimal(9, 2)'],
  ])('%j is %s', async (type, expected) => {
    const { part } = await readPart(header(field(type)));
    expect(part.columns[0]?.typeText).toBe(expected);
  });
});
