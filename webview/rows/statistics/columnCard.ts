import type { Column } from '../../../src/core/column';
import type { ColumnStatistics, Histogram } from '../../../src/core/columnStatistics';
import type { RowFilter } from '../../../src/core/rowFilter';
import { decodeTime, plausibleEpochUnits } from '../../../src/core/timeUnits';
import { element, hiddenText, icon } from '../../ui/dom';
import type { Formats } from '../../ui/format';
import { roveTabStops } from '../../ui/roving';
import { typeHint } from '../cellText';
import { testOfValue } from '../query/filterWords';
import { binFilter, distinctWords, share } from './insightModel';
import type { Known } from './statisticsStore';

export interface CardOptions {
  readonly column: Column;
  readonly known: Known | undefined;
  /** No value is told. */
  readonly isMasked: boolean;
  /** Top values shown. */
  readonly most: number;
  readonly formats: Formats;
  /** Personal data, in words: `looks like an e-mail address`. */
  readonly hint: string | undefined;
  readonly onFilter: (filter: RowFilter) => void;
}

/** All that is known of one column's values: facts, the most frequent values, and how they lie. */
export function drawCard(options: CardOptions): HTMLElement {
  const { column, known, hint } = options;
  const head = element(
    'div',
    { class: 'stat-head' },
    element('h3', { title: column.name }, column.name),
    element('span', { class: 'type-hint' }, typeHint(column)),
    hint === undefined ? undefined : element('span', { class: 'stat-hint' }, hint),
  );
  if (known === undefined)
    return element('div', { class: 'stat-card' }, element('div', { class: 'stat-facts' }, head), waiting());
  return element(
    'div',
    { class: column.kind === 'integer' || column.kind === 'number' ? 'stat-card is-numeric' : 'stat-card' },
    element('div', { class: 'stat-facts' }, head, drawFacts(options, known), nullShare(options, known)),
    options.isMasked ? drawMasked() : drawTop(options, known),
    options.isMasked ? undefined : drawHistogram(options, known.statistics),
  );
}

function waiting(): HTMLElement {
  return element(
    'div',
    { class: 'stat-waiting' },
    element('span', { class: 'skeleton skeleton-2' }),
    hiddenText('on its way'),
  );
}

function drawMasked(): HTMLElement {
  return element(
    'div',
    { class: 'stat-top' },
    element('p', { class: 'stat-none' }, icon('eye-closed'), ' Values are masked'),
  );
}

function drawFacts({ column, formats, isMasked }: CardOptions, known: Known): HTMLElement {
  const { statistics } = known;
  const { rows, absent, empty, min, max, minLength, maxLength, averageLength, sum, mean } = statistics;
  const facts: (readonly [string, string])[] = [['Distinct', distinctWords(known, formats)]];
  if (absent > 0) facts.push(['Absent', share(absent, rows)]);
  if (empty > 0) facts.push(['Empty text', share(empty, rows)]);
  if (!isMasked && min !== undefined && max !== undefined && column.kind !== 'json') {
    facts.push(min === max ? ['Only', quoted(min)] : ['From', quoted(min)]);
    if (min !== max) facts.push(['To', quoted(max)]);
  }
  if (maxLength !== undefined && maxLength > 0) {
    const unit = column.kind === 'bytes' ? 'bytes' : 'characters';
    const average = averageLength === undefined ? '' : `, ${formats.count(averageLength)} on average`;
    const range =
      minLength === maxLength
        ? formats.count(maxLength)
        : `${formats.count(minLength ?? 0)} to ${formats.count(maxLength)}`;
    facts.push(['Length', `${range} ${unit}${minLength === maxLength ? '' : average}`]);
  }
  // The sum of ids means nothing.
  const isAmount = !isMasked && !column.name.endsWith('_id');
  if (mean !== undefined && isAmount)
    facts.push(['Mean', mean.toLocaleString(undefined, { maximumSignificantDigits: 6 })]);
  if (sum !== undefined && isAmount) facts.push(['Sum', sum]);
  return element(
    'dl',
    { class: 'stat-list' },
    ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', { title: value }, value)]),
  );
}

function quoted(text: string): string {
  return text === '' ? '″″' : text;
}

/** The NULLs as a bar that can be clicked. */
function nullShare({ column, formats, onFilter }: CardOptions, { statistics }: Known): HTMLElement {
  const { nulls, rows } = statistics;
  if (nulls === 0) return element('div', { class: 'stat-nulls' }, 'No NULL');
  return valueButton('NULL', nulls, rows, formats, 'stat-nulls is-null', () =>
    onFilter({ kind: 'test', column: column.name, test: 'isNull', values: [] }),
  );
}

/** Where not all values were counted, one that comes twice may have been missed. */
function noTopWords(values: number, isTopExact: boolean): string {
  if (values === 0) return 'No values';
  return isTopExact ? 'No value comes twice' : 'No value is frequent';
}

