import type { Cell, Column } from '../../../src/core/column';
import { hintPersonalData } from '../../../src/core/personalData';
import type { RowFilter } from '../../../src/core/rowFilter';
import type { RowsHostEvents } from '../rowsHost';
import { createLinkButton } from '../../ui/components';
import { element } from '../../ui/dom';
import type { Formats } from '../../ui/format';
import type { Memory } from '../arrangement';
import type { GridColumn } from '../columnModel';
import type { Frame } from '../frame';
import type { ShownView } from '../query/queryControl';
import { createPopover } from '../query/popover';
import type { RowsHost } from '../rowsHost';
import type { RowsSession } from '../rowsSession';
import { drawCard } from './columnCard';
import { drawInsight } from './headerInsight';
import { scopeWords } from './insightModel';
import { createStatisticsStore, type StatisticsStore } from './statisticsStore';
import { createStatisticsTab, type RowsChoice, type StatisticsTab } from './statisticsTab';

export interface StatisticsSideDeps {
  readonly host: RowsHost;
  readonly memory: Memory;
  readonly formats: Formats;
  readonly frame: () => Frame;
  readonly session: () => RowsSession | undefined;
  readonly shown: () => ShownView;
  readonly onFilter: (filter: RowFilter) => void;
  readonly onTab: () => void;
  readonly onInsightShown: (isShown: boolean) => void;
}

/** Top values in the window over the grid. */
const mostValues = 20;
/** Cells looked at to tell what may be personal. */
const hintedRows = 200;

/** What is known of the columns' values: in the headers, in the tab, and in the window of top values. */
export class StatisticsSide {
  private readonly deps: StatisticsSideDeps;
  /** Of all rows, and of those that pass the filter: what is known of the one is kept while the other is looked at. */
  private readonly whole: StatisticsStore;
  private readonly filtered: StatisticsStore;
  private isFiltered = false;
  /** The tab tells of all rows, though a filter is on. */
  private isTabOfAll = false;
  private lastId = 0;
  private readonly headers = new Map<string, { readonly header: HTMLElement; readonly column: GridColumn }>();
  private tab: StatisticsTab | undefined;
  private isTabDue = true;
  private drawnColumns = '';
  private refreshPopover: (() => void) | undefined;

  constructor(deps: StatisticsSideDeps) {
    this.deps = deps;
    this.whole = this.createStore();
    this.filtered = this.createStore();
  }

  onStatistics: NonNullable<RowsHostEvents['onStatistics']> = (snapshot) => {
    this.whole.onSnapshot(snapshot);
    this.filtered.onSnapshot(snapshot);
  };

  /** The part was opened, anew perhaps. */
  opened(): void {
    this.headers.clear();
    this.whole.setView(0);
    this.filtered.setView(0);
    this.isFiltered = this.isTabOfAll = false;
    this.isTabDue = true;
    this.setInsightShown(this.deps.memory.state.isInsightShown);
  }

  /** Other rows are shown, or it is known now which those are. */
  viewChanged(): void {
    const { query, view, progress } = this.deps.shown();
    // An order makes no other rows, and the first of them would be a poor sample.
    const wanted = query.filter === undefined ? 0 : view;
    const isReady = wanted === 0 || progress?.state !== 'running';
    const now = this.isFiltered ? this.filtered.view : 0;
    if (!isReady) return;
    if (wanted === now) {
      this.tab?.update([]);
      return;
    }
    this.isFiltered = wanted !== 0;
    this.isTabOfAll &&= this.isFiltered;
    if (wanted !== this.filtered.view) this.filtered.setView(wanted);
    this.changed([...this.headers.keys()]);
    this.wantHeaders();
    this.refillTab();
  }

  /** There are other columns, or others are masked. */
  columnsChanged(): void {
    const names = (this.deps.session()?.columns ?? []).map(({ name }) => name);
    const text = JSON.stringify(names);
    if (text !== this.drawnColumns) this.refillTab();
    else if (!this.isTabDue) this.tab?.update(names);
    this.drawnColumns = text;
  }

  /** Rows came: now the headers may say more. */
  rowsCame(): void {
    this.wantHeaders();
  }

  /** Shows in a header what is known of its column; called for each header that is made. */
  completeHeader(header: HTMLElement, column: GridColumn): void {
    if (column.role !== 'identity' && column.role !== 'value') return;
    this.headers.set(column.name, { header, column });
    this.drawHeader(column.name);
    if (this.deps.session()?.hasRows === true) this.wantHeaders();
  }

  toggleInsight(): void {
    const isShown = !this.deps.memory.state.isInsightShown;
    this.deps.memory.change({ isInsightShown: isShown });
    this.setInsightShown(isShown);
    this.deps.frame().announcer.say(isShown ? 'Insight in headers shown' : 'Insight in headers hidden');
  }

  showTab(column?: string): void {
    this.tab ??= createStatisticsTab({
      panel: this.deps.frame().panels.statistics,
      store: () => this.tabStore,
      formats: this.deps.formats,
      columns: () => this.deps.session()?.columns ?? [],
      hintOf: (one) => this.hintOf(one),
      isMasked: (name) => this.deps.session()?.isMasked(name) === true,
      rows: () => this.rows(),
      isFiltered: () => this.tabStore !== this.whole,
      choice: () => this.choice(),
      onChoice: (isOfAll) => {
        this.isTabOfAll = isOfAll;
        this.refillTab();
      },
      onFilter: this.deps.onFilter,
    });
    if (this.isTabDue) this.tab.fill();
    this.isTabDue = false;
    if (column !== undefined) this.tab.show(column);
  }

