import type { Cell, Column } from '../../../src/core/column';
import type { ColumnTest } from '../../../src/core/rowFilter';
import { isClipped } from '../cellText';
import type { GridColumn } from '../columnModel';
import type { MenuEntry } from '../gridHooks';
import type { RowsHost } from '../rowsHost';
import type { RowsSession } from '../rowsSession';
import { textOf } from '../cellText';
import { oppositeOf, testOfCell } from './filterWords';

/** A cell of the schema's columns, where it stands in the view. */
export interface DataCell {
  readonly row: number;
  readonly column: Column;
  readonly cell: Cell;
}

/** The active cell, if it is of the schema's columns and has come. */
export function activeCellOf(session: RowsSession | undefined): DataCell | undefined {
  const active = session?.grid?.place().active;
  if (session === undefined || active === undefined) return undefined;
  const index = session.columns.findIndex(({ name }) => name === active.column);
  const column = session.columns[index];
  const cell = session.cache.row(active.row)?.[index];
  return column === undefined || cell === undefined ? undefined : { row: active.row, column, cell };
}

/** The test that holds for a cell's value. Of a value that came cut the whole is asked for; if it cannot be had, its beginning must do. */
export async function testOfWhole(
  { row, column, cell }: DataCell,
  session: RowsSession,
  host: RowsHost,
): Promise<ColumnTest> {
  if (!isClipped(cell)) return testOfCell(column, cell);
  try {
    const { cells } = await host.record(row, new AbortController().signal, session.view);
    return testOfCell(column, cells[session.columns.indexOf(column)] ?? cell);
  } catch {
    return testOfCell(column, cell);
  }
}

export interface CellEntryActions {
  /** Takes the value in, or (isOut) leaves it out. */
  readonly onFilter: (cell: DataCell, isOut: boolean) => void;
  readonly onEdit: (column: string) => void;
  readonly onTopValues: (column: string) => void;
  readonly onUser: (id: string) => void;
}

/** What the menu of a cell offers about all rows. */
export function cellEntries(
  { row, column, cell }: { readonly row: number; readonly column: GridColumn; readonly cell: Cell },
  session: RowsSession | undefined,
  actions: CellEntryActions,
): readonly MenuEntry[] {
  const schema = session?.columns[column.index];
  if (schema === undefined) return [];
  const target: DataCell = { row, column: schema, cell };
  const user = column.isId && column.name.endsWith('user_id') ? textOf(cell) : null;
  return [
    {
      label: 'Filter by This Value',
      keys: 'Ctrl+Shift+F',
      onRun: () => actions.onFilter(target, false),
    },
    {
      label: 'Leave This Value Out',
      // Of a value that is too long for a test there is no exact opposite.
      isDisabled: !isClipped(cell) && oppositeOf(testOfCell(schema, cell)) === undefined,
      onRun: () => actions.onFilter(target, true),
    },
    { label: 'Filter This Column…', onRun: () => actions.onEdit(column.name) },
    { label: 'Top Values', keys: 'Shift+F', onRun: () => actions.onTopValues(column.name) },
    ...(user === null ? [] : [{ label: 'Find This User', onRun: (): void => actions.onUser(user) }]),
  ];
}
