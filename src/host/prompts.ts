import { QuickInputButtons, window, type QuickPickItem } from 'vscode';
import { DisposableStore } from '../core/disposable';

/** The answer to one step: a value, *Back*, or `undefined` when the user went away. */
export type Answer<T> = { readonly value: T } | 'back' | undefined;

export interface Step {
  readonly title: string;
  /** Absent for a question beside the steps, such as what to do about a failure. */
  readonly step?: number;
  readonly totalSteps?: number;
}

export interface Choice<T> extends QuickPickItem {
  readonly value: T;
}

/** A quick pick as one step of several. `busy` shows progress until the choices are there. */
export async function pickStep<T>(
  step: Step,
  options: {
    readonly placeholder: string;
    readonly choices: readonly Choice<T>[] | Promise<readonly Choice<T>[]>;
    readonly active?: T;
  },
): Promise<Answer<T>> {
  const resources = new DisposableStore();
  const input = resources.add(window.createQuickPick<Choice<T>>());
  Object.assign(input, {
    ...step,
    placeholder: options.placeholder,
    ignoreFocusOut: true,
    matchOnDescription: true,
    busy: true,
  });
  input.buttons = (step.step ?? 1) > 1 ? [QuickInputButtons.Back] : [];
  try {
    return await new Promise<Answer<T>>((resolve, reject) => {
      resources.add(input.onDidTriggerButton(() => resolve('back')));
      resources.add(input.onDidHide(() => resolve(undefined)));
      resources.add(
        input.onDidAccept(() => {
          const chosen = input.activeItems[0];
          if (chosen !== undefined) resolve({ value: chosen.value });
        }),
      );
      input.show();
      Promise.resolve(options.choices).then((choices) => {
        input.items = choices;
        input.busy = false;
        const active = choices.find((choice) => choice.value === options.active);
        if (active !== undefined) input.activeItems = [active];
      }, reject);
    });
  } finally {
    resources.dispose();
  }
}

/** A line of text as one step of several. `check` gives a sentence for text that will not do. */
export async function askStep(
  step: Step,
  options: {
    readonly prompt: string;
    readonly placeholder?: string;
    readonly value?: string;
    readonly isSecret?: boolean;
    check?(text: string): string | undefined;
  },
): Promise<Answer<string>> {
  const resources = new DisposableStore();
  const input = resources.add(window.createInputBox());
  Object.assign(input, {
    ...step,
    prompt: options.prompt,
    placeholder: options.placeholder,
    value: options.value ?? '',
    password: options.isSecret ?? false,
    ignoreFocusOut: true,
  });
  input.buttons = (step.step ?? 1) > 1 ? [QuickInputButtons.Back] : [];
  try {
    return await new Promise<Answer<string>>((resolve) => {
      resources.add(input.onDidTriggerButton(() => resolve('back')));
      resources.add(input.onDidHide(() => resolve(undefined)));
      // Said when the user is done typing, not at the first letter; taken back as soon as the text will do.
      resources.add(
        input.onDidChangeValue((text) => {
          if (input.validationMessage !== undefined && input.validationMessage !== '') {
            input.validationMessage = options.check?.(text.trim()) ?? '';
          }
        }),
      );
      resources.add(
        input.onDidAccept(() => {
          // Secrets too: no key or token has blanks around it, and what is copied from a page often has.
          const text = input.value.trim();
          const fault = options.check?.(text);
          if (fault === undefined) resolve({ value: text });
          else input.validationMessage = fault;
        }),
      );
      input.show();
    });
  } finally {
    resources.dispose();
  }
}
