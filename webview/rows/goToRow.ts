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
  const input = createInput();
  const message = createMessage(input);
  const box = element('div', { class: 'go-to' }, input, message.element);
  const stop = (): void => {
    box.classList.remove('is-open');
    input.value = '';
    message.say(undefined);
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
      message.say(words, isThere ? 'note' : 'fault');
      input.select();
    }
  };
  input.addEventListener('input', () => {
    asked += 1;
    message.say(undefined);
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      event.stopPropagation();
      // The same once more, after a word about it: that is where one wants to be.
      if (input.value.trim() === '' || message.said === 'note') leave();
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

function createInput(): HTMLInputElement {
  return element('input', {
    class: 'input',
    attributes: {
      type: 'text',
      inputmode: 'numeric',
      placeholder: 'Go to row',
      'aria-label': 'Go to row',
      spellcheck: 'false',
    },
  });
}

interface InputMessage {
  readonly element: HTMLElement;
  /** What is said now. */
  readonly said: 'note' | 'fault' | undefined;
  say(words: string | undefined, as?: 'note' | 'fault'): void;
}

/** What is said below an input of what was typed there: why it cannot be, or what was taken instead. Nothing to begin with. */
function createMessage(input: HTMLInputElement): InputMessage {
  const box = element('div', { class: 'go-to-message', attributes: { id: 'go-to-message' } });
  let said: InputMessage['said'];
  const say: InputMessage['say'] = (words, as = 'note') => {
    said = words === undefined ? undefined : as;
    box.textContent = words ?? '';
    box.classList.toggle('is-note', said !== 'fault');
    setShown(box, said !== undefined);
    if (said === undefined) input.removeAttribute('aria-describedby');
    else input.setAttribute('aria-describedby', box.id);
    if (said === 'fault') input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  };
  say(undefined);
  return {
    element: box,
    get said() {
      return said;
    },
    say,
  };
}
