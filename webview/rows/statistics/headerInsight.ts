import type { RowFilter } from '../../../src/core/rowFilter';
import { element } from '../../ui/dom';
import type { Formats } from '../../ui/format';
import type { GridColumn } from '../columnModel';
import { testOfValue } from '../query/filterWords';
import { distinctWords, insightOf, scopeWords } from './insightModel';
import type { Known } from './statisticsStore';

/** Fills the line below a header's name; its height is there from the start. Any number of times. */
export function drawInsight(
  header: HTMLElement,
  column: GridColumn,
  known: Known | undefined,
  isFiltered: boolean,
  formats: Formats,
  onFilter: (filter: RowFilter) => void,
): void {
  let line = header.querySelector<HTMLElement>('.insight');
  if (line === null) {
    // For eyes: a screen reader gets the same, and more, from the list of top values.
    line = element('span', { class: 'insight', attributes: { 'aria-hidden': 'true' } });
    header.append(line);
  }
  if (known === undefined) {
    line.replaceChildren();
    line.removeAttribute('title');
    return;
  }
  const { statistics } = known;
  const { nulls, bars, text, value } = insightOf(known, formats, column.isId, column.isMasked);
  const left =
    bars === undefined
      ? element(
          'span',
          { class: 'insight-part' },
          value === undefined ? undefined : element('span', { class: 'insight-value' }, value),
          text === undefined ? undefined : element('span', { class: 'insight-text' }, text),
        )
      : drawBars(bars);
  const right = nulls === undefined ? undefined : element('span', { class: 'insight-part insight-nulls' }, nulls);
  const top = statistics.top[0];
  if (value !== undefined && top !== undefined)
    clickable(left, `Filter by ${top.value === '' ? 'empty text' : top.value}`, () =>
      onFilter(testOfValue(column, top.value, top.isClipped)),
    );
  if (right !== undefined)
    clickable(right, 'Filter by NULL', () =>
      onFilter({ kind: 'test', column: column.name, test: 'isNull', values: [] }),
    );
  // What is said to be an estimate already need not be so twice.
  const isMarked = (value ?? text)?.startsWith('≈') === true;
  if (known.isSample && !isMarked && left.hasChildNodes())
    left.prepend(element('span', { class: 'insight-about' }, '≈'));
  line.replaceChildren(left, ...(right === undefined ? [] : [right]));
  line.title = `${distinctWords(known, formats)} distinct · ${scopeWords(known, isFiltered, formats)}`;
}

/** A mouse's way: the same is had by keys from the list of top values. */
function clickable(part: HTMLElement, title: string, run: () => void): void {
  part.classList.add('is-clickable');
  part.title = title;
  part.addEventListener('click', (event) => {
    event.stopPropagation();
    run();
  });
}

export function drawBars(heights: readonly number[]): HTMLElement {
  const box = element('span', { class: 'mini-bars' });
  for (const height of heights) {
    const bar = element('span', { class: 'mini-bar' });
    bar.style.height = `${Math.max(height > 0 ? 8 : 0, Math.round(height * 100))}%`;
    box.append(bar);
  }
  return box;
}
