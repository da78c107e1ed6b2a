import type { Dialect, RawSource, RawStatement } from '../dialect';
import { quoteDouble, quoteString } from '../text';
import { fileUri, partitions, rawComment, readerSchema, trinoQueries } from './hive';

/** Trino's Hive connector, 419 or later. */
export const trino: Dialect = {
  ...trinoQueries,
  id: 'trino',
  label: 'Trino',
  raw: (source) => [
    {
      comment:
        'Drops the definition of the raw table, so that the next statement can make it anew. The files are not touched.',
      sql: `DROP TABLE IF EXISTS ${quoteDouble(source.table.names.raw)}`,
    },
    {
      comment:
        `${rawComment(source)} Run this in the schema ${source.schema} of a Hive catalogue ` +
        'that has hive.allow-register-partition-procedure=true.',
      sql: createTable(source),
    },
    ...registerPartitions(source),
  ],
};

function createTable({ table, root }: RawSource): string {
  const columns = [
    ...table.columns.map(({ name, type }) => `  ${quoteDouble(name)} ${type === 'bigint' ? 'bigint' : 'varchar'}`),
    `  ${quoteDouble(table.partition)} varchar`,
  ];
  // Columns go by name and Trino lowers a table's names: a field with a capital letter needs its own spelling beside.
  const spelled = table.columns.some(({ source }) => source !== source.toLowerCase());
  const literal = spelled ? `,\n  avro_schema_literal = ${quoteString(readerSchema(table.columns))}` : '';
  return `CREATE TABLE ${quoteDouble(table.names.raw)} (
${columns.join(',\n')}
)
WITH (
  format = 'AVRO',
  external_location = ${quoteString(fileUri(root))},
  partitioned_by = ARRAY[${quoteString(table.partition)}]${literal}
)`;
}

function registerPartitions(source: RawSource): readonly RawStatement[] {
  const { table, schema } = source;
  return partitions(source).map(({ value, location }, index) => ({
    comment: index === 0 ? 'Names the folder of each dump that is in effect.' : '',
    sql: `CALL system.register_partition(
  schema_name => ${quoteString(schema)},
  table_name => ${quoteString(table.names.raw)},
  partition_columns => ARRAY[${quoteString(table.partition)}],
  partition_values => ARRAY['${value}'],
  location => ${quoteString(location)}
)`,
  }));
}