  /** The most frequent values of a column, over the grid. */
  openTopValues(name: string): void {
    const { deps, store } = this;
    const column = deps.session()?.columns.find((one) => one.name === name);
    if (column === undefined) return;
    const body = element('div', {});
    const scope = element('span', {});
    const close = (): void => popover.close();
    const more = createLinkButton('All statistics', () => {
      close();
      deps.onTab();
      this.showTab(name);
    });
    const draw = (): void => {
      const known = store.of(name);
      body.replaceChildren(
        drawCard({
          column,
          known,
          isMasked: deps.session()?.isMasked(name) === true,
          most: mostValues,
          formats: deps.formats,
          hint: this.hintOf(column),
          onFilter: (filter) => {
            close();
            deps.onFilter(filter);
          },
        }),
      );
      scope.textContent = scopeWords(known, this.isFiltered, deps.formats);
      if (
        popover.element.open &&
        (document.activeElement === popover.element || document.activeElement === document.body)
      )
        focus();
    };
    const focus = (): void =>
      (
        body.querySelector<HTMLElement>('.stat-top button') ??
        body.querySelector<HTMLElement>('button') ??
        popover.element
      ).focus();
    const popover = createPopover(
      `Top values of ${name}`,
      [body, element('div', { class: 'top-foot' }, scope, more)],
      () => {
        this.refreshPopover = undefined;
        deps.session()?.grid?.focus();
      },
    );
    popover.element.classList.add('top-values');
    popover.element.tabIndex = -1;
    this.refreshPopover = draw;
    draw();
    const header = this.headers.get(name)?.header;
    const anchor = header?.isConnected === true ? header : deps.frame().gridHost;
    popover.open(anchor === header ? header.getBoundingClientRect() : new DOMRect(8, 60, 0, 0), focus);
    store.want([name]);
  }

  /** What may be personal in a column, in a few words; undefined if nothing seems to be. */
  hintOf(column: Column): string | undefined {
    const session = this.deps.session();
    const index = session?.columns.indexOf(column) ?? -1;
    const cells: Cell[] = [];
    for (let row = 0; session !== undefined && row < hintedRows; row += 1) {
      const cell = session.cache.row(row)?.[index];
      if (cell === undefined) break;
      cells.push(cell);
    }
    return hintPersonalData(column, cells) === undefined ? undefined : 'may be personal';
  }

  /** Of the rows that are shown. */
  private get store(): StatisticsStore {
    return this.isFiltered ? this.filtered : this.whole;
  }

  private get tabStore(): StatisticsStore {
    return this.isTabOfAll ? this.whole : this.store;
  }

  private createStore(): StatisticsStore {
    return createStatisticsStore({
      host: this.deps.host,
      nextId: () => ++this.lastId,
      isWhole: (view, rows) => this.isWhole(view, rows),
      onChange: (columns) => this.changed(columns),
    });
  }

  private refillTab(): void {
    this.isTabDue = true;
    if (this.deps.memory.state.tab === 'statistics') this.showTab();
  }

  private rows(): number {
    return this.tabStore === this.whole ? this.all() : this.deps.shown().length;
  }

  private all(): number {
    const { length = 0, progress, view = 0 } = this.deps.session() ?? {};
    return view === 0 ? length : Math.round(Math.max(progress?.rows ?? 0, progress?.estimatedRows ?? 0));
  }

  private choice(): RowsChoice | undefined {
    if (!this.isFiltered) return undefined;
    return { isOfAll: this.isTabOfAll, filtered: this.deps.shown().length, all: this.all() };
  }

  private isWhole(view: number, rows: number): boolean {
    const session = this.deps.session();
    if (view === 0) return session?.progress.state === 'complete' && rows >= session.progress.rows;
    const shown = this.deps.shown();
    return (
      view === shown.view && shown.scope === 'all' && shown.progress?.state === 'complete' && rows >= shown.length
    );
  }

  private wantHeaders(): void {
    if (this.deps.memory.state.isInsightShown) this.store.want([...this.headers.keys()]);
  }

  private setInsightShown(isShown: boolean): void {
    this.deps.frame().gridHost.classList.toggle('has-insight', isShown);
    this.deps.onInsightShown(isShown);
    this.deps.session()?.grid?.fit();
    this.wantHeaders();
  }

  private changed(columns: readonly string[]): void {
    for (const name of columns) this.drawHeader(name);
    if (!this.isTabDue) this.tab?.update(columns);
    this.refreshPopover?.();
    const isBusy = [this.whole, this.filtered].some(({ progress }) => progress !== undefined);
    this.deps.frame().setBusy('statistics', isBusy);
  }

  private drawHeader(name: string): void {
    const found = this.headers.get(name);
    if (found === undefined) return;
    const { onFilter, formats } = this.deps;
    drawInsight(found.header, found.column, this.store.of(name), this.isFiltered, formats, onFilter);
  }
}
