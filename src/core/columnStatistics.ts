/** What the values of one column are like. All JSON; integers as decimal text, times and other values as shown. */
export interface ColumnStatistics {
  readonly column: string;
  /** Rows looked at; `rows = values + nulls + absent`. */
  readonly rows: number;
  readonly nulls: number;
  /** Rows of parts that have no such column. */
  readonly absent: number;
  /** Texts of no characters: counted among the values. */
  readonly empty: number;
  /** Distinct values; exact where `isDistinctExact`, else estimated (HyperLogLog; standard error 1.6 %). */
  readonly distinct: number;
  readonly isDistinctExact: boolean;
  /** Least and greatest value in the column's own order; cut at 200 characters. Absent if there are no values. */
  readonly min?: string;
  readonly max?: string;
  /** Of texts, in characters (code points); of bytes, in bytes. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly averageLength?: number;
  /** Of integers and numbers; sum as exact decimal text for integers. */
  readonly sum?: string;
  readonly mean?: number;
  /**
   * The most frequent values, most frequent first, at most 20. `isTopExact` is false where there are too many different values to count
   * all: then these are the heavy ones, with counts that are at least right from below.
   */
  readonly top: readonly ValueCount[];
  readonly isTopExact: boolean;
  /**
   * Of numbers and of times (also of texts that are all times, empty ones aside): at most 64 equal bins from the least to the greatest. Counts
   * are exact; edges are multiples of the bins' width, so the first begins at or below the least value.
   */
  readonly histogram?: Histogram;
}

export interface ValueCount {
  readonly value: string;
  readonly count: number;
  /** True if the value is longer than what is given of it. */
  readonly isClipped?: boolean;
}

export interface Histogram {
  readonly kind: 'number' | 'time';
  /**
   * Text of each bin's lower edge, and of the last one's upper edge: one more than `counts`. Values of the column's own, so that `greaterOrEqual` the lower
   * and `less` the upper edge give a bin's rows: in columns of text, spelled as their texts are, without zeros at the end.
   */
  readonly edges: readonly string[];
  readonly counts: readonly number[];
}

/** Statistics and what they are of: `sample` is the first rows, marked ≈ wherever it is shown. */
export interface StatisticsSnapshot {
  readonly scope: 'sample' | 'all';
  readonly state: 'running' | 'complete' | 'cancelled' | 'failed';
  readonly rows: number;
  readonly columns: readonly ColumnStatistics[];
}
