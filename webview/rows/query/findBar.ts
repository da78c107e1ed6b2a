import { createIconButton } from '../../ui/components';
import { element, setShown } from '../../ui/dom';
import type { FindTest } from '../../../src/core/rowFilter';

export interface FindActions {
  /** What is typed has changed, or a switch; `undefined`: nothing is looked for. */
  readonly onTest: (test: FindTest | undefined) => void;
  readonly onStep: (direction: 1 | -1) => void;
  /** Escape: back to the rows. */
  readonly onLeave: () => void;
}

export interface FindBar {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  /** `Find in 248,113 rows`. */
  setPlaceholder(text: string): void;
  /** `14 of 1,203 rows with matches`; `isNone`: there are none at all. */
  setCount(text: string, isNone: boolean): void;
  /** What is wrong with the text, in words. */
  setFault(why: string | undefined): void;
  start(text?: string): void;
  /** Back to nothing. */
  clear(): void;
}

/** So long after the last key the search begins, milliseconds. */
const searchAfterMs = 250;

/** `⌕ Find in 248,113 rows`: text, match case, regular expression, count, previous and next. */
export function createFindBar(actions: FindActions): FindBar {
  const input = element('input', {
    class: 'input find-input',
    attributes: { type: 'text', 'aria-label': 'Find in all rows', spellcheck: 'false', autocomplete: 'off' },
  });
  const matchCase = createToggle('case-sensitive', 'Match case', 'Alt+C', () => changed(0));
  const isRegex = createToggle('regex', 'Use regular expression', 'Alt+R', () => changed(0));
  const count = element('span', { class: 'find-count', attributes: { id: 'find-count' } });
  const previous = createIconButton({
    icon: 'arrow-up',
    label: 'Previous match',
    keys: 'Shift+Enter',
    onClick: () => step(-1),
  });
  const next = createIconButton({ icon: 'arrow-down', label: 'Next match', keys: 'Enter', onClick: () => step(1) });
  const close = createIconButton({ icon: 'close', label: 'End the search', keys: 'Esc', onClick: () => leave() });
  const more = element('span', { class: 'find-more' }, count, previous, next, close);
  const field = element('span', { class: 'find-field' }, input, matchCase, isRegex);
  const box = element('div', { class: 'find', attributes: { role: 'search' } }, field, more);
  let timer: number | undefined;
  let told = '';
  input.setAttribute('aria-describedby', count.id);

  const test = (): FindTest | undefined =>
    input.value === ''
      ? undefined
      : {
          kind: 'find',
          text: input.value,
          ...(isOn(matchCase) ? { matchCase: true } : {}),
          ...(isOn(isRegex) ? { isRegex: true } : {}),
        };
  const tell = (): boolean => {
    window.clearTimeout(timer);
    const now = test();
    if (JSON.stringify(now ?? null) === told) return false;
    told = JSON.stringify(now ?? null);
    actions.onTest(now);
    return true;
  };
  const changed = (afterMs: number): void => {
    window.clearTimeout(timer);
    setShown(more, input.value !== '');
    timer = window.setTimeout(tell, afterMs);
  };
  const step = (direction: 1 | -1): void => {
    // A new text goes to its first match by itself.
    if (!tell()) actions.onStep(direction);
  };
  const leave = (): void => {
    clear();
    actions.onLeave();
  };
  const clear = (): void => {
    input.value = '';
    setShown(more, false);
    tell();
  };
  told = 'null';
  setShown(more, false);
  input.addEventListener('input', () => changed(searchAfterMs));
  box.addEventListener('keydown', (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey;
    if (event.key === 'Enter' && event.target === input) step(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') leave();
    else if (event.altKey && isPlain && event.code === 'KeyC') matchCase.click();
    else if (event.altKey && isPlain && event.code === 'KeyR') isRegex.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return {
    element: box,
    input,
    setPlaceholder: (text) => (input.placeholder = text),
    setCount(text, isNone) {
      count.textContent = text;
      box.classList.toggle('has-none', isNone);
    },
    setFault(why) {
      if (why === undefined) input.removeAttribute('aria-invalid');
      else input.setAttribute('aria-invalid', 'true');
      if (why !== undefined) count.textContent = why;
    },
    start(text) {
      if (text !== undefined && text !== '') {
        input.value = text;
        changed(0);
      }
      input.focus();
      input.select();
    },
    clear,
  };
}

function createToggle(icon: string, label: string, keys: string, onChange: () => void): HTMLButtonElement {
  const button = createIconButton({
    icon,
    label,
    keys,
    onClick: () => {
      button.setAttribute('aria-pressed', String(!isOn(button)));
      onChange();
    },
  });
  button.setAttribute('aria-pressed', 'false');
  return button;
}

function isOn(button: HTMLElement): boolean {
  return button.getAttribute('aria-pressed') === 'true';
}
