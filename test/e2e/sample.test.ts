import { describe, expect, test } from 'vitest';
import { rowsView } from './rowsView';
import { samplePart } from './samplePart';
import { useStage } from './stage';
import { trueRows } from './truth';
import { patiently } from './workbench';

// The first minutes of somebody who has just installed the extension: no account, the sample bucket.

const stage = useStage({ name: 'sample' });

describe('the sample bucket', () => {
  test('an empty sidebar says what can be done, the sample first', async () => {
    await stage.workbench.openView('Data Connect');
    await stage.workbench.welcome('Explore the Sample Bucket').waitFor();
    const words = await stage.workbench.welcomeText();
    expect(words.indexOf('Explore the Sample Bucket')).toBeLessThan(words.indexOf('Connect an S3 Bucket'));
    expect(words.indexOf('Connect an S3 Bucket')).toBeLessThan(words.indexOf('Open a Folder'));
    await stage.workbench.screenshot('welcome-dark');
  });

  test('one click writes the sample and opens it, newest sync first, in the order of numbers', async () => {
    await stage.workbench.welcome('Explore the Sample Bucket').click();
    // While it is written: closed by an impatient hand, and opened again.
    await expect.poll(async () => (await stage.workbench.tree.reveal(['sample'])).isExpanded, patiently).toBe(true);
    await stage.workbench.tree.toggle('sample');
    await stage.workbench.tree.toggle('sample');
    await stage.workbench.tree.expand('sample', 'Syncs');
    const syncs = await stage.workbench.tree.children(['sample', 'Syncs']);
    expect(syncs.map(({ label }) => label)).toEqual([
      '1010103142',
      '1010103141',
      '1010103140',
      '1010103139',
      '1010103138',
      '1010103137',
      '1001',
      '1000',
      '999',
      '998',
      '852',
    ]);
    expect(syncs[0]?.description).toContain('no manifest yet');
  });

  test('syncs tell what they hold, and which tables came in full', async () => {
    const described = async (): Promise<string> =>
      (await stage.workbench.tree.reveal(['sample', 'Syncs', '1010103140'])).description;
    await expect.poll(described, patiently).toMatch(/\d+ tables · \d+ files/);
    expect((await stage.workbench.tree.reveal(['sample', 'Syncs', '1010103138'])).description).toContain('in full');
  });

  test('a sync holds its manifest, definitions, report and tables; a table its parts in order', async () => {
    await stage.workbench.tree.expand('sample', 'Syncs', '1010103138');
    const labels = (await stage.workbench.tree.children(['sample', 'Syncs', '1010103138'])).map(
      ({ label }) => label,
    );
    expect(labels).toEqual(expect.arrayContaining(['manifest.json', 'pageviews', 'users', '_add_to_cart_']));
    await stage.workbench.tree.expand('sample', 'Syncs', '1010103138', 'product_viewed');
    const parts = await stage.workbench.tree.children(['sample', 'Syncs', '1010103138', 'product_viewed']);
    expect(parts.map(({ label }) => label)).toEqual(['part-99999', 'part-100000']);
    await stage.workbench.screenshot('tree-dark');
  });

  test('what a screen reader says of a row is its label and its description', async () => {
    const row = await stage.workbench.tree.reveal(['sample', 'Syncs', '1010103138', 'pageviews']);
    expect(row.spoken).toContain('pageviews');
    expect(row.spoken).toContain(row.description.split(' · ')[0]);
  });

  test('a part opens with one click and shows its rows, ids exact to the last digit', async () => {
    await stage.workbench.tree.click('sample', 'Syncs', '1010103138', 'pageviews', 'part-00000');
    const view = await rowsView(stage.workbench, /pageviews/);
    const shown = await view.shownRows();
    const truth = await trueRows(await samplePart('1010103138', 'pageviews', 0));
    expect(shown.length).toBeGreaterThan(10);
    for (const { index, cells } of shown) {
      const row = truth[index]!;
      for (const id of ['event_id', 'user_id', 'session_id']) {
        expect(cells[id], `${id} of row ${index}`).toBe(row[id] === null ? 'NULL' : String(row[id] as bigint));
      }
    }
    await stage.workbench.screenshot('rows-dark');
  });

  test('the identity of a row stands first, whatever the order in the schema', async () => {
    const view = await rowsView(stage.workbench, /pageviews/);
    expect((await view.columns()).slice(1, 3).sort()).toEqual(['event_id', 'user_id']);
  });

  test('the Schema tab tells types, codec and the schema itself', async () => {
    const view = await rowsView(stage.workbench, /pageviews/);
    await view.tab('Schema').click();
    const words = await view.frame.locator('#panel-schema').innerText();
    expect(words).toContain('long or null');
    expect(words).toContain('snappy');
    expect(words).toContain('"topLevelRecord"');
    await stage.workbench.screenshot('schema-dark');
    await view.tab('Rows').click();
  });

  test('Enter on a row opens its record, every value whole', async () => {
    const view = await rowsView(stage.workbench, /pageviews/);
    const [first] = await view.shownRows();
    await view.frame.locator('.slick-row[aria-rowindex="2"] .slick-cell.identity').first().click();
    await stage.workbench.page.keyboard.press('Enter');
    const record = view.frame.locator('.record-pane');
    await record.waitFor();
    await expect.poll(() => record.innerText(), patiently).toContain(first!.cells['event_id']);
    await stage.workbench.screenshot('record-dark');
    await stage.workbench.page.keyboard.press('Escape');
    await record.waitFor({ state: 'hidden' });
  });

  test('a damaged part shows the rows that can be read, and says where the damage is', async () => {
    await stage.workbench.tree.click('sample', 'Syncs', '998', 'pageviews', 'part-00001');
    const view = await rowsView(stage.workbench, /998.*part-00001/s);
    await view.shownRows();
    await expect.poll(() => view.banner(), patiently).toMatch(/part-00001 is damaged from byte [\d,.]+/);
    await expect.poll(() => view.banner(), patiently).toMatch(/\d rows before it and [\d,.]+ after it are shown/);
    await stage.workbench.screenshot('damaged-dark');
  });

  test('a manifest opens formatted and read-only', async () => {
    await stage.workbench.tree.click('sample', 'Syncs', '1010103140', 'manifest.json');
    await stage.workbench.tab(/sync_1010103140|manifest/);
    const text = await stage.workbench.editorText();
    const manifest = JSON.parse(text) as { dump_id: number; tables: unknown[] };
    expect(manifest.dump_id).toBe(1_010_103_140);
    expect(text.split('\n')[1]).toMatch(/^ {2}"/);
    await stage.workbench.page.keyboard.type('x');
    expect(await stage.workbench.editorText()).toBe(text);
  });
});
