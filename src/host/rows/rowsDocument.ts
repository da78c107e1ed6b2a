import path from 'node:path';
import { EventEmitter, type CustomDocument, type Uri } from 'vscode';
import { frozenColumns } from '../../core/columnRoles';
import { DisposableStore } from '../../core/disposable';
import { Failure, throwIfAborted, toFailure, withFacts, type FailureData } from '../../core/failure';
import { parseObjectKey } from '../../core/objectKey';
import type { Log, ObjectStore } from '../../core/ports';
import type { PartProgress } from '../../core/partProgress';
import type { AbsentColumn, RowsOpened } from '../../protocol/rows';
import { freshArrangement } from '../../core/rowsArrangement';
import type { RecordPage, RowsPage } from '../../core/rowsPage';
import type { DatasetProgress } from '../../core/rowsProgress';
import { loadStoreBundle } from '../bundles';
import { createSessionReader } from '../connections/sessionReader';
import type { BucketSession, Sessions } from '../connections/sessions';
import { objectScheme, parseObjectUri } from '../resourceUri';
import { readSetting } from '../settings';
import { findAbsentColumns } from './absentColumns';
import type { DataWorker, OpenPart } from './dataWorker';
import { createPartSource } from './partSource';

export interface RowsDocumentDeps {
  readonly sessions: Sessions;
  readonly worker: DataWorker;
  readonly log: Log;
}

/** An opened `.avro` file: of a connected bucket, or local. Opens its part when a view first asks; closing frees it. */
export class RowsDocument implements CustomDocument {
  readonly uri: Uri;
  private readonly deps: RowsDocumentDeps;
  private readonly resources = new DisposableStore();
  private readonly progressEmitter = this.resources.add(new EventEmitter<PartProgress>());
  private readonly resetEmitter = this.resources.add(new EventEmitter<void>());
  readonly onDidProgress = this.progressEmitter.event;
  readonly onDidReset = this.resetEmitter.event;
  private abort = new AbortController();
  /** Why the part was lost. Told to whoever asks, until the user has it opened again: a file that ends the worker must not do so for ever. */
  private lost: Failure | undefined;
  /** Why the part could not be opened. */
  private fault: Failure | undefined;
  private opening:
    | Promise<{ readonly part: OpenPart; readonly facts: RowsOpened; readonly session: BucketSession | undefined }>
    | undefined;

  constructor(uri: Uri, deps: RowsDocumentDeps) {
    this.uri = uri;
    this.deps = deps;
  }

  /** The connection that the file belongs to; `undefined` for a local file. */
  get connectionId(): string | undefined {
    return this.uri.scheme === objectScheme ? parseObjectUri(this.uri).connectionId : undefined;
  }

  /** What the view needs to paint: opened once, however many views ask. A failure is not kept: asking again tries again. */
  async open(): Promise<RowsOpened> {
    if (this.lost !== undefined) throw this.lost;
    this.opening ??= this.openPart();
    const mine = this.opening;
    try {
      const { facts, part } = await mine;
      return { ...facts, progress: asDatasetProgress(part.progress) };
    } catch (error) {
      if (this.opening === mine) {
        this.opening = undefined;
        this.fault = toFailure(error);
      }
      throw error;
    }
  }

  async rows(first: number, count: number): Promise<RowsPage> {
    return (await this.part()).rows(first, count);
  }

  async record(row: number): Promise<RecordPage> {
    return (await this.part()).record(row);
  }

  async readOn(): Promise<void> {
    const part = await this.part();
    const { failure } = part.progress;
    // Of an object that was replaced the rest never comes: what can be read is the new version, from its start.
    if (failure?.code === 'store.changed') {
      this.reopen();
      return;
    }
    this.renewAfter(failure);
    part.readOn(readAheadBytes());
  }

