import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnTest, RowsQuery } from '../../../src/core/rowFilter';
import {
  addFilter,
  chipsOf,
  createHistory,
  emptyQuery,
  fromQuery,
  parseQueryState,
  removeChip,
  sortBy,
  switchChip,
  toQuery,
  type QueryState,
} from '../../../webview/rows/query/queryModel';

const contains = (column: string, value: string): ColumnTest => ({
  kind: 'test',
  column,
  test: 'contains',
  values: [value],
});
const cart = contains('path', 'cart');
const france = contains('country', 'France');
const japan = contains('country', 'Japan');

function grouped(): QueryState {
  const first = addFilter(addFilter(emptyQuery, cart).state, france);
  return addFilter(first.state, japan, first.id).state;
}

describe('chips as a query', () => {
  it('is nothing without chips, the test itself with one, and joined with more', () => {
    expect(toQuery(emptyQuery)).toEqual({});
    const one = addFilter(emptyQuery, cart).state;
    expect(toQuery(one)).toEqual({ filter: cart });
    const two = addFilter(one, france).state;
    expect(toQuery(two)).toEqual({ filter: { kind: 'all', of: [cart, france] } });
    expect(toQuery({ ...two, match: 'any' })).toEqual({ filter: { kind: 'any', of: [cart, france] } });
  });

  it('joins the chips of a group the other way round', () => {
    expect(toQuery(grouped())).toEqual({
      filter: { kind: 'all', of: [cart, { kind: 'any', of: [france, japan] }] },
    });
  });

  it('leaves out what is switched off, and a group of which one is left is that one', () => {
    const state = grouped();
    const third = chipsOf(state)[2]!;
    expect(toQuery(switchChip(state, third.id))).toEqual({ filter: { kind: 'all', of: [cart, france] } });
    expect(toQuery(switchChip(switchChip(state, third.id), third.id))).toEqual(toQuery(state));
    const removed = removeChip(state, third.id);
    expect(removed.items.every((item) => !('chips' in item))).toBe(true);
  });

  it('adds the same test once, and switches it on', () => {
    const { state, id } = addFilter(emptyQuery, cart);
    const again = addFilter(switchChip(state, id), cart);
    expect(again.id).toBe(id);
    expect(chipsOf(again.state)).toHaveLength(1);
    expect(toQuery(again.state)).toEqual({ filter: cart });
  });

  it('comes back from a query as it was, whatever the query', () => {
    const leaf = fc.record({
      kind: fc.constant('test' as const),
      column: fc.string({ maxLength: 4 }),
      test: fc.constant('equals' as const),
      values: fc.tuple(fc.string({ maxLength: 4 })),
    });
    const group = (of: fc.Arbitrary<unknown>) =>
      fc.record({
        kind: fc.constantFrom('all', 'any'),
        of: fc.uniqueArray(of, { minLength: 2, maxLength: 4, selector: (one) => JSON.stringify(one) }),
      });
    const filter = fc.oneof(leaf, group(fc.oneof(leaf, group(leaf))));
    fc.assert(
      fc.property(filter, (one) => {
        const query = { filter: one, sort: [{ column: 'time', descending: true }] } as RowsQuery;
        expect(toQuery(fromQuery(query))).toEqual(query);
        const state = fromQuery(query);
        expect(parseQueryState(JSON.parse(JSON.stringify(state)))).toEqual(state);
        const ids = state.items.flatMap((item) =>
          'chips' in item ? [item.id, ...item.chips.map(({ id }) => id)] : [item.id],
        );
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it('takes no remembered query that does not look right', () => {
    expect(parseQueryState(undefined)).toBeUndefined();
    expect(
      parseQueryState({
        match: 'all',
        items: [{ id: 1, filter: { kind: 'test', column: 'a', test: 'constructor', values: [] } }],
        sort: [],
      }),
    ).toBeUndefined();
    expect(parseQueryState({ match: 'none', items: [], sort: [] })).toBeUndefined();
    expect(parseQueryState({ match: 'all', items: [], sort: [{}] })).toBeUndefined();
  });
});

describe('the order', () => {
  it('goes up, down, off; alone or beside others', () => {
    const up = sortBy([], 'a', false);
    expect(up).toEqual([{ column: 'a' }]);
    expect(sortBy(up, 'a', false)).toEqual([{ column: 'a', descending: true }]);
    expect(sortBy(sortBy(up, 'a', false), 'a', false)).toEqual([]);
    const both = sortBy(up, 'b', true);
    expect(both).toEqual([{ column: 'a' }, { column: 'b' }]);
    expect(sortBy(both, 'a', true)).toEqual([{ column: 'a', descending: true }, { column: 'b' }]);
    expect(sortBy(both, 'c', false)).toEqual([{ column: 'c' }]);
  });
});

describe('history', () => {
  it('goes back and forth, and forgets what was undone when something new is done', () => {
    const history = createHistory();
    const one = addFilter(emptyQuery, cart).state;
    const two = addFilter(one, france).state;
    history.push(emptyQuery);
    history.push(one);
    expect(history.undo(two)).toBe(one);
    expect(history.redo(one)).toBe(two);
    expect(history.undo(two)).toBe(one);
    history.push(one);
    expect(history.canRedo).toBe(false);
    expect(history.undo(two)).toBe(one);
    expect(history.undo(one)).toBe(emptyQuery);
    expect(history.undo(emptyQuery)).toBeUndefined();
  });
});
