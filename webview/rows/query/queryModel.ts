import type { ColumnTest, FilterGroup, FindTest, RowFilter, RowsQuery, SortKey } from '../../../src/core/rowFilter';
import { testArity } from '../../../src/core/rowFilter';

/** What a person asked of the rows, as chips: which filters there are, which of them are switched off, and the order. DOM-free; nothing is changed in place. */
export interface QueryState {
  /** Whether rows must pass all of the items or any. Groups are joined the other way. */
  readonly match: 'all' | 'any';
  readonly items: readonly (Chip | ChipGroup)[];
  readonly sort: readonly SortKey[];
}

export interface Chip {
  readonly id: number;
  readonly filter: RowFilter;
  readonly isOff?: boolean;
}

/** Alternatives within `all`, conditions that belong together within `any`: one level, never empty. */
export interface ChipGroup {
  readonly id: number;
  readonly chips: readonly Chip[];
}

export const emptyQuery: QueryState = { match: 'all', items: [], sort: [] };

export function isGroup(item: Chip | ChipGroup): item is ChipGroup {
  return 'chips' in item;
}

export function chipsOf(state: QueryState): readonly Chip[] {
  return state.items.flatMap((item) => (isGroup(item) ? item.chips : [item]));
}

/** Joins the chips of a group. */
export function groupMatch(state: Pick<QueryState, 'match'>): 'all' | 'any' {
  return state.match === 'all' ? 'any' : 'all';
}

function nextId(state: QueryState): number {
  const ids = state.items.flatMap((item) =>
    isGroup(item) ? [item.id, ...item.chips.map(({ id }) => id)] : [item.id],
  );
  return Math.max(0, ...ids) + 1;
}

/** Adds a chip at the end, or to the group (or beside the chip) named; the same test twice is one, switched on. Gives the chip's id too. */
export function addFilter(
  state: QueryState,
  filter: RowFilter,
  beside?: number,
): { readonly state: QueryState; readonly id: number } {
  const text = JSON.stringify(filter);
  // In a group it means something else.
  const same = state.items.find((item): item is Chip => !isGroup(item) && JSON.stringify(item.filter) === text);
  if (same !== undefined && beside === undefined)
    return { state: changeChip(state, same.id, (chip) => ({ id: chip.id, filter })), id: same.id };
  const id = nextId(state);
  const chip: Chip = { id, filter };
  if (beside === undefined) return { state: { ...state, items: [...state.items, chip] }, id };
  const items = state.items.map((item) => {
    if (isGroup(item))
      return item.id === beside || item.chips.some((one) => one.id === beside)
        ? { ...item, chips: [...item.chips, chip] }
        : item;
    return item.id === beside ? { id: id + 1, chips: [item, chip] } : item;
  });
  return { state: { ...state, items }, id };
}

export function changeChip(state: QueryState, id: number, change: (chip: Chip) => Chip | undefined): QueryState {
  const items = state.items.flatMap((item): readonly (Chip | ChipGroup)[] => {
    if (!isGroup(item)) return item.id === id ? listed(change(item)) : [item];
    const chips = item.chips.flatMap((chip) => (chip.id === id ? listed(change(chip)) : [chip]));
    const [only] = chips;
    if (chips.length === 0 || only === undefined) return [];
    return chips.length === 1 ? [only] : [{ ...item, chips }];
  });
  return { ...state, items };
}

function listed(chip: Chip | undefined): readonly Chip[] {
  return chip === undefined ? [] : [chip];
}

export function removeChip(state: QueryState, id: number): QueryState {
  return changeChip(state, id, () => undefined);
}

export function switchChip(state: QueryState, id: number): QueryState {
  return changeChip(state, id, ({ isOff, ...chip }) => (isOff === true ? chip : { ...chip, isOff: true }));
}

/** What is asked of the engine: chips that are off are left out, groups of one are that one. */
export function toQuery(state: QueryState): RowsQuery {
  const parts = state.items.flatMap((item): readonly RowFilter[] => {
    if (!isGroup(item)) return item.isOff === true ? [] : [item.filter];
    const filter = joined(
      groupMatch(state),
      item.chips.flatMap((chip) => (chip.isOff === true ? [] : [chip.filter])),
    );
    return filter === undefined ? [] : [filter];
  });
  const filter = joined(state.match, parts);
  return {
    ...(filter === undefined ? {} : { filter }),
    ...(state.sort.length === 0 ? {} : { sort: state.sort }),
  };
}

