import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RowsArrangement } from '../../src/core/rowsArrangement';
import {
  announced,
  callsOf,
  cell,
  copied,
  createGridPages,
  goToColumn,
  header,
  headerNames,
  isLeftOut,
  type GridPages,
} from './gridPage';

const arranged = async (page: Page): Promise<RowsArrangement | undefined> =>
  (await callsOf<RowsArrangement>(page, 'rows/arrange')).at(-1);

const fromHeader = async (page: Page, column: string, item: string): Promise<void> => {
  await header(page, column).click({ button: 'right' });
  await page.locator('.menu').getByText(item, { exact: true }).click();
};

describe.skipIf(isLeftOut)('the columns of the grid', () => {
  let pages: GridPages;
  beforeAll(async () => {
    pages = await createGridPages();
  });
  afterAll(() => pages.close());

  it('goes to a column by some of its letters', () =>
    pages.on({ scenario: 'wide' }, async (page) => {
      await cell(page, 3, 2).click();
      await page.keyboard.press('Control+Shift+g');
      await page.keyboard.type('prop 470');
      await expect.poll(() => page.locator('.columns-option.is-current').innerText()).toContain('property_470');
      await page.keyboard.press('Enter');
      await page.locator('.slick-row.active[data-row="3"] .slick-cell.active[aria-colindex="501"]').waitFor();
      expect(await header(page, 'property_470').isVisible()).toBe(true);
      expect(await page.evaluate('document.activeElement.className')).toContain('grid');
    }));

  it('hides and shows columns from the list, by keys, and tells the host', () =>
    pages.on({}, async (page) => {
      await cell(page, 3, 2).click();
      await page.keyboard.press('Control+Shift+g');
      await page.keyboard.type('path');
      await page.keyboard.press('Shift+Enter');
      await page.locator('.columns-count', { hasText: '29 of 30 shown' }).waitFor();
      await page.keyboard.press('Escape');
      expect(await headerNames(page)).not.toContain('path');
      await expect.poll(async () => (await arranged(page))?.hidden).toEqual(['path']);
      await goToColumn(page, 'path');
      expect(await headerNames(page)).toContain('path');
      await expect.poll(async () => (await arranged(page))?.hidden).toEqual([]);
    }));

  it('moves columns by keys, in the list and in the grid, and says where they stand', () =>
    pages.on({}, async (page) => {
      await cell(page, 3, 6).click();
      await page.keyboard.press('Alt+Shift+ArrowRight');
      expect((await headerNames(page)).slice(4, 7)).toEqual(['time', 'title', 'path']);
      await expect.poll(() => announced(page)).toBe('path is column 3 of 27');
      expect(await page.locator('.slick-cell.active').getAttribute('aria-colindex')).toBe('7');
      await page.keyboard.press('Control+Shift+g');
      await page.keyboard.press('Alt+ArrowUp');
      await page.keyboard.press('Alt+ArrowUp');
      await page.keyboard.press('Escape');
      expect((await headerNames(page)).slice(4, 7)).toEqual(['path', 'time', 'title']);
      await expect.poll(async () => (await arranged(page))?.order.slice(0, 3)).toEqual(['path', 'time', 'title']);
    }));

  it('brings back what the host remembers of the table', () =>
    pages.on({ query: '&memory=table' }, async (page) => {
      await cell(page, 0, 2).waitFor();
      await page.evaluate(() =>
        window.sessionStorage.setItem(
          'arrangement:shop:table',
          JSON.stringify({
            order: ['title', 'time', 'path'],
            hidden: ['time'],
            widths: { title: 333 },
            density: 'comfortable',
            timeUnits: {},
            masked: ['title'],
          }),
        ),
      );
      await page.reload();
      await cell(page, 0, 2).waitFor();
      const names = await headerNames(page);
      expect(names[4]).toBe('title');
      expect(await headerNames(page)).not.toContain('time');
      expect((await header(page, 'title').boundingBox())!.width).toBe(333);
      expect((await cell(page, 0, 2).boundingBox())!.height).toBe(28);
      expect(await cell(page, 1, 5).textContent()).toMatch(/^.•+$/);
    }));

  it('sets the height of the rows, and keeps the place', () =>
    pages.on({}, async (page) => {
      await cell(page, 0, 2).click();
      await page.keyboard.press('Control+g');
      await page.keyboard.type('5000');
      await page.keyboard.press('Enter');
      await page.locator('.slick-row.active[data-row="4999"]').first().waitFor();
      for (const [name, height] of [
        ['Compact', 20],
        ['Comfortable', 28],
      ] as const) {
        await header(page, 'path').click({ button: 'right' });
        await page.getByRole('menuitem', { name: 'Row Height…' }).click();
        await page.getByRole('menuitemcheckbox', { name }).click();
        await cell(page, 4999, 2).waitFor();
        expect((await cell(page, 4999, 2).boundingBox())!.height).toBe(height);
        expect(await page.locator('.slick-row.active').first().getAttribute('data-row')).toBe('4999');
      }
      await expect.poll(async () => (await arranged(page))?.density).toBe('comfortable');
    }));

  it('fits columns to their values from the menu, and resets them', () =>
    pages.on({}, async (page) => {
      await cell(page, 0, 2).waitFor();
      const before = await headerNames(page);
      await fromHeader(page, 'title', 'Fit to Values');
      const isCut = await cell(page, 0, 7).evaluate((node) => node.scrollWidth > node.clientWidth);
      expect(isCut).toBe(false);
      await fromHeader(page, 'title', 'Move to Front');
      expect((await headerNames(page))[4]).toBe('title');
      await fromHeader(page, 'title', 'Hide Column');
      expect(await headerNames(page)).not.toContain('title');
      await fromHeader(page, 'path', 'Reset Columns');
      expect(await headerNames(page)).toEqual(before);
    }));

  it('shows counts as times in the unit they look like, copies them raw, and reads them otherwise on request', () =>
    pages.on({ scenario: 'people' }, async (page) => {
      await cell(page, 0, 3).waitFor();
      expect(await header(page, 'joindate').locator('.type-hint').textContent()).toBe('µs, UTC');
      expect(await cell(page, 1, 3).textContent()).toBe('2023-11-14 22:14:21.123456');
      expect(await header(page, 'last_modified').locator('.type-hint').textContent()).toBe('ms, UTC');
      await cell(page, 1, 3).hover();
      expect(await cell(page, 1, 3).getAttribute('title')).toContain('1700000061123456');
      await cell(page, 1, 3).click();
      await page.keyboard.press('Control+c');
      await expect.poll(() => copied(page)).toBe('1700000061123456');
      await header(page, 'joindate').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Show as Time…' }).click();
      await page.getByRole('menuitemcheckbox', { name: 'Raw' }).click();
      expect(await cell(page, 1, 3).textContent()).toBe('1700000061123456');
      await expect.poll(async () => (await arranged(page))?.timeUnits).toEqual({ joindate: 'none' });
    }));

  it('marks columns that look personal, masks them, and copies them masked', () =>
    pages.on({ scenario: 'people' }, async (page) => {
      await cell(page, 0, 3).waitFor();
      expect(await header(page, 'email').innerText()).toContain('may be personal');
      expect(await header(page, 'email').getAttribute('title')).toContain('e-mail');
      expect(await header(page, 'country').innerText()).not.toContain('may be personal');
      await header(page, 'email').click({ button: 'right' });
      await page.getByRole('menuitemcheckbox', { name: 'Mask Values' }).click();
      const masked = await cell(page, 1, 6).textContent();
      expect(masked).toMatch(/^.•+@•••\.com$/);
      await cell(page, 1, 6).click();
      await page.keyboard.press('Control+c');
      await expect.poll(() => copied(page)).toBe(masked);
      await page.keyboard.press('Enter');
      await page.locator('.record-field', { hasText: 'email' }).getByText('Masked').waitFor();
      expect(await page.locator('.record-field', { hasText: 'email' }).innerText()).toContain(masked);
      await page.locator('.record-pane').press('Control+c');
      await expect.poll(() => copied(page)).toContain(`"email": "${masked}"`);
    }));

  it('says of each row of a table which dump and part it is of, and hatches what a part does not have', () =>
    pages.on({ scenario: 'table' }, async (page) => {
      await cell(page, 0, 2).waitFor();
      expect((await headerNames(page)).slice(0, 4)).toEqual(['#', 'dump', 'part', 'user_id']);
      expect(await cell(page, 0, 2).textContent()).toBe('1240');
      await goToColumn(page, 'loyalty_tier');
      await page.locator('.slick-row[data-row="0"] .slick-cell.absent').waitFor();
      const absent = page.locator('.slick-row[data-row="0"] .slick-cell.absent');
      await absent.hover();
      expect(await absent.getAttribute('title')).toBe(
        'loyalty_tier is not in dump 1240, part-00000; there since dump 1241',
      );
      await page.keyboard.press('Control+g');
      await page.keyboard.type('180001');
      await page.keyboard.press('Enter');
      await page.locator('.slick-row.active[data-row="180000"]').first().waitFor();
      await expect.poll(() => cell(page, 180_000, 2).textContent()).toBe('1241');
      expect(await cell(page, 180_000, 3).textContent()).toBe('part-00001');
      expect(await cell(page, 179_999, 3).textContent()).toBe('part-00000');
      expect(await page.locator('.slick-row[data-row="180000"] .slick-cell.absent').count()).toBe(0);
    }));

  it('adds columns that turn up in further parts at the right end, and moves nothing', () =>
    pages.on({}, async (page) => {
      await cell(page, 3, 5).click();
      const before = await headerNames(page);
      const box = await cell(page, 3, 5).boundingBox();
      await page.evaluate(() => {
        const view = window as unknown as {
          hostOpened: { columns: object[]; parts: object[] };
          tellView(method: string, params: object): void;
        };
        const { columns, parts } = view.hostOpened;
        view.tellView('rows/parts', {
          columns: [...columns, { name: 'late_one', kind: 'text', typeText: 'string or null', nullable: true }],
          parts,
        });
      });
      await expect.poll(() => headerNames(page)).toEqual([...before, 'late_one']);
      expect(await cell(page, 3, 5).boundingBox()).toEqual(box);
      expect(await page.locator('.slick-cell.active').getAttribute('aria-colindex')).toBe('5');
    }));

  it('goes anywhere in a part that was not read, says that numbers are estimates, and keeps its place when they are exact', () =>
    pages.on({ scenario: 'reading' }, async (page) => {
      await cell(page, 0, 2).click();
      expect(await page.locator('[role=grid]').getAttribute('aria-rowcount')).toBe('248392');
      await page.keyboard.press('Control+g');
      await page.keyboard.type('200000');
      await page.keyboard.press('Enter');
      await expect.poll(() => cell(page, 199_999, 1).textContent()).toBe('≈ 200,000');
      expect(await page.locator('.status-position').innerText()).toBe('row ≈ 200,000');
      await cell(page, 199_999, 2)
        .getByText(/^-?\d+$/)
        .waitFor();
      const box = await cell(page, 199_999, 2).boundingBox();
      await page.evaluate('window.growPart()');
      await page.locator('.status-rows', { hasText: /^248,113 rows$/ }).waitFor();
      await expect.poll(() => cell(page, 199_999, 1).textContent()).toBe('200,000');
      expect(await cell(page, 199_999, 2).boundingBox()).toEqual(box);
      expect(await page.locator('[role=grid]').getAttribute('aria-rowcount')).toBe('248114');
    }));
});

