import type { EffectiveFiles } from '../../../src/core/effectiveFiles';
import type { DialectId, SqlRequest, SqlTable } from '../../../src/sql/generateSql';
import { effectiveKeys, type Options } from './oracle';
import type { ExportSet, ExportTable } from './randomExport';

/** What the host would hand over for a table of a random export. */
export function requestFor(
  set: ExportSet,
  table: ExportTable,
  kind: SqlRequest['kind'],
  dialect: DialectId,
  options: Options,
): SqlRequest {
  return {
    kind,
    table: asSqlTable(set, table),
    ...(options.withMigrations ? { migrations: asSqlTable(set, set.tables.user_migrations) } : {}),
    dialect,
    source: { connection: 'acme', rootUri: 's3://csq-rs3-acme/exports' },
    asOf: set.asOf,
    users: options.users,
    keepOriginalUserId: options.keepOriginalUserId,
    hops: options.hops,
  };
}

function asSqlTable(set: ExportSet, table: ExportTable): SqlTable {
  const { since, dumps } = effectiveKeys(table);
  const inEffect = table.files.filter(({ dump }) => dumps.includes(dump));
  const effective: EffectiveFiles = {
    table: table.name,
    asOf: set.asOf,
    ...(since === undefined ? {} : { since }),
    files: inEffect
      .filter(({ listed }) => listed)
      .map(({ dump, key }) => ({ dump, key, uri: `s3://csq-rs3-acme/exports/${key}` })),
    dumps: table.dumps.filter(({ dump }) => dumps.includes(dump)),
    columns: table.columns.map(({ name }) => name),
  };
  return {
    name: table.name,
    effective,
    columns: table.columns,
    unlisted: inEffect.filter(({ listed }) => !listed).map(({ key }) => key),
  };
}
