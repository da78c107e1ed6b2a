import type { PartProgress } from '../../src/core/partProgress';
import { createLinkButton } from '../ui/components';
import { element, setShown } from '../ui/dom';
import type { Formats } from '../ui/format';
import { readStatus, rowsStatus } from './words';

export interface StatusBar {
  readonly element: HTMLElement;
  show(progress: PartProgress, codec: string): void;
  /** `Row 12,345`, or nothing. */
  setPosition(text: string): void;
}

/** One line below the grid: rows at the left, what reading them took at the right. */
export function createStatusBar(formats: Formats, onReadOn: () => void): StatusBar {
  const rows = element('span', { class: 'status-rows' });
  const state = element('span', { class: 'status-state' });
  const readOn = createLinkButton('Read on', onReadOn, 'Go on reading the file');
  const position = element('span', { class: 'status-position' });
  const read = element('span', { class: 'status-read' });
  setShown(readOn, false);
  setShown(position, false);
  setShown(state, false);
  return {
    element: element(
      'footer',
      { class: 'status-bar' },
      element('span', { class: 'status-left' }, rows, state, readOn, position),
      read,
    ),
    show(progress, codec) {
      rows.textContent = rowsStatus(progress, formats);
      state.textContent = { reading: 'reading', paused: 'paused', complete: '', failed: 'stopped' }[progress.state];
      setShown(state, progress.state !== 'complete');
      setShown(readOn, progress.state === 'paused');
      read.textContent = `${readStatus(progress, formats)} · ${codec}`;
    },
    setPosition(text) {
      position.textContent = text;
      setShown(position, text !== '');
    },
  };
}
