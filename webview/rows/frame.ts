import type { FailureView } from '../../src/protocol/view';
import { createAnnouncer, type Announcer } from '../ui/announcer';
import { createBusyBar } from '../ui/busyBar';
import { element, setShown } from '../ui/dom';
import { createBanner, createFailurePanel, type BannerOptions } from '../ui/failurePanel';
import type { RowsTab } from './viewState';

/** The page's fixed parts, and what may stand above or instead of the grid. */
export interface Frame {
  readonly announcer: Announcer;
  readonly panels: Readonly<Record<RowsTab, HTMLElement>>;
  readonly gridHost: HTMLElement;
  readonly recordHost: HTMLElement;
  showTab(tab: RowsTab): void;
  /** Something named is under way, or no longer. */
  setBusy(what: string, isBusy: boolean): void;
  /** One line above the grid, by name; undefined takes it away. */
  setBanner(name: 'stopped' | 'failure' | 'damage', banner: BannerOptions | undefined): void;
  /** Instead of the grid; undefined brings the grid back. */
  setInstead(content: HTMLElement | undefined): void;
  showFailure(failure: FailureView, onAction: (id: string) => void): void;
}

export function createFrame(
  root: HTMLElement,
  toolbar: HTMLElement,
  status: HTMLElement,
  extra: HTMLElement,
): Frame {
  const announcer = createAnnouncer();
  const busyBar = createBusyBar('Reading');
  const banners = {
    stopped: element('div', { class: 'banner-slot' }),
    failure: element('div', { class: 'banner-slot' }),
    damage: element('div', { class: 'banner-slot' }),
  };
  const instead = element('div', { class: 'instead' });
  const gridHost = element('div', { class: 'grid' });
  const recordHost = element('div', { class: 'record-host' });
  setShown(instead, false);
  setShown(recordHost, false);
  const panels = {
    rows: panel('rows', element('div', { class: 'rows-split' }, gridHost, instead, recordHost)),
    schema: panel('schema'),
    damage: panel('damage'),
  };
  const busy = new Set<string>();
  root.replaceChildren(
    busyBar.element,
    toolbar,
    banners.stopped,
    banners.failure,
    banners.damage,
    element('main', { class: 'panels' }, panels.rows, panels.schema, panels.damage),
    status,
    announcer.element,
    extra,
  );
  const setInstead = (content: HTMLElement | undefined): void => {
    instead.replaceChildren(...(content === undefined ? [] : [content]));
    setShown(instead, content !== undefined);
    gridHost.classList.toggle('is-covered', content !== undefined);
  };
  return {
    announcer,
    panels,
    gridHost,
    recordHost,
    showTab(tab) {
      for (const [name, one] of Object.entries(panels)) setShown(one, name === tab);
    },
    setBusy(what, isBusy) {
      if (isBusy) busy.add(what);
      else busy.delete(what);
      busyBar.setBusy(busy.size > 0);
    },
    setBanner(name, options) {
      banners[name].replaceChildren(...(options === undefined ? [] : [createBanner(options)]));
    },
    setInstead(content) {
      root.classList.remove('is-failed');
      setInstead(content);
    },
    showFailure(failure, onAction) {
      root.classList.add('is-failed');
      setInstead(createFailurePanel(failure, onAction));
    },
  };
}

function panel(name: RowsTab, ...content: Node[]): HTMLElement {
  return element(
    'section',
    {
      class: `panel panel-${name}`,
      attributes: { role: 'tabpanel', id: `panel-${name}`, 'aria-labelledby': `tab-${name}` },
    },
    ...content,
  );
}
