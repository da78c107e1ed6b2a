import type { PartProgress } from '../../src/core/partProgress';
import type { AbsentColumn, RowsOpened } from '../../src/protocol/rows';
import { createButton } from '../ui/components';
import { element, setShown } from '../ui/dom';
import { createFormats } from '../ui/format';
import { failureOf } from '../ui/failurePanel';
import type { WebviewHost } from '../ui/hostPort';
import { createMemory } from './arrangement';
import { createFrame } from './frame';
import { createRecordControl, type RecordControl } from './recordControl';
import { createRecordPane, type RecordPane } from './recordPane';
import { connectRowsHost } from './rowsHost';
import { createSession, type RowsSession } from './rowsSession';
import { createSash } from './sash';
import { fillDamageTab, fillSchemaTab } from './schemaTab';
import { createShortcutSheet } from './shortcuts';
import { createStatusBar } from './statusBar';
import { createToolbar } from './toolbar';
import type { RowsTab } from './viewState';
import { damageSummary, parseRowNumber, rowsStatus, shortFileName, titleOf } from './words';

/** Puts the rows view together: asks the host, shows what comes, passes on what a person does. */
export function createRowsView(root: HTMLElement, web: WebviewHost): void {
  const formats = createFormats(navigator.language);
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.content ?? '';
  const memory = createMemory(web);
  const sheet = createShortcutSheet();
  const host = connectRowsHost(web.port, {
    onProgress: (progress) => showProgress(progress),
    onAbsentColumns(columns) {
      absent = columns;
      session?.setAbsentColumns(columns);
      fillTabs();
    },
    onReset: () => void load(),
  });
  const toolbar = createToolbar({
    onTab: (tab) => showTab(tab),
    onRecord: () => (record === undefined ? openRecord(activeRow()) : closeRecord()),
    onShortcuts: () => sheet.open(),
    onGoTo: (typed) => goTo(typed),
    onLeave: () => session?.grid?.focus(),
  });
  const status = createStatusBar(formats, () => host.readOn());
  const frame = createFrame(root, toolbar.element, status.element, sheet.element);
  const { announcer } = frame;

  let session: RowsSession | undefined;
  let absent: readonly AbsentColumn[] = [];
  let record: { readonly pane: RecordPane; readonly control: RecordControl } | undefined;
  let row: number | undefined;
  let isDamageClosed = false;
  let attempt = 0;

  const activeRow = (): number => row ?? session?.grid?.place().firstRow ?? 0;
  const copy = (text: string, what: string): void => {
    host.copy(text);
    announcer.say(`Copied ${what}`);
  };

  const load = async (): Promise<void> => {
    const mine = ++attempt;
    frame.setBusy('open', true);
    try {
      const opened = await host.open();
      if (mine === attempt) show(opened);
    } catch (error) {
      if (mine !== attempt) return;
      const failure = failureOf(error, 'The part could not be opened.');
      announcer.say(failure.message);
      if (session?.grid === undefined) frame.showFailure(failure, (id) => host.act(id));
      else frame.setBanner('failure', failureBanner(failure));
    } finally {
      if (mine === attempt) frame.setBusy('open', false);
    }
  };
  const failureBanner = (failure: ReturnType<typeof failureOf>) => ({
    severity: 'error' as const,
    text: `${failure.message} ${failure.hint}`.trim(),
    actions: [
      ...failure.actions.map(({ id, title }) => ({ title, onClick: () => host.act(id) })),
      ...(failure.actions.length > 0 ? [] : [{ title: 'Try Again', onClick: () => session?.cache.retry() }]),
    ],
  });

  const show = (opened: RowsOpened): void => {
    hideRecord();
    session?.dispose();
    row = undefined;
    absent = [];
    frame.setBanner('failure', undefined);
    frame.setInstead(undefined);
    toolbar.setTitle(titleOf(opened), opened.uri);
    let isFirst = true;
    session = createSession(
      opened,
      { frame, host, memory, formats, nonce, label: `Rows of ${shortFileName(opened.file)}` },
      {
        onActive(active) {
          row = active;
          status.setPosition(`row ${formats.count(active + 1)}`);
          record?.control.show(active);
        },
        onOpen: (active) => openRecord(active, true),
        onFailed(error) {
          const failure = failureOf(error, 'Rows could not be read.');
          if (session?.grid === undefined) frame.showFailure(failure, (id) => host.act(id));
          else frame.setBanner('failure', failureBanner(failure));
        },
        onRecovered() {
          frame.setBanner('failure', undefined);
          if (!isFirst) return;
          isFirst = false;
          if (session === undefined) return;
          announcer.say(
            `${rowsStatus(session.progress, formats)}, ${formats.plural(opened.columns.length, 'column', 'columns')}`,
          );
          if (memory.state.isRecordOpen) queueMicrotask(() => openRecord(memory.state.active?.row ?? 0));
        },
        onCopy: copy,
      },
    );
    showProgress(opened.progress);
    showTab(memory.state.tab);
  };

  const showProgress = (progress: PartProgress): void => {
    if (session === undefined) return;
    const { opened } = session;
    const before = session.progress;
    session.setProgress(progress);
    status.show(progress, opened.metadata.codec);
    frame.setBusy('reading', progress.state === 'reading');
    toolbar.setDamageCount(progress.damage.length);
    toolbar.setHasRows(progress.rows > 0);
    toolbar.setRowRange(`1 to ${formats.count(progress.rows)}`);
    if (progress.state === 'complete' && progress.rows === 0) showEmpty(opened);
    showDamage(opened, progress);
    if (before.state === 'reading' && progress.state === 'complete') announcer.say(rowsStatus(progress, formats));
    showStopped(progress);
    if (memory.state.tab !== 'rows') fillTabs();
  };
  const showStopped = (progress: PartProgress): void => {
    const at = `byte ${formats.count(progress.bytesScanned)} of ${formats.count(progress.totalBytes)}`;
    frame.setBanner(
      'stopped',
      progress.state !== 'failed'
        ? undefined
        : {
            severity: 'error',
            text: `Reading stopped at ${at}. The rows up to there are shown.`,
            actions: [{ title: 'Try Again', onClick: () => host.act('retry') }],
          },
    );
  };
  const showDamage = (opened: RowsOpened, progress: PartProgress): void => {
    const text = damageSummary(opened.file, progress, formats);
    frame.setBanner(
      'damage',
      text === '' || isDamageClosed || memory.state.tab === 'damage'
        ? undefined
        : {
            severity: 'warning',
            text,
            actions: [{ title: 'Show Damage', onClick: () => showTab('damage') }],
            onClose() {
              isDamageClosed = true;
              frame.setBanner('damage', undefined);
            },
          },
    );
  };
  const showEmpty = (opened: RowsOpened): void => {
    const columns = formats.plural(opened.columns.length, 'column', 'columns');
    frame.setInstead(
      element(
        'div',
        { class: 'empty-panel' },
        element('p', {}, `This part has no rows. Its schema has ${columns}.`),
        createButton({ label: 'Show Schema', onClick: () => showTab('schema') }),
      ),
    );
  };

  const fillTabs = (): void => {
    if (session === undefined) return;
    fillSchemaTab(frame.panels.schema, session.opened, absent, session.progress, formats, copy);
    fillDamageTab(frame.panels.damage, session.progress, formats);
  };
  const showTab = (wished: RowsTab): void => {
    const tab = wished === 'damage' && session?.progress.damage.length === 0 ? 'rows' : wished;
    memory.change({ tab });
    toolbar.setTab(tab);
    frame.showTab(tab);
    if (session !== undefined) showDamage(session.opened, session.progress);
    if (tab === 'rows') session?.grid?.fit();
    else fillTabs();
  };
  const goTo = (typed: string): boolean => {
    const found = parseRowNumber(typed, session?.progress.rows ?? 0);
    if (found === undefined) {
      announcer.say(`There is no row ${typed}.`);
      return false;
    }
    session?.grid?.goTo(found);
    announcer.say(`Row ${formats.count(found + 1)}`);
    return true;
  };

  const openRecord = (at: number, isFocusWanted = false): void => {
    if (session?.grid === undefined) return;
    if (record === undefined) {
      const pane = createRecordPane(session.opened.columns, formats, {
        onStep: (by) => step(by),
        onClose: () => closeRecord(),
        onCopy: copy,
      });
      const sash = createSash(frame.recordHost, memory.state.recordWidth, (width) =>
        memory.change({ recordWidth: width }),
      );
      frame.recordHost.replaceChildren(sash.element, pane.element);
      setShown(frame.recordHost, true);
      record = { pane, control: createRecordControl(pane, session.cache, host) };
      toolbar.setRecordOpen(true);
      memory.change({ isRecordOpen: true });
      session.grid.fit();
    }
    record.control.show(at);
    if (isFocusWanted) record.pane.focus();
  };
  const hideRecord = (): void => {
    record?.control.stop();
    record = undefined;
    setShown(frame.recordHost, false);
    frame.recordHost.replaceChildren();
    toolbar.setRecordOpen(false);
  };
  const closeRecord = (): void => {
    if (record === undefined) return;
    const hadFocus = frame.recordHost.contains(document.activeElement);
    hideRecord();
    memory.change({ isRecordOpen: false });
    session?.grid?.fit();
    if (hadFocus) session?.grid?.focus();
  };
  const step = (by: 1 | -1): void => {
    const to = activeRow() + by;
    if (session === undefined || to < 0 || to >= session.progress.rows) return;
    session.grid?.activate(to);
    announcer.say(`Row ${formats.count(to + 1)}`);
  };

  listenToKeys({
    onGoTo() {
      showTab('rows');
      toolbar.startGoTo();
    },
    onShortcuts: () => sheet.open(),
    onEscape: () => closeRecord(),
    isRecordOpen: () => record !== undefined,
    onStep: step,
  });
  showTab(memory.state.tab);
  void load();
}

interface Keys {
  readonly onGoTo: () => void;
  readonly onShortcuts: () => void;
  readonly onEscape: () => void;
  readonly onStep: (by: 1 | -1) => void;
  readonly isRecordOpen: () => boolean;
}

/** Keys of the whole view. What is taken here goes no further: VS Code would act on it too. */
function listenToKeys(keys: Keys): void {
  document.addEventListener('keydown', (event) => {
    const isTyping = event.target instanceof HTMLInputElement;
    const isCommand = event.ctrlKey || event.metaKey;
    if (isCommand && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'g') keys.onGoTo();
    else if (event.key === '?' && !isTyping && !isCommand) keys.onShortcuts();
    else if (event.key === 'Escape' && keys.isRecordOpen() && !isTyping) keys.onEscape();
    else if (
      event.altKey &&
      !isCommand &&
      keys.isRecordOpen() &&
      (event.key === 'ArrowUp' || event.key === 'ArrowDown')
    )
      keys.onStep(event.key === 'ArrowUp' ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
