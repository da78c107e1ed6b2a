import { type FailureData, failureToData } from '../../core/failure';
import type { ScanProgress } from '../../core/rowsProgress';
import type { ScanOptions } from './dataset';

/** What is told of a scan while it runs. */
export interface ScanTracker {
  rowsDone: number;
  matched: number;
  bytesDone: number;
  bytesTotal: number;
  note: string | undefined;
  progress(): ScanProgress;
  /** More has been done: told on at most twenty times a second. */
  update(): void;
  /** It has come to its end; with what ended it, if that was not the last row. Told at once. */
  end(error?: unknown): void;
}

const intervalMs = 50;

export function createScanTracker({ scope, onProgress }: Pick<ScanOptions, 'scope' | 'onProgress'>): ScanTracker {
  const start = performance.now();
  let told = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let ended: { readonly elapsed: number; readonly failure?: FailureData } | undefined;
  const state = (): ScanProgress['state'] => {
    if (ended === undefined) return 'running';
    if (ended.failure === undefined) return 'complete';
    return ended.failure.code === 'cancelled' ? 'cancelled' : 'failed';
  };
  const tell = (): void => {
    clearTimeout(timer);
    timer = undefined;
    told = performance.now();
    onProgress?.(tracker.progress());
  };
  const tracker: ScanTracker = {
    rowsDone: 0,
    matched: 0,
    bytesDone: 0,
    bytesTotal: 0,
    note: undefined,
    progress() {
      const failure = ended?.failure;
      const { rowsDone, matched, bytesDone, bytesTotal, note } = tracker;
      return {
        state: state(),
        ...(failure === undefined || failure.code === 'cancelled' ? {} : { failure }),
        scope,
        rowsDone,
        matched,
        bytesDone,
        bytesTotal: Math.max(bytesDone, bytesTotal),
        elapsed: Math.round(ended?.elapsed ?? performance.now() - start),
        ...(note === undefined ? {} : { note }),
      };
    },
    update() {
      if (onProgress === undefined || ended !== undefined) return;
      const left = told + intervalMs - performance.now();
      if (left > 0) {
        // If nothing more comes for a while, this must be told all the same.
        timer ??= setTimeout(tell, left);
      } else tell();
    },
    end(error) {
      if (ended !== undefined) return;
      clearTimeout(timer);
      const elapsed = performance.now() - start;
      ended = error === undefined ? { elapsed } : { elapsed, failure: failureToData(error) };
      onProgress?.(tracker.progress());
    },
  };
  return tracker;
}
