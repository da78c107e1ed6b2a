import { describe, expect, it } from 'vitest';
import { checkFilter } from '../../../src/core/checkFilter';
import type { ColumnTest, RowFilter } from '../../../src/core/rowFilter';
import { columnOf } from '../columnOf';

const columns = [
  columnOf('id', 'integer', 'long or null'),
  columnOf('price', 'number', 'double'),
  columnOf('amount', 'number', 'decimal(9, 2) or null'),
  columnOf('day', 'time', 'date'),
  columnOf('at', 'time', 'timestamp-micros or null'),
  columnOf('clock', 'time', 'time-millis'),
  columnOf('local', 'time', 'local-timestamp-millis'),
  columnOf('on', 'boolean', 'boolean'),
  columnOf('path', 'text', 'string or null'),
];
const test = (name: string, value: string, more: Partial<ColumnTest> = {}): RowFilter => ({
  kind: 'test',
  column: name,
  test: 'equals',
  values: [value],
  ...more,
});

describe('checkFilter', () => {
  it.each([
    ['id', '-9223372036854775808'],
    ['id', '99999999999999999999'],
    ['price', '1e-3'],
    ['price', 'NaN'],
    ['amount', '-12.345'],
    ['day', '2024-02-29'],
    ['at', '2023-11-29 07:01:46.773862'],
    ['at', '2023-11-29T07:01+05:30'],
    ['clock', '07:01'],
    ['local', '2023-11-29T07:01:46'],
    ['on', 'true'],
    ['path', ''],
    ['nowhere', 'anything'],
  ])('takes %s = %j', (name, value) => {
    expect(checkFilter(test(name, value), columns)).toBeUndefined();
  });

  it.each([
    ['id', '1.5', 'whole number'],
    ['id', '', 'whole number'],
    ['price', '1,5', 'a number'],
    ['amount', 'Infinity', 'a number'],
    ['day', '2023-02-29', 'a date'],
    ['at', 'yesterday', 'a time like'],
    ['at', '2023-11-29T24:01:00Z', 'a time like'],
    ['clock', '25:00', 'a time of day'],
    ['local', '2023-11-29T07:01:46Z', 'without zone'],
    ['on', 'yes', 'true or false'],
  ])('refuses %s = %j', (name, value, words) => {
    const failure = checkFilter({ kind: 'all', of: [{ kind: 'any', of: [test(name, value)] }] }, columns);
    expect(failure?.code).toBe('query.invalid');
    expect(failure?.facts['column']).toBe(name);
    expect(failure?.facts['detail']).toContain(words);
  });

  it('refuses filters that nobody makes by hand', () => {
    let deep: RowFilter = test('id', '1');
    for (let depth = 0; depth < 60; depth++) deep = { kind: 'all', of: [deep] };
    expect(checkFilter(deep, columns)?.facts['detail']).toContain('nested too deeply');
    const wide: RowFilter = { kind: 'any', of: Array.from({ length: 1001 }, () => test('id', '1')) };
    expect(checkFilter(wide, columns)?.facts['detail']).toContain('more than 1000');
    const many = test('path', '', { test: 'in', values: Array.from({ length: 10_001 }, String) });
    expect(checkFilter(many, columns)?.facts['detail']).toContain('1 to 10000 values');
    expect(checkFilter({ kind: 'find', text: '' }, columns)?.facts['detail']).toContain('no text');
  });
});
