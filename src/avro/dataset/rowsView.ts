import { formatBytes } from '../../core/format';
import { Failure, isFailure, throwIfAborted } from '../../core/failure';
import type { RowFilter, RowsQuery } from '../../core/rowFilter';
import type { ScanProgress } from '../../core/rowsProgress';
import type { OpenDatasetOptions, ScanOptions } from './dataset';
import type { DatasetParts, PartSlot } from './datasetParts';
import { type DatasetScanOptions, sampleRows, scanParts } from './datasetScan';
import { createExternalSort, type RowOrder } from './externalSort';
import { combineLeaves, type FilterLeaf, type LeafCache, leavesOf } from './leafCache';
import { MatchedRows } from './matchedRows';
import { RowBits } from './rowBits';
import { createScanTracker, type ScanTracker } from './scanTracker';
import { freeSortKeys } from '../tasks/sortKeys';

/** What views of one dataset share. */
export interface ViewWorld {
  readonly list: DatasetParts;
  readonly leaves: LeafCache;
  readonly options: OpenDatasetOptions;
  /** Ends with the dataset. */
  readonly signal: AbortSignal;
}

/** The rows of a query as they become known. */
export interface ViewRows {
  readonly query: RowsQuery;
  readonly scope: ScanOptions['scope'];
  /** All rows in the order of the table: nothing is picked, and nothing has to be scanned. */
  readonly isWhole: boolean;
  /** The rows picked, in the order of the table. */
  readonly matched: MatchedRows;
  /** Of a sorted view, when it is done: ranks of picked rows, in order. */
  readonly order: RowOrder | undefined;
  readonly done: Promise<void>;
  /** Rows known so far, in the view's order. */
  readonly length: number;
  progress(): ScanProgress;
  cancel(): void;
  dispose(): void;
}

/** Begins to look for the rows of a query, which has been checked. */
export function createViewRows(world: ViewWorld, query: RowsQuery, options: ScanOptions): ViewRows {
  return new QueriedRows(world, query, options);
}

class QueriedRows implements ViewRows {
  readonly query: RowsQuery;
  readonly scope: ScanOptions['scope'];
  readonly isWhole: boolean;
  readonly matched = new MatchedRows();
  readonly done: Promise<void>;
  order: RowOrder | undefined;
  private readonly world: ViewWorld;
  private readonly abort = new AbortController();
  private readonly scan: DatasetScanOptions;
  private readonly tracker: ScanTracker;

  constructor(world: ViewWorld, query: RowsQuery, options: ScanOptions) {
    this.world = world;
    this.query = query;
    this.scope = options.scope;
    const isSorted = query.sort !== undefined && query.sort.length > 0;
    this.isWhole = query.filter === undefined && !isSorted && options.scope === 'all';
    this.tracker = createScanTracker(options);
    const signals = [world.signal, this.abort.signal, ...(options.signal === undefined ? [] : [options.signal])];
    this.scan = {
      decoders: world.options.decoders,
      signal: AbortSignal.any(signals),
      tracker: this.tracker,
      ...(options.scope === 'sample' ? { limitRows: sampleRows } : {}),
    };
    this.done = this.run(isSorted);
    // Who does not wait for it learns of it by its progress.
    this.done.catch(() => undefined);
  }

  get length(): number {
    if (this.isWhole) return this.world.list.progress().rows;
    return this.query.sort === undefined || this.query.sort.length === 0
      ? this.matched.length
      : (this.order?.length ?? 0);
  }

  progress(): ScanProgress {
    return this.tracker.progress();
  }

  cancel(): void {
    this.abort.abort();
  }

  dispose(): void {
    this.abort.abort();
    this.order?.dispose();
    this.order = undefined;
  }

  private async run(isSorted: boolean): Promise<void> {
    try {
      // Whoever asked gets the view before the first word about it.
      await Promise.resolve();
      const { filter } = this.query;
      if (filter !== undefined) await this.filter(filter);
      else if (!isSorted && !this.isWhole) await this.pickAll();
      if (isSorted) await this.sort();
      throwIfAborted(this.scan.signal);
      this.tracker.end();
    } catch (error) {
      const reason = this.scan.signal.aborted && !isFailure(error) ? new Failure('cancelled', {}, error) : error;
      this.tracker.end(reason);
      throw reason;
    }
  }