describe.skipIf(isLeftOut)('the cell pane', () => {
  let pages: GridPages;
  beforeAll(async () => {
    pages = await createGridPages();
  });
  afterAll(() => pages.close());

  it('shows JSON laid out and raw, copies what it shows, follows the active cell, and goes by Escape', () =>
    pages.on({}, async (page) => {
      await cell(page, 3, 2).click();
      await goToColumn(page, 'basket');
      await page.keyboard.press(' ');
      const value = page.locator('.cell-value');
      await expect.poll(() => value.innerText()).toMatch(/^\[\n {2}\{\n {4}"sku": "SC-/);
      await page.getByRole('button', { name: 'Lay out JSON' }).click();
      await expect.poll(() => value.innerText()).toMatch(/^\[\{"sku":"SC-/);
      await page.getByRole('button', { name: 'Copy value' }).click();
      await expect.poll(() => copied(page)).toMatch(/^\[\{"sku":"SC-/);
      await page.locator('.grid').focus();
      await page.keyboard.press('ArrowLeft');
      await expect.poll(() => page.locator('#cell-title').innerText()).toBe('loyalty_tier');
      await page.keyboard.press('Escape');
      expect(await page.locator('.cell-pane').count()).toBe(0);
      expect(await page.evaluate('document.activeElement.className')).toContain('grid');
    }));

  it('takes an address apart, and a count of microseconds', () =>
    pages.on({ scenario: 'people' }, async (page) => {
      await cell(page, 1, 3).click();
      await page.keyboard.press(' ');
      await expect.poll(() => page.locator('.cell-value').innerText()).toBe('1700000061123456');
      await page.locator('.cell-facts', { hasText: '2023-11-14 22:14:21.123456 UTC' }).waitFor();
    }));

  it('fetches a long value whole, and is there again with its height after a reload', () =>
    pages.on({ query: '&memory=cell' }, async (page) => {
      await cell(page, 7, 2).click();
      await goToColumn(page, 'note');
      await page.keyboard.press(' ');
      await page.locator('.cell-where', { hasText: '1,710 characters' }).waitFor();
      await expect.poll(async () => (await page.locator('.cell-value').innerText()).length).toBeGreaterThan(1700);
      const sash = page.getByRole('separator', { name: 'Height of the cell' });
      await sash.focus();
      await page.keyboard.press('ArrowUp');
      const height = (await page.locator('.cell-host').boundingBox())!.height;
      expect(height).toBe(220);
      await expect
        .poll(() => page.evaluate('sessionStorage.getItem("state:shop:cell")'))
        .toContain('"cellHeight":220');
      await page.reload();
      await page.locator('.cell-pane').waitFor();
      expect((await page.locator('.cell-host').boundingBox())!.height).toBe(220);
    }));
});
