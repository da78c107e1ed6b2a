import { openRowStream } from '../../avro/part/rowStream';
import { describeTable } from '../../sql/describeTable';
import { generateSql } from '../../sql/generateSql';
import { oneLine, type Output } from '../output';
import { createStoreSource, withBucket } from '../places';
import { readDump } from '../readDump';
import { oneOf, readArguments, s3Options, UsageError, usages } from '../usage';

const usage = usages.sql;

/** Prints the SQL of a table's migrated view, or of its deduplicated rows. */
export async function printSql(args: readonly string[], output: Output, errors: Output): Promise<number> {
  const { values, positionals } = readArguments(args, usage, ['<bucket>', '<table>'], {
    ...s3Options,
    kind: { type: 'string' },
    dialect: { type: 'string' },
    'as-of': { type: 'string' },
    users: { type: 'string' },
    hops: { type: 'string' },
  });
  const [place = '', table = ''] = positionals;
  if (values.kind === undefined) throw new UsageError('--kind is missing: migrated or dedup', usage);
  const kind = oneOf(values.kind, ['migrated', 'dedup'], '--kind', usage);
  const dialect = oneOf(values.dialect, ['athena', 'trino', 'duckdb', 'postgres'], '--dialect', usage);
  const users = oneOf(values.users, ['latest', 'documented'], '--users', usage);
  const hops = oneOf(values.hops, ['1', '3'], '--hops', usage) === '3' ? 3 : 1;
  const asOf = values['as-of'] === undefined ? undefined : readDump(values['as-of'], usage);
  await withBucket(place, values, usage, async ({ store, catalog, name }) => {
    const described = await describeTable(catalog, table, asOf, async (key, signal) => {
      const { columns } = await openRowStream(createStoreSource(store, key), signal);
      return columns;
    });
    const source = { connection: name, rootUri: store.uri('') };
    if (asOf !== undefined && asOf !== described.asOf)
      await errors.write(
        `${oneLine(`Dump ${asOf} has no manifest yet, so nothing of it counts: this is the SQL as of dump ${described.asOf}.`)}\n`,
      );
    await output.write(generateSql({ kind, ...described, dialect, source, users, hops }).text);
  });
  return 0;
}
