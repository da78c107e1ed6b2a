import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FailureCode, isFailure } from '../../src/core/failure';
import type { ListPage, ListRequest, ObjectStore } from '../../src/core/ports';
import { modelList } from './listModel';

/** A store over a place that a test may also write to, by other means than the store. */
export interface StoreUnderTest {
  readonly store: ObjectStore;
  /** Puts other contents under a key. */
  replace(key: string, contents: Uint8Array): Promise<void>;
  /** How `uri('a b.txt')` must look. */
  readonly uriOf: (key: string) => string;
  close(): Promise<void>;
}

export type Objects = ReadonlyMap<string, Uint8Array>;

/** Deterministic bytes without a short period. */
export function bytesOf(seed: string, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0, round = 0; at < length; at += 32, round++) {
    bytes.set(
      createHash('sha256')
        .update(`${seed} ${round}`)
        .digest()
        .subarray(0, length - at),
      at,
    );
  }
  return bytes;
}

const part = (number: number): string =>
  `sync_123/_heap_table_name=users/part-${String(number).padStart(5, '0')}-45d3eb01-c000.avro`;
const parts = Array.from({ length: 2300 }, (_, number) => part(number));

/** Names that some layer on the way is known to spoil. U+FF5E and the emoji tell UTF-8 order from UTF-16 order. */
export const oddNames = [
  'odd/a b.txt',
  'odd/a+b.txt',
  'odd/a%20b.txt',
  'odd/100%.txt',
  'odd/a&b?c#d=e;f.txt',
  `odd/it's "quoted".txt`,
  'odd/<tag>&amp;.txt',
  'odd/é.txt',
  'odd/e\u0301.txt',
  'odd/日本語.txt',
  'odd/\u{1F600}.txt',
  'odd/\uFF5E.txt',
  'odd/tab\there.txt',
  'odd/line\nbreak.txt',
  'odd/control\u0001.txt',
  'odd/back\\slash.txt',
  'odd/ leading and trailing ',
  "odd/(a)*b!c'd~e,f@g$h:i.txt",
  'odd/...',
  'odd/+ +/%2F/deep.txt',
] as const;

const large = bytesOf('large', 100_003);

/** The bucket that the suite reads. */
export const contractObjects: Objects = new Map<string, Uint8Array>([
  ...parts.map((key) => [key, bytesOf(key, 3)] as const),
  ...oddNames.map((key) => [key, Buffer.from(`I am ${key}`)] as const),
  ['manifests/sync_9.json', Buffer.from('{"dump_id":9}')],
  ['manifests/sync_10.json', Buffer.from('{"dump_id":10}')],
  ['sync_9/a.avro', bytesOf('a', 10)],
  ['sync_9.txt', bytesOf('b', 10)],
  ['sync_9-x/c.avro', bytesOf('c', 10)],
  ['sync_10/d.avro', bytesOf('d', 10)],
  ['empty.avro', new Uint8Array(0)],
  ['large.bin', large],
  ['replaced.bin', bytesOf('first', 5000)],
]);

const keys = [...contractObjects.keys()];

async function listAll(store: ObjectStore, request: ListRequest) {
  const pages: ListPage[] = [];
  let pageToken: string | undefined;
  do {
    const page = await store.list({ ...request, ...(pageToken === undefined ? {} : { pageToken }) });
    pages.push(page);
    pageToken = page.nextToken;
  } while (pageToken !== undefined && pages.length < 100);
  return {
    pages,
    objects: pages.flatMap((page) => page.objects.map((object) => object.key)),
    folders: pages.flatMap((page) => page.folders),
  };
}

export async function expectFailure(promise: Promise<unknown>, code: FailureCode) {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isFailure(error)) throw new Error(`expected ${code}, got ${String(error)}`, { cause: error });
  expect(error.code, JSON.stringify(error.facts)).toBe(code);
  return error;
}

