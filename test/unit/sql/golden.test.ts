import { describe, expect, it } from 'vitest';
import { generateSql } from '../../../src/sql/generateSql';
import { dialectIds, shop, shopRequest, sqlTable } from './shop';

const golden = (name: string): string => `../../golden/sql/${name}.sql`;

/** Read these files as a user would: they are the product. */
describe.each(dialectIds)('scripts for %s', (dialect) => {
  it.each([
    ['users', 'migrated'],
    ['users', 'dedup'],
    ['sessions', 'dedup'],
    ['pageviews', 'migrated'],
    ['pageviews', 'dedup'],
    ['user_migrations', 'migrated'],
  ] as const)('%s, %s', async (table, kind) => {
    const { text } = generateSql(shopRequest(table, { dialect, kind }));
    await expect(text).toMatchFileSnapshot(golden(`${dialect}/${table}-${kind}`));
  });

  it('users as documented, three hops', async () => {
    const { text } = generateSql(shopRequest('users', { dialect, kind: 'migrated', users: 'documented', hops: 3 }));
    await expect(text).toMatchFileSnapshot(golden(`${dialect}/users-documented-three-hops`));
  });

  it('many files, some unlisted, the original user kept', async () => {
    const many = sqlTable(
      'pageviews',
      shop.pageviews.columns,
      [...Array(150).keys()]
        .flatMap((part) => [
          [1240n, String(part).padStart(5, '0')] as const,
          [1241n, String(part).padStart(5, '0')] as const,
        ])
        .sort((a, b) => Number(a[0] - b[0])),
      { since: 1240n, unlisted: shop.pageviews.unlisted },
    );
    const { text } = generateSql(shopRequest(many, { dialect, kind: 'dedup', keepOriginalUserId: true }));
    // DuckDB's raw view lists every file: too long to read, and the short form is in the other three.
    if (dialect === 'duckdb') expect(text).toContain('WITH folders (dump_id, folder)');
    else await expect(text).toMatchFileSnapshot(golden(`${dialect}/pageviews-many-files`));
  });
});
