// The views under the host's CSP in a real Chromium, with a scripted host.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callsOf, cell, copied, createGridPages, header, headerNames, isLeftOut, type GridPages } from './gridPage';

describe.skipIf(isLeftOut)('the views in Chromium', () => {
  let pages: GridPages;
  beforeAll(async () => {
    pages = await createGridPages();
  });
  afterAll(() => pages.close());
  const onPage: GridPages['on'] = (scene, check) => pages.on(scene, check);

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

  it('says below the field why it cannot go to a row, and nothing to an empty field', () =>
    onPage({}, async (page) => {
      await cell(page, 0, 2).click();
      await page.keyboard.press('Control+g');
      await page.keyboard.type('300000');
      await page.keyboard.press('Enter');
      const field = page.getByRole('textbox', { name: 'Go to row' });
      const message = page.locator('.go-to-message');
      await expect.poll(() => message.textContent()).toBe('Rows go from 1 to 248,113.');
      expect(await message.isVisible()).toBe(true);
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      expect(await field.getAttribute('aria-describedby')).toBe(await message.getAttribute('id'));
      await page.keyboard.press('Delete');
      expect(await message.isVisible()).toBe(false);
      await page.keyboard.press('Enter');
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
      expect((await copied(page))?.length).toBeGreaterThan(1500);
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

  it('has few tab stops: toolbar, tabs, find, filters, what to do with the rows, grid', () =>
    onPage({}, async (page) => {
      await cell(page, 0, 2).waitFor();
      const stops: string[] = [];
      for (let press = 0; press < 9; press += 1) {
        await page.keyboard.press('Tab');
        stops.push(
          await page.evaluate<string>(
            'document.activeElement.closest("[role=toolbar], [role=tablist], [role=grid], [role=search]")?.getAttribute("role") ?? document.activeElement.tagName',
          ),
        );
      }
      expect(stops).toEqual([
        'toolbar',
        'tablist',
        ...['search', 'search', 'search'],
        'toolbar',
        'toolbar',
        'grid',
        'BODY',
      ]);
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

  describe('column edges and headers, with the mouse', () => {
    const widthOf = async (page: Page, name: string): Promise<number> =>
      (await header(page, name).boundingBox())!.width;
    /** The middle of the strip at a header's right edge that is there for the mouse. */
    const edge = async (page: Page, name: string): Promise<{ x: number; y: number }> => {
      const box = (await header(page, name).locator('.slick-resizable-handle').boundingBox())!;
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const drag = async (page: Page, from: { x: number; y: number }, byX: number): Promise<void> => {
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(from.x + byX, from.y, { steps: 8 });
      await page.mouse.up();
    };

    it('resizes by the edge, of frozen and of other columns, and moves the cells along', () =>
      onPage({}, async (page) => {
        await cell(page, 0, 2).waitFor();
        for (const name of ['event_id', 'time', 'path']) {
          const before = await widthOf(page, name);
          await drag(page, await edge(page, name), 40);
          expect(await widthOf(page, name)).toBe(before + 40);
          await drag(page, await edge(page, name), -70);
          expect(await widthOf(page, name)).toBe(before - 30);
        }
        const title = (await header(page, 'title').boundingBox())!;
        expect((await cell(page, 0, 7).boundingBox())!.x).toBe(title.x);
      }));

    it('fits a column to what it shows by a double click on its edge', () =>
      onPage({}, async (page) => {
        await cell(page, 0, 2).waitFor();
        const before = await widthOf(page, 'time');
        await drag(page, await edge(page, 'time'), -100);
        const { x, y } = await edge(page, 'time');
        await page.mouse.dblclick(x, y);
        await expect.poll(() => widthOf(page, 'time')).toBe(before);
        const isCut = await cell(page, 0, 5).evaluate((node) => node.scrollWidth > node.clientWidth);
        expect(isCut).toBe(false);
        // Scrolled to the side, it must not jump back.
        await page.locator('.slick-viewport-right.slick-viewport-top').evaluate((node) => (node.scrollLeft = 900));
        await expect
          .poll(async () => (await header(page, 'landing_page').boundingBox())?.x ?? 0)
          .toBeGreaterThan(0);
        const at = await edge(page, 'landing_page');
        await page.mouse.dblclick(at.x, at.y);
        const scrolled = await page
          .locator('.slick-viewport-right.slick-viewport-top')
          .evaluate((node) => node.scrollLeft);
        expect(scrolled).toBe(900);
      }));

    it('reorders by dragging a header, cells and memory too, and leaves frozen ones where they are', () =>
      onPage({ query: '&memory=reorder' }, async (page) => {
        await cell(page, 0, 2).waitFor();
        expect((await headerNames(page)).slice(0, 7)).toEqual([
          '#',
          'user_id',
          'event_id',
          'session_id',
          'time',
          'path',
          'title',
        ]);
        const shown = await cell(page, 0, 5).textContent();
        const time = (await header(page, 'time').boundingBox())!;
        const path = (await header(page, 'path').boundingBox())!;
        await drag(page, { x: time.x + 40, y: time.y + 12 }, path.x + path.width - 20 - (time.x + 40));
        await expect.poll(async () => (await headerNames(page)).slice(4, 7)).toEqual(['path', 'time', 'title']);
        expect(await cell(page, 0, 6).textContent()).toBe(shown);
        expect((await header(page, 'path').boundingBox())!.x).toBe(time.x);
        expect((await cell(page, 0, 5).boundingBox())!.x).toBe(time.x);
        await expect
          .poll(() => page.evaluate('sessionStorage.getItem("state:shop:reorder")'))
          .toMatch(/"order":\["path","time","title"/);
        const user = (await header(page, 'user_id').boundingBox())!;
        await drag(page, { x: user.x + 20, y: user.y + 12 }, 250);
        expect((await headerNames(page)).slice(0, 4)).toEqual(['#', 'user_id', 'event_id', 'session_id']);
        await page.reload();
        await cell(page, 0, 2).waitFor();
        expect((await headerNames(page)).slice(4, 7)).toEqual(['path', 'time', 'title']);
      }));
  });

  it('shows the column names before the rows, and moves nothing when they come', () =>
    onPage({ query: '&latency=1200' }, async (page) => {
      await page.locator('.slick-cell .skeleton').first().waitFor();
      const boxes = (): Promise<(readonly number[])[]> =>
        page.locator('.slick-header-column, .slick-row[data-row="3"] .slick-cell').evaluateAll((all) =>
          all.map((one) => {
            const { x, y, width, height } = one.getBoundingClientRect();
            return [x, y, width, height];
          }),
        );
      const before = await boxes();
      expect(before.length).toBeGreaterThan(30);
      expect(await page.locator('.slick-header-column').nth(4).textContent()).toContain('time');
      await cell(page, 3, 2)
        .getByText(/^-?\d+$/)
        .waitFor();
      expect(await boxes()).toEqual(before);
    }));

  it('cuts a long column name, and gives it whole in the tooltip', () =>
    onPage({ scenario: 'longNames' }, async (page) => {
      await cell(page, 0, 2).waitFor();
      const long = page.locator('.slick-header-column', { hasText: 'marketing_attribution' }).first();
      const name = await long.locator('.slick-column-name').textContent();
      expect(name!.length).toBeGreaterThan(100);
      expect((await long.boundingBox())!.width).toBeLessThanOrEqual(320);
      expect(await long.locator('.slick-column-name').evaluate((node) => node.scrollWidth > node.clientWidth)).toBe(
        true,
      );
      expect(await long.getAttribute('title')).toContain(name);
      const hint = (await long.locator('.type-hint').boundingBox())!;
      const box = (await long.boundingBox())!;
      expect(hint.x + hint.width).toBeLessThanOrEqual(box.x + box.width);
    }));

  it('has nothing but the rows in the status line until there is more to say', () =>
    onPage({}, async (page) => {
      await cell(page, 0, 2).waitFor();
      const left = page.locator('.status-left');
      expect(await left.innerText()).toBe('248,113 rows');
      expect(
        await left
          .locator('> *')
          .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().width > 0).length),
      ).toBe(1);
      await cell(page, 6, 2).click();
      expect(await left.locator('.status-position').innerText()).toBe('row 7');
    }));

  it('says after two seconds how fast it reads and what is to come, under the bar at the top edge', () =>
    onPage({ scenario: 'reading' }, async (page) => {
      await page.locator('.busy-bar').waitFor();
      const state = page.locator('.status-state');
      expect(await state.innerText()).toBe('reading');
      await page.evaluate('window.growPart()');
      await page.locator('.status-state', { hasText: /^[\d.]+ [KM]B\/s · [\d.]+ [KM]B to come$/ }).waitFor();
      await page.locator('.status-rows', { hasText: /^248,113 rows$/ }).waitFor();
      expect(await state.isVisible()).toBe(false);
      expect(await page.locator('.busy-bar').isVisible()).toBe(false);
    }));

  it('listens once after the part was opened anew', () =>
    onPage({}, async (page) => {
      await cell(page, 0, 2).click();
      await page.evaluate('window.tellView("rows/reset", {})');
      await expect.poll(async () => (await callsOf(page, 'rows/open')).length).toBe(2);
      await page.locator('.slick-cell.active').waitFor();
      await cell(page, 4, 2).click();
      await page.keyboard.press('Control+c');
      await expect.poll(async () => (await callsOf(page, 'rows/copyText')).length).toBeGreaterThan(0);
      await page.keyboard.press('ArrowDown');
      await page.locator('.slick-row.active[data-row="5"]').first().waitFor();
      expect((await callsOf(page, 'rows/copyText')).length).toBe(1);
    }));

  it('shows a failure with its buttons, and passes on which was pressed', () =>
    onPage({ scenario: 'failure' }, async (page) => {
      await page.getByRole('alert').getByText('was denied').waitFor();
      await page.getByRole('button', { name: 'Copy Policy' }).click();
      expect(await callsOf(page, 'rows/failureAction')).toEqual([{ id: 'copyPolicy' }]);
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
      expect(await callsOf(page, 'diff/revealTable')).toEqual([
        { table: 'pageviews', side: 'to' },
        { table: '_quiz_done', side: 'from' },
      ]);
      expect(await callsOf(page, 'diff/openManifest')).toEqual([{ side: 'from' }]);
      expect(await page.locator('.unchanged table').isVisible()).toBe(false);
      await page.getByRole('checkbox', { name: 'Changed only' }).click();
      expect(await page.locator('.unchanged table').isVisible()).toBe(true);
    }));
});
