import type { Cell, Column, ColumnKind } from '../../../src/core/column';
import type { RowFilter, RowsQuery } from '../../../src/core/rowFilter';
import type { ScanProgress } from '../../../src/core/rowsProgress';
import type { FoundRow } from '../../../src/protocol/dataset';
import type { RowsOpened } from '../../../src/protocol/rows';
import { createButton } from '../../ui/components';
import { element } from '../../ui/dom';
import type { Formats } from '../../ui/format';
import type { Memory } from '../arrangement';
import type { GridColumn } from '../columnModel';
import type { Frame } from '../frame';
import type { GridHooks, MenuEntry } from '../gridHooks';
import type { RowsHost, RowsHostEvents } from '../rowsHost';
import type { RowsSession } from '../rowsSession';
import { textOf } from '../cellText';
import { openChipEditor } from './chipEditor';
import { drawChips } from './chipRow';
import { filterWords, joinWord, testOfValue } from './filterWords';
import { createFindBar, type FindBar } from './findBar';
import { createFindControl, type FindControl } from './findControl';
import { createFindMarks, type FindMarks } from './findMarks';
import { createQueryBar, type QueryBar } from './queryBar';
import { createQueryControl, type QueryControl } from './queryControl';
import {
  addFilter,
  changeChip,
  chipsOf,
  emptyQuery,
  fromQuery,
  removeChip,
  sortBy,
  switchChip,
  toQuery,
  type Chip,
  type QueryState,
} from './queryModel';
import { costWords, progressWords, shownWords } from './queryWords';
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

/** Progress is said in words once something has taken so long, milliseconds. */
const wordsAfterMs = 2000;

