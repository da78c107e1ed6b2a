import type { CancellationToken, MessageConnection, ResponseError } from 'vscode-jsonrpc';
import { type Disposable, DisposableStore } from '../../core/disposable';
import { Failure, failureFromData } from '../../core/failure';
import { parseArrangement } from '../../core/parseArrangement';
import { parseExportOptions } from '../../core/parseExportOptions';
import { parseColumnNames, parseFindTest, parseQuery } from '../../core/parseQuery';
import type { RowsQuery } from '../../core/rowFilter';
import type { ScanCost, ScanProgress } from '../../core/rowsProgress';
import { maxPageRows, rowRecord, rowsPage } from '../../protocol/rows';
import * as protocol from '../../protocol/rowsQuery';
import type { FailureView } from '../../protocol/view';
import type { Failures } from '../failures';
import { answer } from '../webviewChannel';
import type { ExportRowsRequest } from './exportRows';
import type { ScanScope, ViewListener, WorkerView } from './openRows';
import { createPanelViews } from './panelViews';
import type { RowsDocument } from './rowsDocument';

export interface RowsPanelDeps {
  readonly failures: Pick<Failures, 'view' | 'show'>;
  /** Asks where to, and writes the file. */
  exportRows(document: RowsDocument, request: ExportRowsRequest): Promise<void>;
  readonly showAsSql?: (document: RowsDocument, query: RowsQuery, columns: readonly string[]) => Promise<void>;
  /** All rows of a user (`id`: decimal), here and elsewhere. Without it the view's question is not heard. */
  readonly findUser?: (id: string, document: RowsDocument) => Promise<void>;
}

export interface RowsPanelAnswers extends Disposable {
  /** The panel's page asks from the start: what it asked before it was loaded is dropped. */
  restart(): void;
}

/** Answers what one panel asks about the rows of a document (protocol/rowsQuery). All of it is checked: the webview is the untrusted side. */
export function answerRowsPanel(
  view: MessageConnection,
  document: RowsDocument,
  deps: RowsPanelDeps,
): RowsPanelAnswers {
  return new RowsPanel(view, document, deps);
}

class RowsPanel implements RowsPanelAnswers {
  private readonly view: MessageConnection;
  private readonly document: RowsDocument;
  private readonly deps: RowsPanelDeps;
  private readonly resources = new DisposableStore();
  private readonly views = this.resources.add(createPanelViews());
  /** Views that were asked for and are not among `views` yet: what closes them comes too early there. */
  private readonly coming = new Set<number>();
  private readonly statistics = new Map<number, AbortController>();

  constructor(view: MessageConnection, document: RowsDocument, deps: RowsPanelDeps) {
    this.view = view;
    this.document = document;
    this.deps = deps;
    this.answerPages();
    this.answerViews();
    this.answerSearches();
    this.answerStatistics();
    this.hear();
    this.resources.add(document.onDidReset(() => this.views.forget()));
    this.resources.add(
      document.onDidLearnParts((parts) => void view.sendNotification(protocol.partsChanged, parts)),
    );
  }

  restart(): void {
    for (const abort of this.statistics.values()) abort.abort();
    this.coming.clear();
    this.views.closeAll();
  }

  dispose(): void {
    for (const abort of this.statistics.values()) abort.abort();
    this.resources.dispose();
  }

  private answerPages(): void {
    this.view.onRequest(rowsPage, ({ view, first, count }, token) =>
      this.answer(async () => {
        const range = [whole(first, 'first'), whole(count, 'count', maxPageRows)] as const;
        const { rows } = await this.document.opened();
        return rows.rows(...range, await this.views.get(whole(view ?? 0, 'view')), signalOf(token));
      }),
    );
    this.view.onRequest(rowRecord, ({ view, row }, token) =>
      this.answer(async () => {
        const { rows } = await this.document.opened();
        return rows.record(whole(row, 'row'), await this.views.get(whole(view ?? 0, 'view')), signalOf(token));
      }),
    );
  }

  private answerViews(): void {
    this.view.onRequest(protocol.openRowsView, ({ view, query, scope }) =>
      this.answer(async () => {
        const number = whole(view, 'view');
        const parsed = parseQuery(query);
        this.coming.add(number);
        return this.begin(scope, async (wanted) => {
          const { rows } = await this.document.opened();
          if (!this.coming.has(number)) throw new Failure('cancelled');
          await this.views.open(number, rows, parsed, wanted, this.listener(number));
          return null;
        }).finally(() => this.coming.delete(number));
      }),
    );
    this.view.onNotification(protocol.closeRowsView, ({ view }) => {
      this.coming.delete(view);
      this.views.close(view);
    });
    this.view.onNotification(protocol.cancelRowsView, ({ view }) => {
      this.views.get(view).then(
        (open) => open?.cancel(),
        () => undefined,
      );
    });
  }

