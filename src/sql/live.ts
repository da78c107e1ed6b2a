import { parseObjectKey } from '../core/objectKey';
import type { Dialect, RawSource } from './dialect';
import { folderOf, type PlannedColumn, type PlannedTable } from './plan';
import { selectList } from './text';

/** Up to so many files the view names each; beyond, a reader is better served by the folders. */
const exactFiles = 200;

/** The largest whole number that every engine's bigint holds. */
const maxBigint = 2n ** 63n - 1n;

export interface LiveView {
  readonly comment: string;
  readonly query: string;
}

/**
 * The rows that count: those of the effective files, and of no other file that may lie beside them.
 * Columns: the given ones, then the row's dump, part and object key.
 */
export function liveView(source: RawSource, columns: readonly PlannedColumn[], dialect: Dialect): LiveView {
  const { table } = source;
  if (table.files.length === 0) return noRows(source, columns, dialect);
  return table.files.length <= exactFiles || !foldersSuffice(table)
    ? exactForm(source, columns, dialect)
    : compactForm(source, columns, dialect);
}

/**
 * The short form is right only where each file lies in the table's folder of its own dump, and each folder is one dump's:
 * of other folders it is not known what else lies in them.
 */
function foldersSuffice({ files, dumps }: PlannedTable): boolean {
  const folders = new Map(dumps.map(({ dump, folder }) => [dump, folder]));
  return (
    new Set(folders.values()).size === folders.size &&
    files.every(({ dump, key }) => {
      const place = parseObjectKey(key);
      // A dot in a pattern does not match a line break.
      return (
        place.kind === 'part' && place.dump === dump && folders.get(dump) === folderOf(key) && !/[\n\r]/.test(key)
      );
    })
  );
}

function exactForm(source: RawSource, columns: readonly PlannedColumn[], dialect: Dialect): LiveView {
  const { table } = source;
  const rows = table.files.map(
    ({ dump, part, key }) => `(${whole(dump, dialect)}, ${part}, ${dialect.literal(key)})`,
  );
  const items = [
    ...columns.map(({ name }) => `r.${dialect.quote(name)}`),
    ...helperItems(table, dialect, 'f.dump_id', 'f.part', 'f.object_key'),
  ];
  return {
    comment: 'The rows of the files that the manifests list for this state of the table, and of no other file.',
    query: `WITH files (dump_id, part, object_key) AS (
  VALUES
    ${rows.join(',\n    ')}
)
SELECT${selectList(items)}
FROM ${dialect.quote(table.names.raw)} r
JOIN files f ON f.object_key = ${dialect.objectKey(source, 'r')}`,
  };
}

function compactForm(source: RawSource, columns: readonly PlannedColumn[], dialect: Dialect): LiveView {
  const { table } = source;
  const key = dialect.objectKey(source, 'r');
  const used = new Set(table.files.map(({ dump }) => dump));
  const rows = table.dumps
    .filter(({ dump }) => used.has(dump))
    .map(({ dump, folder }) => `(${whole(dump, dialect)}, ${dialect.literal(folder)})`);
  const items = [
    ...columns.map(({ name }) => `r.${dialect.quote(name)}`),
    ...helperItems(table, dialect, 'f.dump_id', dialect.match(key, '/part-([0-9]{1,18})[^/]*$', 1), key),
  ];
  const unlisted = table.unlisted.map((name) => dialect.literal(name)).join(',\n  ');
  const except = unlisted === '' ? '' : `\nWHERE ${key} NOT IN (\n  ${unlisted}\n)`;
  return {
    comment:
      `The rows of the ${table.files.length} files that the manifests list for this state of the table, by folder` +
      (unlisted === ''
        ? ': when this was written, nothing else lay in these folders.'
        : '; the files named at the end lie there too, but no manifest lists them.'),
    query: `WITH folders (dump_id, folder) AS (
  VALUES
    ${rows.join(',\n    ')}
)
SELECT${selectList(items)}
FROM ${dialect.quote(table.names.raw)} r
JOIN folders f ON f.folder = ${dialect.match(key, '^.*/')}${except}`,
  };
}

function noRows(source: RawSource, columns: readonly PlannedColumn[], dialect: Dialect): LiveView {
  const { table } = source;
  const items = [
    ...columns.map(({ name }) => `r.${dialect.quote(name)}`),
    ...helperItems(table, dialect, 'NULL', 'NULL', `CAST(NULL AS ${dialect.types.text})`),
  ];
  return {
    comment: 'No file is in effect: no row counts.',
    query: `SELECT${selectList(items)}\nFROM ${dialect.quote(table.names.raw)} r\nWHERE FALSE`,
  };
}

function helperItems(
  { helpers, files }: PlannedTable,
  dialect: Dialect,
  ...[dump, part, key]: [string, string, string]
): readonly string[] {
  const dumpType = files.some((file) => file.dump > maxBigint) ? dialect.bigNumber : dialect.types.bigint;
  return [
    `CAST(${dump} AS ${dumpType}) AS ${dialect.quote(helpers.dump)}`,
    `CAST(${part} AS ${dialect.types.bigint}) AS ${dialect.quote(helpers.part)}`,
    `${key} AS ${dialect.quote(helpers.key)}`,
  ];
}

function whole(value: bigint, dialect: Dialect): string {
  return value > maxBigint ? `CAST('${value}' AS ${dialect.bigNumber})` : value.toString();
}

/** Newest first: by dump, then by place in the dump. Of several files without a number the last by name. */
export function newestFirst({ helpers }: PlannedTable, dialect: Dialect, alias: string): readonly string[] {
  return [
    `${alias}.${dialect.quote(helpers.dump)} DESC`,
    `${alias}.${dialect.quote(helpers.part)} DESC NULLS FIRST`,
    `${alias}.${dialect.quote(helpers.key)}${dialect.collation} DESC`,
  ];
}

/** Every column, so that the order is total and the answer never depends on the order in which files are read. */
export function everyColumn(columns: readonly PlannedColumn[], dialect: Dialect, alias: string): readonly string[] {
  return columns.map(
    ({ name, type }) => `${alias}.${dialect.quote(name)}${type === 'text' ? dialect.collation : ''} NULLS LAST`,
  );
}
