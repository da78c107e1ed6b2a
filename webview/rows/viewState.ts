/** What the rows view remembers of how a person arranged it. Never data. */

export type RowsTab = 'rows' | 'schema' | 'damage';

export interface RowsViewState {
  readonly tab: RowsTab;
  /** Names of the movable columns, in their order; empty: as in the schema. */
  readonly order: readonly string[];
  /** By column name, CSS pixels: only those that a person changed. */
  readonly widths: Readonly<Record<string, number>>;
  /** First row on screen, 0-based, and how far it is scrolled sideways, CSS pixels. */
  readonly firstRow: number;
  readonly scrollLeft: number;
  /** Cell with the focus: 0-based row, and column name. */
  readonly active?: { readonly row: number; readonly column: string };
  readonly isRecordOpen: boolean;
  /** CSS pixels. */
  readonly recordWidth: number;
}

export const freshState: RowsViewState = {
  tab: 'rows',
  order: [],
  widths: {},
  firstRow: 0,
  scrollLeft: 0,
  isRecordOpen: false,
  recordWidth: 380,
};

/** A remembered state, with anything that does not look right left at its default. */
export function parseViewState(remembered: unknown): RowsViewState {
  if (!isRecord(remembered)) return freshState;
  const { tab, order, widths, firstRow, scrollLeft, active, isRecordOpen, recordWidth } = remembered;
  const cell = isRecord(active) && isWhole(active['row']) && typeof active['column'] === 'string';
  return {
    tab: tab === 'schema' || tab === 'damage' ? tab : 'rows',
    order: Array.isArray(order) ? order.filter((name) => typeof name === 'string') : [],
    widths: isRecord(widths)
      ? Object.fromEntries(Object.entries(widths).filter((entry): entry is [string, number] => isWidth(entry[1])))
      : {},
    firstRow: isWhole(firstRow) ? firstRow : 0,
    scrollLeft: isWhole(scrollLeft) ? scrollLeft : 0,
    ...(cell ? { active: { row: active['row'] as number, column: active['column'] as string } } : {}),
    isRecordOpen: isRecordOpen === true,
    recordWidth: isWidth(recordWidth) ? recordWidth : freshState.recordWidth,
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
