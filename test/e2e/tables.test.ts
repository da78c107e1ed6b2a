import { describe, expect, inject, test } from 'vitest';
import { useStage, type Stage, type Theme } from './stage';
import { patiently } from './workbench';

// What counts: the tables of an export over all their dumps, as of any of them, and their files to take along.

type Open = Pick<Stage, 'workbench'>;

const connections = () => [{ kind: 'folder', id: 'acme', name: 'acme', path: inject('prepared').sample } as const];
const tables = ['acme', 'Tables'];
const others = 'Not in the table';

/** With what health has read of them. */
async function openTables({ workbench }: Open): Promise<void> {
  await workbench.openView('Data Connect');
  await workbench.tree.expand(...tables);
  await expect
    .poll(async () => (await workbench.tree.reveal([...tables, 'pageviews'])).description, patiently)
    .toMatch(/^6 files · \d+ KB · since 1010103138$/);
}

const descriptionOf = async ({ workbench }: Open, ...path: readonly string[]): Promise<string> =>
  (await workbench.tree.reveal(path)).description;

/** The rows right below one, as they read. */
async function below({ workbench }: Open, ...path: readonly string[]): Promise<readonly string[]> {
  await workbench.tree.expand(...path);
  return (await workbench.tree.children(path)).map(({ label, description }) => `${label} ${description}`.trim());
}

/** Draws the side bar wide, to see what stands on its lines. */
async function widen({ workbench: { page } }: Open): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox();
  const edge = (box?.x ?? 0) + (box?.width ?? 0);
  await page.mouse.move(edge, 500);
  await page.mouse.down();
  await page.mouse.move(700, 500, { steps: 5 });
  await page.mouse.up();
  await page.mouse.move(1000, 500);
}

/** Nothing is faded in or out any more, and the labels have their colours. */
async function settled({ workbench: { page } }: Open): Promise<void> {
  const look = (): Promise<string> =>
    page.evaluate(() => {
      const moving = document.getAnimations().filter(({ playState }) => playState === 'running').length;
      const labels = [...document.querySelectorAll('.part.sidebar .monaco-icon-label')];
      return `${moving} ${labels.map((label) => label.className).join(' ')}`;
    });
  let before = '';
  await expect
    .poll(
      async () => {
        const now = await look();
        const isSame = now === before;
        before = now;
        return isSame;
      },
      { ...patiently, interval: 700 },
    )
    .toBe(true);
}

