import type { Formats } from '../ui/format';
import { openMenu, type MenuItem } from '../ui/menu';
import type { Memory } from './arrangement';
import { createCellHolder, type CellHolder } from './cellHolder';
import type { GridColumn } from './columnModel';
import { openColumnsPanel } from './columnsPanel';
import { createCopying, type Copying } from './copying';
import type { Frame } from './frame';
import type { Point } from './grid';
import type { GridHooks } from './gridHooks';
import type { SelectedCells } from './gridSelection';
import { densityItems, headerItems, moveColumn } from './headerMenu';
import type { RowsHost } from './rowsHost';
import type { RowsSession, SessionEvents } from './rowsSession';
import { createSummary, type Summary } from './selectionWords';

export interface GridSideOptions {
  readonly frame: Frame;
  readonly host: RowsHost;
  readonly memory: Memory;
  readonly formats: Formats;
  readonly hooks: GridHooks;
  readonly session: () => RowsSession | undefined;
  /** For the status line; empty: nothing is selected. */
  readonly onSummary: (text: string) => void;
  readonly onRecord: (row: number) => void;
  /** What is too much to copy can be written to a file. */
  readonly onExport?: (columns: readonly string[]) => void;
}

/** What can be done with cells and columns: selecting, copying, inspecting, arranging. */
export interface GridSide {
  readonly events: Pick<
    SessionEvents,
    'onInspect' | 'onCopy' | 'onSelected' | 'onMenu' | 'onHeaderMenu' | 'onColumns'
  >;
  /** The active cell moved. */
  follow(row: number): void;
  /** First rows are here: what was open opens again. */
  resume(): void;
  /** The part goes. */
  reset(): void;
  openColumns(): void;
  /** Keys of the whole view; true if it was one of ours. */
  onKey(event: KeyboardEvent): boolean;
}

export function createGridSide(options: GridSideOptions): GridSide {
  return new Side(options);
}

class Side implements GridSide {
  private readonly options: GridSideOptions;
  private readonly copying: Copying;
  private readonly summary: Summary;
  private readonly cell: CellHolder;

  constructor(options: GridSideOptions) {
    this.options = options;
    this.copying = createCopying({ ...options, onCopying: () => this.summary.hush() });
    this.summary = createSummary({
      formats: options.formats,
      session: options.session,
      onWords: options.onSummary,
      onAnnounce: (text) => options.frame.announcer.say(text),
    });
    this.cell = createCellHolder({ ...options, onCopy: (text, what) => this.copying.text(text, what) });
  }

  readonly events = {
    onInspect: (): void => this.inspect(),
    onCopy: (target: SelectedCells): void => void this.copying.plain(target),
    onSelected: (selected: SelectedCells | undefined): void => this.summary.show(selected),
    onMenu: (target: SelectedCells, cell: { readonly row: number; readonly column: GridColumn }, at: Point): void =>
      this.cellMenu(target, cell, at),
    onHeaderMenu: (column: GridColumn, at: Point): void => this.headerMenu(column, at),
    onColumns: (): void => this.cell.refresh(),
  };

  follow(row: number): void {
    this.cell.follow(row);
  }

  resume(): void {
    if (this.options.memory.state.isCellOpen) this.cell.open(false);
  }

  reset(): void {
    this.summary.show(undefined);
    this.cell.hide();
  }

  onKey(event: KeyboardEvent): boolean {
    const { frame, session } = this.options;
    const isCommand = event.ctrlKey || event.metaKey;
    const isInGrid = frame.gridHost.contains(document.activeElement);
    const key = event.key.toLowerCase();
    if (isCommand && event.shiftKey && !event.altKey && key === 'g') this.openColumns();
    else if (isCommand && event.shiftKey && !event.altKey && key === 'c' && isInGrid) {
      const target = session()?.grid?.target;
      if (target !== undefined) void this.copying.withHeaders(target);
    } else if (event.altKey && event.shiftKey && (key === 'arrowleft' || key === 'arrowright') && isInGrid)
      this.moveActiveColumn(key === 'arrowleft' ? -1 : 1);
    else if (key === 'escape' && this.cell.isOpen && (isInGrid || frame.cellHost.contains(document.activeElement)))
      this.cell.close();
    else return false;
    return true;
  }

  private moveActiveColumn(by: number): void {
    const session = this.options.session();
    const column = this.activeColumn();
    if (session === undefined || column === undefined) return;
    moveColumn(session, column, by, (text) => this.options.frame.announcer.say(text));
    session.grid?.goToColumn(column.id);
  }

  private activeColumn(): GridColumn | undefined {
    const session = this.options.session();
    const name = session?.grid?.place().active?.column;
    return session?.gridColumns.find((one) => one.name === name);
  }

  openColumns(): void {
    const session = this.options.session();
    if (session?.grid === undefined) return;
    openColumnsPanel(session, this.options.frame.gridHost.getBoundingClientRect(), this.options.frame.announcer);
  }

  private inspect(): void {
    if (this.cell.isOpen) this.cell.close();
    else this.cell.open(true);
  }

  private cellMenu(
    target: SelectedCells,
    { row, column }: { readonly row: number; readonly column: GridColumn },
    at: Point,
  ): void {
    const { hooks, session, onRecord } = this.options;
    const cell = session()?.cache.row(row)?.[column.index];
    const further = cell === undefined ? [] : hooks.cellMenu.map((entries) => entries({ row, column, cell }));
    openMenu({
      label: 'Cell',
      at,
      groups: [
        [
          { label: 'Copy', keys: 'Ctrl+C', onRun: () => void this.copying.plain(target) },
          {
            label: 'Copy with Headers',
            keys: 'Ctrl+Shift+C',
            onRun: () => void this.copying.withHeaders(target),
          },
          { label: 'Copy as…', onRun: () => this.copyMenu(target, at) },
        ],
        ...further,
        [
          { label: 'Show Cell', keys: 'Space', onRun: () => this.cell.open(true) },
          { label: 'Show Record', keys: 'Enter', onRun: () => onRecord(row) },
          { label: `Column ${column.name}…`, onRun: () => this.headerMenu(column, at) },
        ],
      ],
    });
  }

  private copyMenu(target: SelectedCells, at: Point): void {
    openMenu({ label: 'Copy as', at, groups: this.copying.menu(target) });
  }

  private headerMenu(column: GridColumn, at: Point): void {
    const session = this.options.session();
    if (session === undefined) return;
    const { hooks, frame } = this.options;
    const arranging = headerItems(session, column, {
      onCopied: (text, what) => this.copying.text(text, what),
      onUnit: (groups: readonly (readonly MenuItem[])[]) => openMenu({ label: 'Show as', at, groups }),
      onDensity: () => openMenu({ label: 'Row height', at, groups: [densityItems(session)] }),
      onColumns: () => this.openColumns(),
      announce: (text) => frame.announcer.say(text),
    });
    openMenu({
      label: column.name,
      at,
      groups: [...hooks.headerMenu.map((entries) => entries(column)), ...arranging],
    });
  }
}
