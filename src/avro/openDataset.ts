import { absentCell, type Cell } from '../core/column';
import { Failure, throwIfAborted } from '../core/failure';
import type { RecordPage, RowsPage } from '../core/rowsPage';
import type { Dataset, DatasetSource, OpenDatasetOptions, PageRequest } from './dataset';
import { createDatasetParts, type DatasetParts, type PartSlot } from './datasetParts';

/**
 * Opens parts as one table: resolves when the first rows of the first one that can be opened are known. Headers of the others are read
 * behind it, and rows as far as `readAheadBytes` allows. Rejects as `openPart` does if there is no part that can be opened; a single part
 * that is damaged or missing is told in `parts` and its rows are left out.
 */
export async function openDataset(
  sources: readonly DatasetSource[],
  options: OpenDatasetOptions,
): Promise<Dataset> {
  const abort = new AbortController();
  const signal = options.signal === undefined ? abort.signal : AbortSignal.any([options.signal, abort.signal]);
  const parts = createDatasetParts(sources, options, signal);
  try {
    await parts.start();
  } catch (error) {
    abort.abort();
    parts.dispose();
    throw error;
  }
  return new OpenedDataset(parts, abort, signal);
}

class OpenedDataset implements Dataset {
  private readonly list: DatasetParts;
  private readonly abort: AbortController;
  private readonly signal: AbortSignal;

  constructor(list: DatasetParts, abort: AbortController, signal: AbortSignal) {
    this.list = list;
    this.abort = abort;
    this.signal = signal;
  }

  get columns(): Dataset['columns'] {
    return this.list.union.columns;
  }

  get parts(): Dataset['parts'] {
    return this.list.facts();
  }

  progress(): ReturnType<Dataset['progress']> {
    return this.list.progress();
  }

  async rows(request: PageRequest, signal?: AbortSignal): Promise<RowsPage> {
    throwIfAborted(this.signal);
    return this.rowsOfAll(request, signal);
  }

  async record({ first }: Omit<PageRequest, 'count'>, signal?: AbortSignal): Promise<RecordPage> {
    throwIfAborted(this.signal);
    let left = first;
    let isApproximate = false;
    for (const slot of this.list.slots) {
      const rows = this.list.rowsOf(slot);
      if (left < rows) {
        const part = await this.list.open(slot);
        const record = await part?.record(left, signal);
        if (record === undefined) break;
        return {
          row: first,
          number: first,
          ...(isApproximate ? { isApproximate } : {}),
          cells: this.spread(slot, [record.cells])[0] ?? [],
          ...(this.list.slots.length > 1 ? { part: slot.index } : {}),
          block: record.block,
          rowInBlock: record.rowInBlock,
          rowInPart: record.row,
        };
      }
      left -= rows;
      isApproximate ||= slot.exactRows === undefined;
    }
    throw new Failure('internal', { detail: `row ${first} is not known` });
  }

  continue(bytes: number): void {
    this.list.continue(bytes);
  }

  cost(): never {
    throw new Failure('internal', { detail: 'not built' });
  }
  query(): never {
    throw new Failure('internal', { detail: 'not built' });
  }
  statistics(): never {
    throw new Failure('internal', { detail: 'not built' });
  }
  cells(): never {
    throw new Failure('internal', { detail: 'not built' });
  }
  text(): never {
    throw new Failure('internal', { detail: 'not built' });
  }

  dispose(): void {
    this.abort.abort();
    this.list.dispose();
  }

  private async rowsOfAll({ first, count }: PageRequest, signal: AbortSignal | undefined): Promise<RowsPage> {
    const rows: (readonly Cell[])[] = [];
    const sources: { rows: number; part: number }[] = [];
    let before = 0;
    let isApproximate = false;
    for (const slot of this.list.slots) {
      const from = first + rows.length - before;
      if (rows.length >= count) break;
      if (from < this.list.rowsOf(slot)) {
        const part = await this.list.open(slot);
        const found = this.spread(slot, (await part?.rows(from, count - rows.length, signal)) ?? []);
        rows.push(...found);
        if (found.length > 0) sources.push({ rows: found.length, part: slot.index });
      }
      before += this.list.rowsOf(slot);
      if (rows.length === 0) isApproximate ||= slot.exactRows === undefined;
    }
    return {
      first,
      rows,
      ...(isApproximate ? { isApproximate } : {}),
      ...(this.list.slots.length > 1 ? { sources } : {}),
    };
  }

  /** Cells of a part's columns in the places that the columns have in the table. */
  private spread(slot: PartSlot, rows: readonly (readonly Cell[])[]): readonly (readonly Cell[])[] {
    const places = this.list.union.mapTo(slot.columns ?? []);
    if (places.length === slot.columns?.length && places.every((at, index) => at === index)) return rows;
    return rows.map((cells) => Array.from(places, (at) => (at < 0 ? absentCell : (cells[at] as Cell))));
  }
}
