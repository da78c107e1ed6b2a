import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { announced, callsOf, cell, copied, createGridPages, header, isLeftOut, type GridPages } from './gridPage';

describe.skipIf(isLeftOut)('selecting and copying cells', () => {
  let pages: GridPages;
  beforeAll(async () => {
    pages = await createGridPages();
  });
  afterAll(() => pages.close());

  const selectedCount = '.slick-cell.selected';

  it('drags over cells, across the frozen edge, and says what they amount to', () =>
    pages.on({}, async (page) => {
      const from = (await cell(page, 2, 3).boundingBox())!;
      const to = (await cell(page, 5, 6).boundingBox())!;
      await page.mouse.move(from.x + 20, from.y + 10);
      await page.mouse.down();
      await page.mouse.move(to.x + 20, to.y + 10, { steps: 6 });
      await page.mouse.up();
      expect(await page.locator(selectedCount).count()).toBe(16);
      expect(await page.locator('.slick-cell[aria-selected=true]').count()).toBe(16);
      expect(await page.locator('.slick-cell.active').getAttribute('aria-colindex')).toBe('3');
      await page.locator('.status-selection', { hasText: /^16 cells selected, \d+ distinct/ }).waitFor();
      await expect.poll(() => announced(page)).toMatch(/^16 cells selected/);
      await cell(page, 9, 3).click();
      expect(await page.locator(selectedCount).count()).toBe(0);
      expect(await page.locator('.status-selection').isVisible()).toBe(false);
      expect(await page.locator('.status-position').innerText()).toBe('row 10');
    }));

  it('extends by Shift and click, and by Shift and arrows, from the active cell', () =>
    pages.on({}, async (page) => {
      await cell(page, 2, 2).click();
      await cell(page, 4, 4).click({ modifiers: ['Shift'] });
      expect(await page.locator(selectedCount).count()).toBe(9);
      await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('Shift+ArrowLeft');
      expect(await page.locator(selectedCount).count()).toBe(8);
      await page.keyboard.press('ArrowDown');
      expect(await page.locator(selectedCount).count()).toBe(0);
      expect(await page.locator('.slick-row.active').first().getAttribute('data-row')).toBe('3');
    }));

  it('selects to the edges, rows, columns and all by keys, over rows that are not here', () =>
    pages.on({}, async (page) => {
      const status = page.locator('.status-selection');
      await cell(page, 2, 2).click();
      await page.keyboard.press('Control+Shift+ArrowDown');
      await expect.poll(() => status.innerText()).toBe('248,111 cells selected');
      await page.keyboard.press('Control+Home');
      await page.keyboard.press('Shift+ ');
      await expect.poll(() => status.innerText()).toMatch(/^30 cells selected/);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+ ');
      await expect.poll(() => status.innerText()).toBe('248,113 cells selected');
      await page.keyboard.press('Control+a');
      await expect.poll(() => status.innerText()).toBe('7,443,390 cells selected');
      await page.keyboard.press('Escape');
      expect(await status.isVisible()).toBe(false);
    }));

  it('selects a row by its number, several by dragging, and a column from its header', () =>
    pages.on({}, async (page) => {
      await cell(page, 3, 1).click();
      const status = page.locator('.status-selection');
      await expect.poll(() => status.innerText()).toMatch(/^30 cells selected/);
      await cell(page, 5, 1).click({ modifiers: ['Shift'] });
      await expect.poll(() => status.innerText()).toMatch(/^90 cells selected/);
      await header(page, 'time').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Select Column' }).click();
      await expect.poll(() => status.innerText()).toBe('248,113 cells selected');
      expect(await page.locator('.slick-cell.active').getAttribute('aria-colindex')).toBe('5');
    }));

  it('scrolls on while a drag is held beyond the edge', () =>
    pages.on({}, async (page) => {
      const from = (await cell(page, 2, 5).boundingBox())!;
      const grid = (await page.locator('.grid').boundingBox())!;
      await page.mouse.move(from.x + 20, from.y + 10);
      await page.mouse.down();
      await page.mouse.move(from.x + 30, grid.y + grid.height + 40, { steps: 4 });
      await expect
        .poll(async () => Number(await page.locator('.slick-row').last().getAttribute('data-row')), {
          timeout: 8000,
        })
        .toBeGreaterThan(80);
      await page.mouse.up();
      // Rows may still be drawn for where it stands; it must not move on.
      const [before, after] = await page.evaluate(async () => {
        const viewport = document.querySelector('.slick-viewport-top.slick-viewport-left')!;
        const frames = async (count: number): Promise<void> => {
          for (let at = 0; at < count; at++) await new Promise((done) => requestAnimationFrame(done));
        };
        await frames(2);
        const top = viewport.scrollTop;
        await frames(12);
        return [top, viewport.scrollTop];
      });
      expect(after).toBe(before);
      expect(after).toBeGreaterThan(0);
    }));

  it('copies a rectangle as tab-separated text, with exact ids, and with headers on request', () =>
    pages.on({}, async (page) => {
      const texts = await Promise.all(
        [0, 1].map(async (row) =>
          Promise.all([2, 3].map(async (column) => (await cell(page, row, column).textContent()) ?? '')),
        ),
      );
      await cell(page, 0, 2).click();
      await cell(page, 1, 3).click({ modifiers: ['Shift'] });
      await page.keyboard.press('Control+c');
      const body = texts.map((row) => row.join('\t'));
      await expect.poll(async () => (await copied(page))?.trimEnd().split(/\r?\n/)).toEqual(body);
      await page.keyboard.press('Control+Shift+C');
      await expect
        .poll(async () => (await copied(page))?.trimEnd().split(/\r?\n/))
        .toEqual(['user_id\tevent_id', ...body]);
      await expect.poll(() => announced(page)).toBe('Copied 4 cells');
    }));

  it.each([
    ['JSON', /^\[\n {2}\{"user_id":\s?"-?\d+"/],
    ['NDJSON', /^\{"user_id":"-?\d+"/],
    ['CSV with Headers', /^user_id,event_id/],
    ['Markdown Table', /^\| user\\_id \|/],
    ['SQL INSERT', /^insert into "?pageviews"?/i],
    ['SQL IN List', /in \(-?\d+, ?-?\d+\)/i],
  ])('copies as %s from the menu', (name, wanted) =>
    pages.on({}, async (page) => {
      await cell(page, 0, 2).click();
      await cell(page, 1, 3).click({ modifiers: ['Shift'] });
      await cell(page, 1, 3).click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Copy as…' }).click();
      await page.getByRole('menuitem', { name, exact: true }).click();
      await expect.poll(() => copied(page)).toMatch(wanted);
      expect(await page.evaluate('document.activeElement.className')).toContain('grid');
    }),
  );

  it('fetches what is not here before it copies, and long values whole', () =>
    pages.on({}, async (page) => {
      await cell(page, 0, 2).click();
      await page.keyboard.press('Control+Shift+g');
      await page.keyboard.type('note');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Control+ ');
      await page.keyboard.press('Control+Home');
      await page.keyboard.press('Control+Shift+g');
      await page.keyboard.type('note');
      await page.keyboard.press('Enter');
      for (let press = 0; press < 40; press += 1) await page.keyboard.press('Shift+PageDown');
      await page.keyboard.press('Control+c');
      await expect.poll(async () => ((await copied(page)) ?? '').length).toBeGreaterThan(100_000);
      const lines = (await copied(page))!;
      // Every ninth note is 1,710 characters long: none came cut.
      expect(
        lines.match(/(?:Lorem ipsum dolor sit amet, consetetur sadipscing elitr\. ){30}/g)!.length,
      ).toBeGreaterThan(50);
      expect((await callsOf<{ readonly row: number }>(page, 'rows/record')).length).toBeGreaterThan(50);
    }));

  it('refuses to copy more than the clipboard bears, and says so where it stays', () =>
    pages.on({}, async (page) => {
      await cell(page, 0, 2).click();
      await page.keyboard.press('Control+a');
      await page.keyboard.press('Control+c');
      await page.getByText('7,443,390 cells are too many for the clipboard').first().waitFor();
      expect(await copied(page)).toBeUndefined();
    }));

  it('opens its menu by keys, goes by arrows and letters, and gives the focus back', () =>
    pages.on({}, async (page) => {
      await cell(page, 3, 2).click();
      await page.keyboard.press('Shift+F10');
      const menu = page.getByRole('menu');
      await menu.waitFor();
      const focused = (): Promise<string> => page.evaluate('document.activeElement.textContent');
      expect(await focused()).toContain('Copy');
      await page.keyboard.press('ArrowUp');
      expect(await focused()).toContain('Column user_id');
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowDown');
      expect(await focused()).toContain('Copy with Headers');
      await page.keyboard.press('Escape');
      expect(await menu.count()).toBe(0);
      expect(await page.evaluate('document.activeElement.className')).toContain('grid');
    }));
});
