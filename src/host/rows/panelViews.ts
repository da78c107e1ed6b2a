import type { Disposable } from '../../core/disposable';
import { Failure } from '../../core/failure';
import type { RowsQuery } from '../../core/rowFilter';
import type { OpenRows, ScanScope, ViewListener, WorkerView } from './openRows';

/** More than a person has open at once; the rest is a fault of the view's. */
const maxViews = 64;

interface PanelView {
  readonly opening: Promise<WorkerView>;
  /** Who still needs it, besides the panel: exports. */
  holders: number;
  isClosed: boolean;
}

/** A panel's views by the numbers that the webview gave them, in the worker under numbers of their own: several panels share a document. */
export interface PanelViews extends Disposable {
  open(number: number, rows: OpenRows, query: RowsQuery, scope: ScanScope, listener: ViewListener): Promise<void>;
  /** `undefined` is all rows: number 0. Rejects with `cancelled` for a view that is not there (any more). */
  get(number: number): Promise<WorkerView | undefined>;
  /** A view to search in. All rows are one of their own for each panel, because a view has one search only. */
  searched(number: number, rows: OpenRows, listener: ViewListener): Promise<WorkerView>;
  close(number: number): void;
  /** Keeps a view until the work is done, even if the panel closes it meanwhile. */
  hold<T>(number: number, work: (view: WorkerView | undefined) => Promise<T>): Promise<T>;
  /** The page was loaded anew: it knows none of them, and counts from 1 again. */
  closeAll(): void;
  /** The worker has none of them any more. */
  forget(): void;
}

export function createPanelViews(): PanelViews {
  const views = new Map<number, PanelView>();
  let isDisposed = false;

  const end = (view: PanelView): void => {
    if (view.holders > 0 || !view.isClosed) return;
    view.opening.then(
      (open) => open.dispose(),
      () => undefined,
    );
  };
  const close = (number: number): void => {
    const view = views.get(number);
    if (view === undefined) return;
    views.delete(number);
    view.isClosed = true;
    end(view);
  };
  const add = (number: number, begin: () => Promise<WorkerView>): Promise<WorkerView> => {
    if (isDisposed) return Promise.reject(new Failure('cancelled'));
    const opening = begin();
    const view: PanelView = { opening, holders: 0, isClosed: false };
    views.set(number, view);
    opening.catch(() => {
      if (views.get(number) === view) views.delete(number);
    });
    return opening;
  };
  const viewOf = (number: number): PanelView => {
    const view = views.get(number);
    // A request that crossed the closing of its view on the way.
    if (view === undefined) throw new Failure('cancelled');
    return view;
  };

  return {
    async open(number, rows, query, scope, listener) {
      if (number === 0 || views.has(number))
        throw new Failure('internal', { detail: `view ${number} is there already` });
      if (views.size >= maxViews) throw new Failure('internal', { detail: `more than ${maxViews} views are open` });
      await add(number, () => rows.openView(query, scope, listener));
    },
    get: async (number) => (number === 0 ? undefined : viewOf(number).opening),
    async searched(number, rows, listener) {
      if (number !== 0) return viewOf(number).opening;
      return views.get(0)?.opening ?? add(0, () => rows.openView({}, 'all', listener));
    },
    close,
    async hold(number, work) {
      if (number === 0) return work(undefined);
      const view = viewOf(number);
      view.holders++;
      try {
        return await work(await view.opening);
      } finally {
        view.holders--;
        end(view);
      }
    },
    closeAll: () => [...views.keys()].forEach(close),
    forget: () => views.clear(),
    dispose() {
      isDisposed = true;
      [...views.keys()].forEach(close);
    },
  };
}
