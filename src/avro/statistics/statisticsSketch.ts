import type { ColumnStatistics } from '../../core/columnStatistics';
import { describeColumn } from './describeSketch';
import type { HistogramSketch } from './histogramSketch';
import { ColumnMerger } from './mergeColumns';
import type { TableSketch } from './valueTable';

/** What is known of some columns after some rows: small, mergeable, structured-cloneable. */
export interface StatisticsSketch {
  readonly rows: number;
  readonly columns: readonly ColumnSketch[];
}

/**
 * What is known of one column. While `table` is exact, all of sums, lengths, and the histogram follow from it; once it is not, the registers
 * know of every value, and the histogram of those that the table does not hold.
 */
export interface ColumnSketch {
  readonly column: string;
  /** `unknown`: no part so far has the column. */
  readonly form: ValueForm;
  readonly nulls: number;
  readonly absent: number;
  readonly values: number;
  readonly empty: number;
  readonly isExact: boolean;
  readonly table: TableSketch;
  readonly registers?: Uint8Array<ArrayBuffer>;
  /** In the column's own order: keys of numbers as they are, others up to 800 bytes. */
  readonly min?: Uint8Array<ArrayBuffer>;
  readonly max?: Uint8Array<ArrayBuffer>;
  readonly minLength: number;
  readonly maxLength: number;
  readonly totalLength: number;
  /** Of integers and decimals, unscaled; of floats in units of 2^-1074. */
  readonly sum?: bigint;
  /** Of floats: NaN, Infinity, -Infinity. They are in no sum and in no histogram. */
  readonly notFinite?: readonly [number, number, number];
  /** Of values that are not in the table, or no longer counted by it. Absent while the table is exact. */
  readonly histogram?: HistogramSketch;
  /** Of texts: whether each that was looked at so far, empty ones aside, is a time. */
  readonly mayBeTimes: boolean;
}

/**
 * What the bytes of a key are. `integer` and times: 8 bytes, little-endian; `float` and `double`: a double, little-endian; `decimal`: shortest two's complement,
 * big-endian; `bytes`: themselves; `text`: the text as shown, in UTF-8.
 */
export type ValueForm =
  | { readonly kind: 'unknown' | 'integer' | 'float' | 'double' | 'bytes' | 'text' }
  /** Texts that are never taken for times: of enums and JSON; of booleans; of columns whose parts have different forms, which have neither order nor sum. */
  | { readonly kind: 'label' | 'boolean' | 'mixed' }
  | { readonly kind: 'time'; readonly logical: string }
  | { readonly kind: 'decimal'; readonly scale: number };

/** Two sketches of the same columns as one; neither is changed. In any order and grouping, as far as results are exact. */
export function mergeSketches(into: StatisticsSketch, more: StatisticsSketch): StatisticsSketch {
  const merger = createSketchMerger();
  merger.add(into);
  merger.add(more);
  return merger.sketch() as StatisticsSketch;
}

/** Merges sketches one after another: what `mergeSketches` gives of all of them, in a fraction of the time. */
export interface SketchMerger {
  add(more: StatisticsSketch): void;
  /** `undefined` before there is any. Further ones may be added after it. */
  sketch(): StatisticsSketch | undefined;
}

export function createSketchMerger(): SketchMerger {
  let rows = 0;
  let columns: Map<string, ColumnMerger> | undefined;
  return {
    add(more) {
      rows += more.rows;
      if (columns === undefined) {
        columns = new Map(more.columns.map((column) => [column.column, new ColumnMerger(column)]));
        return;
      }
      const others = new Map(more.columns.map((column) => [column.column, column]));
      for (const [name, merger] of columns) {
        const other = others.get(name);
        if (other === undefined) merger.addAbsent(more.rows);
        else merger.add(other);
      }
    },
    sketch: () => columns && { rows, columns: [...columns.values()].map((merger) => merger.sketch()) },
  };
}

/** The sketch in the words of the product. */
export function describeSketch(sketch: StatisticsSketch): readonly ColumnStatistics[] {
  return sketch.columns.map((column) => describeColumn(column, sketch.rows));
}
