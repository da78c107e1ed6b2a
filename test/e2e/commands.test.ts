import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { rowsView } from './rowsView';
import { samplePart } from './samplePart';
import { useStage } from './stage';
import { patiently } from './workbench';

// Each command of the palette, on an export copied into a folder.

let folder = '';
const stage = useStage(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dce-copy-'));
  const { sample } = inject('prepared');
  await cp(await samplePart('1010103140', 'checkout_order_placed', 0), path.join(folder, 'orders.avro'));
  return {
    name: 'commands',
    theme: 'light',
    folder,
    connections: [{ kind: 'folder', id: 'copy', name: 'copy', path: sample }],
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('manifest diff', () => {
  test('of a sync against the one before, from its row in the sidebar', async () => {
    await stage.workbench.openView('Data Connect');
    await stage.workbench.tree.choose(['copy', 'Syncs', '1010103140'], 'Diff with Previous Dump');
    const page = await stage.workbench.webview('.diff-page .summary');
    await expect.poll(() => page.locator('h1').innerText(), patiently).toMatch(/1010103139.*1010103140/s);
    expect(await page.locator('.summary').innerText()).toContain('checkout_order_placed');
    expect(await page.locator('.group-resync').innerText()).toContain('checkout_order_placed');
    await stage.workbench.screenshot('diff-light');
  });

  test('unchanged tables are folded until they are asked for', async () => {
    const page = await stage.workbench.webview('.diff-page .summary');
    const unchanged = page.locator('.unchanged.is-folded');
    const box = page.getByRole('checkbox', { name: 'Changed only' });
    expect(await unchanged.count()).toBe(1);
    await box.click();
    await expect.poll(() => unchanged.count(), patiently).toBe(0);
    await box.click();
  });

  test("as text, in VS Code's own diff editor", async () => {
    const page = await stage.workbench.webview('.diff-page .summary');
    await page.getByRole('button', { name: 'Text Diff' }).click();
    await stage.workbench.tab(/1010103139 → 1010103140 \(text\)/);
    const sides = stage.workbench.page.locator('.monaco-diff-editor .view-lines');
    await expect.poll(() => sides.count(), patiently).toBe(2);
    await expect.poll(async () => (await sides.last().innerText()).length, patiently).toBeGreaterThan(200);
    await stage.workbench.screenshot('diff-text-light');
  });

  test('from the palette, by two quick picks', async () => {
    await stage.workbench.command('Data Connect: Diff Manifests');
    await stage.workbench.quickInput.pick('1000');
    await expect
      .poll(() => stage.workbench.quickInput.placeholder(), patiently)
      .toBe('Compare dump 1000 with which? The one before comes first.');
    expect(await stage.workbench.quickInput.labels()).toEqual(['999', '998', '852']);
    await stage.workbench.quickInput.pick('999');
    await stage.workbench.tab('Dump 999 → 1000');
  });

  test('comes back in its tab when the window is reloaded', async () => {
    await stage.workbench.webview('.diff-page .summary');
    await stage.workbench.reload();
    await stage.workbench.tab('Dump 999 → 1000');
    const page = await stage.workbench.webview('.diff-page .summary');
    await expect.poll(() => page.locator('h1').innerText(), patiently).toMatch(/999.*1000/s);
  });
});

describe('SQL into the editor', () => {
  test('the migrated view of a table, from its row', async () => {
    await stage.workbench.tree.choose(['copy', 'Syncs', '1010103141', 'pageviews'], 'Generate Migrated View SQL');
    await stage.workbench.tab(/^--/);
    await expect.poll(() => stage.workbench.language(), patiently).toMatch(/SQL/);
    const text = await stage.workbench.editorText();
    expect(text).toMatch(/^-- .*pageviews/);
    expect(text).toContain('1010103141');
    expect(text).toMatch(/COALESCE/);
    expect(text).toMatch(/CREATE .*VIEW/);
    await stage.workbench.screenshot('sql-migrated-light');
  });

  test('the dedup of a table, asked for by quick pick, in the dialect of the setting', async () => {
    await stage.workbench.command('Data Connect: Select SQL Dialect');
    await stage.workbench.quickInput.pick('DuckDB');
    await stage.workbench.quickInput.waitUntilHidden();
    await stage.workbench.command('Data Connect: Generate Dedup SQL');
    await stage.workbench.quickInput.type('users');
    await stage.workbench.quickInput.pick('users');
    await stage.workbench.tab(/^-- users: deduplicated/);
    const text = await stage.workbench.editorText();
    expect(text.split('\n').slice(0, 8).join('\n')).toMatch(/DuckDB/i);
    expect(text).toContain('user_id');
    expect(text).toMatch(/ROW_NUMBER\(\)|QUALIFY|DISTINCT/);
  });
});

describe('Open Avro Part', () => {
  test('of a local file, by a click in the file explorer', async () => {
    await stage.workbench.closeAllEditors();
    await stage.workbench.openView('Explorer');
    await stage.workbench.tree.click('orders.avro');
    const view = await rowsView(stage.workbench, /orders\.avro/);
    expect((await view.shownRows()).length).toBeGreaterThan(0);
    await stage.workbench.screenshot('local-light');
  });

  test('of a file that is no Avro says so, in the view', async () => {
    await stage.workbench.openView('Data Connect');
    await stage.workbench.tree.click('copy', 'Syncs', '9007199254740993', 'spoiled', /part-00001/);
    const panel = (await stage.workbench.webview('.failure-panel')).locator('.failure-panel');
    expect(await panel.innerText()).toMatch(/is not an Avro file/);
    await stage.workbench.screenshot('not-avro-light');
  });

  test('from the palette, step by step', async () => {
    await stage.workbench.command('Data Connect: Open Avro Part');
    await stage.workbench.quickInput.pick('copy');
    await expect.poll(() => stage.workbench.quickInput.placeholder(), patiently).toBe('Which dump?');
    await stage.workbench.quickInput.pick('1010103140');
    await expect.poll(() => stage.workbench.quickInput.placeholder(), patiently).toBe('Which table?');
    await stage.workbench.quickInput.pick('product_viewed');
    await expect.poll(() => stage.workbench.quickInput.placeholder(), patiently).toBe('Which part?');
    await stage.workbench.quickInput.pick(/^part-00000/);
    const view = await rowsView(stage.workbench, /product_viewed/);
    await view.shownRows();
    expect(await view.status()).toContain('zstandard');
  });
});

test('reloading the window brings the tabs back, and the rows in them', async () => {
  const before = await stage.workbench.tabLabels();
  await stage.workbench.reload();
  await expect.poll(() => stage.workbench.tabLabels(), { timeout: 30_000 }).toEqual(before);
  const view = await rowsView(stage.workbench, /product_viewed/);
  await view.shownRows();
});

test('every command of the palette has its words: verb first, in one category', async () => {
  const titles = await stage.workbench.commandsOf('Data Connect');
  expect(titles).toEqual(
    expect.arrayContaining([
      'Data Connect: Add Connection…',
      'Data Connect: Explore the Sample Bucket',
      'Data Connect: Open Avro Part',
      'Data Connect: Diff Manifests',
      'Data Connect: Generate Migrated View SQL',
      'Data Connect: Generate Dedup SQL',
    ]),
  );
});
