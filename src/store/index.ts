import { Failure } from '../core/failure';
import type { ObjectStore } from '../core/ports';
import { createFolderStore } from './folderStore';
import { createS3Store } from './s3Store';
import type { OpenStoreOptions } from './types';

export { listProfiles } from './profiles';
export type { OpenStoreOptions, StoreBundle } from './types';

/**
 * Opens the place that a connection names. Nothing is read yet: a store that cannot be reached says so at its first
 * request, and says it again, or not any more, at the next. Rejects with `internal` if typed keys are wanted and missing.
 */
export function openStore(options: OpenStoreOptions): Promise<ObjectStore> {
  const { connection } = options;
  switch (connection.kind) {
    case 's3':
      return Promise.resolve(createS3Store({ ...options, connection }));
    case 'folder':
      return Promise.resolve(createFolderStore(connection.path));
    default:
      return Promise.reject(new Failure('internal', { detail: 'not a connection to a bucket or a folder' }));
  }
}