function joined(kind: 'all' | 'any', of: readonly RowFilter[]): RowFilter | undefined {
  return of.length > 1 ? { kind, of } : of[0];
}

/** The same as chips; what is nested deeper than chips go becomes one chip, which can be switched off and removed. */
export function fromQuery({ filter, sort = [] }: RowsQuery): QueryState {
  let state: QueryState = { ...emptyQuery, sort };
  if (filter === undefined) return state;
  const isTop = filter.kind === 'all' || filter.kind === 'any';
  if (isTop) state = { ...state, match: filter.kind };
  for (const one of isTop ? filter.of : [filter]) {
    const id = nextId(state);
    if (one.kind !== groupMatch(state) || one.of.length < 2)
      state = { ...state, items: [...state.items, { id, filter: one }] };
    else {
      const chips = one.of.map((inner, place) => ({ id: id + 1 + place, filter: inner }));
      state = { ...state, items: [...state.items, { id, chips }] };
    }
  }
  return state;
}

/** The next of up, down and not at all for a column; `isAdded`: beside the columns that sort already, else instead of them. */
export function sortBy(sort: readonly SortKey[], column: string, isAdded: boolean): readonly SortKey[] {
  const at = sort.findIndex((key) => key.column === column);
  const now = sort[at];
  const next: SortKey | undefined =
    now === undefined ? { column } : now.descending === true ? undefined : { column, descending: true };
  if (!isAdded) return next === undefined ? [] : [next];
  if (at < 0) return next === undefined ? sort : [...sort, next];
  return sort.flatMap((key, place) => (place === at ? (next === undefined ? [] : [next]) : [key]));
}

/** One of the columns that sort turned round, or taken out. */
export function turnSort(sort: readonly SortKey[], column: string, isRemoved: boolean): readonly SortKey[] {
  if (isRemoved) return sort.filter((key) => key.column !== column);
  return sort.map((key) =>
    key.column === column ? { column, ...(key.descending === true ? {} : { descending: true }) } : key,
  );
}

/** A remembered query; undefined if it does not look right. */
export function parseQueryState(remembered: unknown): QueryState | undefined {
  if (!isRecord(remembered) || (remembered['match'] !== 'all' && remembered['match'] !== 'any')) return undefined;
  const { match, items, sort } = remembered;
  if (!Array.isArray(items) || !Array.isArray(sort)) return undefined;
  const isRight = items.every((item: unknown) =>
    isRecord(item) && Array.isArray(item['chips'])
      ? typeof item['id'] === 'number' && item['chips'].length > 0 && item['chips'].every(isChip)
      : isChip(item),
  );
  if (!isRight || !sort.every(isSortKey)) return undefined;
  return { match, items: items as (Chip | ChipGroup)[], sort };
}

function isChip(value: unknown): value is Chip {
  return isRecord(value) && typeof value['id'] === 'number' && isFilter(value['filter']);
}

function isSortKey(value: unknown): value is SortKey {
  return isRecord(value) && typeof value['column'] === 'string';
}

function isFilter(value: unknown): value is RowFilter {
  if (!isRecord(value)) return false;
  const one = value as Partial<Record<keyof ColumnTest | keyof FilterGroup | keyof FindTest, unknown>>;
  if (one.kind === 'all' || one.kind === 'any') return Array.isArray(one.of) && one.of.every(isFilter);
  if (one.kind === 'find') return typeof one.text === 'string';
  return (
    one.kind === 'test' &&
    typeof one.column === 'string' &&
    typeof one.test === 'string' &&
    Object.hasOwn(testArity, one.test) &&
    Array.isArray(one.values) &&
    one.values.every((text) => typeof text === 'string')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What was before, to go back to and forth again. */
export interface History {
  /** This was; what had been undone is gone. */
  push(before: QueryState): void;
  undo(now: QueryState): QueryState | undefined;
  redo(now: QueryState): QueryState | undefined;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

const keptSteps = 100;

export function createHistory(): History {
  const past: QueryState[] = [];
  const future: QueryState[] = [];
  return {
    push(before) {
      past.push(before);
      if (past.length > keptSteps) past.shift();
      future.length = 0;
    },
    undo(now) {
      const before = past.pop();
      if (before !== undefined) future.push(now);
      return before;
    },
    redo(now) {
      const after = future.pop();
      if (after !== undefined) past.push(now);
      return after;
    },
    get canUndo() {
      return past.length > 0;
    },
    get canRedo() {
      return future.length > 0;
    },
  };
}
