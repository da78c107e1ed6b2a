import type { Dialect, RawSource } from '../dialect';
import { shown } from '../plan';
import { characters, literalGlob, quoteDouble, quoteString } from '../text';

/** DuckDB 1.3 or later with its `avro` extension (and `httpfs` for s3), which it loads by itself. */
export const duckdb: Dialect = {
  id: 'duckdb',
  label: 'DuckDB',
  quote: quoteDouble,
  literal: quoteString,
  types: { bigint: 'BIGINT', text: 'VARCHAR' },
  bigNumber: 'DECIMAL(38, 0)',
  collation: '',
  caseSensitiveColumns: false,
  unreadable: () => undefined,
  reservedColumns: [],
  objectNames: { maxBytes: 1000 },
  maxColumnBytes: 1000,
  fixedViewColumns: false,
  createView: (name, query) => `CREATE OR REPLACE VIEW ${quoteDouble(name)} AS\n${query}`,
  // No match is an empty text here, not NULL.
  match: (text, pattern, group) =>
    group === undefined
      ? `regexp_extract(${text}, ${quoteString(pattern)})`
      : `NULLIF(regexp_extract(${text}, ${quoteString(pattern)}, ${group}), '')`,
  finds: (text, pattern, ignoreCase) =>
    `regexp_matches(${text}, ${quoteString(pattern)}${ignoreCase ? ", 'i'" : ''})`,
  double: 'DOUBLE',
  firstKnown: (value, position) => `arg_min(${value}, ${position}) FILTER (WHERE ${value} IS NOT NULL)`,
  objectKey(source, alias) {
    const path = `${alias}.${quoteDouble(pathColumn(source))}`;
    const slashes = source.root.includes('\\') ? `replace(${path}, '\\', '/')` : path;
    return `substr(${slashes}, ${characters(source.root).length + 1})`;
  },
  readFiles: (files) => {
    const list = files.map((file) =>
      quoteString(literalGlob(/^(?:[a-z]:)?\\/i.test(file) ? file.replaceAll('\\', '/') : file)),
    );
    const [only] = list;
    if (list.length === 1 && only !== undefined) return `read_avro(${only})`;
    return `read_avro([\n  ${list.join(',\n  ')}\n], union_by_name = true)`;
  },
  raw: (source) => [{ comment: rawComment(source), sql: rawView(source) }],
};

/** Source of the last sentence: duckdb/duckdb-avro issue 107 (467 of 1,000 rows read, no error), fixed in mid-2026. */
function rawComment({ table, root }: RawSource): string {
  const leftOut =
    table.missing.size === 0
      ? ''
      : ' Listed files that are not in the bucket are left out: DuckDB reads no list with one of them in it.';
  const secret = /^s3:/i.test(root)
    ? ' DuckDB needs a secret for S3: CREATE SECRET (TYPE s3, PROVIDER credential_chain).'
    : '';
  return (
    `The files of ${shown(table.table)} that are in effect, and no others.${leftOut} union_by_name keeps columns that only some of ` +
    `them have.${secret} Compare the row count: some releases of the avro extension lose rows of snappy files ` +
    'with several blocks (duckdb-avro issue 107).'
  );
}

/** DuckDB's own name for it, unless the table has a column called so. */
function pathColumn({ table }: RawSource): string {
  return table.columns.some(({ name }) => name.toLowerCase() === 'filename') ? table.helpers.key : 'filename';
}

function rawView(source: RawSource): string {
  const { table, root } = source;
  const present = table.files.filter(({ key }) => !table.missing.has(key));
  if (present.length === 0) return duckdb.createView(table.names.raw, emptyRows(source));
  const files = present.map(({ key }) => `  ${quoteString(literalGlob(root.replaceAll('\\', '/') + key))}`);
  const column = pathColumn(source);
  const filename = column === 'filename' ? 'true' : quoteString(column);
  return duckdb.createView(
    table.names.raw,
    `SELECT *\nFROM read_avro([\n${files.join(',\n')}\n], union_by_name = true, filename = ${filename})`,
  );
}

/** `read_avro` takes no empty list. */
function emptyRows(source: RawSource): string {
  const columns = [
    ...source.table.columns.map(({ name, type }) => `CAST(NULL AS ${duckdb.types[type]}) AS ${quoteDouble(name)}`),
    `CAST(NULL AS VARCHAR) AS ${quoteDouble(pathColumn(source))}`,
  ];
  return `SELECT\n  ${columns.join(',\n  ')}\nWHERE FALSE`;
}
