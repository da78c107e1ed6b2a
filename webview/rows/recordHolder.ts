import { setShown } from '../ui/dom';
import type { Formats } from '../ui/format';
import type { Memory } from './arrangement';
import { createRecordControl, type RecordControl } from './recordControl';
import { createRecordPane, type RecordPane } from './recordPane';
import type { RowsHost } from './rowsHost';
import type { RowsSession } from './rowsSession';
import { createSash } from './sash';

export interface RecordHolderOptions {
  /** The place beside the grid. */
  readonly place: HTMLElement;
  readonly host: RowsHost;
  readonly memory: Memory;
  readonly formats: Formats;
  readonly onStep: (by: 1 | -1) => void;
  readonly onCopy: (text: string, what: string) => void;
  readonly onShown: (isShown: boolean) => void;
}

/** The record beside the grid: there or not, and at which row. */
export interface RecordHolder {
  readonly isOpen: boolean;
  /** Opens it if need be. */
  open(session: RowsSession, row: number, isFocusWanted: boolean): void;
  /** Columns are others, or shown otherwise. */
  refresh(session: RowsSession, row: number): void;
  /** Follows the grid, if it is open. */
  follow(row: number): void;
  /** Takes it away because the person said so: it stays away when the tab comes back. */
  close(session: RowsSession | undefined): void;
  /** Takes it away because its part goes. */
  hide(): void;
}

export function createRecordHolder(options: RecordHolderOptions): RecordHolder {
  return new Holder(options);
}

class Holder implements RecordHolder {
  private readonly options: RecordHolderOptions;
  /** Those that the pane shows. */
  private columns: RowsSession['columns'] | undefined;
  private shown: { readonly pane: RecordPane; readonly control: RecordControl } | undefined;

  constructor(options: RecordHolderOptions) {
    this.options = options;
  }

  get isOpen(): boolean {
    return this.shown !== undefined;
  }

  open(session: RowsSession, row: number, isFocusWanted: boolean): void {
    this.shown ??= this.make(session);
    this.shown.control.show(row);
    if (isFocusWanted) this.shown.pane.focus();
  }

  refresh(session: RowsSession, row: number): void {
    if (this.shown === undefined) return;
    if (this.columns !== session.columns) {
      const hadFocus = this.options.place.contains(document.activeElement);
      this.shown.control.stop();
      this.shown = this.make(session);
      if (hadFocus) this.shown.pane.focus();
    }
    this.shown.control.show(row);
  }

  follow(row: number): void {
    this.shown?.control.show(row);
  }

  close(session: RowsSession | undefined): void {
    if (this.shown === undefined) return;
    const hadFocus = this.options.place.contains(document.activeElement);
    this.hide();
    this.options.memory.change({ isRecordOpen: false });
    session?.grid?.fit();
    if (hadFocus) session?.grid?.focus();
  }

  hide(): void {
    this.shown?.control.stop();
    this.shown = undefined;
    setShown(this.options.place, false);
    this.options.place.replaceChildren();
    this.options.onShown(false);
  }

  private make(session: RowsSession): { readonly pane: RecordPane; readonly control: RecordControl } {
    const { place, host, memory, formats, onStep, onCopy, onShown } = this.options;
    this.columns = session.columns;
    const pane = createRecordPane(session.columns, formats, {
      shownAs: (index) => session.shownAs(index),
      onStep,
      onClose: () => this.close(session),
      onCopy,
    });
    const sash = createSash(place, memory.state.recordWidth, (recordWidth) => memory.change({ recordWidth }));
    place.replaceChildren(sash.element, pane.element);
    setShown(place, true);
    onShown(true);
    memory.change({ isRecordOpen: true });
    session.grid?.fit();
    return { pane, control: createRecordControl(pane, session, host) };
  }
}
