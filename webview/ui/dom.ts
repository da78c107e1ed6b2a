import { iconLetter, type IconName } from './icons';

/** Small helpers for building the page. Text only ever becomes text nodes. */

export type Child = Node | string | undefined;

export interface ElementOptions {
  readonly class?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly title?: string;
}

/** An element with classes, attributes and children; strings become text nodes. Never pass `style` as an attribute: the CSP forbids it. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  options: ElementOptions = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (options.class !== undefined) made.className = options.class;
  if (options.title !== undefined) made.title = options.title;
  for (const [name, value] of Object.entries(options.attributes ?? {})) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** A codicon: decoration only, never read out. Words stand beside it. */
export function icon(name: IconName, extraClass = ''): HTMLElement {
  return element('span', {
    class: `codicon ${extraClass}`.trim(),
    attributes: { 'aria-hidden': 'true', 'data-letter': iconLetter(name) },
  });
}

/** Shows or hides, for eyes and screen readers alike. */
export function setShown(target: HTMLElement, isShown: boolean): void {
  target.hidden = !isShown;
}

/** Words for screen readers only. */
export function hiddenText(text: string): HTMLElement {
  return element('span', { class: 'sr-only' }, text);
}
