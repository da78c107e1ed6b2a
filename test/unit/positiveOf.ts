import type { TestName } from '../../src/core/rowFilter';

/** The tests that hold just where another does not, for NULL and absent values too. */
export const positiveOf: Partial<Readonly<Record<TestName, TestName>>> = {
  differs: 'equals',
  notIn: 'in',
  containsNot: 'contains',
  startsWithNot: 'startsWith',
  endsWithNot: 'endsWith',
  matchesNot: 'matches',
  isNotNull: 'isNull',
};
