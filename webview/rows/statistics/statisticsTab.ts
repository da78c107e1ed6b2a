import type { Column } from '../../../src/core/column';
import type { RowFilter } from '../../../src/core/rowFilter';
import { createButton, createLinkButton } from '../../ui/components';
import { element, setShown } from '../../ui/dom';
import type { Formats } from '../../ui/format';
import { fuzzyNames } from '../query/fuzzyNames';
import { costWords, progressWords } from '../query/queryWords';
import { drawCard } from './columnCard';
import { scopeWords } from './insightModel';
import type { StatisticsStore } from './statisticsStore';

export interface StatisticsTabOptions {
  readonly panel: HTMLElement;
  /** Of the rows that are looked at now. */
  readonly store: () => StatisticsStore;
  readonly formats: Formats;
  readonly columns: () => readonly Column[];
  readonly hintOf: (column: Column) => string | undefined;
  readonly isMasked: (column: string) => boolean;
  /** Rows of what the statistics are of, as far as known. */
  readonly rows: () => number;
  readonly isFiltered: () => boolean;
  /** Undefined while all rows are shown: then there is nothing to choose. */
  readonly choice: () => RowsChoice | undefined;
  readonly onChoice: (isOfAll: boolean) => void;
  readonly onFilter: (filter: RowFilter) => void;
}

/** Whose statistics these are, while a filter is on. */
export interface RowsChoice {
  readonly isOfAll: boolean;
  readonly filtered: number;
  readonly all: number;
}

export interface StatisticsTab {
  /** Another set of columns or another view. */
  fill(): void;
  /** These columns are known better; none named: only progress has changed. */
  update(columns: readonly string[]): void;
  /** Scrolls to a column. */
  show(column: string): void;
}

type Order = 'table' | 'name' | 'nulls' | 'distinct';

/** Top values beside each column. */
const mostValues = 5;

/** Each column's values at a glance; what is not on screen is neither asked for nor drawn. */
export function createStatisticsTab(options: StatisticsTabOptions): StatisticsTab {
  return new Tab(options);
}

class Tab implements StatisticsTab {
  private readonly options: StatisticsTabOptions;
  private readonly shells = new Map<string, HTMLElement>();
  private readonly seen = new Set<string>();
  private readonly list = element('div', { class: 'stat-cards' });
  private readonly scope = element('span', { class: 'stat-scope', attributes: { role: 'status' } });
  private readonly all: HTMLElement;
  private readonly progress = element('span', { class: 'query-progress' });
  private readonly cancel: HTMLElement;
  private readonly question = element('div', { class: 'stat-question' });
  private readonly search = element('input', {
    class: 'input',
    attributes: {
      type: 'text',
      placeholder: 'Search columns',
      'aria-label': 'Search columns',
      spellcheck: 'false',
    },
  });
  private readonly order = element(
    'select',
    { class: 'input', attributes: { 'aria-label': 'Order of the columns' } },
    ...(
      [
        ['table', 'As in the table'],
        ['name', 'By name'],
        ['nulls', 'Most NULL first'],
        ['distinct', 'Most distinct first'],
      ] as const
    ).map(([value, label]) => element('option', { attributes: { value } }, label)),
  );
  private readonly of = element('select', { class: 'input', attributes: { 'aria-label': 'Statistics of' } });
  private observer: IntersectionObserver | undefined;

  constructor(options: StatisticsTabOptions) {
    this.options = options;
    this.all = createButton({ label: 'Read All Rows', onClick: () => options.store().wantAll(this.names()) });
    this.cancel = createLinkButton('Cancel', () => {
      options.store().cancel();
      this.update([]);
    });
    this.search.addEventListener('input', () => this.arrange());
    this.order.addEventListener('change', () => this.arrange());
    this.of.addEventListener('change', () => options.onChoice(this.of.value === 'all'));
    const tools = element(
      'div',
      { class: 'stat-tools' },
      this.search,
      this.order,
      this.of,
      this.scope,
      this.all,
      this.progress,
      this.cancel,
    );
    options.panel.replaceChildren(tools, this.question, this.list);
  }

  fill(): void {
    this.observer?.disconnect();
    this.shells.clear();
    this.seen.clear();
    this.observer = new IntersectionObserver((entries) => this.look(entries), {
      root: this.options.panel,
      rootMargin: '400px',
    });
    for (const column of this.options.columns()) {
      const shell = element('section', { class: 'stat-shell', attributes: { 'aria-label': column.name } });
      shell.dataset['column'] = column.name;
      this.shells.set(column.name, shell);
      this.observer.observe(shell);
    }
    this.arrange();
    this.update([]);
  }

