import { describe, expect, it } from 'vitest';
import { programColumns } from '../../../src/avro/tasks/programColumns';
import type { ScanProgram } from '../../../src/avro/tasks/scanProgram';
import type { RowFilter } from '../../../src/core/rowFilter';

const equals = (column: string): RowFilter => ({ kind: 'test', column, test: 'equals', values: ['x'] });
const find = (columns?: readonly string[]): RowFilter => ({
  kind: 'find',
  text: 'x',
  ...(columns === undefined ? {} : { columns }),
});
const names = (program: ScanProgram): readonly string[] | undefined => {
  const columns = programColumns(program);
  return columns === undefined ? undefined : [...columns].sort();
};

describe('the columns that a program looks at', () => {
  it('are none where rows are only counted', () => {
    expect(names({ task: { kind: 'count' } })).toEqual([]);
  });

  it('are those of the filter, however deep, and of the task', () => {
    const where: RowFilter = { kind: 'all', of: [equals('a'), { kind: 'any', of: [equals('b'), find(['c'])] }] };
    expect(names({ where, task: { kind: 'count' } })).toEqual(['a', 'b', 'c']);
    expect(names({ where: equals('a'), task: { kind: 'cells', columns: ['d', 'a'] } })).toEqual(['a', 'd']);
    expect(names({ task: { kind: 'statistics', columns: ['e'] } })).toEqual(['e']);
    expect(names({ task: { kind: 'sortKeys', keys: [{ column: 'f' }, { column: 'g' }] } })).toEqual(['f', 'g']);
    expect(names({ task: { kind: 'match', tests: [equals('h'), equals('i')] } })).toEqual(['h', 'i']);
    const text = { format: 'csv', columns: ['k'], formulaGuard: true } as const;
    expect(names({ task: { kind: 'text', text } })).toEqual(['k']);
  });

  it('may be all where a text is looked for anywhere', () => {
    expect(names({ where: find(), task: { kind: 'cells', columns: ['a'] } })).toBeUndefined();
    const deep: RowFilter = { kind: 'all', of: [equals('a'), { kind: 'any', of: [find()] }] };
    expect(names({ task: { kind: 'match', tests: [equals('b'), deep] } })).toBeUndefined();
  });
});
