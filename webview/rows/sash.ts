import { element } from '../ui/dom';

export interface Sash {
  readonly element: HTMLElement;
}

/** The edge between grid and record pane: drag it, or move it with the arrows. */
export function createSash(pane: HTMLElement, initial: number, onResized: (width: number) => void): Sash {
  const sash = element('div', {
    class: 'sash',
    attributes: {
      role: 'separator',
      'aria-orientation': 'vertical',
      'aria-label': 'Width of the record',
      tabindex: '-1',
    },
  });
  let width = initial;
  const set = (next: number): void => {
    width = Math.round(Math.max(220, Math.min(next, document.body.clientWidth - 200)));
    pane.style.setProperty('--record-width', `${width}px`);
    sash.setAttribute('aria-valuenow', String(width));
  };
  set(initial);
  sash.addEventListener('pointerdown', (down) => {
    sash.setPointerCapture(down.pointerId);
    sash.classList.add('is-dragged');
    const from = width;
    const move = (event: PointerEvent): void => set(from + down.clientX - event.clientX);
    sash.addEventListener('pointermove', move);
    sash.addEventListener(
      'lostpointercapture',
      () => {
        sash.removeEventListener('pointermove', move);
        sash.classList.remove('is-dragged');
        onResized(width);
      },
      { once: true },
    );
  });
  sash.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    set(width + (event.key === 'ArrowLeft' ? 20 : -20));
    onResized(width);
  });
  return { element: sash };
}
