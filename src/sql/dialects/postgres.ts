import type { Dialect, RawSource } from '../dialect';
import { folderOf, shown } from '../plan';
import { characters, literalGlob, quoteDouble, quoteString } from '../text';

/** PostgreSQL 12 or later. It reads no Avro: the raw table is one to load into. */
export const postgres: Dialect = {
  id: 'postgres',
  label: 'PostgreSQL',
  quote: quoteDouble,
  literal: quoteString,
  types: { bigint: 'bigint', text: 'text' },
  bigNumber: 'numeric',
  collation: ' COLLATE "C"',
  caseSensitiveColumns: true,
  unreadable: () => undefined,
  reservedColumns: ['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid'],
  // A longer name is cut by the server without a word, and two names become one.
  objectNames: { maxBytes: 63 },
  maxColumnBytes: 63,
  fixedViewColumns: true,
  createView: (name, query) => `CREATE OR REPLACE VIEW ${quoteDouble(name)} AS\n${query}`,
  match: (text, pattern) => `substring(${text} FROM ${quoteString(pattern)})`,
  finds: (text, pattern, ignoreCase) => `${text} ${ignoreCase ? '~*' : '~'} ${quoteString(pattern)}`,
  double: 'double precision',
  firstKnown: (value, position) =>
    `(array_agg(${value} ORDER BY ${position}) FILTER (WHERE ${value} IS NOT NULL))[1]`,
  objectKey: ({ table }, alias) => `${alias}.${quoteDouble(table.helpers.key)}`,
  raw: (source) => [
    { comment: howToLoad(source), sql: createTable(source) },
    {
      comment: 'Columns are added one by one, so that the script can run again when the export has new ones.',
      sql: addColumns(source),
    },
  ],
};

function createTable({ table }: RawSource): string {
  return `CREATE TABLE IF NOT EXISTS ${quoteDouble(table.names.raw)} (\n  ${quoteDouble(table.helpers.key)} text NOT NULL\n)`;
}

function addColumns({ table }: RawSource): string {
  const columns = table.columns.map(
    ({ name, type }) => `  ADD COLUMN IF NOT EXISTS ${quoteDouble(name)} ${postgres.types[type]}`,
  );
  return `ALTER TABLE ${quoteDouble(table.names.raw)}\n${columns.join(',\n')}`;
}

const foldersShown = 20;

/** Patterns for every folder that a file in effect lies in; of many folders one for each layout, over all dumps. */
function patternsOf({ table, root }: RawSource): readonly string[] {
  const lying = table.files.map(({ key }) => folderOf(key));
  const folders = [...new Set(lying.length > 0 ? lying : table.dumps.map(({ folder }) => folder))];
  const patterns = folders.map((folder) =>
    folders.length <= foldersShown ? literalGlob(folder) : literalGlob(folder).replace(/^sync_\d+\//, 'sync_*/'),
  );
  return [...new Set(patterns)].map((pattern) => quoteString(`${literalGlob(root)}${pattern}*.avro`));
}

/** The load is the user's: told in a sentence, and as a statement for DuckDB, which reads Avro and writes to Postgres. */
function howToLoad(source: RawSource): string {
  const { table, root } = source;
  const patterns = patternsOf(source).map((pattern) => `  ${pattern}`);
  const names = table.columns.map(({ name }) => quoteDouble(name));
  const sources = table.columns.map(({ source }) => quoteDouble(source));
  const key = `substr(filename, ${characters(root).length + 1})`;
  return `The table to load the files of ${shown(table.table)} into; PostgreSQL itself reads no Avro.
Load each file once, and with each row the file's key relative to ${root}
(superseded and unlisted files do no harm: the next view leaves them out). With DuckDB, for example:
  ATTACH 'host=… dbname=…' AS pg (TYPE postgres);
  INSERT INTO pg.${quoteDouble(table.names.raw)} (${[...names, quoteDouble(table.helpers.key)].join(', ')})
  SELECT ${[...sources, key].join(', ')}
  FROM read_avro([
  ${patterns.join(',\n  ')}
  ], union_by_name = true, filename = true);`;
}
