import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createFaultProxy } from '../harness/faultProxy.mjs';
import { uploadFolder } from '../harness/s3Fixtures.mjs';
import { writeSampleBucket } from '../harness/sampleBucket.mjs';
import { rowsView, type RowsView } from './rowsView';
import { useStage } from './stage';
import { shownText } from './tableTruth';
import { trueRows } from './truth';
import { patiently } from './workbench';

// A table in S3 of which not all is read unasked: what a question costs is said before it is begun.

const { s3, now, whyNoS3 } = inject('prepared');
const bucket = 'csq-rs3-questions';
const dump = '1010103140';
const count = (rows: number): string => rows.toLocaleString('en-GB');

describe.skipIf(s3 === undefined)(
  `questions about a table in S3${whyNoS3 === undefined ? '' : ` (${whyNoS3})`}`,
  () => {
    let proxy: Awaited<ReturnType<typeof createFaultProxy>>;
    let folder = '';
    let truth: readonly Readonly<Record<string, unknown>>[];
    beforeAll(async () => {
      proxy = await createFaultProxy(s3!.endpoint);
      folder = await mkdtemp(path.join(tmpdir(), 'dce-questions-'));
      await writeSampleBucket(folder, { now, large: { rows: 30_000, columns: 12, parts: 2 } });
      await uploadFolder(s3!.endpoint, s3!, bucket, folder, { region: s3!.region });
      const parts = path.join(folder, `sync_${dump}`, '_heap_table_name=pageviews');
      const files = (await readdir(parts)).filter((name) => name.endsWith('.avro')).sort();
      truth = (await Promise.all(files.map((file) => trueRows(path.join(parts, file))))).flat();
    });
    afterAll(async () => {
      await proxy.close();
      await rm(folder, { recursive: true, force: true });
    });

    const stage = useStage(() => ({
      name: 'rows-s3',
      theme: 'light',
      connections: [
        {
          kind: 's3',
          id: 'questions',
          name: 'questions',
          bucket,
          prefix: '',
          credentials: 'chain',
          endpoint: proxy.endpoint,
          pathStyle: true,
        },
      ],
      settings: { 'dataConnect.rows.readAheadMegabytes': 1, 'dataConnect.rows.askAboveMegabytes': 0 },
      env: { AWS_ACCESS_KEY_ID: s3!.accessKeyId, AWS_SECRET_ACCESS_KEY: s3!.secretAccessKey },
    }));
    const table = (): Promise<RowsView> => rowsView(stage.workbench, new RegExp(`pageviews.*as of ${dump}`, 's'));
    const bytesRead = (): number =>
      proxy.requests.reduce((sum, { range }) => {
        const ends = /bytes=(\d+)-(\d+)/.exec(range ?? '');
        return ends === null ? sum : sum + Number(ends[2]) - Number(ends[1]) + 1;
      }, 0);

    test('the table shows its first rows after reading as much as is allowed', async () => {
      await stage.workbench.openView('Data Connect');
      await stage.workbench.tree.inline(['questions', 'Syncs', dump, 'pageviews'], 'Open Table');
      const view = await table();
      for (const { index, cells } of await view.shownRows())
        expect(cells['event_id']).toBe(shownText(truth[index]!['event_id']));
      await view.says(/paused/);
      await stage.workbench.screenshot('s3-table-light');
    });

    test('a filter that would fetch the rest asks first, and begins nothing', async () => {
      const view = await table();
      const before = bytesRead();
      const user = shownText(truth.at(-1)!['user_id']);
      await view.addFilter('user_id', 'equals', user);
      await expect.poll(() => view.banner(), patiently).toMatch(/This reads [\d.,]+ (KB|MB) in .*request/);
      await stage.workbench.screenshot('s3-cost-light');
      expect(bytesRead()).toBe(before);
      await view.frame.locator('.banner-slot').getByText('Read all').click();
      const many = truth.filter((row) => shownText(row['user_id']) === user).length;
      await view.says(new RegExp(`^${count(many)} of ${count(truth.length)} rows`), 60_000);
      expect(await view.banner()).toBe('');
      expect(bytesRead()).toBeGreaterThan(before);
    });

    test('what was read is not read again for the next question', async () => {
      const view = await table();
      await view.frame.getByRole('button', { name: 'Clear filters and order' }).click();
      const library = truth.find((row) => row['library'] !== null)!['library'] as string;
      const many = truth.filter((row) => row['library'] === library).length;
      await view.addFilter('library', 'equals', library);
      const asked = view.frame.locator('.banner-slot').getByText('Read all');
      const words = new RegExp(`^${count(many)} of ${count(truth.length)} rows`);
      // Compressed blocks are kept, but not without bound: what is not there any more may be asked for.
      await expect
        .poll(
          async () => {
            if (await asked.isVisible()) await asked.click();
            return view.status();
          },
          { timeout: 60_000 },
        )
        .toMatch(words);
    });

    test('a search over all tables for a user says what it reads, and waits to be told', async () => {
      const { quickInput } = stage.workbench;
      const user = shownText(truth.at(-1)!['user_id']);
      await stage.workbench.command('Data Connect: Find User…');
      await quickInput.says(/A user_id/);
      await quickInput.type(user);
      await quickInput.accept();
      await quickInput.step(new RegExp(`Find User ${user}`));
      const entries = async (): Promise<string> =>
        (await quickInput.widget.locator('.quick-input-list .monaco-list-row').allInnerTexts())
          .join('\n')
          .replace(/\u00a0/g, ' ');
      await expect.poll(entries, { timeout: 60_000 }).toMatch(/Search \d+ tables?\s*reads up to/);
      await stage.workbench.screenshot('s3-find-user-light');
      await quickInput.pick(/Search \d+ tables?/);
      const many = truth.filter((row) => shownText(row['user_id']) === user).length;
      await expect.poll(entries, { timeout: 60_000 }).toMatch(new RegExp(`pageviews\\s*${many} rows? `));
      await quickInput.dismiss();
    });
  },
);
