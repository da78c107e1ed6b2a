import type { Cell } from '../../core/column';
import { maxBatchCells } from '../engine/blockEngine';
import type { BlockIndex } from './blockIndex';
import type { BlockStore } from './blockStore';
import type { PartFile } from './partFile';
import { makeCell } from '../values/values';

/** UTF-16 units shown of a cell in a page, and in a record. */
const pageCellLimit = 1_000;
const recordCellLimit = 1_000_000;
/** Rows whose positions are worked out at a time, and fewer where there are many columns. */
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
  const most = Math.max(1, Math.min(maxRowsAtOnce, Math.floor(maxBatchCells / Math.max(1, file.plans.length))));
  while (from + rows.length < to) {
    const row = from + rows.length;
    const block = list.find(row);
    const { firstRow, rows: rowCount } = list.at(block);
    const wanted = Math.min(to - row, rowCount - (row - firstRow), most);
    const loaded = await store.load(list, block, last, signal);
    for (const cells of cellsOf(file, loaded, row - firstRow, wanted, pageCellLimit)) rows.push(cells);
  }
  return rows;
}

/** Of two blocks that are wanted, bytes between them that are read over rather than asked around; and the most that is read so at a time. */
const largestGap = 256 * 1024;
const largestRun = 2 * 1024 * 1024;
/** Such reads under way at a time. */
const readsAtOnce = 6;

/** Rows of a list of blocks by their numbers, which are in order and all there. Only blocks that they are in are read, near ones together. */
export async function pickRows(
  file: PartFile,
  store: BlockStore,
  list: BlockIndex,
  rows: readonly number[],
  signal: AbortSignal | undefined,
): Promise<Cell[][]> {
  const out: Cell[][] = [];
  const waiting = runsOf(list, rows).values();
  const work = async (): Promise<void> => {
    for (const run of waiting) {
      for (let at = run.from; at < run.to;) {
        const block = list.find(rows[at] as number);
        const { firstRow, rows: rowCount } = list.at(block);
        const loaded = await store.load(list, block, run.last, signal);
        for (; at < run.to && (rows[at] as number) < firstRow + rowCount; at++) {
          const row = (rows[at] as number) - firstRow;
          out[at] = cellsOf(file, loaded, row, 1, pageCellLimit)[0] ?? [];
        }
      }
    }
  };
  await Promise.all(Array.from({ length: readsAtOnce }, work));
  return out;
}

/** Which of the rows are read together: from one place among them to another, and the last block of them. */
interface Run {
  readonly from: number;
  to: number;
  last: number;
}

function runsOf(list: BlockIndex, rows: readonly number[]): readonly Run[] {
  const runs: Run[] = [];
  let start = 0;
  let end = 0;
  for (const [at, row] of rows.entries()) {
    const block = list.find(row);
    const { dataOffset, size } = list.at(block);
    const run = runs.at(-1);
    if (run !== undefined && dataOffset - end <= largestGap && dataOffset + size - start <= largestRun) {
      run.to = at + 1;
      run.last = block;
    } else {
      runs.push({ from: at, to: at + 1, last: block });
      start = dataOffset;
    }
    end = dataOffset + size;
  }
  return runs;
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
