import type { ScanProgress } from '../../core/rowsProgress';
import type { ScanScope, ViewListener } from './openRows';

/** A view's listener, and a way to tell it that nothing of the view runs any more: its worker is gone, and tells nothing. */
export interface EndableListener extends ViewListener {
  end(): void;
}

export function createEndableListener(listener: ViewListener, scope: ScanScope): EndableListener {
  const nothing = { rowsDone: 0, matched: 0, bytesDone: 0, bytesTotal: 0, elapsed: 0 };
  let view = { length: 0, progress: { ...nothing, state: 'running', scope } as ScanProgress };
  let find: { readonly matches: number; readonly progress: ScanProgress } | undefined;
  return {
    onView(length, progress) {
      view = { length, progress };
      listener.onView(length, progress);
    },
    onFind(matches, progress) {
      find = { matches, progress };
      listener.onFind(matches, progress);
    },
    end() {
      if (view.progress.state === 'running') listener.onView(view.length, { ...view.progress, state: 'cancelled' });
      if (find?.progress.state === 'running')
        listener.onFind(find.matches, { ...find.progress, state: 'cancelled' });
    },
  };
}
