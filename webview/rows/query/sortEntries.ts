import type { SortKey } from '../../../src/core/rowFilter';
import type { GridColumn } from '../columnModel';
import type { MenuEntry } from '../gridHooks';

export interface HeaderEntryActions {
  readonly onSort: (keys: readonly SortKey[]) => void;
  readonly onEdit: (column: string) => void;
  readonly onTopValues: (column: string) => void;
}

/** What the menu of a header offers about all rows; `sort`: how they are sorted now. */
export function headerEntries(
  { index, name }: GridColumn,
  sort: readonly SortKey[],
  actions: HeaderEntryActions,
): readonly MenuEntry[] {
  if (index < 0) return [];
  const now = sort.find(({ column }) => column === name);
  const rest = sort.filter(({ column }) => column !== name);
  return [
    {
      label: 'Sort Ascending',
      keys: 'Shift+S',
      isChecked: now !== undefined && now.descending !== true,
      onRun: () => actions.onSort([{ column: name }]),
    },
    {
      label: 'Sort Descending',
      isChecked: now?.descending === true,
      onRun: () => actions.onSort([{ column: name, descending: true }]),
    },
    {
      label: 'Sort by This Too',
      keys: 'Alt+Shift+S',
      isDisabled: sort.length === 0 || now !== undefined,
      onRun: () => actions.onSort([...sort, { column: name }]),
    },
    { label: 'Do Not Sort', isDisabled: now === undefined, onRun: () => actions.onSort(rest) },
    { label: 'Filter…', onRun: () => actions.onEdit(name) },
    { label: 'Top Values', keys: 'Shift+F', onRun: () => actions.onTopValues(name) },
  ];
}

/** `Sorting by path descending, then time`. */
export function sortingWords(sort: readonly SortKey[]): string {
  const words = sort.map(
    ({ column, descending }) => `${column} ${descending === true ? 'descending' : 'ascending'}`,
  );
  return words.length === 0 ? 'Not sorted' : `Sorting by ${words.join(', then ')}`;
}
