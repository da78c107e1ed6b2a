import { connect } from '../../src/channel/browser';
import {
  copyMarkdown,
  diffFailureAction,
  openDiff,
  openManifest,
  openTextDiff,
  revealTable,
  type DiffOpened,
  type DumpHeading,
} from '../../src/protocol/diff';
import { createAnnouncer } from '../ui/announcer';
import { createBusyBar } from '../ui/busyBar';
import { createButton, createCheckbox, createLinkButton } from '../ui/components';
import { element, hiddenText, icon } from '../ui/dom';
import type { IconName } from '../ui/icons';
import { createFailurePanel, failureOf } from '../ui/failurePanel';
import { createFormats, type Formats } from '../ui/format';
import type { WebviewHost } from '../ui/hostPort';
import { buildDiffModel, type Group, type GroupRow, type Step } from './diffModel';

interface Actions {
  readonly onTable: (table: string, side: 'from' | 'to') => void;
  readonly onManifest: (side: 'from' | 'to') => void;
  readonly onMarkdown: () => void;
  readonly onTextDiff: () => void;
}

/** What the view keeps of a person's doing: a list with ticks, and whether unchanged tables are shown. */
interface DiffState {
  readonly isChangedOnly: boolean;
  readonly done: readonly string[];
  /** By it the host brings the tab back after the window was reloaded: without it the tab would be gone. */
  readonly restore?: DiffOpened['restore'];
}

/** The manifest diff, read top-down like a change log: one sentence, what to do, then the facts. */
export function createDiffView(root: HTMLElement, web: WebviewHost): void {
  const formats = createFormats(navigator.language);
  const connection = connect(web.port);
  connection.listen();
  const busyBar = createBusyBar('Comparing');
  const announcer = createAnnouncer();
  const page = element('main', { class: 'diff-page' });
  root.replaceChildren(busyBar.element, page, announcer.element);
  let state = parseState(web.recall());
  const change = (part: Partial<DiffState>): void => {
    state = { ...state, ...part };
    const { restore, ...own } = state;
    web.remember({ ...restore, ...own });
  };
  const actions: Actions = {
    onTable: (table, side) => void connection.sendNotification(revealTable, { table, side }),
    onManifest: (side) => void connection.sendNotification(openManifest, { side }),
    onMarkdown() {
      void connection.sendNotification(copyMarkdown, {});
      announcer.say('Copied as Markdown');
    },
    onTextDiff: () => void connection.sendNotification(openTextDiff, {}),
  };
  const act = (id: string): void => {
    void connection.sendNotification(diffFailureAction, { id });
    if (id === 'retry') void load();
  };
  const load = async (): Promise<void> => {
    busyBar.setBusy(true);
    try {
      const opened = await connection.sendRequest(openDiff);
      change({ restore: opened.restore });
      page.replaceChildren(...drawPage(opened, formats, actions, state, change));
      announcer.say(opened.diff.summary);
    } catch (error) {
      page.replaceChildren(createFailurePanel(failureOf(error, 'The manifests could not be compared.'), act));
    } finally {
      busyBar.setBusy(false);
    }
  };
  void load();
}

function parseState(remembered: unknown): DiffState {
  const { isChangedOnly, done, connectionId, from, to } = (remembered ?? {}) as Record<string, unknown>;
  const isKnown = typeof connectionId === 'string' && typeof from === 'string' && typeof to === 'string';
  return {
    ...(isKnown ? { restore: { connectionId, from, to } } : {}),
    isChangedOnly: isChangedOnly !== false,
    done: Array.isArray(done) ? done.filter((item) => typeof item === 'string') : [],
  };
}

function drawPage(
  opened: DiffOpened,
  formats: Formats,
  actions: Actions,
  state: DiffState,
  change: (part: Partial<DiffState>) => void,
): readonly HTMLElement[] {
  const { diff } = opened;
  const model = buildDiffModel(diff, formats);
  const unchanged = drawUnchanged(model.unchanged, formats, actions);
  const showUnchanged = (isChangedOnly: boolean): void => {
    unchanged.classList.toggle('is-folded', isChangedOnly);
  };
  showUnchanged(state.isChangedOnly);
  const head = drawHead(opened, formats, actions, state.isChangedOnly, (isChangedOnly) => {
    showUnchanged(isChangedOnly);
    change({ isChangedOnly });
  });
  const summary = element(
    'p',
    { class: 'summary' },
    model.isEmpty ? 'Nothing changed but the dump id.' : diff.summary,
  );
  const steps =
    model.isEmpty || (model.steps.length === 0 && model.caution === '')
      ? []
      : [drawSteps(model.steps, model.caution, opened, actions, state, change)];
  return [head, summary, ...steps, ...model.groups.map((group) => drawGroup(group, actions)), unchanged];
}

function drawHead(
  opened: DiffOpened,
  formats: Formats,
  actions: Actions,
  isChangedOnly: boolean,
  onChangedOnly: (isChangedOnly: boolean) => void,
): HTMLElement {
  const { from, to } = opened;
  const dump = (heading: DumpHeading, side: 'from' | 'to'): HTMLElement =>
    createLinkButton(heading.dump, () => actions.onManifest(side), `Open the manifest of dump ${heading.dump}`);
  const arrow = element('span', { class: 'arrow', attributes: { 'aria-hidden': 'true' } }, ' → ');
  return element(
    'header',
    { class: 'diff-head' },
    element(
      'div',
      { class: 'diff-title' },
      element('h1', {}, 'Dump ', dump(from, 'from'), arrow, hiddenText('to'), dump(to, 'to')),
      element('p', { class: 'diff-sides' }, sidesText(opened, formats)),
    ),
    element(
      'div',
      { class: 'diff-tools' },
      createCheckbox({ label: 'Changed only', isChecked: isChangedOnly, onChange: onChangedOnly }),
      createButton({ label: 'Copy as Markdown', onClick: actions.onMarkdown }),
      createButton({ label: 'Text Diff', onClick: actions.onTextDiff }),
    ),
  );
}

