import { describe, expect, it, vi } from 'vitest';
import { choicesOf } from '../../../src/host/commands/chooseUserIds';
import { sortTables } from '../../../src/host/commands/pickUserTable';

vi.mock('vscode', () => ({}));

const found = { id: '5', migratesTo: [], migrateToIt: [], joined: ['5'], isCut: false };

describe('which ids are meant', () => {
  it('is no question where there is one only', () => {
    expect(choicesOf(found).map(({ ids }) => ids)).toEqual([['5']]);
  });

  it('is one migration, the documented reading, before all of them, and the id alone last', () => {
    const choices = choicesOf({
      ...found,
      migratesTo: ['7'],
      migrateToIt: ['1', '2'],
      joined: ['5', '7', '1', '2', '9'],
    });
    expect(choices.map(({ label, detail, ids }) => ({ label, detail, ids }))).toEqual([
      {
        label: '4 ids over one migration',
        detail: 'It migrates to 7; 1, 2 migrate to it',
        ids: ['5', '7', '1', '2'],
      },
      { label: '5 ids over all migrations', detail: 'Also 9', ids: ['5', '7', '1', '2', '9'] },
      { label: 'Only 5', detail: 'Rows under this very id', ids: ['5'] },
    ]);
  });

  it('names a few of very many, and says that they were cut', () => {
    const many = Array.from({ length: 999 }, (_, place) => String(place + 10));
    const [one] = choicesOf({ ...found, migrateToIt: many, joined: ['5', ...many], isCut: true });
    expect(one).toMatchObject({
      detail: '10, 11, 12, 13 and 995 more migrate to it',
      description: 'the first 1,000',
    });
  });
});

describe('the tables that are searched for a user', () => {
  it("are those of users first and migrations last, without the vendor's own", () => {
    expect(
      sortTables(['user_migrations', 'signup', '_event_metadata', 'pageviews', 'cart', 'users', 'sessions']),
    ).toEqual(['users', 'sessions', 'pageviews', 'cart', 'signup', 'user_migrations']);
  });
});
