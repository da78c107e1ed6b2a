import type { RowBatch } from '../engine/blockEngine';
import type { StretchResult } from './scanProgram';

/**
 * One task of a program at work on the batches of a stretch (`scanProgram.ts`). Made once for a thread and a schema, used for one stretch
 * after another: `finish` gives the stretch's result and makes ready for the next.
 */
export interface BlockTask {
  /** `mask`: one byte a row of the batch, 1 for those that count; absent: all do. */
  take(batch: RowBatch, mask: Uint8Array | undefined): void;
  finish(): Partial<StretchResult>;
}

/** A filter made ready for one schema. */
export interface RowTester {
  /** Writes 1 for each row of the batch that passes, and 0 for each other, to `out[0 … batch.rows - 1]`. */
  test(batch: RowBatch, out: Uint8Array): void;
}
