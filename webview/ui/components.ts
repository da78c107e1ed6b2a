import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  type Button,
  type Checkbox,
} from '@vscode/webview-ui-toolkit';
import { element, icon } from './dom';
import type { IconName } from './icons';

/** The one importer of the component toolkit: whoever replaces it replaces this file. */

declare global {
  interface HTMLElementTagNameMap {
    'vscode-button': Button;
    'vscode-checkbox': Checkbox;
  }
}

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox());

export interface ButtonOptions {
  readonly label: string;
  readonly isPrimary?: boolean;
  readonly onClick: () => void;
}

/** A push button with words on it, verb first. */
export function createButton(options: ButtonOptions): HTMLElement {
  const button = document.createElement('vscode-button');
  button.appearance = options.isPrimary === true ? 'primary' : 'secondary';
  button.textContent = options.label;
  button.addEventListener('click', options.onClick);
  return button;
}

export interface CheckboxOptions {
  /** Words or nodes beside the box; clicking them toggles it. */
  readonly label: Node | string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

export function createCheckbox(options: CheckboxOptions): HTMLElement {
  const box = document.createElement('vscode-checkbox');
  box.append(options.label);
  box.checked = options.isChecked;
  let last = options.isChecked;
  box.addEventListener('change', () => {
    if (box.checked === last) return;
    last = box.checked;
    options.onChange(last);
  });
  return box;
}

export interface IconButtonOptions {
  readonly icon: IconName;
  /** Name for screen readers, and the tooltip. */
  readonly label: string;
  /** Shown in the tooltip: `Ctrl+G`. */
  readonly keys?: string;
  readonly onClick: () => void;
}

/** A small button with an icon: a plain one, since a record pane holds hundreds. */
export function createIconButton(options: IconButtonOptions): HTMLButtonElement {
  const button = element(
    'button',
    {
      class: 'icon-button',
      title: options.keys === undefined ? options.label : `${options.label} (${options.keys})`,
      attributes: { type: 'button', 'aria-label': options.label },
    },
    icon(options.icon),
  );
  button.addEventListener('click', options.onClick);
  return button;
}

/** A button that reads as a link: it does something here or in VS Code, and goes to no address. */
export function createLinkButton(label: string, onClick: () => void, title?: string): HTMLButtonElement {
  const button = element(
    'button',
    { class: 'link-button', attributes: { type: 'button' }, ...(title === undefined ? {} : { title }) },
    label,
  );
  button.addEventListener('click', onClick);
  return button;
}
