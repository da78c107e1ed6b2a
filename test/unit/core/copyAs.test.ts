import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cell, ColumnKind } from '../../../src/core/column';
import { compareText } from '../../../src/core/compareText';
import { copyAs, type CellRange, type CopyFormat, type CopyOptions } from '../../../src/core/copyAs';
import { selectionSummary } from '../../../src/core/selectionSummary';
import { columnOf } from '../columnOf';

const range: CellRange = {
  columns: [
    columnOf('user_id', 'integer', 'long or null'),
    columnOf('count', 'integer', 'int'),
    columnOf('price', 'number', 'double'),
    columnOf('total', 'number', 'decimal(4, 2)'),
    columnOf('the "path"', 'text'),
    columnOf('is_new', 'boolean'),
    columnOf('tags', 'json'),
    columnOf('raw', 'bytes'),
  ],
  rows: [
    ['9223372036854775807', '1', '0.5', '1.10', "it's | *a*,\tb\n", 'true', '{"id":9007199254740993}', '00ff'],
    ['-9223372036854775808', '-2', 'NaN', '2.20', '=1+1', 'false', 'not json', ''],
    [null, null, null, null, null, null, null, null],
    ['9223372036854775807', false, '1e+21', '1.10', '', 'true', '[]', '00ff'],
  ],
};

const text = (format: CopyFormat, from: CellRange, options?: CopyOptions): string => {
  const copied = copyAs(format, from, options);
  if (copied.kind !== 'text') throw new Error('clipped');
  return copied.text;
};

describe.each([
  ['tsv', 'tsv'],
  ['csv', 'csv'],
  ['json', 'json'],
  ['ndjson', 'ndjson'],
  ['markdown', 'md'],
  ['insert', 'insert.sql'],
  ['in', 'in.sql'],
] as const)('copy as %s', (format, extension) => {
  it('is what the golden file says', async () => {
    const copied = copyAs(format, range, { table: 'pageviews' });
    expect(copied.kind).toBe('text');
    if (copied.kind !== 'text') return;
    await expect(`${copied.text}--- notes\n${copied.notes.join('\n')}\n`).toMatchFileSnapshot(
      `../../golden/core/copy.${extension}`,
    );
  });

  it('never copies half a value', () => {
    const cut: Cell = { text: 'abc', length: 4 };
    const whole: Cell = { text: 'abc', length: 3 };
    const from = {
      columns: [columnOf('a', 'text'), columnOf('b', 'text')],
      rows: [
        ['x', cut],
        [whole, null],
        [cut, 'y'],
      ],
    };
    expect(copyAs(format, from)).toEqual({
      kind: 'clipped',
      cells: [
        [0, 1],
        [2, 0],
      ],
    });
    expect(copyAs(format, { ...from, rows: [[whole, null]] }).kind).toBe('text');
  });
});

describe('one cell', () => {
  const of = (cell: Cell, kind: ColumnKind = 'text'): CellRange => ({
    columns: [columnOf('a', kind)],
    rows: [[cell]],
  });
  it('is its bare text', () => {
    for (const value of ['=1', 'a\tb\n"c"', '']) expect(text('tsv', of(value))).toBe(value);
    expect(text('tsv', of(null))).toBe('');
    expect(text('tsv', of('=1'), { header: true })).toBe("a\n'=1\n");
  });
  it('is a condition', () => {
    expect(text('in', of('9007199254740993', 'integer'))).toBe('"a" IN (9007199254740993)\n');
    expect(text('in', of(null))).toBe('"a" IS NULL\n');
  });
});

it('spells SQL as it is told', () => {
  const spelling = { quote: (name: string) => `\`${name}\``, literal: (value: string) => `E'${value}'` };
  const from = { columns: [columnOf('a', 'text')], rows: [['x']] };
  expect(text('insert', from, { spelling, table: 't' })).toBe("INSERT INTO `t` (`a`) VALUES\n  (E'x');\n");
  expect(text('in', from, { spelling })).toBe("`a` IN (E'x')\n");
});

