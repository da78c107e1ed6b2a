import type { RowsArrangement, TimeUnit } from '../../src/core/rowsArrangement';
import { unitWords } from '../../src/core/timeUnits';
import type { MenuItem } from '../ui/menu';
import type { GridColumn } from './columnModel';
import type { RowsSession } from './rowsSession';

export interface HeaderMenuActions {
  readonly onCopied: (text: string, what: string) => void;
  /** A menu of the units was asked for. */
  readonly onUnit: (groups: readonly (readonly MenuItem[])[]) => void;
  readonly onDensity: () => void;
  readonly onColumns: () => void;
  readonly announce: (text: string) => void;
}

type Groups = readonly (readonly MenuItem[])[];

/** What a header offers about its column: how wide, where, shown or not, and as what. */
export function headerItems(session: RowsSession, column: GridColumn, actions: HeaderMenuActions): Groups {
  if (column.role === 'rowNumber') return [generalItems(session, actions)];
  return [
    [
      { label: 'Select Column', keys: 'Ctrl+Space', onRun: () => session.grid?.selectColumn(column.id) },
      { label: 'Copy Name', onRun: () => actions.onCopied(column.name, 'name') },
    ],
    displayItems(session, column, actions),
    [
      { label: 'Fit to Values', onRun: () => fit(session, [column]) },
      { label: 'Fit All Columns', onRun: () => fit(session, shownOf(session)) },
      ...moveItems(session, column, actions),
      { label: 'Hide Column', onRun: () => setHidden(session, column, true, actions.announce) },
    ],
    generalItems(session, actions),
  ];
}

function generalItems(session: RowsSession, { onColumns, onDensity }: HeaderMenuActions): readonly MenuItem[] {
  return [
    { label: 'Columns…', keys: 'Ctrl+Shift+G', onRun: onColumns },
    { label: 'Row Height…', onRun: onDensity },
    { label: 'Reset Columns', onRun: () => resetColumns(session) },
  ];
}

/** Order, widths and hidden columns as they came; what is masked stays masked. */
export function resetColumns(session: RowsSession): void {
  session.arrange({ order: [], hidden: [], widths: {} });
}

function shownOf(session: RowsSession): readonly GridColumn[] {
  const hidden = new Set(session.table.arrangement.hidden);
  return session.gridColumns.filter(({ role, name }) => role !== 'rowNumber' && !hidden.has(name));
}

function fit(session: RowsSession, columns: readonly GridColumn[]): void {
  const { grid, table } = session;
  if (grid === undefined) return;
  const widths = columns.map(({ id, name }) => [name, grid.fittingWidth(id)] as const);
  session.arrange({ widths: { ...table.arrangement.widths, ...Object.fromEntries(widths) } });
}

/** Hides or shows a column; the last one that is shown stays. */
export function setHidden(
  session: RowsSession,
  column: GridColumn,
  isHidden: boolean,
  announce: (text: string) => void,
): void {
  const { hidden } = session.table.arrangement;
  if (isHidden && shownOf(session).length === 1) {
    announce('The last column cannot be hidden.');
    return;
  }
  session.arrange({ hidden: isHidden ? [...hidden, column.name] : hidden.filter((name) => name !== column.name) });
  announce(isHidden ? `${column.name} is hidden` : `${column.name} is shown`);
}

function moveItems(session: RowsSession, column: GridColumn, { announce }: HeaderMenuActions): readonly MenuItem[] {
  if (column.role !== 'value') return [];
  return [
    { label: 'Move Left', keys: 'Alt+Shift+Left', onRun: () => moveColumn(session, column, -1, announce) },
    { label: 'Move Right', keys: 'Alt+Shift+Right', onRun: () => moveColumn(session, column, 1, announce) },
    { label: 'Move to Front', onRun: () => moveColumn(session, column, -Infinity, announce) },
  ];
}

/** Moves a column past others that are shown; those at the left that stay in place stay. True if it moved. */
export function moveColumn(
  session: RowsSession,
  column: GridColumn,
  by: number,
  announce: (text: string) => void,
): boolean {
  const movable = session.gridColumns.filter(({ role }) => role === 'value');
  const order = movedOrder(
    movable.map(({ name }) => name),
    column.name,
    by,
    new Set(session.table.arrangement.hidden),
  );
  if (order === undefined) return false;
  session.arrange({ order });
  announce(`${column.name} is column ${order.indexOf(column.name) + 1} of ${order.length}`);
  return true;
}

/** The names with one moved past as many shown neighbours; undefined if it cannot move. */
export function movedOrder(
  names: readonly string[],
  name: string,
  by: number,
  hidden: ReadonlySet<string>,
): readonly string[] | undefined {
  const from = names.indexOf(name);
  if (from < 0) return undefined;
  let to = from;
  const step = by < 0 ? -1 : 1;
  for (let left = Math.abs(by); left > 0;) {
    const next = to + step;
    const passed = names[next];
    if (passed === undefined) break;
    to = next;
    if (!hidden.has(passed)) left -= 1;
  }
  if (to === from) return undefined;
  const rest = names.filter((one) => one !== name);
  return [...rest.slice(0, to), name, ...rest.slice(to)];
}

const units: readonly TimeUnit[] = ['seconds', 'millis', 'micros', 'nanos', 'none'];

function displayItems(session: RowsSession, column: GridColumn, actions: HeaderMenuActions): readonly MenuItem[] {
  if (column.index < 0) return [];
  const { masked } = session.table.arrangement;
  const isMasked = masked.includes(column.name);
  const kind = session.columns[column.index]?.kind;
  return [
    ...(kind === 'integer' || kind === 'text'
      ? [{ label: 'Show as Time…', onRun: () => actions.onUnit([unitItems(session, column)]) }]
      : []),
    {
      label: 'Mask Values',
      isChecked: isMasked,
      onRun: () => {
        session.arrange({
          masked: isMasked ? masked.filter((name) => name !== column.name) : [...masked, column.name],
        });
        actions.announce(isMasked ? `${column.name} is shown` : `${column.name} is masked, also when copied`);
      },
    },
  ];
}

function unitItems(session: RowsSession, column: GridColumn): readonly MenuItem[] {
  const { timeUnits } = session.table.arrangement;
  const chosen = timeUnits[column.name];
  const guess = session.times.guess(column.index)?.unit;
  const choose = (unit: TimeUnit | undefined): void => {
    const rest: RowsArrangement['timeUnits'] = Object.fromEntries(
      Object.entries(timeUnits).filter(([name]) => name !== column.name),
    );
    session.arrange({ timeUnits: unit === undefined ? rest : { ...rest, [column.name]: unit } });
  };
  return [
    {
      label: guess === undefined ? 'As Found (no time)' : `As Found (${unitWords(guess)})`,
      isChecked: chosen === undefined,
      onRun: () => choose(undefined),
    },
    ...units.map((unit) => ({
      label: unit === 'none' ? 'Raw' : `As ${unitWords(unit)}`,
      isChecked: chosen === unit,
      onRun: () => choose(unit),
    })),
  ];
}

/** How high the rows are. */
export function densityItems(session: RowsSession): readonly MenuItem[] {
  const now = session.table.arrangement.density;
  const words = { compact: 'Compact', normal: 'Normal', comfortable: 'Comfortable' } as const;
  return (['compact', 'normal', 'comfortable'] as const).map((density) => ({
    label: words[density],
    isChecked: density === now,
    onRun: () => session.arrange({ density }),
  }));
}
