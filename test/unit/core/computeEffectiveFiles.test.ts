import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeEffectiveFiles, sortNewestFirst } from '../../../src/core/computeEffectiveFiles';
import type { Manifest, ManifestTable } from '../../../src/core/manifest';

const keyOf = (dump: bigint, table: string, part: string): string =>
  `sync_${dump}/_heap_table_name=${table}/part-${part}-a.avro`;

function manifest(dump: bigint, ...tables: readonly ManifestTable[]): Manifest {
  return { dump, tables, extraKeys: [] };
}

function table(
  dump: bigint,
  name: string,
  incremental: boolean | undefined,
  parts: readonly string[] = ['00000'],
  columns?: readonly string[],
): ManifestTable {
  const files = parts.map((part) => ({ uri: `s3://b/${keyOf(dump, name, part)}`, key: keyOf(dump, name, part) }));
  return {
    name,
    files,
    ...(incremental === undefined ? {} : { incremental }),
    ...(columns === undefined ? {} : { columns }),
  };
}

const keys = (name: string, history: readonly Manifest[]): readonly string[] | undefined =>
  computeEffectiveFiles(name, sortNewestFirst(history))?.files.map(({ key }) => key);

describe('effective files', () => {
  it('are those from the newest full resync on, dumps in numeric order, parts too', () => {
    const history = [
      manifest(998n, table(998n, 'users', false)),
      manifest(999n, table(999n, 'users', false, ['00001', '00000'])),
      manifest(1000n),
      manifest(1001n, table(1001n, 'users', true, ['10000', '9999'])),
    ];
    const effective = computeEffectiveFiles('users', sortNewestFirst(history));
    expect(effective?.since).toBe(999n);
    expect(effective?.asOf).toBe(1001n);
    expect(effective?.dumps.map(({ dump }) => dump)).toEqual([999n, 1001n]);
    expect(effective?.files.map(({ key }) => key)).toEqual([
      keyOf(999n, 'users', '00000'),
      keyOf(999n, 'users', '00001'),
      keyOf(1001n, 'users', '9999'),
      keyOf(1001n, 'users', '10000'),
    ]);
  });

  it('leave other tables alone when one is resynced', () => {
    const history = [
      manifest(1n, table(1n, 'users', false), table(1n, 'pageviews', false)),
      manifest(2n, table(2n, 'users', true), table(2n, 'pageviews', false)),
    ];
    expect(keys('users', history)).toHaveLength(2);
    expect(keys('pageviews', history)).toEqual([keyOf(2n, 'pageviews', '00000')]);
  });

  it('are all there is, with no dump to start at, if no full one was seen', () => {
    const history = [manifest(1n, table(1n, 'users', true)), manifest(2n, table(2n, 'users', undefined))];
    const effective = computeEffectiveFiles('users', sortNewestFirst(history));
    expect(effective?.files).toHaveLength(2);
    expect(effective).not.toHaveProperty('since');
  });

  it('are of user_migrations the newest copy only, whatever the manifest says', () => {
    const history = [
      manifest(1n, table(1n, 'user_migrations', false)),
      manifest(2n, table(2n, 'user_migrations', true)),
      manifest(3n, table(3n, 'users', true)),
    ];
    expect(keys('user_migrations', history)).toEqual([keyOf(2n, 'user_migrations', '00000')]);
  });

  it('have the columns of the newest dump first, then those that only earlier dumps have', () => {
    const history = [
      manifest(1n, table(1n, 'users', false, ['0'], ['user_id', 'old', 'older'])),
      manifest(2n, table(2n, 'users', true, ['0'], ['user_id', 'mid'])),
      manifest(3n, table(3n, 'users', true, ['0'], ['email', 'user_id'])),
    ];
    const columns = computeEffectiveFiles('users', sortNewestFirst(history))?.columns;
    expect(columns).toEqual(['email', 'user_id', 'old', 'older', 'mid']);
  });

  it('count a file once that a later dump lists again, and name those without a place', () => {
    const first = table(1n, 'users', true);
    const again = { ...table(2n, 'users', true), files: [...first.files, { uri: 's3://elsewhere/x' }] };
    const effective = computeEffectiveFiles('users', [manifest(2n, again), manifest(1n, first)]);
    expect(effective?.files.map(({ dump, key }) => [dump, key])).toEqual([[1n, keyOf(1n, 'users', '00000')]]);
    expect(effective?.unresolved).toEqual(['s3://elsewhere/x']);
  });

  it('are none of a table that no manifest has, and an empty list of one that was delivered empty', () => {
    expect(computeEffectiveFiles('users', [])).toBeUndefined();
    expect(keys('nothing', [manifest(1n, table(1n, 'users', true))])).toBeUndefined();
    const empty = computeEffectiveFiles('users', [manifest(7n, table(7n, 'users', false, []))]);
    expect(empty?.files).toEqual([]);
    expect(empty?.dumps[0]?.folder).toBe('sync_7/_heap_table_name=users/');
  });

  // The model replays the deliveries as a loader would: oldest first, a full one empties the copy.
  const names = ['users', 'user_migrations', 'orders'] as const;
  const delivery = fc.record({
    dump: fc.bigInt({ min: 1n, max: 3000n }),
    tables: fc.array(
      fc.record({
        name: fc.constantFrom(...names),
        incremental: fc.constantFrom(true, true, false, undefined),
        parts: fc.uniqueArray(fc.nat({ max: 20_000 }), { maxLength: 4 }),
      }),
      { maxLength: 3 },
    ),
  });

  it('are what a loader holds that replays every dump', () => {
    fc.assert(
      fc.property(fc.uniqueArray(delivery, { selector: ({ dump }) => dump, maxLength: 12 }), (deliveries) => {
        const history = deliveries.map(({ dump, tables }) => {
          const unique = new Map(tables.map((each) => [each.name, each]));
          return manifest(
            dump,
            ...[...unique.values()].map((each) =>
              table(
                dump,
                each.name,
                each.incremental,
                each.parts.map((part) => String(part).padStart(5, '0')),
              ),
            ),
          );
        });
        const replay = history.toSorted((a, b) => Number(a.dump - b.dump));
        for (const name of names) {
          let copy: string[] | undefined;
          for (const { tables } of replay) {
            const delivered = tables.find((each) => each.name === name);
            if (delivered === undefined) continue;
            const isFresh = delivered.incremental === false || name === 'user_migrations';
            const numbered = delivered.files.map(({ key }) => [Number(/part-(\d+)/.exec(key!)![1]), key!] as const);
            const loaded = numbered.sort((a, b) => a[0] - b[0]).map(([, key]) => key);
            copy = isFresh ? loaded : [...(copy ?? []), ...loaded];
          }
          expect(keys(name, history)).toEqual(copy);
        }
      }),
      { numRuns: 500 },
    );
  });
});
