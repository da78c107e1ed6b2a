import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { spaced } from './quickInput';
import { useStage, type Theme } from './stage';
import { patiently, type Workbench } from './workbench';

// What the engineer on call looks at: the sidebar, the status bar, the Problems panel, the report, and what tells of a new dump.

const statusItem = (workbench: Workbench): Locator =>
  workbench.page.locator('.part.statusbar .statusbar-item[id$="dataConnect.health"]');

async function statusText(workbench: Workbench): Promise<string> {
  const item = statusItem(workbench);
  return (await item.count()) === 0 ? '' : spaced(await item.innerText());
}

async function openHealth(workbench: Workbench): Promise<void> {
  await workbench.openView('Data Connect');
  await workbench.tree.expand('acme');
  await expect.poll(() => statusText(workbench), patiently).toMatch(/^dump \d+ · .+ · \d+ errors?, \d+ warnings$/);
}

const errorsIn = (status: string): number => Number(/(\d+) errors?/.exec(status)?.[1]);

describe('the health of an export', () => {
  let folder = '';
  const stage = useStage(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'dce-health-'));
    await cp(inject('prepared').sample, folder, { recursive: true, preserveTimestamps: true });
    return {
      name: 'health',
      theme: 'light',
      connections: [{ kind: 'folder', id: 'acme', name: 'acme', path: folder }],
      settings: { 'dataConnect.health.pollMinutes': 1 },
    };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('is in the status bar and on the connection, in the same words', async () => {
    const { workbench } = stage;
    await workbench.openView('Data Connect');
    expect(await statusItem(workbench).count()).toBe(0);
    await openHealth(workbench);
    const { description } = await workbench.tree.reveal(['acme']);
    expect(description).toBe(await statusText(workbench));
    await workbench.tree.expand('acme', 'Syncs');
    await workbench.screenshot('health-tree-light');
    await statusItem(workbench).hover();
    await workbench.page.locator('.workbench-hover-container').first().waitFor();
    await workbench.screenshot('health-hover-light');
  });

  test('is a list of problems on the manifests that they are about', async () => {
    const { workbench } = stage;
    await statusItem(workbench).click();
    await workbench.quickInput.pick(/Show problems/);
    const panel = workbench.page.locator('.markers-panel-container');
    await expect.poll(() => panel.innerText(), patiently).toContain('missingFiles');
    await workbench.screenshot('health-problems-light');
    await panel.locator('.monaco-list-row', { hasText: 'missingFiles' }).first().dblclick();
    await expect.poll(() => workbench.tabLabels(), patiently).toContain('sync_1010103140');
    await expect.poll(() => workbench.page.locator('.part.statusbar').innerText(), patiently).toMatch(/Ln 24/);
    await workbench.screenshot('health-manifest-light');
  });

  test('is a report, shown and copied', async () => {
    const { workbench } = stage;
    await workbench.tree.choose(['acme'], 'Show Health');
    await workbench.tab(/Health of acme/);
    const page = await workbench.webview('body.vscode-body h1');
    await expect.poll(() => page.locator('body').innerText(), patiently).toMatch(/Health: dump \d+ · \d+ errors?/);
    await workbench.screenshot('health-report-light');
    await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await workbench.tree.choose(['acme'], 'Copy Health Report');
    const clipboard = (): Promise<string> =>
      workbench.page.evaluate(() =>
        (navigator as unknown as { clipboard: { readText(): Promise<string> } }).clipboard.readText(),
      );
    await expect
      .poll(clipboard, patiently)
      .toMatch(/^# Health: dump \d+ · \d+ errors, [^]*\n- `missingFiles` 1 file of sessions/);
  });

  test('is checked anew on demand: what is gone meanwhile is told', async () => {
    const { workbench } = stage;
    const before = await statusText(workbench);
    await rm(path.join(folder, 'sync_1010103141/_heap_table_name=users'), { recursive: true });
    await statusItem(workbench).click();
    await workbench.quickInput.step('Health of acme');
    await workbench.screenshot('health-menu-light');
    await workbench.quickInput.pick(/Check now/);
    await expect.poll(() => statusText(workbench), patiently).not.toBe(before);
    expect(errorsIn(await statusText(workbench))).toBe(errorsIn(before) + 1);
    const dump = ['acme', 'Syncs', '1010103141'];
    const description = async (): Promise<string> => (await workbench.tree.reveal(dump)).description;
    await expect.poll(description, patiently).toMatch(/^1 missing · /);
    await workbench.tree.expand(...dump);
    await workbench.page.mouse.move(337 * (1440 / 1389), 500);
    await workbench.page.mouse.down();
    await workbench.page.mouse.move(760, 500, { steps: 5 });
    await workbench.page.mouse.up();
    await workbench.screenshot('health-tree-wide-light');
  });

  test('tells once of a dump that lands while the connection is open', async () => {
    const { workbench } = stage;
    const old = 'sync_1010103141';
    const dump = '9007199254741000';
    await cp(path.join(folder, old), path.join(folder, `sync_${dump}`), { recursive: true });
    const text = await readFile(path.join(folder, `manifests/${old}.json`), 'utf8');
    const manifest = JSON.parse(text.replaceAll('1010103141', dump)) as {
      tables: { name: string; columns?: string[] }[];
    };
    manifest.tables.find(({ name }) => name === 'users')?.columns?.push('referral_code');
    await writeFile(path.join(folder, `manifests/sync_${dump}.json`), JSON.stringify(manifest));
    const item = await (async () => {
      const toast = workbench.page.locator('.notifications-toasts .notification-list-item', {
        hasText: 'acme: new dump 9007199254741000',
      });
      await toast.first().waitFor({ timeout: 90_000 });
      return toast.first();
    })();
    expect(spaced(await item.innerText())).toMatch(/new column/);
    await workbench.tree.reveal(['acme', 'Syncs', '9007199254741000']);
    const report = await workbench.webview('body.vscode-body h1');
    await expect.poll(() => report.locator('h1').innerText(), patiently).toContain('dump 9007199254741000');
    await workbench.screenshot('health-arrival-light');
    await workbench.answer(/acme: new dump/, 'Show Diff');
    await workbench.tab(/→ 9007199254741000/);
  }, 150_000);

  test('comes back in its tab when the window is reloaded', async () => {
    const { workbench } = stage;
    await workbench.page.locator('.part.editor .tab', { hasText: 'Health of acme' }).click();
    // It takes the focus when it is there, and the palette away.
    await workbench.webview('body.vscode-body h1');
    await workbench.reload();
    const report = await workbench.webview('body.vscode-body h1');
    await expect.poll(() => report.locator('h1').innerText(), patiently).toContain('dump 9007199254741000');
    await workbench.screenshot('health-reload-light');
  });

  test('goes with its connection', async () => {
    const { workbench } = stage;
    await openHealth(workbench);
    const panel = workbench.page.locator('.markers-panel-container');
    await expect.poll(() => panel.innerText(), patiently).toContain('missingFiles');
    await workbench.tree.choose(['acme'], 'Remove Connection');
    await workbench.page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Remove Connection' }).click();
    await expect.poll(() => panel.innerText(), patiently).toContain('No problems have been detected');
    await expect.poll(() => statusItem(workbench).count(), patiently).toBe(0);
  });
});

const looks: readonly Theme[] = ['dark', 'highContrast', 'highContrastLight'];

describe.each(looks)('%s', (theme) => {
  const stage = useStage(() => ({
    name: `health-${theme}`,
    theme,
    connections: [{ kind: 'folder', id: 'acme', name: 'acme', path: inject('prepared').sample }],
  }));

  test('tree, status bar, problems and report', async () => {
    const { workbench } = stage;
    await openHealth(workbench);
    await workbench.tree.expand('acme', 'Syncs');
    await statusItem(workbench).click();
    await workbench.quickInput.pick(/Show problems/);
    await workbench.page.locator('.markers-panel-container .monaco-list-row').first().waitFor();
    await workbench.command('Data Connect: Show Health');
    await workbench.webview('body.vscode-body h1');
    await workbench.screenshot(`health-${theme}`);
  });
});
