import { QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import type { DumpId } from '../../core/dumpId';
import { failureToData, isFailure } from '../../core/failure';
import { describeFailure } from '../../core/describeFailure';
import { DisposableStore } from '../../core/disposable';
import { formatBytes, formatPlural } from '../../core/format';
import { isInternalTable, migrationsTable } from '../../core/manifest';
import type { RowsQuery } from '../../core/rowFilter';
import { userColumns, userFilter } from '../../core/userIds';
import { locateRows, type LocatedRows } from '../rows/locateRows';
import { openLocated, type FoundRows, type ScanTableDeps } from '../rows/scanTable';
import { readSetting } from '../settings';

/** Where the rows of a user can be shown. */
export interface UserPlace {
  readonly label: string;
  readonly table?: string;
  readonly columns: readonly string[];
  apply(query: RowsQuery): Promise<void>;
}

export interface ChosenTable {
  readonly table?: string;
  /** In a tab that is there already. */
  readonly apply?: (query: RowsQuery) => Promise<void>;
}

interface Item extends QuickPickItem {
  readonly chosen?: ChosenTable;
  readonly isStart?: true;
}

interface Row {
  readonly table: string;
  /** Absent where that failed. */
  readonly located?: LocatedRows;
  words: string;
  /** How many there are, once it was searched. */
  rows?: number;
  isFailed?: true;
}

/**
 * A list of the export's tables that fills as they are searched for some ids, one after the other; choosing one or going away ends the search.
 * Where it would fetch more than the user allows unasked, it begins when it is asked to.
 */
export async function pickUserTable(
  deps: ScanTableDeps,
  place: { readonly connectionId: string; readonly dump: DumpId },
  ids: readonly string[],
  tab: UserPlace | undefined,
): Promise<ChosenTable | undefined> {
  return new UserTables(deps, place, ids, tab).pick();
}

class UserTables {
  private readonly deps: ScanTableDeps;
  private readonly place: { readonly connectionId: string; readonly dump: DumpId };
  private readonly ids: readonly string[];
  /** Of a tab that knows users. */
  private readonly tab: UserPlace | undefined;
  private readonly resources = new DisposableStore();
  private readonly input = this.resources.add(window.createQuickPick<Item>());
  private readonly abort = new AbortController();
  private rows: Row[] = [];
  private start: Item | undefined;
  private fault = '';
  private title = '';

  constructor(
    deps: ScanTableDeps,
    place: { readonly connectionId: string; readonly dump: DumpId },
    ids: readonly string[],
    tab: UserPlace | undefined,
  ) {
    this.deps = deps;
    this.place = place;
    this.ids = ids;
    this.tab = userColumns(tab?.table).every((name) => tab?.columns.includes(name)) ? tab : undefined;
  }

  async pick(): Promise<ChosenTable | undefined> {
    const { input, ids, place } = this;
    this.title = `Find User ${ids[0] ?? ''}${ids.length > 1 ? ` and ${formatPlural(ids.length - 1, 'other id')}` : ''}`;
    input.placeholder = `Tables as of dump ${place.dump}: choose one to see the rows`;
    input.ignoreFocusOut = true;
    input.keepScrollPosition = true;
    input.matchOnDescription = true;
    try {
      return await new Promise<ChosenTable | undefined>((resolve) => {
        this.resources.add(input.onDidHide(() => resolve(undefined)));
        this.resources.add(
          input.onDidAccept(() => {
            const [item] = input.activeItems;
            if (item?.isStart === true) void this.run(() => this.search());
            else if (item?.chosen !== undefined) resolve(item.chosen);
          }),
        );
        this.draw();
        input.show();
        void this.run(() => this.prepare());
      });
    } finally {
      this.abort.abort();
      this.resources.dispose();
    }
  }

  private get isOver(): boolean {
    return this.abort.signal.aborted;
  }

  /** What goes wrong with the whole stands in the list: there is nothing else to see then. */
  private async run(work: () => Promise<void>): Promise<void> {
    this.input.busy = true;
    try {
      await work();
    } catch (error) {
      if (this.isOver) return;
      const { message, hint } = describeFailure(failureToData(error));
      this.fault = `${message} ${hint}`.trim();
      this.draw();
    }
    if (!this.isOver) this.input.busy = false;
  }

  /** Finds the tables and what they would cost; begins if that may be done unasked. */
  private async prepare(): Promise<void> {
    const { connectionId, dump } = this.place;
    const { catalog, connection } = await this.deps.sessions.get(connectionId);
    const { tables } = await catalog.tables(this.abort.signal);
    for (const name of sortTables(tables.map((table) => table.name))) {
      const source = { kind: 'table', connectionId, table: name, dump } as const;
      try {
        const located = await locateRows(source, this.deps, this.abort.signal);
        this.rows.push({ table: name, located, words: '' });
      } catch (error) {
        if (this.isOver) return;
        // It came after this dump, or none of its files is in effect.
        if (isFailure(error, 'catalog.noSuchTable')) continue;
        // The others may well be read.
        this.rows.push({ table: name, words: describeFailure(failureToData(error)).message, isFailed: true });
      }
      this.draw();
    }
    const bytes = this.rows
      .flatMap(({ located }) => located?.parts ?? [])
      .reduce((sum, part) => sum + (part.bytes ?? 0), 0);
    if (connection.kind !== 's3' || bytes <= readSetting('dataConnect.rows.askAboveMegabytes') * 1024 * 1024)
      return this.search();
    this.start = {
      label: `$(search) Search ${formatPlural(this.rows.length, 'table')}`,
      description: `reads up to ${formatBytes(bytes)}`,
      isStart: true,
      alwaysShow: true,
    };
    this.draw();
  }

  private async search(): Promise<void> {
    this.start = undefined;
    this.input.busy = true;
    for (const row of this.rows) {
      if (this.isOver) return;
      if (row.located === undefined) continue;
      row.words = 'searching…';
      this.draw();
      await this.searchTable(row, row.located);
      this.draw();
    }
  }

  private async searchTable(row: Row, located: LocatedRows): Promise<void> {
    const told = (found: FoundRows): string =>
      `${formatPlural(found.rows, 'row')} · ${formatBytes(found.progress.bytesDone)} read`;
    let drawnAt = 0;
    try {
      const scan = await openLocated(located, this.deps, this.abort.signal);
      try {
        const found = await scan.count(userFilter(row.table, this.ids), {
          onProgress: (soFar) => {
            row.words = `${told(soFar)}…`;
            if (Date.now() - drawnAt < 200 || this.isOver) return;
            drawnAt = Date.now();
            this.draw();
          },
        });
        row.rows = found.rows;
        const columns = userColumns(row.table);
        row.words = columns.some((name) => scan.columns.includes(name))
          ? told(found)
          : `has no column ${columns.join(' or ')}`;
      } finally {
        scan.dispose();
      }
    } catch (error) {
      if (this.isOver) return;
      // The others may well be read.
      row.words = describeFailure(failureToData(error)).message;
      row.isFailed = true;
    }
  }

  /** Tables with rows first, as they were searched; then what is under way, and those without any. */
  private draw(): void {
    if (this.isOver) return;
    const { input, tab } = this;
    const active = input.activeItems[0];
    const item = (row: Row): Item => ({ label: row.table, description: row.words, chosen: { table: row.table } });
    const found = this.rows.filter(({ rows = 0 }) => rows > 0);
    const failed = this.rows.filter(({ isFailed = false }) => isFailed);
    const open = this.rows.filter(({ rows, isFailed = false }) => rows === undefined && !isFailed);
    const empty = this.rows.filter(({ rows }) => rows === 0);
    const many = found.reduce((sum, { rows = 0 }) => sum + rows, 0);
    input.title =
      many === 0
        ? this.title
        : `${this.title} · ${formatPlural(many, 'row')} in ${formatPlural(found.length, 'table')}`;
    const group = (label: string, items: readonly Item[]): readonly Item[] =>
      items.length === 0 ? [] : [{ label, kind: QuickPickItemKind.Separator }, ...items];
    input.items = [
      ...(tab === undefined ? [] : [{ label: tab.label, description: 'filter its rows', chosen: tab }]),
      ...(this.start === undefined ? [] : [this.start]),
      ...(this.fault === '' ? [] : [{ label: `$(error) ${this.fault}`, alwaysShow: true }]),
      ...group('with rows', found.map(item)),
      ...group(this.start === undefined ? 'to be searched' : 'not searched', open.map(item)),
      ...group('not searched to the end', failed.map(item)),
      ...group('without rows', empty.map(item)),
    ];
    const same = input.items.find(({ label }) => label === active?.label);
    if (same !== undefined) input.activeItems = [same];
  }
}

/** Whom the rows belong to first, then what was done; migrations last. The vendor's own tables know no users. */
export function sortTables(names: readonly string[]): readonly string[] {
  const first = ['users', 'sessions', 'pageviews'];
  const rank = (name: string): number =>
    name === migrationsTable ? first.length + 1 : first.includes(name) ? first.indexOf(name) : first.length;
  return names
    .filter((name) => !isInternalTable(name))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
}
