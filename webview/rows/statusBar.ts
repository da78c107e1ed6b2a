import type { PartProgress } from '../../src/core/partProgress';
import { createLinkButton } from '../ui/components';
import { element, setShown } from '../ui/dom';
import type { Formats } from '../ui/format';
import { createReadingRate } from './readingRate';
import { readStatus, rowsStatus, stateWords } from './words';

export interface StatusBar {
  readonly element: HTMLElement;
  show(progress: PartProgress, codec: string): void;
  /** Nothing is read any more, nor can be: what was read is shown. */
  close(): void;
  /** What is shown of the rows, in place of how many there are; undefined: as many as there are. */
  setRows(text: string | undefined): void;
  /** `row 12,345`, or nothing. */
  setPosition(text: string): void;
  /** What is selected, in words; while there are some they stand in the position's place. */
  setSelection(text: string): void;
}

/** The rate is said anew this often, so that a line that went dead shows too. */
const refreshMs = 1000;

/** One line below the grid: rows at the left, what reading them took at the right. */
export function createStatusBar(formats: Formats, onReadOn: () => void): StatusBar {
  const rows = element('span', { class: 'status-rows' });
  const state = element('span', { class: 'status-state' });
  const readOn = createLinkButton('Read on', onReadOn, 'Go on reading the file');
  const position = element('span', { class: 'status-position' });
  const selection = element('span', { class: 'status-selection' });
  const read = element('span', { class: 'status-read' });
  for (const part of [readOn, position, selection, state]) setShown(part, false);

  const rate = createReadingRate(() => performance.now());
  let timer: number | undefined;
  let all = '';
  let shown: string | undefined;
  const showState = (progress: PartProgress): void => {
    state.textContent = stateWords(progress.state, rate.now(), formats);
    setShown(state, state.textContent !== '');
  };
  return {
    element: element(
      'footer',
      { class: 'status-bar' },
      element('span', { class: 'status-left' }, rows, state, readOn, position, selection),
      read,
    ),
    show(progress, codec) {
      rate.add(progress);
      all = rowsStatus(progress, formats);
      rows.textContent = shown ?? all;
      read.textContent = `${readStatus(progress, formats)} · ${codec}`;
      setShown(readOn, progress.state === 'paused');
      showState(progress);
      window.clearInterval(timer);
      if (progress.state === 'reading') timer = window.setInterval(() => showState(progress), refreshMs);
    },
    close() {
      window.clearInterval(timer);
      setShown(readOn, false);
      setShown(state, false);
    },
    setRows(text) {
      shown = text;
      if (rows.textContent !== (shown ?? all)) rows.textContent = shown ?? all;
    },
    setPosition(text) {
      position.textContent = text;
      setShown(position, text !== '' && selection.hidden !== false);
    },
    setSelection(text) {
      selection.textContent = text;
      setShown(selection, text !== '');
      setShown(position, text === '' && position.textContent !== '');
    },
  };
}
