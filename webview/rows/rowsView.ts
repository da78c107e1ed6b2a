import type { AbsentColumn, RowsOpened, RowsProgress } from '../../src/protocol/rows';
import { failureOf } from '../ui/failurePanel';
import { createFormats } from '../ui/format';
import type { WebviewHost } from '../ui/hostPort';
import { createMemory, type Memory } from './arrangement';
import { createFrame, type Frame } from './frame';
import { createNotices, type Notices } from './notices';
import type { GoToAnswer } from './goToRow';
import { createRecordHolder, type RecordHolder } from './recordHolder';
import { createGridHooks, type GridHooks } from './gridHooks';
import { createGridSide, type GridSide } from './gridSide';
import { connectRowsHost, type RowsHost, type RowsHostEvents } from './rowsHost';
import { jump, jumpWords, type JumpAnswer } from './rowJump';
import { createSession, type RowsSession } from './rowsSession';
import { fillDamageTab, fillSchemaTab } from './schemaTab';
import { createShortcutSheet, type ShortcutSheet } from './shortcuts';
import { rowNumberText } from './slickColumns';
import { createStatusBar, type StatusBar } from './statusBar';
import { QuerySide } from './query/querySide';
import { exportShown } from './exporting/exportSide';
import { StatisticsSide } from './statistics/statisticsSide';
import { createToolbar, type Toolbar } from './toolbar';
import { listenToViewKeys } from './viewKeys';
import type { RowsTab } from './viewState';
import { rowsStatus, shortFileName, titleOf } from './words';

/** Puts the rows view together: asks the host, shows what comes, passes on what a person does. */
export function createRowsView(root: HTMLElement, web: WebviewHost): void {
  new RowsView(root, web).start();
}

class RowsView {
  private readonly formats = createFormats(navigator.language);
  private readonly nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.content ?? '';
  private readonly memory: Memory;
  private readonly host: RowsHost;
  private readonly hooks: GridHooks = createGridHooks();
  private readonly sheet: ShortcutSheet = createShortcutSheet();
  private readonly toolbar: Toolbar;
  private readonly status: StatusBar;
  private readonly frame: Frame;
  private readonly notices: Notices;
  private readonly record: RecordHolder;
  private readonly side: GridSide;
  private readonly query: QuerySide;
  private readonly statistics: StatisticsSide;
  /** The part that is shown; undefined until the host has opened one. */
  private session: RowsSession | undefined;
  private absent: readonly AbsentColumn[] = [];
  private activeRow: number | undefined;
  private attempt = 0;
  private isOpening = false;

  constructor(root: HTMLElement, web: WebviewHost) {
    this.memory = createMemory(web);
    this.host = this.connect(web);
    this.toolbar = createToolbar({
      onTab: (tab) => this.showTab(tab),
      onRecord: () => this.toggleRecord(),
      onColumns: () => this.side.openColumns(),
      onShortcuts: () => this.sheet.open(),
      onGoTo: (typed) => this.goTo(typed),
      onLeave: () => this.session?.grid?.focus(),
    });
    this.status = createStatusBar(this.formats, () => this.host.readOn());
    this.query = this.createQuerySide();
    this.statistics = this.createStatisticsSide();
    this.frame = createFrame(
      root,
      this.toolbar.element,
      this.query.bar.element,
      this.status.element,
      this.sheet.element,
    );
    this.notices = createNotices({
      frame: this.frame,
      host: this.host,
      formats: this.formats,
      tab: () => this.memory.state.tab,
      onTab: (tab) => this.showTab(tab),
    });
    this.record = createRecordHolder({
      place: this.frame.recordHost,
      host: this.host,
      memory: this.memory,
      formats: this.formats,
      onStep: (by) => this.step(by),
      onCopy: (text, what) => this.copy(text, what),
      onShown: (isShown) => this.toolbar.setRecordOpen(isShown),
    });
    this.side = createGridSide({
      frame: this.frame,
      host: this.host,
      memory: this.memory,
      formats: this.formats,
      hooks: this.hooks,
      session: () => this.session,
      onSummary: (text) => this.status.setSelection(text),
      onRecord: (row) => this.openRecord(row, true),
      onExport: (columns) => this.exportRows(columns),
    });
  }

  private connect(web: WebviewHost): RowsHost {
    const news: Partial<RowsHostEvents> = {
      onViewProgress: (state) => this.query.onViewProgress(state),
      onFindProgress: (state) => this.query.onFindProgress(state),
      onApplyQuery: (query) => this.query.onApplyQuery(query),
      onStatistics: (snapshot) => this.statistics.onStatistics(snapshot),
    };
    return connectRowsHost(web.port, {
      ...news,
      onProgress: (progress) => this.showProgress(progress),
      onAbsentColumns: (columns) => this.showAbsentColumns(columns),
      onReset: () => void this.load(),
      onRenumbered: () => this.session?.renumber(),
      onNotes: (notes) => this.notices.showNotes(notes),
      onCommand: (command) => (command === 'export' ? this.exportRows() : this.query.showSql()),
      onParts: ({ columns, parts }) => this.session?.setParts(columns, parts),
    });
  }

