import { createIconButton } from '../ui/components';
import { element } from '../ui/dom';

const shortcuts: readonly (readonly [string, readonly string[]])[] = [
  ['Move by cell', ['←', '↑', '→', '↓']],
  ['First or last column', ['Home', 'End']],
  ['Page', ['PgUp', 'PgDn']],
  ['First or last row', ['Ctrl+Home', 'Ctrl+End']],
  ['Go to row', ['Ctrl+G']],
  ['Show the row as a record', ['Enter']],
  ['Previous or next record', ['Alt+↑', 'Alt+↓']],
  ['Close the record', ['Esc']],
  ['Copy the cell, or the record', ['Ctrl+C']],
  ['Copy a value of the record', ['Enter']],
  ['Toolbar, grid, record in turn', ['Tab']],
  ['This list', ['?']],
];

export interface ShortcutSheet {
  readonly element: HTMLDialogElement;
  open(): void;
}

/** All keys of the view, on `?`. Closing gives the focus back to where it was. */
export function createShortcutSheet(): ShortcutSheet {
  const close = createIconButton({ icon: 'close', label: 'Close', keys: 'Esc', onClick: () => dialog.close() });
  const dialog = element(
    'dialog',
    { class: 'shortcut-sheet', attributes: { 'aria-labelledby': 'shortcut-title' } },
    element(
      'div',
      { class: 'sheet-head' },
      element('h2', { attributes: { id: 'shortcut-title' } }, 'Keyboard shortcuts'),
      close,
    ),
    element(
      'dl',
      { class: 'shortcut-list' },
      ...shortcuts.flatMap(([what, keys]) => [
        element('dt', {}, what),
        element('dd', {}, ...keys.map((key) => element('kbd', {}, key))),
      ]),
    ),
  );
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('keydown', (event) => event.stopPropagation());
  return { element: dialog, open: () => dialog.showModal() };
}
