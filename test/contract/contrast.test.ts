import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFilter, callsOf, cell, createGridPages, goToColumn, isLeftOut, type GridPages } from './gridPage';

// What is seen where colours are few (high contrast, the system's own) and room is short (200 % zoom), in a real Chromium.

let pages: GridPages;

/** A computed property of an element's part; pseudo-elements have no handle of their own. */
const styleOf = (page: Page, selector: string, pseudo: string, property: string): Promise<string> =>
  page.evaluate(
    ([of, part, name]) =>
      getComputedStyle(document.querySelector(of)!, part === '' ? undefined : part).getPropertyValue(name),
    [selector, pseudo, property] as const,
  );
const canvas = (page: Page): Promise<string> => styleOf(page, 'body', '', 'background-color');

describe.skipIf(isLeftOut)('the rows view where colours are few and room is short', () => {
  beforeAll(async () => {
    pages = await createGridPages();
  });
  afterAll(() => pages.close());

  it.each(['hc-dark', 'hc-light'])('selected text can be read in a field: %s', (theme) =>
    pages.on({ theme }, async (page) => {
      await page.locator('.find-input').fill('cart');
      await page.locator('.find-input').selectText();
      const colour = await styleOf(page, '.find-input', '::selection', 'color');
      expect(colour).not.toBe(await styleOf(page, '.find-input', '', 'color'));
      expect(colour).not.toBe(await styleOf(page, '.find-input', '::selection', 'background-color'));
    }),
  );

  it('in forced colours the tab that is shown, thumbs of scroll bars and progress are seen', () =>
    pages.on({ forcedColors: 'active' }, async (page) => {
      await cell(page, 2, 3).waitFor();
      const nothing = await canvas(page);
      const background = (selector: string, pseudo: string): Promise<string> =>
        styleOf(page, selector, pseudo, 'background-color');
      expect(await background('.tab[aria-selected="true"]', '::after')).not.toBe(nothing);
      expect(await background('.slick-viewport-right', '::-webkit-scrollbar-thumb')).not.toBe(nothing);
      expect(await background('.busy-bit', '')).not.toBe(nothing);
    }));

  it('in forced colours absent cells are hatched', () =>
    pages.on({ forcedColors: 'active', scenario: 'absent' }, async (page) => {
      await cell(page, 2, 3).click();
      await goToColumn(page, 'store_id');
      await page.locator('.slick-cell.absent').first().waitFor();
      expect(await styleOf(page, '.slick-cell.absent', '', 'background-image')).toContain('gradient');
    }));

  it('in forced colours one item of a menu is marked: the one in focus', () =>
    pages.on({ forcedColors: 'active' }, async (page) => {
      await cell(page, 4, 5).click();
      await page.keyboard.press('Shift+F10');
      await page.locator('.menu-item:focus').waitFor();
      const other = '.menu-item:not(:focus)';
      expect(await styleOf(page, other, '', 'outline-style')).toBe('none');
      const marked = await styleOf(page, '.menu-item:focus', '', 'background-color');
      expect(marked).not.toBe(await styleOf(page, other, '', 'background-color'));
    }));

  it('with reduced motion progress stands still, and is seen', () =>
    pages.on({ reducedMotion: 'reduce' }, async (page) => {
      await cell(page, 2, 3).waitFor();
      expect(await styleOf(page, '.busy-bit', '', 'animation-name')).toBe('none');
      const moving = await page.evaluate(() =>
        [...document.querySelectorAll('*')].flatMap((one) => {
          const { transitionDuration, animationName } = getComputedStyle(one);
          return transitionDuration !== '0s' || animationName !== 'none' ? [one.className] : [];
        }),
      );
      expect(moving).toEqual([]);
    }));

  it('at 200 % the buttons stay beside the search when filters take a line of their own', () =>
    pages.on({ zoom: 2 }, async (page) => {
      await cell(page, 2, 3).waitFor();
      await addFilter(page, 'path', 'cart');
      await addFilter(page, 'title', 'a');
      await page.locator('.chip').nth(1).waitFor();
      const top = async (selector: string): Promise<number> =>
        Math.round((await page.locator(selector).boundingBox())!.y / 12);
      expect(await top('.query-tools')).toBe(await top('.find-field'));
      expect(await top('.query-chips')).toBeGreaterThan(await top('.find-field'));
      expect((await page.locator('.query-bar').boundingBox())!.height).toBeLessThan(64);
    }));

  it('at 200 % a moment in the cell pane is not broken in a number, beside a record too', () =>
    pages.on({ zoom: 2, scenario: 'people' }, async (page) => {
      await cell(page, 4, 3).click();
      await page.keyboard.press(' ');
      await page.locator('.cell-fact').first().waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.record-where').waitFor();
      const fact = page.locator('.cell-fact', { hasText: 'UTC' }).first();
      const broken = await fact.evaluate((one) => {
        const text = one.firstChild as Text;
        const range = document.createRange();
        return [...text.data.matchAll(/\S+/g)].filter(({ index, 0: word }) => {
          range.setStart(text, index);
          range.setEnd(text, index + word.length);
          return range.getClientRects().length > 1;
        }).length;
      });
      expect(broken).toBe(0);
    }));

  it('a header that the browser brings into sight takes its column along', () =>
    pages.on({ zoom: 2 }, async (page) => {
      await cell(page, 2, 3).waitFor();
      const apart = (): Promise<number> =>
        page.evaluate(() => {
          const left = (selector: string): number => document.querySelector(selector)!.scrollLeft;
          return Math.abs(left('.slick-header-right') - left('.slick-viewport-top.slick-viewport-right'));
        });
      await page.evaluate(() => document.querySelectorAll('.slick-header-column')[12]?.scrollIntoView());
      await expect
        .poll(() => page.evaluate(() => document.querySelector('.slick-viewport-right')!.scrollLeft))
        .toBeGreaterThan(500);
      await expect.poll(apart).toBe(0);
    }));

  it('a short value of a filter leaves no gap in its chip', () =>
    pages.on({}, async (page) => {
      await cell(page, 2, 3).waitFor();
      await addFilter(page, 'path', '/');
      const value = page.locator('.chip-value', { hasText: '/' });
      await value.waitFor();
      const sign = (await page.locator('.chip-sign').boundingBox())!;
      const box = (await value.boundingBox())!;
      expect(box.x - sign.x - sign.width).toBeLessThan(10);
      expect(box.width).toBeLessThan(16);
    }));

  it('the search says that the number of rows is an estimate while it is one', () =>
    pages.on({ scenario: 'paused' }, async (page) => {
      await cell(page, 2, 3).waitFor();
      await expect
        .poll(() => page.locator('.find-input').getAttribute('placeholder'))
        .toMatch(/^Find in ≈ [\d,]+ rows$/);
    }));

  it('says which parts could not be opened, and offers to try them again', () =>
    pages.on({ scenario: 'leftOut' }, async (page) => {
      const banner = page.locator('.banner-warning', { hasText: 'could not be opened' });
      await banner.getByRole('button', { name: 'Retry' }).click();
      await expect.poll(() => callsOf(page, 'rows/retryParts')).toHaveLength(1);
      await banner.getByRole('button', { name: 'Close' }).click();
      await banner.waitFor({ state: 'detached' });
    }));

  it('takes the first arrow to the rows where nothing has the focus, as after opening by keys', () =>
    pages.on({}, async (page) => {
      await cell(page, 2, 3).waitFor();
      expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.locator('.status-bar', { hasText: 'row 2' }).waitFor({ timeout: 5000 });
    }));

  it('the sheet of shortcuts names nothing twice', () =>
    pages.on({}, async (page) => {
      await cell(page, 2, 3).click();
      await page.keyboard.press('?');
      await page.locator('dialog[open]').waitFor();
      const keys = (await page.locator('.shortcut-list kbd').allTextContents()).filter((key) =>
        /^(?:Ctrl|Alt\+Shift\+S|F3|Shift\+(?:F|S|F3)$)/.test(key),
      );
      expect(keys.length).toBeGreaterThan(10);
      expect(keys).toEqual([...new Set(keys)]);
    }));
});