function drawTop({ column, most, formats, onFilter }: CardOptions, known: Known): HTMLElement {
  const { statistics, isSample } = known;
  const { top, isTopExact, rows, nulls, absent, distinct } = statistics;
  const values = rows - nulls - absent;
  // Values that come once each tell nothing by being named.
  const isTelling = values > 0 && (top[0]?.count ?? 0) > 1;
  if (!isTelling)
    return element(
      'div',
      { class: 'stat-top' },
      element('p', { class: 'stat-none' }, noTopWords(values, isTopExact)),
    );
  const shown = top.slice(0, most);
  const buttons = shown.map(({ value, count, isClipped = false }) =>
    valueButton(value === '' ? '″″' : isClipped ? `${value}…` : value, count, rows, formats, 'stat-value', () =>
      onFilter(testOfValue(column, value, isClipped)),
    ),
  );
  const rest = values - shown.reduce((sum, { count }) => sum + count, 0);
  const others = distinct - shown.length;
  const isExact = isTopExact && statistics.isDistinctExact && !isSample;
  const list = element(
    'div',
    { class: 'stat-values', attributes: { role: 'group', 'aria-label': `Top values of ${column.name}` } },
    ...buttons,
  );
  roveTabStops(list, () => buttons, 'vertical');
  return element(
    'div',
    { class: 'stat-top' },
    list,
    others > 0 && rest > 0
      ? element(
          'p',
          { class: 'stat-none' },
          `${isExact ? formats.count(others) : formats.estimate(others)} ${others === 1 ? 'other value' : 'other values'}, ${share(rest, rows)}`,
        )
      : undefined,
  );
}

function valueButton(
  label: string,
  count: number,
  rows: number,
  formats: Formats,
  kind: string,
  onClick: () => void,
): HTMLButtonElement {
  const bar = element('span', { class: 'stat-bar' });
  bar.style.width = `${(100 * count) / Math.max(1, rows)}%`;
  const button = element(
    'button',
    {
      class: `stat-value ${kind}`,
      title: `${label}\n${formats.plural(count, 'row', 'rows')}\nClick to filter by it`,
      attributes: { type: 'button' },
    },
    element('span', { class: 'stat-label' }, label),
    ' ',
    element('span', { class: 'stat-track' }, bar),
    element('span', { class: 'stat-share' }, share(count, rows)),
    ' ',
    element(
      'span',
      { class: 'stat-count' },
      formats.count(count),
      hiddenText(count === 1 ? ' row. Filter by it' : ' rows. Filter by it'),
    ),
  );
  button.addEventListener('click', onClick);
  return button;
}

function drawHistogram(
  { column, formats, onFilter }: CardOptions,
  statistics: ColumnStatistics,
): HTMLElement | undefined {
  const { histogram } = statistics;
  // How ids lie tells nothing.
  const isId = column.kind === 'integer' && column.name.endsWith('_id');
  if (histogram === undefined || histogram.counts.length < 2 || isId) return undefined;
  const most = Math.max(1, ...histogram.counts);
  const bins = histogram.counts.map((count, at) => {
    const words = `${shortEdge(shownEdge(histogram, at))} to ${shortEdge(shownEdge(histogram, at + 1))}`;
    const bar = element('span', { class: 'bin-bar' });
    bar.style.height = count === 0 ? '0' : `max(2px, ${(100 * count) / most}%)`;
    const button = element(
      'button',
      {
        class: 'bin',
        title: `${words}\n${formats.plural(count, 'row', 'rows')}\nClick to filter by it`,
        attributes: {
          type: 'button',
          'aria-label': `${words}: ${formats.plural(count, 'row', 'rows')}. Filter by it`,
        },
      },
      bar,
    );
    button.addEventListener('click', () => {
      const filter = binFilter(column, statistics, at);
      if (filter !== undefined) onFilter(filter);
    });
    return button;
  });
  const box = element(
    'div',
    { class: 'bins', attributes: { role: 'group', 'aria-label': `How values of ${column.name} lie` } },
    ...bins,
  );
  roveTabStops(box, () => bins, 'horizontal');
  return element(
    'div',
    { class: 'stat-histogram' },
    box,
    element(
      'div',
      { class: 'bin-edges', attributes: { 'aria-hidden': 'true' } },
      element('span', {}, shortEdge(shownEdge(histogram, 0))),
      element('span', {}, shortEdge(shownEdge(histogram, -1))),
    ),
  );
}

/** An edge that is a count since 1970 is shown as the moment it is. */
function shownEdge({ kind, edges }: Histogram, at: number): string {
  const edge = edges.at(at) ?? '';
  const [unit] = kind === 'time' ? plausibleEpochUnits(edge) : [];
  return unit === undefined ? edge : (decodeTime(edge, unit) ?? edge);
}

/** Without the seconds' fractions, days without their midnight, and numbers to four figures. */
function shortEdge(edge: string): string {
  if (/^\d{4}-\d\d-\d\d/.test(edge))
    return edge
      .replace('T', ' ')
      .replace(/(:\d\d)\.\d+/, '$1')
      .replace(/Z$/, '')
      .replace(/ 00:00:00$/, '');
  const number = Number(edge);
  return edge.length > 8 && Number.isFinite(number)
    ? number.toLocaleString(undefined, { maximumSignificantDigits: 4, notation: 'compact' })
    : edge;
}
