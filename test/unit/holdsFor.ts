import type { ColumnTest, TestName } from '../../src/core/rowFilter';

/** The tests that hold just where another does not, for NULL and absent values too. */
export const positiveOf: Partial<Readonly<Record<TestName, TestName>>> = {
  differs: 'equals',
  notIn: 'in',
  containsNot: 'contains',
  startsWithNot: 'startsWith',
  endsWithNot: 'endsWith',
  matchesNot: 'matches',
  isNotNull: 'isNull',
  isNotEmpty: 'isEmpty',
};

/** A value that is there, as the model sees it. */
export interface ModelValue {
  /** Its text. */
  readonly shown: string;
  /** Where case is ignored. */
  readonly fold: (text: string) => string;
  /** Less than zero if the value comes before what the text stands for; both are to be folded where case is ignored. */
  readonly compareTo: (text: string, fold: (text: string) => string) => number;
}

/** Whether a positive test of a value holds: the rules of `core/rowFilter.ts` in the plainest words. */
export function holdsFor(
  { shown, fold, compareTo }: ModelValue,
  { test, values, ignoreCase }: ColumnTest,
): boolean {
  const bend = ignoreCase === true ? fold : (text: string): string => text;
  const compare = (text: string): number => compareTo(text, bend);
  const [first = '', second = ''] = values;
  switch (test) {
    case 'equals':
    case 'in':
      return values.some((value) => compare(value) === 0);
    case 'contains':
      return bend(shown).includes(bend(first));
    case 'startsWith':
      return bend(shown).startsWith(bend(first));
    case 'endsWith':
      return bend(shown).endsWith(bend(first));
    case 'matches':
      return new RegExp(first, ignoreCase === true ? 'iu' : 'u').test(shown);
    case 'less':
      return compare(first) < 0;
    case 'lessOrEqual':
      return compare(first) <= 0;
    case 'greater':
      return compare(first) > 0;
    case 'greaterOrEqual':
      return compare(first) >= 0;
    case 'between':
      return compare(first) >= 0 && compare(second) <= 0;
    case 'isEmpty':
      return shown === '';
    default:
      throw new Error(test);
  }
}
