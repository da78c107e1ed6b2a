import { athena } from './dialects/athena';
import { duckdb } from './dialects/duckdb';
import { postgres } from './dialects/postgres';
import { trino } from './dialects/trino';
import type { PlannedTable } from './plan';

/** Engines that SQL can be generated for. One file in `dialects/` each. */
export type DialectId = 'athena' | 'trino' | 'duckdb' | 'postgres';

/** `bigint`: the ids (Avro long). `text`: everything else in the export. */
export type SqlType = 'bigint' | 'text';

/** What a generator has to know of an engine, and nothing else: rules live in the generators, spelling lives here. */
export interface Dialect {
  readonly id: DialectId;
  /** For people: `Amazon Athena`. */
  readonly label: string;
  /** An identifier in queries. @throws Failure `sql.badName` for an empty one. */
  quote(name: string): string;
  /** A string literal in queries. */
  literal(text: string): string;
  readonly types: Readonly<Record<SqlType, string>>;
  /** A type for whole numbers beyond int64, should dump ids ever get there. */
  readonly bigNumber: string;
  /** Put behind text that is ordered or compared, so that the answer is that of code points everywhere. */
  readonly collation: string;
  /** False: column names that differ only in case are one name. */
  readonly caseSensitiveColumns: boolean;
  /** Why a column of that name cannot be had in this engine at all; `undefined` if it can. */
  unreadable(column: string): string | undefined;
  /** Column names that the engine keeps to itself: ours get another name. Lower case. */
  readonly reservedColumns: readonly string[];
  /** Which names tables and views may have, in letters and in bytes. */
  readonly objectNames: { readonly pattern?: RegExp; readonly maxBytes: number };
  readonly maxColumnBytes: number;
  /** Bytes in one statement, if there is a limit. */
  readonly maxStatementBytes?: number;
  /** True: `CREATE OR REPLACE VIEW` cannot change a view's columns, so a table's own views are dropped first. */
  readonly fixedViewColumns: boolean;
  createView(name: string, query: string): string;
  /** The part of `text` that matches, or its first group; NULL or empty if none does. Pattern: POSIX and RE2 in common. */
  match(text: string, pattern: string, group?: 1): string;
  /** True if a pattern is found anywhere in the text: each engine's own kind of regular expression. */
  finds(text: string, pattern: string, ignoreCase: boolean): string;
  /** The name of the 64-bit floating point type. */
  readonly double: string;
  /** Aggregate: of the values that are not NULL, the one at the lowest position. */
  firstKnown(value: string, position: string): string;
  /** The object's key relative to the root, of a row of the raw table under that alias. */
  objectKey(source: RawSource, alias: string): string;
  /** What stands in FROM to read Avro files without a table over them; absent where that cannot be. */
  readonly readFiles?: (files: readonly string[]) => string;
  /** The table over (or for) the files. */
  raw(source: RawSource): readonly RawStatement[];
}

/** What the raw table is made of. */
export interface RawSource {
  readonly table: PlannedTable;
  /** `s3://bucket/prefix/` or an absolute folder, with one trailing slash. */
  readonly root: string;
  /** Where Trino's procedures look for the table: the only place where a schema has to be named. */
  readonly schema: string;
}

export interface RawStatement {
  readonly comment: string;
  readonly sql: string;
}

/** In the order in which they are offered. */
export const dialects: readonly Dialect[] = [athena, trino, duckdb, postgres];

export function findDialect(id: string): Dialect | undefined {
  return dialects.find((dialect) => dialect.id === id);
}
