import { element } from '../../ui/dom';
import { showModal } from '../../ui/modal';

export interface Popover {
  readonly element: HTMLDialogElement;
  /** Opens below the anchor, as near as the page allows, with the focus where `focus` puts it. */
  open(anchor: DOMRect, focus: () => void): void;
  close(): void;
}

/** A small window over the page that keeps the focus until it is closed: by Escape, by a click beside it, or by its owner. */
export function createPopover(
  label: string,
  content: readonly HTMLElement[],
  onClosed: (isCancelled: boolean) => void,
): Popover {
  let isCancelled = false;
  const dialog = element('dialog', { class: 'popover', attributes: { 'aria-label': label } }, ...content);
  dialog.addEventListener('cancel', () => (isCancelled = true));
  dialog.addEventListener('close', () => {
    dialog.remove();
    onClosed(isCancelled);
  });
  dialog.addEventListener('pointerdown', (event) => {
    if (event.target === dialog && isOutside(dialog, event)) dialog.close();
  });
  // Keys of the view are not for it.
  dialog.addEventListener('keydown', (event) => event.stopPropagation());
  return {
    element: dialog,
    open(anchor, focus) {
      (document.getElementById('root') ?? document.body).append(dialog);
      showModal(dialog);
      const { width, height } = dialog.getBoundingClientRect();
      const left = Math.max(4, Math.min(anchor.left, window.innerWidth - width - 4));
      const below = anchor.bottom + 3;
      const top = below + height > window.innerHeight - 4 ? Math.max(4, window.innerHeight - height - 4) : below;
      dialog.style.left = `${left}px`;
      dialog.style.top = `${top}px`;
      focus();
    },
    close: () => dialog.close(),
  };
}

function isOutside(dialog: HTMLElement, { clientX, clientY }: MouseEvent): boolean {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
