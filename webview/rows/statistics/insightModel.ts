import type { ColumnStatistics } from '../../../src/core/columnStatistics';
import type { Column } from '../../../src/core/column';
import type { ColumnTest, RowFilter } from '../../../src/core/rowFilter';
import type { Formats } from '../../ui/format';
import type { Known } from './statisticsStore';

/** What is said of a column's values, and the filters that a click stands for. DOM-free. */

/** `31 %`; never 0 % of something, nor 100 % of less than all. */
export function share(count: number, total: number): string {
  if (total === 0 || count === 0) return '0 %';
  const percent = (100 * count) / total;
  if (percent < 1) return '<1 %';
  if (count < total && percent > 99) return '>99 %';
  return `${Math.round(percent)} %`;
}

/** The line below a header's name: as much as a glance can take. */
export interface Insight {
  /** `1 % NULL`. */
  readonly nulls?: string;
  /** Heights of a little histogram, 0 to 1. */
  readonly bars?: readonly number[];
  /** `all different` (`≈` where that is estimated), or the share of the top value beside `value`. */
  readonly text?: string;
  readonly value?: string;
}

/** `isId`: how ids lie tells nothing, how many there are does. `isMasked`: no value is told. */
export function insightOf(
  { statistics }: Pick<Known, 'statistics'>,
  formats: Formats,
  isId = false,
  isMasked = false,
): Insight {
  const { rows, nulls, absent, distinct, isDistinctExact, top, histogram, empty } = statistics;
  const values = rows - nulls - absent;
  if (rows === 0) return {};
  if (values === 0) return { text: nulls === 0 ? 'all absent' : 'only NULL' };
  const said = nulls === 0 ? {} : { nulls: `${share(nulls, rows)} NULL` };
  const isAllDifferent = values > 1 && (isDistinctExact ? distinct === values : distinct >= values * 0.97);
  // An estimate cannot tell a repeated value among thousands: an id that comes twice is what people look for.
  const different = isDistinctExact ? 'all different' : '≈ all different';
  if (isAllDifferent && histogram?.kind !== 'time') return { ...said, text: different };
  if (histogram !== undefined && histogram.counts.length > 1 && histogram.kind === 'time')
    return { ...said, bars: heights(histogram.counts) };
  const many = `${isDistinctExact ? formats.count(distinct) : formats.estimate(distinct)} distinct`;
  if (isMasked || (isId && distinct > 12)) return { ...said, text: many };
  const [first] = top;
  if (first !== undefined && first.count / values >= 0.02 && (histogram === undefined || distinct <= 12)) {
    if (first.value === '' && empty === values) return { ...said, text: 'only empty text' };
    return { ...said, value: first.value === '' ? '″″' : first.value, text: share(first.count, rows) };
  }
  if (histogram !== undefined && histogram.counts.length > 1) return { ...said, bars: heights(histogram.counts) };
  return { ...said, text: many };
}

/** Distinct values in words, `≈` where they are an estimate. */
export function distinctWords({ statistics, isSample }: Known, formats: Formats): string {
  const { distinct, isDistinctExact, rows, nulls, absent } = statistics;
  if (!isDistinctExact) return formats.estimate(distinct);
  const isAllDifferent = distinct === rows - nulls - absent && distinct > 1;
  return `${isSample ? '≈ ' : ''}${formats.count(distinct)}${isAllDifferent ? ', all different' : ''}`;
}

function heights(counts: readonly number[]): readonly number[] {
  const most = Math.max(1, ...counts);
  return counts.map((count) => count / most);
}

/** `≈ from the first 10,000 rows`, `from all 248,113 rows`; of filtered rows it says so. */
export function scopeWords(known: Known | undefined, isFiltered: boolean, formats: Formats): string {
  if (known === undefined) return '';
  const { rows } = known.statistics;
  const what = isFiltered ? 'filtered rows' : rows === 1 ? 'row' : 'rows';
  if (known.isRunning) return `≈ from ${formats.count(rows)} ${what} so far`;
  return known.isSample
    ? `≈ from the first ${formats.count(rows)} ${what}`
    : `from all ${formats.count(rows)} ${what}`;
}

/** The rows of one bin of a histogram: from its lower edge up to, not with, its upper one; the last bin with it. */
export function binFilter(column: Column, statistics: ColumnStatistics, bin: number): RowFilter | undefined {
  const { histogram, min = '' } = statistics;
  const from = histogram?.edges[bin];
  const to = histogram?.edges[bin + 1];
  if (histogram === undefined || from === undefined || to === undefined) return undefined;
  const edge = (text: string): string => edgeText(column, text, min);
  const isLast = bin === histogram.counts.length - 1;
  const test = (name: ColumnTest['test'], ...values: string[]): ColumnTest => ({
    kind: 'test',
    column: column.name,
    test: name,
    values,
  });
  if (isLast) return test('greaterOrEqual', edge(from));
  return { kind: 'all', of: [test('greaterOrEqual', edge(from)), test('less', edge(to))] };
}

/** An edge as a value of the column: whole for integers, spelled like the column's own texts for times in text. */
function edgeText({ kind }: Column, edge: string, like: string): string {
  if (kind === 'integer') return edge.includes('.') || /e/i.test(edge) ? String(Math.ceil(Number(edge))) : edge;
  if (kind !== 'text') return edge;
  const spaced = like[10] === ' ' ? edge.replace('T', ' ') : edge;
  return like.endsWith('Z') ? spaced : spaced.replace(/(?:\.0+)?Z$/, '');
}
