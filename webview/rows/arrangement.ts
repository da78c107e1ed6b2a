import type { WebviewHost } from '../ui/hostPort';
import { parseViewState, type RowsViewState } from './viewState';

const writeAfterMs = 150;

/** The view's memory: read once, written a moment after the last change. */
export interface Memory {
  readonly state: RowsViewState;
  change(part: Partial<RowsViewState>): void;
}

export function createMemory(host: WebviewHost): Memory {
  let state = parseViewState(host.recall());
  let timer: number | undefined;
  const write = (): void => {
    timer = undefined;
    host.remember(state);
  };
  // A hidden tab is thrown away: what is not written by then is lost.
  window.addEventListener('pagehide', () => {
    if (timer !== undefined) write();
  });
  return {
    get state() {
      return state;
    },
    change(part) {
      state = { ...state, ...part };
      timer ??= window.setTimeout(write, writeAfterMs);
    },
  };
}
