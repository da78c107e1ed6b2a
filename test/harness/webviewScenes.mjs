/* global document, requestAnimationFrame, window */
// What the screenshots of the two views show. `act` brings the page there; it throws if it cannot.

const frames = (tab, count = 3) =>
  tab.evaluate(
    (many) =>
      new Promise((resolve) => {
        const next = (left) => (left === 0 ? resolve(undefined) : requestAnimationFrame(() => next(left - 1)));
        next(many);
      }),
    count,
  );
const clickCell = async (tab, row, column) => {
  await tab.locator(`.slick-row[data-row="${row}"] [aria-colindex="${column}"]`).first().click();
};
const selectSome = async (page) => {
  await clickCell(page, 4, 3);
  for (let press = 0; press < 5; press += 1) await page.keyboard.press('Shift+ArrowDown');
  for (let press = 0; press < 3; press += 1) await page.keyboard.press('Shift+ArrowRight');
  await page.locator('.status-selection', { hasText: 'distinct' }).waitFor();
};
/** Makes the cell of a column active in a row, and opens the cell pane. */
const showCell = async (page, column, row) => {
  await clickCell(page, row, 2);
  await page.keyboard.press('Control+Shift+g');
  await page.keyboard.type(column);
  await page.keyboard.press('Enter');
  await page.keyboard.press(' ');
};
const openRecord = async (tab) => {
  await clickCell(tab, 4, 2);
  await tab.keyboard.press('Enter');
  await tab.waitForFunction(() => document.querySelector('.record-where')?.textContent?.startsWith('Block'));
};
const scrollRight = (tab, pixels) =>
  tab.evaluate(async (left) => {
    document.querySelector('.slick-viewport-top.slick-viewport-right').scrollLeft = left;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  }, pixels);
const filterByCell = async (tab, row, column) => {
  await tab.locator('.insight > *').first().waitFor();
  await clickCell(tab, row, column);
  await tab.keyboard.press('Control+Shift+f');
  await tab.locator('.status-rows', { hasText: / of [\d,]+ rows$/ }).waitFor();
};
const tab = (name) => async (page) => {
  await page.click(`#tab-${name}`);
};

