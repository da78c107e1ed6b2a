import { selectionSummary, type SelectionSummary } from '../../src/core/selectionSummary';
import type { TimeUnit } from '../../src/core/rowsArrangement';
import type { Formats } from '../ui/format';
import type { SelectedCells } from './gridSelection';
import type { RowsSession } from './rowsSession';
import { countCells, rowsAtHand, schemaOf } from './selectedRows';
import { shownTime } from './timeColumns';

/** More are only counted: the status line must not be waited for. */
const maxSummarized = 50_000;
/** So long the selection must rest before it is summed up, and before it is read out. */
const summarizeAfterMs = 80;
const announceAfterMs = 500;

export interface SummaryOptions {
  readonly formats: Formats;
  readonly session: () => RowsSession | undefined;
  /** Empty: nothing is selected. */
  readonly onWords: (text: string) => void;
  readonly onAnnounce: (text: string) => void;
}

export interface Summary {
  show(selected: SelectedCells | undefined): void;
  /** Does not read out what has just been selected: something else is being said. */
  hush(): void;
}

/** What the selection amounts to, in the status line, and in words when it rests. */
export function createSummary({ formats, session, onWords, onAnnounce }: SummaryOptions): Summary {
  let timer: number | undefined;
  let announcement: number | undefined;
  let wasSelected = false;
  return {
    show(selected) {
      window.clearTimeout(timer);
      window.clearTimeout(announcement);
      if (selected === undefined) {
        onWords('');
        if (wasSelected) announcement = window.setTimeout(() => onAnnounce('Selection cleared'), announceAfterMs);
        wasSelected = false;
        return;
      }
      wasSelected = true;
      let words = countWords(selected, formats);
      onWords(words);
      const sum = (): void => {
        const shown = session();
        if (shown === undefined) return;
        words = describe(selected, shown, formats);
        onWords(words);
      };
      timer = window.setTimeout(sum, summarizeAfterMs);
      announcement = window.setTimeout(() => onAnnounce(words), announceAfterMs);
    },
    hush: () => window.clearTimeout(announcement),
  };
}

function countWords(selected: SelectedCells, formats: Formats): string {
  return `${formats.plural(countCells(selected), 'cell', 'cells')} selected`;
}

function describe(selected: SelectedCells, session: RowsSession, formats: Formats): string {
  if (countCells(selected) > maxSummarized) return countWords(selected, formats);
  const rows = rowsAtHand(selected, {
    row: (index) => session.cache.row(index),
    partOf: (index) => session.cache.place(index)?.part,
  });
  if (rows === undefined) return countWords(selected, formats);
  const columns = selected.columns.map((column) => schemaOf(column, session));
  const isMasked = selected.columns.some((column) => column.isMasked === true);
  const units = new Set(selected.columns.map(({ unit }) => unit ?? 'none'));
  const [unit] = units.size === 1 ? units : [];
  return summaryWords(selectionSummary({ columns, rows }), formats, isMasked, unit);
}

/**
 * `3 cells selected, 2 distinct, 1 NULL · min 4 · max 9 · sum 13`. `unit`: in which the selected columns are shown as times; of times there is no sum.
 * `isMasked`: their values are not told.
 */
export function summaryWords(
  summary: SelectionSummary,
  formats: Formats,
  isMasked = false,
  unit: TimeUnit = 'none',
): string {
  const { cells, values, distinct, isDistinctExact, nulls, absent, empty, min, max, sum, average } = summary;
  const counts = [`${formats.plural(cells, 'cell', 'cells')} selected`];
  if (values > 0) counts.push(`${isDistinctExact ? '' : '≥ '}${formats.count(distinct)} distinct`);
  if (nulls > 0) counts.push(`${formats.count(nulls)} NULL`);
  if (absent > 0) counts.push(`${formats.count(absent)} absent`);
  if (empty > 0) counts.push(`${formats.count(empty)} empty`);
  const isTime = unit !== 'none';
  const spell = (text: string): string => short(isTime && unit !== 'text' ? (shownTime(text, unit) ?? text) : text);
  const facts =
    isMasked || min === undefined || max === undefined ? [] : [`min ${spell(min)}`, `max ${spell(max)}`];
  if (!isMasked && !isTime && sum !== undefined) {
    facts.push(`sum ${sum}`);
    const isRounded = average !== undefined && Number(average.toPrecision(6)) !== average;
    if (average !== undefined && values > 1) facts.push(`mean ${isRounded ? '≈ ' : ''}${formats.number(average)}`);
  }
  return [counts.join(', '), ...facts].join(' · ');
}

function short(text: string): string {
  return text.length > 32 ? `${text.slice(0, 31)}…` : text;
}
