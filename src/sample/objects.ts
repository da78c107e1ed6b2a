import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** One object of the bucket. */
export interface SampleFile {
  readonly key: string;
  readonly bytes: Uint8Array;
  /** Epoch milliseconds. */
  readonly modified: number;
  /** Of a part that is whole. */
  readonly rows?: number;
}

/** The counts that a writer adds up. */
export interface Tally {
  files: number;
  bytes: number;
  rows: number;
  dumps: number;
}

export function textFile(key: string, text: string, modified: number): SampleFile {
  return { key, bytes: Buffer.from(text), modified };
}

/** Writes objects as files under the root, some at a time, and counts them. */
export async function writeObjects(root: string, files: Iterable<SampleFile>, tally: Tally): Promise<void> {
  const folders = new Map<string, Promise<unknown>>();
  const queue = files[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      const file = next.value;
      const target = path.join(root, ...file.key.split('/'));
      const folder = path.dirname(target);
      const made = folders.get(folder) ?? mkdir(folder, { recursive: true });
      folders.set(folder, made);
      await made;
      await writeFile(target, file.bytes);
      await setModified(target, file.modified);
      tally.files++;
      tally.bytes += file.bytes.length;
      tally.rows += file.rows ?? 0;
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
}

export function setModified(target: string, modified: number): Promise<void> {
  return utimes(target, modified / 1000, modified / 1000);
}
