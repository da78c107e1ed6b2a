import { createIconButton } from '../../ui/components';
import { element, icon } from '../../ui/dom';
import { chipWords, filterWords, joinWord, type ColumnsInWords } from './filterWords';
import { isGroup, type Chip, type QueryState } from './queryModel';

export interface ChipActions {
  readonly onEdit: (chip: Chip, anchor: HTMLElement) => void;
  readonly onSwitch: (chip: Chip) => void;
  readonly onRemove: (chip: Chip) => void;
  readonly onMatch: () => void;
  readonly onSort: (column: string, isRemoved: boolean) => void;
}

/** Chips of all filters and of the order, with the words that join them. */
export function drawChips(
  state: QueryState,
  columns: ColumnsInWords,
  actions: ChipActions,
): readonly HTMLElement[] {
  const chip = (one: Chip): HTMLElement => drawChip(one, columns, actions);
  const filters = state.items.map((item) =>
    isGroup(item)
      ? element(
          'span',
          {
            class: 'chip-group',
            attributes: { role: 'group', 'aria-label': joinWord(state, true) === 'or' ? 'Any of' : 'All of' },
          },
          ...item.chips.flatMap((one, place) =>
            place === 0 ? [chip(one)] : [element('span', { class: 'chip-join' }, joinWord(state, true)), chip(one)],
          ),
        )
      : chip(item),
  );
  return [
    ...filters.flatMap((one, place) => (place === 0 ? [one] : [joinButton(state, actions.onMatch), one])),
    ...state.sort.map(({ column, descending }, place) =>
      drawSort(column, descending === true, state.sort.length > 1 ? place + 1 : undefined, actions),
    ),
  ];
}

function joinButton(state: QueryState, onMatch: () => void): HTMLElement {
  const word = joinWord(state, false);
  const button = element(
    'button',
    {
      class: 'chip-join',
      title: word === 'and' ? 'Rows pass all filters. Click for any.' : 'Rows pass any filter. Click for all.',
      attributes: { type: 'button', tabindex: '-1' },
    },
    word,
  );
  button.addEventListener('click', onMatch);
  return button;
}

function drawChip(one: Chip, columns: ColumnsInWords, actions: ChipActions): HTMLElement {
  const { filter, isOff = false } = one;
  const { column, sign, value } = chipWords(filter, columns);
  const whole = filterWords(filter, columns);
  const label = element(
    'button',
    {
      class: 'chip-label',
      title: `${whole}${filter.kind === 'test' && filter.ignoreCase === true ? ', ignoring case' : ''}${isOff ? ' (off)' : ''}\nEnter edits, Space switches off and on, Delete removes`,
      attributes: {
        type: 'button',
        'aria-label': `Filter: ${whole}${isOff ? ', off' : ''}`,
        'aria-keyshortcuts': 'Enter Space Delete',
      },
    },
    column === '' ? undefined : element('span', { class: 'chip-column' }, column),
    ' ',
    sign === '' ? undefined : element('span', { class: 'chip-sign' }, sign),
    ' ',
    // What is short has no room to give, and leaves none empty.
    value === ''
      ? undefined
      : element('span', { class: value.length > 4 ? 'chip-value is-long' : 'chip-value is-short' }, value),
  );
  const edit = (): void => actions.onEdit(one, label);
  label.addEventListener('click', edit);
  label.addEventListener('keydown', (event) => {
    if (event.key === ' ') actions.onSwitch(one);
    else if (event.key === 'Delete' || event.key === 'Backspace') actions.onRemove(one);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const turn = createIconButton({
    icon: isOff ? 'eye-closed' : 'eye',
    label: isOff ? 'Switch on' : 'Switch off',
    onClick: () => actions.onSwitch(one),
  });
  const remove = createIconButton({ icon: 'close', label: 'Remove filter', onClick: () => actions.onRemove(one) });
  turn.tabIndex = remove.tabIndex = -1;
  const chip = element('span', { class: isOff ? 'chip is-off' : 'chip' }, label, turn, remove);
  chip.dataset['chip'] = String(one.id);
  return chip;
}

function drawSort(
  column: string,
  isDescending: boolean,
  rank: number | undefined,
  actions: ChipActions,
): HTMLElement {
  const words = isDescending ? 'descending' : 'ascending';
  const label = element(
    'button',
    {
      class: 'chip-label',
      title: `Sorted by ${column}, ${words}. Click to turn round.`,
      attributes: {
        type: 'button',
        'aria-label': `Sorted by ${rank === undefined ? '' : `${rank} `}${column}, ${words}`,
        'aria-keyshortcuts': 'Enter Delete',
      },
    },
    icon(isDescending ? 'arrow-down' : 'arrow-up'),
    rank === undefined ? undefined : element('span', { class: 'chip-sign' }, String(rank)),
    ' ',
    element('span', { class: 'chip-column' }, column),
  );
  label.addEventListener('click', () => actions.onSort(column, false));
  label.addEventListener('keydown', (event) => {
    if (event.key !== 'Delete' && event.key !== 'Backspace') return;
    event.preventDefault();
    actions.onSort(column, true);
  });
  const remove = createIconButton({
    icon: 'close',
    label: 'Remove order',
    onClick: () => actions.onSort(column, true),
  });
  remove.tabIndex = -1;
  return element('span', { class: 'chip chip-sort' }, label, remove);
}
