import {
  Disposable,
  EventEmitter,
  FilePermission,
  FileSystemError,
  FileType,
  type FileChangeEvent,
  type FileSystemProvider,
} from 'vscode';
import type { Sessions } from '../connections/sessions';
import { parseRowsSource } from './rowsSource';

/**
 * Tables as of a dump as read-only files, so that their tabs are tabs of files: restored after a reload, and each there once. As text
 * such a file is the list of the table's effective files.
 */
export function createTableFileSystem(sessions: Pick<Sessions, 'get'>): FileSystemProvider {
  const changes = new EventEmitter<FileChangeEvent[]>();
  const readOnly = (): never => {
    throw FileSystemError.NoPermissions('Connected buckets are read-only.');
  };
  return {
    onDidChangeFile: changes.event,
    watch: () => new Disposable(() => undefined),
    stat(uri) {
      if (uri.path === '/')
        return { type: FileType.Directory, ctime: 0, mtime: 0, size: 0, permissions: FilePermission.Readonly };
      if (!isTable(uri)) throw FileSystemError.FileNotFound(uri);
      // Nothing is asked of the bucket for it: what the table is made of is found out when its rows are opened.
      return { type: FileType.File, ctime: 0, mtime: 0, size: 0, permissions: FilePermission.Readonly };
    },
    readDirectory: () => [],
    async readFile(uri) {
      const source = isTable(uri) ? parseRowsSource(uri) : undefined;
      if (source?.kind !== 'table') throw FileSystemError.FileNotFound(uri);
      const { catalog, store } = await sessions.get(source.connectionId);
      const { files } = await catalog.effectiveFiles(source.table, source.dump);
      return new TextEncoder().encode(files.map(({ key }) => `${store.uri(key)}\n`).join(''));
    },
    createDirectory: readOnly,
    writeFile: readOnly,
    delete: readOnly,
    rename: readOnly,
  };
}

function isTable(uri: Parameters<typeof parseRowsSource>[0]): boolean {
  try {
    return parseRowsSource(uri).kind === 'table';
  } catch {
    return false;
  }
}
