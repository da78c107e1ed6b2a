import type { Cell } from '../../src/core/column';
import type { RowsPage } from '../../src/core/rowsPage';

export type Row = readonly Cell[];

/** Which row of the whole a row is, and where it comes from. */
export interface RowPlace {
  /** 0-based, in the whole. */
  readonly number: number;
  readonly isApproximate: boolean;
  /** Index of its part; undefined where there is one part only. */
  readonly part: number | undefined;
}

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

/** The rows of a view of a part or table, fetched a page at a time as they are looked at. */
export interface PageCache {
  /** A row that is here; undefined while it is not. */
  row(index: number): Row | undefined;
  /** Where a row that is here comes from; undefined while it is not. */
  place(index: number): RowPlace | undefined;
  /** How many rows there are. A last page that was cut off by the old length is completed when looked at again. */
  setLength(rows: number): void;
  /** Rows before this one have exact numbers now: those that came as estimates are asked for again, and stay until the right ones are here. */
  setExact(rows: number): void;
  /** Estimated numbers have changed: rows under them are others now. Those looked at stay until the right ones are here. */
  renumber(): void;
  /** Another view: what is kept is forgotten, and what is under way is let go. Say the new length next. */
  clear(): void;
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

interface KeptPage {
  readonly page: RowsPage;
  /** Part of each row; undefined where there is one part only. */
  readonly parts: readonly number[] | undefined;
}

class Pages implements PageCache {
  private readonly options: PageCacheOptions;
  /** The one asked for longest ago first. */
  private readonly kept = new Map<number, KeptPage>();
  private readonly inFlight = new Map<number, AbortController>();
  private readonly failed = new Set<number>();
  /** Kept pages whose row numbers were estimates and are known better by now. */
  private readonly outdated = new Set<number>();
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
    return this.kept.get(Math.floor(index / pageRows))?.page.rows[index % pageRows];
  }

  place(index: number): RowPlace | undefined {
    const { pageRows } = this.options;
    const kept = this.kept.get(Math.floor(index / pageRows));
    const at = index % pageRows;
    if (kept === undefined || at >= kept.page.rows.length) return undefined;
    return {
      number: kept.page.numbers?.[at] ?? index,
      isApproximate: kept.page.isApproximate === true,
      part: kept.parts?.[at],
    };
  }

  setLength(rows: number): void {
    for (const page of this.failed)
      if (rows > this.length && (page + 1) * this.options.pageRows > this.length) this.failed.delete(page);
    this.length = rows;
    this.update();
  }

  setExact(rows: number): void {
    const { pageRows } = this.options;
    for (const [page, { page: kept }] of this.kept) {
      if (kept.isApproximate !== true || Math.min(this.length, (page + 1) * pageRows) > rows) continue;
      this.outdated.add(page);
      this.failed.delete(page);
    }
    this.update();
  }

  renumber(): void {
    for (const controller of this.inFlight.values()) controller.abort();
    this.inFlight.clear();
    for (const [page, { page: kept }] of this.kept) {
      if (kept.isApproximate !== true) continue;
      if (this.wanted.includes(page)) this.outdated.add(page);
      else {
        this.kept.delete(page);
        this.outdated.delete(page);
      }
    }
    this.failed.clear();
    this.update();
  }

  clear(): void {
    for (const controller of this.inFlight.values()) controller.abort();
    this.inFlight.clear();
    this.kept.clear();
    this.failed.clear();
    this.outdated.clear();
    this.wanted = [];
    this.look = undefined;
    this.lastFirst = 0;
    this.length = 0;
    this.tellBusy();
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
    this.clear();
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
      const answer = await this.options.load(first, count, controller.signal);
      if (controller.signal.aborted) return;
      // Fewer rows than asked for would be asked for for ever.
      if (answer.rows.length < count) this.failed.add(page);
      this.outdated.delete(page);
      this.keep(page, keptPage(answer));
      tell = () => this.options.onArrived(first, answer.rows.length);
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

  private keep(page: number, rows: KeptPage): void {
    this.kept.delete(page);
    this.kept.set(page, rows);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= this.options.capacity) break;
      this.kept.delete(oldest);
      this.outdated.delete(oldest);
    }
  }

  private rowsOf(page: number): number {
    const { pageRows } = this.options;
    return Math.max(0, Math.min(pageRows, this.length - page * pageRows));
  }

  private isComplete(page: number): boolean {
    return !this.outdated.has(page) && (this.kept.get(page)?.page.rows.length ?? 0) >= this.rowsOf(page);
  }

  private tellBusy(): void {
    if (this.isBusy === this.inFlight.size > 0) return;
    this.isBusy = !this.isBusy;
    this.options.onBusy(this.isBusy);
  }
}

function keptPage(page: RowsPage): KeptPage {
  const parts = page.sources?.flatMap(({ rows, part }) => new Array<number>(rows).fill(part));
  return { page, parts };
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
