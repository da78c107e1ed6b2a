import type { RowFilter } from './rowFilter';
import { migrationsTable } from './manifest';

/** One row of `user_migrations`; ids as decimal text. */
export interface Migration {
  readonly from: string;
  readonly to: string;
}

/** The ids that stand for one user by `user_migrations`. Decimal text, each once. */
export interface UserIds {
  readonly id: string;
  /** It migrates to these: one, if all is well. */
  readonly migratesTo: readonly string[];
  /** These migrate to it. */
  readonly migrateToIt: readonly string[];
  /** All that are joined to it by migrations either way, over any number of them; itself first, the nearest next. */
  readonly joined: readonly string[];
  /** There are more: not all were followed. */
  readonly isCut: boolean;
}

export interface UserIdLimits {
  readonly maxIds: number;
  /** Rounds of reading: the longest chain that is followed. */
  readonly maxHops: number;
}

/** An identity that thousands migrate to is nobody ("guest"): following it further would find strangers. */
export const userIdLimits: UserIdLimits = { maxIds: 1000, maxHops: 8 };

/**
 * Follows migrations from an id, both ways. The documented join is one hop; chains (`to` is also a `from`), several `to`, loops and cycles occur.
 * `read` gives the migrations from or to any of the ids; of very many as many as `maxIds` are enough. Rejects with what `read` rejects with.
 * Sources: seed "user_migrations"; domain.md, section 5.
 */
export async function collectUserIds(
  id: string,
  read: (ids: readonly string[]) => Promise<readonly Migration[]>,
  limits: UserIdLimits = userIdLimits,
): Promise<UserIds> {
  const joined = new Set([id]);
  const direct = { to: new Set<string>(), from: new Set<string>() };
  let isCut = false;
  let frontier: readonly string[] = [id];
  for (let hop = 0; frontier.length > 0; hop++) {
    if (hop === limits.maxHops) {
      isCut = true;
      break;
    }
    const next: string[] = [];
    for (const { from, to } of await read(frontier)) {
      if (from === id && to !== id) direct.to.add(to);
      if (to === id && from !== id) direct.from.add(from);
      for (const one of [from, to]) {
        if (joined.has(one)) continue;
        if (joined.size === limits.maxIds) {
          isCut = true;
          continue;
        }
        joined.add(one);
        next.push(one);
      }
    }
    frontier = next;
  }
  // What was cut from the whole is cut from its parts.
  const kept = (ids: ReadonlySet<string>): readonly string[] => [...ids].filter((one) => joined.has(one));
  return {
    id,
    migratesTo: kept(direct.to),
    migrateToIt: kept(direct.from),
    joined: [...joined],
    isCut,
  };
}

/** Rows of a table that belong to one of these ids. */
export function userFilter(table: string | undefined, ids: readonly string[]): RowFilter {
  const of = (column: string): RowFilter =>
    ids.length === 1
      ? { kind: 'test', column, test: 'equals', values: ids }
      : { kind: 'test', column, test: 'in', values: ids };
  return table === migrationsTable ? { kind: 'any', of: [of('from_user_id'), of('to_user_id')] } : of('user_id');
}

/** The columns that `userFilter` tests: a table that has none of them knows no users. */
export function userColumns(table: string | undefined): readonly string[] {
  return table === migrationsTable ? ['from_user_id', 'to_user_id'] : ['user_id'];
}

/** An id as a person types it, as decimal text; `undefined` if it is none: whole numbers from -2^63 to 2^63 - 1. */
export function parseUserId(text: string): string | undefined {
  const digits = /^\s*([+-]?\d{1,19})\s*$/.exec(text.replace(/[,_\u00a0\u202f]/g, ''))?.[1];
  if (digits === undefined) return undefined;
  const value = BigInt(digits);
  return BigInt.asIntN(64, value) === value ? value.toString() : undefined;
}
