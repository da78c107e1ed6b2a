import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../core/failure';
import type { ListRequest } from '../core/ports';
import { type FolderRoot, isInside, isPlainKey } from './folderRoot';
import { compareUtf8 } from './utf8Order';

/** One line of a listing: a file, or (with a delimiter) a folder that has files. */
export interface WalkEntry {
  readonly kind: 'file' | 'folder';
  /** Of a folder with its trailing `/`. */
  readonly key: string;
  readonly file: string;
  /** From where to go on after this entry. */
  readonly token: string;
}

/** A name in a directory; of directories with a trailing `/`, which is how their keys sort. */
interface Name {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** Where a listing begins: after a key, or after all keys under a folder. */
interface Position {
  readonly after: string;
  readonly isWholeFolder: boolean;
}

/** Directories whose sorted names are kept between pages: as deep as an export goes, and some. */
const keptDirectories = 8;

/**
 * Walks the tree in the order of its keys, directory by directory, and enters only what the request can want. Within
 * one directory the names are read and sorted at once; later pages of a listing use them again.
 */
export function createFolderWalk(root: FolderRoot) {
  const kept = new Map<string, Promise<readonly Name[]>>();

  const namesOf = (directory: string, isContinued: boolean): Promise<readonly Name[]> => {
    const known = isContinued ? kept.get(directory) : undefined;
    const names = known ?? readNames(root, directory);
    kept.delete(directory);
    kept.set(directory, names);
    names.catch(() => kept.delete(directory));
    for (const oldest of kept.keys()) {
      if (kept.size <= keptDirectories) break;
      kept.delete(oldest);
    }
    return names;
  };

  return async function* walk(request: ListRequest): AsyncGenerator<WalkEntry> {
    const position = positionOf(request);
    const isContinued = request.pageToken !== undefined;
    const slash = request.prefix.lastIndexOf('/') + 1;
    const base = request.prefix.slice(0, slash);

    async function* enter(directory: string, keyBase: string): AsyncGenerator<WalkEntry> {
      for (const { name, isDirectory } of await namesOf(directory, isContinued)) {
        const key = keyBase + name;
        if (!key.startsWith(request.prefix) || isBefore(key, isDirectory, position)) continue;
        const file = path.join(directory, name);
        if (!isDirectory) {
          yield { kind: 'file', key, file, token: formatToken({ after: key, isWholeFolder: false }) };
        } else if (request.delimiter === undefined) {
          yield* enter(file, key);
        } else if (await hasFiles(root, file, key, position)) {
          yield { kind: 'folder', key, file, token: formatToken({ after: key, isWholeFolder: true }) };
        }
      }
    }

    const top = await root.realRoot();
    if (!(await stat(top)).isDirectory()) throw new Failure('store.notFound');
    if (base === '') {
      yield* enter(top, '');
      return;
    }
    // A prefix that no file can have, or in a folder that is not there: an empty page, as in a bucket.
    if (!isPlainKey(base.slice(0, -1))) return;
    const directory = await root.resolve(base.slice(0, -1)).catch(() => undefined);
    if (directory !== undefined && (await stat(directory)).isDirectory()) yield* enter(directory, base);
  };
}

/** True if nothing at or under the key comes after the position. */
function isBefore(key: string, isDirectory: boolean, position: Position | undefined): boolean {
  if (position === undefined) return false;
  const { after, isWholeFolder } = position;
  if (isDirectory && after.startsWith(key) && !isWholeFolder) return false;
  return compareUtf8(key, after) <= 0;
}

/** Buckets have no empty folders. Looks no further than the first file. */
async function hasFiles(root: FolderRoot, directory: string, keyBase: string, position: Position | undefined) {
  let names: readonly Name[];
  try {
    names = await readNames(root, directory);
  } catch {
    // Shown all the same: whoever opens it learns why it cannot be read.
    return true;
  }
  for (const { name, isDirectory } of names) {
    const key = keyBase + name;
    if (isBefore(key, isDirectory, position)) continue;
    if (!isDirectory || (await hasFiles(root, path.join(directory, name), key, position))) return true;
  }
  return false;
}

async function readNames(root: FolderRoot, directory: string): Promise<readonly Name[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    // Removed since its name was read.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return [];
    throw error;
  });
  const names: Name[] = [];
  for (const entry of entries) {
    const kind = entry.isSymbolicLink() ? await kindOfLink(root, directory, entry) : kindOf(entry);
    if (kind !== undefined)
      names.push({ name: kind === 'directory' ? `${entry.name}/` : entry.name, isDirectory: kind === 'directory' });
  }
  return names.sort((a, b) => compareUtf8(a.name, b.name));
}

function kindOf(entry: Pick<Dirent, 'isFile' | 'isDirectory'>): 'file' | 'directory' | undefined {
  if (entry.isFile()) return 'file';
  return entry.isDirectory() ? 'directory' : undefined;
}

/** Links out of the root and to nowhere are not there; nor are links to folders that would lead round in a circle. */
async function kindOfLink(root: FolderRoot, directory: string, link: Dirent) {
  try {
    const [real, top, own] = await Promise.all([
      realpath(path.join(directory, link.name)),
      root.realRoot(),
      realpath(directory),
    ]);
    if (!isInside(real, top)) return undefined;
    const kind = kindOf(await stat(real));
    // A folder that holds the link; and any link met on the way through another one.
    const mayCircle = isInside(own, real) || own !== directory;
    return kind === 'directory' && mayCircle ? undefined : kind;
  } catch {
    return undefined;
  }
}

function positionOf({ startAfter, pageToken }: ListRequest): Position | undefined {
  if (pageToken !== undefined) return parseToken(pageToken);
  return startAfter === undefined ? undefined : { after: startAfter, isWholeFolder: false };
}

function formatToken({ after, isWholeFolder }: Position): string {
  return (isWholeFolder ? 'd' : 'f') + Buffer.from(after, 'utf8').toString('base64url');
}

function parseToken(token: string): Position {
  return { after: Buffer.from(token.slice(1), 'base64url').toString('utf8'), isWholeFolder: token.startsWith('d') };
}
