import { element } from '../ui/dom';

export interface GoToRowActions {
  /** What was typed; false if that is no row. */
  readonly onGoTo: (typed: string) => boolean;
  /** Escape in the input, or done. */
  readonly onLeave: () => void;
}

export interface GoToRow {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  start(): void;
}

/** The input that takes a row's number. Enter goes there, or marks the number as none of ours. */
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
  const box = element('div', { class: 'go-to' }, input);
  const stop = (): void => {
    box.classList.remove('is-open');
    input.value = '';
    input.removeAttribute('aria-invalid');
  };
  input.addEventListener('input', () => input.removeAttribute('aria-invalid'));
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      event.stopPropagation();
      if (!actions.onGoTo(input.value)) {
        input.setAttribute('aria-invalid', 'true');
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
