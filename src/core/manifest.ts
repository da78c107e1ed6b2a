import type { DumpId } from './dumpId';

/**
 * One delivery's list of what counts. The commit marker of a sync: until it is there the sync is in progress or failed.
 * Source: seed "Manifest metadata".
 */
export interface Manifest {
  /** The dump id inside the file: the one that counts. */
  readonly dump: DumpId;
  /** In the manifest's order. Names are unique: a repeated table is merged and reported as a problem. */
  readonly tables: readonly ManifestTable[];
  /** As spelled: `s3://customer/sync_1234/property_definitions.json`. Its place is the top level [seed, JSON sample]. */
  readonly propertyDefinitions?: string;
  /** Keys at the top level that nobody told us of; kept to be shown. */
  readonly extraKeys: readonly string[];
}

export interface ManifestTable {
  readonly name: string;
  /** As listed, each once, in the manifest's order. */
  readonly files: readonly ManifestFile[];
  /** Absent if the manifest does not say (then the Avro schema is the only source). */
  readonly columns?: readonly string[];
  /** `true`: on top of earlier dumps. `false`: a full resync, earlier data of this table is invalid. Absent: not said. */
  readonly incremental?: boolean;
}

export interface ManifestFile {
  /** As spelled in the manifest. */
  readonly uri: string;
  /** Relative to the opened root, whatever bucket the URI names; `undefined` if nothing in the URI looks like a part's key. */
  readonly key?: string;
  /** The bucket in the URI, if it is an s3 URI. It may not be the bucket opened: a copy, a replica. */
  readonly bucket?: string;
}

/** Something in a manifest that is not as it should be, but leaves it readable. `path` is a JSON path: `tables[3].files[0]`. */
export interface ManifestProblem {
  readonly code:
    | 'missingKey'
    | 'wrongType'
    | 'duplicateFile'
    | 'duplicateTable'
    | 'foreignBucket'
    | 'unresolvedFile'
    | 'dumpIdMismatch'
    | 'incrementalMigrations';
  readonly path: string;
  readonly message: string;
}

/** Tables that the vendor's systems keep for themselves; shown, marked internal. Confirmed in public consumers. */
export function isInternalTable(name: string): boolean {
  return name === '_event_metadata';
}

export const migrationsTable = 'user_migrations';
