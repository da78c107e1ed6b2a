/**
 * What rows a view shows, and in which order. All JSON: filters are kept with a view's state, sent to the engine and
 * spelled as SQL (`sql/selectRows`).
 *
 * One rule for NULL and absent values: a test that says what a value *is* (equals, contains, less, matches, …) never holds
 * for them; a test that says what it is *not* (differs, containsNot, notIn, isNotEmpty, …) is the exact opposite of its positive, so it
 * holds for them. Thus a test and its negative always part the rows in two, which people expect and plain SQL does not give.
 * So `isNull` holds for NULL only, not for absent values, which are shown apart, and `isNotNull` for all else; `isAbsent` and `isPresent` tell absent from
 * all else: `isNotNull` and `isPresent` together are "has a value". In SQL over a table absent values are NULL
 * (`sql/rowConditions`).
 */
export type RowFilter = FilterGroup | ColumnTest | FindTest;

export interface FilterGroup {
  readonly kind: 'all' | 'any';
  /** `all` of nothing holds, `any` of nothing does not. */
  readonly of: readonly RowFilter[];
}

/** A test of one column, found by name. A column that a part does not have is absent there. */
export interface ColumnTest {
  readonly kind: 'test';
  readonly column: string;
  readonly test: TestName;
  /** As many as the test takes (`testArity`): decimal digits for integers, ISO text for times, else the text as shown. */
  readonly values: readonly string[];
  /** For texts; letters one by one, whatever the language (`avro/foldCase`): `ẞ` is `ß` but not `ss`. Default: case matters. */
  readonly ignoreCase?: boolean;
}

/**
 * `less` … `between` (both ends belong to it): by value for integers, numbers and times, by code point for texts. `matches`: a
 * JavaScript regular expression with the flag `u`, found anywhere in the text. The text of a value is the one that is shown.
 */
export type TestName =
  | 'equals'
  | 'differs'
  | 'in'
  | 'notIn'
  | 'contains'
  | 'containsNot'
  | 'startsWith'
  | 'startsWithNot'
  | 'endsWith'
  | 'endsWithNot'
  | 'matches'
  | 'matchesNot'
  | 'less'
  | 'lessOrEqual'
  | 'greater'
  | 'greaterOrEqual'
  | 'between'
  | 'isNull'
  | 'isNotNull'
  | 'isEmpty'
  | 'isNotEmpty'
  | 'isAbsent'
  | 'isPresent';

/** A text anywhere in the shown text of a value: in one of the columns named, or of all. */
export interface FindTest {
  readonly kind: 'find';
  readonly text: string;
  readonly matchCase?: boolean;
  readonly isRegex?: boolean;
  readonly columns?: readonly string[];
}

/** How many values a test takes: least and most. */
export const testArity: Readonly<Record<TestName, readonly [least: number, most: number]>> = {
  equals: [1, 1],
  differs: [1, 1],
  in: [1, 10_000],
  notIn: [1, 10_000],
  contains: [1, 1],
  containsNot: [1, 1],
  startsWith: [1, 1],
  startsWithNot: [1, 1],
  endsWith: [1, 1],
  endsWithNot: [1, 1],
  matches: [1, 1],
  matchesNot: [1, 1],
  less: [1, 1],
  lessOrEqual: [1, 1],
  greater: [1, 1],
  greaterOrEqual: [1, 1],
  between: [2, 2],
  isNull: [0, 0],
  isNotNull: [0, 0],
  isEmpty: [0, 0],
  isNotEmpty: [0, 0],
  isAbsent: [0, 0],
  isPresent: [0, 0],
};

/** NULL and absent values come last, ascending and descending. Texts by code point, integers, numbers and times by value. */
export interface SortKey {
  readonly column: string;
  readonly descending?: boolean;
}

/** Rows that pass the filter; in the order of the keys, rows that are equal by them in the order of the table. */
export interface RowsQuery {
  readonly filter?: RowFilter;
  readonly sort?: readonly SortKey[];
}
