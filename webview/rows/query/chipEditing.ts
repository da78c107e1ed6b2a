import type { Frame } from '../frame';
import type { RowsSession } from '../rowsSession';
import { openChipEditor } from './chipEditor';
import { joinWord } from './filterWords';
import type { QueryBar } from './queryBar';
import type { QueryControl } from './queryControl';
import { addFilter, changeChip, removeChip, type Chip } from './queryModel';

export interface ChipEditingOptions {
  readonly control: QueryControl;
  readonly bar: QueryBar;
  readonly frame: () => Frame;
  readonly session: () => RowsSession | undefined;
}

/** What the editor begins with. */
export interface EditStart {
  readonly anchor: HTMLElement;
  /** The chip to change; a new one without it. */
  readonly chip?: Chip;
  /** Of a new one. */
  readonly column?: string;
  /** The chip or group that a new one is an alternative to. */
  readonly beside?: number;
}

/** Opens the editor for a chip or for a new one: what is typed shows in the rows at once, and all of it is one step to undo. */
export function editChip(options: ChipEditingOptions, { anchor, chip, column, beside }: EditStart): void {
  const { control, bar } = options;
  const session = options.session();
  if (session === undefined || (chip !== undefined && chip.filter.kind !== 'test')) return;
  const before = control.state;
  let id = chip?.id;
  const chipAt = (): HTMLElement => (id === undefined ? undefined : bar.chip(id)) ?? bar.addButton;
  openChipEditor(anchor.getBoundingClientRect(), {
    columns: session.columns,
    hasAbsent: session.parts.some(({ absent = [] }) => absent.length > 0),
    isMasked: (name) => session.isMasked(name),
    ...(chip?.filter.kind === 'test' ? { test: chip.filter } : {}),
    ...(column === undefined ? {} : { column }),
    alternative: joinWord(before, true),
    onPreview: (test) => {
      const known = id;
      if (known !== undefined) {
        control.change(
          changeChip(control.state, known, (one) => ({ ...one, filter: test })),
          true,
        );
        return;
      }
      const added = addFilter(before, test, beside);
      id = added.id;
      control.change(added.state, true);
    },
    onClosed: (isCancelled) => {
      control.settle(before, !isCancelled);
      chipAt().focus();
    },
    ...(chip === undefined ? {} : { onRemove: () => control.change(removeChip(control.state, chip.id)) }),
    onAlternative: () => {
      if (id !== undefined) editChip(options, { anchor: chipAt(), beside: id });
    },
  });
}
