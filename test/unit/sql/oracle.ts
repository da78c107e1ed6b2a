import type { ExportSet, ExportTable, Row, Value } from './randomExport';

/**
 * What the views must answer, said plainly and without SQL: loops over arrays. Written from the documentation, not from
 * the generator.
 */
export interface Live {
  readonly row: Row;
  readonly dump: bigint;
  /** -1 for the files that carry no number: `Infinity` in the product's order, so the newest. */
  readonly part: number;
  readonly key: string;
}

/** Files in effect: from the last full dump on, or of the newest copy if the table is always delivered whole. */
export function effectiveKeys(table: ExportTable): { since: bigint | undefined; dumps: readonly bigint[] } {
  const listed = table.dumps.map(({ dump }) => dump).sort((a, b) => Number(a - b));
  if (table.name === 'user_migrations') {
    const newest = listed.at(-1);
    return { since: newest, dumps: newest === undefined ? [] : [newest] };
  }
  const full = table.dumps.filter(({ incremental }) => !incremental).map(({ dump }) => dump);
  const since = full.length === 0 ? undefined : full.reduce((a, b) => (a > b ? a : b));
  return { since, dumps: listed.filter((dump) => since === undefined || dump >= since) };
}

export function liveRows(table: ExportTable): readonly Live[] {
  const { dumps } = effectiveKeys(table);
  return table.files
    .filter(({ listed, dump }) => listed && dumps.includes(dump))
    .flatMap(({ rows, dump, key }) => {
      const number = /part-(\d+)/.exec(key)?.[1];
      return rows.map((row) => ({ row, dump, key, part: number === undefined ? Infinity : Number(number) }));
    });
}

export function resolveMigrations(table: ExportTable, hops: 1 | 3): ReadonlyMap<string, string> {
  const best = new Map<string, { to: string; time: Value }>();
  for (const { row } of liveRows(table)) {
    const from = row['from_user_id'] ?? null;
    const to = row['to_user_id'] ?? null;
    const time = row['time'] ?? null;
    if (from === null || to === null || from === to) continue;
    const other = best.get(from);
    const newer =
      other === undefined ||
      (time !== null && (other.time === null || compareText(time, other.time) > 0)) ||
      (time === other.time && BigInt(to) < BigInt(other.to));
    if (newer) best.set(from, { to, time });
  }
  const steps = new Map([...best].map(([from, { to }]) => [from, to]));
  if (hops === 1) return steps;
  const returns = (start: string): boolean => {
    let at: string | undefined = start;
    for (let step = 0; step < 3 && at !== undefined; step += 1) {
      at = steps.get(at);
      if (at === start) return true;
    }
    return false;
  };
  const open = new Map([...steps].filter(([from]) => !returns(from)));
  const resolved = new Map<string, string>();
  for (const from of open.keys()) {
    let at = from;
    for (let step = 0; step < 3; step += 1) at = open.get(at) ?? at;
    resolved.set(from, at);
  }
  return resolved;
}

export interface Options {
  readonly hops: 1 | 3;
  readonly users: 'latest' | 'documented';
  readonly keepOriginalUserId: boolean;
  readonly withMigrations: boolean;
}

/** Columns of the answer, in order. */
export function answerColumns(table: ExportTable, { keepOriginalUserId }: Options): readonly string[] {
  const names = table.columns.map(({ name }) => name);
  return table.name !== 'users' && keepOriginalUserId ? [...names, 'original_user_id'] : names;
}

export function expectMigrated(set: ExportSet, table: ExportTable, options: Options): readonly Row[] {
  const mapping = options.withMigrations
    ? resolveMigrations(set.tables.user_migrations, options.hops)
    : new Map<string, string>();
  return table.name === 'users'
    ? oneRowPerUser(table, mapping, options)
    : migrate(table, mapping).map(({ row }) => row);
}