describe('the tables of an export', () => {
  const stage = useStage(() => ({ name: 'tables', theme: 'light', connections: connections() }));

  test('say what they consist of, and since when, before they are opened', async () => {
    await openTables(stage);
    await stage.workbench.screenshot('tables-narrow-light');
    expect(await descriptionOf(stage, ...tables)).toBe('23 · as of 9007199254740993');
    expect(await descriptionOf(stage, ...tables, 'sessions')).toMatch(/^1 missing in 1010103140 · 4 files · /);
    expect(await descriptionOf(stage, ...tables, 'newsletter_signup')).toBe(
      'not known: manifest of 1003 cannot be read',
    );
    await widen(stage);
    await stage.workbench.tree.toggle('acme', 'Syncs');
    await stage.workbench.screenshot('tables-light');
  });

  test('open into the dumps that make them up, and into their parts, those that count marked', async () => {
    const { workbench } = stage;
    const pageviews = [...tables, 'pageviews'];
    await expect
      .poll(() => below(stage, ...pageviews), patiently)
      .toEqual([
        expect.stringMatching(/^1010103141 .* · 1 file · \d+ KB$/),
        expect.stringMatching(/^1010103140 .* · 1 file · \d+ KB · 1 in no manifest$/),
        expect.stringMatching(/^1010103139 .* · 1 file · \d+ KB$/),
        expect.stringMatching(/^1010103138 .* · 3 files · \d+ KB · full resync$/),
        `${others} superseded, newer or in no manifest`,
      ]);
    const parts = await below(stage, ...pageviews, '1010103140');
    expect(parts).toHaveLength(2);
    expect(parts.filter((part) => part.endsWith('in no manifest, ignored'))).toHaveLength(1);
    expect((await below(stage, ...pageviews, others)).map((dump) => dump.replace(/ · \d+ files?.*/, ''))).toEqual([
      '1001 no manifest yet',
      '1000 superseded by 1010103138',
      '999 superseded by 1010103138',
      '998 superseded by 1010103138',
      '852 superseded by 1010103138',
    ]);
    expect(await below(stage, ...pageviews, others, '999')).toEqual([
      expect.stringMatching(/^part-\d+ [\d.]+ KB · superseded by 1010103138$/),
    ]);
    await workbench.tree.reveal([...tables, 'pageviews']);
    await workbench.screenshot('tables-open-light');
    await workbench.page.locator('.part.sidebar .label-name', { hasText: /^999$/ }).first().hover();
    await workbench.page.locator('.workbench-hover-container').first().waitFor();
    await workbench.screenshot('tables-hover-light');
    await workbench.tree.click(...pageviews, '1010103141', /part-/);
    await workbench.tab(/part-/);
  });

  test('say in the tree why what makes one up is not known, with Retry', async () => {
    const { workbench } = stage;
    const rows = await below(stage, ...tables, 'newsletter_signup');
    expect(rows).toEqual([expect.stringMatching(/manifest.*1003/i)]);
    await workbench.screenshot('tables-failure-light');
    await workbench.tree.toggle(...tables, 'newsletter_signup');
  });

  test('are shown as of any dump, said on the connection, and go back to the newest', async () => {
    const { workbench } = stage;
    await workbench.tree.inline(tables, 'Show as of Dump');
    await workbench.quickInput.step('Show as of Dump');
    await expect.poll(() => workbench.quickInput.labels(), patiently).toContain('1010103139');
    await settled(stage);
    await workbench.screenshot('tables-pick-light');
    await workbench.quickInput.pick('1010103139');
    const words = (): Promise<string> => descriptionOf(stage, ...tables);
    await expect.poll(words, patiently).toMatch(/as of 1010103139 · newest is 9007199254740993$/);
    expect(await descriptionOf(stage, 'acme')).toMatch(/^as of 1010103139 · dump 9007199254740993 · /);
    expect(await descriptionOf(stage, ...tables, 'pageviews')).toMatch(/^4 files · .* · since 1010103138$/);
    await workbench.tree.expand('acme', 'Syncs');
    expect(await descriptionOf(stage, 'acme', 'Syncs', '1010103140')).toMatch(
      /^1 missing · newer than 1010103139 · /,
    );
    await workbench.tree.reveal(['acme']);
    await workbench.screenshot('tables-asof-light');
    await workbench.reload();
    await workbench.openView('Data Connect');
    await workbench.tree.expand(...tables);
    await expect.poll(words, patiently).toMatch(/as of 1010103139/);
    await workbench.tree.inline(tables, 'Show Newest Dump');
    await expect.poll(words, patiently).toMatch(/as of 9007199254740993$/);
    expect(await descriptionOf(stage, 'acme')).not.toMatch(/as of/);
  });

  test('are copied as a list of their files', async () => {
    const { workbench } = stage;
    await workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await workbench.tree.choose([...tables, 'pageviews'], 'Copy Effective Files…');
    await workbench.quickInput.step('Copy Effective Files');
    await expect
      .poll(() => workbench.quickInput.labels(), patiently)
      .toEqual(['URIs', 'Spark list', 'DuckDB list']);
    await settled(stage);
    await workbench.screenshot('tables-copy-light');
    await workbench.quickInput.pick('URIs');
    await workbench.notification(/Copied the URIs of 6 files \(\d+ KB\): pageviews as of dump 9007199254740993\./);
    await settled(stage);
    await workbench.screenshot('tables-copied-light');
    const text = await workbench.page.evaluate(() =>
      (navigator as unknown as { clipboard: { readText(): Promise<string> } }).clipboard.readText(),
    );
    const dumps = text.split('\n').map((uri) => /sync_(\d+)\/_heap_table_name=pageviews\/part-/.exec(uri)?.[1]);
    const full = '1010103138';
    expect(dumps).toEqual([full, full, full, '1010103139', '1010103140', '1010103141', undefined]);
  });
});

const looks: readonly Theme[] = ['dark', 'highContrast', 'highContrastLight'];

describe.each(looks)('%s', (theme) => {
  const stage = useStage(() => ({ name: `tables-${theme}`, theme, connections: connections() }));

  test('tables, dumps and parts, the newest and as of another dump', async () => {
    const { workbench } = stage;
    await openTables(stage);
    await widen(stage);
    await below(stage, ...tables, 'pageviews', '1010103140');
    await below(stage, ...tables, 'pageviews', others, '999');
    await workbench.tree.reveal(['acme']);
    await workbench.screenshot(`tables-${theme}`);
    await workbench.command('Data Connect: Show as of Dump…');
    await workbench.quickInput.pick('1010103139');
    await expect.poll(() => descriptionOf(stage, ...tables), patiently).toMatch(/as of 1010103139/);
    // What does not count is dimmed a moment after it is there.
    await expect.poll(() => descriptionOf(stage, ...tables, 'pageviews', others), patiently).toMatch(/^10 files/);
    await settled(stage);
    await workbench.tree.reveal(['acme']);
    await workbench.screenshot(`tables-asof-${theme}`);
  });
});
