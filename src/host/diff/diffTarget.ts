import type { DumpId } from '../../core/dumpId';

/** Two dumps of one connection, the earlier first. */
export interface DiffTarget {
  readonly connectionId: string;
  readonly from: DumpId;
  readonly to: DumpId;
}
