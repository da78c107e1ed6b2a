import { unpackCells } from '../../../src/avro/tasks/packedCells';
import type { PackedCells } from '../../../src/core/packedCells';

/** All rows of a result as JSON texts. */
export function cellRows(cells: PackedCells | undefined): string[][] {
  return cells === undefined ? [] : [...unpackCells(cells)].flat();
}