function sidesText({ connection, from, to }: DiffOpened, formats: Formats): string {
  const when = (heading: DumpHeading): string =>
    heading.delivered === undefined ? 'time not known' : formats.dateTime(heading.delivered);
  const change = (before: number, after: number, one: string, many: string): string =>
    before === after
      ? formats.plural(after, one, many)
      : `${formats.count(before)} → ${formats.plural(after, one, many)}`;
  return [
    connection,
    `delivered ${when(from)} → ${when(to)}`,
    change(from.tables, to.tables, 'table', 'tables'),
    change(from.files, to.files, 'file', 'files'),
  ].join(' · ');
}

function drawSteps(
  steps: readonly Step[],
  caution: string,
  opened: DiffOpened,
  actions: Actions,
  state: DiffState,
  change: (part: Partial<DiffState>) => void,
): HTMLElement {
  const done = new Set(state.done);
  const items = steps.map((step) => {
    const name = element(
      'span',
      { class: 'step-name' },
      step.table === undefined
        ? step.label
        : createLinkButton(step.label, () => actions.onTable(step.table ?? '', sideOf(opened, step.table ?? ''))),
    );
    const text = element(
      'span',
      { class: 'step-text' },
      step.isWarning ? icon('error', 'missing') : undefined,
      step.text,
    );
    const box = createCheckbox({
      label: hiddenText(`${step.label}: ${step.text}`),
      isChecked: done.has(step.label),
      onChange(isChecked) {
        item.classList.toggle('is-done', isChecked);
        if (isChecked) done.add(step.label);
        else done.delete(step.label);
        change({ done: [...done] });
      },
    });
    const item = element('li', { class: done.has(step.label) ? 'step is-done' : 'step' }, box, name, text);
    return item;
  });
  return element(
    'section',
    { class: 'steps' },
    element('h2', {}, `To bring a copy from ${opened.diff.from} to ${opened.diff.to}`),
    caution === '' ? undefined : element('p', { class: 'caution' }, icon('info'), caution),
    items.length === 0 ? undefined : element('ul', { class: 'step-list' }, ...items),
  );
}

function sideOf(opened: DiffOpened, table: string): 'from' | 'to' {
  return opened.diff.tables.find((one) => one.name === table)?.to === undefined ? 'from' : 'to';
}

const groupIcons: Readonly<Record<Group['meaning'], IconName>> = {
  resync: 'sync',
  column: 'symbol-field',
  gone: 'remove',
  new: 'add',
  incremental: 'history',
  delivered: 'cloud-download',
  definition: 'symbol-property',
};

function drawGroup(group: Group, actions: Actions): HTMLElement {
  return element(
    'section',
    { class: `group group-${group.meaning}` },
    element(
      'h2',
      {},
      icon(groupIcons[group.meaning], 'group-icon'),
      group.title,
      element('span', { class: 'group-count' }, group.count),
    ),
    group.note === '' ? undefined : element('p', { class: 'group-note' }, group.note),
    drawRows(group.title, group.rows, actions),
  );
}

function drawRows(label: string, rows: readonly GroupRow[], actions: Actions): HTMLElement {
  const name = (row: GroupRow): Node | string => {
    const { table } = row;
    return table === undefined ? row.label : createLinkButton(row.label, () => actions.onTable(table, row.side));
  };
  return element(
    'table',
    { class: 'rows-table', attributes: { 'aria-label': label } },
    element(
      'tbody',
      {},
      ...rows.map((row) =>
        element(
          'tr',
          {},
          element(
            'th',
            { attributes: { scope: 'row' } },
            name(row),
            row.isInternal ? element('span', { class: 'internal' }, 'internal') : undefined,
          ),
          element('td', { class: 'row-files' }, row.files),
          element('td', { class: 'row-size' }, row.size),
          element('td', { class: 'row-note' }, ...noteOf(row)),
        ),
      ),
    ),
  );
}

/** Gains and losses wear their colour, and their sign says the same. */
function noteOf(row: GroupRow): readonly Node[] {
  const words = row.note.split('   ').filter((word) => word !== '');
  const nodes: Node[] = words.map((word) =>
    element('span', { class: word.startsWith('+ ') ? 'gain' : word.startsWith('− ') ? 'loss' : 'plain' }, word),
  );
  if (row.missing !== '') nodes.push(element('span', { class: 'missing' }, icon('error'), row.missing));
  return nodes;
}

function drawUnchanged(rows: readonly GroupRow[], formats: Formats, actions: Actions): HTMLElement {
  const words = rows.length === 0 ? '' : `${formats.plural(rows.length, 'table', 'tables')} unchanged`;
  return element(
    'section',
    { class: 'unchanged' },
    words === '' ? undefined : element('h2', {}, words),
    rows.length === 0 ? undefined : drawRows('Unchanged', rows, actions),
  );
}
