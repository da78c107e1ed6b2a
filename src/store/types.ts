import type { FolderConnection, S3Connection, StaticCredentials } from '../core/connection';
import type { Log, ObjectStore } from '../core/ports';

/** What it takes to open the place where an export lies. */
export interface OpenStoreOptions {
  readonly connection: S3Connection | FolderConnection;
  /** The typed keys of a connection with `credentials: 'keys'`. Kept in memory as long as the store lives, never logged. */
  readonly credentials?: StaticCredentials;
  readonly log: Log;
  /** Tries of one request before its failure is told, the first included. S3 only; 5 if absent. */
  readonly maxAttempts?: number;
}

/** What the bundle `dist/store.js` gives to those who load it. */
export interface StoreBundle {
  openStore(options: OpenStoreOptions): Promise<ObjectStore>;
  listProfiles(): Promise<readonly string[]>;
}
