import type { Dialect, SqlType } from './dialect';
import { findColumn, type PlannedColumn, type PlannedTable } from './plan';

/** The mapping as the other views use it. */
export interface Mapping {
  /** View with one row per migrated user. */
  readonly view: string;
  readonly from: PlannedColumn;
  readonly to: PlannedColumn;
  readonly time?: PlannedColumn;
}

/** `undefined` if the table lacks one of its two columns. */
export function planMapping(table: PlannedTable): Mapping | undefined {
  const from = findColumn(table, 'from_user_id');
  const to = findColumn(table, 'to_user_id');
  const time = findColumn(table, 'time');
  if (from === undefined || to === undefined) return undefined;
  return { view: table.names.resolved, from, to, ...(time === undefined ? {} : { time }) };
}

export function liveMappingColumns({ from, to, time }: Mapping): readonly PlannedColumn[] {
  return time === undefined ? [from, to] : [from, to, time];
}

export interface ResolvedView {
  readonly comment: string;
  readonly query: string;
}

/**
 * One target per source. NULLs and self-loops are dropped first, so that they never beat a real target; of several targets
 * the newest by `time` counts, then the smallest. With three hops, users who lead back to themselves keep their own id.
 */
export function resolvedView(table: PlannedTable, mapping: Mapping, hops: 1 | 3, dialect: Dialect): ResolvedView {
  const from = dialect.quote(mapping.from.name);
  const to = dialect.quote(mapping.to.name);
  const time =
    mapping.time === undefined
      ? ''
      : `x.${dialect.quote(mapping.time.name)}${mapping.time.type === 'text' ? dialect.collation : ''} DESC NULLS LAST, `;
  const rank = dialect.quote(table.free('dc_rank'));
  const ranked = `ranked AS (
  SELECT
    x.${from},
    x.${to},
    ROW_NUMBER() OVER (PARTITION BY x.${from} ORDER BY ${time}x.${to}) AS ${rank}
  FROM ${dialect.quote(table.names.live)} x
  WHERE x.${from} IS NOT NULL AND x.${to} IS NOT NULL AND x.${from} <> x.${to}
)`;
  if (hops === 1) {
    return {
      comment:
        'One target for each migrated user: rows without a source or a target and users migrated to themselves are no ' +
        'migrations; of several targets the newest counts, then the smallest. One step, as documented.',
      query: `WITH ${ranked}\nSELECT x.${from}, x.${to}\nFROM ranked x\nWHERE x.${rank} = 1`,
    };
  }
  return {
    comment:
      'One target for each migrated user, followed for up to three steps: rows without a source or a target and users ' +
      'migrated to themselves are no migrations; of several targets the newest counts, then the smallest. Users who lead ' +
      'back to themselves within three steps keep their own id.',
    query: threeHops({ ranked, from, to, rank }),
  };
}

function threeHops(names: { ranked: string; from: string; to: string; rank: string }): string {
  const { ranked, from, to, rank } = names;
  return `WITH ${ranked},
steps AS (
  SELECT x.${from}, x.${to}
  FROM ranked x
  WHERE x.${rank} = 1
),
open_steps AS (
  SELECT a.${from}, a.${to}
  FROM steps a
  LEFT JOIN steps b ON b.${from} = a.${to}
  LEFT JOIN steps c ON c.${from} = b.${to}
  WHERE (b.${to} IS NULL OR b.${to} <> a.${from})
    AND (c.${to} IS NULL OR c.${to} <> a.${from})
)
SELECT a.${from}, COALESCE(c.${to}, b.${to}, a.${to}) AS ${to}
FROM open_steps a
LEFT JOIN open_steps b ON b.${from} = a.${to}
LEFT JOIN open_steps c ON c.${from} = b.${to}`;
}

/** How a row's user is resolved: the join (or none) and the two expressions it allows. */
export interface Resolution {
  /** `LEFT JOIN …`, with a line break before it, or nothing. */
  readonly join: string;
  /** The user after migration. */
  readonly user: string;
  /** The user before it, in the same type. */
  readonly ownUser: string;
  /** The target, NULL if the user was not migrated; `undefined` without a mapping. */
  readonly target?: string;
  readonly type: SqlType;
}

/** For rows of `alias` whose user is in `user`. If the two tables disagree on the type of an id, ids become text. */
export function resolveUser(
  alias: string,
  user: PlannedColumn,
  mapping: Mapping | undefined,
  dialect: Dialect,
): Resolution {
  const own = `${alias}.${dialect.quote(user.name)}`;
  if (mapping === undefined) return { join: '', user: own, ownUser: own, type: user.type };
  const type = idsDiffer(user, mapping) ? 'text' : user.type;
  const as = (expression: string, from: SqlType): string =>
    from === type ? expression : `CAST(${expression} AS ${dialect.types[type]})`;
  const ownUser = as(own, user.type);
  const target = as(`m.${dialect.quote(mapping.to.name)}`, mapping.to.type);
  const from = as(`m.${dialect.quote(mapping.from.name)}`, mapping.from.type);
  return {
    join: `\nLEFT JOIN ${dialect.quote(mapping.view)} m ON ${from} = ${ownUser}`,
    user: `COALESCE(${target}, ${ownUser})`,
    ownUser,
    target,
    type,
  };
}

export function idsDiffer(user: PlannedColumn, { from, to }: Mapping): boolean {
  return user.type !== from.type || user.type !== to.type;
}
