import type { FindTest } from '../../../src/core/rowFilter';
import type { ScanCost, ScanProgress } from '../../../src/core/rowsProgress';
import type { FoundRow } from '../../../src/protocol/dataset';
import type { Scope } from '../../../src/protocol/rowsQuery';
import type { Formats } from '../../ui/format';
import { failureOf } from '../../ui/failurePanel';
import type { RowsHost, ViewState } from '../rowsHost';

export interface FindEvents {
  /** Go there: the columns are indexes in the schema. */
  readonly onFound: (found: FoundRow) => void;
  readonly onChange: () => void;
  /** The row from which on to look; -1 before the first. */
  readonly from: () => number;
}

/** One search in the view that is shown: its matches are counted while they come. */
export interface FindControl {
  readonly test: FindTest | undefined;
  readonly cost: ScanCost | undefined;
  readonly fault: string | undefined;
  readonly progress: ScanProgress | undefined;
  /** `14 of 1,203 rows with matches`. */
  words(formats: Formats): string;
  readonly hasNone: boolean;
  look(view: number, test: FindTest | undefined): void;
  step(direction: 1 | -1): Promise<void>;
  answer(scope: Exclude<Scope, 'ask'> | undefined): void;
  onProgress(news: ViewState & { readonly matches: number }): void;
}

export function createFindControl(host: RowsHost, events: FindEvents): FindControl {
  return new Finder(host, events);
}

class Finder implements FindControl {
  test: FindTest | undefined;
  cost: ScanCost | undefined;
  fault: string | undefined;
  progress: ScanProgress | undefined;
  private readonly host: RowsHost;
  private readonly events: FindEvents;
  private view = 0;
  private matches = 0;
  private rank: number | undefined;
  private isFirstWanted = false;
  private attempt = 0;

  constructor(host: RowsHost, events: FindEvents) {
    this.host = host;
    this.events = events;
  }

  get hasNone(): boolean {
    return this.test !== undefined && this.progress?.state === 'complete' && this.matches === 0;
  }

  words(formats: Formats): string {
    const { matches, rank, progress } = this;
    if (this.fault !== undefined) return this.fault;
    if (this.test === undefined || progress === undefined) return '';
    const isRunning = progress.state === 'running';
    const sample = progress.scope === 'sample' ? ' in the first rows' : '';
    const masked = this.test.columns === undefined ? '' : ', masked columns left out';
    if (matches === 0) return isRunning ? 'searching' : `no matches${sample}${masked}`;
    const many = `${formats.count(matches)}${isRunning || progress.state === 'cancelled' ? '+' : ''}`;
    const rows = matches === 1 ? 'row with matches' : 'rows with matches';
    return `${rank === undefined ? '' : `${formats.count(rank + 1)} of `}${many} ${rows}${sample}${masked}`;
  }

  look(view: number, test: FindTest | undefined): void {
    if (this.test !== undefined && (test === undefined || view !== this.view)) {
      void this.host.find(this.view, null, 'all').catch(() => null);
    }
    this.view = view;
    this.test = test;
    this.cost = this.fault = this.progress = this.rank = undefined;
    this.matches = 0;
    this.isFirstWanted = test !== undefined;
    if (test !== undefined) void this.ask('ask');
    this.events.onChange();
  }

  async step(direction: 1 | -1): Promise<void> {
    if (this.test === undefined || this.matches === 0) return;
    const mine = ++this.attempt;
    try {
      const from = this.events.from();
      const found =
        (await this.host.findNext(this.view, from, direction)) ??
        // Round the end.
        (await this.host.findNext(this.view, direction === 1 ? -1 : Number.MAX_SAFE_INTEGER, direction));
      if (mine !== this.attempt || found === null) return;
      this.rank = found.rank;
      this.events.onFound(found);
    } catch (error) {
      if (mine === this.attempt) this.fault = failureOf(error, 'The next match could not be found.').message;
    }
    this.events.onChange();
  }

  answer(scope: Exclude<Scope, 'ask'> | undefined): void {
    this.cost = undefined;
    if (scope === undefined) this.look(this.view, undefined);
    else void this.ask(scope);
    this.events.onChange();
  }

  onProgress({ view, matches, progress, failure }: ViewState & { readonly matches: number }): void {
    if (view !== this.view || this.test === undefined) return;
    this.matches = matches;
    this.progress = progress;
    if (failure !== undefined) this.fault = failure.message;
    if (this.isFirstWanted && matches > 0) {
      this.isFirstWanted = false;
      void this.goToFirst();
    }
    this.events.onChange();
  }

  /** The match at the active row counts too. */
  private async goToFirst(): Promise<void> {
    const { test } = this;
    const from = Math.max(-1, this.events.from() - 1);
    const found = await this.host.findNext(this.view, from, 1).catch(() => null);
    if (test !== this.test) return;
    if (found === null) {
      await this.step(1);
      return;
    }
    this.rank = found.rank;
    this.events.onFound(found);
    this.events.onChange();
  }

  private async ask(scope: Scope): Promise<void> {
    const { test } = this;
    if (test === undefined) return;
    try {
      const answer = await this.host.find(this.view, test, scope);
      if (test === this.test && answer !== null) this.cost = answer.asks;
    } catch (error) {
      if (test === this.test) this.fault = failureOf(error, 'The rows could not be searched.').message;
    }
    this.events.onChange();
  }
}
