import { element, setShown } from '../ui/dom';
import { roveTabStops } from '../ui/roving';
import type { RowsTab } from './viewState';

export interface TabList {
  readonly element: HTMLElement;
  select(tab: RowsTab): void;
  /** A part without damage has no such tab. */
  setDamageCount(count: number): void;
}

/** Rows, Statistics, Schema, and Damage if there is any: one tab stop, arrows move and select. */
export function createTabList(onTab: (tab: RowsTab) => void): TabList {
  const tabs = {
    rows: createTab('rows', 'Rows', () => onTab('rows')),
    statistics: createTab('statistics', 'Statistics', () => onTab('statistics')),
    schema: createTab('schema', 'Schema', () => onTab('schema')),
    damage: createTab('damage', 'Damage', () => onTab('damage')),
  };
  const all = Object.values(tabs);
  setShown(tabs.damage, false);
  const attributes = { role: 'tablist', 'aria-label': 'Views of the part' };
  const list = element('div', { class: 'tabs', attributes }, ...all);
  const settle = roveTabStops(
    list,
    () => all,
    'horizontal',
    (item) => item.click(),
  );
  return {
    element: list,
    select(tab) {
      for (const one of all) {
        one.setAttribute('aria-selected', String(one === tabs[tab]));
        one.tabIndex = one === tabs[tab] ? 0 : -1;
      }
    },
    setDamageCount(count) {
      tabs.damage.textContent = `Damage (${count})`;
      setShown(tabs.damage, count > 0);
      settle();
    },
  };
}

function createTab(tab: RowsTab, label: string, onClick: () => void): HTMLButtonElement {
  const button = element(
    'button',
    {
      class: 'tab',
      attributes: {
        type: 'button',
        role: 'tab',
        id: `tab-${tab}`,
        'aria-controls': `panel-${tab}`,
        'aria-selected': 'false',
      },
    },
    label,
  );
  button.addEventListener('click', onClick);
  return button;
}
