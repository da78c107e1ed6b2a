import type { ColumnKind } from '../../../src/core/column';
import type { FindTest, RowFilter, RowsQuery, SortKey } from '../../../src/core/rowFilter';
import type { FoundRow } from '../../../src/protocol/dataset';
import type { RowsOpened } from '../../../src/protocol/rows';
import type { Formats } from '../../ui/format';
import type { Memory } from '../arrangement';
import type { GridColumn } from '../columnModel';
import type { Frame } from '../frame';
import type { GridHooks } from '../gridHooks';
import type { RowsHost, RowsHostEvents } from '../rowsHost';
import type { RowsSession } from '../rowsSession';
import { activeCellOf, cellEntries, testOfWhole, type DataCell } from './cellFilters';
import { editChip, type EditStart } from './chipEditing';
import { drawChips, type ChipActions } from './chipRow';
import { filterWords, oppositeOf, type ColumnsInWords } from './filterWords';
import { createFindBar, type FindBar } from './findBar';
import { createFindControl, type FindControl } from './findControl';
import { createFindMarks, type FindMarks } from './findMarks';
import { createQueryBar, type QueryBar } from './queryBar';
import { createQueryControl, type QueryControl } from './queryControl';
import { commandOf } from './queryKeys';
import {
  addFilter,
  emptyQuery,
  fromQuery,
  removeChip,
  sortBy,
  switchChip,
  toQuery,
  turnSort,
  type QueryState,
} from './queryModel';
import { createQueryStatus, type QueryStatus } from './queryStatus';
import { searchedWords, shownWords, type Total } from './queryWords';
import { headerEntries, sortingWords } from './sortEntries';
import { markSort } from './sortMarks';

export interface QuerySideDeps {
  readonly host: RowsHost;
  readonly hooks: GridHooks;
  readonly memory: Memory;
  readonly formats: Formats;
  readonly frame: () => Frame;
  readonly session: () => RowsSession | undefined;
  readonly onRows: () => void;
  readonly onExport: () => void;
  readonly onTopValues: (column: string) => void;
  readonly onInsight: () => void;
  /** Other rows may be shown, or it may be known better which. */
  readonly onView: () => void;
  /** In the status line, in place of how many rows there are; undefined: as it is. */
  readonly setRows: (text: string | undefined) => void;
}

/** Everything that asks about all rows, on screen: find, filters, order. */
export class QuerySide implements Pick<RowsHostEvents, 'onViewProgress' | 'onFindProgress' | 'onApplyQuery'> {
  readonly control: QueryControl;
  readonly bar: QueryBar;
  /** For words about filters: what is masked is masked there too. */
  readonly columns: ColumnsInWords = {
    kindOf: (name): ColumnKind =>
      this.deps.session()?.columns.find((column) => column.name === name)?.kind ?? 'text',
    isMasked: (name) => this.deps.session()?.isMasked(name) === true,
  };
  private readonly find: FindBar;
  private readonly finder: FindControl;
  private readonly marks: FindMarks = createFindMarks();
  private readonly status: QueryStatus;
  private readonly deps: QuerySideDeps;
  private readonly headers = new Map<HTMLElement, GridColumn>();
  private isAwaited = false;
  private drawn = '';
  private typed: FindTest | undefined;

  constructor(deps: QuerySideDeps) {
    this.deps = deps;
    this.control = createQueryControl(deps.host, {
      onShow: (view, length, isRunning) => this.show(view, length, isRunning),
      onLength: (length, isRunning) => deps.session()?.setViewLength(length, isRunning),
      onChange: () => this.draw(),
      onRemember: (query) => deps.memory.change({ query }),
    });
    this.finder = createFindControl(deps.host, {
      onFound: (found) => this.goToMatch(found),
      onChange: () => this.draw(),
      from: () => deps.session()?.grid?.place().active?.row ?? -1,
    });
    this.find = createFindBar({
      onTest: (test) => this.look(test),
      onStep: (direction) => void this.finder.step(direction),
      onLeave: () => deps.session()?.grid?.focus(),
    });
    this.bar = createQueryBar(this.find, {
      onAdd: (anchor) => this.edit({ anchor }),
      onClear: () => this.clear(),
      onCancel: () => this.cancel(),
      onReadAll: () => this.control.readAll(),
      onSql: () => this.showSql(),
      onExport: deps.onExport,
      onInsight: deps.onInsight,
    });
    this.status = createQueryStatus({
      ...deps,
      control: this.control,
      finder: this.finder,
      bar: this.bar,
      columns: this.columns,
      total: () => this.total(),
      onClear: () => this.clear(),
      onUndo: () => this.undo(),
      say: (text) => this.say(text),
    });
    this.hook();
  }

