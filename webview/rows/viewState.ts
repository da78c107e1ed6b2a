import { parseArrangement } from '../../src/core/parseArrangement';
import { parseQueryState, type QueryState } from './query/queryModel';
import { freshArrangement, type RowsArrangement } from '../../src/core/rowsArrangement';

/** What the rows view remembers of how a person arranged it. Never data. */

export type RowsTab = 'rows' | 'statistics' | 'schema' | 'damage';

export interface RowsViewState {
  readonly tab: RowsTab;
  /** As this tab last had it; what the host remembers of the table goes before it. */
  readonly arrangement: RowsArrangement;
  /** First row on screen, 0-based, and how far it is scrolled sideways, CSS pixels. */
  readonly firstRow: number;
  readonly scrollLeft: number;
  /** Cell with the focus: 0-based row, and column name. */
  readonly active?: { readonly row: number; readonly column: string };
  readonly isRecordOpen: boolean;
  /** CSS pixels. */
  readonly recordWidth: number;
  readonly isCellOpen: boolean;
  /** CSS pixels. */
  readonly cellHeight: number;
  /** Filters and order, as chips. */
  readonly query?: QueryState;
  readonly isInsightShown: boolean;
}

export const freshState: RowsViewState = {
  tab: 'rows',
  arrangement: freshArrangement,
  firstRow: 0,
  scrollLeft: 0,
  isRecordOpen: false,
  recordWidth: 380,
  isCellOpen: false,
  cellHeight: 200,
  isInsightShown: true,
};

/** A remembered state, with anything that does not look right left at its default. */
export function parseViewState(remembered: unknown): RowsViewState {
  if (!isRecord(remembered)) return freshState;
  const { tab, arrangement, firstRow, scrollLeft, active, isRecordOpen, recordWidth } = remembered;
  const { isCellOpen, cellHeight } = remembered;
  const query = parseQueryState(remembered['query']);
  const cell = isRecord(active) && isWhole(active['row']) && typeof active['column'] === 'string';
  return {
    tab: tab === 'statistics' || tab === 'schema' || tab === 'damage' ? tab : 'rows',
    arrangement: parseArrangement(arrangement) ?? freshArrangement,
    firstRow: isWhole(firstRow) ? firstRow : 0,
    scrollLeft: isWhole(scrollLeft) ? scrollLeft : 0,
    ...(cell ? { active: { row: active['row'] as number, column: active['column'] as string } } : {}),
    isRecordOpen: isRecordOpen === true,
    recordWidth: isWidth(recordWidth) ? recordWidth : freshState.recordWidth,
    isCellOpen: isCellOpen === true,
    cellHeight: isWidth(cellHeight) ? cellHeight : freshState.cellHeight,
    ...(query === undefined ? {} : { query }),
    isInsightShown: remembered['isInsightShown'] !== false,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isWidth(value: unknown): value is number {
  return typeof value === 'number' && value >= 20 && value <= 5000;
}
