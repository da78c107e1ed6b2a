// What the answers to questions about all rows must not tell, and where they lead, in a real Chromium with a scripted host.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  callsOf,
  cell,
  createGridPages,
  goToColumn,
  header,
  isLeftOut,
  lastQuery,
  test,
  type GridPages,
} from './gridPage';

const poll = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 30_000 });
const filtered = (page: Page) => page.locator('.status-rows', { hasText: /^[\d,]+ of [\d,]+ rows$/ });
const message = (page: Page) => page.locator('.go-to-message');

const chooseInMenu = async (page: Page, column: string, item: string): Promise<void> => {
  await header(page, column).click({ button: 'right' });
  await page.locator('.menu-item', { hasText: item }).first().click();
};
const filterByCell = async (page: Page, row: number, column: number): Promise<void> => {
  await cell(page, row, column).click();
  await page.keyboard.press('Control+Shift+f');
};
const goToRow = async (page: Page, typed: string): Promise<void> => {
  await page.keyboard.press('Control+g');
  await page.keyboard.type(typed);
  await page.keyboard.press('Enter');
};
const activeNumber = (page: Page): Promise<string | null> =>
  page.locator('.slick-row.active .row-number').first().textContent();

describe.skipIf(isLeftOut)('answers about all rows', () => {
  let pages: GridPages;
  beforeAll(async () => {
    pages = await createGridPages();
  });
  afterAll(() => pages.close());
  const onPage: GridPages['on'] = (scene, check) => pages.onRows(scene, check);

  const withMask = (check: (page: Page, address: string) => Promise<void>): Promise<void> =>
    onPage({ scenario: 'people' }, async (page) => {
      const address = (await cell(page, 0, 6).textContent()) ?? '';
      expect(address).toContain('@example.com');
      await chooseInMenu(page, 'email', 'Mask Values');
      await page.locator('.slick-cell.masked').first().waitFor();
      await check(page, address);
      expect(await page.locator('body').innerText()).not.toContain(address);
      const told = await page.evaluate(() =>
        [...document.querySelectorAll('[title], [aria-label]')].map(
          (node) => `${node.getAttribute('title') ?? ''} ${node.getAttribute('aria-label') ?? ''}`,
        ),
      );
      expect(told.filter((text) => text.includes(address))).toEqual([]);
    });

  it('tell no masked value in a chip, in words or in the editor, and filter by the value all the same', () =>
    withMask(async (page, address) => {
      await filterByCell(page, 0, 6);
      await filtered(page).waitFor();
      expect(await lastQuery(page)).toEqual({ filter: test('email', 'equals', address) });
      expect(await page.locator('.chip-label').textContent()).toMatch(/^email = .•+@•••\.com$/);
      await page.locator('.chip-label').click();
      const value = page.getByRole('textbox', { name: 'Value' });
      expect(await value.inputValue()).toBe('');
      await page.locator('.editor-message', { hasText: 'masked' }).waitFor();
      const asked = (await callsOf(page, 'rowsView/open')).length;
      await page.keyboard.press('Enter');
      await page.locator('.chip-editor').waitFor({ state: 'detached' });
      expect(await callsOf(page, 'rowsView/open')).toHaveLength(asked);
      await page.locator('.chip-label').click();
      await value.fill('nobody@example.com');
      await page.keyboard.press('Enter');
      await poll(() => lastQuery(page)).toEqual({ filter: test('email', 'equals', 'nobody@example.com') });
    }));

  it('tell no masked value in headers, top values and statistics', () =>
    withMask(async (page) => {
      await poll(() => header(page, 'email').locator('.insight').textContent()).toMatch(/distinct|different/);
      expect(await header(page, 'email').locator('.is-clickable.insight-part .insight-value').count()).toBe(0);
      await page.locator('#tab-statistics').click();
      const card = page.locator('.stat-shell[data-column="email"]');
      await card.scrollIntoViewIfNeeded();
      await poll(() => card.innerText()).toContain('Values are masked');
      expect(await card.innerText()).not.toMatch(/From|To\b|@/);
    }));

  it('do not search what is masked, and say so', () =>
    withMask(async (page) => {
      await page.keyboard.press('Control+f');
      await page.keyboard.type('example.com');
      await page.locator('.find-count', { hasText: 'masked columns left out' }).waitFor();
      const find = async () =>
        (await callsOf<{ readonly test: { readonly columns?: string[] } | null }>(page, 'find/start')).at(-1)?.test;
      expect((await find())?.columns).toContain('identity');
      expect((await find())?.columns).not.toContain('email');
      await chooseInMenu(page, 'email', 'Mask Values');
      await poll(async () => (await find())?.columns).toBeUndefined();
      await chooseInMenu(page, 'email', 'Mask Values');
      await poll(async () => (await find())?.columns).toContain('identity');
    }));

  it('export masked columns masked, unless one says otherwise', () =>
    onPage({}, async (page) => {
      await chooseInMenu(page, 'title', 'Mask Values');
      await page.keyboard.press('Control+s');
      const dialog = page.locator('.export-dialog');
      expect(await dialog.innerText()).toContain('Masked in the view.');
      await dialog.getByRole('button', { name: 'Export…' }).click();
      await poll(async () => (await callsOf(page, 'rowsView/export')).length).toBe(1);
      const [{ options }] = (await callsOf<{ readonly options: { readonly masks: unknown } }>(
        page,
        'rowsView/export',
      )) as [{ readonly options: { readonly masks: unknown } }];
      expect(options.masks).toContainEqual({ column: 'title', how: 'mask' });
    }));

  it('filter by a cell that its part does not have', () =>
    onPage({ scenario: 'table' }, async (page) => {
      await cell(page, 0, 5).click();
      await goToColumn(page, 'loyalty_tier');
      await page.keyboard.press('Control+Shift+f');
      await page.locator('.status-rows', { hasText: '100,000 of 248,113 rows' }).waitFor();
      expect(await lastQuery(page)).toEqual({ filter: test('loyalty_tier', 'isAbsent') });
    }));

  it('ask for rows of a view only once the host has it', () =>
    onPage({ query: '&answer=late' }, async (page) => {
      await filterByCell(page, 2, 6);
      await filtered(page).waitFor();
      await poll(() => cell(page, 0, 6).textContent()).toBe('/');
      expect(await page.locator('.banner-error').count()).toBe(0);
    }));

  it('ask again for rows under estimated numbers when these change, and stay where they are', () =>
    onPage({ scenario: 'paused' }, async (page) => {
      await goToRow(page, '200000');
      await page.locator('.slick-row .row-number', { hasText: /^≈ 200,000$/ }).waitFor();
      const pagesOf = async (): Promise<number[]> =>
        (await callsOf<{ readonly first: number }>(page, 'rows/page')).map(({ first }) => first);
      const asked = (await pagesOf()).length;
      const place = await page.locator('.slick-row').first().getAttribute('data-row');
      await page.evaluate('window.tellView("rows/renumbered", {})');
      await poll(async () => (await pagesOf()).slice(asked)).toContain(199_800);
      expect((await pagesOf()).slice(asked).every((first) => first > 190_000)).toBe(true);
      expect(await page.locator('.slick-row').first().getAttribute('data-row')).toBe(place);
    }));

  it('go to a row by its number among filtered rows, to the next one if it is not there, and by its place among sorted ones', () =>
    onPage({}, async (page) => {
      await filterByCell(page, 2, 6);
      await filtered(page).waitFor();
      await poll(() => cell(page, 1, 1).textContent()).toMatch(/\d/);
      const number = (await cell(page, 1, 1).textContent()) ?? '';
      await goToRow(page, number);
      await poll(() => activeNumber(page)).toBe(number);
      await goToRow(page, '200000');
      await poll(() => message(page).textContent()).toMatch(
        /^Row 200,000 is not among these rows\. The next is row 200,\d{3}\.$/,
      );
      await poll(() => activeNumber(page)).toMatch(/^200,\d{3}$/);
      await page.keyboard.press('Enter');
      await goToRow(page, '999999');
      await poll(() => message(page).textContent()).toMatch(/The last is row 248,\d{3}\.$/);
      await page.keyboard.press('Escape');
      await header(page, 'time').click();
      await page.locator('[aria-sort]').waitFor();
      await poll(() => page.getByPlaceholder('Go to place').count()).toBe(1);
      await goToRow(page, '100');
      await poll(() => page.locator('.slick-row.active').first().getAttribute('data-row')).toBe('99');
    }));

  it('give statistics of the filtered rows, and of all rows beside them', () =>
    onPage({}, async (page) => {
      await filterByCell(page, 2, 6);
      await filtered(page).waitFor();
      await page.locator('#tab-statistics').click();
      const choice = page.getByRole('combobox', { name: 'Statistics of' });
      await choice.waitFor();
      const scope = page.locator('.stat-scope');
      await scope.filter({ hasText: 'filtered rows' }).waitFor();
      await choice.selectOption('all');
      await scope.filter({ hasText: /^≈ from the first 10,000 rows$/ }).waitFor();
      const card = page.locator('.stat-shell[data-column="user_id"]');
      await poll(() => card.innerText()).toContain('9,170');
      await choice.selectOption('filtered');
      await scope.filter({ hasText: 'filtered rows' }).waitFor();
      await page.getByRole('button', { name: 'Clear filters and order' }).click();
      await choice.waitFor({ state: 'hidden' });
    }));

  it('offer to export a whole column, which is too much to copy', () =>
    onPage({}, async (page) => {
      await chooseInMenu(page, 'path', 'Select Column');
      await page.locator('.status-selection', { hasText: '248,113 cells selected' }).waitFor();
      await page.keyboard.press('Control+c');
      await page.getByRole('button', { name: 'Export…' }).click();
      const dialog = page.locator('.export-dialog');
      await dialog.getByRole('button', { name: 'Export…' }).click();
      await poll(async () => (await callsOf(page, 'rowsView/export')).length).toBe(1);
      const calls = await callsOf<{ readonly options: { readonly columns: unknown } }>(page, 'rowsView/export');
      expect(calls[0]?.options.columns).toEqual(['path']);
    }));

  it('that were lost leave the rows in sight, whatever is asked, until they are opened again', () =>
    onPage({}, async (page) => {
      await cell(page, 0, 2).click();
      await page.keyboard.press('Control+Shift+f');
      await filtered(page).waitFor();
      const before = await filtered(page).innerText();
      await page.evaluate('window.isPartLost = true; window.tellView("rows/reset", {})');
      await page.getByRole('alert').getByText('ended unexpectedly').waitFor();
      const asked = async (): Promise<readonly number[]> =>
        Promise.all(['rows/openView', 'rows/page'].map(async (name) => (await callsOf(page, name)).length));
      const askedBefore = await asked();
      await page
        .getByRole('button', { name: /^Remove/ })
        .first()
        .click();
      await page.locator('.chip').waitFor({ state: 'detached' });
      expect(await page.locator('.status-rows').innerText()).toBe(before);
      expect(await asked()).toEqual(askedBefore);
      await page.evaluate('window.isPartLost = false; window.tellView("rows/reset", {})');
      await page.locator('.status-rows', { hasText: /^248,113 rows$/ }).waitFor();
      expect(await cell(page, 0, 2).textContent()).toMatch(/^-?\d+$/);
    }));
});
