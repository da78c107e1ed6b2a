import type { RecordPage, RowsPage } from '../../src/core/rowsPage';
import type { Cell, Column } from '../../src/core/column';
import { isClipped } from './cellText';
import type { GridColumn } from './columnModel';
import type { SelectedCells } from './gridSelection';
import type { RowsHost } from './rowsHost';
import type { RowsSession } from './rowsSession';

/** More than this is for an export, not for the clipboard. */
export const maxCopiedCells = 100_000;
/** Rows with values that came cut are asked for one by one: more than these would take minutes. */
const maxWholeRows = 1000;
/** Rows a request. */
const rowsAtOnce = 1000;
/** Requests under way at once for whole rows. */
const recordsAtOnce = 8;

export interface SelectedRowsSource {
  row(index: number): readonly Cell[] | undefined;
  /** Which part a row that is here is of. */
  partOf(index: number): number | undefined;
  page(first: number, count: number, signal: AbortSignal): Promise<RowsPage>;
  record(row: number, signal: AbortSignal): Promise<RecordPage>;
}

export interface SelectedRows {
  /** One array a row, one cell for each selected column, in the order on screen. */
  readonly rows: readonly (readonly Cell[])[];
  /** Values that could not be had whole, because there are too many of them. */
  readonly cut: number;
}

export function countCells({ first, last, columns }: SelectedCells): number {
  return (last - first + 1) * columns.length;
}

/** The selected rows if all of them are here, however their long values came; else undefined. */
export function rowsAtHand(
  selected: SelectedCells,
  source: Pick<SelectedRowsSource, 'row' | 'partOf'>,
): readonly (readonly Cell[])[] | undefined {
  const rows: (readonly Cell[])[] = [];
  for (let at = selected.first; at <= selected.last; at += 1) {
    const row = source.row(at);
    if (row === undefined) return undefined;
    rows.push(pick(row, source.partOf(at), selected.columns));
  }
  return rows;
}

/** The selected cells, whole: rows that are not here are fetched, and so are values that came cut. Rejects if a row cannot be had. */
export async function fetchSelected(
  selected: SelectedCells,
  source: SelectedRowsSource,
  signal: AbortSignal,
): Promise<SelectedRows> {
  const { first, last, columns } = selected;
  const rows: (readonly Cell[])[] = [];
  for (let at = first; at <= last;) {
    const here = source.row(at);
    if (here !== undefined) {
      rows.push(pick(here, source.partOf(at), columns));
      at += 1;
      continue;
    }
    const page = await source.page(at, Math.min(rowsAtOnce, last - at + 1), signal);
    if (page.rows.length === 0) break;
    const parts = page.sources?.flatMap((run) => new Array<number>(run.rows).fill(run.part));
    page.rows.forEach((row, place) => rows.push(pick(row, parts?.[place], columns)));
    at += page.rows.length;
  }
  return complete(rows, selected, source, signal);
}

async function complete(
  rows: (readonly Cell[])[],
  { first, columns }: SelectedCells,
  source: SelectedRowsSource,
  signal: AbortSignal,
): Promise<SelectedRows> {
  const clipped = rows.flatMap((row, at) => (row.some(isClipped) ? [at] : []));
  const wanted = clipped.slice(0, maxWholeRows);
  for (let from = 0; from < wanted.length; from += recordsAtOnce) {
    await Promise.all(
      wanted.slice(from, from + recordsAtOnce).map(async (at) => {
        const { cells, part } = await source.record(first + at, signal);
        rows[at] = pick(cells, part, columns);
      }),
    );
  }
  const cut = rows.reduce((sum, row) => sum + row.filter(isClipped).length, 0);
  return { rows, cut };
}

function pick(row: readonly Cell[], part: number | undefined, columns: readonly GridColumn[]): readonly Cell[] {
  return columns.map((column) => {
    if (column.ofParts !== undefined) return column.ofParts[part ?? -1] ?? null;
    return column.index < 0 ? false : (row[column.index] ?? (row[column.index] === false ? false : null));
  });
}

/** The column as the schema has it; of provenance, as if it were one of the schema's. A masked number is no number any more. */
export function schemaOf(column: GridColumn, session: RowsSession): Column {
  const schema = session.columns[column.index];
  if (schema === undefined || column.isMasked === true)
    return { name: column.name, kind: 'text', typeText: 'string', nullable: true };
  return schema;
}

/** The rows of a session for those who need them whole. */
export function sourceOf(session: RowsSession, host: RowsHost): SelectedRowsSource {
  return {
    row: (index) => session.cache.row(index),
    partOf: (index) => session.cache.place(index)?.part,
    page: (first, count, signal) => host.page(first, count, signal, session.view),
    record: (row, signal) => host.record(row, signal, session.view),
  };
}
