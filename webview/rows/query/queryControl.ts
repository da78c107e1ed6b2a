import type { RowsQuery } from '../../../src/core/rowFilter';
import type { ScanCost, ScanProgress } from '../../../src/core/rowsProgress';
import type { Scope } from '../../../src/protocol/rowsQuery';
import type { FailureView } from '../../../src/protocol/view';
import { failureOf } from '../../ui/failurePanel';
import type { RowsHost, ViewState } from '../rowsHost';
import { createHistory, emptyQuery, toQuery, type QueryState } from './queryModel';

/** What the rows that are shown are the answer to. */
export interface ShownView {
  readonly view: number;
  readonly query: RowsQuery;
  readonly scope: 'sample' | 'all';
  readonly length: number;
  /** Absent for view 0, all rows as they lie, and until there is news of another. */
  readonly progress?: ScanProgress;
  readonly failure?: FailureView;
}

export interface QueryEvents {
  /** Shows another view's rows from the first. */
  readonly onShow: (view: number, length: number, isRunning: boolean) => void;
  /** More of the rows shown are known, or all are. */
  readonly onLength: (length: number, isRunning: boolean) => void;
  /** Anything that the bar or the status line shows has changed. */
  readonly onChange: () => void;
  /** The chips changed: write them down. */
  readonly onRemember: (state: QueryState) => void;
}

/** From chips to rows: one query at a time, the latest wins; the rows that are shown stay until the next ones are here. */
export interface QueryControl {
  readonly state: QueryState;
  readonly shown: ShownView;
  /** Being looked for, while other rows are still shown. */
  readonly pending: ShownView | undefined;
  /** Asked before the pending query is begun. */
  readonly cost: ScanCost | undefined;
  /** Why the latest query was not begun. */
  readonly fault: FailureView | undefined;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** A change that can be undone. `isPreview`: while a person types; not a step of its own. */
  change(next: QueryState, isPreview?: boolean): void;
  /** What was previewed since `before` becomes one step, or, cancelled, none. */
  settle(before: QueryState, isKept: boolean): void;
  undo(): boolean;
  redo(): boolean;
  /** Answers the question of cost; `undefined`: leave the rows as they are. */
  answer(scope: Exclude<Scope, 'ask'> | undefined): void;
  /** Reads all after a sample. */
  readAll(): void;
  cancel(): void;
  onProgress(news: ViewState & { readonly length: number }): void;
  /** The rows were lost, and the views with them: nothing is looked for until `restart`. What is shown stays; what is asked meanwhile is only kept. */
  close(): void;
  /** The part was opened anew: its views are gone, the query is asked again. */
  restart(state: QueryState): void;
}

const allRows: ShownView = { view: 0, query: {}, scope: 'all', length: 0 };

export function createQueryControl(host: RowsHost, events: QueryEvents): QueryControl {
  return new Control(host, events);
}

class Control implements QueryControl {
  state: QueryState = emptyQuery;
  shown: ShownView = allRows;
  pending: ShownView | undefined;
  cost: ScanCost | undefined;
  fault: FailureView | undefined;
  private readonly host: RowsHost;
  private readonly events: QueryEvents;
  private readonly history = createHistory();
  private lastView = 0;
  /** The view that the host has begun: before it says so, rows of it cannot be asked for. */
  private begun = 0;
  private isClosed = false;

  constructor(host: RowsHost, events: QueryEvents) {
    this.host = host;
    this.events = events;
  }

  get canUndo(): boolean {
    return this.history.canUndo;
  }

  get canRedo(): boolean {
    return this.history.canRedo;
  }

  change(next: QueryState, isPreview = false): void {
    if (JSON.stringify(next) === JSON.stringify(this.state)) return;
    if (!isPreview) this.history.push(this.state);
    this.go(next);
  }

  settle(before: QueryState, isKept: boolean): void {
    if (JSON.stringify(before) === JSON.stringify(this.state)) return;
    if (isKept) this.history.push(before);
    else this.go(before);
    this.events.onChange();
  }

  undo(): boolean {
    const before = this.history.undo(this.state);
    if (before !== undefined) this.go(before);
    return before !== undefined;
  }

  redo(): boolean {
    const after = this.history.redo(this.state);
    if (after !== undefined) this.go(after);
    return after !== undefined;
  }

