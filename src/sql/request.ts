import type { DumpId } from '../core/dumpId';
import type { EffectiveFiles } from '../core/effectiveFiles';
import type { DialectId, SqlType } from './dialect';

/** What to write SQL for. Everything the generators know of the export is in here; they read nothing. */
export interface SqlRequest {
  /** `migrated`: every row, with its user resolved. `dedup`: that, and each event, session or user once. */
  readonly kind: 'migrated' | 'dedup';
  readonly table: SqlTable;
  /** `user_migrations` as of the same dump; absent if the export has none. */
  readonly migrations?: SqlTable;
  readonly dialect: DialectId;
  readonly source: SqlSource;
  readonly asOf: DumpId;
  /**
   * How several rows of one user become one. `latest` (default): the user's own newest row, its gaps filled from the
   * users merged into it, newest first. `documented`: MIN(joindate) and MAX of every other column, as in the vendor's
   * example, over the newest row of each delivered user.
   */
  readonly users?: 'latest' | 'documented';
  /** Adds `original_user_id` to the views of events and sessions. */
  readonly keepOriginalUserId?: boolean;
  /** Steps of migration followed: 1 (default) as documented; 3 for exports in which targets are migrated themselves. */
  readonly hops?: 1 | 3;
  /** Trino's schema, needed by name to register partitions. Default `data_connect`. */
  readonly schema?: string;
}

export interface SqlSource {
  /** The connection's name, for the header. */
  readonly connection: string;
  /** `s3://bucket/prefix` or an absolute folder path. */
  readonly rootUri: string;
}

export interface SqlTable {
  readonly name: string;
  readonly effective: EffectiveFiles;
  /** In schema order, spelled as in the files. */
  readonly columns: readonly SqlColumn[];
  /** Keys that lie in a live dump's folder of this table but in no manifest. */
  readonly unlisted: readonly string[];
  /** Keys that are in effect and not in the bucket: the script's answer lacks their rows. */
  readonly missing?: readonly string[];
}

export interface SqlColumn {
  readonly name: string;
  readonly type: SqlType;
}

export interface GeneratedSql {
  /** The whole script: header, then each statement under its sentence. */
  readonly text: string;
  /** Sentences; the header shows the first ones, the end of the script the rest. */
  readonly warnings: readonly string[];
  /** Tables and views created, in order; the last one is what was asked for. */
  readonly objects: readonly string[];
  /** The script's statements, for engines that take one at a time. Without the closing semicolon. */
  readonly statements: readonly GeneratedStatement[];
}

export interface GeneratedStatement {
  readonly step: 'raw' | 'live' | 'migrations' | 'migrated' | 'dedup' | 'transaction';
  /** What it does: the comment above it, not yet in comment form. */
  readonly comment: string;
  readonly sql: string;
  /** The table or view it creates. */
  readonly creates?: string;
}
