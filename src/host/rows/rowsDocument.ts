import { EventEmitter, type CustomDocument, type Uri } from 'vscode';
import type { Column } from '../../core/column';
import { frozenColumns } from '../../core/columnRoles';
import { describeFailure } from '../../core/describeFailure';
import { DisposableStore } from '../../core/disposable';
import { Failure, throwIfAborted, toFailure, withFacts, type FailureData } from '../../core/failure';
import { formatCount, formatPlural } from '../../core/format';
import type { Log } from '../../core/ports';
import type { RowsArrangement } from '../../core/rowsArrangement';
import type { DatasetProgress, PartFacts, ScanCost } from '../../core/rowsProgress';
import type { AbsentColumn, RowsNotes, RowsOpened } from '../../protocol/rows';
import type { Sessions } from '../connections/sessions';
import { readSetting } from '../settings';
import { findAbsentColumns } from './absentColumns';
import { arrangementKey, type Arrangements } from './arrangements';
import type { DataWorker } from './dataWorker';
import { locateRows, type LocatedRows } from './locateRows';
import type { OpenRows } from './openRows';
import { parseRowsSource } from './rowsSource';

export interface RowsDocumentDeps {
  readonly sessions: Sessions;
  readonly worker: DataWorker;
  readonly arrangements: Arrangements;
  readonly log: Log;
}

/** What is open: where it lies, and the worker's end of it. */
export interface OpenedRows {
  readonly located: LocatedRows;
  readonly rows: OpenRows;
}

/** An opened `.avro` file, of a connected bucket or local, or a table. Opens its rows when a view first asks; closing frees them. */
export class RowsDocument implements CustomDocument {
  readonly uri: Uri;
  private readonly deps: RowsDocumentDeps;
  private readonly resources = new DisposableStore();
  private readonly progressEmitter = this.resources.add(new EventEmitter<DatasetProgress>());
  private readonly partsEmitter = this.resources.add(
    new EventEmitter<{ readonly columns: readonly Column[]; readonly parts: readonly PartFacts[] }>(),
  );
  private readonly renumberEmitter = this.resources.add(new EventEmitter<void>());
  private readonly resetEmitter = this.resources.add(new EventEmitter<void>());
  readonly onDidProgress = this.progressEmitter.event;
  readonly onDidLearnParts = this.partsEmitter.event;
  /** Rows that had approximate numbers have others now. */
  readonly onDidRenumber = this.renumberEmitter.event;
  /** What was open is gone, views of it too: to be asked for anew. */
  readonly onDidReset = this.resetEmitter.event;
  private abort = new AbortController();
  /** Why the rows were lost. Told to whoever asks, until the user has them opened again: a file that ends the worker must not do so for ever. */
  private lost: Failure | undefined;
  /** When the worker last ended under these rows; epoch milliseconds. */
  private lostAt: number | undefined;
  /** Said while rows are shown that were opened again by themselves. */
  private reopened: string | undefined;
  /** Why they could not be opened. */
  private fault: Failure | undefined;
  private opening: Promise<OpenedRows> | undefined;

  constructor(uri: Uri, deps: RowsDocumentDeps) {
    this.uri = uri;
    this.deps = deps;
  }

  /** The connection that the rows belong to; `undefined` for a local file. */
  get connectionId(): string | undefined {
    return this.uri.scheme === 'file' ? undefined : this.uri.authority;
  }

  /** What the view needs to paint: opened once, however many views ask. A failure is not kept: asking again tries again. */
  async open(): Promise<RowsOpened> {
    if (this.lost !== undefined) throw this.lost;
    this.opening ??= this.openRows();
    const mine = this.opening;
    try {
      return this.describe(await mine);
    } catch (error) {
      if (this.opening === mine) {
        this.opening = undefined;
        this.fault = toFailure(error);
      }
      throw error;
    }
  }

  /** What is open, for those who ask for rows. Rejects with `cancelled` if nothing is, with `rows.lost` until lost rows are opened again. */
  async opened(): Promise<OpenedRows> {
    if (this.lost !== undefined) throw this.lost;
    if (this.opening === undefined) throw new Failure('cancelled');
    return this.opening;
  }

  async readOn(): Promise<void> {
    const { rows } = await this.opened();
    const { failure } = rows.progress;
    // Of an object that was replaced the rest never comes: what can be read is the new version, from its start.
    if (failure?.code === 'store.changed') {
      this.reopen();
      return;
    }
    this.renewAfter(failure);
    rows.readOn(readAheadBytes());
  }

  /** What a scan of all rows would fetch, if it is more than the user allows unasked. Local files cost nothing. */
  async costToAsk(): Promise<ScanCost | undefined> {
    const { rows, located } = await this.opened();
    if (located.session?.connection.kind !== 's3') return undefined;
    const cost = await rows.cost();
    return cost.bytes > readSetting('dataConnect.rows.askAboveMegabytes') * 1024 * 1024 ? cost : undefined;
  }

  /** Columns that the table has elsewhere and this part has not. Nothing for a file outside an export, nor for a table: it has them all. */
  async absentColumns(): Promise<readonly AbsentColumn[]> {
    if (this.opening === undefined) return [];
    const { located, rows } = await this.opening;
    const { session, table, dump } = located;
    if (session === undefined || table === undefined || dump === undefined || located.isTable) return [];
    return findAbsentColumns(session.catalog, table, dump, rows.columns, this.abort.signal);
  }

