import { realpath } from 'node:fs/promises';
import path from 'node:path';

/** The folder that a store reads, and the way from keys to paths in it. */
export interface FolderRoot {
  readonly path: string;
  /** Where a key lies, or `undefined` if it names no place below the root (`..`, empty segments, a drive). Looks at no file. */
  pathOf(key: string): string | undefined;
  /** The real path behind a key; `undefined` if there is none below the root, also when a link leads out of it. */
  resolve(key: string): Promise<string | undefined>;
  /** The root's own real path. Rejects with Node's error if it is not there. */
  realRoot(): Promise<string>;
}

export function createFolderRoot(root: string): FolderRoot {
  const realRoot = (): Promise<string> => realpath(root);
  const pathOf = (key: string): string | undefined =>
    isPlainKey(key) ? path.join(root, ...key.split('/')) : undefined;
  return {
    path: root,
    pathOf,
    realRoot,
    async resolve(key) {
      const file = pathOf(key);
      if (file === undefined) return undefined;
      const [real, top] = await Promise.all([realpath(file), realRoot()]);
      return isInside(real, top) ? real : undefined;
    },
  };
}

/** True for `top` itself and all that lies below it. Both are real paths. */
export function isInside(file: string, top: string): boolean {
  const relative = path.relative(top, file);
  return (
    relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative))
  );
}

/**
 * A key whose segments are all names. `a//b` and `./a` are other keys than `a/b` and `a` in a bucket, and would be the
 * same file here. On Windows a backslash separates folders and a colon names a drive or a stream.
 */
export function isPlainKey(key: string): boolean {
  if (key.includes('\0')) return false;
  if (path.sep === '\\' && /[\\:]/.test(key)) return false;
  return key.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}
