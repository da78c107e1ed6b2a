import type { Cell } from '../core/column';
import type { BlockIndex } from './blockIndex';
import type { BlockStore } from './blockStore';
import type { PartFile } from './partFile';
import { makeCell } from './values';

/** UTF-16 units shown of a cell in a page, and in a record. */
const pageCellLimit = 1_000;
const recordCellLimit = 1_000_000;
/** Rows whose positions are worked out at a time. */
const maxRowsAtOnce = 1_024;

/** Rows of a list of blocks, by their number in it; those it does not have are left out. */
export async function makeRows(
  file: PartFile,
  store: BlockStore,
  list: BlockIndex,
  { first, count }: { readonly first: number; readonly count: number },
  signal: AbortSignal | undefined,
): Promise<Cell[][]> {
  const from = Math.max(0, Math.floor(first));
  const to = Math.min(from + Math.max(0, Math.floor(count)), list.rows);
  const rows: Cell[][] = [];
  if (from >= to) return rows;
  const last = list.find(to - 1);
  while (from + rows.length < to) {
    const row = from + rows.length;
    const block = list.find(row);
    const { firstRow, rows: rowCount } = list.at(block);
    const wanted = Math.min(to - row, rowCount - (row - firstRow), maxRowsAtOnce);
    const loaded = await store.load(list, block, last, signal);
    for (const cells of cellsOf(file, loaded, row - firstRow, wanted, pageCellLimit)) rows.push(cells);
  }
  return rows;
}

/** One row of a list of blocks, whole. It must be there. */
export async function makeRow(
  file: PartFile,
  store: BlockStore,
  list: BlockIndex,
  row: number,
  signal: AbortSignal | undefined,
): Promise<Cell[]> {
  const block = list.find(row);
  const loaded = await store.load(list, block, block, signal);
  return cellsOf(file, loaded, row - list.at(block).firstRow, 1, recordCellLimit)[0] ?? [];
}

function cellsOf(
  { plans, kernel }: PartFile,
  { data, rowStarts }: { readonly data: Buffer; readonly rowStarts: Int32Array },
  first: number,
  count: number,
  limit: number,
): Cell[][] {
  const starts = new Int32Array(count * plans.length);
  const ends = new Int32Array(count * plans.length);
  kernel.walk(data, rowStarts[first] ?? 0, count, { starts, ends });
  return Array.from({ length: count }, (_, row) =>
    plans.map((plan, column) => {
      const slot = row * plans.length + column;
      const start = starts[slot] as number;
      return start < 0 ? null : makeCell(plan, data, start, ends[slot] as number, limit);
    }),
  );
}
