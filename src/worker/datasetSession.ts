import type { Dataset, FindHandle, RowsView } from '../avro/dataset/dataset';
import { Failure, failureToData, isFailure, throwIfAborted } from '../core/failure';
import type { ScanProgress } from '../core/rowsProgress';
import type * as protocol from '../protocol/dataset';
import { exportFile } from './exportFile';
import { createThrottle, type Throttle } from './throttle';

/** Snapshots of progress go out at most this often. */
export const progressIntervalMs = 100;

/** What a session tells unasked. */
export interface SessionEvents {
  view(view: number, length: number, progress: ScanProgress): void;
  find(view: number, matches: number, progress: ScanProgress): void;
  statistics(id: number, result: protocol.StatisticsResult): void;
  exported(id: number, bytesWritten: number, progress: ScanProgress): void;
}

interface OpenView {
  readonly view: RowsView;
  readonly progress: Throttle<true>;
  search?: { readonly handle: FindHandle; readonly progress: Throttle<true> };
}

/** One open dataset and all that is asked of it, by the numbers that the host gave. Ended by `dispose`, in the middle of whatever. */
export class DatasetSession {
  readonly dataset: Dataset;
  private readonly events: SessionEvents;
  private readonly abort: AbortController;
  private readonly views = new Map<number, OpenView>();

  constructor(dataset: Dataset, events: SessionEvents, abort: AbortController) {
    this.dataset = dataset;
    this.events = events;
    this.abort = abort;
    abort.signal.addEventListener('abort', () => this.end(), { once: true });
  }

  /** The dataset's own id of a view: none for all rows. */
  viewId(number: number): { readonly view?: number } {
    return number === 0 ? {} : { view: this.view(number).view.id };
  }

  openView({ view: number, query, scope }: protocol.OpenViewParams): void {
    if (number === 0 || this.views.has(number))
      throw new Failure('internal', { detail: `view ${number} is there already` });
    this.addView(number, query, scope);
  }

  cancelView(number: number): void {
    this.views.get(number)?.view.cancel();
  }

  closeView(number: number): void {
    const open = this.views.get(number);
    if (open === undefined) return;
    this.views.delete(number);
    this.endSearch(open);
    open.progress.dispose();
    open.view.dispose();
  }

  find({ view: number, test, scope }: protocol.FindParams): void {
    // All rows are no view of the dataset's until something is looked for in them.
    const open = this.views.get(number) ?? (number === 0 ? this.addView(0, {}, 'all') : this.view(number));
    if (test === null) {
      this.endSearch(open);
      return;
    }
    const progress = createThrottle<true>(progressIntervalMs, () => {
      this.events.find(number, handle.matches, handle.progress());
    });
    let isReady = false;
    const handle: FindHandle = open.view.find(test, { scope, onProgress: () => isReady && progress.push(true) });
    isReady = true;
    this.endSearch(open);
    open.search = { handle, progress };
    progress.push(true);
    void handle.done.then(
      () => this.settle(progress),
      (error: unknown) => {
        this.settle(progress, () => this.events.find(number, handle.matches, endedBy(handle.progress(), error)));
      },
    );
  }

  async findNext({ view, from, direction }: protocol.FindNextParams): Promise<protocol.FoundRow | null> {
    const search = this.view(view).search;
    if (search === undefined) throw new Failure('cancelled');
    return (await search.handle.next(from, direction)) ?? null;
  }

  async statistics(
    { id, view, columns, scope }: protocol.StatisticsParams,
    signal: AbortSignal,
  ): Promise<protocol.StatisticsResult> {
    const began = Date.now();
    const throttle = createThrottle<protocol.StatisticsResult>(progressIntervalMs, (result) => {
      this.events.statistics(id, result);
    });
    let last: ScanProgress | undefined;
    try {
      const snapshot = await this.dataset.statistics(
        { ...this.viewId(view), columns },
        {
          scope,
          signal: AbortSignal.any([signal, this.abort.signal]),
          onProgress: (progress) => (last = progress),
          onUpdate: (columns, progress) => {
            last = progress;
            throttle.push({ columns, progress });
          },
        },
      );
      const { rows, state } = snapshot;
      const progress: ScanProgress = {
        bytesDone: 0,
        bytesTotal: 0,
        ...last,
        state,
        scope: snapshot.scope,
        rowsDone: rows,
        matched: last?.matched ?? rows,
        elapsed: Date.now() - began,
      };
      return { columns: snapshot.columns, progress };
    } finally {
      throttle.dispose();
    }
  }

  async export(
    { id, view, options, path, partial, scope }: protocol.ExportParams,
    signal: AbortSignal,
  ): Promise<protocol.ExportResult> {
    const throttle = createThrottle<readonly [number, ScanProgress]>(progressIntervalMs, ([bytes, progress]) => {
      this.events.exported(id, bytes, progress);
    });
    try {
      return await exportFile(this.dataset, {
        ...this.viewId(view),
        options,
        path,
        partial,
        scope,
        signal: AbortSignal.any([signal, this.abort.signal]),
        onProgress: (bytes, progress) => throttle.push([bytes, progress]),
      });
    } finally {
      throttle.dispose();
    }
  }

  private view(number: number): OpenView {
    const open = this.views.get(number);
    // A request that crossed the closing of its view on the way.
    if (open === undefined) throw new Failure('cancelled');
    return open;
  }

  private addView(number: number, query: protocol.OpenViewParams['query'], scope: 'sample' | 'all'): OpenView {
    throwIfAborted(this.abort.signal);
    const progress = createThrottle<true>(progressIntervalMs, () => {
      if (number !== 0) this.events.view(number, view.length, view.progress());
    });
    // It may tell of itself before it is there.
    let isReady = false;
    const view: RowsView = this.dataset.query(query, { scope, onProgress: () => isReady && progress.push(true) });
    isReady = true;
    const open: OpenView = { view, progress };
    this.views.set(number, open);
    progress.push(true);
    void view.done.then(
      () => this.settle(progress),
      (error: unknown) => {
        this.settle(progress, () => {
          if (number !== 0) this.events.view(number, view.length, endedBy(view.progress(), error));
        });
      },
    );
    return open;
  }

  /** The last word of a scan goes out at once; nothing is said of what was disposed of. */
  private settle(progress: Throttle<true>, send?: () => void): void {
    if (progress.isDisposed) return;
    if (send === undefined) {
      progress.push(true);
      progress.flush();
    } else {
      send();
    }
    progress.dispose();
  }

  private endSearch(open: OpenView): void {
    open.search?.progress.dispose();
    open.search?.handle.dispose();
    delete open.search;
  }

  private end(): void {
    for (const number of [...this.views.keys()]) this.closeView(number);
    this.dataset.dispose();
  }
}

/** A last snapshot that says what ended it. */
function endedBy(progress: ScanProgress, error: unknown): ScanProgress {
  if (progress.state !== 'running') return progress;
  return isFailure(error, 'cancelled')
    ? { ...progress, state: 'cancelled' }
    : { ...progress, state: 'failed', failure: failureToData(error) };
}
