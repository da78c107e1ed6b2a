import type { Cell } from '../core/column';
import type { Part } from './part';

/** Requests under way at a time. */
const readsAtOnce = 6;
/** Rows between two wanted ones that are made along with them rather than asked around. */
const largestGap = 3;

/** Rows of a part by their numbers, which are in order and each there once. Only the blocks that they are in are read. */
export async function pickRows(part: Part, rows: readonly number[], signal?: AbortSignal): Promise<Cell[][]> {
  const runs: { readonly from: number; to: number; readonly at: number }[] = [];
  for (const [at, row] of rows.entries()) {
    const last = runs.at(-1);
    if (last !== undefined && row - last.to <= largestGap) last.to = row + 1;
    else runs.push({ from: row, to: row + 1, at });
  }
  const out: Cell[][] = [];
  const waiting = runs.values();
  const work = async (): Promise<void> => {
    for (const { from, to, at } of waiting) {
      const cells = await part.rows(from, to - from, signal);
      for (let index = at; index < rows.length && (rows[index] as number) < to; index++) {
        const row = cells[(rows[index] as number) - from];
        if (row !== undefined) out[index] = row;
      }
    }
  };
  await Promise.all(Array.from({ length: readsAtOnce }, work));
  return out;
}
