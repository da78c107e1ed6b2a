import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { rowsView, type RowsView } from './rowsView';
import { useStage } from './stage';
import { shownText, trueTable, type TrueRow } from './tableTruth';
import { patiently } from './workbench';

// A table as of a dump: all its effective files as one, asked, sorted, searched, measured and written to a file.

const dump = '1010103141';
const stage = useStage(() => ({
  name: 'rows',
  connections: [{ kind: 'folder', id: 'shop', name: 'shop', path: inject('prepared').sample }],
}));

const table = (name = 'pageviews'): Promise<RowsView> =>
  rowsView(stage.workbench, new RegExp(`${name}.*as of ${dump}`, 's'));
const count = (rows: number): string => rows.toLocaleString('en-GB');

/** About which row is shown: the row with the focus is kept on the page wherever it is. */
async function middle(view: RowsView): Promise<number> {
  const rows = await view.rows();
  return rows[Math.floor(rows.length / 2)]?.index ?? 0;
}

let truth: readonly TrueRow[];
/** The country that most rows are of, and its rows. */
let country: string;
let ofCountry: readonly TrueRow[];

beforeAll(async () => {
  truth = await trueTable('pageviews', BigInt(dump));
  const countries = new Map<string, number>();
  for (const row of truth) {
    const name = row['country'] as string | null;
    if (name !== null) countries.set(name, (countries.get(name) ?? 0) + 1);
  }
  country = [...countries].sort((a, b) => b[1] - a[1])[0]![0];
  ofCountry = truth.filter((row) => row['country'] === country);
});

describe('a table as of a dump', () => {
  test('opens from its row in the tree, with the rows of all effective files', async () => {
    await stage.workbench.openView('Data Connect');
    await stage.workbench.tree.inline(['shop', 'Syncs', dump, 'pageviews'], 'Open Table');
    await stage.workbench.tab(`pageviews · as of ${dump}`);
    const view = await table();
    const shown = await view.shownRows();
    for (const { index, cells } of shown) expect(cells['event_id']).toBe(shownText(truth[index]!['event_id']));
    await view.says(new RegExp(`^${count(truth.length)} rows`));
    await stage.workbench.screenshot('table-dark');
  });

  test('a filter leaves the rows that pass it, and says how many of how many', async () => {
    const view = await table();
    expect(ofCountry.length).toBeLessThan(truth.length);
    await view.addFilter('country', 'equals', country);
    await view.says(new RegExp(`^${count(ofCountry.length)} of ${count(truth.length)} rows`));
    expect(await view.chips()).toEqual([`country = ${country}`]);
    const shown = await view.shownRows();
    for (const { index, cells } of shown) expect(cells['event_id']).toBe(shownText(ofCountry[index]!['event_id']));
    await stage.workbench.screenshot('filter-dark');
  });

  test('sorted by a click on a header, the filtered rows stand in its order', async () => {
    const view = await table();
    const header = view.frame.locator('.slick-header-column').filter({ hasText: /^session_time/ });
    await header.locator('.slick-column-name').click();
    await expect.poll(() => view.chips(), patiently).toEqual([`country = ${country}`, 'session_time']);
    const times = ofCountry.map((row) => shownText(row['session_time'])).sort();
    const firstTimes = async (): Promise<(string | undefined)[]> =>
      (await view.rows()).slice(0, 5).map(({ cells }) => cells['session_time']);
    await expect.poll(firstTimes, patiently).toEqual(times.slice(0, 5));
    await header.locator('.slick-column-name').click();
    await expect.poll(firstTimes, patiently).toEqual(times.toReversed().slice(0, 5));
    await stage.workbench.screenshot('sorted-dark');
  });

  test('a search over all rows counts the rows with a match, and goes from one to the next', async () => {
    const view = await table();
    const sought = (ofCountry[3]!['path'] as string).slice(0, 6);
    const matching = ofCountry.filter((row) =>
      Object.values(row).some(
        (value) => value !== null && shownText(value).toLowerCase().includes(sought.toLowerCase()),
      ),
    );
    await view.frame.locator('.find-input').fill(sought);
    const found = (): Promise<string> => view.frame.locator('.find-count').innerText();
    await expect.poll(found, patiently).toMatch(new RegExp(`\\b${count(matching.length)}\\b`));
    const before = await found();
    await view.frame.locator('.find-input').press('Enter');
    await expect.poll(found, patiently).not.toBe(before);
    await stage.workbench.screenshot('find-dark');
    await view.frame.locator('.find-input').press('Escape');
  });

  test('statistics of the rows shown: most frequent values with their numbers, and a click filters by one', async () => {
    const view = await table();
    await view.tab('Statistics').click();
    const card = view.frame.locator('.stat-shell[data-column="library"]');
    await card.scrollIntoViewIfNeeded();
    const libraries = new Map<string, number>();
    for (const row of ofCountry) {
      const name = shownText(row['library']);
      libraries.set(name, (libraries.get(name) ?? 0) + 1);
    }
    const [name, many] = [...libraries].sort((a, b) => b[1] - a[1])[0]!;
    const first = card.locator('.stat-values .stat-value').first();
    await expect
      .poll(async () => (await first.innerText().catch(() => '')).replace(/\s+/g, ' '), patiently)
      .toMatch(new RegExp(`${name} .*\\b${count(many)}\\b`));
    await stage.workbench.screenshot('statistics-dark');
    await first.click();
    await view.says(new RegExp(`^${count(many)} of ${count(truth.length)} rows`));
    expect(await view.chips()).toEqual([
      `country = ${country}`,
      `library = ${name}`,
      expect.stringContaining('session_time'),
    ]);
    // Undone, the other filter stands as before.
    await view.frame.locator('.slick-row .slick-cell').first().click();
    await stage.workbench.page.keyboard.press('Control+z');
    await view.says(new RegExp(`^${count(ofCountry.length)} of`));
  });
});

