import { chmod, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toFailure } from '../../../src/core/failure';
import type { ListRequest, ObjectStore } from '../../../src/core/ports';
import { toFolderFailure } from '../../../src/store/folderFailures';
import { createFolderStore } from '../../../src/store/folderStore';
import { modelList } from '../../contract/listModel';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'dce-folder-'));
  await chmod(root, 0o755);
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(key: string, contents = key, folder = root): Promise<void> {
  const file = path.join(folder, ...key.split('/'));
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, contents);
}

async function listAll(store: ObjectStore, request: ListRequest) {
  const objects: string[] = [];
  const folders: string[] = [];
  let pageToken: string | undefined;
  do {
    const page = await store.list({ ...request, ...(pageToken === undefined ? {} : { pageToken }) });
    objects.push(...page.objects.map((object) => object.key));
    folders.push(...page.folders);
    pageToken = page.nextToken;
  } while (pageToken !== undefined);
  return { objects, folders };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing',
    (error: unknown) => toFailure(error).code,
  );

describe('listing a folder', () => {
  /** Names around the slash in byte order (`!` `-` `.` before it, `0` after), and beyond the basic plane. */
  const name = fc.string({
    unit: fc.constantFrom('a', 'b', '!', '-', '0', '\uFF5E', '\u{1F600}'),
    minLength: 1,
    maxLength: 3,
  });
  const key = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
  const isFreeOf = (keys: readonly string[]) => (each: string) =>
    !keys.some((other) => other.startsWith(`${each}/`));

  it('gives what a bucket with the same keys would give, for any request and page size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(key, { maxLength: 14 }).map((keys) => keys.filter(isFreeOf(keys))),
        fc.record(
          {
            prefix: fc.oneof(
              fc.constant(''),
              key,
              key.map((each) => `${each.split('/')[0]!}/`),
              name,
            ),
            delimiter: fc.constant('/' as const),
            startAfter: fc.oneof(key, name),
            maxKeys: fc.integer({ min: 1, max: 4 }),
          },
          { requiredKeys: ['prefix'] },
        ),
        fc.nat(),
        async (keys, request, pick) => {
          const folder = await mkdtemp(path.join(root, 'case-'));
          for (const each of keys) await put(each, '', folder);
          const store = createFolderStore(folder);
          // Half of the cases begin at a key, or a folder, that is there.
          const near = keys[pick % Math.max(1, keys.length)];
          const isNear = pick % 2 === 0 && near !== undefined;
          const asked = isNear ? { ...request, prefix: near.slice(0, near.lastIndexOf('/') + 1) } : request;
          expect(await listAll(store, asked)).toEqual(modelList(keys, asked));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('has no empty folders, as a bucket has none', async () => {
    await mkdir(path.join(root, 'empty', 'deeper'), { recursive: true });
    await put('full/a');
    const { folders } = await createFolderStore(root).list({ prefix: '', delimiter: '/' });
    expect(folders).toEqual(['full/']);
  });

  it('sees new files when it is listed anew', async () => {
    const store = createFolderStore(root);
    await put('sync_1/a');
    expect((await store.list({ prefix: 'sync_' })).objects).toHaveLength(1);
    await put('sync_1/b');
    expect((await store.list({ prefix: 'sync_' })).objects).toHaveLength(2);
  });
});

describe('a folder that is not as it should be', () => {
  it.each(['a folder that is not there', 'a file'])('is said to be no bucket: %s', async (what) => {
    const place = path.join(root, 'place');
    if (what === 'a file') await writeFile(place, 'x');
    const store = createFolderStore(place);
    for (const request of [
      () => store.list({ prefix: '' }),
      () => store.list({ prefix: 'sync_1/' }),
      () => store.read('a'),
      () => store.head('a'),
    ]) {
      const failure = toFailure(await request().catch((error: unknown) => error));
      expect(failure.code).toBe('store.noSuchBucket');
      expect(failure.facts).toMatchObject({ path: place, bucket: place });
    }
  });

  it('is never left: no dots, no absolute paths, no links out', async () => {
    const outside = `${root}-outside`;
    await put('secret', 'secret', outside);
    try {
      await symlink(path.join(outside, 'secret'), path.join(root, 'link'));
      await symlink(outside, path.join(root, 'folder'));
      await put('a/b');
      const store = createFolderStore(root);
      const base = path.basename(outside);
      for (const key of [
        `../${base}/secret`,
        `a/../../${base}/secret`,
        path.join(outside, 'secret'),
        'link',
        'folder/secret',
        'a/../a/b',
        './a/b',
        'a//b',
        'a/b/',
        '.',
        '..',
        'a/b\0',
      ]) {
        expect([key, await codeOf(store.read(key)), await codeOf(store.head(key))]).toEqual([
          key,
          'store.notFound',
          'store.notFound',
        ]);
      }
      expect(await listAll(store, { prefix: '' })).toEqual({ objects: ['a/b'], folders: [] });
      expect(await listAll(store, { prefix: '', delimiter: '/' })).toEqual({ objects: [], folders: ['a/'] });
      expect(await listAll(store, { prefix: 'folder/' })).toEqual({ objects: [], folders: [] });
      expect(await listAll(store, { prefix: `../${base}/` })).toEqual({ objects: [], folders: [] });
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it('follows links that stay inside, and does not go round in circles', async () => {
    await put('data/a', 'A');
    await symlink(path.join(root, 'data', 'a'), path.join(root, 'file'));
    await symlink(path.join(root, 'data'), path.join(root, 'twin'));
    await symlink(root, path.join(root, 'data', 'up'));
    await symlink(path.join(root, 'nowhere'), path.join(root, 'broken'));
    const store = createFolderStore(root);
    expect(await listAll(store, { prefix: '' })).toEqual({ objects: ['data/a', 'file', 'twin/a'], folders: [] });
    expect(Buffer.from((await store.read('twin/a')).bytes).toString()).toBe('A');
  });

  it('says which file may not be read', async () => {
    await put('locked', 'x');
    await put('shut/a', 'x');
    await chmod(path.join(root, 'locked'), 0o000);
    await chmod(path.join(root, 'shut'), 0o000);
    const store = createFolderStore(root);
    // Root may read everything; nobody may not.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      const failure = toFailure(await store.read('locked').catch((error: unknown) => error));
      expect(failure.code).toBe('store.accessDenied');
      expect(failure.facts).toMatchObject({ key: 'locked', errorCode: 'EACCES', uri: path.join(root, 'locked') });
      expect((await store.list({ prefix: '', delimiter: '/' })).folders).toEqual(['shut/']);
      expect(await codeOf(store.list({ prefix: 'shut/' }))).toBe('store.accessDenied');
    } finally {
      if (isRoot) process.seteuid?.(0);
      await chmod(path.join(root, 'shut'), 0o755);
    }
  });
});

describe('the ETag of a file', () => {
  it('changes when the contents do, also with the same size and time', async () => {
    const store = createFolderStore(root);
    await put('a', 'one');
    const time = new Date(Date.UTC(2026, 0, 1));
    await utimes(path.join(root, 'a'), time, time);
    const before = await store.head('a');
    await put('b', 'two');
    await utimes(path.join(root, 'b'), time, time);
    await rename(path.join(root, 'b'), path.join(root, 'a'));
    const after = await store.head('a');
    expect([after.bytes, after.modified]).toEqual([before.bytes, before.modified]);
    expect(await codeOf(store.read('a', { ifMatch: before.etag }))).toBe('store.changed');
    expect((await store.read('a', { ifMatch: after.etag })).totalBytes).toBe(3);
  });
});

it('a listing that is refused names the folder that refused it, not the one it began at', async () => {
  const top = '/exports/nordlys';
  const error = Object.assign(new Error('EACCES: permission denied'), {
    code: 'EACCES',
    path: `${top}/sync_1/users`,
  });
  const facts = async (key?: string) =>
    (await toFolderFailure(error, { root: top, uri: top, ...(key === undefined ? {} : { key }) })).facts;
  expect(await facts()).toMatchObject({ uri: `${top}/sync_1/users`, path: top });
  expect(await facts('sync_1/users/a.avro')).toMatchObject({ uri: top });
});
