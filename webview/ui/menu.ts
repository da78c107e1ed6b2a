import { element, icon } from './dom';

export interface MenuItem {
  /** Verb first. */
  readonly label: string;
  /** `Ctrl+C`. */
  readonly keys?: string;
  readonly isDisabled?: boolean;
  /** Set, true or false: the item is one that is switched on and off. */
  readonly isChecked?: boolean;
  readonly onRun: () => void;
}

export interface MenuOptions {
  /** For screen readers: what it is a menu of. */
  readonly label: string;
  /** Parted by lines; empty groups are left out. */
  readonly groups: readonly (readonly MenuItem[])[];
  /** CSS pixels of the page; the menu stays within the page. */
  readonly at: { readonly x: number; readonly y: number };
}

let close: (() => void) | undefined;

/** Opens a context menu, as VS Code's look and act: arrows, first letters, Escape. The focus goes back to where it was. */
export function openMenu(options: MenuOptions): void {
  close?.();
  const before = document.activeElement;
  const over = new AbortController();
  const items: HTMLElement[] = [];
  const menu = element('div', {
    class: 'menu',
    attributes: { role: 'menu', 'aria-label': options.label, tabindex: '-1' },
  });
  const end = (): void => {
    if (over.signal.aborted) return;
    over.abort();
    const hadFocus = menu.contains(document.activeElement) || document.activeElement === document.body;
    menu.remove();
    close = undefined;
    if (hadFocus && before instanceof HTMLElement) before.focus({ preventScroll: true });
  };
  close = end;
  options.groups
    .filter((group) => group.length > 0)
    .forEach((group, place) => {
      if (place > 0) menu.append(element('div', { class: 'menu-line', attributes: { role: 'separator' } }));
      for (const item of group) {
        const node = createItem(item, end);
        if (item.isDisabled !== true) items.push(node);
        menu.append(node);
      }
    });
  (document.getElementById('root') ?? document.body).append(menu);
  place(menu, options.at);
  listen(menu, items, end, over.signal);
  (items[0] ?? menu).focus({ preventScroll: true });
}

function createItem(item: MenuItem, end: () => void): HTMLElement {
  const isToggle = item.isChecked !== undefined;
  const node = element(
    'div',
    {
      class: 'menu-item',
      attributes: {
        role: isToggle ? 'menuitemcheckbox' : 'menuitem',
        tabindex: '-1',
        ...(isToggle ? { 'aria-checked': String(item.isChecked) } : {}),
        ...(item.isDisabled === true ? { 'aria-disabled': 'true' } : {}),
        ...(item.keys === undefined ? {} : { 'aria-keyshortcuts': item.keys.replaceAll('Ctrl', 'Control') }),
      },
    },
    item.isChecked === true ? icon('check', 'menu-check') : element('span', { class: 'menu-check' }),
    element('span', { class: 'menu-label' }, item.label),
    item.keys === undefined
      ? undefined
      : element('span', { class: 'menu-keys', attributes: { 'aria-hidden': 'true' } }, item.keys),
  );
  node.addEventListener('click', () => {
    if (item.isDisabled === true) return;
    end();
    item.onRun();
  });
  return node;
}

function place(menu: HTMLElement, at: { readonly x: number; readonly y: number }): void {
  const { width, height } = menu.getBoundingClientRect();
  const page = document.documentElement;
  const left = Math.max(4, Math.min(at.x, page.clientWidth - width - 4));
  const below = at.y + height <= page.clientHeight - 4;
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? at.y : Math.max(4, Math.min(at.y - height, page.clientHeight - height - 4))}px`;
}

function listen(menu: HTMLElement, items: readonly HTMLElement[], end: () => void, signal: AbortSignal): void {
  const focusAt = (index: number): void => items[(index + items.length) % items.length]?.focus();
  menu.addEventListener('keydown', (event) => {
    const at = items.findIndex((item) => item === document.activeElement);
    if (event.key === 'ArrowDown') focusAt(at + 1);
    else if (event.key === 'ArrowUp') focusAt(at < 0 ? -1 : at - 1);
    else if (event.key === 'Home') focusAt(0);
    else if (event.key === 'End') focusAt(-1);
    else if (event.key === 'Escape' || event.key === 'Tab') end();
    else if (event.key === 'Enter' || event.key === ' ') items[at]?.click();
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      const letter = event.key.toLowerCase();
      const starts = (index: number): boolean =>
        items[index % items.length]?.querySelector('.menu-label')?.textContent.toLowerCase().startsWith(letter) ===
        true;
      for (let step = 1; step <= items.length; step += 1)
        if (starts(at + step)) {
          focusAt(at + step);
          break;
        }
    }
    event.preventDefault();
    event.stopPropagation();
  });
  menu.addEventListener('mouseover', (event) => {
    items.find((item) => item.contains(event.target as Node))?.focus({ preventScroll: true });
  });
  menu.addEventListener('contextmenu', (event) => {
    event.preventDefault();
    event.stopPropagation();
  });
  const outside = (event: Event): void => {
    if (!menu.contains(event.target as Node)) end();
  };
  document.addEventListener('pointerdown', outside, { capture: true, signal });
  document.addEventListener('wheel', outside, { capture: true, signal });
  window.addEventListener('resize', end, { signal });
  window.addEventListener('blur', end, { signal });
}