  /** What a person must know of the rows, as sentences: which files are left out, and why. Nothing while none are open. */
  async notes(): Promise<RowsNotes> {
    if (this.opening === undefined) return { sentences: [], canRetry: false };
    const { located, rows } = await this.opening;
    const out = leftOut(rows.parts);
    const again = this.reopened === undefined ? [] : [this.reopened];
    return { sentences: [...again, ...(located.notes ?? []), ...out], canRetry: out.length > 0 };
  }

  /** Opens all parts anew, those that could not be opened too. What was learned of the others is kept, and not read again. */
  async retryParts(): Promise<void> {
    const { rows } = await this.opened();
    const failed = rows.parts.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
    for (const failure of failed) this.renewAfter(failure);
    if (failed.length > 0) this.reopen();
  }

  async arrange(arrangement: RowsArrangement): Promise<void> {
    this.deps.arrangements.remember(this.arrangementKey(await this.opened()), arrangement);
  }

  /** Closes the rows and tells the views to ask anew. */
  reopen(): void {
    this.renewAfter(this.fault);
    this.lost = undefined;
    this.reopened = undefined;
    this.fault = undefined;
    this.close();
    this.resetEmitter.fire();
  }

  /** The same, if they were lost: another question may have had them opened again. */
  recover(): void {
    if (this.lost !== undefined) this.reopen();
  }

  dispose(): void {
    this.close();
    this.resources.dispose();
  }

  /** Credentials may have been renewed since: what is tried again reads them anew. */
  private renewAfter(failure: FailureData | undefined): void {
    if (failure !== undefined && this.connectionId !== undefined)
      this.deps.sessions.renewAfter(this.connectionId, failure);
  }

  private close(): void {
    this.abort.abort();
    this.abort = new AbortController();
    const closing = this.opening;
    this.opening = undefined;
    closing?.then(
      ({ rows, located }) => {
        rows.dispose();
        located.owned?.dispose();
      },
      () => undefined,
    );
  }

  private async openRows(): Promise<OpenedRows> {
    const { signal } = this.abort;
    const located = await locateRows(parseRowsSource(this.uri), this.deps, signal);
    try {
      throwIfAborted(signal);
      const rows = await this.deps.worker.open(located.parts, {
        readAheadBytes: readAheadBytes(),
        signal,
        onProgress: (progress) => this.progressEmitter.fire(progress),
        onRenumbered: () => this.renumberEmitter.fire(),
        onParts: (columns, parts) => this.partsEmitter.fire({ columns, parts }),
        onCrash: (failure) => this.lose(failure),
      });
      return { located, rows };
    } catch (error) {
      located.owned?.dispose();
      // The worker knows the bytes, not their name.
      throw withFacts(error, { uri: located.uri });
    }
  }

  /** The worker ended. Once the views may open the rows again unasked; if that ends soon too, only when somebody wants it. */
  private lose(failure: Failure): void {
    const now = Date.now();
    const isOften = this.lostAt !== undefined && now - this.lostAt < oftenMs;
    this.lostAt = now;
    this.lost = isOften ? failure : undefined;
    this.reopened = isOften
      ? undefined
      : `${describeFailure(failure).message} A new one was started, and the rows were opened again.`;
    this.close();
    this.resetEmitter.fire();
  }

  private describe(opened: OpenedRows): RowsOpened {
    const { located, rows } = opened;
    const { columns, parts, progress } = rows;
    const metadata = parts.find((part) => part.metadata !== undefined)?.metadata;
    if (metadata === undefined) throw new Failure('internal', { detail: 'no header was read' });
    const modified = located.parts.length === 1 ? located.parts[0]?.source.modified : undefined;
    return {
      uri: located.uri,
      file: located.title,
      totalBytes: progress.totalBytes,
      columns,
      idColumns: frozenColumns(columns.map((column) => column.name)),
      metadata,
      parts,
      progress,
      arrangement: this.deps.arrangements.read(this.arrangementKey(opened)),
      ...(modified === undefined ? {} : { modified }),
      ...(located.dump === undefined ? {} : { dump: located.dump.toString() }),
      ...(located.table === undefined ? {} : { table: located.table }),
      ...(located.isTable === true ? { isTable: true } : {}),
    };
  }

  private arrangementKey({ located, rows }: OpenedRows): string {
    const schemaName = rows.opened.parts.find((part) => part.metadata !== undefined)?.metadata?.schemaName ?? '';
    return arrangementKey(
      { connectionId: this.connectionId, table: located.table },
      schemaName,
      rows.opened.columns,
    );
  }
}

/** Rows that are lost twice within this time are not opened again unasked: they may be the cause. */
const oftenMs = 10 * 60_000;

const mostNamed = 3;

/** Of a table each part that could not be opened, by name and with the reason; of many the first ones. */
function leftOut(parts: readonly PartFacts[]): readonly string[] {
  const failed = parts.filter((part) => part.failure !== undefined);
  if (failed.length === 0 || parts.length < 2) return [];
  const named = failed.slice(0, mostNamed).map(({ failure, file, uri, dump }) => {
    const { message } = describeFailure({ code: failure?.code ?? 'internal', facts: { ...failure?.facts, uri } });
    return `${file}${dump === undefined ? '' : ` of dump ${dump}`}: ${message}`;
  });
  const rest = failed.length - named.length;
  const more = rest === 0 ? [] : [`And ${formatCount(rest)} more.`];
  return [
    `${formatPlural(failed.length, 'part')} of ${formatCount(parts.length)} could not be opened; without ${failed.length === 1 ? 'its' : 'their'} rows:`,
    ...named,
    ...more,
  ];
}

const readAheadBytes = (): number => readSetting('dataConnect.rows.readAheadMegabytes') * 1024 * 1024;
