import { createIconButton } from '../../ui/components';
import { element, setShown } from '../../ui/dom';
import type { IconName } from '../../ui/icons';
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
  const field = createFindField((afterMs) => changed(afterMs));
  const { input } = field;
  const news = createNews(field.test, actions.onTest);
  const count = element('span', { class: 'find-count', attributes: { id: 'find-count' } });
  const more = createSteps(
    count,
    (direction) => step(direction),
    () => leave(),
  );
  const box = element('div', { class: 'find', attributes: { role: 'search' } }, field.element, more);
  input.setAttribute('aria-describedby', count.id);

  const changed = (afterMs: number): void => {
    setShown(more, input.value !== '');
    news.tellAfter(afterMs);
  };
  const step = (direction: 1 | -1): void => {
    // A new text goes to its first match by itself.
    if (!news.tell()) actions.onStep(direction);
  };
  const clear = (): void => {
    input.value = '';
    setShown(more, false);
    news.tell();
  };
  const leave = (): void => {
    clear();
    actions.onLeave();
  };
  setShown(more, false);
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target === input) step(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') leave();
    else if (!field.onKey(event)) return;
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

/** Where one is among the matches, and the way to the others and out. */
function createSteps(count: HTMLElement, onStep: FindActions['onStep'], onLeave: () => void): HTMLElement {
  return element(
    'span',
    { class: 'find-more' },
    count,
    createIconButton({ icon: 'arrow-up', label: 'Previous match', keys: 'Shift+Enter', onClick: () => onStep(-1) }),
    createIconButton({ icon: 'arrow-down', label: 'Next match', keys: 'Enter', onClick: () => onStep(1) }),
    createIconButton({ icon: 'close', label: 'End the search', keys: 'Esc', onClick: onLeave }),
  );
}

interface FindField {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  /** What is asked for; `undefined`: nothing. */
  readonly test: () => FindTest | undefined;
  /** True if the key is one of the switches'. */
  onKey(event: KeyboardEvent): boolean;
}

/** The text and its two switches. `onChange`: so many milliseconds later it is worth a search. */
function createFindField(onChange: (afterMs: number) => void): FindField {
  const input = element('input', {
    class: 'input find-input',
    attributes: { type: 'text', 'aria-label': 'Find in all rows', spellcheck: 'false', autocomplete: 'off' },
  });
  const matchCase = createToggle('case-sensitive', 'Match case', 'Alt+C', () => onChange(0));
  const isRegex = createToggle('regex', 'Use regular expression', 'Alt+R', () => onChange(0));
  input.addEventListener('input', () => onChange(searchAfterMs));
  return {
    element: element('span', { class: 'find-field' }, input, matchCase, isRegex),
    input,
    test: () =>
      input.value === ''
        ? undefined
        : {
            kind: 'find',
            text: input.value,
            ...(isOn(matchCase) ? { matchCase: true } : {}),
            ...(isOn(isRegex) ? { isRegex: true } : {}),
          },
    onKey(event) {
      if (!event.altKey || event.ctrlKey || event.metaKey) return false;
      const toggle = { KeyC: matchCase, KeyR: isRegex }[event.code];
      toggle?.click();
      return toggle !== undefined;
    },
  };
}

/** Tells what is asked for once it is another question than the one told before. */
function createNews(
  question: () => FindTest | undefined,
  onTest: FindActions['onTest'],
): { readonly tell: () => boolean; readonly tellAfter: (ms: number) => void } {
  let timer: number | undefined;
  let told = 'null';
  /** True if there was something to tell. */
  const tell = (): boolean => {
    window.clearTimeout(timer);
    const test = question();
    const now = JSON.stringify(test ?? null);
    if (now === told) return false;
    told = now;
    onTest(test);
    return true;
  };
  return {
    tell,
    tellAfter(ms) {
      window.clearTimeout(timer);
      timer = window.setTimeout(tell, ms);
    },
  };
}

function createToggle(icon: IconName, label: string, keys: string, onChange: () => void): HTMLButtonElement {
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
