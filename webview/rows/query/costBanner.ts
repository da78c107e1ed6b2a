import type { ScanCost } from '../../../src/core/rowsProgress';
import type { BannerOptions } from '../../ui/failurePanel';
import type { Formats } from '../../ui/format';
import { costWords } from './queryWords';

/** The question before much is read, in the same words for whatever needs it. `undefined` is answered by *Cancel*. */
export function costBanner(
  cost: ScanCost,
  formats: Formats,
  answer: (scope: 'all' | 'sample' | undefined) => void,
): BannerOptions {
  return {
    severity: 'info',
    text: costWords(cost, formats),
    actions: [
      { title: 'Read All', onClick: () => answer('all') },
      { title: 'First 10,000 Rows Instead', onClick: () => answer('sample') },
      { title: 'Cancel', onClick: () => answer(undefined) },
    ],
  };
}
