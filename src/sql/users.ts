import type { Dialect } from './dialect';
import { everyColumn, newestFirst } from './live';
import { type Mapping, resolveUser } from './migrations';
import { findColumn, type PlannedColumn, type PlannedTable } from './plan';
import { fill, indent, selectList } from './text';

export interface UsersView {
  readonly comment: string;
  readonly query: string;
}

/**
 * One row per user after migration. Both readings start from the newest row of each delivered user, because "every
 * repeated occurrence of a user should replace the old one" (seed); they differ in how merged users become one row.
 * Users without an id cannot be told apart or together: each such row stays.
 */
export function usersView(
  table: PlannedTable,
  user: PlannedColumn,
  mapping: Mapping | undefined,
  reading: 'latest' | 'documented',
  dialect: Dialect,
): UsersView {
  const names = helperNames(table, dialect);
  const ranked = rankedRows(table, user, names.rank, dialect);
  const keep = (alias: string): string =>
    `${alias}.${names.rank} = 1 OR ${alias}.${dialect.quote(user.name)} IS NULL`;
  if (mapping === undefined) {
    return {
      comment: 'The newest row of each user: it replaces the older ones. Rows without a user_id are all kept.',
      query: `WITH ${ranked}
SELECT${selectList(table.columns.map(({ name }) => `r.${dialect.quote(name)}`))}
FROM ranked r
WHERE ${keep('r')}`,
    };
  }
  const { join, user: resolved, target } = resolveUser('r', user, mapping, dialect);
  const current = `current_rows AS (
  SELECT
    r.*,
    ${resolved} AS ${names.user},
    CASE WHEN ${target ?? 'NULL'} IS NULL THEN 0 ELSE 1 END AS ${names.merged},
    CASE WHEN r.${dialect.quote(user.name)} IS NULL THEN r.${names.rank} ELSE 0 END AS ${names.unknown}
  FROM ranked r${indent(join, 2)}
  WHERE ${keep('r')}
)`;
  const tail = { table, user, names, before: `WITH ${ranked},\n${current}`, dialect };
  return reading === 'latest' ? latestReading(tail) : documentedReading(tail);
}

interface Names {
  readonly rank: string;
  readonly user: string;
  readonly merged: string;
  readonly unknown: string;
  readonly position: string;
}

function helperNames(table: PlannedTable, dialect: Dialect): Names {
  const name = (wanted: string): string => dialect.quote(table.free(wanted));
  return {
    rank: name('dc_rank'),
    user: name('dc_user_id'),
    merged: name('dc_merged'),
    unknown: name('dc_unknown'),
    position: name('dc_position'),
  };
}

function rankedRows(table: PlannedTable, user: PlannedColumn, rank: string, dialect: Dialect): string {
  const [dump = '', ...place] = newestFirst(table, dialect, 'u');
  const modified = findColumn(table, 'last_modified');
  const rest = table.columns.filter((column) => column !== user && column !== modified);
  const order = [dump, ...lastModified(table, dialect, 'u'), ...place, ...everyColumn(rest, dialect, 'u')];
  return `ranked AS (
  SELECT
    u.*,
    ROW_NUMBER() OVER (
      PARTITION BY u.${dialect.quote(user.name)}
      ORDER BY
${fill(order, ' '.repeat(8))}
    ) AS ${rank}
  FROM ${dialect.quote(table.names.live)} u
)`;
}

function lastModified(table: PlannedTable, dialect: Dialect, alias: string): readonly string[] {
  const column = findColumn(table, 'last_modified');
  if (column === undefined) return [];
  return [
    `${alias}.${dialect.quote(column.name)}${column.type === 'text' ? dialect.collation : ''} DESC NULLS LAST`,
  ];
}

interface Tail {
  readonly table: PlannedTable;
  readonly user: PlannedColumn;
  readonly names: Names;
  readonly before: string;
  readonly dialect: Dialect;
}

function latestReading({ table, user, names, before, dialect }: Tail): UsersView {
  const [dump = ''] = newestFirst(table, dialect, 'c');
  const order = [`c.${names.merged}`, dump, ...lastModified(table, dialect, 'c'), `c.${dialect.quote(user.name)}`];
  const items = table.columns.map((column) => {
    const name = dialect.quote(column.name);
    if (column === user) return `o.${names.user} AS ${name}`;
    return `${extreme(column, 'o', dialect) ?? dialect.firstKnown(`o.${name}`, `o.${names.position}`)} AS ${name}`;
  });
  return {
    comment:
      'One row per user: its newest delivered row replaces the older ones. Users merged by migration share a row: each ' +
      "column has the surviving user's value, or where that is NULL that of the newest merged user who has one; " +
      'joindate is the earliest and last_modified the latest, compared as text. Rows without a user_id are all kept.',
    query: `${before},
ordered_rows AS (
  SELECT
    c.*,
    ROW_NUMBER() OVER (
      PARTITION BY c.${names.user}, c.${names.unknown}
      ORDER BY
${fill(order, ' '.repeat(8))}
    ) AS ${names.position}
  FROM current_rows c
)
SELECT
  ${items.join(',\n  ')}
FROM ordered_rows o
GROUP BY o.${names.user}, o.${names.unknown}`,
  };
}

function documentedReading({ table, user, names, before, dialect }: Tail): UsersView {
  const items = table.columns.map((column) => {
    const name = dialect.quote(column.name);
    if (column === user) return `c.${names.user} AS ${name}`;
    return `${extreme(column, 'c', dialect) ?? `MAX(c.${name}${column.type === 'text' ? dialect.collation : ''})`} AS ${name}`;
  });
  return {
    comment:
      'One row per user, as in the documentation: of the users merged into one the smallest joindate, and of every other ' +
      'column the largest value, compared as text; it can mix values of several users. Only the newest delivered row of ' +
      'each takes part, so that replaced values do not come back. Rows without a user_id are all kept.',
    query: `${before}
SELECT
  ${items.join(',\n  ')}
FROM current_rows c
GROUP BY c.${names.user}, c.${names.unknown}`,
  };
}

/** The two columns that are a span of time, whichever row they come from. */
function extreme(column: PlannedColumn, alias: string, dialect: Dialect): string | undefined {
  const value = `${alias}.${dialect.quote(column.name)}${column.type === 'text' ? dialect.collation : ''}`;
  switch (column.source.toLowerCase()) {
    case 'joindate':
      return `MIN(${value})`;
    case 'last_modified':
      return `MAX(${value})`;
    default:
      return undefined;
  }
}
