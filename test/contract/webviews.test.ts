import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// The views under the host's CSP in a real Chromium, with a scripted host.
import { browserArgs, buildViews, openScene, serveViews } from '../harness/webviewPage.mjs';

const executable = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const hasChromium = existsSync(executable);

interface Call {
  readonly method: string;
  readonly params: unknown;
}

interface Scene {
  readonly tab: Page;
  readonly faults: readonly string[];
  readonly close: () => Promise<void>;
}

let browser: Browser;
let server: Awaited<ReturnType<typeof serveViews>>;

/** Opens a scene, runs the check, and then wants no exception, console error or CSP violation to have happened. */
async function onPage(scene: object, check: (page: Page) => Promise<void>): Promise<void> {
  const { tab, faults, close } = (await openScene(browser, server.address, scene)) as Scene;
  try {
    tab.setDefaultTimeout(10_000);
    await check(tab);
    expect(faults).toEqual([]);
  } finally {
    await close();
  }
}

const cell = (page: Page, row: number, column: number) =>
  page.locator(`.slick-row[data-row="${row}"] [aria-colindex="${column}"]`);
const callsOf = async (page: Page, method: string): Promise<Call[]> => {
  const calls = await page.evaluate<Call[]>('window.hostCalls');
  return calls.filter((call) => call.method === method);
};
const copied = async (page: Page): Promise<string> => {
  const last = (await callsOf(page, 'rows/copyText')).at(-1);
  return (last?.params as { text: string }).text;
};

