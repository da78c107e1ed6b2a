import type { DumpId } from '../core/dumpId';
import type { EffectiveDump } from '../core/effectiveFiles';
import { migrationsTable } from '../core/manifest';
import { parsePartNumber } from '../core/objectKey';
import type { Dialect, SqlType } from './dialect';
import type { SqlTable } from './request';
import { byteLength, characters, checkName, cutToBytes, shortHash } from './text';

/** A table of the export as the generators see it: names decided, files reduced to what a statement needs. */
export interface PlannedTable {
  /** As delivered. */
  readonly table: string;
  readonly names: ObjectNames;
  readonly columns: readonly PlannedColumn[];
  /** Columns of ours in the live view and in what is built on it; named so that no delivered column is hit. */
  readonly helpers: Helpers;
  /** The raw table's partition column (Athena, Trino): the dump as text. */
  readonly partition: string;
  readonly files: readonly PlannedFile[];
  readonly dumps: readonly EffectiveDump[];
  /** Sorted. */
  readonly unlisted: readonly string[];
  /** Keys of files in effect that are not in the bucket. */
  readonly missing: ReadonlySet<string>;
  /** A name not used by any column, `wanted` if that is free. */
  free(wanted: string): string;
}

export interface ObjectNames {
  readonly raw: string;
  readonly live: string;
  readonly resolved: string;
  readonly migrated: string;
  readonly dedup: string;
}

export interface PlannedColumn {
  /** As spelled in the files. */
  readonly source: string;
  /** In our tables and views: the same, unless the engine cannot have it. */
  readonly name: string;
  readonly type: SqlType;
}

export interface Helpers {
  readonly dump: string;
  readonly part: string;
  readonly key: string;
}

export interface PlannedFile {
  readonly dump: DumpId;
  /** As text, because it goes into SQL: digits, or `NULL` for a file without a number. */
  readonly part: string;
  readonly key: string;
}

/** Room for the longest of our endings (`_migrated`, `_resolved`) and for a hash. */
const endingBytes = 9;
const hashBytes = 8;

export function planTable(table: SqlTable, dialect: Dialect, warnings: string[]): PlannedTable {
  const columns = planColumns(table, dialect, warnings);
  const free = createNamer([...columns.map(({ name }) => name), ...dialect.reservedColumns]);
  const { files, dumps } = chooseFiles(table);
  return {
    table: table.name,
    names: nameObjects(table.name, dialect, warnings),
    columns,
    helpers: { dump: free('dc_dump_id'), part: free('dc_part'), key: free('dc_object_key') },
    partition: free('dc_dump'),
    files,
    dumps,
    unlisted: [...new Set(table.unlisted)].sort(),
    missing: new Set(table.missing),
    free,
  };
}

/** The folder that a key lies in, with its trailing slash. */
export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

/** The column of that name; if it is only there in other letter case, that one. */
export function findColumn(table: PlannedTable, name: string): PlannedColumn | undefined {
  return (
    table.columns.find((column) => column.source === name) ??
    table.columns.find((column) => column.source.toLowerCase() === name)
  );
}

/**
 * `user_migrations` is always delivered whole, so only its newest copy counts: reading it across dumps multiplies rows.
 * Source: seed, "Does … full sync" FAQ and manifest comment.
 */
function chooseFiles(table: SqlTable): Pick<PlannedTable, 'files' | 'dumps'> {
  const { files, dumps } = table.effective;
  // A file named twice, in one manifest or in two, is still one file: joined twice, its rows would double.
  const once = new Map(files.map((file) => [file.key, file]));
  const all = [...once.values()].map(({ dump, key }) => ({ dump, key, part: partText(key) }));
  if (table.name !== migrationsTable) return { files: all, dumps };
  const newest = [...dumps, ...files].reduce<DumpId>((max, { dump }) => (dump > max ? dump : max), -1n);
  return {
    files: all.filter(({ dump }) => dump === newest),
    dumps: dumps.filter(({ dump }) => dump === newest),
  };
}

/** At most 18 digits, as the pattern of the compact form takes them: a bigint always holds that. */
function partText(key: string): string {
  const file = key.slice(key.lastIndexOf('/') + 1);
  if (parsePartNumber(file) === undefined) return 'NULL';
  return BigInt(/\d{1,18}/.exec(file)?.[0] ?? '0').toString();
}

/** What the objects of a table are called in an engine. */
export function nameObjects(table: string, dialect: Dialect, warnings: string[]): ObjectNames {
  checkName(table);
  const { pattern, maxBytes } = dialect.objectNames;
  let base = table;
  if (pattern !== undefined && !pattern.test(base)) {
    base = `${base.toLowerCase().replace(/[^a-z0-9_]/g, '_')}_${shortHash(table)}`;
  }
  if (byteLength(base) > maxBytes - endingBytes) {
    base = `${cutToBytes(base, maxBytes - endingBytes - hashBytes)}_${shortHash(table)}`;
  }
  if (base !== table) {
    warnings.push(`${dialect.label} cannot have a table called ${shown(table)}; here it is called ${base}.`);
  }
  return {
    raw: `${base}_raw`,
    live: `${base}_live`,
    resolved: `${base}_resolved`,
    migrated: `${base}_migrated`,
    dedup: `${base}_dedup`,
  };
}

/** The columns an engine can have, under the names it can have them. */
export function planColumns(
  table: Pick<SqlTable, 'name' | 'columns'>,
  dialect: Dialect,
  warnings: string[],
): readonly PlannedColumn[] {
  const planned: PlannedColumn[] = [];
  const seen = new Map<string, string>();
  for (const { name, type } of table.columns) {
    const folded = dialect.caseSensitiveColumns ? name : name.toLowerCase();
    const twin = seen.get(folded);
    const fault =
      name === '' || name.includes('\0')
        ? 'no engine can have such a name'
        : twin === name
          ? 'it is listed twice'
          : twin !== undefined
            ? `${dialect.label} cannot tell it from ${shown(twin)}`
            : dialect.unreadable(name);
    if (fault !== undefined) {
      warnings.push(`Column ${shown(name)} of ${shown(table.name)} is left out: ${fault}.`);
      continue;
    }
    seen.set(folded, name);
    planned.push({ source: name, name: columnName(name, dialect), type });
  }
  for (const { source, name } of planned) {
    if (source !== name)
      warnings.push(`Column ${shown(source)} of ${shown(table.name)} is called ${name} in ${dialect.label}.`);
  }
  return planned;
}

function columnName(name: string, dialect: Dialect): string {
  if (byteLength(name) > dialect.maxColumnBytes)
    return `${cutToBytes(name, dialect.maxColumnBytes - hashBytes)}_${shortHash(name)}`;
  return dialect.reservedColumns.includes(name.toLowerCase()) ? `${name}_${shortHash(name)}` : name;
}

/** Gives each wanted name once, with a number if it is taken. Case never tells two apart: the strictest engine decides. */
function createNamer(taken: readonly string[]): (wanted: string) => string {
  const names = new Set(taken.map((name) => name.toLowerCase()));
  return (wanted) => {
    let name = wanted;
    for (let next = 2; names.has(name.toLowerCase()); next += 1) name = `${wanted}_${next}`;
    names.add(name.toLowerCase());
    return name;
  };
}

/** A name in a sentence: in quotes only if it is not plain, cut if it is very long. */
export function shown(name: string): string {
  if (/^[\p{L}\p{N}_-]{1,80}$/u.test(name)) return name;
  const text = characters(name);
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80).join('')}…` : name);
}