it('leaves NULL out of lists and says so', () => {
  const from: CellRange = {
    columns: [columnOf('a', 'text'), columnOf('b', 'integer')],
    rows: [
      ['x', '1'],
      [null, '1'],
      [false, null],
    ],
  };
  expect(copyAs('in', from)).toEqual({
    kind: 'text',
    text: `"a" IN ('x')\n"b" IN (1)\n`,
    notes: ['2 NULLs of a left out: IN never finds them.', '1 NULL of b left out: IN never finds them.'],
  });
});

it('gives JSON that any parser reads', () => {
  expect(JSON.parse(text('json', range))).toEqual([
    {
      user_id: '9223372036854775807',
      count: 1,
      price: 0.5,
      total: '1.10',
      'the "path"': "it's | *a*,\tb\n",
      is_new: true,
      tags: { id: 9007199254740992 },
      raw: '00ff',
    },
    {
      user_id: '-9223372036854775808',
      count: -2,
      price: 'NaN',
      total: '2.20',
      'the "path"': '=1+1',
      is_new: false,
      tags: 'not json',
      raw: '',
    },
    Object.fromEntries(range.columns.map(({ name }) => [name, null])),
    {
      user_id: '9223372036854775807',
      count: null,
      price: 1e21,
      total: '1.10',
      'the "path"': '',
      is_new: true,
      tags: [],
      raw: '00ff',
    },
  ]);
});

describe('selectionSummary', () => {
  const of = (kind: ColumnKind, cells: readonly Cell[], name = 'n'): ReturnType<typeof selectionSummary> =>
    selectionSummary({ columns: [columnOf(name, kind)], rows: cells.map((cell) => [cell]) });

  it('counts', () => {
    expect(of('text', ['b', '', null, false, 'b', 'a'])).toEqual({
      rows: 6,
      columns: 1,
      cells: 6,
      values: 4,
      nulls: 1,
      absent: 1,
      empty: 1,
      distinct: 3,
      isDistinctExact: true,
      min: 'a',
      max: 'b',
    });
  });

  it('adds integers exactly, and never ids', () => {
    const big = ['9223372036854775807', '9223372036854775807', '-3', null];
    expect(of('integer', big)).toMatchObject({
      sum: '18446744073709551611',
      min: '-3',
      max: '9223372036854775807',
      distinct: 2,
    });
    expect(of('integer', big, 'user_id')).not.toHaveProperty('sum');
    expect(of('integer', ['10', '9', '2']).average).toBe(7);
    expect(of('integer', ['10', '9']).max).toBe('10');
  });

  it('adds numbers without NaN, and keeps what additions lose', () => {
    expect(of('number', [...Array.from({ length: 10 }, () => '0.1'), 'NaN', 'Infinity'])).toMatchObject({
      sum: '1',
      average: 0.1,
      min: '0.1',
      max: 'Infinity',
    });
  });

  it('says less where less is known', () => {
    const cut = of('text', ['a', { text: 'b', length: 9 }]);
    expect(cut).toMatchObject({ distinct: 2, isDistinctExact: false });
    expect(cut).not.toHaveProperty('min');
    const mixed = selectionSummary({
      columns: [columnOf('a', 'text'), columnOf('b', 'integer')],
      rows: [['x', '1']],
    });
    expect(mixed).not.toHaveProperty('min');
    expect(mixed).not.toHaveProperty('sum');
    expect(of('text', [null])).not.toHaveProperty('min');
    expect(of('boolean', ['true'])).not.toHaveProperty('sum');
  });

  it('agrees with BigInt on any integers', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { minLength: 1 }), (values) => {
        const summary = of('integer', values.map(String));
        const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)).map(String);
        expect(summary.sum).toBe(values.reduce((sum, value) => sum + value, 0n).toString());
        expect([summary.min, summary.max]).toEqual([sorted[0], sorted.at(-1)]);
      }),
    );
  });
});

it('compares texts as their UTF-8 bytes do', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
  expect(compareText('\uffff', '😀')).toBeLessThan(0);
});
