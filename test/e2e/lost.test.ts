import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createFaultProxy } from '../harness/faultProxy.mjs';
import { freePort } from '../harness/rgw.mjs';
import { uploadFolder } from '../harness/s3Fixtures.mjs';
import { writeSampleBucket } from '../harness/sampleBucket.mjs';
import { rowsView, type RowsView } from './rowsView';
import { useStage } from './stage';
import { inspectAt, strikeDataWorker, whyNoStrike } from './strike';
import { patiently } from './workbench';

// The thread that reads rows ends by itself, in the middle of whatever: what is said, what is left, and the way back to the rows.

const { s3, now, whyNoS3 } = inject('prepared');
const bucket = 'csq-rs3-lost';
const dump = '1010103140';
const again = /ended unexpectedly.*A new one was started, and the rows were opened again/s;

const whyNot = whyNoS3 ?? whyNoStrike;

describe.skipIf(s3 === undefined || whyNoStrike !== undefined).each(['light', 'dark'] as const)(
  `a data process that ends (%s)${whyNot === undefined ? '' : ` (${whyNot})`}`,
  (theme) => {
    let inspectorPort = 0;
    let proxy: Awaited<ReturnType<typeof createFaultProxy>>;
    let folder = '';
    beforeAll(async () => {
      inspectorPort = await freePort();
      proxy = await createFaultProxy(s3!.endpoint);
      folder = await mkdtemp(path.join(tmpdir(), 'dce-lost-'));
      await writeSampleBucket(path.join(folder, 'bucket'), { now, large: { rows: 30_000, columns: 12, parts: 2 } });
      await uploadFolder(s3!.endpoint, s3!, bucket, path.join(folder, 'bucket'), { region: s3!.region });
    });
    afterAll(async () => {
      await proxy.close();
      await rm(folder, { recursive: true, force: true });
    });
    const stage = useStage(() => ({
      name: `lost-${theme}`,
      theme,
      connections: [
        { kind: 'folder', id: 'shop', name: 'shop', path: inject('prepared').sample },
        {
          kind: 's3',
          id: 'lost',
          name: 'lost',
          bucket,
          prefix: '',
          credentials: 'chain',
          endpoint: proxy.endpoint,
          pathStyle: true,
        },
      ],
      settings: { 'dataConnect.rows.readAheadMegabytes': 1, 'dataConnect.rows.askAboveMegabytes': 1000 },
      nodeArgs: inspectAt(inspectorPort),
      env: {
        AWS_ACCESS_KEY_ID: s3!.accessKeyId,
        AWS_SECRET_ACCESS_KEY: s3!.secretAccessKey,
      },
    }));
    const strike = (): Promise<number> => strikeDataWorker(stage.userData, inspectorPort);
    const openTable = async (connection: string, of: string, name: string): Promise<RowsView> => {
      await stage.workbench.tree.inline([connection, 'Syncs', of, name], 'Open Table');
      return rowsView(stage.workbench, new RegExp(`${name}.*as of ${of}`, 's'));
    };
    const tab = async (name: string): Promise<void> => {
      await (await stage.workbench.tab(new RegExp(`^${name}`))).click();
    };
    const banner = (view: RowsView) => expect.poll(() => view.banner(), patiently);

    test('has the rows opened again in every tab, with their filter, and says so', async () => {
      await stage.workbench.openView('Data Connect');
      const users = await openTable('shop', '1010103141', 'users');
      await users.shownRows();
      await users.addFilter('user_id', 'isNotNull');
      const counted = await users.says(/^[\d,]+ of [\d,]+ rows/);
      const view = await openTable('lost', dump, 'pageviews');
      await view.shownRows();
      expect(await strike()).toBe(1);
      await banner(view).toMatch(again);
      await view.shownRows();
      await stage.workbench.screenshot(`lost-idle-${theme}`);
      await tab('users');
      const other = await rowsView(stage.workbench, /users.*as of/s);
      await other.shownRows();
      await banner(other).toMatch(again);
      expect(await other.chips()).toEqual(['user_id is not NULL']);
      expect(await other.says(/^[\d,]+ of [\d,]+ rows/)).toBe(counted);
      await stage.workbench.screenshot(`lost-other-${theme}`);
      await other.frame.getByRole('button', { name: 'Close' }).first().click();
      await banner(other).toBe('');
    });

    test('in the middle of a filter has it asked again, and no row is missing', async () => {
      await stage.workbench.closeAllEditors();
      const view = await openTable('lost', dump, 'pageviews');
      await view.shownRows();
      proxy.add({ times: Infinity, when: ({ range }) => range !== undefined, delayMs: 1_500 });
      await view.addFilter('user_id', 'isNotNull');
      expect(await strike()).toBe(1);
      proxy.reset();
      await banner(view).toMatch(again);
      await view.says(/^60,000 of 60,000 rows/);
      await view.shownRows();
      expect(await view.banner()).not.toMatch(/damage/);
      await stage.workbench.screenshot(`lost-filter-${theme}`);
    });

    test('again soon after waits for Retry, with the rows still in sight', async () => {
      const view = await rowsView(stage.workbench, /pageviews.*as of/s);
      const [first] = await view.shownRows();
      expect(await strike()).toBe(1);
      const retry = view.frame.getByRole('button', { name: 'Retry' });
      await retry.waitFor();
      expect(await view.banner()).not.toMatch(again);
      await view.frame
        .getByRole('button', { name: /^Remove/ })
        .first()
        .click();
      await expect.poll(() => view.chips(), patiently).toEqual([]);
      expect((await view.rows())[0]).toEqual(first);
      await stage.workbench.screenshot(`lost-twice-${theme}`);
      await retry.click();
      await view.says(/60,000 rows/);
      await banner(view).toBe('');
    });
  },
);
