/** How a person arranged the rows of a table: remembered for the table, whichever part or dump is opened. Never data. All JSON. */
export interface RowsArrangement {
  /** Names of the columns in their order, as far as it was changed; empty: as they come. */
  readonly order: readonly string[];
  readonly hidden: readonly string[];
  /** By column name, CSS pixels: only those that were changed. */
  readonly widths: Readonly<Record<string, number>>;
  readonly density: 'compact' | 'normal' | 'comfortable';
  /** By column name: how its values are to be read as times, where the detected unit was overridden. */
  readonly timeUnits: Readonly<Record<string, TimeUnit>>;
  /** Columns whose values are shown masked. */
  readonly masked: readonly string[];
}

/** How a column spells moments: epoch counts, ISO-like text, or not at all (`none`: shown raw). */
export type TimeUnit = 'seconds' | 'millis' | 'micros' | 'nanos' | 'text' | 'none';

export const freshArrangement: RowsArrangement = {
  order: [],
  hidden: [],
  widths: {},
  density: 'normal',
  timeUnits: {},
  masked: [],
};
