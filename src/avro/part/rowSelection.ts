import type { PartScanOptions } from './partScan';

/** The bits of a selection up to a limit of rows: `undefined` for all rows, `null` for none. */
export function limitedBits(
  selection: PartScanOptions['selection'],
  firstRow: number,
  rows: number,
  limitRows: number,
): Uint8Array<ArrayBuffer> | undefined | null {
  const count = Math.min(rows, limitRows - firstRow);
  if (count <= 0) return null;
  const chosen = selection?.(firstRow, rows);
  if (selection !== undefined && chosen === undefined) return null;
  if (chosen === undefined && count === rows) return undefined;
  // A block may declare any number of rows; a selection has bits for those that there are.
  const bytes = Math.min(Math.ceil(count / 8), chosen?.length ?? Infinity);
  const bits = new Uint8Array(bytes);
  if (chosen === undefined) bits.fill(255);
  else bits.set(chosen.subarray(0, bytes));
  if (bytes * 8 > count) {
    bits[bytes - 1] = (bits[bytes - 1] as number) & ((1 << (count % 8)) - 1);
  }
  return bits;
}
