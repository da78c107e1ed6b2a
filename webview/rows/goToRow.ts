import { element, setShown } from '../ui/dom';

export interface GoToRowActions {
  /** What was typed; gives why there is no such row, or undefined once it is gone to. */
  readonly onGoTo: (typed: string) => string | undefined;
  /** Escape in the input, or done. */
  readonly onLeave: () => void;
}

export interface GoToRow {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  start(): void;
}

/** The input that takes a row's number. Enter goes there, or says below the input why not. */
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
  const say = (why: string | undefined): void => {
    message.textContent = why ?? '';
    setShown(message, why !== undefined);
    if (why === undefined) {
      input.removeAttribute('aria-invalid');
      input.removeAttribute('aria-describedby');
    } else {
      input.setAttribute('aria-invalid', 'true');
      input.setAttribute('aria-describedby', message.id);
    }
  };
  const stop = (): void => {
    box.classList.remove('is-open');
    input.value = '';
    say(undefined);
  };
  say(undefined);
  input.addEventListener('input', () => say(undefined));
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      event.stopPropagation();
      const why = input.value.trim() === '' ? undefined : actions.onGoTo(input.value);
      if (why !== undefined) {
        say(why);
        input.select();
        return;
      }
      stop();
      actions.onLeave();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      stop();
      actions.onLeave();
    }
  });
  input.addEventListener('blur', stop);
  return {
    element: box,
    input,
    start() {
      box.classList.add('is-open');
      input.focus();
    },
  };
}
