import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIndexCache } from '../../../src/host/rows/indexCache';

let folder: string;
let cached: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'index-cache-'));
  cached = path.join(folder, 'index-cache');
});
afterEach(() => rm(folder, { recursive: true }));

const version = (name: string, etag = 'v1', totalBytes = 1000) => ({
  place: `s3://acme/sync_1/_heap_table_name=users/${name}.avro`,
  etag,
  totalBytes,
});
const bytes = (length: number, fill = 7) => new Uint8Array(length).fill(fill);

describe('the index cache', () => {
  it('gives what it was given, for the same version of the same object only', async () => {
    const cache = createIndexCache(cached);
    expect(await cache.load(version('a'))).toBeUndefined();
    await cache.save(version('a'), bytes(10));
    expect(await cache.load(version('a'))).toEqual(bytes(10));
    // Of another start of the program, too.
    expect(await createIndexCache(cached).load(version('a'))).toEqual(bytes(10));
    for (const other of [version('b'), version('a', 'v2'), version('a', 'v1', 1001)])
      expect(await cache.load(other)).toBeUndefined();
  });

  it('tells nobody what it is of, and nobody else may read it', async () => {
    const cache = createIndexCache(cached);
    await cache.save(version('a'), bytes(10));
    const [name] = await readdir(cached);
    expect(name).toMatch(/^[0-9a-f]{40}\.index$/);
    if (process.platform !== 'win32') expect((await stat(path.join(cached, name!))).mode & 0o077).toBe(0);
  });

  it('stays within its bound: what was not used for longest goes first', async () => {
    const cache = createIndexCache(cached, 100);
    for (const [hour, name] of ['a', 'b', 'c'].entries()) {
      await cache.save(version(name), bytes(30));
      for (const file of await readdir(cached)) {
        const known = path.join(cached, file);
        const { mtimeMs } = await stat(known);
        // Those that were just written: an hour apart.
        if (mtimeMs > 1e12) await utimes(known, 1000 + 3600 * hour, 1000 + 3600 * hour);
      }
    }
    expect(await cache.load(version('a'))).toBeDefined();
    await cache.save(version('d'), bytes(30));
    expect(await cache.load(version('b'))).toBeUndefined();
    for (const name of ['a', 'c', 'd']) expect(await cache.load(version(name))).toBeDefined();
    await cache.save(version('e'), bytes(101));
    expect(await cache.load(version('e'))).toBeUndefined();
  });

  it('holds its bound when many are saved at once', async () => {
    const cache = createIndexCache(cached, 100);
    await Promise.all(Array.from({ length: 12 }, (_, index) => cache.save(version(`p${index}`), bytes(30))));
    expect(await readdir(cached)).toHaveLength(3);
  });

  it('is emptied', async () => {
    const cache = createIndexCache(cached);
    await cache.save(version('a'), bytes(10));
    await cache.clear();
    expect(await readdir(folder)).toEqual([]);
    await cache.clear();
    await cache.save(version('a'), bytes(10));
    expect(await cache.load(version('a'))).toEqual(bytes(10));
  });

  it('is as if it were not there where nothing can be written', async () => {
    await writeFile(cached, 'a file in its place');
    const cache = createIndexCache(cached);
    await cache.save(version('a'), bytes(10));
    expect(await cache.load(version('a'))).toBeUndefined();
    expect(await readFile(cached, 'utf8')).toBe('a file in its place');
  });
});