  /** The query to begin with, and whether the rows have to wait for it. */
  begin(opened: RowsOpened): { readonly state: QueryState; readonly isAwaited: boolean } {
    const state =
      opened.query === undefined ? (this.deps.memory.state.query ?? emptyQuery) : fromQuery(opened.query);
    const known = new Set(opened.columns.map(({ name }) => name));
    const sort = state.sort.filter(({ column }) => known.has(column));
    const { filter, sort: keys = [] } = toQuery({ ...state, sort });
    return { state: { ...state, sort }, isAwaited: filter !== undefined || keys.length > 0 };
  }

  /** The part was opened, anew perhaps, and its session is there. */
  opened(state: QueryState, isAwaited: boolean): void {
    this.isAwaited = isAwaited;
    this.headers.clear();
    this.find.clear();
    this.control.restart(state);
    this.draw();
  }

  onViewProgress: NonNullable<RowsHostEvents['onViewProgress']> = (news) => this.control.onProgress(news);
  onFindProgress: NonNullable<RowsHostEvents['onFindProgress']> = (news) => this.finder.onProgress(news);
  onApplyQuery = (query: RowsQuery): void => {
    this.deps.onRows();
    this.control.change(fromQuery(query));
  };

  /** How many rows there are, and the like, has changed. */
  partChanged(): void {
    this.draw();
  }

  /** There are other columns, or others are masked: what is masked is not searched. */
  columnsChanged(): void {
    if (JSON.stringify(this.searched(this.typed)) !== JSON.stringify(this.finder.test)) this.look(this.typed);
    this.draw();
  }

  /** Keys of the whole view; true if one of ours was meant. */
  onKey(event: KeyboardEvent): boolean {
    const run = commandOf(event, {
      find: () => this.startFind(),
      endFind: () => this.find.clear(),
      isFinding: () => this.finder.test !== undefined,
      step: (direction) => void this.finder.step(direction),
      filterByCell: () => this.filterByActive(),
      exportRows: this.deps.onExport,
      undo: () => this.undo(),
      redo: () => this.redo(),
      sort: (isAdded) => this.withActive(({ column }) => this.sort(column.name, isAdded)),
      topValues: () => this.withActive(({ column }) => this.deps.onTopValues(column.name)),
    });
    run?.();
    return run !== undefined;
  }

  /** Adds a filter, as by a click on a value; the same value again changes nothing. */
  filterBy(filter: RowFilter): void {
    this.deps.onRows();
    this.control.change(addFilter(this.control.state, filter).state);
    this.say(`Filter: ${filterWords(filter, this.columns)}`);
  }

  private startFind(): void {
    this.deps.onRows();
    this.find.start();
  }

  private filterByActive(): void {
    const cell = activeCellOf(this.deps.session());
    if (cell === undefined) this.edit({ anchor: this.bar.addButton });
    else void this.filterByCell(cell, false);
  }

  private async filterByCell(cell: DataCell, isOut: boolean): Promise<void> {
    const session = this.deps.session();
    if (session === undefined) return;
    const test = await testOfWhole(cell, session, this.deps.host);
    const wanted = isOut ? oppositeOf(test) : test;
    if (this.deps.session() !== session) return;
    if (wanted === undefined) this.say('The value is too long to be left out.');
    else this.filterBy(wanted);
  }

  private withActive(run: (cell: DataCell) => void): void {
    const cell = activeCellOf(this.deps.session());
    if (cell !== undefined) run(cell);
  }

  private undo(): void {
    this.say(this.control.undo() ? 'Undone' : 'There is nothing to undo');
  }

  private redo(): void {
    this.say(this.control.redo() ? 'Done again' : 'There is nothing to do again');
  }

  showSql(): void {
    const session = this.deps.session();
    if (session === undefined) return;
    this.deps.host.showAsSql(toQuery(this.control.state), session.shownNames);
  }

  private hook(): void {
    const { hooks, host, onTopValues } = this.deps;
    const onEdit = (column: string): void => this.edit({ anchor: this.bar.addButton, column });
    hooks.headerClick = (column, event) => {
      if (column.role === 'identity' || column.role === 'value') this.sort(column.name, event.shiftKey);
    };
    hooks.rendered = (grid) => this.marks.draw(grid);
    hooks.cellMenu.push((cell) =>
      cellEntries(cell, this.deps.session(), {
        onFilter: (target, isOut) => void this.filterByCell(target, isOut),
        onEdit,
        onTopValues,
        onUser: (id) => host.findUser(id),
      }),
    );
    hooks.headerMenu.push((column) =>
      headerEntries(column, this.control.state.sort, { onSort: (keys) => this.setSort(keys), onEdit, onTopValues }),
    );
  }

