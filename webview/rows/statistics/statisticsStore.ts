import type { ColumnStatistics } from '../../../src/core/columnStatistics';
import type { ScanCost, ScanProgress } from '../../../src/core/rowsProgress';
import type { RowStatistics, Scope } from '../../../src/protocol/rowsQuery';
import type { FailureView } from '../../../src/protocol/view';
import { failureOf } from '../../ui/failurePanel';
import type { RowsHost } from '../rowsHost';

/** Statistics and how many rows they are from; `isSample`: the first ones only, so that everything said of them is ≈. */
export interface Known {
  readonly statistics: ColumnStatistics;
  readonly isSample: boolean;
  /** More rows are being looked at. */
  readonly isRunning: boolean;
}

/** Statistics of the columns of one view: from the first rows as they are wanted, from all rows on demand. */
export interface StatisticsStore {
  readonly view: number;
  of(column: string): Known | undefined;
  /** Asks for the columns that are not known yet, from the first rows. The first named come first. */
  want(columns: readonly string[]): void;
  /** Of all rows of the view, in one go. */
  wantAll(columns: readonly string[]): void;
  /** Of what is asked for all rows. */
  readonly progress: ScanProgress | undefined;
  readonly cost: ScanCost | undefined;
  readonly fault: FailureView | undefined;
  answer(scope: Exclude<Scope, 'ask'> | undefined): void;
  cancel(): void;
  /** Other rows are shown: all is forgotten. */
  setView(view: number): void;
  onSnapshot(snapshot: RowStatistics & { readonly id: number }): void;
}

/** Columns a request: the first headers on screen are not to wait for the five hundredth. */
const batchColumns = 24;

export interface StatisticsStoreOptions {
  readonly host: RowsHost;
  /** Gives numbers for questions: no two stores of one host may use the same. */
  readonly nextId: () => number;
  /** Whether so many rows are all there are in a view. */
  readonly isWhole: (view: number, rows: number) => boolean;
  readonly onChange: (columns: readonly string[]) => void;
}

export function createStatisticsStore(options: StatisticsStoreOptions): StatisticsStore {
  return new Store(options);
}

class Store implements StatisticsStore {
  view = 0;
  progress: ScanProgress | undefined;
  cost: ScanCost | undefined;
  fault: FailureView | undefined;
  private readonly options: StatisticsStoreOptions;
  private readonly known = new Map<string, Known>();
  private readonly asked = new Set<string>();
  private queue: readonly string[] = [];
  private isAsking = false;
  private epoch = 0;
  private all: { readonly id: number; readonly columns: readonly string[] } | undefined;

  constructor(options: StatisticsStoreOptions) {
    this.options = options;
  }

  of(column: string): Known | undefined {
    return this.known.get(column);
  }

  want(columns: readonly string[]): void {
    const fresh = columns.filter((name) => !this.asked.has(name));
    if (fresh.length === 0) return;
    const wanted = new Set(fresh);
    // What is wanted last is looked at now.
    this.queue = [...fresh, ...this.queue.filter((name) => !wanted.has(name))];
    if (!this.isAsking) void this.pump();
  }

  wantAll(columns: readonly string[]): void {
    this.cancel();
    this.fault = undefined;
    this.all = { id: this.options.nextId(), columns };
    void this.askAll('ask');
  }

  answer(scope: Exclude<Scope, 'ask'> | undefined): void {
    this.cost = undefined;
    if (scope === 'all') void this.askAll('all');
    else this.all = undefined;
    this.options.onChange([]);
  }

  cancel(): void {
    if (this.all !== undefined) this.options.host.cancelStatistics(this.all.id);
    this.all = undefined;
    this.progress = undefined;
    this.cost = undefined;
  }

  setView(view: number): void {
    this.cancel();
    this.epoch += 1;
    this.view = view;
    this.known.clear();
    this.asked.clear();
    this.queue = [];
    this.isAsking = false;
    this.fault = undefined;
  }

  onSnapshot({ id, columns, progress }: RowStatistics & { readonly id: number }): void {
    if (id === this.all?.id) this.keepAll({ columns, progress });
  }

  private async pump(): Promise<void> {
    const { epoch, view } = this;
    this.isAsking = true;
    while (this.queue.length > 0 && epoch === this.epoch) {
      const batch = this.queue.slice(0, batchColumns);
      this.queue = this.queue.slice(batchColumns);
      for (const name of batch) this.asked.add(name);
      try {
        const answer = await this.options.host.statistics(this.options.nextId(), view, batch, 'sample');
        if (epoch !== this.epoch || !('columns' in answer)) return;
        const isSample = !this.options.isWhole(view, answer.progress.rowsDone);
        for (const statistics of answer.columns) {
          if (this.known.get(statistics.column)?.isSample === false) continue;
          this.known.set(statistics.column, { statistics, isSample, isRunning: false });
        }
        this.options.onChange(batch);
      } catch (error) {
        if (epoch !== this.epoch) return;
        this.fault = failureOf(error, 'The statistics could not be computed.');
        this.queue = [];
        this.options.onChange(batch);
      }
    }
    if (epoch === this.epoch) this.isAsking = false;
  }

  private async askAll(scope: Scope): Promise<void> {
    const { all, epoch, view } = this;
    if (all === undefined) return;
    try {
      const answer = await this.options.host.statistics(all.id, view, all.columns, scope);
      if (epoch !== this.epoch || this.all !== all) return;
      if ('asks' in answer) this.cost = answer.asks;
      else {
        this.keepAll(answer);
        this.all = undefined;
        this.progress = undefined;
      }
    } catch (error) {
      if (epoch !== this.epoch || this.all !== all) return;
      this.fault = failureOf(error, 'The statistics could not be computed.');
      this.all = undefined;
      this.progress = undefined;
    }
    this.options.onChange([]);
  }

  private keepAll({ columns, progress }: RowStatistics): void {
    const isRunning = progress.state === 'running';
    this.progress = isRunning ? progress : undefined;
    const isAll = progress.state === 'complete' && progress.scope === 'all';
    for (const statistics of columns)
      if (isAll || statistics.rows > (this.known.get(statistics.column)?.statistics.rows ?? 0))
        this.known.set(statistics.column, { statistics, isSample: !isAll, isRunning });
    this.options.onChange(columns.map(({ column }) => column));
  }
}
