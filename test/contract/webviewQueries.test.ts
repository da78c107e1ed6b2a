// Questions about all rows, in a real Chromium, answered by a scripted host that goes through its own rows.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addFilter,
  callsOf,
  cell,
  createGridPages,
  header,
  isLeftOut,
  lastQuery,
  test,
  type GridPages,
} from './gridPage';

/** The scripted host goes through its rows in the page itself. */
const poll = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 30_000 });
const status = (page: Page) => page.locator('.status-rows');
const filtered = (page: Page) => status(page).filter({ hasText: /^[\d,]+ of 248,113 rows$/ });
const count = async (page: Page): Promise<number> =>
  Number(((await status(page).textContent()) ?? '').split(' ')[0]?.replaceAll(',', ''));

describe.skipIf(isLeftOut)('questions about all rows', () => {
  let pages: GridPages;
  beforeAll(async () => {
    pages = await createGridPages();
  });
  afterAll(() => pages.close());
  const onPage: GridPages['on'] = (scene, check) => pages.onRows(scene, check);

  it('filters by the cell: a chip, a new view, only such rows, with their own numbers', () =>
    onPage({}, async (page) => {
      await cell(page, 2, 6).click();
      const path = (await cell(page, 2, 6).textContent()) ?? '';
      await page.keyboard.press('Control+Shift+F');
      await filtered(page).waitFor();
      expect(await lastQuery(page)).toEqual({ filter: test('path', 'equals', path) });
      expect(await page.locator('.chip-label').innerText()).toContain(path);
      const shown = await page.locator('.slick-cell[aria-colindex="6"]').allTextContents();
      expect(shown.length).toBeGreaterThan(10);
      expect(new Set(shown)).toEqual(new Set([path]));
      expect(await cell(page, 0, 1).textContent()).toBe('3');
    }));

  it('draws no more rows than pass, where they do not fill the page', () =>
    onPage({}, async (page) => {
      const id = (await cell(page, 2, 3).textContent()) ?? '';
      await cell(page, 2, 3).click();
      await page.keyboard.press('Control+Shift+F');
      await filtered(page).waitFor();
      expect(await lastQuery(page)).toMatchObject({ filter: { test: 'equals', values: [id] } });
      const passing = await count(page);
      expect(passing).toBeLessThan(20);
      await poll(() => page.locator('.grid-canvas-left .slick-row').count()).toBe(passing);
      await poll(() => page.locator('.skeleton').count()).toBe(0);
    }));

  it('makes a filter in the editor, says what is wrong with a value, and applies what is typed after a pause', () =>
    onPage({}, async (page) => {
      await page.locator('.add-filter').click();
      await page.keyboard.type('evid');
      await page.locator('.picker-option[aria-selected="true"]', { hasText: 'event_id' }).waitFor();
      await page.keyboard.press('Enter');
      await page.keyboard.type('12x');
      await page.keyboard.press('Enter');
      await page.locator('.editor-message', { hasText: 'Type a whole number' }).waitFor();
      expect(await callsOf(page, 'rowsView/open')).toEqual([]);
      await page.keyboard.press('Escape');
      expect(await page.locator('.chip').count()).toBe(0);
      await page.locator('.add-filter').click();
      await page.keyboard.type('path');
      await page.keyboard.press('Enter');
      await page.keyboard.type('cart');
      await page.locator('.chip', { hasText: 'cart' }).waitFor();
      expect(await page.locator('dialog[open]').count()).toBe(1);
      expect(await lastQuery(page)).toEqual({ filter: test('path', 'contains', 'cart') });
      await page.keyboard.press('Escape');
      await status(page)
        .filter({ hasText: /^248,113 rows$/ })
        .waitFor();
      expect(await page.locator('.chip').count()).toBe(0);
    }));

  it('joins filters by and, or, and groups; switches off, removes, undoes and does again', () =>
    onPage({}, async (page) => {
      await addFilter(page, 'path', 'cart');
      await filtered(page).waitFor();
      const cart = await count(page);
      await addFilter(page, 'country', 'France');
      await poll(() => count(page)).toBeLessThan(cart);
      const both = await count(page);
      await page.locator('button.chip-join').click();
      await poll(() => count(page)).toBeGreaterThan(cart);
      expect(await lastQuery(page)).toMatchObject({ filter: { kind: 'any' } });
      await page.locator('.grid').focus();
      await page.keyboard.press('Control+z');
      await poll(() => count(page)).toBe(both);
      await page.locator('.chip-label', { hasText: 'country' }).focus();
      await page.keyboard.press(' ');
      await poll(() => count(page)).toBe(cart);
      expect(await page.locator('.chip.is-off').count()).toBe(1);
      await page.keyboard.press(' ');
      await poll(() => count(page)).toBe(both);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Or…' }).click();
      await page.keyboard.type('country');
      await page.keyboard.press('Enter');
      await page.keyboard.type('Japan');
      await page.keyboard.press('Enter');
      await page.locator('.chip-group .chip').nth(1).waitFor();
      await poll(() => count(page)).toBeGreaterThan(both);
      expect(await lastQuery(page)).toEqual({
        filter: {
          kind: 'all',
          of: [
            test('path', 'contains', 'cart'),
            { kind: 'any', of: [test('country', 'contains', 'France'), test('country', 'contains', 'Japan')] },
          ],
        },
      });
      await page.locator('.chip-label', { hasText: 'path' }).focus();
      await page.keyboard.press('Delete');
      expect(await page.locator('.chip').count()).toBe(2);
      await page.locator('.grid').focus();
      await page.keyboard.press('Control+z');
      expect(await page.locator('.chip').count()).toBe(3);
      await page.keyboard.press('Control+y');
      expect(await page.locator('.chip').count()).toBe(2);
      await page.getByRole('button', { name: 'Clear filters and order' }).click();
      await status(page)
        .filter({ hasText: /^248,113 rows$/ })
        .waitFor();
    }));

  it('closes a view when another takes its place, and never gives a number twice', () =>
    onPage({}, async (page) => {
      await addFilter(page, 'path', 'cart');
      await filtered(page).waitFor();
      await addFilter(page, 'country', 'France');
      await poll(async () => (await callsOf(page, 'rowsView/close')).length).toBeGreaterThan(0);
      const views = (await callsOf<{ view: number }>(page, 'rowsView/open')).map(({ view }) => view);
      expect(new Set(views).size).toBe(views.length);
      await page.getByRole('button', { name: 'Clear filters and order' }).click();
      await status(page)
        .filter({ hasText: /^248,113 rows$/ })
        .waitFor();
      const closed = (await callsOf<{ view: number }>(page, 'rowsView/close')).map(({ view }) => view);
      expect(new Set(closed)).toEqual(new Set(views));
    }));

  it('brings filters and order back when the window is reloaded', () =>
    onPage({ query: '&memory=q' }, async (page) => {
      await addFilter(page, 'path', 'cart');
      await filtered(page).waitFor();
      await header(page, 'title').click();
      await page.locator('[aria-sort="ascending"]').waitFor();
      const shown = await count(page);
      await poll(() => page.evaluate('sessionStorage.getItem("state:shop:q")')).toContain('"sort":[{');
      await page.reload();
      await poll(() => count(page)).toBe(shown);
      expect(await page.locator('.chip').count()).toBe(2);
      expect(await lastQuery(page)).toMatchObject({ sort: [{ column: 'title' }] });
    }));

  it('asks before much is read, and labels a sample as one', () =>
    onPage({ query: '&cost=1' }, async (page) => {
      await cell(page, 2, 6).click();
      await page.keyboard.press('Control+Shift+F');
      await page.locator('.banner', { hasText: 'This reads 3.1 GB in about 800 requests.' }).waitFor();
      expect(await status(page).textContent()).toBe('248,113 rows');
      await page.getByRole('button', { name: 'First 10,000 Rows Instead' }).click();
      await page.locator('.query-sample', { hasText: 'from the first 10,000 rows only' }).waitFor();
      await status(page)
        .filter({ hasText: /^[\d,]+ of the first 10,000 rows$/ })
        .waitFor();
      expect(await page.locator('.banner').count()).toBe(0);
      await page.getByRole('button', { name: 'Read All' }).click();
      await filtered(page).waitFor();
      expect((await callsOf<{ scope: string }>(page, 'rowsView/open')).map(({ scope }) => scope)).toEqual([
        'ask',
        'sample',
        'all',
      ]);
    }));

  it('lets rows stream in, says after two seconds how far it is, and stops when told to', () =>
    onPage({ query: '&scan=slow' }, async (page) => {
      await cell(page, 2, 6).click();
      await page.keyboard.press('Control+Shift+F');
      await status(page)
        .filter({ hasText: /^[\d,]+\+ of 248,113 rows$/ })
        .waitFor();
      await page.locator('.busy-bar').waitFor();
      await page.locator('.query-progress', { hasText: /rows done · .*\/s · .* to come$/ }).waitFor();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.locator('.query-progress').waitFor({ state: 'hidden' });
      expect((await callsOf(page, 'rowsView/cancel')).length).toBe(1);
      expect(await cell(page, 0, 6).textContent()).not.toBe('');
      expect(await page.locator('.busy-bar').isVisible()).toBe(false);
    }));

  it('says in words that nothing matches, and clears the filters', () =>
    onPage({}, async (page) => {
      await addFilter(page, 'path', 'nowhere');
      await page.locator('.empty-panel', { hasText: 'No row matches path contains nowhere.' }).waitFor();
      await page.getByRole('button', { name: 'Clear Filters', exact: true }).click();
      await status(page)
        .filter({ hasText: /^248,113 rows$/ })
        .waitFor();
      expect(await page.locator('.empty-panel').count()).toBe(0);
    }));

  it('finds text in all rows: count, next, previous, case, regular expression, highlights, Escape', () =>
    onPage({}, async (page) => {
      await cell(page, 0, 2).click();
      await page.keyboard.press('Control+f');
      await page.keyboard.type('wool');
      const words = page.locator('.find-count');
      await words.filter({ hasText: /^1 of [\d,]+ rows with matches$/ }).waitFor();
      await poll(() => page.evaluate('CSS.highlights.get("find")?.size ?? 0')).toBeGreaterThan(0);
      await poll(() => page.evaluate('CSS.highlights.get("find-current")?.size ?? 0')).toBeGreaterThan(0);
      await page.keyboard.press('Enter');
      await words.filter({ hasText: /^2 of / }).waitFor();
      await page.keyboard.press('Shift+Enter');
      await words.filter({ hasText: /^1 of / }).waitFor();
      await page.keyboard.press('Shift+Enter');
      await words.filter({ hasText: /^([\d,]+) of \1 rows with matches$/ }).waitFor();
      await page.keyboard.press('Alt+c');
      await words.filter({ hasText: /^\d+ of [\d,]+ rows/ }).waitFor();
      await page.keyboard.press('Alt+r');
      await page.getByRole('textbox', { name: 'Find in all rows' }).fill('wool|(');
      await poll(() => words.textContent()).toMatch(/regular expression|group/i);
      await page.getByRole('textbox', { name: 'Find in all rows' }).fill('^/p/w.*f$');
      await words.filter({ hasText: /rows with matches$/ }).waitFor();
      expect((await callsOf(page, 'find/start')).at(-1)).toMatchObject({
        test: { text: '^/p/w.*f$', matchCase: true, isRegex: true },
      });
      await page.keyboard.press('Escape');
      expect(await page.evaluate('document.activeElement.className')).toContain('grid');
      await poll(() => page.evaluate('CSS.highlights.get("find").size')).toBe(0);
    }));

  it('sorts by headers: up, down, off; shift adds, ranks show; and by keys', () =>
    onPage({}, async (page) => {
      await header(page, 'path').click();
      await page.locator('[aria-sort="ascending"]', { hasText: 'path' }).waitFor();
      await poll(() => cell(page, 0, 6).textContent()).toBe('/');
      await page.locator('.status-rows', { hasText: 'sorted with 48 MB on disk' }).waitFor();
      await header(page, 'title').click({ modifiers: ['Shift'] });
      expect(await page.locator('.sort-mark').allInnerTexts()).toHaveLength(2);
      await poll(() => lastQuery(page)).toEqual({ sort: [{ column: 'path' }, { column: 'title' }] });
      await header(page, 'path').click();
      await page.locator('[aria-sort="descending"]', { hasText: 'path' }).waitFor();
      await header(page, 'path').click();
      await status(page)
        .filter({ hasText: /^248,113 rows$/ })
        .waitFor();
      expect(await page.locator('[aria-sort]').count()).toBe(0);
      await cell(page, 3, 5).click();
      await page.keyboard.press('Shift+S');
      await page.locator('[aria-sort="ascending"]', { hasText: 'time' }).waitFor();
    }));

  it('shows insight in headers without moving anything, and filters by a click on it', () =>
    onPage({}, async (page) => {
      await header(page, 'path').locator('.insight-nulls').waitFor();
      expect((await header(page, 'path').boundingBox())!.height).toBe(46);
      expect(await header(page, 'path').locator('.insight').innerText()).toMatch(/≈.*\d+ %.*9 % NULL/s);
      expect(await header(page, 'path').locator('.insight').getAttribute('title')).toContain(
        'from the first 10,000 rows',
      );
      await header(page, 'path').locator('.insight-nulls').click();
      await filtered(page).waitFor();
      expect(await lastQuery(page)).toEqual({ filter: test('path', 'isNull') });
      expect(await page.locator('[aria-sort]').count()).toBe(0);
      await page.getByRole('button', { name: 'Show insight in headers' }).click();
      await poll(async () => (await header(page, 'path').boundingBox())!.height).toBe(26);
    }));

  it('keeps statistics in a tab: from the first rows, of all on demand, each labelled; a value filters', () =>
    onPage({}, async (page) => {
      await page.locator('#tab-statistics').click();
      const scope = page.locator('.stat-scope');
      await scope.filter({ hasText: '≈ from the first 10,000 rows' }).waitFor();
      await page.getByRole('textbox', { name: 'Search columns' }).fill('country');
      await poll(() => page.locator('.stat-shell').count()).toBe(1);
      await page.getByRole('button', { name: 'Read All 248,113 Rows' }).click();
      await scope.filter({ hasText: /^from all 248,113 rows$/ }).waitFor({ timeout: 40_000 });
      const value = page.locator('.stat-top .stat-value').first();
      const name = (await value.locator('.stat-label').textContent()) ?? '';
      const shareText = await value.locator('.stat-share').textContent();
      expect(shareText).toMatch(/^\d+ %$/);
      await value.click();
      await filtered(page).waitFor();
      expect(await lastQuery(page)).toEqual({ filter: test('country', 'equals', name) });
      expect(await page.locator('#tab-rows').getAttribute('aria-selected')).toBe('true');
    }));

  it('draws only the statistics that are looked at, of 500 columns', () =>
    onPage({ scenario: 'wide' }, async (page) => {
      await page.getByRole('button', { name: 'Show insight in headers' }).click();
      await page.locator('#tab-statistics').click();
      await page.locator('.stat-value').first().waitFor();
      expect(await page.locator('.stat-shell').count()).toBe(500);
      expect(await page.locator('.stat-card').count()).toBeLessThan(40);
    }));

  it('shows the top values of a column on Shift+F, by keys alone', () =>
    onPage({}, async (page) => {
      await cell(page, 2, 6).click();
      await page.keyboard.press('Shift+F');
      const first = page.locator('.top-values .stat-top .stat-value').first();
      await poll(() => first.evaluate((node) => node === document.activeElement)).toBe(true);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await filtered(page).waitFor();
      expect(await lastQuery(page)).toMatchObject({ filter: { column: 'path', test: 'equals' } });
    }));

  it('exports what is shown: format, columns, guard, what may be personal masked', () =>
    onPage({}, async (page) => {
      await addFilter(page, 'path', 'cart');
      await filtered(page).waitFor();
      const rows = await count(page);
      await page.getByRole('button', { name: 'Export rows' }).click();
      const dialog = page.locator('.export-dialog');
      expect(await dialog.innerText()).toContain(`${rows.toLocaleString('en-GB')} rows where path contains cart.`);
      await dialog.getByRole('combobox', { name: 'What to do with ip' }).selectOption('hash');
      await dialog.getByRole('combobox', { name: 'Columns', exact: true }).selectOption('all');
      await dialog.getByRole('button', { name: 'Export…' }).click();
      await poll(async () => (await callsOf(page, 'rowsView/export')).length).toBe(1);
      const [call] = await callsOf<{ view: number; options: { columns: string[]; masks: unknown } }>(
        page,
        'rowsView/export',
      );
      const { view, options } = call!;
      expect(view).toBeGreaterThan(0);
      expect(options).toMatchObject({ format: 'csv', formulaGuard: true, provenance: false });
      expect(options.columns).toHaveLength(30);
      expect(options.masks).toEqual([{ column: 'ip', how: 'hash' }]);
    }));

  it('keeps Tab within a dialog, round and round, and gives the focus back on Escape', () =>
    onPage({}, async (page) => {
      const active = (): Promise<string> =>
        page.evaluate(() => {
          const at = document.activeElement;
          return at === null || at.closest('dialog') === null
            ? 'outside'
            : (at.getAttribute('aria-label') ?? at.textContent);
        });
      await cell(page, 2, 3).click();
      await page.keyboard.press('Control+s');
      await poll(active).toBe('Format');
      const passed = ['Format'];
      do {
        await page.keyboard.press('Tab');
        passed.push(await active());
      } while (passed.at(-1) !== 'Format' && passed.length < 40);
      expect(passed).not.toContain('outside');
      expect(passed.slice(-3)).toEqual(['Cancel', 'Close', 'Format']);
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Shift+Tab');
      expect(await active()).toBe('Cancel');
      await page.keyboard.press('Escape');
      await poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');
    }));

  it('asks before an export that reads much, once, in the words of the other questions', () =>
    onPage({ query: '&cost=1' }, async (page) => {
      const scopes = async () =>
        (await callsOf<{ scope: string }>(page, 'rowsView/export')).map(({ scope }) => scope);
      const question = page.locator('.banner', { hasText: 'This reads 3.1 GB in about 800 requests.' });
      const start = async (): Promise<void> => {
        await page.getByRole('button', { name: 'Export rows' }).click();
        await page.locator('.export-dialog').getByRole('button', { name: 'Export…' }).click();
        await question.waitFor();
      };
      await start();
      await question.getByRole('button', { name: 'Cancel' }).click();
      await poll(() => question.count()).toBe(0);
      expect(await scopes()).toEqual(['ask']);
      await start();
      await question.getByRole('button', { name: 'Read All' }).click();
      await poll(scopes).toEqual(['ask', 'ask', 'all']);
      expect(await page.locator('.banner').count()).toBe(0);
      await start();
      await question.getByRole('button', { name: 'First 10,000 Rows Instead' }).click();
      await poll(scopes).toEqual(['ask', 'ask', 'all', 'ask', 'sample']);
      const calls = await callsOf<{ options: unknown }>(page, 'rowsView/export');
      expect(calls.at(-1)?.options).toEqual(calls.at(-2)?.options);
    }));

  it('forgets the question of an export when other rows are shown', () =>
    onPage({ query: '&cost=1' }, async (page) => {
      await page.getByRole('button', { name: 'Export rows' }).click();
      await page.locator('.export-dialog').getByRole('button', { name: 'Export…' }).click();
      await page.locator('.banner', { hasText: 'This reads 3.1 GB' }).waitFor();
      await cell(page, 2, 6).click();
      await page.keyboard.press('Control+Shift+F');
      await poll(async () => (await callsOf(page, 'rowsView/open')).length).toBe(1);
      await poll(() => page.locator('.banner', { hasText: 'This reads 3.1 GB' }).count()).toBe(1);
      await page.getByRole('button', { name: 'First 10,000 Rows Instead' }).click();
      await poll(() => page.locator('.banner').count()).toBe(0);
      expect(await callsOf(page, 'rowsView/export')).toHaveLength(1);
    }));

  it('passes the query on as SQL, with the columns that are shown', () =>
    onPage({}, async (page) => {
      await addFilter(page, 'path', 'cart');
      await filtered(page).waitFor();
      await page.getByRole('button', { name: 'Show as SQL' }).click();
      const [params] = await callsOf<{ columns: string[] }>(page, 'rowsView/showAsSql');
      expect(params).toMatchObject({ query: { filter: test('path', 'contains', 'cart') } });
      expect(params?.columns.slice(0, 4)).toEqual(['user_id', 'event_id', 'session_id', 'time']);
    }));

  it('applies a query that the host gives', () =>
    onPage({}, async (page) => {
      await page.evaluate(
        'window.tellView("rows/applyQuery", { filter: { kind: "test", column: "user_id", test: "equals", values: ["6376005011997641486"] } })',
      );
      await status(page)
        .filter({ hasText: /^28 of 248,113 rows$/ })
        .waitFor();
      expect(await page.locator('.chip-label').innerText()).toContain('6376005011997641486');
    }));
});
