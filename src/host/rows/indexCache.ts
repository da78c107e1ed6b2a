import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PartVersion } from './partSource';

/** Files of more are somebody's mistake: an index has 28 bytes a block. */
const maxFileBytes = 16 * 1024 * 1024;
const defaultMaxBytes = 64 * 1024 * 1024;
const suffix = '.index';

/**
 * Where the blocks of parts lie, kept across sessions: no cell values, and no names (a file is called by a hash of the object's address,
 * ETag and size). What fails here is as if it had not been kept.
 */
export interface IndexCache {
  load(version: PartVersion): Promise<Uint8Array<ArrayBuffer> | undefined>;
  save(version: PartVersion, bytes: Uint8Array): Promise<void>;
  /** Deletes all of it. Rejects with what the file system says. */
  clear(): Promise<void>;
}

export function createIndexCache(folder: string, maxBytes = defaultMaxBytes): IndexCache {
  const fileOf = (version: PartVersion): string => path.join(folder, nameOf(version) + suffix);
  /** One write at a time: so the bound holds, however many parts are open. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    async load(version) {
      const file = fileOf(version);
      try {
        if ((await stat(file)).size > maxFileBytes) return undefined;
        const bytes = new Uint8Array(await readFile(file));
        // The times of its use are the order in which files go.
        const now = new Date();
        await utimes(file, now, now).catch(() => undefined);
        return bytes;
      } catch {
        return undefined;
      }
    },
    save: (version, bytes) =>
      inTurn(async () => {
        if (bytes.length > Math.min(maxFileBytes, maxBytes)) return;
        try {
          await mkdir(folder, { recursive: true });
          const file = fileOf(version);
          const partial = `${file}.${randomBytes(4).toString('hex')}`;
          await writeFile(partial, bytes, { mode: 0o600 });
          await rename(partial, file);
          await trim(folder, maxBytes);
        } catch {
          // It will be learned anew.
        }
      }),
    clear: () => inTurn(() => rm(folder, { recursive: true, force: true })),
  };
}

/** The object's address, ETag and size: another version is another file. */
function nameOf({ place, etag, totalBytes }: PartVersion): string {
  return createHash('sha256')
    .update(JSON.stringify([place, etag, totalBytes]))
    .digest('hex')
    .slice(0, 40);
}

/** Deletes the files used least recently until the rest is within the bound. */
async function trim(folder: string, maxBytes: number): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const file = path.join(folder, name);
      const { size, mtimeMs } = await stat(file);
      return { file, size, mtimeMs };
    }),
  );
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { file, size } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
    if (total <= maxBytes) return;
    await rm(file, { force: true });
    total -= size;
  }
}
