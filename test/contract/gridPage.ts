import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { browserArgs, buildViews, openScene, serveViews } from '../harness/webviewPage.mjs';

const executable = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Without Chromium the tests of the views are left out, but not where everything must be there. */
export const isLeftOut = !existsSync(executable) && process.env['CI'] === undefined;

interface Scene {
  readonly tab: Page;
  readonly faults: readonly string[];
  readonly close: () => Promise<void>;
}

/** The views in Chromium under the host's CSP, with a scripted host. */
export interface GridPages {
  /** Opens a scene, runs the check, and then wants no exception, console error or CSP violation to have happened. */
  on(scene: object, check: (page: Page) => Promise<void>): Promise<void>;
  /** The same, once rows are there. */
  onRows(scene: object, check: (page: Page) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export async function createGridPages(): Promise<GridPages> {
  const server = await serveViews(await buildViews());
  const browser: Browser = await chromium.launch({ executablePath: executable, args: browserArgs });
  const on: GridPages['on'] = async (scene, check) => {
    const { tab, faults, close } = (await openScene(browser, server.address, scene)) as Scene;
    try {
      tab.setDefaultTimeout(30_000);
      await check(tab);
      expect(faults).toEqual([]);
    } finally {
      await close();
    }
  };
  return {
    on,
    onRows: (scene, check) =>
      on(scene, async (page) => {
        await page.locator('.slick-row .numeric').first().waitFor();
        await check(page);
      }),
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** A cell by its row (0-based) and its column's place (1: the row's number). */
export const cell = (page: Page, row: number, column: number) =>
  page.locator(`.slick-row[data-row="${row}"] [aria-colindex="${column}"]`);

export const header = (page: Page, name: string) =>
  page.locator('.slick-header-column', { has: page.getByText(name, { exact: true }) }).first();

export const headerNames = (page: Page): Promise<string[]> =>
  page.locator('.slick-header-column .slick-column-name').allTextContents();

export async function callsOf<T = unknown>(page: Page, method: string): Promise<T[]> {
  const calls = await page.evaluate<{ readonly method: string; readonly params: unknown }[]>('window.hostCalls');
  return calls
    .filter((call) => call.method === method)
    .map(({ params }) => (Array.isArray(params) ? params[0] : params) as T);
}

/** Adds a filter by keys alone: column, the column's first test, value. */
export async function addFilter(page: Page, column: string, value: string): Promise<void> {
  await page.locator('.add-filter').click();
  await page.keyboard.type(column);
  await page.keyboard.press('Enter');
  await page.keyboard.type(value);
  await page.keyboard.press('Enter');
}

/** What the host was last asked to show. */
export async function lastQuery(page: Page): Promise<unknown> {
  return (await callsOf<{ readonly query: unknown }>(page, 'rowsView/open')).at(-1)?.query;
}

/** A test of a column, as the view sends it. */
export const test = (column: string, name: string, ...values: string[]) => ({
  kind: 'test',
  column,
  test: name,
  values,
});

/** What was last put on the clipboard. */
export async function copied(page: Page): Promise<string | undefined> {
  return (await callsOf<{ readonly text: string }>(page, 'rows/copyText')).at(-1)?.text;
}

export async function announced(page: Page): Promise<string> {
  return (await page.locator('[aria-live=polite].sr-only').first().textContent())?.trim() ?? '';
}

/** Goes to a column by the list of columns, in the row that is active. */
export async function goToColumn(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+Shift+g');
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
}
