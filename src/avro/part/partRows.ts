import type { Cell } from '../../core/column';
import { Failure, throwIfAborted } from '../../core/failure';
import type { ApproximateRows, Island } from './approximateRows';
import type { BlockLedger } from './blockLedger';
import type { BlockStore } from './blockStore';
import { makeRow, makeRows, pickRows } from './pageRows';
import type { PartFile } from './partFile';
import type { PartReading } from './partReading';
import type { PartPage, RowPlace } from './partScan';

export interface PartRecord {
  readonly row: number;
  readonly cells: Cell[];
  /** 0-based number of the block in the file, damaged ones counted too, and the row's place in it. */
  readonly block: number;
  readonly rowInBlock: number;
  /** `row` and `block` are estimates. */
  readonly isApproximate?: true;
}

/** What rows are read from. */
export interface PartRowsOptions {
  readonly file: PartFile;
  readonly totalBytes: number;
  readonly ledger: BlockLedger;
  readonly store: BlockStore;
  readonly reading: PartReading;
  readonly beyond: ApproximateRows;
  /** Aborted when the part is disposed of. */
  readonly signal: AbortSignal;
  /** Told of what a read ended with; gives the reason to reject with. */
  readonly doubting: (error: unknown) => unknown;
}

/** Rows of an open part by their numbers: what is known, and behind it what is estimated. See `Part`. */
export class PartRows {
  private readonly options: PartRowsOptions;

  constructor(options: PartRowsOptions) {
    this.options = options;
  }

  async rows(first: number, count: number, signal?: AbortSignal): Promise<Cell[][]> {
    throwIfAborted(this.options.signal);
    const { ledger, store, file } = this.options;
    try {
      return await makeRows(file, store, ledger.index, { first, count }, signal);
    } catch (error) {
      throw this.options.doubting(error);
    }
  }

  async pick(rows: readonly number[], signal?: AbortSignal): Promise<Cell[][]> {
    throwIfAborted(this.options.signal);
    const { ledger, store, file } = this.options;
    // Rows are known as long as the index is believed: see `doubting`.
    if (rows.some((row) => !(row >= 0) || row >= ledger.index.rows)) throw new Failure('store.changed');
    try {
      return await pickRows(file, store, ledger.index, rows, signal);
    } catch (error) {
      throw this.options.doubting(error);
    }
  }

  async record(row: number, signal?: AbortSignal): Promise<PartRecord | undefined> {
    throwIfAborted(this.options.signal);
    const { ledger, store, file, reading, beyond } = this.options;
    const { index } = ledger;
    if (!Number.isSafeInteger(row) || row < 0) return undefined;
    try {
      if (row < index.rows) {
        const cells = await makeRow(file, store, index, row, signal);
        const { firstRow, number } = index.at(index.find(row));
        return { row, cells, block: number, rowInBlock: row - firstRow };
      }
      const island = reading.isComplete ? undefined : await beyond.reach(row, 1, signal);
      if (island === undefined) return undefined;
      const { list } = island;
      const rowInList = row - island.firstRow;
      const cells = await makeRow(file, store, list, rowInList, signal);
      const { firstRow, dataOffset } = list.at(list.find(rowInList));
      const block = ledger.number + Math.round((dataOffset - ledger.position) / this.bytesPerBlock());
      return { row, cells, block, rowInBlock: rowInList - firstRow, ...approximate(island) };
    } catch (error) {
      throw this.options.doubting(error);
    }
  }

  async page(first: number, count: number, signal?: AbortSignal): Promise<PartPage<Cell>> {
    const { ledger, store, file, reading, beyond } = this.options;
    const { index } = ledger;
    if (first < index.rows || reading.isComplete) {
      const rows = await this.rows(first, count, signal);
      return { rows: await this.goneOn(rows, first, count, signal), first, isApproximate: false };
    }
    throwIfAborted(this.options.signal);
    const island = await beyond.reach(first, count, signal);
    // It may have become known meanwhile.
    if (first < ledger.index.rows) return this.page(first, count, signal);
    if (island === undefined) return { rows: [], first, isApproximate: true };
    const rows = await makeRows(file, store, island.list, { first: first - island.firstRow, count }, signal);
    return { rows, first, isApproximate: !island.isExact };
  }

  placeOf(row: number): RowPlace | undefined {
    const { ledger, beyond } = this.options;
    if (!(row >= 0)) return undefined;
    const island = row < ledger.index.rows ? { list: ledger.index, firstRow: 0 } : beyond.find(row);
    if (island === undefined) return undefined;
    const { list } = island;
    const { dataOffset, firstRow } = list.at(list.find(row - island.firstRow));
    return { offset: dataOffset, rowInBlock: row - island.firstRow - firstRow };
  }

  rowAt({ offset, rowInBlock }: RowPlace): { readonly row: number; readonly isApproximate: boolean } | undefined {
    const { ledger, beyond, totalBytes } = this.options;
    const { index } = ledger;
    const known = index.findOffset(offset);
    if (known >= 0) return { row: index.at(known).firstRow + rowInBlock, isApproximate: false };
    const island = beyond.findOffset(offset);
    if (island !== undefined) {
      const { firstRow } = island.list.at(island.list.findOffset(offset));
      return { row: island.firstRow + firstRow + rowInBlock, isApproximate: !island.isExact };
    }
    const estimate = beyond.estimate();
    const bytes = totalBytes - ledger.position;
    if (estimate === undefined || offset < ledger.position || bytes <= 0) return undefined;
    const share = (offset - ledger.position) / bytes;
    const row = Math.floor(index.rows + share * (estimate - index.rows)) + rowInBlock;
    return { row: Math.min(row, Math.max(index.rows, estimate - 1)), isApproximate: true };
  }

  /** Rows up to the end of what is known, and where reading stands there, those behind it: their numbers are exact too. */
  private async goneOn(rows: Cell[][], first: number, count: number, signal?: AbortSignal): Promise<Cell[][]> {
    const { store, file, reading, beyond } = this.options;
    const next = first + rows.length;
    const rest = count - rows.length;
    if (rest <= 0 || reading.isComplete || reading.state === 'reading') return rows;
    const island = await beyond.reach(next, rest, signal);
    if (island?.isExact !== true) return rows;
    const range = { first: next - island.firstRow, count: rest };
    return [...rows, ...(await makeRows(file, store, island.list, range, signal))];
  }

  private bytesPerBlock(): number {
    const { ledger, file } = this.options;
    return (ledger.position - file.header.end) / Math.max(1, ledger.number) || 1;
  }
}

function approximate(island: Island): { readonly isApproximate?: true } {
  return island.isExact ? {} : { isApproximate: true };
}
