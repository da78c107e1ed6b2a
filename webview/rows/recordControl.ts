import { failureOf } from '../ui/failurePanel';
import type { PageCache } from './pageCache';
import type { RecordPane } from './recordPane';
import type { RowsHost } from './rowsHost';

/** Keeps the record pane at a row: what the page knows at once, the whole when it comes. The latest row wins. */
export interface RecordControl {
  show(row: number): void;
  stop(): void;
}

/** While a person runs through rows with the arrow keys, only the row they stop at is asked for. */
const askAfterMs = 60;

export interface RecordSource {
  readonly cache: PageCache;
  /** The view whose rows are counted. */
  readonly view: number;
}

export function createRecordControl(pane: RecordPane, source: RecordSource, host: RowsHost): RecordControl {
  let controller: AbortController | undefined;
  let timer: number | undefined;
  const stop = (): void => {
    controller?.abort();
    controller = undefined;
    window.clearTimeout(timer);
  };
  const ask = async (row: number): Promise<void> => {
    const mine = new AbortController();
    controller = mine;
    try {
      const page = await host.record(row, mine.signal, source.view);
      if (!mine.signal.aborted) pane.showWhole(page);
    } catch (error) {
      if (mine.signal.aborted) return;
      const { message, hint } = failureOf(error, 'This row could not be read whole.');
      pane.showFault(row, `${message} ${hint}`.trim());
    }
  };
  return {
    show(row) {
      stop();
      pane.showKnown(row, source.cache.row(row));
      timer = window.setTimeout(() => void ask(row), askAfterMs);
    },
    stop,
  };
}