describe('what is taken out', () => {
  test('an export to CSV holds the rows and columns shown, what may be personal masked', async () => {
    const view = await table();
    await view.frame.getByRole('button', { name: 'Export rows' }).click();
    const dialog = view.frame.locator('.export-dialog');
    await dialog.waitFor();
    await stage.workbench.screenshot('export-dark');
    await dialog.getByRole('button', { name: 'Export…' }).click();
    const file = path.join(stage.userData, 'pageviews.csv');
    await stage.workbench.saveAs(file);
    await stage.workbench.notification(new RegExp(`Exported ${count(ofCountry.length)} rows`));
    await stage.workbench.screenshot('exported-dark');
    const [head, ...lines] = (await readFile(file, 'utf8')).trimEnd().split(/\r?\n/);
    const columns = head!.replace(/^\ufeff/, '').split(',');
    expect(columns).toContain('event_id');
    expect(lines).toHaveLength(ofCountry.length);
    const place = columns.indexOf('event_id');
    const written = lines.map((line) => line.split(',')[place]).sort();
    expect(written).toEqual(
      ofCountry.map((row) => (row['event_id'] === null ? '' : shownText(row['event_id']))).sort(),
    );
    const ip = columns.indexOf('ip');
    const addresses = new Set(ofCountry.map((row) => row['ip']));
    for (const line of lines) expect(addresses).not.toContain(line.split(',')[ip]);
  });

  test('the palette has the export where rows are in front, and not elsewhere', async () => {
    await stage.workbench.command('Data Connect: Export Rows…');
    const dialog = (await table()).frame.locator('.export-dialog');
    await dialog.waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });

  test('the rows shown are spelled as SQL', async () => {
    await stage.workbench.command('Data Connect: Show Rows as SQL');
    const text = await stage.workbench.editorText();
    expect(text).toContain(`'${country}'`);
    expect(text).toMatch(/ORDER BY[\s\S]*session_time/);
    await stage.workbench.command('View: Close Editor');
    const discard = stage.workbench.page.locator('.monaco-dialog-box .monaco-button', { hasText: "Don't Save" });
    await discard.click();
  });

  test('cells are copied exactly, alone and with their headers', async () => {
    await stage.workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const view = await table();
    const [first] = await view.shownRows();
    const cell = await view.cell(first!.index, 'event_id');
    await cell.click();
    await stage.workbench.page.keyboard.press('Control+c');
    const clipboard = (): Promise<string> =>
      stage.workbench.page.evaluate(() =>
        (navigator as unknown as { clipboard: { readText(): Promise<string> } }).clipboard.readText(),
      );
    await expect.poll(clipboard, patiently).toBe(first!.cells['event_id']);
    await view.cellMenu(cell, 'Copy as', 'SQL IN');
    await expect.poll(clipboard, patiently).toContain(`(${first!.cells['event_id']})`);
  });

  test('Space shows a cell whole', async () => {
    const view = await table();
    const [first] = await view.shownRows();
    await (await view.cell(first!.index, 'user_id')).click();
    await stage.workbench.page.keyboard.press('Space');
    const pane = view.frame.locator('.cell-pane');
    await expect.poll(() => pane.innerText(), patiently).toContain(first!.cells['user_id']);
    await stage.workbench.screenshot('cell-dark');
  });
});

describe('after a reload of the window', () => {
  test('the tab, its filter, its order and its place are back', async () => {
    const before = await table();
    const chips = await before.chips();
    const [top] = await before.shownRows();
    await (await before.cell(top!.index, 'user_id')).hover();
    await stage.workbench.page.mouse.wheel(0, 3000);
    await expect.poll(() => middle(before), patiently).toBeGreaterThan(50);
    const place = await middle(before);
    await stage.workbench.reload();
    const view = await table();
    await view.says(new RegExp(`^${count(ofCountry.length)} of ${count(truth.length)} rows`), 40_000);
    expect(await view.chips()).toEqual(chips);
    await expect.poll(async () => Math.abs((await middle(view)) - place), patiently).toBeLessThan(15);
    await stage.workbench.screenshot('restored-dark');
  });
});