  private answerSearches(): void {
    this.view.onRequest(protocol.findRows, ({ view, test, scope }) =>
      this.answer(async () => {
        const number = whole(view, 'view');
        const { rows } = await this.document.opened();
        const searched = (): Promise<WorkerView> => this.views.searched(number, rows, this.listener(number));
        if (test === null) {
          // Of all rows there may be no search that could end.
          const open = number === 0 ? searched() : this.views.get(number);
          await (await open)?.find(null, 'all');
          return null;
        }
        const parsed = parseFindTest(test);
        return this.begin(scope, async (wanted) => {
          await (await searched()).find(parsed, wanted);
          return null;
        });
      }),
    );
    this.view.onRequest(protocol.findNextRow, ({ view, from, direction }) =>
      this.answer(async () => {
        const number = whole(view, 'view');
        const { rows } = await this.document.opened();
        const open = await this.views.searched(number, rows, this.listener(number));
        return open.findNext(whole(from, 'from', Number.MAX_SAFE_INTEGER, -1), direction === -1 ? -1 : 1);
      }),
    );
  }

  private answerStatistics(): void {
    this.view.onRequest(protocol.rowStatistics, ({ id, view, columns, scope }, token) =>
      this.answer(async () => {
        const number = whole(id, 'id');
        const names = parseColumnNames(columns);
        const { rows } = await this.document.opened();
        const of = await this.views.get(whole(view, 'view'));
        return this.begin(scope, async (wanted) => {
          const abort = new AbortController();
          token.onCancellationRequested(() => abort.abort());
          this.statistics.set(number, abort);
          try {
            return await rows.statistics(
              { view: of, columns: names, scope: wanted },
              {
                signal: abort.signal,
                onSnapshot: (result) =>
                  void this.view.sendNotification(protocol.rowStatisticsProgress, { id: number, ...result }),
              },
            );
          } finally {
            if (this.statistics.get(number) === abort) this.statistics.delete(number);
          }
        });
      }),
    );
    this.view.onNotification(protocol.cancelStatistics, ({ id }) => this.statistics.get(id)?.abort());
  }

  private hear(): void {
    const { document, deps } = this;
    const show = (work: () => Promise<void>): void => {
      // Also what it throws at once.
      void Promise.resolve()
        .then(work)
        .catch((error: unknown) => deps.failures.show(error));
    };
    this.view.onRequest(
      protocol.exportView,
      (params) =>
        new Promise((resolve) =>
          // Answered when it is known whether it begins; kept, and shown if it fails, until it is over.
          show(() => this.export(params, resolve).finally(() => resolve(null))),
        ),
    );
    this.view.onNotification(protocol.arrange, (value) =>
      show(async () => {
        const arrangement = parseArrangement(value);
        if (arrangement !== undefined) await document.arrange(arrangement);
      }),
    );
    const { findUser, showAsSql } = deps;
    if (showAsSql !== undefined) {
      this.view.onNotification(protocol.showAsSql, ({ query, columns }) =>
        show(() => showAsSql(document, parseQuery(query), parseColumnNames(columns))),
      );
    }
    if (findUser === undefined) return;
    this.view.onNotification(protocol.findUser, ({ id }) =>
      show(async () => {
        if (!/^-?\d{1,20}$/.test(id)) throw new Failure('internal', { detail: 'The view asked for no user id.' });
        await findUser(id, document);
      }),
    );
  }

  /** Tells what it would cost, and does nothing; or tells that it begins, and does it. */
  private async export(
    { view, options, scope }: protocol.ExportViewParams,
    tell: (answer: protocol.Asks | null) => void,
  ): Promise<void> {
    const { document, deps } = this;
    const parsed = parseExportOptions(options);
    await this.views.hold(whole(view, 'view'), async (of) => {
      // What a sample takes was read for it.
      const asked = of?.scope === 'sample' ? 'all' : scope;
      const answer = await this.begin(asked, (wanted) => {
        tell(null);
        return deps.exportRows(document, { options: parsed, view: of, scope: wanted });
      });
      if (answer !== undefined) tell(answer);
    });
  }

  /** `ask`: begins what costs little; of what costs more gives the cost. */
  private async begin<T>(
    scope: unknown,
    run: (scope: ScanScope) => Promise<T>,
  ): Promise<T | { readonly asks: ScanCost }> {
    if (scope === 'all' || scope === 'sample') return run(scope);
    const asks = await this.document.costToAsk();
    return asks === undefined ? run('all') : { asks };
  }

  private listener(view: number): ViewListener {
    return {
      onView: (length, progress) => {
        // Of all rows there is no view that the webview opened.
        if (view === 0) return;
        const told = { view, length, ...this.worded(progress) };
        void this.view.sendNotification(protocol.rowsViewProgress, told);
      },
      onFind: (matches, progress) => {
        const told = { view, matches, ...this.worded(progress) };
        void this.view.sendNotification(protocol.findRowsProgress, told);
      },
    };
  }

  private worded(progress: ScanProgress): {
    readonly progress: ScanProgress;
    readonly failure?: FailureView;
  } {
    if (progress.failure === undefined) return { progress };
    return { progress, failure: this.deps.failures.view(failureFromData(progress.failure), false) };
  }

  private answer<T>(work: () => Promise<T>): Promise<T | ResponseError<FailureView>> {
    return answer(work, (error) => this.deps.failures.view(error, true));
  }
}

/** A whole number in range; nothing else passes. */
function whole(value: unknown, name: string, max = Number.MAX_SAFE_INTEGER, min = 0): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new Failure('internal', { detail: `The view asked for a ${name} out of range.` });
}

function signalOf(token: CancellationToken): AbortSignal {
  const abort = new AbortController();
  if (token.isCancellationRequested) abort.abort();
  else token.onCancellationRequested(() => abort.abort());
  return abort.signal;
}
