import { describe, expect, inject, test } from 'vitest';
import { rowsView } from './rowsView';
import { useStage, type Theme } from './stage';
import { patiently } from './workbench';

// How it looks: kept as pictures to be looked at, and checked for what a machine can see.

const looks: readonly { theme: Theme; size: { width: number; height: number } }[] = [
  { theme: 'light', size: { width: 1440, height: 900 } },
  { theme: 'highContrast', size: { width: 1440, height: 900 } },
  { theme: 'highContrastLight', size: { width: 1440, height: 900 } },
  { theme: 'dark', size: { width: 760, height: 700 } },
];

describe.each(looks)('$theme, $size.width pixels wide', ({ theme, size }) => {
  const name = `${theme}-${size.width}`;
  const stage = useStage(() => ({
    name,
    theme,
    size,
    connections: [{ kind: 'folder', id: 'shop', name: 'shop', path: inject('prepared').sample }],
  }));

  test('rows', async () => {
    await stage.workbench.openView('Data Connect');
    await stage.workbench.tree.click('shop', 'Syncs', '1010103141', 'pageviews', 'part-00000');
    const view = await rowsView(stage.workbench, /pageviews/);
    await view.shownRows();
    await stage.workbench.screenshot(`look-rows-${name}`);
    // The page scrolls in its own parts, never as a whole.
    const overflow = await view.frame.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  });

  test('diff', async () => {
    await stage.workbench.tree.inline(['shop', 'Syncs', '1010103140'], 'Diff with Previous Dump');
    const page = await stage.workbench.webview('.diff-page .summary');
    await expect.poll(() => page.locator('.group').count(), patiently).toBeGreaterThan(0);
    await stage.workbench.screenshot(`look-diff-${name}`);
  });
});
