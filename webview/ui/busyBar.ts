import { element } from './dom';

const showAfterMs = 300;

export interface BusyBar {
  readonly element: HTMLElement;
  /** Shown once this has been true for 300 ms without a break, so that quick things do not flicker. */
  setBusy(isBusy: boolean): void;
}

/** The thin bar at the top edge of the view. */
export function createBusyBar(label: string): BusyBar {
  const bar = element(
    'div',
    { class: 'busy-bar', attributes: { role: 'progressbar', 'aria-label': label } },
    element('div', { class: 'busy-bit' }),
  );
  bar.hidden = true;
  let timer: number | undefined;
  return {
    element: bar,
    setBusy(isBusy) {
      if (!isBusy) {
        window.clearTimeout(timer);
        timer = undefined;
        bar.hidden = true;
      } else if (timer === undefined) {
        timer = window.setTimeout(() => (bar.hidden = false), showAfterMs);
      }
    },
  };
}
