/** What is known of some columns after some rows: small, mergeable, structured-cloneable. */
export interface StatisticsSketch {
  readonly rows: number;
  readonly columns: readonly ColumnSketch[];
}

/** Placeholder of the shape; completed with the code that fills it. */
export interface ColumnSketch {
  readonly column: string;
  readonly nulls: number;
  readonly absent: number;
}
