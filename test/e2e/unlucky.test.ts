import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createFaultProxy, s3Answers, type SeenRequest } from '../harness/faultProxy.mjs';
import { createWriter, putObjects, uploadFolder } from '../harness/s3Fixtures.mjs';
import { writeSampleBucket } from '../harness/sampleBucket.mjs';
import { rowsView, type RowsView } from './rowsView';
import { useStage } from './stage';
import { patiently } from './workbench';

// What goes wrong while a part is open, and how one goes on from there.

const { s3, now, whyNoS3 } = inject('prepared');
const bucket = 'csq-rs3-unlucky';
const rows = 30_000;

describe.skipIf(s3 === undefined)(`with bad luck${whyNoS3 === undefined ? '' : ` (${whyNoS3})`}`, () => {
  let proxy: Awaited<ReturnType<typeof createFaultProxy>>;
  let folder = '';
  beforeAll(async () => {
    proxy = await createFaultProxy(s3!.endpoint);
    folder = await mkdtemp(path.join(tmpdir(), 'dce-unlucky-'));
    await writeSampleBucket(folder, { now, large: { rows, columns: 12, parts: 2 } });
    await uploadFolder(s3!.endpoint, s3!, bucket, folder, { region: s3!.region });
  });
  afterAll(async () => {
    await proxy.close();
    await rm(folder, { recursive: true, force: true });
  });

  const stage = useStage(() => ({
    name: 'unlucky',
    connections: [],
    env: { AWS_ACCESS_KEY_ID: s3!.accessKeyId, AWS_SECRET_ACCESS_KEY: s3!.secretAccessKey },
  }));

  /** All reads of a part but the first: the middle of its scan. */
  const isLaterRead = ({ range }: SeenRequest): boolean => range !== undefined && !range.startsWith('bytes=0-');
  const part = (number: number) => ['unlucky', 'Syncs', '1010103140', 'pageviews', `part-0000${number}`];

  async function stopped(reason: RegExp): Promise<RowsView> {
    const view = await rowsView(stage.workbench, /pageviews/);
    await view.shownRows();
    await expect.poll(() => view.banner(), { timeout: 30_000 }).toMatch(reason);
    expect(await view.banner()).toMatch(/The rows up to there are shown/);
    return view;
  }
  async function tryAgain(view: RowsView): Promise<void> {
    await view.frame.locator('.banner-slot').getByText('Try Again').click();
    await expect.poll(() => view.status(), { timeout: 30_000 }).toMatch(/^30,000 rows/);
    expect(await view.banner()).toBe('');
    await view.shownRows();
  }

  test('a command that needs a bucket says that there is none yet, and how to get one', async () => {
    await stage.workbench.openView('Data Connect');
    await stage.workbench.command('Data Connect: Generate Dedup SQL');
    await stage.workbench.answer('No bucket is connected yet.', 'Connect an S3 Bucket');
    await stage.workbench.quickInput.says(/The bucket of the export/);
  });

  test('a folder that is not there is said to be so before it is added', async () => {
    const { quickInput } = stage.workbench;
    await quickInput.type(path.join(folder, 'nowhere'));
    await quickInput.accept();
    await quickInput.says('There is no such folder on this machine.');
  });

  test('a bucket with its folder behind a slash is taken as it is', async () => {
    const { quickInput } = stage.workbench;
    await quickInput.type(`${bucket}/manifests/`);
    await quickInput.accept();
    await quickInput.pick('Default credential chain');
    await quickInput.pick('Another S3-compatible server…');
    await quickInput.says(/Address of the server/);
    await quickInput.type(proxy.endpoint);
    await quickInput.accept();
    await quickInput.says(/Region of the bucket/);
    await quickInput.accept();
    await quickInput.says(/Name in the sidebar/);
    await quickInput.type('unlucky');
    await quickInput.accept();
    await stage.workbench.tree.expand('unlucky', 'Syncs');
  });

  test('a connection that is closed and opened again while it is read shows what is there', async () => {
    const { tree } = stage.workbench;
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    proxy.reset();
    proxy.add({ when: ({ path: asked }) => asked.includes('list-type=2'), times: Infinity, before: () => gate });
    await tree.inline(['unlucky'], 'Refresh');
    await expect.poll(() => proxy.requests.length, patiently).toBeGreaterThan(0);
    await tree.toggle('unlucky');
    await tree.toggle('unlucky');
    release();
    proxy.reset();
    await tree.reveal(['unlucky', 'Syncs']);
    await tree.expand('unlucky', 'Syncs');
    await tree.reveal(['unlucky', 'Syncs', '1010103140']);
  });

  test('the first dump has none before it, and that is what is said', async () => {
    await stage.workbench.tree.choose(['unlucky', 'Syncs', '1010103140'], 'Diff with Previous Dump');
    await stage.workbench.notification(/Dump 1010103140 is the first with a manifest here/);
    await stage.workbench.command('Notifications: Clear All Notifications');
  });

  test('a token that expires in the middle of a scan leaves the rows; after the connection is edited the scan goes on', async () => {
    const { quickInput, tree } = stage.workbench;
    proxy.reset();
    proxy.add({ when: isLaterRead, times: Infinity, answer: s3Answers.expiredToken() });
    await tree.click(...part(0));
    const view = await stopped(/has expired/);
    await stage.workbench.screenshot('expired-dark');
    // Saved anew, nothing changed but what its credentials are by now.
    await tree.choose(['unlucky'], 'Edit Connection…');
    await quickInput.says(/The bucket of the export/);
    await quickInput.accept();
    await quickInput.pick('Default credential chain');
    await quickInput.pick('Another S3-compatible server…');
    for (const step of [/Address of the server/, /Region of the bucket/, /Name in the sidebar/]) {
      await quickInput.says(step);
      await quickInput.accept();
    }
    await quickInput.waitUntilHidden();
    proxy.reset();
    await tryAgain(view);
    expect(proxy.requests.filter(isLaterRead).length).toBeGreaterThan(0);
  });

  test('a part that is replaced in the middle of a scan is opened anew, in its new version', async () => {
    await stage.workbench.closeAllEditors();
    const [first, second] = (await readdir(folder, { recursive: true }))
      .filter((file) => file.endsWith('.avro'))
      .sort();
    const bytes = await readFile(path.join(folder, first!));
    const writer = createWriter(s3!.endpoint, s3!);
    proxy.reset();
    proxy.add({ when: isLaterRead, before: () => putObjects(writer, bucket, [[second!, bytes]]) });
    await stage.workbench.tree.click(...part(1));
    const view = await stopped(/was replaced while it was being read/);
    writer.destroy();
    const before = await view.shownRows();
    await tryAgain(view);
    expect((await view.shownRows())[0]?.cells).not.toEqual(before[0]?.cells);
  });

  test('a tab whose connection was removed keeps its rows, and says after a reload what became of it', async () => {
    await stage.workbench.tree.choose(['unlucky'], 'Remove Connection');
    await stage.workbench.page
      .locator('.monaco-dialog-box')
      .getByText('Remove Connection', { exact: true })
      .click();
    await expect.poll(() => stage.workbench.welcomeText(), patiently).toContain('Explore the Sample Bucket');
    const view = await rowsView(stage.workbench, /pageviews/);
    expect((await view.shownRows()).length).toBeGreaterThan(0);
    await stage.workbench.reload();
    const panel = (await stage.workbench.webview('.failure-panel')).locator('.failure-panel');
    expect(await panel.innerText()).toMatch(/The connection "unlucky" is no longer there/);
  });
});
