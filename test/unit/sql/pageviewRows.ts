import type { ColumnTest, RowsQuery, TestName } from '../../../src/core/rowFilter';
import { selectRows } from '../../../src/sql/selectRows';
import { columnOf } from '../columnOf';
import type { dialectIds } from './shop';

/** A table with a column of each kind that SQL tells apart, and how tests of it are said. */
export const columns = [
  columnOf('id', 'integer'),
  columnOf('n', 'integer'),
  columnOf('t', 'text'),
  columnOf('x', 'number'),
  columnOf('b', 'boolean'),
  columnOf('odd "name"', 'text'),
];
export const names = columns.map(({ name }) => name);
export const select = (
  dialect: (typeof dialectIds)[number],
  query: RowsQuery,
  shown = names,
): ReturnType<typeof selectRows> => selectRows({ dialect, table: 'pageviews', columns, shown, query });

export const test = (name: TestName, of: string, ...values: string[]): ColumnTest => ({
  kind: 'test',
  column: of,
  test: name,
  values,
});
export const ignoringCase = (of: ColumnTest): ColumnTest => ({ ...of, ignoreCase: true });

export const partTests: readonly TestName[] = [
  'contains',
  'containsNot',
  'startsWith',
  'startsWithNot',
  'endsWith',
  'endsWithNot',
];
