import { checkFilter } from '../../core/checkFilter';
import { Failure, throwIfAborted } from '../../core/failure';
import type { RecordPage, RowsPage } from '../../core/rowsPage';
import type { RowFilter, RowsQuery } from '../../core/rowFilter';
import type { DatasetProgress, ScanCost } from '../../core/rowsProgress';
import type {
  CellsBatch,
  CellsRequest,
  Dataset,
  DatasetSource,
  FindHandle,
  OpenDatasetOptions,
  PageRequest,
  RowsView,
  ScanOptions,
  StatisticsOptions,
  StatisticsRequest,
  TextRequest,
} from './dataset';
import { exportCells, exportText } from './datasetExport';
import { createDatasetPages, type DatasetPages } from './datasetPages';
import { createDatasetParts, type DatasetParts } from './datasetParts';
import { computeStatistics } from './datasetStatistics';
import { createFind } from './findRows';
import { createLeafCache } from './leafCache';
import { createViewRows, type ViewRows, type ViewWorld } from './rowsView';

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
  const list = createDatasetParts(sources, options, signal);
  try {
    throwIfAborted(signal);
    await list.start();
  } catch (error) {
    abort.abort();
    list.dispose();
    throw error;
  }
  return new OpenedDataset(abort, { list, leaves: createLeafCache(), options, signal });
}

/** Keys of one sort; more nobody asks for, and each is made for every row. */
const maxSortKeys = 32;

class OpenedDataset implements Dataset {
  private readonly world: ViewWorld;
  private readonly list: DatasetParts;
  private readonly pages: DatasetPages;
  private readonly abort: AbortController;
  private readonly views = new Map<number, ViewRows>();
  private lastView = 0;
  private readonly onEnd = (): void => this.dispose();

  constructor(abort: AbortController, world: ViewWorld) {
    this.abort = abort;
    this.world = world;
    this.list = world.list;
    this.pages = createDatasetPages(world.list);
    world.options.signal?.addEventListener('abort', this.onEnd, { once: true });
  }

  get columns(): Dataset['columns'] {
    return this.list.union.columns;
  }

  get parts(): Dataset['parts'] {
    return this.list.facts();
  }

  progress(): DatasetProgress {
    return this.list.progress();
  }

  async headers(): Promise<void> {
    await this.list.headers();
  }

  async rows(request: PageRequest, signal?: AbortSignal): Promise<RowsPage> {
    throwIfAborted(this.world.signal);
    return this.pages.rows(this.viewOf(request.view), request, signal);
  }

  async record(request: Omit<PageRequest, 'count'>, signal?: AbortSignal): Promise<RecordPage> {
    throwIfAborted(this.world.signal);
    return this.pages.record(this.viewOf(request.view), request.first, signal);
  }

  cost(): ScanCost {
    return this.list.cost();
  }

  query(query: RowsQuery, options: ScanOptions): RowsView {
    throwIfAborted(this.world.signal);
    this.check(query.filter);
    if ((query.sort?.length ?? 0) > maxSortKeys) {
      throw new Failure('query.invalid', { detail: `it sorts by more than ${maxSortKeys} columns` });
    }
    const id = ++this.lastView;
    const rows = createViewRows(this.world, query, options);
    this.views.set(id, rows);
    let found: FindHandle | undefined;
    return {
      id,
      done: rows.done,
      get length() {
        return rows.length;
      },
      progress: () => rows.progress(),
      cancel: () => rows.cancel(),
      find: (test, findOptions) => {
        const findFault = checkFilter(test, this.columns);
        if (findFault !== undefined) throw findFault;
        found?.dispose();
        found = createFind(this.world, rows, test, findOptions, (position) => this.pages.place(rows, position));
        return found;
      },
      dispose: () => {
        this.views.delete(id);
        found?.dispose();
        rows.dispose();
      },
    };
  }

  async statistics(request: StatisticsRequest, options: StatisticsOptions): ReturnType<Dataset['statistics']> {
    this.check(request.where);
    return computeStatistics(this.world, this.viewOf(request.view), request, options);
  }

  async *cells(request: CellsRequest, options: ScanOptions): AsyncGenerator<CellsBatch, void, undefined> {
    this.check(request.where);
    yield* exportCells(this.world, this.viewOf(request.view), request, options);
  }

  async *text(request: TextRequest, options: ScanOptions): AsyncGenerator<Uint8Array, void, undefined> {
    this.check(request.where);
    yield* exportText(this.world, this.viewOf(request.view), request, options);
  }

  continue(bytes: number): void {
    this.list.continue(bytes);
  }

  dispose(): void {
    this.world.options.signal?.removeEventListener('abort', this.onEnd);
    this.abort.abort();
    for (const view of this.views.values()) view.dispose();
    this.views.clear();
    this.world.leaves.clear();
    this.list.dispose();
  }

  private check(filter: RowFilter | undefined): void {
    const fault = filter === undefined ? undefined : checkFilter(filter, this.columns);
    if (fault !== undefined) throw fault;
  }

  /** `undefined` for all rows. A view that is not there any more was asked for by a request that crossed its end. */
  private viewOf(id: number | undefined): ViewRows | undefined {
    if (id === undefined || id === 0) return undefined;
    const view = this.views.get(id);
    if (view === undefined) throw new Failure('cancelled');
    return view;
  }
}
