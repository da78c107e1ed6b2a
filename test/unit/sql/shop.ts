import type { EffectiveFiles } from '../../../src/core/effectiveFiles';
import type { SqlColumn, SqlRequest, SqlTable } from '../../../src/sql/generateSql';

/** A small believable export, for golden files and for tests that change one thing in it. */
export function sqlTable(
  name: string,
  columns: readonly SqlColumn[],
  files: readonly (readonly [dump: bigint, part: string])[],
  more: Partial<EffectiveFiles> & { unlisted?: readonly string[] } = {},
): SqlTable {
  const { unlisted = [], ...effective } = more;
  const folderOf = (dump: bigint): string => `sync_${dump}/_heap_table_name=${name}/`;
  const dumps = [...new Set(files.map(([dump]) => dump))].map((dump) => ({ dump, folder: folderOf(dump) }));
  return {
    name,
    columns,
    unlisted,
    effective: {
      table: name,
      asOf: 1241n,
      files: files.map(([dump, part]) => {
        const key = `${folderOf(dump)}part-${part}.avro`;
        return { dump, key, uri: `s3://csq-rs3-acme/${key}` };
      }),
      dumps,
      columns: columns.map((column) => column.name),
      ...effective,
    },
  };
}

export function columns(ids: readonly string[], texts: readonly string[]): readonly SqlColumn[] {
  return [
    ...ids.map((name) => ({ name, type: 'bigint' as const })),
    ...texts.map((name) => ({ name, type: 'text' as const })),
  ];
}

export const shop = {
  users: sqlTable(
    'users',
    columns(['user_id'], ['identity', 'handle', 'email', 'joindate', 'last_modified', 'Loyalty_Tier']),
    [
      [999n, '00000-5b7d'],
      [1240n, '00000-a1c4'],
      [1241n, '00000-9f02'],
    ],
    { since: 999n },
  ),
  sessions: sqlTable(
    'sessions',
    columns(['event_id', 'user_id', 'session_id'], ['time', 'platform', 'country', 'utm_source']),
    [
      [1240n, '00000-7e11'],
      [1241n, '00000-03ab'],
    ],
  ),
  pageviews: sqlTable(
    'pageviews',
    columns(['event_id', 'user_id', 'session_id'], ['time', 'path', 'title']),
    [
      [1240n, '00000-c2d8'],
      [1240n, '00001-c2d8'],
      [1241n, '00000-77aa'],
    ],
    { since: 1240n, unlisted: ['sync_1241/_heap_table_name=pageviews/part-00007-0000.avro'] },
  ),
  user_migrations: sqlTable(
    'user_migrations',
    columns(['from_user_id', 'to_user_id'], ['time']),
    [[1241n, '00000-4be0']],
    { since: 1241n },
  ),
};

export function shopRequest(
  table: keyof typeof shop | SqlTable,
  more: Partial<SqlRequest> & Pick<SqlRequest, 'dialect'>,
): SqlRequest {
  return {
    kind: 'dedup',
    table: typeof table === 'string' ? shop[table] : table,
    migrations: shop.user_migrations,
    source: { connection: 'acme', rootUri: 's3://csq-rs3-acme' },
    asOf: 1241n,
    ...more,
  };
}

export const dialectIds = ['athena', 'trino', 'duckdb', 'postgres'] as const;