  /** Shows in a header how its column sorts, now and later. */
  readonly completeHeader = (header: HTMLElement, column: GridColumn): void => {
    for (const known of this.headers.keys()) if (!known.isConnected) this.headers.delete(known);
    this.headers.set(header, column);
    markSort(header, column, this.control.state.sort);
  };

  private sort(column: string, isAdded: boolean): void {
    this.setSort(sortBy(this.control.state.sort, column, isAdded));
  }

  private setSort(sort: readonly SortKey[]): void {
    this.control.change({ ...this.control.state, sort });
    this.say(sortingWords(sort));
  }

  private clear(): void {
    this.control.change(emptyQuery);
    this.bar.addButton.focus();
    this.say('Filters and order cleared');
  }

  private cancel(): void {
    if (this.finder.progress?.state === 'running') this.finder.look(this.control.shown.view, undefined);
    this.control.cancel();
    this.say('Cancelled');
  }

  private edit(start: EditStart): void {
    const { frame, session } = this.deps;
    editChip({ control: this.control, bar: this.bar, frame, session }, start);
  }

  /** Looks for what was typed, where it may be told. */
  private look(typed: FindTest | undefined): void {
    this.typed = typed;
    const test = this.searched(typed);
    this.finder.look(this.control.shown.view, test);
    this.marks.set(test);
    if (test === undefined) this.marks.setCurrent(undefined);
  }

  private searched(typed: FindTest | undefined): FindTest | undefined {
    const all = this.deps.session()?.columns ?? [];
    const open = all.filter(({ name }) => !this.columns.isMasked(name));
    return typed === undefined || open.length === all.length
      ? typed
      : { ...typed, columns: open.map(({ name }) => name) };
  }

  private show(view: number, length: number, isRunning: boolean): void {
    this.isAwaited = false;
    this.deps.session()?.showView(view, length, isRunning);
    if (this.finder.test !== undefined) this.finder.look(view, this.finder.test);
    this.marks.setCurrent(undefined);
  }

  private goToMatch({ position, columns }: FoundRow): void {
    const session = this.deps.session();
    const active = session?.grid?.place().active?.column;
    const names = columns.map((index) => session?.columns[index]?.name);
    const name = active !== undefined && names.includes(active) ? active : names[0];
    if (session === undefined || name === undefined) return;
    session.grid?.goTo(position, name);
    this.marks.setCurrent(position);
  }

  private say(text: string): void {
    this.deps.frame().announcer.say(text);
  }

  /** Brings the bar, the banners and the status line up to what is known. */
  private draw(): void {
    const { formats } = this.deps;
    const session = this.deps.session();
    this.drawChips();
    this.status.draw();
    this.find.setCount(this.finder.words(formats), this.finder.hasNone);
    this.find.setFault(this.finder.fault);
    if (session !== undefined && this.isAwaited && (this.control.cost ?? this.control.fault) !== undefined) {
      // The query waits for an answer: until then all rows are there to be read.
      this.isAwaited = false;
      session.showView(0, 0, false);
    }
    const { shown } = this.control;
    this.find.setPlaceholder(`Find in ${searchedWords(shown, this.total(), formats)}`);
    this.deps.onView();
    this.deps.setRows(shown.view === 0 ? undefined : shownWords(shown, this.total(), formats));
  }

  private total(): Total {
    const progress = this.deps.session()?.progress;
    const isExact = progress?.state === 'complete';
    return { rows: isExact ? progress.rows : (progress?.estimatedRows ?? progress?.rows ?? 0), isExact };
  }

  private drawChips(): void {
    const { control, columns } = this;
    const { state } = control;
    const session = this.deps.session();
    const text = JSON.stringify([state, session?.columns.length, session?.table.arrangement.masked]);
    if (text === this.drawn) return;
    this.drawn = text;
    this.bar.setChips(drawChips(state, columns, this.chipActions));
    for (const [header, column] of this.headers) markSort(header, column, state.sort);
  }

  private readonly chipActions: ChipActions = {
    onEdit: (chip, anchor) => this.edit({ chip, anchor }),
    onSwitch: (chip) => this.control.change(switchChip(this.control.state, chip.id)),
    onRemove: (chip) => this.control.change(removeChip(this.control.state, chip.id)),
    onMatch: () => {
      const { state } = this.control;
      this.control.change({ ...state, match: state.match === 'all' ? 'any' : 'all' });
    },
    onSort: (column, isRemoved) => this.setSort(turnSort(this.control.state.sort, column, isRemoved)),
  };
}