  answer(scope: Exclude<Scope, 'ask'> | undefined): void {
    const { pending } = this;
    this.cost = undefined;
    if (pending === undefined) return;
    if (scope === undefined) this.drop();
    else void this.ask({ ...pending, scope }, scope);
    this.events.onChange();
  }

  readAll(): void {
    const query = toQuery(this.state);
    if (isEmpty(query) || this.isClosed) return;
    this.drop();
    void this.ask({ view: ++this.lastView, query, scope: 'all', length: 0 }, 'all');
  }

  cancel(): void {
    const running = this.pending ?? this.shown;
    if (running.view !== 0) this.host.cancelView(running.view);
    // Nothing of it may ever come: what is shown stays what it is.
    if (this.pending !== undefined && this.pending.progress === undefined) this.drop();
    this.events.onChange();
  }

  onProgress({ view, length, progress, failure }: ViewState & { readonly length: number }): void {
    const known = { length, progress, scope: progress.scope, ...(failure === undefined ? {} : { failure }) };
    if (view === this.pending?.view) {
      this.pending = { ...this.pending, ...known };
      this.showPending();
    } else if (view === this.shown.view && view !== 0) {
      this.shown = { ...this.shown, ...known };
      this.events.onLength(length, progress.state === 'running');
    } else return;
    this.events.onChange();
  }

  /** Shows what was looked for, once the host has it and there is something to show. */
  private showPending(): void {
    const { pending } = this;
    if (pending?.progress === undefined || pending.view !== this.begun) return;
    const { state } = pending.progress;
    if (state === 'cancelled' && pending.length === 0) this.giveUp();
    else if (pending.length > 0 || state !== 'running') this.show(pending);
  }

  close(): void {
    this.isClosed = true;
    this.pending = undefined;
    this.cost = undefined;
    this.fault = undefined;
    this.events.onChange();
  }

  restart(state: QueryState): void {
    this.isClosed = false;
    this.state = state;
    this.shown = allRows;
    this.pending = undefined;
    this.cost = undefined;
    this.fault = undefined;
    this.start();
  }

  /** Cancelled before there was a row to show. */
  private giveUp(): void {
    this.drop();
    this.fault = {
      message: 'Cancelled before a row was found.',
      hint: 'The rows shown are those from before.',
      actions: [],
    };
  }

  private go(next: QueryState): void {
    this.state = next;
    this.events.onRemember(next);
    this.start();
  }

  /** Begins what the chips say, unless it is shown or under way. */
  private start(): void {
    const query = toQuery(this.state);
    const text = JSON.stringify(query);
    if (this.pending !== undefined && JSON.stringify(this.pending.query) === text) return;
    this.drop();
    this.fault = undefined;
    if (!this.isClosed && JSON.stringify(this.shown.query) !== text) {
      if (isEmpty(query)) this.show(allRows);
      else void this.ask({ view: ++this.lastView, query, scope: 'all', length: 0 }, 'ask');
    }
    this.events.onChange();
  }

  /** Lets go of what is looked for. */
  private drop(): void {
    if (this.pending !== undefined) this.host.closeView(this.pending.view);
    this.pending = undefined;
    this.cost = undefined;
  }

  private async ask(wanted: ShownView, scope: Scope): Promise<void> {
    this.pending = wanted;
    try {
      const answer = await this.host.openView(wanted.view, wanted.query, scope);
      if (this.isPending(wanted.view) && answer !== null) this.cost = answer.asks;
      else if (this.isPending(wanted.view)) {
        this.begun = wanted.view;
        this.showPending();
      }
    } catch (error) {
      if (this.isPending(wanted.view)) {
        this.pending = undefined;
        this.fault = failureOf(error, 'The rows could not be looked through.');
      }
    }
    this.events.onChange();
  }

  private isPending(view: number): boolean {
    return this.pending?.view === view;
  }

  private show(next: ShownView): void {
    if (this.shown.view !== 0) this.host.closeView(this.shown.view);
    this.shown = next;
    this.pending = undefined;
    this.cost = undefined;
    this.events.onShow(next.view, next.length, next.progress?.state === 'running');
  }
}

function isEmpty(query: RowsQuery): boolean {
  return query.filter === undefined && (query.sort ?? []).length === 0;
}