  update(columns: readonly string[]): void {
    for (const name of columns) if (this.seen.has(name)) this.draw(name);
    const { formats, isFiltered } = this.options;
    const store = this.options.store();
    this.showChoice();
    const known = this.options.columns().flatMap(({ name }) => store.of(name) ?? []);
    const isAllKnown = known.length > 0 && known.every(({ isSample }) => !isSample);
    const first = known.find(({ isSample }) => isSample) ?? known[0];
    this.scope.textContent = scopeWords(first, isFiltered(), formats);
    const { progress, cost, fault } = store;
    setShown(this.all, !isAllKnown && progress === undefined && cost === undefined && known.length > 0);
    this.all.textContent = `Read All ${formats.count(this.options.rows())} Rows`;
    this.progress.textContent = progress === undefined ? '' : progressWords(progress, formats);
    setShown(this.cancel, progress !== undefined);
    this.question.replaceChildren(
      ...(cost === undefined
        ? fault === undefined
          ? []
          : [element('p', { class: 'editor-message' }, `${fault.message} ${fault.hint}`.trim())]
        : [
            element('span', {}, costWords(cost, formats)),
            createButton({ label: 'Read All', isPrimary: true, onClick: () => store.answer('all') }),
            createButton({ label: 'Keep the First Rows', onClick: () => store.answer(undefined) }),
          ]),
    );
    setShown(this.question, this.question.childElementCount > 0);
    if (columns.length > 0 && (this.order.value === 'nulls' || this.order.value === 'distinct')) this.arrange();
  }

  private showChoice(): void {
    const choice = this.options.choice();
    setShown(this.of, choice !== undefined);
    if (choice === undefined) return;
    const { formats } = this.options;
    const labels = [
      ['filtered', `Of the ${formats.count(choice.filtered)} rows shown`],
      ['all', `Of all ${formats.count(choice.all)} rows`],
    ] as const;
    const options = labels.map(([value, label]) => element('option', { attributes: { value } }, label));
    if (this.of.textContent !== labels.map(([, label]) => label).join('')) this.of.replaceChildren(...options);
    this.of.value = choice.isOfAll ? 'all' : 'filtered';
  }

  show(column: string): void {
    this.search.value = '';
    this.arrange();
    const shell = this.shells.get(column);
    shell?.scrollIntoView({ block: 'start' });
    shell?.querySelector<HTMLElement>('.stat-value')?.focus();
  }

  private names(): readonly string[] {
    return this.options.columns().map(({ name }) => name);
  }

  private look(entries: readonly IntersectionObserverEntry[]): void {
    const wanted: string[] = [];
    for (const { target, isIntersecting } of entries) {
      const name = (target as HTMLElement).dataset['column'];
      if (!isIntersecting || name === undefined) continue;
      this.seen.add(name);
      wanted.push(name);
      if (target.childElementCount === 0) this.draw(name);
    }
    if (wanted.length > 0) this.options.store().want(wanted);
  }

  private draw(name: string): void {
    const { columns, formats, isMasked, hintOf, onFilter } = this.options;
    const column = columns().find((one) => one.name === name);
    const shell = this.shells.get(name);
    if (column === undefined || shell === undefined) return;
    const focused = [...shell.querySelectorAll('button')].indexOf(document.activeElement as HTMLButtonElement);
    shell.replaceChildren(
      drawCard({
        column,
        known: this.options.store().of(name),
        isMasked: isMasked(name),
        most: mostValues,
        formats,
        hint: hintOf(column),
        onFilter,
      }),
    );
    if (focused >= 0) shell.querySelectorAll('button')[focused]?.focus();
  }

  /** Puts the columns that are searched for in their order. */
  private arrange(): void {
    const store = this.options.store();
    const names = fuzzyNames(this.search.value, this.names());
    const order = this.order.value as Order;
    if (order === 'nulls' || order === 'distinct') store.want(this.names());
    const rank = (name: string): number => {
      const statistics = store.of(name)?.statistics;
      if (statistics === undefined) return -1;
      return order === 'nulls' ? statistics.nulls / Math.max(1, statistics.rows) : statistics.distinct;
    };
    const sorted =
      order === 'table'
        ? names
        : order === 'name'
          ? [...names].sort((a, b) => a.localeCompare(b))
          : [...names].sort((a, b) => rank(b) - rank(a));
    const shells = sorted.flatMap((name) => this.shells.get(name) ?? []);
    const isSame =
      shells.length === this.list.childElementCount &&
      shells.every((shell, at) => this.list.children[at] === shell);
    if (!isSame)
      this.list.replaceChildren(
        ...(shells.length === 0 ? [element('p', { class: 'stat-none' }, 'No such column')] : shells),
      );
  }
}
