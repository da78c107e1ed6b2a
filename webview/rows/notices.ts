import type { RowsNotes, RowsProgress } from '../../src/protocol/rows';
import { createButton } from '../ui/components';
import { element } from '../ui/dom';
import { failureOf } from '../ui/failurePanel';
import type { Formats } from '../ui/format';
import type { Frame } from './frame';
import { damageBanner, failureBanner, notesBanner, stoppedBanner } from './partBanners';
import type { RowsHost } from './rowsHost';
import type { RowsSession } from './rowsSession';
import type { RowsTab } from './viewState';
import { emptyWords } from './words';

export interface NoticesContext {
  readonly frame: Frame;
  readonly host: Pick<RowsHost, 'act' | 'readOn' | 'retryParts'>;
  readonly formats: Formats;
  /** The tab that is shown: the one that lists damage needs no line about it. */
  readonly tab: () => RowsTab;
  readonly onTab: (tab: RowsTab) => void;
}

/** What is wrong with the rows or must be known of them: said above the grid, or in its place where there are none. */
export interface Notices {
  /** Another part begins. */
  clear(): void;
  /** Rows could be read: nothing has failed any more. `areFirst`: and nothing stands in their place. */
  rowsCame(areFirst: boolean): void;
  /** Rows that are here stay: a failure then is a line above them. `fallback`: the words for what is no failure of ours. */
  showFailure(error: unknown, fallback: string, session: RowsSession | undefined): void;
  /** How the part stands: reading ended early, damage so far, no rows at all. */
  showProgress(session: RowsSession, progress: RowsProgress): void;
  /** Said until it is closed. */
  showDamage(session: RowsSession): void;
  /** What a person must know of the rows; said until it is closed, and again when there is more to say. */
  showNotes(notes: RowsNotes): void;
}

export function createNotices({ frame, host, formats, tab, onTab }: NoticesContext): Notices {
  let isDamageClosed = false;
  const rowsCame = (areFirst: boolean): void => {
    frame.setBanner('failure', undefined);
    if (areFirst) frame.setInstead(undefined);
  };
  const showDamage = (session: RowsSession): void => {
    const isUnwanted = isDamageClosed || tab() === 'damage';
    const banner = damageBanner(session.opened.file, session.progress, formats, {
      onShow: () => onTab('damage'),
      onClose: () => {
        isDamageClosed = true;
        showDamage(session);
      },
    });
    frame.setBanner('damage', isUnwanted ? undefined : banner);
  };
  return {
    clear: () => rowsCame(true),
    rowsCame,
    showFailure(error, fallback, session) {
      const failure = failureOf(error, fallback);
      const act = (id: string): void => host.act(id);
      frame.announcer.say(failure.message);
      if (session?.hasRows === true)
        frame.setBanner(
          'failure',
          failureBanner(failure, act, () => session.cache.retry()),
        );
      else frame.showFailure(failure, act);
    },
    showProgress(session, progress) {
      if (progress.state === 'complete' && progress.rows === 0)
        frame.setInstead(emptyPanel(session, formats, () => onTab('schema')));
      frame.setBanner(
        'stopped',
        stoppedBanner(progress, formats, () => host.readOn()),
      );
      showDamage(session);
    },
    showDamage,
    showNotes: (notes) =>
      frame.setBanner(
        'notes',
        notesBanner(notes, {
          onRetry: () => host.retryParts(),
          onClose: () => frame.setBanner('notes', undefined),
        }),
      ),
  };
}

/** In place of the grid of a part without rows. */
function emptyPanel({ opened, progress }: RowsSession, formats: Formats, onSchema: () => void): HTMLElement {
  const columns = formats.plural(opened.columns.length, 'column', 'columns');
  return element(
    'div',
    { class: 'empty-panel' },
    element('p', {}, `${emptyWords(progress)} Its schema has ${columns}.`),
    createButton({ label: 'Show Schema', onClick: onSchema }),
  );
}
