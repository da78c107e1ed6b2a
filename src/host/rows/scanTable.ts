import type { Cell } from '../../core/column';
import type { Disposable } from '../../core/disposable';
import { Failure, failureFromData } from '../../core/failure';
import type { RowFilter } from '../../core/rowFilter';
import type { ScanCost, ScanProgress } from '../../core/rowsProgress';
import type { DataWorker } from './dataWorker';
import { locateRows, type LocateDeps, type LocatedRows } from './locateRows';
import type { WorkerView } from './openRows';
import type { RowsSource } from './rowsSource';

export interface ScanTableDeps extends LocateDeps {
  readonly worker: Pick<DataWorker, 'open'>;
}

/** Rows that are asked something by a command: open beside any tab, until disposed of. */
export interface TableScan extends Disposable {
  readonly located: LocatedRows;
  readonly columns: readonly string[];
  cost(): Promise<ScanCost>;
  /** How many rows pass. Rejects with `query.invalid`, with what keeps rows from being read, or `cancelled`. */
  count(filter: RowFilter, options?: ScanHearing): Promise<FoundRows>;
  /** Some columns of the first rows that pass, at most so many; a column that is not there has absent cells. */
  read(filter: RowFilter, columns: readonly string[], maxRows: number): Promise<readonly (readonly Cell[])[]>;
}

export interface FoundRows {
  readonly rows: number;
  readonly progress: ScanProgress;
}

export interface ScanHearing {
  readonly onProgress?: (found: FoundRows) => void;
}

const pageRows = 1000;

/** Opens the rows of a source for questions. An aborted signal ends all of it. Rejects as `locateRows` and `DataWorker.open` do. */
export async function openTableScan(
  source: RowsSource,
  deps: ScanTableDeps,
  signal: AbortSignal,
): Promise<TableScan> {
  const located = await locateRows(source, deps, signal);
  return openLocated(located, deps, signal);
}

/** The same for rows that were located already. */
export async function openLocated(
  located: LocatedRows,
  { worker }: Pick<ScanTableDeps, 'worker'>,
  signal: AbortSignal,
): Promise<TableScan> {
  const lost = new AbortController();
  let crash: Failure | undefined;
  const rows = await worker.open(located.parts, {
    readAheadBytes: 0,
    signal,
    onCrash: (failure) => {
      crash = failure;
      lost.abort();
    },
  });
  const ended = AbortSignal.any([signal, lost.signal]);

  const scan = async <T>(
    filter: RowFilter,
    { onProgress }: ScanHearing,
    use: (view: WorkerView, found: FoundRows) => Promise<T> | T,
  ): Promise<T> => {
    let settle: (found: FoundRows) => void = () => undefined;
    let refuse: (error: unknown) => void = () => undefined;
    const done = new Promise<FoundRows>((resolve, reject) => {
      settle = resolve;
      refuse = reject;
    });
    const stop = (): void => refuse(crash ?? new Failure('cancelled'));
    ended.addEventListener('abort', stop, { once: true });
    // Awaited below; until then its rejection is nobody's.
    done.catch(() => undefined);
    try {
      const view = await rows.openView({ filter }, 'all', {
        onView: (length, progress) => {
          const found = { rows: length, progress };
          onProgress?.(found);
          if (progress.state === 'complete') settle(found);
          // A worker that ended tells this first and why in the same turn: whoever waits is to hear why.
          if (progress.state === 'cancelled') queueMicrotask(stop);
          if (progress.state === 'failed')
            refuse(progress.failure === undefined ? new Failure('internal') : failureFromData(progress.failure));
        },
        onFind: () => undefined,
      });
      try {
        return await use(view, await done);
      } finally {
        view.dispose();
      }
    } finally {
      ended.removeEventListener('abort', stop);
    }
  };

  return {
    located,
    get columns() {
      return rows.columns.map(({ name }) => name);
    },
    cost: () => rows.cost(),
    count: (filter, options = {}) => scan(filter, options, (_, found) => found),
    read: (filter, columns, maxRows) =>
      scan(filter, {}, async (view, found) => {
        const all: (readonly Cell[])[] = [];
        const wanted = Math.min(found.rows, maxRows);
        for (let first = 0; first < wanted; first += pageRows) {
          const page = await rows.rows(first, Math.min(pageRows, wanted - first), view, signal);
          const places = columns.map((name) => rows.columns.findIndex((column) => column.name === name));
          for (const row of page.rows) all.push(places.map((place) => row[place] ?? (place < 0 ? false : null)));
          if (page.rows.length === 0) break;
        }
        return all;
      }),
    dispose() {
      rows.dispose();
      located.owned?.dispose();
    },
  };
}