  private createQuerySide(): QuerySide {
    const side = new QuerySide({
      host: this.host,
      hooks: this.hooks,
      memory: this.memory,
      formats: this.formats,
      frame: () => this.frame,
      session: () => this.session,
      onRows: () => this.showTab('rows'),
      onExport: () => this.exportRows(),
      onTopValues: (column) => this.statistics.openTopValues(column),
      onInsight: () => this.statistics.toggleInsight(),
      onView: () => {
        this.statistics.viewChanged();
        this.showGoToWords();
        // It was about the rows before.
        this.frame.setBanner('export', undefined);
      },
      setRows: (text) => this.status.setRows(text),
    });
    this.hooks.header = (header, column) => {
      side.completeHeader(header, column);
      this.statistics.completeHeader(header, column);
    };
    return side;
  }

  private createStatisticsSide(): StatisticsSide {
    return new StatisticsSide({
      host: this.host,
      memory: this.memory,
      formats: this.formats,
      frame: () => this.frame,
      session: () => this.session,
      shown: () => this.query.control.shown,
      onFilter: (filter) => this.query.filterBy(filter),
      onTab: () => this.showTab('statistics'),
      onInsightShown: (isShown) => this.query.bar.setInsightShown(isShown),
    });
  }

  private exportRows(chosen?: readonly string[]): void {
    const { host, frame, session, formats, query } = this;
    if (session === undefined) return;
    const { control, columns } = query;
    exportShown({
      host,
      frame,
      session,
      shown: control.shown,
      columns,
      formats,
      ...(chosen === undefined || chosen.length === 0 ? {} : { chosen }),
    });
  }

  start(): void {
    listenToViewKeys({
      onKey: (event) => this.side.onKey(event) || this.query.onKey(event),
      onGoTo: () => {
        this.showTab('rows');
        this.toolbar.startGoTo();
      },
      onShortcuts: () => this.sheet.open(),
      onEscape: () => this.record.close(this.session),
      isRecordOpen: () => this.record.isOpen,
      onStep: (by) => this.step(by),
    });
    // A tab that is opened from the tree by keys has the focus, and nothing in it: the first arrow goes to the rows.
    document.addEventListener('keydown', (event) => {
      if (event.target === document.body && /^(?:Arrow|Page|Home$|End$)/.test(event.key))
        this.session?.grid?.focus();
    });
    this.showTab(this.memory.state.tab);
    void this.load();
  }

  private async load(): Promise<void> {
    const mine = ++this.attempt;
    this.isOpening = true;
    this.frame.setBusy('open', true);
    try {
      const opened = await this.host.open();
      if (mine !== this.attempt) return;
      this.isOpening = false;
      this.showPart(opened);
    } catch (error) {
      if (mine === this.attempt) this.showClosed(error);
    } finally {
      if (mine === this.attempt) {
        this.isOpening = false;
        this.frame.setBusy('open', false);
      }
    }
  }

  /** Rows that are in sight stay; of those that were only on their way nothing will come. */
  private showClosed(error: unknown): void {
    this.frame.setBusy('reading', false);
    this.status.close();
    this.frame.setBanner('notes', undefined);
    this.query.control.close();
    const kept = this.session?.hasRowInSight === true ? this.session : undefined;
    this.notices.showFailure(error, 'The part could not be opened.', kept);
  }

  private showPart(opened: RowsOpened): void {
    this.record.hide();
    this.side.reset();
    this.session?.dispose();
    this.activeRow = undefined;
    this.status.setPosition('');
    this.absent = [];
    this.notices.clear();
    this.frame.setBanner('export', undefined);
    this.toolbar.setTitle(titleOf(opened), opened.uri);
    const { state, isAwaited } = this.query.begin(opened);
    this.session = this.createSession(opened, isAwaited);
    this.statistics.opened();
    this.query.opened(state, isAwaited);
    this.showProgress(opened.progress);
    this.showTab(this.memory.state.tab);
  }

  private createSession(opened: RowsOpened, isQueryAwaited: boolean): RowsSession {
    const { frame, host, memory, formats, nonce, hooks } = this;
    let isFirst = true;
    return createSession(
      opened,
      {
        frame,
        host,
        memory,
        formats,
        nonce,
        hooks,
        isQueryAwaited,
        label: `Rows of ${shortFileName(opened.file)}`,
      },
      {
        onActive: (row) => this.activated(row),
        onOpen: (row) => this.openRecord(row, true),
        onFailed: (error) => {
          // Rows that are opened again are asked for again.
          if (!this.isOpening) this.notices.showFailure(error, 'Rows could not be read.', this.session);
        },
        onRecovered: () => {
          this.notices.rowsCame(isFirst);
          this.showPosition();
          if (isFirst) this.firstRowsCame();
          if (isFirst) this.statistics.rowsCame();
          isFirst = false;
        },
        ...this.side.events,
        onColumns: () => {
          this.side.events.onColumns();
          this.query.columnsChanged();
          this.statistics.columnsChanged();
          if (this.session !== undefined) this.record.refresh(this.session, this.currentRow());
        },
      },
    );
  }