  /** Leaves that were tested before are not tested again. */
  private async filter(filter: RowFilter): Promise<void> {
    const { list, leaves: cache } = this.world;
    const { limitRows = Infinity } = this.scan;
    const leaves = leavesOf(filter);
    let known = new Map<string, RowBits>();
    let tested: readonly (readonly [string, RowBits])[] = [];
    let picked = new RowBits();
    let wordAt: (word: number) => number = () => 0;
    let before = 0;
    const begin = (slot: PartSlot): readonly FilterLeaf[] => {
      known = new Map();
      const missing: FilterLeaf[] = [];
      for (const [key, leaf] of leaves) {
        const bits = cache.get(key, slot.index);
        if (bits === undefined) missing.push(leaf);
        known.set(key, bits ?? new RowBits());
      }
      tested = [...known].filter(([key]) => cache.get(key, slot.index) === undefined);
      picked = this.matched.begin(slot);
      wordAt = combineLeaves(filter, (key) => known.get(key) as RowBits);
      return missing;
    };
    await scanParts(
      list,
      {
        begin(slot, isReadable) {
          const tests = begin(slot);
          const isKnown = tests.length === 0 && slot.exactRows !== undefined;
          if (!isReadable || isKnown) return { program: undefined };
          return { program: { task: { kind: 'match', tests } } };
        },
        step: (_, { firstRow, rows, result }) => {
          for (const [index, [, bits]] of tested.entries()) {
            bits.append(result.matches?.[index] ?? new Uint8Array(0), rows);
          }
          picked.extend(Math.min(firstRow + rows, limitRows - before), wordAt);
          this.tracker.matched = this.matched.length;
        },
        end: (slot, rows) => {
          const count = Math.min(rows, limitRows - before);
          if (slot.failure === undefined && picked.rows < count) picked.extend(count, wordAt);
          this.tracker.matched = this.matched.length;
          before += count;
          if (slot.failure !== undefined || slot.exactRows === undefined) return;
          for (const [key, bits] of tested) if (bits.rows === slot.exactRows) cache.set(key, slot.index, bits);
        },
      },
      this.scan,
    );
  }

  /** The first rows, without a filter. */
  private async pickAll(): Promise<void> {
    const { limitRows = Infinity } = this.scan;
    let picked = new RowBits();
    let before = 0;
    await scanParts(
      this.world.list,
      {
        begin: (slot) => {
          picked = this.matched.begin(slot);
          return { program: { task: { kind: 'count' } } };
        },
        step: (_, { firstRow, rows }) => {
          picked.fill(Math.min(firstRow + rows, limitRows - before) - picked.rows, true);
          this.tracker.matched = this.matched.length;
        },
        end: (_, rows) => void (before += Math.min(rows, limitRows - before)),
      },
      this.scan,
    );
  }

  private async sort(): Promise<void> {
    const { options, list } = this.world;
    const { sort: keys = [], filter } = this.query;
    const { limitRows = Infinity } = this.scan;
    const sort = createExternalSort({
      signal: this.scan.signal,
      ...(options.openScratch === undefined ? {} : { openScratch: options.openScratch }),
      ...(options.sortBytes === undefined ? {} : { memoryBytes: options.sortBytes }),
    });
    let before = 0;
    let added = 0;
    this.tracker.rowsDone = 0;
    try {
      await scanParts(
        list,
        {
          begin: (slot) => {
            const program = { task: { kind: 'sortKeys', keys } } as const;
            if (filter === undefined) {
              this.matched.begin(slot);
              return { program };
            }
            const selection = this.matched.of(slot) as RowBits;
            return { program: selection.count === 0 ? undefined : program, selection };
          },
          step: async (slot, { firstRow, rows, result }) => {
            if (filter === undefined) {
              const picked = this.matched.of(slot) as RowBits;
              picked.fill(Math.min(firstRow + rows, limitRows - before) - picked.rows, true);
              this.tracker.matched = this.matched.length;
            }
            if (result.sortKeys === undefined) return;
            added += result.sortKeys.ends.length;
            await sort.add(result.sortKeys);
            freeSortKeys(result.sortKeys);
          },
          end: (_, rows) => void (before += Math.min(rows, limitRows - before)),
        },
        this.scan,
      );
      // A row for each key, or places would be wrong from here on.
      if (added !== this.matched.length) throw new Failure('store.changed');
      const order = await sort.finish();
      if (order.spilledBytes > 0) this.tracker.note = `sorted with ${formatBytes(order.spilledBytes)} on disk`;
      if (this.scan.signal.aborted) order.dispose();
      else this.order = order;
    } catch (error) {
      sort.dispose();
      throw error;
    }
  }
}
