import { element } from '../ui/dom';

export interface Sash {
  readonly element: HTMLElement;
}

export interface SashKind {
  /** `horizontal`: it changes a width, from the pane's left edge; `vertical`: a height, from its top edge. */
  readonly axis: 'horizontal' | 'vertical';
  readonly label: string;
  /** The property of the pane that holds its size. */
  readonly property: string;
}

const recordSash: SashKind = { axis: 'horizontal', label: 'Width of the record', property: '--record-width' };
/** CSS pixels: of the pane at least, and of what is beside it. */
const least = { horizontal: [220, 200], vertical: [80, 120] } as const;

/** The edge between the grid and a pane: drag it, or move it with the arrows. Sizes in CSS pixels. */
export function createSash(
  pane: HTMLElement,
  initial: number,
  onResized: (size: number) => void,
  { axis, label, property }: SashKind = recordSash,
): Sash {
  const isWide = axis === 'horizontal';
  const sash = element('div', {
    class: isWide ? 'sash' : 'sash sash-top',
    attributes: {
      role: 'separator',
      'aria-orientation': isWide ? 'vertical' : 'horizontal',
      'aria-label': label,
      tabindex: '0',
    },
  });
  const [leastSize, leastRest] = least[axis];
  let size = initial;
  const set = (next: number): void => {
    const room = isWide ? document.body.clientWidth : document.body.clientHeight;
    size = Math.round(Math.max(leastSize, Math.min(next, room - leastRest)));
    pane.style.setProperty(property, `${size}px`);
    sash.setAttribute('aria-valuenow', String(size));
  };
  set(initial);
  sash.addEventListener('pointerdown', (down) => {
    sash.setPointerCapture(down.pointerId);
    sash.classList.add('is-dragged');
    const from = size;
    const move = (event: PointerEvent): void =>
      set(from + (isWide ? down.clientX - event.clientX : down.clientY - event.clientY));
    sash.addEventListener('pointermove', move);
    sash.addEventListener(
      'lostpointercapture',
      () => {
        sash.removeEventListener('pointermove', move);
        sash.classList.remove('is-dragged');
        onResized(size);
      },
      { once: true },
    );
  });
  const [more, fewer] = isWide ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
  sash.addEventListener('keydown', (event) => {
    if (event.key !== more && event.key !== fewer) return;
    event.preventDefault();
    event.stopPropagation();
    set(size + (event.key === more ? 20 : -20));
    onResized(size);
  });
  return { element: sash };
}
