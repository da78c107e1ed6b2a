import type { RowsHost } from '../rowsHost';
import type { RowsSession } from '../rowsSession';
import { hintPersonalData } from '../../../src/core/personalData';
import type { Cell, Column } from '../../../src/core/column';
import type { Formats } from '../../ui/format';
import { filterWords, sortWords } from '../query/filterWords';
import type { ShownView } from '../query/queryControl';
import { openExportDialog } from './exportDialog';

/** Cells looked at to tell what may be personal. */
const hintedRows = 200;

/** Opens the dialog for the rows that are shown. */
export function exportShown(host: RowsHost, session: RowsSession, shown: ShownView, formats: Formats): void {
  const { hidden } = session.table.arrangement;
  const names = session.gridColumns.filter(({ index, name }) => index >= 0 && !hidden.includes(name));
  const hints = new Map<string, string>();
  for (const [index, column] of session.columns.entries()) {
    const hint = hintPersonalData(column, firstCells(session, index));
    if (hint !== undefined) hints.set(column.name, hint.reason);
  }
  openExportDialog({
    formats,
    columns: session.columns,
    shown: names.map(({ name }) => name),
    hints,
    hasParts: session.parts.length > 1,
    what: whatWords(session, shown, formats),
    warning: warningOf(shown, formats),
    onExport: (options) => host.exportView(shown.view, options),
    onClosed: () => session.grid?.focus(),
  });
}

function firstCells(session: RowsSession, index: number): readonly Cell[] {
  const cells: Cell[] = [];
  for (let row = 0; row < hintedRows; row += 1) {
    const cell = session.cache.row(row)?.[index];
    if (cell === undefined) break;
    cells.push(cell);
  }
  return cells;
}

function whatWords(session: RowsSession, { view, length, query, progress }: ShownView, formats: Formats): string {
  const kindOf = (name: string): Column['kind'] =>
    session.columns.find((column) => column.name === name)?.kind ?? 'text';
  const isExact = view === 0 ? session.progress.state === 'complete' : progress?.state !== 'running';
  const many = view === 0 ? session.length : length;
  const rows =
    view === 0 && isExact
      ? `All ${formats.count(many)} rows`
      : isExact
        ? formats.plural(many, 'row', 'rows')
        : 'All rows';
  const where = query.filter === undefined ? '' : ` where ${filterWords(query.filter, kindOf)}`;
  const sorted = sortWords(query) === '' ? '' : `, sorted by ${sortWords(query)}`;
  return `${rows}${where}${sorted}.`;
}

function warningOf({ scope, view, progress }: ShownView, formats: Formats): string {
  if (view === 0) return '';
  if (scope === 'sample')
    return `Only the first ${formats.plural(progress?.rowsDone ?? 0, 'row', 'rows')} were looked at.`;
  return progress?.state === 'cancelled' ? 'The search was cancelled: there may be more rows than these.' : '';
}
