import { createIconButton } from '../ui/components';
import { element } from '../ui/dom';
import { showModal } from '../ui/modal';

type Shortcut = readonly [what: string, keys: readonly string[]];

/** In groups, as a person looks for them. */
const shortcuts: readonly (readonly [title: string, of: readonly Shortcut[]])[] = [
  [
    'Move',
    [
      ['By cell', ['←', '↑', '→', '↓']],
      ['First or last column', ['Home', 'End']],
      ['Page', ['PgUp', 'PgDn']],
      ['First or last row', ['Ctrl+Home', 'Ctrl+End']],
      ['Go to row', ['Ctrl+G']],
      ['Go to column, show and hide columns', ['Ctrl+Shift+G']],
      ['Toolbar, grid, panes in turn', ['Tab']],
    ],
  ],
  [
    'Select and copy',
    [
      ['Extend the selection', ['Shift+←', '↑', '→', '↓']],
      ['… to the edge', ['Ctrl+Shift+→']],
      ['Rows, columns, all', ['Shift+Space', 'Ctrl+Space', 'Ctrl+A']],
      ['Copy, with headers', ['Ctrl+C', 'Ctrl+Shift+C']],
      ['Menu of the cell: copy as, column', ['Shift+F10']],
      ['Move the column', ['Alt+Shift+←', '→']],
    ],
  ],
  [
    'Ask about all rows',
    [
      ['Find in all rows', ['Ctrl+F']],
      ['Next or previous match', ['F3', 'Shift+F3']],
      ['Filter by this cell', ['Ctrl+Shift+F']],
      ['Switch a filter off and on, remove it', ['Space', 'Del']],
      ['Undo or redo filters and order', ['Ctrl+Z', 'Ctrl+Y']],
      ['Sort by this column, beside the others', ['Shift+S', 'Alt+Shift+S']],
      ['Top values of this column', ['Shift+F']],
      ['Export rows', ['Ctrl+S']],
    ],
  ],
  [
    'Look closer',
    [
      ['Show the cell whole', ['Space']],
      ['Show the row as a record', ['Enter']],
      ['Previous or next record', ['Alt+↑', 'Alt+↓']],
      ['Clear the selection, close the pane', ['Esc']],
      ['Copy a value of the record', ['Enter']],
      ['This list', ['?']],
    ],
  ],
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
      'div',
      { class: 'shortcut-groups' },
      ...shortcuts.map(([title, members]) =>
        element(
          'section',
          { class: 'shortcut-group' },
          element('h3', {}, title),
          element(
            'dl',
            { class: 'shortcut-list' },
            ...members.flatMap(([what, keys]) => [
              element('dt', {}, what),
              element('dd', {}, ...keys.map((key) => element('kbd', {}, key))),
            ]),
          ),
        ),
      ),
    ),
  );
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('keydown', (event) => event.stopPropagation());
  return { element: dialog, open: () => showModal(dialog) };
}