describe('a user', () => {
  /** The rows of an id, by its cell's menu. */
  test('is found from a cell: its rows in the tab, and in other tables with their numbers', async () => {
    const migrations = await trueTable('user_migrations', BigInt(dump));
    const joined = new Set(
      migrations.flatMap((row) => [shownText(row['from_user_id']), shownText(row['to_user_id'])]),
    );
    const ids = truth.map((row) => shownText(row['user_id']));
    const alone = ids.find((id) => id !== 'NULL' && !joined.has(id))!;
    const view = await table();
    await view.frame.getByRole('button', { name: 'Clear filters and order' }).click();
    await view.says(new RegExp(`^${count(truth.length)} rows`));
    await view.addFilter('user_id', 'equals', alone);
    const many = ids.filter((id) => id === alone).length;
    await view.says(new RegExp(`^${count(many)} of`));
    const [first] = await view.shownRows();
    await view.cellMenu(await view.cell(first!.index, 'user_id'), 'Find This User');
    const { quickInput } = stage.workbench;
    await quickInput.step(new RegExp(`Find User ${alone}`));
    const entries = async (): Promise<string> =>
      (await quickInput.widget.locator('.quick-input-list .monaco-list-row').allInnerTexts())
        .join('\n')
        .replace(/\u00a0/g, ' ');
    await expect.poll(entries, { timeout: 60_000 }).toMatch(/pageviews\s*\d+ rows? · .* read/);
    const sessions = (await trueTable('sessions', BigInt(dump))).filter(
      (row) => shownText(row['user_id']) === alone,
    );
    await expect.poll(entries, { timeout: 60_000 }).toMatch(new RegExp(`sessions\\s*${sessions.length} row`));
    await stage.workbench.screenshot('find-user-dark');
    await quickInput.pick('sessions');
    const opened = await table('sessions');
    await opened.says(new RegExp(`^${sessions.length} of`));
    expect(await opened.chips()).toEqual([`user_id = ${alone}`]);
  });

  test('who migrated is found under all ids, by the palette', async () => {
    const migrations = await trueTable('user_migrations', BigInt(dump));
    const ids = new Set(truth.map((row) => shownText(row['user_id'])));
    const pair = migrations.find(
      (row) => row['from_user_id'] !== row['to_user_id'] && ids.has(shownText(row['from_user_id'])),
    )!;
    const id = shownText(pair['from_user_id']);
    const { quickInput } = stage.workbench;
    await stage.workbench.command('Data Connect: Find User…');
    await quickInput.says(/A user_id/);
    await quickInput.type('no id');
    await quickInput.accept();
    await quickInput.says(/whole number of 64 bits/);
    await quickInput.type(id);
    await quickInput.accept();
    await quickInput.step(new RegExp(id));
    await expect.poll(() => quickInput.labels(), { timeout: 30_000 }).toContain(`Only ${id}`);
    await stage.workbench.screenshot('find-user-ids-dark');
    await quickInput.pick(/ids over one migration/);
    await quickInput.pick(/^\s*This tab: sessions/);
    const view = await table('sessions');
    const near = new Set([id]);
    for (const row of migrations) {
      const [from, to] = [shownText(row['from_user_id']), shownText(row['to_user_id'])];
      if (from === id) near.add(to);
      if (to === id) near.add(from);
    }
    const sessions = (await trueTable('sessions', BigInt(dump))).filter((row) =>
      near.has(shownText(row['user_id'])),
    );
    await expect.poll(() => view.chips(), patiently).toEqual([expect.stringMatching(/^user_id in/)]);
    expect(sessions.length).toBeGreaterThan(0);
    await view.says(new RegExp(`^${sessions.length} of`));
    expect(await view.shownRows()).toHaveLength(sessions.length);
    await stage.workbench.screenshot('find-user-rows-dark');
  });
});

describe('what is not well', () => {
  test('a part that is listed and not there is left out of its table, and said to be', async () => {
    const view = await table('sessions');
    await expect
      .poll(() => view.banner(), patiently)
      .toMatch(
        /1 part of \d+ could not be opened; without its rows: part-00001-.* of dump 1010103140: .* is not there/,
      );
    await stage.workbench.screenshot('left-out-dark');
  });

  test('a damaged part is verified to the byte, from its row in the tree', async () => {
    await stage.workbench.tree.choose(['shop', 'Syncs', '998', 'pageviews', 'part-00001'], 'Verify Integrity');
    await stage.workbench.tab(/Integrity of part-00001/);
    const text = await stage.workbench.editorText();
    expect(text).toMatch(/^# Integrity of part-00001/);
    expect(text).toMatch(/is not sound/);
    expect(text).toMatch(/\| its snappy checksum does not match/);
    await stage.workbench.screenshot('verify-dark');
  });
});
