import type { RowFilter } from '../../core/rowFilter';
import type { ScanProgram } from '../tasks/scanProgram';

/**
 * Whether a program runs regular expressions that a person wrote: those may take for ever, and only a thread of its own can be ended.
 * However little there is to be done, it is not done in the caller's.
 */
export function usesPatterns({ where, task }: ScanProgram): boolean {
  const tests = task.kind === 'match' ? task.tests : [];
  return [...(where === undefined ? [] : [where]), ...tests].some(hasPattern);
}

function hasPattern(filter: RowFilter): boolean {
  switch (filter.kind) {
    case 'all':
    case 'any':
      return filter.of.some(hasPattern);
    case 'find':
      return filter.isRegex === true;
    case 'test':
      return filter.test === 'matches' || filter.test === 'matchesNot';
  }
}
