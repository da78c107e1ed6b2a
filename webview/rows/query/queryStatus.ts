import type { ScanProgress } from '../../../src/core/rowsProgress';
import { createButton } from '../../ui/components';
import { element } from '../../ui/dom';
import type { Formats } from '../../ui/format';
import type { Frame } from '../frame';
import type { RowsHost } from '../rowsHost';
import { filterWords, type ColumnsInWords } from './filterWords';
import type { FindControl } from './findControl';
import type { QueryBar } from './queryBar';
import type { QueryControl } from './queryControl';
import { chipsOf } from './queryModel';
import { costBanner } from './costBanner';
import { progressWords, shownWords, type Total } from './queryWords';

/** Progress is said in words once something has taken so long, milliseconds. */
const wordsAfterMs = 2000;

export interface QueryStatusOptions {
  readonly control: QueryControl;
  readonly finder: FindControl;
  readonly bar: QueryBar;
  readonly host: RowsHost;
  readonly formats: Formats;
  readonly frame: () => Frame;
  readonly columns: ColumnsInWords;
  readonly total: () => Total;
  readonly onClear: () => void;
  readonly onUndo: () => void;
  readonly say: (text: string) => void;
}

/** How the questions about all rows are getting on: progress, what they would cost, why one failed, and that no row passes. */
export interface QueryStatus {
  draw(): void;
}

export function createQueryStatus(options: QueryStatusOptions): QueryStatus {
  return new Status(options);
}

class Status implements QueryStatus {
  private readonly options: QueryStatusOptions;
  private told = '';
  private toldFound: ScanProgress | undefined;
  private isEmptyShown = false;

  constructor(options: QueryStatusOptions) {
    this.options = options;
  }

  draw(): void {
    this.drawProgress();
    this.drawQuestion();
    this.drawFault();
    this.drawEmpty();
    this.tellShown();
    this.tellFound();
  }

  private drawProgress(): void {
    const { control, finder, bar, formats, frame } = this.options;
    const { shown } = control;
    const isAsking = control.pending !== undefined && control.cost === undefined;
    const running = [(control.pending ?? shown).progress, finder.progress].filter(
      (one) => one?.state === 'running',
    );
    const long = running.find((one) => (one?.elapsed ?? 0) >= wordsAfterMs);
    frame().setBusy('query', running.length > 0 || isAsking);
    bar.setProgress(long === undefined ? '' : progressWords(long, formats));
    const isSample = shown.view !== 0 && shown.scope === 'sample';
    bar.setSample(
      isSample ? `from the first ${formats.plural(shown.progress?.rowsDone ?? 0, 'row', 'rows')} only` : '',
    );
  }

  /** The question of cost: a line above the grid. */
  private drawQuestion(): void {
    const { control, finder, formats, frame } = this.options;
    const cost = control.cost ?? finder.cost;
    const answer = (scope: 'all' | 'sample' | undefined): void => {
      if (control.cost !== undefined) control.answer(scope);
      else finder.answer(scope);
    };
    // Two of the same words would be one too many: the newer question counts.
    if (cost !== undefined) frame().setBanner('export', undefined);
    frame().setBanner('cost', cost === undefined ? undefined : costBanner(cost, formats, answer));
  }

  /** Why a query was not begun, or ended early. */
  private drawFault(): void {
    const { control, host, frame } = this.options;
    const fault = control.fault ?? control.shown.failure;
    frame().setBanner(
      'query',
      fault === undefined
        ? undefined
        : {
            severity: control.fault !== undefined && fault.actions.length === 0 ? 'warning' : 'error',
            text: `${fault.message} ${fault.hint}`.trim(),
            actions: fault.actions.map(({ id, title }) => ({ title, onClick: () => host.act(id) })),
          },
    );
  }

  /** What stands in the grid's place when no row passes. */
  private drawEmpty(): void {
    const { control, frame } = this.options;
    const { shown, pending } = control;
    const state = shown.progress?.state;
    const isEmpty = shown.view !== 0 && shown.length === 0 && state !== 'running' && state !== 'failed';
    if (!isEmpty) {
      if (this.isEmptyShown) frame().setInstead(undefined);
      this.isEmptyShown = false;
    } else if (pending === undefined) {
      this.isEmptyShown = true;
      frame().setInstead(this.emptyPanel());
    }
  }

  private emptyPanel(): HTMLElement {
    const { control, columns, formats, onClear, onUndo } = this.options;
    const { query, scope, progress } = control.shown;
    const isSample = scope === 'sample';
    const what = query.filter === undefined ? '' : ` ${filterWords(query.filter, columns)}`;
    const first = `None of the first ${formats.plural(progress?.rowsDone ?? 0, 'row', 'rows')} matches`;
    return element(
      'div',
      { class: 'empty-panel' },
      element('p', {}, isSample ? first : 'No row matches', element('strong', {}, what), '.'),
      element(
        'div',
        { class: 'button-row' },
        createButton({ label: 'Clear Filters', isPrimary: true, onClick: onClear }),
        isSample ? createButton({ label: 'Read All', onClick: () => control.readAll() }) : undefined,
        chipsOf(control.state).length > 0 && control.canUndo
          ? createButton({ label: 'Undo', onClick: onUndo })
          : undefined,
      ),
    );
  }

  /** Says once how many rows are shown, when that is known. */
  private tellShown(): void {
    const { control, formats, total, say } = this.options;
    const { shown, pending } = control;
    const isOver = shown.view !== 0 && shown.progress?.state !== 'running';
    const words = isOver ? shownWords(shown, total(), formats) : '';
    if (words !== '' && words !== this.told && pending === undefined) say(words);
    this.told = words;
  }

  /** Says once how many matches there are, when all rows were looked through. */
  private tellFound(): void {
    const { finder, formats, say } = this.options;
    if (finder.progress === this.toldFound || finder.progress?.state !== 'complete') return;
    this.toldFound = finder.progress;
    say(finder.words(formats));
  }
}
