import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browserArgs, buildViews, openScene, serveViews, themeOf } from '../harness/webviewPage.mjs';
import { webviewScenes } from '../harness/webviewScenes.mjs';

// axe-core on the views, in each kind of theme: what it calls serious or critical is a fault.

const executable = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const hasChromium = existsSync(executable);
const themes = ['dark', 'light', 'hc-dark', 'hc-light'];
/** One scene for each state of a view; they are opened in every theme, whichever they name. */
const scenes = [
  'rows-dark',
  'rows-record-light',
  'schema-dark',
  'rows-failure-light',
  'rows-absent',
  'rows-table',
  'rows-people',
  'rows-selection',
  'rows-cell-json',
  'rows-cell-url',
  'rows-cell-menu',
  'rows-columns',
  'shortcuts',
  'rows-damage-hc-light',
  'rows-damage-tab',
  'query-filter',
  'query-editor',
  'query-columns',
  'query-find',
  'query-cost',
  'query-sample',
  'query-progress',
  'query-empty',
  'statistics',
  'top-values',
  'export',
  'diff-light',
];

interface Scene {
  readonly tab: Page;
  readonly close: () => Promise<void>;
}

let browser: Browser;
let server: Awaited<ReturnType<typeof serveViews>>;

/** What axe finds, a line each: rule, how many elements, the first of them and why. */
async function faultsOf(page: Page): Promise<string[]> {
  // Not `addScriptTag`: the page's own policy is part of what is tested.
  await page.evaluate(axe.source);
  // axe looks for a grid's rows by the elements alone: it does not see that `aria-owns` brings the scrolled half of a row under
  // its frozen half. Chromium does, and webviews.test.ts asks its accessibility tree.
  const options = { resultTypes: ['violations'], rules: { 'aria-required-children': { enabled: false } } };
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0]?.html ?? ''} ${nodes[0]?.failureSummary ?? ''}`);
}

describe.skipIf(!hasChromium && process.env['CI'] === undefined)('accessibility of the views', () => {
  beforeAll(async () => {
    server = await serveViews(await buildViews());
    browser = await chromium.launch({ executablePath: executable, args: browserArgs });
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  it.each(scenes)('%s has no serious fault in any theme', async (scene) => {
    const described = webviewScenes.find(({ name }) => name === scene);
    if (described === undefined) throw new Error(`There is no scene ${scene}.`);
    const { tab, close } = (await openScene(browser, server.address, { ...described, theme: themes[0] })) as Scene;
    try {
      tab.setDefaultTimeout(30_000);
      await tab.waitForSelector(described.ready ?? (described.view === 'diff' ? '.diff-page > *' : '.slick-row'));
      await described.act?.(tab);
      for (const theme of themes) {
        await showTheme(tab, theme);
        // The toolkit's components take a theme up a moment after the page does.
        await expect.poll(() => faultsOf(tab), { timeout: 10_000, message: theme }).toEqual([]);
      }
    } finally {
      await close();
    }
  });
});

interface ShownTheme {
  readonly kind: string;
  readonly style: string;
  readonly background: string;
}

/** As VS Code does when a person chooses another theme: the page stays as it is. */
async function showTheme(page: Page, theme: string): Promise<void> {
  const { kind, style, background } = themeOf(theme) as ShownTheme;
  const shown = await page.evaluate(
    ([body, text]) => {
      document.getElementById('theme')!.textContent = text;
      document.body.className = body;
      return getComputedStyle(document.documentElement).getPropertyValue('--vscode-editor-background');
    },
    [kind, style] as const,
  );
  // The page's policy must have let it through: else four times one theme would be looked at.
  expect(shown).toBe(background);
}
