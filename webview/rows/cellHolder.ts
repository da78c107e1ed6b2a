import type { Column } from '../../src/core/column';
import { setShown } from '../ui/dom';
import { failureOf } from '../ui/failurePanel';
import type { Formats } from '../ui/format';
import type { Memory } from './arrangement';
import { createCellPane, type CellPane } from './cellPane';
import { isClipped } from './cellText';
import { maskedCell } from './columnDisplay';
import type { Frame } from './frame';
import type { RowsHost } from './rowsHost';
import type { RowsSession } from './rowsSession';
import { createSash } from './sash';

export interface CellHolderOptions {
  readonly frame: Frame;
  readonly host: RowsHost;
  readonly memory: Memory;
  readonly formats: Formats;
  readonly session: () => RowsSession | undefined;
  readonly onCopy: (text: string, what: string) => void;
}

/** The pane of one cell below the grid: there or not; it stays at the active cell. */
export interface CellHolder {
  readonly isOpen: boolean;
  open(isWished: boolean): void;
  follow(row: number): void;
  /** Columns are others, or shown otherwise. */
  refresh(): void;
  /** Because the person said so: it stays away. */
  close(): void;
  /** Because its part goes. */
  hide(): void;
}

/** While a person runs through cells with the arrow keys, only the value they stop at is fetched whole. */
const askAfterMs = 60;

export function createCellHolder(options: CellHolderOptions): CellHolder {
  return new Holder(options);
}

class Holder implements CellHolder {
  private readonly options: CellHolderOptions;
  private pane: CellPane | undefined;
  private asking: AbortController | undefined;
  private timer: number | undefined;

  constructor(options: CellHolderOptions) {
    this.options = options;
  }

  get isOpen(): boolean {
    return this.pane !== undefined;
  }

  open(isWished: boolean): void {
    const { frame, memory, formats, onCopy, session } = this.options;
    if (session()?.grid === undefined) return;
    if (this.pane === undefined) {
      const pane = createCellPane({ formats, onCopy, onClose: () => this.close() });
      const sash = createSash(
        frame.cellHost,
        memory.state.cellHeight,
        (cellHeight) => memory.change({ cellHeight }),
        {
          axis: 'vertical',
          label: 'Height of the cell',
          property: '--cell-height',
        },
      );
      frame.cellHost.replaceChildren(sash.element, pane.element);
      this.pane = pane;
      setShown(frame.cellHost, true);
      session()?.grid?.fit();
      if (isWished) memory.change({ isCellOpen: true });
    }
    const grid = session()?.grid;
    const active = grid?.place().active;
    if (active !== undefined) {
      if (isWished) grid?.reveal();
      this.follow(active.row);
    } else this.pane.showNothing();
  }

  follow(row: number): void {
    this.stop();
    const { pane } = this;
    const session = this.options.session();
    const name = session?.grid?.place().active?.column;
    if (pane === undefined || session === undefined || name === undefined) return;
    const column = session.gridColumns.find((one) => one.name === name && one.role !== 'rowNumber');
    const schema = session.columns[column?.index ?? -1];
    const cell = session.cache.row(row)?.[column?.index ?? -1];
    const place = session.placeOf(row);
    if (column === undefined || schema === undefined) {
      pane.showNothing();
      return;
    }
    const shown = cell !== undefined && column.isMasked === true ? maskedCell(cell) : cell;
    pane.show({ column, schema, place, cell: shown });
    if (cell === undefined || (isClipped(cell) && column.isMasked !== true))
      this.timer = window.setTimeout(() => void this.ask(session, row, schema), askAfterMs);
  }

  refresh(): void {
    const active = this.options.session()?.grid?.place().active;
    if (active !== undefined && this.pane !== undefined) this.follow(active.row);
  }

  close(): void {
    if (this.pane === undefined) return;
    const { frame, memory, session } = this.options;
    const hadFocus = frame.cellHost.contains(document.activeElement);
    this.hide();
    memory.change({ isCellOpen: false });
    session()?.grid?.fit();
    if (hadFocus) session()?.grid?.focus();
  }

  hide(): void {
    this.stop();
    this.pane = undefined;
    setShown(this.options.frame.cellHost, false);
    this.options.frame.cellHost.replaceChildren();
  }

  private stop(): void {
    this.asking?.abort();
    this.asking = undefined;
    window.clearTimeout(this.timer);
  }

  private async ask(session: RowsSession, row: number, schema: Column): Promise<void> {
    const mine = new AbortController();
    this.asking = mine;
    try {
      const { cells } = await this.options.host.record(row, mine.signal, session.view);
      const column = session.shownAs(session.columns.indexOf(schema));
      const cell = cells[session.columns.indexOf(schema)] ?? null;
      if (mine.signal.aborted || column === undefined) return;
      const shown = column.isMasked === true ? maskedCell(cell) : cell;
      this.pane?.show({ column, schema, place: session.placeOf(row), cell: shown });
    } catch (error) {
      if (mine.signal.aborted) return;
      const { message, hint } = failureOf(error, 'The value could not be read whole.');
      this.pane?.showFault(`${message} ${hint}`.trim());
    }
  }
}
