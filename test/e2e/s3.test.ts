import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createFaultProxy } from '../harness/faultProxy.mjs';
import { createBucket, createWriter, putObjects, putPolicy } from '../harness/s3Fixtures.mjs';
import { rowsView } from './rowsView';
import { samplePart } from './samplePart';
import { useStage } from './stage';
import { trueRows } from './truth';
import { patiently } from './workbench';

// The same on a real S3 server, through a proxy that keeps what was asked.

const { s3, whyNoS3 } = inject('prepared');

describe.skipIf(s3 === undefined)(`on S3${whyNoS3 === undefined ? '' : ` (${whyNoS3})`}`, () => {
  let proxy: Awaited<ReturnType<typeof createFaultProxy>>;
  beforeAll(async () => {
    proxy = await createFaultProxy(s3!.endpoint);
  });
  afterAll(() => proxy.close());

  const stage = useStage(() => ({
    name: 's3',
    connections: [
      {
        kind: 's3',
        id: 'endpoint-down',
        name: 'endpoint down',
        bucket: 'csq-rs3-nobody',
        prefix: '',
        credentials: 'chain',
        endpoint: 'http://127.0.0.1:9',
        pathStyle: true,
      },
    ],
    env: { AWS_ACCESS_KEY_ID: s3!.accessKeyId, AWS_SECRET_ACCESS_KEY: s3!.secretAccessKey },
  }));

  /** Goes through the steps of *Add Connection* with typed keys, up to the step that tries. */
  async function addConnection(bucket: string, accessKeyId: string, secret: string, name: string): Promise<void> {
    const { quickInput } = stage.workbench;
    await stage.workbench.command('Data Connect: Add Connection…');
    await quickInput.says(/The bucket of the export/);
    await quickInput.type(bucket);
    await quickInput.accept();
    await quickInput.pick('Type an access key…');
    await quickInput.says(/Access key ID/);
    await quickInput.type(accessKeyId);
    await quickInput.accept();
    await quickInput.says(/Secret access key/);
    expect(await quickInput.field.getAttribute('type')).toBe('password');
    await quickInput.type(secret);
    await quickInput.accept();
    await quickInput.says(/Session token/);
    await quickInput.accept();
    await quickInput.pick('Another S3-compatible server…');
    await quickInput.says(/Address of the server/);
    await quickInput.type(proxy.endpoint);
    await quickInput.accept();
    await quickInput.says(/Region of the bucket/);
    await quickInput.accept();
    await quickInput.says(/Name in the sidebar/);
    await quickInput.type(name);
    await quickInput.accept();
  }
  const verdict = (): Promise<string> => stage.workbench.quickInput.title();

  test('a bucket that is not there is said to be not there', async () => {
    await stage.workbench.openView('Data Connect');
    await addConnection('csq-rs3-nowhere', s3!.accessKeyId, s3!.secretAccessKey, 'nowhere');
    await expect.poll(verdict, { timeout: 30_000 }).toMatch(/csq-rs3-nowhere/);
    expect(await verdict()).toMatch(/no bucket|does not exist|not there|no such/i);
    expect(await stage.workbench.quickInput.labels()).toEqual(
      expect.arrayContaining(['Try Again', 'Change Bucket', 'Change Credentials']),
    );
    await stage.workbench.screenshot('no-such-bucket-dark');
    await stage.workbench.quickInput.dismiss();
  });

  test('a wrong secret is said to be wrong, and no key is shown or kept', async () => {
    await addConnection(s3!.bucket, s3!.accessKeyId, 'not-the-secret', 'wrong');
    await expect.poll(verdict, { timeout: 30_000 }).toMatch(/secret key .* does not fit/);
    expect(await verdict()).not.toContain('not-the-secret');
    await stage.workbench.quickInput.dismiss();
    expect((await stage.workbench.tree.rows()).map(({ label }) => label)).not.toContain('wrong');
  });

  test('with the right keys the bucket is there, and opened', async () => {
    await addConnection(s3!.bucket, s3!.accessKeyId, s3!.secretAccessKey, 'nordlys');
    await stage.workbench.tree.expand('nordlys', 'Syncs');
    const syncs = await stage.workbench.tree.children(['nordlys', 'Syncs']);
    expect(syncs.map(({ label }) => label)).toEqual(expect.arrayContaining(['1010103141', '999', '852']));
    await stage.workbench.screenshot('s3-tree-dark');
  });

  test('typed keys are in no setting, no log and no other file of the profile', async () => {
    const settings = await readFile(path.join(stage.userData, 'User', 'settings.json'), 'utf8');
    expect(settings).toContain('"nordlys"');
    const entries = await readdir(stage.userData, { withFileTypes: true, recursive: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const text = await readFile(file, 'latin1');
      expect(text.includes(s3!.secretAccessKey), `${file} holds the secret key`).toBe(false);
    }
  });

  test('a part opens with at most two requests, ids exact', async () => {
    await stage.workbench.tree.expand('nordlys', 'Syncs', '1010103138', 'sessions');
    const before = proxy.requests.length;
    await stage.workbench.tree.click('nordlys', 'Syncs', '1010103138', 'sessions', 'part-00000');
    const view = await rowsView(stage.workbench, /sessions/);
    const shown = await view.shownRows();
    const truth = await trueRows(await samplePart('1010103138', 'sessions', 0));
    for (const { index, cells } of shown) {
      expect(cells['session_id']).toBe(String(truth[index]!['session_id'] as bigint));
    }
    const reads = proxy.requests.slice(before).filter(({ range }) => range !== undefined);
    expect(reads.length).toBeGreaterThan(0);
    expect(reads.length).toBeLessThanOrEqual(2);
    await stage.workbench.screenshot('s3-rows-dark');
  });

  test('the files of a table are copied as what Redshift loads them by', async () => {
    await stage.workbench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await stage.workbench.tree.choose(['nordlys', 'Tables', 'pageviews'], 'Copy Effective Files…');
    await stage.workbench.quickInput.pick('Redshift COPY manifest');
    await stage.workbench.notification(/Copied a Redshift COPY manifest of 6 files/);
    const text = await stage.workbench.page.evaluate(() =>
      (navigator as unknown as { clipboard: { readText(): Promise<string> } }).clipboard.readText(),
    );
    const { entries } = JSON.parse(text) as { entries: { url: string; meta: { content_length: number } }[] };
    const folder = `${inject('prepared').sample}/`;
    for (const { url, meta } of entries) {
      expect(url.startsWith(`s3://${s3!.bucket}/sync_`)).toBe(true);
      expect(meta.content_length).toBe((await stat(folder + url.slice(`s3://${s3!.bucket}/`.length))).size);
    }
    await stage.workbench.tree.toggle('nordlys', 'Tables');
  });

  test('Open Avro Part takes a pasted s3:// URI', async () => {
    const file = await samplePart('1010103140', 'users', 0);
    const uri = `s3://${s3!.bucket}/${file.slice(inject('prepared').sample.length + 1)}`;
    await stage.workbench.command('Data Connect: Open Avro Part');
    await stage.workbench.quickInput.type(uri);
    await stage.workbench.quickInput.pick(`Open ${uri}`);
    const view = await rowsView(stage.workbench, /users.*1010103140/s);
    await view.shownRows();
    // The words of the view are those of the bucket, not of a file on this machine.
    expect(await view.frame.locator('.toolbar .title').getAttribute('title')).toBe(uri);
  });

  test('an endpoint that is down is a row with its reason and Retry; the rest of the tree goes on', async () => {
    const row = async (): Promise<string> =>
      (await stage.workbench.tree.children(['endpoint down']))
        .map(({ label, description }) => `${label}: ${description}`)
        .join('\n');
    await stage.workbench.tree.expand('endpoint down');
    await expect.poll(row, { timeout: 60_000 }).toMatch(/^Not reachable: .*refuses connections/);
    await stage.workbench.screenshot('endpoint-down-dark');
    await stage.workbench.tree.inline(['endpoint down', 'Not reachable'], 'Retry');
    await expect.poll(row, { timeout: 60_000 }).toMatch(/refuses connections/);
    expect((await stage.workbench.tree.children(['nordlys', 'Syncs'])).length).toBeGreaterThan(5);
  });

  test.runIf(s3?.reader !== undefined)(
    'what may not be read is a row that says which permission is missing',
    async () => {
      const client = createWriter(s3!.endpoint, {
        accessKeyId: s3!.accessKeyId,
        secretAccessKey: s3!.secretAccessKey,
      });
      const bucket = 'csq-rs3-denied';
      await createBucket(client, bucket);
      await putObjects(client, bucket, [['manifests/sync_1.json', '{"dump_id":1,"tables":[]}']]);
      await putPolicy(client, bucket, [
        {
          Effect: 'Allow',
          Principal: { AWS: ['arn:aws:iam:::user/reader'] },
          Action: ['s3:GetObject'],
          Resource: ['/*'],
        },
      ]);
      client.destroy();
      const { quickInput } = stage.workbench;
      await addConnection(bucket, s3!.reader!.accessKeyId, s3!.reader!.secretAccessKey, 'denied');
      await expect.poll(verdict, { timeout: 30_000 }).toMatch(/Access to .*csq-rs3-denied.* was denied/);
      await quickInput.pick('Save Anyway');
      await stage.workbench.tree.expand('denied');
      const label = async (): Promise<string> =>
        (await stage.workbench.tree.children(['denied']))
          .map((row) => `${row.label} ${row.description}`)
          .join('\n');
      await expect.poll(label, patiently).toMatch(/was denied/);
      await stage.workbench.screenshot('denied-dark');
    },
  );

  test('nothing but GET and HEAD was ever sent', () => {
    expect(proxy.requests.length).toBeGreaterThan(15);
    expect(
      [...new Set(proxy.requests.map(({ method }) => method))].filter((m) => m !== 'GET' && m !== 'HEAD'),
    ).toEqual([]);
  });
});