describe.skipIf(!hasChromium && process.env['CI'] === undefined)('the views in Chromium', () => {
  beforeAll(async () => {
    server = await serveViews(await buildViews());
    browser = await chromium.launch({ executablePath: executable, args: browserArgs });
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  it('shows HTML in cells as text, and runs none of it', () =>
    onPage({}, async (page) => {
      await cell(page, 0, 2).click();
      await page.keyboard.press('End');
      for (const text of ['<script>window.hacked = true</script>', '<img src=x onerror="window.hacked = true">']) {
        await page.locator('.slick-cell', { hasText: text }).first().waitFor();
      }
      await cell(page, 1, 4)
        .or(cell(page, 1, 30))
        .first()
        .dblclick();
      await page.locator('.record-value', { hasText: '<img src=x onerror=' }).waitFor();
      expect(await page.evaluate('window.hacked')).toBeUndefined();
      expect(await page.locator('.grid img, .grid script, .record-pane img, .record-pane script').count()).toBe(0);
    }));

  it('makes no style attribute that the policy would refuse, and no markup from strings', () =>
    onPage({ scenario: 'damage' }, async (page) => {
      await page.locator('#tab-damage').click();
      await page.locator('#tab-schema').click();
      await page.locator('.code-block pre').waitFor();
    }));

  it('goes by keys: arrows, last row, go to row, copy', () =>
    onPage({ scenario: 'huge' }, async (page) => {
      await cell(page, 0, 2).click();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Control+c');
      await expect.poll(() => copied(page)).toBe(await cell(page, 1, 3).textContent());
      await page.keyboard.press('Control+End');
      await cell(page, 2_999_999, 60).waitFor();
      await page.keyboard.press('Control+g');
      await page.keyboard.type('1,500,000');
      await page.keyboard.press('Enter');
      await page.locator('.slick-row.active[data-row="1499999"]').first().waitFor();
      expect(await page.evaluate('document.activeElement.className')).toContain('grid');
    }));

  it('copies a clipped value whole', () =>
    onPage({}, async (page) => {
      await cell(page, 7, 2).click();
      await page.keyboard.press('End');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Control+c');
      await expect.poll(async () => (await callsOf(page, 'rows/copyText')).length).toBe(1);
      expect((await copied(page)).length).toBeGreaterThan(1500);
    }));

  it('opens the record with Enter, steps with Alt+Down, and gives the focus back with Escape', () =>
    onPage({}, async (page) => {
      await cell(page, 3, 2).click();
      await page.keyboard.press('Enter');
      await page.locator('.record-title', { hasText: 'Row 4' }).waitFor();
      await page.keyboard.press('Alt+ArrowDown');
      await page.locator('.record-title', { hasText: 'Row 5' }).waitFor();
      await page.locator('.record-where', { hasText: 'row 5 in it' }).waitFor();
      await page.keyboard.press('Control+c');
      await expect.poll(() => copied(page)).toMatch(/^\{\n {2}"user_id": -?\d+,/);
      await page.keyboard.press('Escape');
      expect(await page.locator('.record-pane').count()).toBe(0);
      expect(await page.evaluate('document.activeElement.className')).toContain('grid');
    }));

  it('has few tab stops: toolbar, tabs, grid', () =>
    onPage({}, async (page) => {
      await cell(page, 0, 2).waitFor();
      const stops: string[] = [];
      for (let press = 0; press < 4; press += 1) {
        await page.keyboard.press('Tab');
        stops.push(
          await page.evaluate<string>(
            'document.activeElement.closest("[role=toolbar], [role=tablist], [role=grid]")?.getAttribute("role") ?? document.activeElement.tagName',
          ),
        );
      }
      expect(stops).toEqual(['toolbar', 'tablist', 'grid', 'BODY']);
    }));

  it('is a grid to a screen reader: counts, indices, active cell, one row for both halves', () =>
    onPage({}, async (page) => {
      await cell(page, 2, 5).click();
      const grid = page.locator('[role=grid]');
      expect(await grid.getAttribute('aria-rowcount')).toBe('248114');
      expect(await grid.getAttribute('aria-colcount')).toBe('31');
      const active = await grid.getAttribute('aria-activedescendant');
      expect(await page.locator(`[id="${active ?? ''}"]`).getAttribute('aria-colindex')).toBe('5');
      const session = await page.context().newCDPSession(page);
      const { nodes } = (await session.send('Accessibility.getFullAXTree' as never)) as unknown as {
        nodes: { role?: { value: string }; nodeId: string; childIds?: string[]; ignored: boolean }[];
      };
      const byId = new Map(nodes.map((node) => [node.nodeId, node]));
      const cellsOf = (id: string): number => {
        const node = byId.get(id);
        const role = node?.role?.value ?? '';
        if (['gridcell', 'rowheader', 'columnheader'].includes(role)) return 1;
        return (node?.childIds ?? []).reduce((sum, child) => sum + cellsOf(child), 0);
      };
      const rows = nodes.filter((node) => node.role?.value === 'row' && !node.ignored);
      expect(rows.length).toBeGreaterThan(20);
      // Frozen and scrolled cells of a row stand under one row node: more than the four frozen ones.
      for (const row of rows) expect(cellsOf(row.nodeId)).toBeGreaterThan(4);
    }));

  it('brings back tab, columns, scroll position and active cell', () =>
    onPage({ query: '&memory=1' }, async (page) => {
      await cell(page, 0, 2).click();
      await page.keyboard.press('Control+g');
      await page.keyboard.type('100000');
      await page.keyboard.press('Enter');
      const handle = page.locator('.slick-header-column', { hasText: 'path' }).locator('.slick-resizable-handle');
      const box = (await handle.boundingBox())!;
      await page.mouse.move(box.x + 3, box.y + 10);
      await page.mouse.down();
      await page.mouse.move(box.x + 83, box.y + 10, { steps: 4 });
      await page.mouse.up();
      const width = (await page.locator('.slick-header-column', { hasText: 'path' }).boundingBox())!.width;
      await expect.poll(() => page.evaluate('sessionStorage.getItem("state:shop:1")')).toContain('"path"');
      const top = await page.locator('.slick-row').first().getAttribute('data-row');
      await page.reload();
      await page.locator('.slick-row.active[data-row="99999"]').first().waitFor();
      expect(Number(top)).toBeGreaterThan(99_000);
      expect((await page.locator('.slick-header-column', { hasText: 'path' }).boundingBox())!.width).toBe(width);
    }));

  it('does not move what is shown while the part grows', () =>
    onPage({ scenario: 'reading' }, async (page) => {
      await cell(page, 0, 2).click();
      await page.keyboard.press('Control+g');
      await page.keyboard.type('9000');
      await page.keyboard.press('Enter');
      const row = cell(page, 8999, 2);
      await page.locator('.slick-row.active[data-row="8999"]').first().waitFor();
      const before = await row.boundingBox();
      await page.evaluate('window.growPart()');
      await page.locator('.status-rows', { hasText: /^248,113 rows$/ }).waitFor();
      expect(await row.boundingBox()).toEqual(before);
      expect(await page.locator('[role=grid]').getAttribute('aria-rowcount')).toBe('248114');
    }));

  it('shows a failure with its buttons, and passes on which was pressed', () =>
    onPage({ scenario: 'failure' }, async (page) => {
      await page.getByRole('alert').getByText('was denied').waitFor();
      await page.getByRole('button', { name: 'Copy Policy' }).click();
      expect(await callsOf(page, 'rows/failureAction')).toEqual([
        { method: 'rows/failureAction', params: { id: 'copyPolicy' } },
      ]);
    }));

  it('keeps the rows it has when later ones fail', () =>
    onPage({ scenario: 'lateFailure' }, async (page) => {
      await cell(page, 0, 2).click();
      await page.keyboard.press('Control+End');
      await page.getByRole('alert').getByText('expired 12 minutes ago').waitFor();
      await page.keyboard.press('Control+Home');
      expect(await cell(page, 0, 2).textContent()).toMatch(/^-?\d+$/);
    }));

  it('passes names of the diff on as tables and manifests, and folds what did not change', () =>
    onPage({ view: 'diff', scenario: 'diff' }, async (page) => {
      await page.locator('.group-resync').getByRole('button', { name: 'pageviews' }).click();
      await page.locator('.group-gone').getByRole('button', { name: '_quiz_done' }).click();
      await page.getByRole('button', { name: '1240', exact: true }).click();
      expect((await callsOf(page, 'diff/revealTable')).map((call) => call.params)).toEqual([
        { table: 'pageviews', side: 'to' },
        { table: '_quiz_done', side: 'from' },
      ]);
      expect((await callsOf(page, 'diff/openManifest')).map((call) => call.params)).toEqual([{ side: 'from' }]);
      expect(await page.locator('.unchanged table').isVisible()).toBe(false);
      await page.getByRole('checkbox', { name: 'Changed only' }).click();
      expect(await page.locator('.unchanged table').isVisible()).toBe(true);
    }));
});