/** Everything that asks about all rows, on screen: find, filters, order. */
export class QuerySide implements Pick<RowsHostEvents, 'onViewProgress' | 'onFindProgress' | 'onApplyQuery'> {
  readonly control: QueryControl;
  readonly bar: QueryBar;
  private readonly find: FindBar;
  private readonly finder: FindControl;
  private readonly marks: FindMarks = createFindMarks();
  private readonly deps: QuerySideDeps;
  private readonly headers = new Map<HTMLElement, GridColumn>();
  private isAwaited = false;
  private isQuietTold = '';
  private drawn = '';
  private toldFound: ScanProgress | undefined;

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
      from: () => this.activeRow(),
    });
    this.find = createFindBar({
      onTest: (test) => {
        this.finder.look(this.control.shown.view, test);
        this.marks.set(test);
        if (test === undefined) this.marks.setCurrent(undefined);
      },
      onStep: (direction) => void this.finder.step(direction),
      onLeave: () => deps.session()?.grid?.focus(),
    });
    this.bar = createQueryBar(this.find, {
      onAdd: (anchor) => this.edit(undefined, anchor),
      onClear: () => this.clear(),
      onCancel: () => this.cancel(),
      onReadAll: () => this.control.readAll(),
      onSql: () => this.showSql(),
      onExport: deps.onExport,
      onInsight: deps.onInsight,
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

  /** Keys of the whole view; true if one of ours was meant. */
  onKey(event: KeyboardEvent): boolean {
    const isCommand = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const isTyping =
      event.target instanceof HTMLInputElement ||
      event.target instanceof HTMLTextAreaElement ||
      event.target instanceof HTMLSelectElement;
    const run = this.commandOf(key, event.code, isCommand, event.shiftKey, event.altKey, isTyping);
    run?.();
    return run !== undefined;
  }

  private commandOf(
    key: string,
    code: string,
    isCommand: boolean,
    isShift: boolean,
    isAlt: boolean,
    isTyping: boolean,
  ): (() => void) | undefined {
    if (isCommand && !isAlt) {
      if (key === 'f') return isShift ? () => this.filterByCell() : () => this.startFind();
      if (key === 's' && !isShift) return this.deps.onExport;
      if (isTyping) return undefined;
      if (key === 'z') return isShift ? () => this.redo() : () => this.undo();
      return key === 'y' && !isShift ? () => this.redo() : undefined;
    }
    if (key === 'f3') return () => void this.finder.step(isShift ? -1 : 1);
    if (isTyping || isCommand) return undefined;
    if (key === 'escape' && this.finder.test !== undefined) return () => this.find.clear();
    if (!isShift) return undefined;
    // With Alt the key may give another letter.
    if (code === 'KeyS') return () => this.sortByActive(isAlt);
    return key === 'f' && !isAlt ? () => this.topValues() : undefined;
  }

  startFind(): void {
    this.deps.onRows();
    this.find.start();
  }

  /** Adds a filter, as by a click on a value; the same value again changes nothing. */
  filterBy(filter: RowFilter): void {
    this.deps.onRows();
    const { state } = addFilter(this.control.state, filter);
    this.control.change(state);
    this.deps.frame().announcer.say(`Filter: ${filterWords(filter, this.kindOf)}`);
  }

  filterByCell(): void {
    const cell = this.activeCell();
    if (cell === undefined) this.edit(undefined, this.bar.addButton);
    else this.filterBy(testOfValue(cell.column, valueOf(cell.cell)));
  }

  sortByActive(isAdded: boolean): void {
    const cell = this.activeCell();
    if (cell !== undefined) this.sort(cell.column.name, isAdded);
  }

  topValues(): void {
    const cell = this.activeCell();
    if (cell !== undefined) this.deps.onTopValues(cell.column.name);
  }

  undo(): void {
    this.say(this.control.undo() ? 'Undone' : 'There is nothing to undo');
  }

  redo(): void {
    this.say(this.control.redo() ? 'Done again' : 'There is nothing to do again');
  }

  showSql(): void {
    const session = this.deps.session();
    if (session === undefined) return;
    const { hidden } = session.table.arrangement;
    const shown = session.gridColumns.filter(({ index, name }) => index >= 0 && !hidden.includes(name));
    this.deps.host.showAsSql(
      toQuery(this.control.state),
      shown.map(({ name }) => name),
    );
  }

  private hook(): void {
    const { hooks } = this.deps;
    hooks.headerClick = (column, event) => {
      if (column.role === 'identity' || column.role === 'value') this.sort(column.name, event.shiftKey);
    };
    hooks.rendered = (host) => this.marks.draw(host);
    hooks.cellMenu.push(({ column, cell }) => this.cellEntries(column, cell));
    hooks.headerMenu.push((column) => this.headerEntries(column));
  }

  /** Shows in a header how its column sorts, now and later. */
  readonly completeHeader = (header: HTMLElement, column: GridColumn): void => {
    for (const known of this.headers.keys()) if (!known.isConnected) this.headers.delete(known);
    this.headers.set(header, column);
    markSort(header, column, this.control.state.sort);
  };

  private cellEntries(column: GridColumn, cell: Cell): readonly MenuEntry[] {
    if (column.role === 'rowNumber' || column.role === 'absent') return [];
    const test = testOfValue(column, valueOf(cell));
    const value = textOf(cell);
    const isUser = column.isId && column.name.endsWith('user_id') && value !== null;
    return [
      { label: 'Filter by This Value', keys: 'Ctrl+Shift+F', icon: 'filter', onRun: () => this.filterBy(test) },
      {
        label: 'Leave This Value Out',
        onRun: () => this.filterBy({ ...test, ...negated(test.test) }),
      },
      { label: 'Filter This Column…', onRun: () => this.edit(undefined, this.bar.addButton, column.name) },
      { label: 'Top Values', keys: 'Shift+F', onRun: () => this.deps.onTopValues(column.name) },
      ...(isUser
        ? [{ label: 'Find This User', icon: 'person', onRun: (): void => this.deps.host.findUser(value) }]
        : []),
    ];
  }

  private headerEntries(column: GridColumn): readonly MenuEntry[] {
    if (column.role === 'rowNumber' || column.role === 'absent') return [];
    const { sort } = this.control.state;
    const now = sort.find((key) => key.column === column.name);
    const set = (descending: boolean | undefined) => (): void => {
      const rest = sort.filter((key) => key.column !== column.name);
      const key = { column: column.name, ...(descending === true ? { descending } : {}) };
      this.setSort(descending === undefined ? rest : [key]);
    };
    return [
      {
        label: 'Sort Ascending',
        keys: 'Shift+S',
        icon: 'arrow-up',
        isChecked: now?.descending === undefined && now !== undefined,
        onRun: set(false),
      },
      { label: 'Sort Descending', icon: 'arrow-down', isChecked: now?.descending === true, onRun: set(true) },
      {
        label: 'Sort By This Too',
        keys: 'Alt+Shift+S',
        isDisabled: sort.length === 0 || now !== undefined,
        onRun: () => this.sort(column.name, true),
      },
      { label: 'Do Not Sort', isDisabled: now === undefined, onRun: set(undefined) },
      { label: 'Filter…', icon: 'filter', onRun: () => this.edit(undefined, this.bar.addButton, column.name) },
      { label: 'Top Values', keys: 'Shift+F', onRun: () => this.deps.onTopValues(column.name) },
    ];
  }

  private sort(column: string, isAdded: boolean): void {
    this.setSort(sortBy(this.control.state.sort, column, isAdded));
  }

  private setSort(sort: QueryState['sort']): void {
    this.control.change({ ...this.control.state, sort });
    const words = sort.map(
      ({ column, descending }) => `${column} ${descending === true ? 'descending' : 'ascending'}`,
    );
    this.say(words.length === 0 ? 'Not sorted' : `Sorting by ${words.join(', then ')}`);
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

  /** Opens the editor for a chip, or for a new one (of a column, beside a chip). */
  private edit(chip: Chip | undefined, anchor: HTMLElement, column?: string, beside?: number): void {
    const session = this.deps.session();
    if (session === undefined || (chip !== undefined && chip.filter.kind !== 'test')) return;
    const { control } = this;
    const before = control.state;
    let id = chip?.id;
    openChipEditor(anchor.getBoundingClientRect(), {
      columns: session.columns,
      hasAbsent: session.parts.some(({ absent = [] }) => absent.length > 0),
      ...(chip?.filter.kind === 'test' ? { test: chip.filter } : {}),
      ...(column === undefined ? {} : { column }),
      alternative: joinWord(before, true),
      onPreview: (test) => {
        if (id === undefined) {
          const added = addFilter(before, test, beside);
          id = added.id;
          control.change(added.state, true);
        } else {
          const { id: known } = { id };
          control.change(
            changeChip(control.state, known, (one) => ({ ...one, filter: test })),
            true,
          );
        }
      },
      onClosed: (isCancelled) => {
        control.settle(before, !isCancelled);
        (this.chipAt(id) ?? this.bar.addButton).focus();
      },
      ...(chip === undefined ? {} : { onRemove: () => control.change(removeChip(control.state, chip.id)) }),
      onAlternative: () => {
        if (id !== undefined) this.edit(undefined, this.chipAt(id) ?? this.bar.addButton, undefined, id);
      },
    });
  }

  private chipAt(id: number | undefined): HTMLElement | undefined {
    return id === undefined ? undefined : this.bar.chip(id);
  }

  private show(view: number, length: number, isRunning: boolean): void {
    const { session } = this.deps;
    this.isAwaited = false;
    session()?.showView(view, length, isRunning);
    if (this.finder.test !== undefined) this.finder.look(view, this.finder.test);
    this.marks.setCurrent(undefined);
  }

  private goToMatch({ position, columns }: FoundRow): void {
    const session = this.deps.session();
    const [first] = columns;
    const active = session?.grid?.place().active?.column;
    const names = columns.map((index) => session?.columns[index]?.name);
    const name = active !== undefined && names.includes(active) ? active : names[0];
    if (session === undefined || first === undefined) return;
    session.grid?.goTo(position, name);
    this.marks.setCurrent(position);
  }

  private readonly kindOf = (name: string): ColumnKind =>
    this.deps.session()?.columns.find((column) => column.name === name)?.kind ?? 'text';

  private activeRow(): number {
    return this.deps.session()?.grid?.place().active?.row ?? -1;
  }

  private activeCell(): { readonly column: Column & { readonly isId?: boolean }; readonly cell: Cell } | undefined {
    const session = this.deps.session();
    const active = session?.grid?.place().active;
    const index = session?.columns.findIndex(({ name }) => name === active?.column) ?? -1;
    const column = session?.columns[index];
    const cell = active === undefined ? undefined : session?.cache.row(active.row)?.[index];
    return column === undefined || cell === undefined ? undefined : { column, cell };
  }

  private say(text: string): void {
    this.deps.frame().announcer.say(text);
  }

  /** Brings the bar, the banners and the status line up to what is known. */
  private draw(): void {
    this.drawChips();
    this.drawProgress();
    this.drawQuestion();
    this.drawEmpty();
    const { formats } = this.deps;
    const session = this.deps.session();
    this.find.setCount(this.finder.words(formats), this.finder.hasNone);
    this.find.setFault(this.finder.fault);
    this.tellFound();
    if (session !== undefined && this.isAwaited && (this.control.cost ?? this.control.fault) !== undefined) {
      // The query waits for an answer: until then all rows are there to be read.
      this.isAwaited = false;
      session.showView(0, 0, false);
    }
    const { shown } = this.control;
    const rows = shown.view === 0 ? (session?.length ?? 0) : shown.length;
    this.find.setPlaceholder(`Find in ${formats.plural(rows, 'row', 'rows')}`);
    this.deps.onView();
    this.deps.setRows(shown.view === 0 ? undefined : shownWords(shown, this.total(), formats));
  }

  /** Says once how many matches there are, when all rows were looked through. */
  private tellFound(): void {
    const { finder } = this;
    if (finder.progress === this.toldFound || finder.progress?.state !== 'complete') return;
    this.toldFound = finder.progress;
    this.say(finder.words(this.deps.formats));
  }

  private total(): { readonly rows: number; readonly isExact: boolean } {
    const progress = this.deps.session()?.progress;
    const isExact = progress?.state === 'complete';
    return { rows: isExact ? progress.rows : (progress?.estimatedRows ?? progress?.rows ?? 0), isExact };
  }

  private drawChips(): void {
    const { state } = this.control;
    const columns = this.deps.session()?.columns ?? [];
    const text = JSON.stringify([state, columns.length]);
    if (text === this.drawn) return;
    this.drawn = text;
    this.bar.setChips(
      drawChips(state, this.kindOf, {
        onEdit: (chip, anchor) => this.edit(chip, anchor),
        onSwitch: (chip) => this.control.change(switchChip(this.control.state, chip.id)),
        onRemove: (chip) => this.control.change(removeChip(this.control.state, chip.id)),
        onMatch: () =>
          this.control.change({ ...this.control.state, match: this.control.state.match === 'all' ? 'any' : 'all' }),
        onSort: (column, isRemoved) => this.turnSort(column, isRemoved),
      }),
    );
    for (const [header, column] of this.headers) markSort(header, column, state.sort);
  }

  private turnSort(column: string, isRemoved: boolean): void {
    const { sort } = this.control.state;
    this.setSort(
      isRemoved
        ? sort.filter((key) => key.column !== column)
        : sort.map((key) =>
            key.column === column ? { column, ...(key.descending === true ? {} : { descending: true }) } : key,
          ),
    );
  }

  private drawProgress(): void {
    const { control, finder, deps } = this;
    const running = control.pending ?? control.shown;
    const isAsking = control.pending !== undefined && control.cost === undefined;
    const all = [running.progress, finder.progress].filter((one) => one?.state === 'running');
    const long = all.find((one) => (one?.elapsed ?? 0) >= wordsAfterMs);
    deps.frame().setBusy('query', all.length > 0 || isAsking);
    this.bar.setProgress(long === undefined ? '' : progressWords(long, deps.formats));
    const { shown } = control;
    const isSample = shown.view !== 0 && shown.scope === 'sample';
    this.bar.setSample(
      isSample ? `from the first ${deps.formats.plural(shown.progress?.rowsDone ?? 0, 'row', 'rows')} only` : '',
    );
    const done =
      shown.progress?.state === 'running' || shown.view === 0 ? '' : shownWords(shown, this.total(), deps.formats);
    if (done !== this.isQuietTold && done !== '' && control.pending === undefined) this.say(done);
    this.isQuietTold = done;
  }

  /** The question of cost, or why a query was not begun: a line above the grid. */
  private drawQuestion(): void {
    const { control, finder, deps } = this;
    const cost = control.cost ?? finder.cost;
    const answer = (scope: 'all' | 'sample' | undefined) => (): void => {
      if (control.cost !== undefined) control.answer(scope);
      else finder.answer(scope);
    };
    deps.frame().setBanner(
      'cost',
      cost === undefined
        ? undefined
        : {
            severity: 'info',
            text: costWords(cost, deps.formats),
            actions: [
              { title: 'Read all', onClick: answer('all') },
              { title: 'First 10,000 rows instead', onClick: answer('sample') },
              { title: 'Cancel', onClick: answer(undefined) },
            ],
          },
    );
    const fault = control.fault ?? control.shown.failure;
    deps.frame().setBanner(
      'query',
      fault === undefined
        ? undefined
        : {
            severity: control.fault !== undefined && fault.actions.length === 0 ? 'warning' : 'error',
            text: `${fault.message} ${fault.hint}`.trim(),
            actions: fault.actions.map(({ id, title }) => ({ title, onClick: () => deps.host.act(id) })),
          },
    );
  }

  private isEmptyShown = false;

  /** What stands in the grid's place when no row passes. */
  private drawEmpty(): void {
    const { shown, pending } = this.control;
    const state = shown.progress?.state;
    const isEmpty = shown.view !== 0 && shown.length === 0 && state !== 'running' && state !== 'failed';
    if (!isEmpty) {
      if (this.isEmptyShown) this.deps.frame().setInstead(undefined);
      this.isEmptyShown = false;
      return;
    }
    if (pending !== undefined) return;
    this.isEmptyShown = true;
    const { filter } = shown.query;
    const what = filter === undefined ? '' : ` ${filterWords(filter, this.kindOf)}`;
    const sample = shown.scope === 'sample';
    const rows = this.deps.formats.plural(shown.progress?.rowsDone ?? 0, 'row', 'rows');
    this.deps
      .frame()
      .setInstead(
        element(
          'div',
          { class: 'empty-panel' },
          element(
            'p',
            {},
            sample ? `None of the first ${rows} matches` : 'No row matches',
            element('strong', {}, what),
            '.',
          ),
          element(
            'div',
            { class: 'button-row' },
            createButton({ label: 'Clear Filters', isPrimary: true, onClick: () => this.clear() }),
            sample ? createButton({ label: 'Read All', onClick: () => this.control.readAll() }) : undefined,
            chipsOf(this.control.state).length > 0 && this.control.canUndo
              ? createButton({ label: 'Undo', onClick: () => this.undo() })
              : undefined,
          ),
        ),
      );
  }
}

/** The text a filter compares with; absent is treated as NULL is. */
function valueOf(cell: Cell): string | null {
  return textOf(cell);
}

function negated(test: string): { readonly test: 'isNotNull' | 'differs'; readonly values?: readonly string[] } {
  if (test === 'isNull') return { test: 'isNotNull' };
  return test === 'isEmpty' ? { test: 'differs', values: [''] } : { test: 'differs' };
}
