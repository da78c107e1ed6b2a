import type { RowBatch } from './blockEngine';
import type { BlockTask } from './blockTask';
import type { ColumnPlan } from './columns';
import type { StretchResult } from './scanProgram';
import { createJsonReader, placesOf } from './scriptText';

/** Gives the values of some columns, found by name, as JSON texts (`makeJson`): one list a row. NULL and absent are `null`. */
export function createCellsTask(plans: readonly ColumnPlan[], columns: readonly string[]): BlockTask {
  return new CellsTask(plans, columns);
}

class CellsTask implements BlockTask {
  private readonly plans: readonly ColumnPlan[];
  private readonly places: readonly number[];
  private cells: string[][] = [];

  constructor(plans: readonly ColumnPlan[], columns: readonly string[]) {
    this.plans = plans;
    this.places = placesOf(plans, columns);
  }

  take(batch: RowBatch, mask: Uint8Array | undefined): void {
    const read = createJsonReader(this.plans, batch);
    for (let row = 0; row < batch.rows; row++) {
      if (mask?.[row] !== 0) this.cells.push(this.places.map((place) => read(row, place)));
    }
  }

  finish(): Partial<StretchResult> {
    const { cells } = this;
    this.cells = [];
    return { cells };
  }
}