  /** Columns that the table has elsewhere and this part has not. Nothing for a file outside an export. */
  async absentColumns(): Promise<readonly AbsentColumn[]> {
    if (this.opening === undefined) return [];
    const { facts, session } = await this.opening;
    if (session === undefined || facts.table === undefined || facts.dump === undefined) return [];
    return findAbsentColumns(session.catalog, facts.table, BigInt(facts.dump), facts.columns, this.abort.signal);
  }

  /** Closes the part and tells the views to ask anew. */
  reopen(): void {
    this.renewAfter(this.fault);
    this.lost = undefined;
    this.fault = undefined;
    this.closePart();
    this.resetEmitter.fire();
  }

  dispose(): void {
    this.closePart();
    this.resources.dispose();
  }

  private async part(): Promise<OpenPart> {
    if (this.opening === undefined) throw new Failure('cancelled');
    return (await this.opening).part;
  }

  /** Credentials may have been renewed since: what is tried again reads them anew. */
  private renewAfter(failure: FailureData | undefined): void {
    if (failure !== undefined && this.connectionId !== undefined)
      this.deps.sessions.renewAfter(this.connectionId, failure);
  }

  private closePart(): void {
    this.abort.abort();
    this.abort = new AbortController();
    const closing = this.opening;
    this.opening = undefined;
    closing?.then(
      ({ part }) => part.dispose(),
      () => undefined,
    );
  }

  private async openPart() {
    const { signal } = this.abort;
    const { store, key, session } = await this.locate();
    throwIfAborted(signal);
    const reader = session === undefined ? store : createSessionReader(this.deps.sessions, session.connection.id);
    const source = createPartSource(reader, key);
    const opening = this.deps.worker.open(source, {
      readAheadBytes: readAheadBytes(),
      signal,
      onProgress: (progress) => this.progressEmitter.fire(progress),
      onCrash: (failure) => {
        this.lost = failure;
        this.closePart();
        this.resetEmitter.fire();
      },
    });
    // The worker knows the bytes, not their name.
    const part = await opening.catch((error: unknown) => {
      throw withFacts(error, { uri: store.uri(key) });
    });
    const parsed = session === undefined ? undefined : parseObjectKey(key);
    const { columns, metadata, progress } = part.opened;
    const facts: RowsOpened = {
      uri: store.uri(key),
      file: path.posix.basename(this.uri.path),
      totalBytes: progress.totalBytes,
      columns,
      idColumns: frozenColumns(columns.map((column) => column.name)),
      metadata,
      parts: [{ file: path.posix.basename(this.uri.path), uri: store.uri(key), absent: [], metadata }],
      progress: asDatasetProgress(progress),
      arrangement: freshArrangement,
      ...(source.modified === undefined ? {} : { modified: source.modified }),
      ...(parsed?.kind === 'part' ? { dump: parsed.dump.toString(), table: parsed.table } : {}),
    };
    return { part, facts, session };
  }

  private async locate(): Promise<{ store: ObjectStore; key: string; session: BucketSession | undefined }> {
    if (this.uri.scheme === objectScheme) {
      const { connectionId, key } = parseObjectUri(this.uri);
      const session = await this.deps.sessions.get(connectionId);
      return { store: session.store, key, session };
    }
    if (this.uri.scheme !== 'file') {
      throw new Failure('ref.unreadable', {
        uri: this.uri.toString(),
        detail: `Files of the scheme "${this.uri.scheme}" cannot be read in ranges.`,
      });
    }
    const folder = path.dirname(this.uri.fsPath);
    const store = await loadStoreBundle().openStore({
      connection: { kind: 'folder', id: 'local', name: folder, path: folder },
      log: this.deps.log,
    });
    this.resources.add(store);
    return { store, key: path.basename(this.uri.fsPath), session: undefined };
  }
}

const readAheadBytes = (): number => readSetting('dataConnect.rows.readAheadMegabytes') * 1024 * 1024;

export function asDatasetProgress(progress: PartProgress): DatasetProgress {
  return { ...progress, parts: 1, partsComplete: progress.state === 'complete' ? 1 : 0 };
}
