/**
 * Shows a dialog over the page, in it already, and keeps the focus within until it is closed: Tab goes round. By itself the browser lets Tab
 * leave the last control for the editor's own, where Escape no longer closes the dialog that covers the page.
 */
export function showModal(dialog: HTMLDialogElement): void {
  dialog.addEventListener('keydown', turnAround);
  dialog.showModal();
}

function turnAround(event: KeyboardEvent): void {
  if (event.key !== 'Tab' || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
  const stops = tabStops(event.currentTarget as HTMLElement);
  const [edge, other] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  const active = document.activeElement;
  if (stops.some((stop) => stop === active) && active !== edge) return;
  event.preventDefault();
  other?.focus();
}

/** What Tab goes to, in its order. */
function tabStops(within: HTMLElement): readonly HTMLElement[] {
  const candidates = within.querySelectorAll<HTMLElement>(
    'button, input, select, textarea, a[href], [tabindex], vscode-button, vscode-checkbox',
  );
  return [...candidates].filter(
    (one) =>
      // The toolkit's button hands the focus on to one within it, and so is no stop by its own number.
      (one.tabIndex >= 0 || one.matches('vscode-button')) &&
      one.offsetParent !== null &&
      !one.matches(':disabled, [disabled]'),
  );
}
