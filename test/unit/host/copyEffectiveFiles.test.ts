import { beforeEach, expect, it, vi } from 'vitest';
import { createCatalog } from '../../../src/core/catalog';
import { copyEffectiveFiles, type CopyFilesDeps } from '../../../src/host/commands/copyEffectiveFiles';
import type { TableHistoryNode } from '../../../src/host/tree/nodes';
import { createMemoryObjectStore, type MemoryObjectStore } from '../../fakes/memoryObjectStore';
import { createExport, day, delivered, putDump } from '../core/history/dumps';
import { acme } from './healthStage';

interface Item {
  readonly label: string;
}

const editor = vi.hoisted(() => ({
  asked: [] as string[][],
  answers: [] as string[],
  clipboard: '',
  messages: [] as string[],
  cancel: false,
  progress: [] as string[],
}));

vi.mock('vscode', () => ({
  Uri: URL,
  ProgressLocation: { Notification: 15 },
  env: {
    clipboard: {
      writeText(text: string) {
        editor.clipboard = text;
        return Promise.resolve();
      },
    },
  },
  window: {
    async showQuickPick(items: Promise<readonly Item[]>) {
      const all = await items;
      editor.asked.push(all.map(({ label }) => label));
      const answer = editor.answers.shift();
      return all.find(({ label }) => label === answer);
    },
    withProgress: (
      { title }: { readonly title: string },
      task: (
        progress: { report: () => void },
        token: { onCancellationRequested: (end: () => void) => void },
      ) => unknown,
    ) => {
      editor.progress.push(title);
      return task(
        { report: () => undefined },
        {
          onCancellationRequested(end) {
            if (editor.cancel) end();
          },
        },
      );
    },
    showInformationMessage: async (text: string) => Promise.resolve(editor.messages.push(text)),
    showWarningMessage: async (text: string) => Promise.resolve(editor.messages.push(`warning: ${text}`)),
  },
}));

beforeEach(
  () =>
    void Object.assign(editor, {
      asked: [],
      answers: [],
      clipboard: '',
      messages: [],
      cancel: false,
      progress: [],
    }),
);

function depsOf(store: MemoryObjectStore, asOf?: bigint): CopyFilesDeps {
  const session = { connection: acme, store, catalog: createCatalog(store) };
  return {
    list: { all: () => [acme] },
    sessions: { get: () => Promise.resolve(session) },
    asOf: { of: () => asOf },
  } as unknown as CopyFilesDeps;
}

const users = (asOf: bigint): TableHistoryNode => ({
  kind: 'tableHistory',
  id: 'users',
  parent: undefined,
  connectionId: 'acme',
  table: 'users',
  isInternal: false,
  asOf,
});

const uri = (store: MemoryObjectStore, dump: number): string =>
  store.uri(`sync_${dump}/_heap_table_name=users/part-00000-a.avro`);

it('copies the files of the table that was chosen, as of its dump, and says how many and how big', async () => {
  const store = createExport();
  editor.answers = ['URIs'];
  await copyEffectiveFiles(depsOf(store), users(6n));
  expect(editor.asked).toEqual([['URIs', 'Redshift COPY manifest', 'Spark list', 'DuckDB list']]);
  expect(editor.clipboard).toBe(`${uri(store, 5)}\n${uri(store, 6)}\n`);
  expect(editor.messages).toEqual(['Copied the URIs of 2 files (2 B): users as of dump 6.']);
});

it('copies them in the form that was chosen, and looks only into the dumps that count', async () => {
  const store = createExport();
  for (let dump = 8; dump < 40; dump++) putDump(store, dump, delivered, { pageviews: {} });
  const deps = depsOf(store);
  editor.answers = ['DuckDB list', 'Redshift COPY manifest'];
  await copyEffectiveFiles(deps, users(39n));
  expect(editor.clipboard).toBe(`[\n${[5, 6, 7].map((dump) => `  '${uri(store, dump)}'`).join(',\n')}\n]\n`);
  const lists = store.calls.filter((call) => call.method === 'list').map(({ request }) => JSON.stringify(request));
  expect(lists.filter((request) => /sync_(8|9|\d\d)/.test(request))).toEqual([]);
  await copyEffectiveFiles(deps, users(39n));
  expect(JSON.parse(editor.clipboard)).toMatchObject({
    entries: [{ url: uri(store, 5), mandatory: true }, {}, {}],
  });
  expect(editor.messages[1]).toBe('Copied a Redshift COPY manifest of 3 files (3 B): users as of dump 39.');
});

