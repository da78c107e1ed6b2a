import { describe, expect, it } from 'vitest';
import { freshArrangement } from '../../../src/core/rowsArrangement';
import { arrangementKey, createArrangements } from '../../../src/host/rows/arrangements';

function createMemento() {
  const values = new Map<string, unknown>();
  return {
    values,
    keys: () => [...values.keys()],
    get: (key: string): unknown => values.get(key),
    update(key: string, value: unknown) {
      // As VS Code keeps it.
      values.set(key, JSON.parse(JSON.stringify(value)));
      return Promise.resolve();
    },
  };
}
const create = (memento: ReturnType<typeof createMemento>, max?: number) =>
  createArrangements(memento as never, max);
const column = (name: string) => ({ name, kind: 'text' as const, typeText: 'string', nullable: true });

describe('arrangements', () => {
  it('are remembered for their table, and fresh for others', () => {
    const memento = createMemento();
    const arrangement = { ...freshArrangement, hidden: ['email'], widths: { path: 300 } };
    create(memento).remember('a', arrangement);
    expect(create(memento).read('a')).toEqual(arrangement);
    expect(create(memento).read('b')).toEqual(freshArrangement);
  });

  it('are no more than so many: those arranged longest ago go first, those that are fresh again at once', () => {
    const memento = createMemento();
    const arrangements = create(memento, 3);
    const hide = (name: string) => ({ ...freshArrangement, hidden: [name] });
    for (const key of ['a', 'b', 'c', 'a', 'd']) arrangements.remember(key, hide(key));
    expect(['a', 'b', 'c', 'd'].map((key) => arrangements.read(key).hidden)).toEqual([['a'], [], ['c'], ['d']]);
    arrangements.remember('c', freshArrangement);
    expect(JSON.stringify([...memento.values.values()])).not.toContain('"c"');
  });

  it.each<[string, unknown]>([
    ['text', 'x'],
    ['a record', { a: freshArrangement }],
    ['entries that are none', [1, null, ['a'], [7, freshArrangement], ['a', 'x']]],
  ])('are fresh where what was kept is %s', (_, kept) => {
    const memento = createMemento();
    for (const key of ['dataConnect.rows.arrangements']) memento.values.set(key, kept);
    const arrangements = create(memento);
    expect(arrangements.read('a')).toEqual(freshArrangement);
    arrangements.remember('b', { ...freshArrangement, density: 'compact' });
    expect(arrangements.read('b').density).toBe('compact');
  });

  it('are those of the table in a connection; of files elsewhere, of all that look alike', () => {
    const columns = [column('id'), column('name')];
    const key = (connectionId: string | undefined, table: string | undefined, schema = 'row', of = columns) =>
      arrangementKey({ connectionId, table }, schema, of);
    expect(key('shop', 'users')).toBe(key('shop', 'users', 'other', []));
    expect(key('shop', 'users')).not.toBe(key('lab', 'users'));
    expect(key(undefined, undefined)).toBe(key('shop', undefined));
    expect(key(undefined, undefined)).not.toBe(key(undefined, undefined, 'row', [column('id')]));
    expect(key(undefined, undefined)).not.toBe(key(undefined, undefined, 'other'));
  });
});
