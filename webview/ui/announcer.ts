import { element } from './dom';

export interface Announcer {
  readonly element: HTMLElement;
  /** Read out when the reader is done with what it is at. */
  say(text: string): void;
}

/** A polite live region: what eyes see happen, in words. */
export function createAnnouncer(): Announcer {
  const region = element('div', { class: 'sr-only', attributes: { role: 'status', 'aria-live': 'polite' } });
  return {
    element: region,
    say(text) {
      // The same words twice must be read twice.
      region.textContent = region.textContent === text ? `${text}\u00a0` : text;
    },
  };
}
