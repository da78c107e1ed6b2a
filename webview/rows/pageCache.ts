import type { Cell } from '../../src/core/column';
import type { RowsPage } from '../../src/core/rowsPage';

export type Row = readonly Cell[];

export interface PageCacheOptions {
  /** Rows a page. */
  readonly pageRows: number;
  /** Pages kept; the one asked for longest ago goes first. */
  readonly capacity: number;
  readonly load: (first: number, count: number, signal: AbortSignal) => Promise<RowsPage>;
  /** Rows `first … first + count - 1` are here. */
  readonly onArrived: (first: number, count: number) => void;
  /** A page that is wanted could not be had. It is not asked for again before `retry`. */
  readonly onFailed: (error: unknown) => void;
  /** Something is under way, or no longer. */
  readonly onBusy: (isBusy: boolean) => void;
}

/** The rows of a part, fetched a page at a time as they are looked at. */
export interface PageCache {
  /** A row that is here; undefined while it is not. */
  row(index: number): Row | undefined;
  /** How many rows there are. A last page that was cut off by the old length is completed when looked at again. */
  setLength(rows: number): void;
  /** These rows (last included) are looked at. Requests for pages that no longer are, are cancelled: the latest wins. */
  want(first: number, last: number): void;
  /** Forgets which pages failed, and asks again for what is looked at. */
  retry(): void;
  dispose(): void;
}

/** At most this many requests at once: more would only queue in the worker, where they cannot be overtaken. */
const maxInFlight = 2;

export function createPageCache(options: PageCacheOptions): PageCache {
  return new Pages(options);
}

class Pages implements PageCache {
  private readonly options: PageCacheOptions;
  /** The one asked for longest ago first. */
  private readonly kept = new Map<number, readonly Row[]>();
  private readonly inFlight = new Map<number, AbortController>();
  private readonly failed = new Set<number>();
  private length = 0;
  private look: readonly [first: number, last: number] | undefined;
  private lastFirst = 0;
  private wanted: readonly number[] = [];
  private isBusy = false;

  constructor(options: PageCacheOptions) {
    this.options = options;
  }

  row(index: number): Row | undefined {
    const { pageRows } = this.options;
    return this.kept.get(Math.floor(index / pageRows))?.[index % pageRows];
  }

  setLength(rows: number): void {
    for (const page of this.failed)
      if (rows > this.length && (page + 1) * this.options.pageRows > this.length) this.failed.delete(page);
    this.length = rows;
    this.update();
  }

  want(first: number, last: number): void {
    this.look = [first, last];
    this.update();
  }

  retry(): void {
    this.failed.clear();
    this.update();
  }

  dispose(): void {
    for (const controller of this.inFlight.values()) controller.abort();
    this.inFlight.clear();
    this.kept.clear();
    this.wanted = [];
    this.look = undefined;
  }

  /** Goes for the pages that are looked at now, and lets go of the others. */
  private update(): void {
    if (this.look === undefined) return;
    const [first, last] = this.look;
    const direction = first >= this.lastFirst ? 1 : -1;
    this.lastFirst = first;
    this.wanted = pagesToHave(first, last, this.options.pageRows, direction).filter(
      (page) => this.rowsOf(page) > 0,
    );
    for (const page of this.wanted) {
      const rows = this.kept.get(page);
      if (rows !== undefined) this.keep(page, rows);
    }
    for (const [page, controller] of this.inFlight) {
      if (this.wanted.includes(page)) continue;
      controller.abort();
      this.inFlight.delete(page);
    }
    this.pump();
  }

  private pump(): void {
    for (const page of this.wanted) {
      if (this.inFlight.size >= maxInFlight) break;
      if (this.isComplete(page) || this.failed.has(page) || this.inFlight.has(page)) continue;
      void this.fetch(page);
    }
    this.tellBusy();
  }

  private async fetch(page: number): Promise<void> {
    const controller = new AbortController();
    this.inFlight.set(page, controller);
    const first = page * this.options.pageRows;
    const count = this.rowsOf(page);
    let tell: () => void;
    try {
      const { rows } = await this.options.load(first, count, controller.signal);
      // Fewer rows than asked for would be asked for for ever.
      if (rows.length < count) this.failed.add(page);
      this.keep(page, rows);
      tell = () => this.options.onArrived(first, rows.length);
    } catch (error) {
      if (!controller.signal.aborted) this.failed.add(page);
      tell = () => this.options.onFailed(error);
    }
    if (controller.signal.aborted) return;
    this.inFlight.delete(page);
    // A fault of the listener's is not a failure of the page.
    tell();
    this.pump();
  }

  private keep(page: number, rows: readonly Row[]): void {
    this.kept.delete(page);
    this.kept.set(page, rows);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= this.options.capacity) break;
      this.kept.delete(oldest);
    }
  }

  private rowsOf(page: number): number {
    const { pageRows } = this.options;
    return Math.max(0, Math.min(pageRows, this.length - page * pageRows));
  }

  private isComplete(page: number): boolean {
    return (this.kept.get(page)?.length ?? 0) >= this.rowsOf(page);
  }

  private tellBusy(): void {
    if (this.isBusy === this.inFlight.size > 0) return;
    this.isBusy = !this.isBusy;
    this.options.onBusy(this.isBusy);
  }
}

/** The pages under the rows looked at, top first, then the next one in the direction of travel. */
export function pagesToHave(first: number, last: number, pageRows: number, direction: 1 | -1): number[] {
  const from = Math.max(0, Math.floor(first / pageRows));
  const to = Math.max(from, Math.floor(last / pageRows));
  const pages: number[] = [];
  for (let page = from; page <= to; page += 1) pages.push(page);
  const next = direction === 1 ? to + 1 : from - 1;
  if (next >= 0) pages.push(next);
  return pages;
}