export function expectDedup(set: ExportSet, table: ExportTable, options: Options): readonly Row[] {
  if (table.name === 'users') return expectMigrated(set, table, options);
  const mapping = options.withMigrations
    ? resolveMigrations(set.tables.user_migrations, options.hops)
    : new Map<string, string>();
  const id = table.name === 'sessions' ? 'session_id' : 'event_id';
  const sorted = [...migrate(table, mapping)].sort(
    newestFirst([...table.columns.map(({ name }) => name), 'original_user_id'], table),
  );
  const seen = new Set<string>();
  return sorted.flatMap(({ row }) => {
    if (row[id] === null) return [row];
    const key = JSON.stringify([row[id], row['user_id']]);
    if (seen.has(key)) return [];
    seen.add(key);
    return [row];
  });
}

function migrate(table: ExportTable, mapping: ReadonlyMap<string, string>): readonly Live[] {
  return liveRows(table).map((live) => {
    const own = live.row['user_id'] ?? null;
    return { ...live, row: { ...live.row, user_id: moved(own, mapping), original_user_id: own } };
  });
}

function moved(id: Value, mapping: ReadonlyMap<string, string>): Value {
  return id === null ? null : (mapping.get(id) ?? id);
}

function oneRowPerUser(table: ExportTable, mapping: ReadonlyMap<string, string>, options: Options): readonly Row[] {
  const names = table.columns.map(({ name }) => name);
  const sorted = [...liveRows(table)].sort(newestFirst(names, table, 'last_modified'));
  const current: Live[] = [];
  const seen = new Set<string>();
  const answer: Row[] = [];
  for (const live of sorted) {
    const id = live.row['user_id'] ?? null;
    if (id === null) answer.push(live.row);
    else if (!seen.has(id)) {
      seen.add(id);
      current.push(live);
    }
  }
  const groups = new Map<string, Live[]>();
  for (const live of current) {
    const to = moved(live.row['user_id']!, mapping)!;
    groups.set(to, [...(groups.get(to) ?? []), live]);
  }
  for (const [user, members] of groups) {
    members.sort((a, b) => {
      const rank = (live: Live): number => (mapping.has(live.row['user_id']!) ? 1 : 0);
      return (
        rank(a) - rank(b) ||
        Number(b.dump - a.dump) ||
        nullsLast(a.row['last_modified']!, b.row['last_modified']!, (x, y) => compareText(y, x)) ||
        compareIds(a.row['user_id']!, b.row['user_id']!)
      );
    });
    const merged: Record<string, Value> = {};
    for (const name of names) {
      const values = members.map(({ row }) => row[name] ?? null).filter((value) => value !== null);
      const smallest = [...values].sort(compareText);
      if (name === 'user_id') merged[name] = user;
      else if (name === 'joindate') merged[name] = smallest[0] ?? null;
      else if (name === 'last_modified' || options.users === 'documented') merged[name] = smallest.at(-1) ?? null;
      else merged[name] = values[0] ?? null;
    }
    answer.push(merged);
  }
  return answer;
}

function newestFirst(
  columns: readonly string[],
  table: ExportTable,
  modified?: string,
): (a: Live, b: Live) => number {
  const isId = (name: string): boolean =>
    name === 'original_user_id' || table.columns.some((column) => column.name === name && column.type === 'bigint');
  return (a, b) => {
    if (a.dump !== b.dump) return a.dump > b.dump ? -1 : 1;
    if (modified !== undefined) {
      const byTime = nullsLast(a.row[modified]!, b.row[modified]!, (x, y) => compareText(y, x));
      if (byTime !== 0) return byTime;
    }
    if (a.part !== b.part) return a.part > b.part ? -1 : 1;
    if (a.key !== b.key) return compareText(b.key, a.key);
    for (const name of columns) {
      const order = nullsLast(a.row[name] ?? null, b.row[name] ?? null, isId(name) ? compareIds : compareText);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function nullsLast(a: Value, b: Value, compare: (a: string, b: string) => number): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return compare(a, b);
}

function compareIds(a: string, b: string): number {
  return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
}

/** By code point. */
export function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
