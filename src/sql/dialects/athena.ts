import type { Dialect, RawSource, RawStatement } from '../dialect';
import { quoteBacktick, quoteHiveString } from '../text';
import { fileUri, partitions, rawComment, readerSchema, trinoQueries } from './hive';

/** Hive's DDL, Trino's queries, over the Glue catalogue. */
export const athena: Dialect = {
  ...trinoQueries,
  id: 'athena',
  label: 'Amazon Athena',
  maxStatementBytes: 262_144,
  raw: (source) => [
    {
      comment:
        'Drops the definition of the raw table, so that the next statement can make it anew. The files are not touched.',
      sql: `DROP TABLE IF EXISTS ${quoteBacktick(source.table.names.raw)}`,
    },
    { comment: rawComment(source), sql: createTable(source) },
    ...addPartitions(source),
  ],
};

const partitionsPerStatement = 100;

function createTable(source: RawSource): string {
  const { table, root } = source;
  const columns = table.columns.map(
    ({ name, type }) => `  ${quoteBacktick(name)} ${type === 'bigint' ? 'bigint' : 'string'}`,
  );
  return `CREATE EXTERNAL TABLE ${quoteBacktick(table.names.raw)} (
${columns.join(',\n')}
)
PARTITIONED BY (${quoteBacktick(table.partition)} string)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.avro.AvroSerDe'
WITH SERDEPROPERTIES ('avro.schema.literal' = ${quoteHiveString(readerSchema(table.columns))})
STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat'
LOCATION ${quoteHiveString(`${fileUri(root)}manifests/`)}${projection(source)}`;
}

/** Partition projection needs one template for all folders; where the layout changed on the way there is none. */
function template(source: RawSource): string | undefined {
  const tails = new Set(
    partitions(source).map(({ value, folder }) =>
      folder.startsWith(`sync_${value}/`) ? folder.slice(`sync_${value}/`.length) : undefined,
    ),
  );
  const [tail] = tails;
  if (tails.size !== 1 || tail === undefined || `${source.root}${tail}`.includes('$')) return undefined;
  return `${fileUri(source.root)}sync_\${${source.table.partition}}/${tail}`;
}

function projection(source: RawSource): string {
  const location = template(source);
  if (location === undefined) return '';
  const column = source.table.partition;
  const values = partitions(source).map(({ value }) => value);
  return `
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.${column}.type' = 'enum',
  'projection.${column}.values' = '${values.join(',')}',
  'storage.location.template' = ${quoteHiveString(location)}
)`;
}

function addPartitions(source: RawSource): readonly RawStatement[] {
  if (template(source) !== undefined) return [];
  const column = quoteBacktick(source.table.partition);
  const all = partitions(source).map(
    ({ value, location }) => `  PARTITION (${column} = '${value}') LOCATION ${quoteHiveString(location)}`,
  );
  const statements: RawStatement[] = [];
  for (let first = 0; first < all.length; first += partitionsPerStatement) {
    statements.push({
      comment: 'Names the folder of each dump that is in effect.',
      sql: `ALTER TABLE ${quoteBacktick(source.table.names.raw)} ADD\n${all.slice(first, first + partitionsPerStatement).join('\n')}`,
    });
  }
  return statements;
}
