import type { ExportOptions } from '../../../src/core/exportRows';
import type { Scope } from '../../../src/protocol/rowsQuery';
import type { Frame } from '../frame';
import type { RowsHost } from '../rowsHost';
import type { RowsSession } from '../rowsSession';
import { hintPersonalData } from '../../../src/core/personalData';
import type { Cell } from '../../../src/core/column';
import type { Formats } from '../../ui/format';
import { filterWords, sortWords, type ColumnsInWords } from '../query/filterWords';
import type { ShownView } from '../query/queryControl';
import { costBanner } from '../query/costBanner';
import { openExportDialog } from './exportDialog';

/** Cells looked at to tell what may be personal. */
const hintedRows = 200;

export interface ExportShownOptions {
  readonly host: RowsHost;
  readonly frame: Frame;
  readonly session: RowsSession;
  readonly shown: ShownView;
  readonly columns: ColumnsInWords;
  readonly formats: Formats;
  /** To begin with only these columns: those that were selected. */
  readonly chosen?: readonly string[];
}

/** Opens the dialog for the rows that are shown. What reads much is asked about once more, above the grid, when it is known how much. */
export function exportShown(wanted: ExportShownOptions): void {
  const { session, shown, columns, formats, chosen } = wanted;
  // A question of the export before, which was not answered.
  wanted.frame.setBanner('export', undefined);
  openExportDialog({
    formats,
    columns: session.columns,
    shown: session.shownNames,
    ...(chosen === undefined ? {} : { chosen }),
    hints: hintsOf(session),
    hasParts: session.parts.length > 1,
    what: whatWords(session, shown, columns, formats),
    warning: warningOf(shown, formats),
    onExport: (options) => void begin(wanted, options, 'ask'),
    onClosed: () => session.grid?.focus(),
  });
}

/** Why it cannot be begun is shown by the editor. */
async function begin(wanted: ExportShownOptions, options: ExportOptions, scope: Scope): Promise<void> {
  const { host, frame, formats, shown, session } = wanted;
  const answer = await host.exportView(shown.view, options, scope).catch(() => null);
  if (answer === null) return;
  const banner = costBanner(answer.asks, formats, (chosen) => {
    frame.setBanner('export', undefined);
    session.grid?.focus();
    if (chosen !== undefined) void begin(wanted, options, chosen);
  });
  frame.setBanner('export', banner);
  frame.announcer.say(banner.text);
}

/** Why a column is to leave masked: it is in the view, or it may be personal. */
function hintsOf(session: RowsSession): ReadonlyMap<string, string> {
  const hints = new Map<string, string>();
  for (const [index, column] of session.columns.entries()) {
    const hint = hintPersonalData(column, firstCells(session, index))?.reason;
    const reasons = [
      ...(session.isMasked(column.name) ? ['Masked in the view.'] : []),
      ...(hint === undefined ? [] : [hint]),
    ];
    if (reasons.length > 0) hints.set(column.name, reasons.join(' '));
  }
  return hints;
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

function whatWords(
  session: RowsSession,
  { view, length, query, progress }: ShownView,
  columns: ColumnsInWords,
  formats: Formats,
): string {
  const isExact = view === 0 ? session.progress.state === 'complete' : progress?.state !== 'running';
  const many = view === 0 ? session.length : length;
  const rows =
    view === 0 && isExact
      ? `All ${formats.count(many)} rows`
      : isExact
        ? formats.plural(many, 'row', 'rows')
        : 'All rows';
  const where = query.filter === undefined ? '' : ` where ${filterWords(query.filter, columns)}`;
  const sorted = sortWords(query) === '' ? '' : `, sorted by ${sortWords(query)}`;
  return `${rows}${where}${sorted}.`;
}

function warningOf({ scope, view, progress }: ShownView, formats: Formats): string {
  if (view === 0) return '';
  if (scope === 'sample')
    return `Only the first ${formats.plural(progress?.rowsDone ?? 0, 'row', 'rows')} were looked at.`;
  return progress?.state === 'cancelled' ? 'The search was cancelled: there may be more rows than these.' : '';
}
