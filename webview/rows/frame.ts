import type { FailureView } from '../../src/protocol/view';
import { createAnnouncer, type Announcer } from '../ui/announcer';
import { createBusyBar } from '../ui/busyBar';
import { element, setShown } from '../ui/dom';
import { createBanner, createFailurePanel, type BannerOptions } from '../ui/failurePanel';
import type { RowsTab } from './viewState';

/** The gravest first. */
export type BannerName = 'stopped' | 'failure' | 'query' | 'cost' | 'export' | 'copy' | 'damage' | 'notes';

/** The page's fixed parts, and what may stand above or instead of the grid. */
export interface Frame {
  readonly announcer: Announcer;
  readonly panels: Readonly<Record<RowsTab, HTMLElement>>;
  readonly gridHost: HTMLElement;
  readonly recordHost: HTMLElement;
  /** Below the grid: for one cell, whole. */
  readonly cellHost: HTMLElement;
  showTab(tab: RowsTab): void;
  /** Something named is under way, or no longer. */
  setBusy(what: string, isBusy: boolean): void;
  /** One line above the grid, by name; undefined takes it away. */
  setBanner(name: BannerName, banner: BannerOptions | undefined): void;
  /** Instead of the grid; undefined brings the grid back. */
  setInstead(content: HTMLElement | undefined): void;
  showFailure(failure: FailureView, onAction: (id: string) => void): void;
}

export function createFrame(
  root: HTMLElement,
  toolbar: HTMLElement,
  queryBar: HTMLElement,
  status: HTMLElement,
  extra: HTMLElement,
): Frame {
  const announcer = createAnnouncer();
  const busy = createBusy();
  const banners = createBanners();
  const split = createSplit();
  const panels = {
    rows: panel('rows', split.element),
    statistics: panel('statistics'),
    schema: panel('schema'),
    damage: panel('damage'),
  };
  root.replaceChildren(
    busy.element,
    toolbar,
    queryBar,
    ...banners.elements,
    element('main', { class: 'panels' }, panels.rows, panels.statistics, panels.schema, panels.damage),
    status,
    announcer.element,
    extra,
  );
  return {
    announcer,
    panels,
    gridHost: split.gridHost,
    recordHost: split.recordHost,
    cellHost: split.cellHost,
    showTab(tab) {
      for (const [name, one] of Object.entries(panels)) setShown(one, name === tab);
      setShown(queryBar, tab === 'rows' || tab === 'statistics');
      root.dataset['tab'] = tab;
    },
    setBusy: busy.set,
    setBanner: banners.set,
    setInstead(content) {
      root.classList.remove('is-failed');
      split.setInstead(content);
    },
    showFailure(failure, onAction) {
      root.classList.add('is-failed');
      split.setInstead(createFailurePanel(failure, onAction));
    },
  };
}

/** The bar at the top edge, for any number of things under way. */
function createBusy(): { readonly element: HTMLElement; readonly set: Frame['setBusy'] } {
  const bar = createBusyBar('Reading');
  const busy = new Set<string>();
  return {
    element: bar.element,
    set(what, isBusy) {
      if (isBusy) busy.add(what);
      else busy.delete(what);
      bar.setBusy(busy.size > 0);
    },
  };
}

/** A place for each banner: the gravest stands at the top. */
function createBanners(): { readonly elements: readonly HTMLElement[]; readonly set: Frame['setBanner'] } {
  const slots = {
    stopped: element('div', { class: 'banner-slot' }),
    failure: element('div', { class: 'banner-slot' }),
    query: element('div', { class: 'banner-slot' }),
    cost: element('div', { class: 'banner-slot' }),
    export: element('div', { class: 'banner-slot' }),
    copy: element('div', { class: 'banner-slot' }),
    damage: element('div', { class: 'banner-slot' }),
    notes: element('div', { class: 'banner-slot' }),
  };
  return {
    elements: Object.values(slots),
    set: (name, options) => slots[name].replaceChildren(...(options === undefined ? [] : [createBanner(options)])),
  };
}

/** The grid, or what stands instead of it, and the record beside it. */
function createSplit(): Pick<Frame, 'gridHost' | 'recordHost' | 'cellHost'> & {
  readonly element: HTMLElement;
  readonly setInstead: (content: HTMLElement | undefined) => void;
} {
  const gridHost = element('div', { class: 'grid' });
  const instead = element('div', { class: 'instead' });
  const recordHost = element('div', { class: 'record-host' });
  setShown(instead, false);
  const cellHost = element('div', { class: 'cell-host' });
  setShown(recordHost, false);
  setShown(cellHost, false);
  return {
    element: element(
      'div',
      { class: 'rows-split' },
      element('div', { class: 'rows-main' }, gridHost, cellHost),
      instead,
      recordHost,
    ),
    gridHost,
    recordHost,
    cellHost,
    setInstead(content) {
      instead.replaceChildren(...(content === undefined ? [] : [content]));
      setShown(instead, content !== undefined);
      gridHost.classList.toggle('is-covered', content !== undefined);
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
