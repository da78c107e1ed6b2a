import type { Dialect } from './dialect';
import { everyColumn, newestFirst } from './live';
import { type Mapping, resolveUser } from './migrations';
import type { PlannedColumn, PlannedTable } from './plan';
import { fill, selectList } from './text';

export interface EventView {
  readonly comment: string;
  readonly query: string;
}

/**
 * Sessions or events with the user resolved; no row is added or dropped. Behind the delivered columns stand
 * `original_user_id` (if asked for) and where the row comes from, which deduplication orders by.
 */
export function migratedEvents(
  table: PlannedTable,
  user: PlannedColumn,
  mapping: Mapping | undefined,
  originalUser: string | undefined,
  dialect: Dialect,
): EventView {
  const { join, user: resolved } = resolveUser('e', user, mapping, dialect);
  const items = [
    ...table.columns.map((column) => {
      const name = dialect.quote(column.name);
      return column === user && mapping !== undefined ? `${resolved} AS ${name}` : `e.${name}`;
    }),
    ...(originalUser === undefined ? [] : [`e.${dialect.quote(user.name)} AS ${dialect.quote(originalUser)}`]),
    ...[table.helpers.dump, table.helpers.part, table.helpers.key].map((name) => `e.${dialect.quote(name)}`),
  ];
  return {
    comment:
      mapping === undefined
        ? 'Every row in effect. There is no mapping to resolve its user with.'
        : 'Every row in effect, with the user it belongs to after migration. Repeated deliveries of a row are still there.',
    query: `SELECT${selectList(items)}\nFROM ${dialect.quote(table.names.live)} e${join}`,
  };
}

/**
 * Each session or event once, on top of the migrated view: two users who became one make duplicates of their rows.
 * A row whose own id is NULL is no duplicate of another such row.
 */
export function dedupEvents(
  table: PlannedTable,
  key: readonly PlannedColumn[],
  originalUser: string | undefined,
  dialect: Dialect,
): EventView {
  const rank = dialect.quote(table.free('dc_rank'));
  const [id] = key;
  const original: readonly string[] = originalUser === undefined ? [] : [dialect.quote(originalUser)];
  const order = [
    ...newestFirst(table, dialect, 'e'),
    ...everyColumn(
      table.columns.filter((column) => !key.includes(column)),
      dialect,
      'e',
    ),
    ...original.map((name) => `e.${name} NULLS LAST`),
  ];
  const items = [...table.columns.map(({ name }) => dialect.quote(name)), ...original].map((name) => `r.${name}`);
  const keyText = key.map(({ source }) => source).join(' and ');
  return {
    comment:
      `One row per ${keyText}, after migration: the one of the newest dump, then of the last part. The order goes ` +
      `on through the other columns, so that the answer is always the same. Rows whose ${id?.source ?? 'key'} is NULL are all kept.`,
    query: `WITH ranked AS (
  SELECT
    e.*,
    ROW_NUMBER() OVER (
      PARTITION BY ${key.map(({ name }) => `e.${dialect.quote(name)}`).join(', ')}
      ORDER BY
${fill(order, ' '.repeat(8))}
    ) AS ${rank}
  FROM ${dialect.quote(table.names.migrated)} e
)
SELECT${selectList(items)}
FROM ranked r
WHERE r.${rank} = 1${id === undefined ? '' : ` OR r.${dialect.quote(id.name)} IS NULL`}`,
  };
}
