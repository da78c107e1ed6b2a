import type { RecordPage } from '../../src/core/rowsPage';
import { failureOf } from '../ui/failurePanel';
import type { RecordPane } from './recordPane';
import type { RowsHost } from './rowsHost';
import type { RowsSession } from './rowsSession';
import { shortFileName } from './words';

/** Keeps the record pane at a row: what the page knows at once, the whole when it comes. The latest row wins. */
export interface RecordControl {
  show(row: number): void;
  stop(): void;
}

/** While a person runs through rows with the arrow keys, only the row they stop at is asked for. */
const askAfterMs = 60;

export type RecordSource = Pick<RowsSession, 'cache' | 'view' | 'parts' | 'placeOf'>;

export function createRecordControl(pane: RecordPane, source: RecordSource, host: RowsHost): RecordControl {
  let controller: AbortController | undefined;
  let timer: number | undefined;
  const stop = (): void => {
    controller?.abort();
    controller = undefined;
    window.clearTimeout(timer);
  };
  /** `dump 1241 · part-00002`; nothing where there is one part only. */
  const partOf = ({ part = -1 }: RecordPage): string => {
    const facts = source.parts.length > 1 ? source.parts[part] : undefined;
    if (facts === undefined) return '';
    return [facts.dump === undefined ? undefined : `dump ${facts.dump}`, shortFileName(facts.file)]
      .filter((word) => word !== undefined)
      .join(' · ');
  };
  const ask = async (row: number): Promise<void> => {
    const mine = new AbortController();
    controller = mine;
    try {
      const page = await host.record(row, mine.signal, source.view);
      if (!mine.signal.aborted) pane.showWhole(page, partOf(page));
    } catch (error) {
      if (mine.signal.aborted) return;
      const { message, hint } = failureOf(error, 'This row could not be read whole.');
      pane.showFault(source.placeOf(row), `${message} ${hint}`.trim());
    }
  };
  return {
    show(row) {
      stop();
      pane.showKnown(source.placeOf(row), source.cache.row(row));
      timer = window.setTimeout(() => void ask(row), askAfterMs);
    },
    stop,
  };
}
