import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectUserIds, parseUserId, userFilter, type Migration } from '../../../src/core/userIds';

const limits = { maxIds: 1000, maxHops: 8 };

/** Reads from a list, as a filter over the table would; counts how often it was asked. */
function reader(migrations: readonly Migration[]) {
  const asked: (readonly string[])[] = [];
  const read = (ids: readonly string[]): Promise<readonly Migration[]> => {
    asked.push(ids);
    return Promise.resolve(migrations.filter(({ from, to }) => ids.includes(from) || ids.includes(to)));
  };
  return { read, asked };
}

const migration = (from: string, to: string): Migration => ({ from, to });

describe('the ids of a user', () => {
  it('are those it migrates to and that migrate to it, and those beyond', async () => {
    const { read } = reader([migration('1', '2'), migration('3', '1'), migration('4', '2'), migration('8', '9')]);
    expect(await collectUserIds('1', read, limits)).toEqual({
      id: '1',
      migratesTo: ['2'],
      migrateToIt: ['3'],
      joined: ['1', '2', '3', '4'],
      isCut: false,
    });
  });

  it('are itself alone where nothing migrates, or only to itself', async () => {
    const { read, asked } = reader([migration('1', '1')]);
    expect(await collectUserIds('1', read, limits)).toEqual({
      id: '1',
      migratesTo: [],
      migrateToIt: [],
      joined: ['1'],
      isCut: false,
    });
    expect(asked).toEqual([['1']]);
  });

  it('end in a cycle', async () => {
    const { read } = reader([migration('1', '2'), migration('2', '3'), migration('3', '1')]);
    const found = await collectUserIds('2', read, limits);
    expect([...found.joined].sort()).toEqual(['1', '2', '3']);
    expect(found.isCut).toBe(false);
  });

  it('are cut, and said to be, where thousands migrate to one, and where a chain is longer than is followed', async () => {
    const guests = Array.from({ length: 5000 }, (_, place) => migration(String(place + 10), '1'));
    const fan = await collectUserIds('1', reader(guests).read, limits);
    expect(fan.joined).toHaveLength(1000);
    expect(fan.migrateToIt).toHaveLength(999);
    expect(fan.isCut).toBe(true);
    const chain = Array.from({ length: 20 }, (_, place) => migration(String(place), String(place + 1)));
    const { read, asked } = reader(chain);
    expect((await collectUserIds('0', read, limits)).isCut).toBe(true);
    expect(asked).toHaveLength(limits.maxHops);
  });

  it('are all that are joined, whatever the shape, and each is asked about once', async () => {
    const id = fc.integer({ min: 0, max: 12 }).map(String);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(id, id), { maxLength: 15 }), id, async (pairs, start) => {
        const migrations = pairs.map(([from, to]) => migration(from, to));
        const { read, asked } = reader(migrations);
        const found = await collectUserIds(start, read, { maxIds: 100, maxHops: 20 });
        const joined = new Set([start]);
        for (let size = 0; size !== joined.size;) {
          size = joined.size;
          for (const { from, to } of migrations) {
            if (joined.has(from) || joined.has(to)) joined.add(from).add(to);
          }
        }
        expect(new Set(found.joined)).toEqual(joined);
        expect(new Set(asked.flat()).size).toBe(asked.flat().length);
      }),
    );
  });
});

describe('the filter for a user', () => {
  it('tests the id of the user, and both ids of a migration', () => {
    expect(userFilter('users', ['1'])).toEqual({ kind: 'test', column: 'user_id', test: 'equals', values: ['1'] });
    expect(userFilter(undefined, ['1', '2'])).toMatchObject({ column: 'user_id', test: 'in', values: ['1', '2'] });
    expect(userFilter('user_migrations', ['1'])).toMatchObject({
      kind: 'any',
      of: [{ column: 'from_user_id' }, { column: 'to_user_id' }],
    });
  });
});

describe('an id that is typed', () => {
  it.each([
    ['42', '42'],
    [' -6950297463716666071 ', '-6950297463716666071'],
    ['9,223,372,036,854,775,807', '9223372036854775807'],
    ['007', '7'],
  ])('%s is %s', (typed, id) => expect(parseUserId(typed)).toBe(id));

  it.each(['', 'guest', '1.5', '9223372036854775808', '-9223372036854775809', '1e5', '0x10'])(
    '%s is none',
    (typed) => expect(parseUserId(typed)).toBeUndefined(),
  );
});
