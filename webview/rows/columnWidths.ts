import type { PartProgress } from '../../src/core/partProgress';
import type { Formats } from '../ui/format';
import { initialWidth, rowNumberId, rowNumberWidth, type GridColumn, type Measure } from './columnModel';
import type { PageCache, Row } from './pageCache';

export interface ColumnWidths {
  /** CSS pixels; the same at each call, so that nothing moves under the pointer. */
  of(column: GridColumn): number;
  /** True once when the numbers of the rows have become longer than their column is wide. */
  hasOutgrown(): boolean;
}

export interface ColumnWidthsOptions {
  readonly cache: PageCache;
  readonly formats: Formats;
  /** Made when first needed: the page's fonts must be there. */
  readonly createMeasure: () => Measure;
  /** What the person chose, by column name. */
  readonly chosen: () => Readonly<Record<string, number>>;
  readonly progress: () => PartProgress;
}

/** Widths by column: what the person chose, else what the rows that are here suggest when first asked. */
export function createColumnWidths(options: ColumnWidthsOptions): ColumnWidths {
  const { cache, formats } = options;
  const measured = new Map<string, number>();
  let measure: Measure | undefined;
  let sample: readonly Row[] | undefined;
  let numberWidth = 0;
  const neededForNumbers = (): number => {
    const { rows, estimatedRows = 0, state } = options.progress();
    measure ??= options.createMeasure();
    const isEstimated = estimatedRows > rows && state !== 'complete';
    return rowNumberWidth(Math.max(rows, estimatedRows), measure, (value) => formats.count(value), isEstimated);
  };
  return {
    of(column) {
      if (column.id === rowNumberId) return (numberWidth = Math.max(numberWidth, neededForNumbers()));
      const chosen = options.chosen()[column.name];
      if (chosen !== undefined) return chosen;
      measure ??= options.createMeasure();
      sample ??= firstRows(cache);
      const width = measured.get(column.id) ?? initialWidth(column, sample, measure);
      measured.set(column.id, width);
      return width;
    },
    hasOutgrown: () => numberWidth > 0 && neededForNumbers() > numberWidth,
  };
}

/** So many values are looked at, however many columns share them: measuring must not be felt. */
const sampledValues = 10_000;
const maxSampledRows = 100;

function firstRows(cache: PageCache): readonly Row[] {
  const rows: Row[] = [];
  for (let index = 0; index < maxSampledRows; index += 1) {
    const row = cache.row(index);
    if (row === undefined || (rows.length + 1) * row.length > sampledValues) break;
    rows.push(row);
  }
  return rows;
}
