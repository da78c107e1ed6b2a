import { element, setShown } from '../ui/dom';

export interface GoToRowActions {
  /** What was typed: goes there, or says why not, or where it went instead. */
  readonly onGoTo: (typed: string) => Promise<GoToAnswer>;
  /** Escape in the input, or done. */
  readonly onLeave: () => void;
}

export interface GoToAnswer {
  readonly isThere: boolean;
  readonly words?: string;
}

export interface GoToRow {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  /** Which number is meant: in the empty input, and at length in its tooltip. */
  setWords(label: string, tooltip: string): void;
  start(): void;
}

/** The input that takes a row's number. Enter goes there, or says below the input why not, or where it went instead. */
export function createGoToRow(actions: GoToRowActions): GoToRow {
  const input = element('input', {
    class: 'input',
    attributes: {
      type: 'text',
      inputmode: 'numeric',
      placeholder: 'Go to row',
      'aria-label': 'Go to row',
      spellcheck: 'false',
    },
  });
  const message = element('div', { class: 'go-to-message', attributes: { id: 'go-to-message' } });
  const box = element('div', { class: 'go-to' }, input, message);
  const say = (words: string | undefined, isFault = false): void => {
    message.textContent = words ?? '';
    message.classList.toggle('is-note', !isFault);
    setShown(message, words !== undefined);
    if (words === undefined) input.removeAttribute('aria-describedby');
    else input.setAttribute('aria-describedby', message.id);
    if (isFault) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  };
  const stop = (): void => {
    box.classList.remove('is-open');
    input.value = '';
    say(undefined);
  };
  let asked = 0;
  const leave = (): void => {
    stop();
    actions.onLeave();
  };
  const go = async (): Promise<void> => {
    const mine = ++asked;
    const { isThere, words } = await actions.onGoTo(input.value);
    if (mine !== asked) return;
    if (words === undefined) leave();
    else {
      say(words, !isThere);
      input.select();
    }
  };
  say(undefined);
  input.addEventListener('input', () => {
    asked += 1;
    say(undefined);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      event.stopPropagation();
      // The same once more, after a word about it: that is where one wants to be.
      const isNoteShown = !message.hidden && message.classList.contains('is-note');
      if (input.value.trim() === '' || isNoteShown) leave();
      else void go();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      leave();
    }
  });
  input.addEventListener('blur', () => {
    asked += 1;
    stop();
  });
  return {
    element: box,
    input,
    setWords(label, tooltip) {
      input.placeholder = label;
      input.setAttribute('aria-label', label);
      input.title = `${tooltip} (Ctrl+G)`;
    },
    start() {
      box.classList.add('is-open');
      input.focus();
    },
  };
}