it('from the palette asks for the table, as of the dump that the sidebar shows', async () => {
  const store = createExport();
  putDump(store, 8, delivered, { users: { incremental: false }, pageviews: {} });
  // A dump that is gone: the one before it counts.
  store.delete('manifests/sync_6.json');
  editor.answers = ['users', 'URIs'];
  await copyEffectiveFiles(depsOf(store, 6n), undefined);
  expect(editor.asked[0]).toEqual(['users']);
  expect(editor.messages).toEqual(['Copied the URIs of 1 file (1 B): users as of dump 5.']);
  editor.answers = ['users', 'URIs'];
  await copyEffectiveFiles(depsOf(store), undefined);
  expect(editor.asked[2]).toEqual(['pageviews', 'users']);
  expect(editor.clipboard).toBe(`${uri(store, 8)}\n`);
  editor.answers = ['users', 'URIs'];
  await copyEffectiveFiles(depsOf(store, 7n), undefined);
  expect(editor.clipboard).toBe(`${uri(store, 5)}\n${uri(store, 7)}\n`);
});

it('from the palette does not take the newest in place of a dump before all that are there', async () => {
  editor.answers = ['users', 'URIs'];
  await expect(copyEffectiveFiles(depsOf(createExport(), 1n), undefined)).rejects.toMatchObject({
    code: 'catalog.noSuchDump',
    facts: { dump: '1' },
  });
  expect(editor.clipboard).toBe('');
});

it('warns when what was copied is not all of the table', async () => {
  const store = createMemoryObjectStore();
  putDump(store, 7, delivered, { users: { missing: ['part-00001-b'] } });
  editor.answers = ['URIs'];
  await copyEffectiveFiles(depsOf(store), users(7n));
  expect(editor.messages).toEqual([
    'warning: 1 file of users is listed and not in the bucket: the list is not all of it. No full dump of users is known: there may be files older than these. Copied the URIs of 1 file (1 B): users as of dump 7.',
  ]);
});

it('leaves the clipboard alone where there is nothing to copy, or nobody wants it any more', async () => {
  const store = createExport();
  putDump(store, 8, delivered + day, { users: { incremental: false } });
  store.delete('sync_8/_heap_table_name=users/part-00000-a.avro');
  editor.answers = ['URIs'];
  await copyEffectiveFiles(depsOf(store), users(8n));
  expect(editor.messages).toEqual([
    'warning: Nothing was copied: no file of users as of dump 8 is there. 1 file of users is listed and not in the bucket.',
  ]);
  await copyEffectiveFiles(depsOf(store), users(7n));
  expect(editor.clipboard).toBe('');
});

it('shows progress where it takes a while, and copies nothing when that is cancelled', async () => {
  const store = createExport();
  const release = store.hold();
  editor.answers = ['URIs', 'URIs'];
  const copied = copyEffectiveFiles(depsOf(store), users(7n));
  await vi.waitFor(() => expect(editor.progress).toEqual(['Finding the files of users']), 3000);
  expect(editor.clipboard).toBe('');
  release();
  await copied;
  expect(editor.clipboard.split('\n')).toHaveLength(4);
  editor.clipboard = '';
  editor.cancel = true;
  const releaseAgain = store.hold();
  await expect(copyEffectiveFiles(depsOf(store), users(7n))).rejects.toMatchObject({ code: 'cancelled' });
  releaseAgain();
  expect(editor.clipboard).toBe('');
});

it('offers no COPY manifest of what is not in S3', async () => {
  const store = createExport();
  const local = { ...store, uri: (key: string) => `/exports/acme/${key}` };
  await copyEffectiveFiles(depsOf(local), users(7n));
  expect(editor.asked).toEqual([['URIs', 'Spark list', 'DuckDB list']]);
});
