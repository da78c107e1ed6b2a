import type { SortKey } from '../../../src/core/rowFilter';
import { element, hiddenText, icon } from '../../ui/dom';
import type { GridColumn } from '../columnModel';

/** Shows in a header how its column sorts: arrow, rank among several, and `aria-sort`. Any number of times. */
export function markSort(header: HTMLElement, column: GridColumn, sort: readonly SortKey[]): void {
  header.querySelector('.sort-mark')?.remove();
  const place = sort.findIndex((key) => key.column === column.name);
  const key = sort[place];
  if (key === undefined || column.role === 'rowNumber') {
    header.removeAttribute('aria-sort');
    return;
  }
  const isDown = key.descending === true;
  header.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
  header
    .querySelector('.slick-column-name')
    ?.after(
      element(
        'span',
        { class: 'sort-mark' },
        icon(isDown ? 'arrow-down' : 'arrow-up'),
        sort.length > 1 ? element('span', { attributes: { 'aria-hidden': 'true' } }, String(place + 1)) : undefined,
        sort.length > 1 ? hiddenText(`, sorts as number ${place + 1}`) : undefined,
      ),
    );
}
