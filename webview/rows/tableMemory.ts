import { isFreshArrangement, parseArrangement } from '../../src/core/parseArrangement';
import { freshArrangement, type RowsArrangement } from '../../src/core/rowsArrangement';
import type { Memory } from './arrangement';

const tellAfterMs = 300;

/** How the rows of this table are arranged: remembered for the table by the host, and by this tab as it last had it. */
export interface TableMemory {
  readonly arrangement: RowsArrangement;
  change(part: Partial<RowsArrangement>): void;
  /** Writes what is not written yet, and ends. */
  dispose(): void;
}

/** `known`: what the host remembers of the table. A host that remembers nothing leaves it to the tab's own memory. */
export function createTableMemory(
  known: RowsArrangement,
  memory: Memory,
  tell: (arrangement: RowsArrangement) => void,
): TableMemory {
  const ofTab = parseArrangement(memory.state.arrangement) ?? freshArrangement;
  let arrangement = isFreshArrangement(known) ? ofTab : known;
  let timer: number | undefined;
  const write = (): void => {
    window.clearTimeout(timer);
    if (timer === undefined) return;
    timer = undefined;
    tell(arrangement);
  };
  // A hidden tab is thrown away: what is not told by then is lost.
  window.addEventListener('pagehide', write);
  return {
    get arrangement() {
      return arrangement;
    },
    change(part) {
      arrangement = { ...arrangement, ...part };
      memory.change({ arrangement });
      timer ??= window.setTimeout(write, tellAfterMs);
    },
    dispose() {
      write();
      window.removeEventListener('pagehide', write);
    },
  };
}
