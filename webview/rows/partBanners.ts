import type { PartProgress } from '../../src/core/partProgress';
import type { RowsNotes, RowsProgress } from '../../src/protocol/rows';
import type { FailureView } from '../../src/protocol/view';
import type { BannerOptions } from '../ui/failurePanel';
import type { Formats } from '../ui/format';
import { damageSummary } from './words';

/** What may stand above the grid, as data. */

type Action = BannerOptions['actions'][number];

/** Some rows could not be had: the host's remedies, or to try again where it knows none. */
export function failureBanner(
  failure: FailureView,
  onAction: (id: string) => void,
  onRetry: () => void,
): BannerOptions {
  const remedies = failure.actions.map(({ id, title }): Action => ({ title, onClick: () => onAction(id) }));
  return {
    severity: 'error',
    text: `${failure.message} ${failure.hint}`.trim(),
    actions: remedies.length > 0 ? remedies : [{ title: 'Try Again', onClick: onRetry }],
  };
}

/** Reading ended before the file did; undefined if it did not. */
export function stoppedBanner(
  progress: RowsProgress,
  formats: Formats,
  onRetry: () => void,
): BannerOptions | undefined {
  if (progress.state !== 'failed') return undefined;
  const why =
    progress.stopped === undefined ? '' : ` ${progress.stopped.message} ${progress.stopped.hint}`.trimEnd();
  const at = `byte ${formats.count(progress.bytesScanned)} of ${formats.count(progress.totalBytes)}`;
  return {
    severity: 'error',
    text: `Reading stopped at ${at}. The rows up to there are shown.${why}`,
    actions: [{ title: 'Try Again', onClick: onRetry }],
  };
}

/** The file is damaged; undefined if nothing of the kind is known. */
export function damageBanner(
  file: string,
  progress: PartProgress,
  formats: Formats,
  actions: { readonly onShow: () => void; readonly onClose: () => void },
): BannerOptions | undefined {
  const text = damageSummary(file, progress, formats);
  if (text === '') return undefined;
  return {
    severity: 'warning',
    text,
    actions: [{ title: 'Show Damage', onClick: actions.onShow }],
    onClose: actions.onClose,
  };
}

/** What a person must know of the rows, with a way to try again what may be otherwise then; undefined if there is nothing. */
export function notesBanner(
  { sentences, canRetry }: RowsNotes,
  actions: { readonly onRetry: () => void; readonly onClose: () => void },
): BannerOptions | undefined {
  if (sentences.length === 0) return undefined;
  return {
    severity: 'warning',
    text: sentences.join(' '),
    actions: canRetry ? [{ title: 'Retry', onClick: actions.onRetry }] : [],
    onClose: actions.onClose,
  };
}