  private firstRowsCame(): void {
    const { session, formats, memory } = this;
    if (session === undefined) return;
    const columns = formats.plural(session.opened.columns.length, 'column', 'columns');
    this.frame.announcer.say(`${rowsStatus(session.progress, formats)}, ${columns}`);
    this.side.resume();
    if (memory.state.isRecordOpen) this.openRecord(memory.state.active?.row ?? 0);
  }

  private showProgress(progress: RowsProgress): void {
    const { session, formats, frame, toolbar } = this;
    if (session === undefined) return;
    const before = session.progress.state;
    session.setProgress(progress);
    this.query.partChanged();
    this.status.show(progress, session.opened.metadata.codec);
    frame.setBusy('reading', progress.state === 'reading');
    toolbar.setDamageCount(progress.damage.length);
    toolbar.setHasRows(progress.rows > 0);
    this.showGoToWords();
    if (before === 'reading' && progress.state === 'complete') frame.announcer.say(rowsStatus(progress, formats));
    this.notices.showProgress(session, progress);
    if (this.memory.state.tab !== 'rows') this.fillTabs();
  }

  private showAbsentColumns(columns: readonly AbsentColumn[]): void {
    this.absent = columns;
    this.session?.setAbsentColumns(columns);
    this.fillTabs();
  }

  private fillTabs(): void {
    const { session, frame, formats } = this;
    if (session === undefined) return;
    fillSchemaTab(frame.panels.schema, session.opened, this.absent, session.progress, formats, (text, what) =>
      this.copy(text, what),
    );
    fillDamageTab(frame.panels.damage, session.progress, formats);
  }

  private showTab(wished: RowsTab): void {
    const tab = wished === 'damage' && this.session?.progress.damage.length === 0 ? 'rows' : wished;
    this.memory.change({ tab });
    this.toolbar.setTab(tab);
    this.frame.showTab(tab);
    if (this.session !== undefined) this.notices.showDamage(this.session);
    if (tab === 'statistics' && this.session !== undefined) this.statistics.showTab();
    if (tab === 'rows') this.session?.grid?.fit();
    else this.fillTabs();
  }

  private async goTo(typed: string): Promise<GoToAnswer> {
    const { session, formats, host } = this;
    if (session === undefined) return { isThere: true };
    const { view } = session;
    const { row, words } = await jump(typed, session, this.query.control.shown.query, host, formats).catch(
      (error: unknown): JumpAnswer => ({ words: failureOf(error, 'The row could not be found.').message }),
    );
    if (this.session !== session || session.view !== view) return { isThere: true };
    if (row !== undefined) session.grid?.goTo(row);
    this.frame.announcer.say(words ?? this.rowWords(row ?? 0, 'Row'));
    return { isThere: row !== undefined, ...(words === undefined ? {} : { words }) };
  }

  private showGoToWords(): void {
    if (this.session === undefined) return;
    const { label, tooltip } = jumpWords(this.session, this.query.control.shown.query, this.formats);
    this.toolbar.setGoToWords(label, tooltip);
  }

  private activated(row: number): void {
    this.activeRow = row;
    this.showPosition();
    this.record.follow(row);
    this.side.follow(row);
  }

  private showPosition(): void {
    if (this.activeRow !== undefined) this.status.setPosition(this.rowWords(this.activeRow, 'row'));
  }

  /** `row 12,345`, `row ≈ 12,345`: its number in the whole; nothing while that is not known. */
  private rowWords(row: number, word: string): string {
    const place = this.session?.placeOf(row);
    return place === undefined ? '' : `${word} ${rowNumberText(place, this.formats)}`;
  }

  /** The active row, else the first on screen. */
  private currentRow(): number {
    return this.activeRow ?? this.session?.grid?.place().firstRow ?? 0;
  }

  private step(by: 1 | -1): void {
    const to = this.currentRow() + by;
    if (this.session === undefined || to < 0 || to >= this.session.length) return;
    this.session.grid?.activate(to);
    this.frame.announcer.say(this.rowWords(to, 'Row'));
  }

  private openRecord(row: number, isFocusWanted = false): void {
    if (this.session?.grid !== undefined) this.record.open(this.session, row, isFocusWanted);
  }

  private toggleRecord(): void {
    if (this.record.isOpen) this.record.close(this.session);
    else this.openRecord(this.currentRow());
  }

  private copy(text: string, what: string): void {
    this.host.copy(text);
    this.frame.announcer.say(`Copied ${what}`);
  }
}
