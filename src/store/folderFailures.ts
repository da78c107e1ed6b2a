import { stat } from 'node:fs/promises';
import { Failure, isFailure } from '../core/failure';
import { cleanCause } from './redact';

export interface FolderContext {
  /** The store's folder. */
  readonly root: string;
  /** Absent for a listing. */
  readonly key?: string;
  /** The absolute path meant. */
  readonly uri: string;
}

/** What each of the file system's codes means for a reader. Source: `man 2 open`, Node.js documentation, "Errors". */
const codes = {
  ENOENT: 'store.notFound',
  ENOTDIR: 'store.notFound',
  EISDIR: 'store.notFound',
  ELOOP: 'store.notFound',
  ENAMETOOLONG: 'store.notFound',
  EINVAL: 'store.notFound',
  EACCES: 'store.accessDenied',
  EPERM: 'store.accessDenied',
  EBUSY: 'store.accessDenied',
} as const;

/**
 * An error of the file system as a `Failure` with `path`, `key`, `uri`, `errorCode`, `detail`.
 * If the root itself is gone that is `store.noSuchBucket`, whatever was asked for.
 */
export async function toFolderFailure(error: unknown, context: FolderContext): Promise<Failure> {
  const { root, key } = context;
  const uri = (key === undefined ? failedPath(error, root) : undefined) ?? context.uri;
  const facts = { path: root, uri, ...(key === undefined ? {} : { key }) };
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (isFailure(error) && error.code !== 'store.notFound') {
    return new Failure(error.code, { ...facts, ...error.facts }, error.cause);
  }
  const isMissing =
    isFailure(error) || (code !== undefined && codes[code as keyof typeof codes] === 'store.notFound');
  if (isMissing && !(await isFolder(root))) return new Failure('store.noSuchBucket', { ...facts, bucket: root });
  if (isFailure(error)) return new Failure(error.code, { ...facts, ...error.facts }, error.cause);
  const known = code === undefined ? undefined : codes[code as keyof typeof codes];
  const detail = error instanceof Error ? error.message : String(error);
  return new Failure(
    known ?? 'store.network',
    { ...facts, detail, ...(code === undefined ? {} : { errorCode: code }) },
    cleanCause(error),
  );
}

/** What a listing stumbled over: not the root that it began at, but some folder below. */
function failedPath(error: unknown, root: string): string | undefined {
  const at = error instanceof Error && 'path' in error ? error.path : undefined;
  return typeof at === 'string' && at.startsWith(root) ? at : undefined;
}

async function isFolder(root: string): Promise<boolean> {
  try {
    return (await stat(root)).isDirectory();
  } catch (error) {
    // There is something, only not for us: then the failure is another one.
    return error instanceof Error && 'code' in error && error.code === 'EACCES';
  }
}
