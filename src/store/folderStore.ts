import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure, isFailure, throwIfAborted } from '../core/failure';
import type { ListPage, ListRequest, ObjectInfo, ObjectRead, ObjectStore, ReadRequest } from '../core/ports';
import { checkRange, resolveRange, roomFor } from './byteRange';
import { toFolderFailure } from './folderFailures';
import { createFolderRoot, type FolderRoot } from './folderRoot';
import { createFolderWalk, type WalkEntry } from './folderWalk';

/** Reads go to the disk in pieces of this size, so that an abort does not wait for a whole large file. */
const pieceBytes = 4 * 1024 * 1024;

/**
 * A local folder with the layout of a bucket, read as a bucket: keys with `/`, listed in UTF-8 byte order; folders
 * without files do not exist. The ETag is made of size, time of change and file number. Symbolic links are followed
 * as long as they stay inside. `root` is an absolute path; that it is missing is told at the first request.
 */
export function createFolderStore(root: string): ObjectStore {
  const folder = createFolderRoot(root);
  const walk = createFolderWalk(folder);
  const disposal = new AbortController();
  const uri = (key: string): string => folder.pathOf(key) ?? path.join(root, key);

  /** Runs `work`, with its errors told as failures about `key` (or the listing). */
  const guarded = async <T>(key: string | undefined, signal: AbortSignal | undefined, work: () => Promise<T>) => {
    const stopped = (): void => {
      throwIfAborted(signal);
      throwIfAborted(disposal.signal);
    };
    stopped();
    try {
      const result = await work();
      stopped();
      return result;
    } catch (error) {
      stopped();
      throw await toFolderFailure(error, { root, ...(key === undefined ? {} : { key }), uri: uri(key ?? '') });
    }
  };

  return {
    uri,
    list: (request, signal) => guarded(undefined, signal, () => listPage(walk, request, signal)),
    head: (key, signal) =>
      guarded(key, signal, async () => infoOf(key, await stat(await fileOf(folder, key), big))),
    read: (key, request = {}, signal) =>
      guarded(key, signal, async () => {
        checkRange(request.range);
        return readFile(await fileOf(folder, key), request, [signal, disposal.signal]);
      }),
    dispose() {
      disposal.abort();
    },
  };
}

const big = { bigint: true } as const;

/** The file behind a key: a regular file inside the root. Devices and pipes are not opened, they might never answer. */
async function fileOf(folder: FolderRoot, key: string): Promise<string> {
  const file = await folder.resolve(key);
  if (file === undefined) throw new Failure('store.notFound');
  if (!(await stat(file)).isFile()) throw new Failure('store.notFound', { reason: 'notAFile' });
  return file;
}

async function readFile(
  file: string,
  { range, ifMatch, into }: ReadRequest,
  signals: readonly (AbortSignal | undefined)[],
): Promise<ObjectRead> {
  const handle = await open(file, 'r');
  try {
    for (let attempt = 1; ; attempt++) {
      const before = await handle.stat(big);
      const etag = etagOf(before);
      if (ifMatch !== undefined && ifMatch !== etag) throw new Failure('store.changed');
      const totalBytes = Number(before.size);
      const { start, end } = resolveRange(range, totalBytes);
      const bytes = await readPieces(handle, start, roomFor(end - start, into), signals);
      // Written to while it was read: the bytes may be of two versions.
      const isSame = bytes !== undefined && etagOf(await handle.stat(big)) === etag;
      if (isSame) return { bytes, start, totalBytes, etag, modified: modifiedOf(before) };
      if (attempt === 3) throw new Failure('store.changed', { detail: 'the file changes while it is read' });
    }
  } finally {
    await handle.close();
  }
}

/** Fills `bytes` with what begins at `start`; `undefined` if the file ended before they were full. */
async function readPieces(
  handle: FileHandle,
  start: number,
  bytes: Uint8Array<ArrayBuffer>,
  signals: readonly (AbortSignal | undefined)[],
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  let filled = 0;
  while (filled < bytes.byteLength) {
    for (const signal of signals) throwIfAborted(signal);
    const length = Math.min(pieceBytes, bytes.byteLength - filled);
    const { bytesRead } = await handle.read(bytes, filled, length, start + filled);
    if (bytesRead === 0) return undefined;
    filled += bytesRead;
  }
  return bytes;
}

async function listPage(
  walk: ReturnType<typeof createFolderWalk>,
  request: ListRequest,
  signal: AbortSignal | undefined,
): Promise<ListPage> {
  const maxKeys = Math.min(request.maxKeys ?? 1000, 1000);
  const objects: ObjectInfo[] = [];
  const folders: string[] = [];
  let last: WalkEntry | undefined;
  for await (const entry of walk(request)) {
    throwIfAborted(signal);
    if (objects.length + folders.length >= maxKeys) {
      return { objects, folders, ...(last === undefined ? {} : { nextToken: last.token }) };
    }
    if (entry.kind === 'folder') {
      folders.push(entry.key);
    } else {
      const info = await infoIfThere(entry);
      if (info === undefined) continue;
      objects.push(info);
    }
    last = entry;
  }
  return { objects, folders };
}

/** Files come and go while a folder is listed, and links may lead nowhere. */
async function infoIfThere({ key, file }: WalkEntry): Promise<ObjectInfo | undefined> {
  try {
    const stats = await stat(file, big);
    return stats.isFile() ? infoOf(key, stats) : undefined;
  } catch (error) {
    if (isFailure(error)) throw error;
    return undefined;
  }
}

function infoOf(key: string, stats: BigIntStats): ObjectInfo {
  return { key, bytes: Number(stats.size), modified: modifiedOf(stats), etag: etagOf(stats) };
}

function etagOf({ size, mtimeNs, ino }: BigIntStats): string {
  return [size, mtimeNs, ino].map((number) => number.toString(16)).join('-');
}

function modifiedOf({ mtimeNs }: BigIntStats): number {
  return Number(mtimeNs / 1_000_000n);
}
