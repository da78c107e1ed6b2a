import type { DumpId } from '../../core/dumpId';
import { folderOf, type PlannedColumn, shown } from '../plan';
import type { Dialect, RawSource } from '../dialect';
import { characters, quoteDouble, quoteString } from '../text';

/**
 * What Athena and Trino share: Trino's query language over tables of the Hive kind, whose Avro columns go by name.
 * Sources: Athena's user guide (names, limits), Trino's Hive connector; what a table without a schema literal does to
 * capital letters was seen on Trino itself (columns read as NULL without a word).
 */
export const trinoQueries = {
  quote: quoteDouble,
  literal: quoteString,
  types: { bigint: 'bigint', text: 'varchar' },
  bigNumber: 'decimal(38, 0)',
  collation: '',
  caseSensitiveColumns: false,
  unreadable: (column) =>
    /^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(column)
      ? undefined
      : 'it is not a name that Avro allows, so no reader here takes it',
  reservedColumns: [],
  // A Hive metastore takes letters, digits and underscores; Glue and Athena's advice are the same, in lower case.
  objectNames: { pattern: /^[a-z0-9_]+$/, maxBytes: 128 },
  maxColumnBytes: 255,
  fixedViewColumns: false,
  createView: (name, query) => `CREATE OR REPLACE VIEW ${quoteDouble(name)} AS\n${query}`,
  match: (text, pattern, group) =>
    `regexp_extract(${text}, ${quoteString(pattern)}${group === undefined ? '' : `, ${group}`})`,
  finds: (text, pattern, ignoreCase) =>
    `regexp_like(${text}, ${quoteString(ignoreCase ? `(?i)${pattern}` : pattern)})`,
  double: 'double',
  firstKnown: (value, position) => `min_by(${value}, ${position}) FILTER (WHERE ${value} IS NOT NULL)`,
  objectKey: ({ root }, alias) => `substr(${alias}."$path", ${characters(root).length + 1})`,
} satisfies Partial<Dialect>;

/** The Avro schema to read with: every column nullable, each field spelled as in the files. */
export function readerSchema(columns: readonly PlannedColumn[]): string {
  const fields = columns.map(({ source, type }) => ({
    name: source,
    type: ['null', type === 'bigint' ? 'long' : 'string'],
    default: null,
  }));
  return JSON.stringify({ type: 'record', name: 'topLevelRecord', fields });
}

export interface Partition {
  /** The dump, with a number behind it if the dump's files lie in several folders. */
  readonly value: string;
  readonly location: string;
  /** Relative to the root. */
  readonly folder: string;
}

/**
 * Folders to read, from where the files really lie: each once, also where a later dump lists more of an earlier one's
 * folder, because rows of a folder with two partitions are read twice. A dump that gives the table no file is no partition.
 */
export function partitions({ table, root }: RawSource): readonly Partition[] {
  const found = new Map<DumpId, string[]>();
  const named = new Set<string>();
  for (const { dump, key } of table.files) {
    const folder = folderOf(key);
    if (named.has(folder)) continue;
    named.add(folder);
    found.set(dump, [...(found.get(dump) ?? []), folder]);
  }
  return [...found].flatMap(([dump, folders]) =>
    folders.map((folder, index) => ({
      value: index === 0 ? dump.toString() : `${dump}_${index + 1}`,
      location: fileUri(root) + folder,
      folder,
    })),
  );
}

/** An absolute path as a URI; an s3 URI as it is. */
export function fileUri(root: string): string {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(root) ? root : `file://${root.startsWith('/') ? '' : '/'}${root}`;
}

export function rawComment(source: RawSource): string {
  return (
    `The files of ${shown(source.table.table)}, one partition per dump. Each location is the table's own folder: ` +
    'above it, folders that begin with an underscore are skipped without a word.'
  );
}
