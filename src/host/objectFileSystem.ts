import {
  Disposable,
  EventEmitter,
  FilePermission,
  FileSystemError,
  FileType,
  type FileChangeEvent,
  type FileStat,
  type FileSystemProvider,
  type Uri,
} from 'vscode';
import { isFailure } from '../core/failure';
import type { Sessions } from './connections/sessions';
import { parseObjectUri } from './resourceUri';

/**
 * Connected buckets as a read-only file system: tabs restore, *Open With* works, other extensions can read.
 * Nothing can be written: S3 is only ever read.
 */
export function createObjectFileSystem(sessions: Sessions): FileSystemProvider {
  const changes = new EventEmitter<FileChangeEvent[]>();
  const readOnly = (): never => {
    throw FileSystemError.NoPermissions('Connected buckets are read-only.');
  };
  return {
    onDidChangeFile: changes.event,
    watch: () => new Disposable(() => undefined),
    async stat(uri): Promise<FileStat> {
      const { store, key } = await locate(sessions, uri);
      if (key === '' || key.endsWith('/')) return folderStat;
      try {
        const info = await store.head(key);
        return {
          type: FileType.File,
          ctime: 0,
          mtime: info.modified ?? 0,
          size: info.bytes,
          permissions: FilePermission.Readonly,
        };
      } catch (error) {
        if (!isFailure(error, 'store.notFound')) throw translate(error, uri);
        const page = await store.list({ prefix: `${key}/`, maxKeys: 1 });
        if (page.objects.length + page.folders.length > 0) return folderStat;
        throw FileSystemError.FileNotFound(uri);
      }
    },
    async readDirectory(uri) {
      const { store, key } = await locate(sessions, uri);
      const prefix = key === '' || key.endsWith('/') ? key : `${key}/`;
      const entries: [string, FileType][] = [];
      let pageToken: string | undefined;
      do {
        const page = await store.list({
          prefix,
          delimiter: '/',
          ...(pageToken === undefined ? {} : { pageToken }),
        });
        for (const folder of page.folders) entries.push([folder.slice(prefix.length, -1), FileType.Directory]);
        for (const object of page.objects) entries.push([object.key.slice(prefix.length), FileType.File]);
        pageToken = page.nextToken;
      } while (pageToken !== undefined);
      return entries;
    },
    async readFile(uri) {
      const { store, key } = await locate(sessions, uri);
      try {
        return (await store.read(key)).bytes;
      } catch (error) {
        throw translate(error, uri);
      }
    },
    createDirectory: readOnly,
    writeFile: readOnly,
    delete: readOnly,
    rename: readOnly,
  };
}

const folderStat: FileStat = {
  type: FileType.Directory,
  ctime: 0,
  mtime: 0,
  size: 0,
  permissions: FilePermission.Readonly,
};

async function locate(sessions: Sessions, uri: Uri) {
  const { connectionId, key } = parseObjectUri(uri);
  const { store } = await sessions.get(connectionId);
  return { store, key };
}

function translate(error: unknown, uri: Uri): unknown {
  if (isFailure(error, 'store.notFound')) return FileSystemError.FileNotFound(uri);
  if (isFailure(error, 'store.accessDenied')) return FileSystemError.NoPermissions(uri);
  return error;
}
