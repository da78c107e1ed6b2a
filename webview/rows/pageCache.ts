import type { Cell } from '../../src/core/column';
import type { RowsPage } from '../../src/protocol/worker';

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
  const pages = new Map<number, readonly Row[]>();
  const inFlight = new Map<number, AbortController>();
  const failed = new Set<number>();
  const { pageRows } = options;
  let length = 0;
  let wanted: readonly number[] = [];
  let lastFirst = 0;
  let isBusy = false;

  const rowsOf = (page: number): number => Math.max(0, Math.min(pageRows, length - page * pageRows));
  const isComplete = (page: number): boolean => (pages.get(page)?.length ?? 0) >= rowsOf(page);
  const tellBusy = (): void => {
    if (isBusy === inFlight.size > 0) return;
    isBusy = inFlight.size > 0;
    options.onBusy(isBusy);
  };

  const keep = (page: number, rows: readonly Row[]): void => {
    pages.delete(page);
    pages.set(page, rows);
    for (const oldest of pages.keys()) {
      if (pages.size <= options.capacity) break;
      pages.delete(oldest);
    }
  };

  const fetchPage = async (page: number): Promise<void> => {
    const controller = new AbortController();
    inFlight.set(page, controller);
    const count = rowsOf(page);
    let tell: () => void;
    try {
      const answer = await options.load(page * pageRows, count, controller.signal);
      // Fewer rows than asked for would be asked for for ever.
      if (answer.rows.length < count) failed.add(page);
      keep(page, answer.rows);
      tell = () => options.onArrived(page * pageRows, answer.rows.length);
    } catch (error) {
      if (!controller.signal.aborted) failed.add(page);
      tell = () => options.onFailed(error);
    }
    if (controller.signal.aborted) return;
    inFlight.delete(page);
    // A fault of the listener's is not a failure of the page.
    tell();
    pump();
  };

  const pump = (): void => {
    for (const page of wanted) {
      if (inFlight.size >= maxInFlight) break;
      if (isComplete(page) || failed.has(page) || inFlight.has(page)) continue;
      void fetchPage(page);
    }
    tellBusy();
  };

  const update = (first: number, last: number): void => {
    wanted = pagesToHave(first, last, pageRows, first >= lastFirst ? 1 : -1).filter((page) => rowsOf(page) > 0);
    lastFirst = first;
    for (const page of wanted) {
      const rows = pages.get(page);
      if (rows !== undefined) keep(page, rows);
    }
    for (const [page, controller] of inFlight) {
      if (wanted.includes(page)) continue;
      controller.abort();
      inFlight.delete(page);
    }
    pump();
  };

  let look: readonly [number, number] | undefined;
  return {
    row: (index) => pages.get(Math.floor(index / pageRows))?.[index % pageRows],
    setLength(rows) {
      for (const page of failed) if (rows > length && (page + 1) * pageRows > length) failed.delete(page);
      length = rows;
      if (look !== undefined) update(look[0], look[1]);
    },
    want(first, last) {
      look = [first, last];
      update(first, last);
    },
    retry() {
      failed.clear();
      if (look !== undefined) update(look[0], look[1]);
    },
    dispose() {
      for (const controller of inFlight.values()) controller.abort();
      inFlight.clear();
      pages.clear();
      wanted = [];
      look = undefined;
    },
  };
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