export const webviewScenes = [
  { name: 'rows-dark', theme: 'dark', act: (page) => clickCell(page, 6, 5) },
  { name: 'rows-light', theme: 'light', act: (page) => clickCell(page, 6, 5) },
  { name: 'rows-hc-dark', theme: 'hc-dark', act: (page) => clickCell(page, 6, 5) },
  { name: 'rows-hc-light', theme: 'hc-light', act: (page) => clickCell(page, 6, 5) },
  { name: 'rows-german', theme: 'light', locale: 'de-DE', scenario: 'paused' },
  { name: 'rows-narrow', width: 300, height: 560 },
  { name: 'rows-narrow-record', width: 300, height: 560, act: openRecord },
  { name: 'rows-zoom-200', zoom: 2, act: openRecord },
  { name: 'rows-record-dark', act: openRecord },
  { name: 'rows-record-light', theme: 'light', act: openRecord },
  { name: 'rows-record-hc', theme: 'hc-dark', act: openRecord },
  { name: 'rows-odd-text', act: (page) => scrollRight(page, 3000) },
  {
    name: 'rows-absent',
    scenario: 'absent',
    act: async (page) => {
      await page.waitForSelector('.slick-header-column.absent', { state: 'attached' });
      await scrollRight(page, 100_000);
    },
  },
  {
    name: 'rows-selection',
    act: async (page) => {
      await clickCell(page, 4, 3);
      for (let press = 0; press < 5; press += 1) await page.keyboard.press('Shift+ArrowDown');
      for (let press = 0; press < 3; press += 1) await page.keyboard.press('Shift+ArrowRight');
      await page.locator('.status-selection', { hasText: 'distinct' }).waitFor();
    },
  },
  { name: 'rows-selection-hc', theme: 'hc-dark', act: (page) => selectSome(page) },
  { name: 'rows-selection-light', theme: 'light', act: (page) => selectSome(page) },
  {
    name: 'rows-cell-zoom',
    zoom: 2,
    act: async (page) => {
      await showCell(page, 'landing_page', 7);
      await page.locator('.cell-facts').waitFor();
    },
  },
  {
    name: 'rows-cell-narrow',
    width: 300,
    height: 560,
    act: async (page) => {
      await showCell(page, 'landing_page', 7);
      await page.locator('.cell-facts').waitFor();
    },
  },
  {
    name: 'rows-columns-hc-light',
    theme: 'hc-light',
    act: async (page) => {
      await clickCell(page, 4, 5);
      await page.keyboard.press('Control+Shift+g');
      await page.locator('.columns-option').first().waitFor();
    },
  },
  {
    name: 'rows-cell-json',
    act: async (page) => {
      await showCell(page, 'basket', 3);
      await page.locator('.cell-value', { hasText: 'sku' }).waitFor();
    },
  },
  {
    name: 'rows-cell-url',
    theme: 'light',
    act: async (page) => {
      await showCell(page, 'landing_page', 7);
      await page.locator('.cell-facts').waitFor();
    },
  },
  {
    name: 'rows-cell-menu',
    act: async (page) => {
      await clickCell(page, 4, 5);
      await page.keyboard.press('Shift+F10');
      await page.locator('.menu').waitFor();
    },
  },
  {
    name: 'rows-header-menu',
    theme: 'light',
    act: async (page) => {
      await page.locator('.slick-header-column', { hasText: 'path' }).first().click({ button: 'right' });
      await page.locator('.menu').waitFor();
    },
  },
  {
    name: 'rows-columns',
    act: async (page) => {
      await clickCell(page, 4, 5);
      await page.keyboard.press('Control+Shift+g');
      await page.keyboard.type('se');
      await page.locator('.columns-option').first().waitFor();
    },
  },
  {
    name: 'rows-people',
    scenario: 'people',
    act: async (page) => {
      await clickCell(page, 4, 3);
      await page.locator('.slick-header-column', { hasText: 'email' }).first().click({ button: 'right' });
      await page.getByRole('menuitemcheckbox', { name: 'Mask Values' }).click();
      await page.locator('.slick-cell.masked').first().waitFor();
      await clickCell(page, 4, 3);
      await page.keyboard.press(' ');
      await page.locator('.cell-facts').waitFor();
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.querySelector('.record-where')?.textContent?.startsWith('Block'));
    },
  },
  {
    name: 'rows-table',
    scenario: 'table',
    act: async (page) => {
      await page.keyboard.press('Control+g');
      await page.keyboard.type('99995');
      await page.keyboard.press('Enter');
      await scrollRight(page, 2600);
      await frames(page, 6);
    },
  },
  { name: 'rows-three-columns', scenario: 'narrow' },
  { name: 'rows-500-columns', scenario: 'wide', act: (page) => scrollRight(page, 20_000) },
  {
    name: 'rows-huge-end',
    scenario: 'huge',
    act: async (page) => {
      await page.focus('.grid');
      await page.keyboard.press('Control+End');
      await page.waitForSelector('.slick-row[data-row="2999999"] .numeric');
      await frames(page, 6);
    },
  },
  { name: 'rows-long-names', scenario: 'longNames' },
  { name: 'rows-headers-first', query: '&latency=60000', ready: '.skeleton' },
  { name: 'rows-headers-first-light', theme: 'light', query: '&latency=60000', ready: '.skeleton' },
  {
    name: 'rows-reading',
    scenario: 'reading',
    act: async (page) => {
      await page.evaluate(() => window.growPart());
      await page.locator('.status-state', { hasText: 'to come' }).waitFor();
    },
  },
  { name: 'rows-paused', scenario: 'paused' },
  {
    name: 'rows-loading',
    scenario: 'loading',
    act: async (page) => {
      await page.focus('.grid');
      await page.keyboard.press('Control+End');
      await page.waitForSelector('.skeleton');
      await page.waitForSelector('.busy-bar:not([hidden])');
    },
  },
  { name: 'rows-opening', scenario: 'slow', ready: '.busy-bar:not([hidden])' },
  { name: 'rows-empty', scenario: 'empty', ready: '.empty-panel' },
  { name: 'rows-failure', scenario: 'failure', ready: '.failure-panel' },
  { name: 'rows-failure-light', scenario: 'failure', theme: 'light', ready: '.failure-panel' },
  { name: 'rows-failure-narrow', scenario: 'failure', width: 300, height: 560, ready: '.failure-panel' },
  {
    name: 'rows-late-failure',
    scenario: 'lateFailure',
    act: async (page) => {
      await page.focus('.grid');
      await page.keyboard.press('PageDown');
      await page.waitForSelector('.banner-error');
    },
  },
  { name: 'rows-stopped', scenario: 'stopped', ready: '.banner-error' },
  { name: 'rows-damage', scenario: 'damage', ready: '.banner-warning' },
  { name: 'rows-damage-hc-light', scenario: 'damage', theme: 'hc-light', ready: '.banner-warning' },
  { name: 'rows-damage-narrow', scenario: 'damage', width: 300, height: 560, ready: '.banner-warning' },
  { name: 'rows-damage-tab', scenario: 'damages', theme: 'light', act: tab('damage') },
  { name: 'schema-dark', scenario: 'absent', act: tab('schema') },
  {
    name: 'schema-light',
    theme: 'light',
    act: async (page) => {
      await tab('schema')(page);
      await page.evaluate(() => document.querySelector('.panel-schema').scrollTo(0, 100_000));
    },
  },
  { name: 'schema-narrow', width: 300, height: 560, act: tab('schema') },
  {
    name: 'shortcuts',
    act: async (page) => {
      await page.focus('.grid');
      await page.keyboard.press('?');
      await page.waitForSelector('dialog[open]');
    },
  },
  {
    name: 'go-to-invalid',
    act: async (page) => {
      await page.keyboard.press('Control+g');
      await page.keyboard.type('999999999');
      await page.keyboard.press('Enter');
      await page.waitForSelector('input[aria-invalid="true"]');
    },
  },
  {
    name: 'query-filter',
    act: async (page) => {
      await filterByCell(page, 2, 6);
      await filterByCell(page, 1, 7);
      await page.locator('.chip .icon-button[aria-label="Switch off"]').first().focus();
      await page.locator('.slick-header-column', { hasText: 'path' }).click();
      await page.waitForSelector('[aria-sort]');
    },
  },
  {
    name: 'query-editor',
    act: async (page) => {
      await page.waitForSelector('.slick-row .numeric');
      await page.click('.add-filter');
      await page.keyboard.type('even');
      await page.keyboard.press('Enter');
      await page.keyboard.type('12x');
      await page.keyboard.press('Enter');
      await page.locator('.editor-message', { hasText: 'whole number' }).waitFor();
    },
  },
  {
    name: 'query-columns',
    act: async (page) => {
      await page.waitForSelector('.slick-row .numeric');
      await page.click('.add-filter');
      await page.keyboard.type('ti');
      await page.waitForSelector('.picker-option');
    },
  },
  {
    name: 'query-find',
    act: async (page) => {
      await clickCell(page, 2, 6);
      await page.keyboard.press('Control+f');
      await page.keyboard.type('cart');
      await page.locator('.find-count', { hasText: /^\d+ of [\d,]+ rows with matches$/ }).waitFor();
    },
  },
  {
    name: 'query-cost',
    query: '&cost=1',
    act: async (page) => {
      await clickCell(page, 2, 6);
      await page.keyboard.press('Control+Shift+f');
      await page.locator('.banner-info', { hasText: '3.1 GB' }).waitFor();
    },
  },
  {
    name: 'query-sample',
    query: '&cost=1',
    act: async (page) => {
      await clickCell(page, 2, 6);
      await page.keyboard.press('Control+Shift+f');
      await page.getByRole('button', { name: 'First 10,000 Rows Instead' }).click();
      await page.locator('.query-sample', { hasText: '10,000' }).waitFor();
    },
  },
  {
    name: 'query-progress',
    query: '&scan=slow',
    act: async (page) => {
      await clickCell(page, 2, 6);
      await page.keyboard.press('Control+Shift+f');
      await page.locator('.query-progress', { hasText: 'to come' }).waitFor();
    },
  },
  {
    name: 'query-empty',
    act: async (page) => {
      await page.waitForSelector('.slick-row .numeric');
      await page.click('.add-filter');
      await page.keyboard.type('path');
      await page.keyboard.press('Enter');
      await page.keyboard.type('nowhere');
      await page.keyboard.press('Enter');
      await page.locator('.empty-panel', { hasText: 'path contains nowhere' }).waitFor();
    },
  },
  { name: 'query-narrow', width: 300, height: 560, act: (page) => filterByCell(page, 2, 2) },
  {
    name: 'statistics',
    act: async (page) => {
      await tab('statistics')(page);
      await page.locator('.stat-value').first().waitFor();
    },
  },
  {
    name: 'statistics-narrow',
    width: 300,
    height: 560,
    act: async (page) => {
      await tab('statistics')(page);
      await page.locator('.stat-value').first().waitFor();
    },
  },
  {
    name: 'top-values',
    act: async (page) => {
      await clickCell(page, 2, 6);
      await page.keyboard.press('Shift+F');
      await page.locator('.top-values .stat-top .stat-value').first().waitFor();
    },
  },
  {
    name: 'export',
    act: async (page) => {
      await clickCell(page, 2, 6);
      await page.keyboard.press('Control+s');
      await page.waitForSelector('.export-dialog[open]');
    },
  },
  { name: 'diff-dark', view: 'diff', scenario: 'diff', height: 1000 },
  { name: 'diff-light', view: 'diff', scenario: 'diff', theme: 'light', height: 1000 },
  { name: 'diff-hc-dark', view: 'diff', scenario: 'diff', theme: 'hc-dark' },
  { name: 'diff-hc-light', view: 'diff', scenario: 'diff', theme: 'hc-light' },
  { name: 'diff-gap', view: 'diff', scenario: 'diffGap' },
  { name: 'diff-narrow', view: 'diff', scenario: 'diff', width: 300, height: 900 },
  { name: 'diff-zoom-200', view: 'diff', scenario: 'diff', zoom: 2 },
  { name: 'diff-empty', view: 'diff', scenario: 'diffEmpty' },
  { name: 'diff-failure', view: 'diff', scenario: 'diffFailure' },
];