/** The words of `ObjectStore`, held to one adapter. `open` is given the bucket's contents. */
export function describeObjectStore(
  name: string,
  open: (objects: Objects) => Promise<StoreUnderTest>,
  skipReason?: string,
): void {
  describe.skipIf(skipReason !== undefined)(`${name}${skipReason === undefined ? '' : ` (${skipReason})`}`, () => {
    let place: StoreUnderTest;
    let store: ObjectStore;
    beforeAll(async () => {
      place = await open(contractObjects);
      store = place.store;
    });
    afterAll(async () => {
      await place.close();
    });

    describe('list', () => {
      it('gives 2,300 keys in pages of 1,000, in order, each with size, time and ETag', async () => {
        const { pages, objects } = await listAll(store, { prefix: 'sync_123/' });
        expect(pages.map((page) => page.objects.length)).toEqual([1000, 1000, 300]);
        expect(objects).toEqual(parts);
        const first = pages[0]!.objects[0]!;
        expect(first.bytes).toBe(3);
        expect(first.etag).toMatch(/^[^"]+$/);
        expect(Math.abs(Date.now() - first.modified!)).toBeLessThan(3_600_000);
      });

      it.each<ListRequest>([
        { prefix: '' },
        { prefix: '', delimiter: '/' },
        { prefix: 'sync_', delimiter: '/' },
        { prefix: 'sync_9' },
        { prefix: 'sync_9', delimiter: '/' },
        { prefix: 'sync_9/', delimiter: '/' },
        { prefix: 'sync_123/', delimiter: '/' },
        { prefix: 'odd/' },
        { prefix: 'odd/', delimiter: '/' },
        { prefix: 'odd/a+' },
        { prefix: 'odd/+ +/', delimiter: '/' },
        { prefix: 'odd/\u{1F600}' },
        { prefix: '', startAfter: 'sync_123/~' },
        { prefix: '', delimiter: '/', startAfter: 'sync_123/~' },
        { prefix: 'sync_', delimiter: '/', startAfter: 'sync_10' },
        { prefix: 'sync_123/', startAfter: part(2297) },
        { prefix: 'sync_123/', startAfter: 'a' },
        { prefix: 'odd/', startAfter: 'odd/日本語.txt' },
        { prefix: 'odd/', startAfter: 'odd/a b.txt' },
      ])('gives exactly the keys of %j', async (request) => {
        const { objects, folders } = await listAll(store, request);
        expect({ objects, folders }).toEqual(modelList(keys, request));
      });

      it.each<ListRequest>([
        { prefix: '', delimiter: '/' },
        { prefix: 'odd/' },
        { prefix: 'sync_', delimiter: '/' },
      ])('gives the same in pages of two: %j', async (request) => {
        const { pages, objects, folders } = await listAll(store, { ...request, maxKeys: 2 });
        expect({ objects, folders }).toEqual(modelList(keys, request));
        expect(Math.max(...pages.map((page) => page.objects.length + page.folders.length))).toBe(2);
      });

      it('gives an empty page for a prefix with nothing under it', async () => {
        expect(await store.list({ prefix: 'nothing/here/' })).toEqual({ objects: [], folders: [] });
        expect(await store.list({ prefix: '../', delimiter: '/' })).toEqual({ objects: [], folders: [] });
      });

      it('is cancelled by its signal', async () => {
        await expectFailure(store.list({ prefix: '' }, AbortSignal.abort()), 'cancelled');
        const controller = new AbortController();
        const listing = store.list({ prefix: '' }, controller.signal);
        controller.abort();
        await expectFailure(listing, 'cancelled');
      });
    });

    describe('head', () => {
      it('tells what the listing tells', async () => {
        const { objects } = await store.list({ prefix: 'large' });
        const { etag, bytes } = objects[0]!;
        expect(await store.head('large.bin')).toMatchObject({ key: 'large.bin', etag, bytes });
        expect(bytes).toBe(large.byteLength);
      });

      it.each(['large', 'sync_9', 'sync_9/', 'nothing/here', '../x', ''])('does not find %j', async (key) => {
        const failure = await expectFailure(store.head(key), 'store.notFound');
        expect(failure.facts['key']).toBe(key);
      });
    });

    describe('read', () => {
      it.each(oddNames)('reads the object named %j', async (key) => {
        const { bytes } = await store.read(key);
        expect(Buffer.from(bytes).toString()).toBe(`I am ${key}`);
        expect((await store.head(key)).bytes).toBe(bytes.byteLength);
      });

      const total = large.byteLength;
      it.each([
        ['the whole object', undefined, 0, total],
        ['from the start', { start: 0, end: 16 }, 0, 16],
        ['in the middle', { start: 70_000, end: 70_001 }, 70_000, 70_001],
        ['up to the end', { start: 100_000, end: total }, 100_000, total],
        ['clipped at the end', { start: 100_000, end: 200_000 }, 100_000, total],
        ['the last bytes', { suffix: 16 }, total - 16, total],
        ['more last bytes than there are', { suffix: 200_000 }, 0, total],
        ['beginning at the end', { start: total, end: total + 10 }, total, total],
        ['past the end', { start: total + 10, end: total + 20 }, total, total],
        ['of no length', { start: 5, end: 5 }, 5, 5],
        ['no last bytes', { suffix: 0 }, total, total],
      ] as const)('reads %s', async (_name, range, start, end) => {
        const read = await store.read('large.bin', range === undefined ? {} : { range });
        expect(Buffer.compare(read.bytes, large.subarray(start, end))).toBe(0);
        expect(read).toMatchObject({ start, totalBytes: total, etag: (await store.head('large.bin')).etag });
        expect(read.bytes.byteOffset).toBe(0);
        expect(read.bytes.buffer.byteLength).toBe(end - start);
      });

      it.each([undefined, { start: 0, end: 100 }, { suffix: 10 }])('reads an empty object: %j', async (range) => {
        const read = await store.read('empty.avro', range === undefined ? {} : { range });
        expect(read).toMatchObject({ start: 0, totalBytes: 0 });
        expect(read.bytes.byteLength).toBe(0);
      });

      it('gives bytes that can be transferred away', async () => {
        const { bytes } = await store.read('large.bin', { range: { start: 10, end: 20 } });
        const moved = structuredClone(bytes, { transfer: [bytes.buffer] });
        expect(moved.byteLength).toBe(10);
        expect(bytes.byteLength).toBe(0);
      });

      it('puts the bytes into the memory that it is given, where that is large enough', async () => {
        const range = { start: 7, end: 2_007 };
        const expected = await store.read('large.bin', { range });
        const into = new Uint8Array(2_500).fill(255);
        const { bytes } = await store.read('large.bin', { range, into });
        expect([bytes.buffer === into.buffer, bytes.byteOffset, bytes.length]).toEqual([true, 0, 2_000]);
        expect(Buffer.compare(bytes, expected.bytes)).toBe(0);
        expect(into.subarray(2_000).every((byte) => byte === 255)).toBe(true);
        const small = await store.read('large.bin', { range, into: new Uint8Array(1_999) });
        expect(Buffer.compare(small.bytes, expected.bytes)).toBe(0);
      });

      it('refuses a range that is none', async () => {
        await expectFailure(store.read('large.bin', { range: { start: -1, end: 4 } }), 'internal');
        await expectFailure(store.read('large.bin', { range: { suffix: 1.5 } }), 'internal');
      });

      it.each(['large', 'sync_9', 'nothing/here', '../x'])('does not find %j', async (key) => {
        const failure = await expectFailure(store.read(key, { range: { start: 0, end: 10 } }), 'store.notFound');
        expect(failure.facts['key']).toBe(key);
      });

      it('reads on while the ETag is the same, and says so when it is not', async () => {
        const key = 'replaced.bin';
        const { etag } = await store.read(key, { range: { start: 0, end: 10 } });
        const same = await store.read(key, { range: { start: 10, end: 20 }, ifMatch: etag });
        expect(same.etag).toBe(etag);
        await place.replace(key, bytesOf('second', 5000));
        await expectFailure(store.read(key, { range: { start: 20, end: 30 }, ifMatch: etag }), 'store.changed');
        await expectFailure(store.read(key, { range: { start: 9000, end: 9001 }, ifMatch: etag }), 'store.changed');
        const fresh = await store.read(key, { range: { start: 20, end: 30 } });
        expect(fresh.etag).not.toBe(etag);
        expect(Buffer.compare(fresh.bytes, bytesOf('second', 5000).subarray(20, 30))).toBe(0);
      });

      it('is cancelled by its signal', async () => {
        await expectFailure(store.read('large.bin', {}, AbortSignal.abort()), 'cancelled');
        const controller = new AbortController();
        const reading = store.read('large.bin', {}, controller.signal);
        controller.abort();
        await expectFailure(reading, 'cancelled');
      });
    });

    it('names objects as a person would paste them', () => {
      expect(store.uri('odd/a b.txt')).toBe(place.uriOf('odd/a b.txt'));
    });
  });
}
