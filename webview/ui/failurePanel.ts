import type { FailureView } from '../../src/protocol/view';
import { createButton, createIconButton, createLinkButton } from './components';
import { element, icon } from './dom';

export type FailureAction = (id: string) => void;

/** The whole page, when there is nothing else to show: what happened, why and what to do, and the buttons that do it. */
export function createFailurePanel(failure: FailureView, onAction: FailureAction): HTMLElement {
  const buttons = failure.actions.map((action, index) =>
    createButton({ label: action.title, isPrimary: index === 0, onClick: () => onAction(action.id) }),
  );
  return element(
    'section',
    { class: 'failure-panel', attributes: { role: 'alert' } },
    icon('error', 'failure-icon'),
    element(
      'div',
      { class: 'failure-words' },
      element('h2', {}, failure.message),
      failure.hint === '' ? undefined : element('p', {}, failure.hint),
      buttons.length === 0 ? undefined : element('div', { class: 'button-row' }, ...buttons),
    ),
  );
}

export interface BannerOptions {
  readonly severity: 'error' | 'warning' | 'info';
  readonly text: string;
  readonly actions: readonly { readonly title: string; readonly onClick: () => void }[];
  readonly onClose?: () => void;
}

/** One line above what is still there to read. */
export function createBanner(options: BannerOptions): HTMLElement {
  const actions = options.actions.map((action) => createLinkButton(action.title, action.onClick));
  const close = options.onClose;
  return element(
    'div',
    {
      class: `banner banner-${options.severity}`,
      attributes: { role: options.severity === 'error' ? 'alert' : 'status' },
    },
    icon(options.severity, 'banner-icon'),
    element(
      'div',
      { class: 'banner-words' },
      options.text,
      ...actions.flatMap((action) => [
        element('span', { class: 'dot', attributes: { 'aria-hidden': 'true' } }, ' · '),
        action,
      ]),
    ),
    close === undefined ? undefined : createIconButton({ icon: 'close', label: 'Close', onClick: close }),
  );
}

/** The host's words for a rejected request; if the line itself broke, our own. */
export function failureOf(error: unknown, fallback: string): FailureView {
  const data = (error as { readonly data?: unknown } | undefined)?.data;
  if (isFailureView(data)) return data;
  return { message: fallback, hint: error instanceof Error ? error.message : String(error), actions: [] };
}

function isFailureView(data: unknown): data is FailureView {
  if (typeof data !== 'object' || data === null) return false;
  const { message, hint, actions } = data as Record<string, unknown>;
  return typeof message === 'string' && typeof hint === 'string' && Array.isArray(actions);
}
