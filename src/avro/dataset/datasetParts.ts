import type { Column } from '../../core/column';
import { Failure, type FailureData, failureToData, isFailure, throwIfAborted, toFailure } from '../../core/failure';
import type { PartProgress } from '../../core/partProgress';
import type { DatasetProgress, PartFacts, ScanCost } from '../../core/rowsProgress';
import { type ColumnUnion, createColumnUnion } from './datasetColumns';
import type { DatasetSource, OpenDatasetOptions } from './dataset';
import { openPart, type Part } from '../part/part';
import { closeSlot, keepIndex, loadIndexOf, type PartSlot } from './partSlot';

export type { PartSlot };

export interface HeldPart {
  readonly part: Part | undefined;
  release(): void;
}

export interface DatasetParts {
  readonly slots: readonly PartSlot[];
  readonly union: ColumnUnion;
  facts(): readonly PartFacts[];
  progress(): DatasetProgress;
  /** Rows of a part: exact once they are known, else an estimate by its bytes. */
  rowsOf(slot: PartSlot): number;
  /** Opens the first part that can be opened. */
  start(): Promise<void>;
  /**
   * The part, opened if need be; it stays open until it is released. `undefined` if it cannot be opened (its slot has the failure then).
   * Rejects with what would keep any other part from being opened too.
   */
  hold(slot: PartSlot): Promise<HeldPart>;
  /** Opens every part that was not open yet (`Dataset.headers`). */
  headers(): Promise<void>;
  /** Begins to open a part that will be used soon, if there is one of that index. */
  prepare(index: number): void;
  /** Stored bytes; 0 if they are not known yet. */
  bytesOf(slot: PartSlot): number;
  /** A scan has come to the end of a part, and seen so many rows. */
  setRows(slot: PartSlot, rows: number): void;
  /** What a scan of everything would fetch. */
  cost(): ScanCost;
  continue(bytes: number): void;
  dispose(): void;
}

/** Headers read at a time, behind the first part. */
const headersAtOnce = 4;
/** Parts that nobody is at work on are closed to their header and index when there are more open than this. */
const mostOpen = 6;
/** What a scan asks for at a time, of a part that is not open. */
const requestBytes = 4 * 1024 * 1024;
/** Compressed blocks in memory, of all open parts. */
const cacheBytes = 24 * 1024 * 1024;
/** What is wrong with one object alone; anything else (no network, no rights at all) would be the same for the others. */
const ownFailures: readonly string[] = ['store.notFound', 'store.accessDenied', 'store.changed', 'avro.'];

export function isOwnFailure(error: unknown): boolean {
  return isFailure(error) && ownFailures.some((prefix) => error.code.startsWith(prefix));
}

export function createDatasetParts(
  sources: readonly DatasetSource[],
  options: OpenDatasetOptions,
  signal: AbortSignal,
): DatasetParts {
  return new PartList(sources, options, signal);
}

class PartList implements DatasetParts {
  readonly slots: readonly PartSlot[];
  readonly union = createColumnUnion();
  private readonly options: OpenDatasetOptions;
  private readonly signal: AbortSignal;
  /** Bytes that may still be read unasked, those of the part that is being read in the background included. */
  private budget: number;
  /** The part that is being read in the background. */
  private current: PartSlot | undefined;
  private currentFailure: FailureData | undefined;
  private isStarted = false;
  private isReadingHeaders = false;
  private uses = 0;

  constructor(sources: readonly DatasetSource[], options: OpenDatasetOptions, signal: AbortSignal) {
    this.slots = sources.map((source, index) => ({ index, source }));
    this.options = options;
    this.signal = signal;
    this.budget = Math.max(0, options.readAheadBytes);
  }

  facts(): readonly PartFacts[] {
    return this.slots.map(({ source, columns, metadata, failure }) => ({
      ...source.facts,
      ...(columns === undefined ? {} : { absent: this.absentOf(columns) }),
      ...(metadata === undefined ? {} : { metadata }),
      ...(failure === undefined ? {} : { failure }),
    }));
  }

  progress(): DatasetProgress {
    const total = { blocks: 0, bytesScanned: 0, totalBytes: 0, bytesRead: 0, requests: 0 };
    for (const { progress, source } of this.slots) {
      total.blocks += progress?.blocks ?? 0;
      total.bytesScanned += progress?.bytesScanned ?? 0;
      total.totalBytes += progress?.totalBytes ?? source.bytes ?? 0;
      total.bytesRead += progress?.bytesRead ?? 0;
      total.requests += progress?.requests ?? 0;
    }
    const failed = this.slots.filter((slot) => slot.failure !== undefined).length;
    const complete = this.slots.filter((slot) => slot.exactRows !== undefined).length - failed;
    const isComplete = complete + failed === this.slots.length;
    const failure = this.currentFailure;
    return {
      ...total,
      state: isComplete ? 'complete' : failure === undefined ? this.readingState() : 'failed',
      ...(isComplete || failure === undefined ? {} : { failure }),
      rows: this.exactPrefix(),
      ...(isComplete ? {} : { estimatedRows: this.slots.reduce((sum, slot) => sum + this.rowsOf(slot), 0) }),
      damage: this.damage(),
      parts: this.slots.length,
      partsComplete: complete,
      ...(failed === 0 ? {} : { partsFailed: failed }),
    };
  }

  rowsOf(slot: PartSlot): number {
    if (slot.exactRows !== undefined) return slot.exactRows;
    const { progress } = slot;
    if (progress !== undefined) slot.estimate = Math.max(progress.rows, progress.estimatedRows ?? 0);
    else slot.estimate = Math.round((slot.source.bytes ?? 0) * this.rowsPerByte());
    return slot.estimate;
  }

  async start(): Promise<void> {
    let first: Failure | undefined;
    for (const slot of this.slots) {
      try {
        await this.opened(slot, this.budget);
        this.current = slot;
        this.isStarted = true;
        this.readOn(slot);
        void this.readHeaders();
        return;
      } catch (error) {
        if (!isOwnFailure(error)) throw error;
        first ??= toFailure(error);
      }
    }
    throw first ?? new Failure('avro.empty');
  }

  async hold(slot: PartSlot): Promise<HeldPart> {
    slot.users = (slot.users ?? 0) + 1;
    let isHeld = true;
    const release = (): void => {
      if (!isHeld) return;
      isHeld = false;
      slot.users = (slot.users ?? 1) - 1;
      this.closeFar();
    };
    try {
      return { part: await this.open(slot), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  async headers(): Promise<void> {
    const waiting = this.slots.values();
    const work = async (): Promise<void> => {
      for (const slot of waiting) if (slot.columns === undefined) await this.open(slot);
    };
    await Promise.all(Array.from({ length: headersAtOnce }, work));
  }

  prepare(index: number): void {
    const slot = this.slots[index];
    if (slot === undefined || slot.part !== undefined || slot.failure !== undefined) return;
    // What goes wrong is met when it is used.
    this.opened(slot, 0).catch(() => undefined);
  }

  bytesOf({ progress, source }: PartSlot): number {
    return progress?.totalBytes ?? source.bytes ?? 0;
  }

  setRows(slot: PartSlot, rows: number): void {
    if (slot.exactRows !== undefined) return;
    const estimate = slot.estimate;
    slot.exactRows = rows;
    // Rows of the parts behind it were counted on from the estimate.
    const isLast = slot.index === this.slots.length - 1;
    if (estimate !== undefined && estimate !== rows && !isLast) this.options.onRenumbered?.();
  }

  private async open(slot: PartSlot): Promise<Part | undefined> {
    throwIfAborted(this.signal);
    if (slot.failure !== undefined) return undefined;
    try {
      return await this.opened(slot, 0);
    } catch (error) {
      if (isOwnFailure(error)) return undefined;
      throw error;
    }
  }

  cost(): ScanCost {
    const cost = { bytes: 0, requests: 0 };
    for (const slot of this.slots) {
      if (slot.failure !== undefined) continue;
      const bytes = this.bytesOf(slot);
      const own = slot.part?.cost() ?? { bytes, requests: Math.max(1, Math.ceil(bytes / requestBytes)) };
      cost.bytes += own.bytes;
      cost.requests += own.requests;
    }
    return cost;
  }

  continue(bytes: number): void {
    if (!(bytes > 0) || this.signal.aborted) return;
    this.budget = Math.max(0, this.budget) + bytes;
    const { current } = this;
    this.currentFailure = undefined;
    if (current?.part === undefined || current.exactRows !== undefined) this.readNext();
    else current.part.continue(bytes);
    void this.readHeaders();
  }

  dispose(): void {
    for (const slot of this.slots) {
      slot.part?.dispose();
      delete slot.part;
      delete slot.kept;
    }
  }

  private absentOf(columns: readonly Column[]): number[] {
    return [...this.union.mapTo(columns)].flatMap((at, index) => (at < 0 ? [index] : []));
  }

  private damage(): DatasetProgress['damage'] {
    const { length } = this.slots;
    return this.slots.flatMap(({ progress, index }) =>
      length === 1
        ? (progress?.damage ?? [])
        : (progress?.damage ?? []).map((damage) => ({ ...damage, part: index })),
    );
  }

  private exactPrefix(): number {
    let rows = 0;
    for (const slot of this.slots) {
      rows += slot.exactRows ?? slot.progress?.rows ?? 0;
      if (slot.exactRows === undefined) break;
    }
    return rows;
  }

  private rowsPerByte(): number {
    let rows = 0;
    let bytes = 0;
    for (const { progress } of this.slots) {
      if (progress === undefined) continue;
      rows += progress.estimatedRows ?? progress.rows;
      bytes += progress.totalBytes;
    }
    return bytes === 0 ? 0 : rows / bytes;
  }

  private readingState(): 'reading' | 'paused' {
    return this.current?.progress?.state === 'paused' || this.budget <= 0 ? 'paused' : 'reading';
  }

  private opened(slot: PartSlot, readAheadBytes: number): Promise<Part> {
    slot.lastUse = ++this.uses;
    if (slot.part !== undefined) return Promise.resolve(slot.part);
    slot.opening ??= this.openSlot(slot, readAheadBytes).finally(() => delete slot.opening);
    return slot.opening;
  }

  private async openSlot(slot: PartSlot, readAheadBytes: number): Promise<Part> {
    const { maxBlockBytes, decoders, passedBytes } = this.options;
    try {
      const part = await openPart(slot.source.source, {
        readAheadBytes,
        signal: this.signal,
        decoders,
        cacheBytes: this.slots.length === 1 ? cacheBytes : cacheBytes / mostOpen,
        ...(maxBlockBytes === undefined ? {} : { maxBlockBytes }),
        ...(passedBytes === undefined ? {} : { passedBytes }),
        loadIndex: () => (slot.kept === undefined ? loadIndexOf(slot.source) : Promise.resolve(slot.kept)),
        onProgress: (progress) => this.onPartProgress(slot, progress),
        onRenumbered: () => this.options.onRenumbered?.(),
      });
      slot.part = part;
      this.onOpened(slot, part);
      return part;
    } catch (error) {
      if (isOwnFailure(error)) {
        slot.failure = failureToData(error);
        slot.exactRows = 0;
        if (this.isStarted) this.options.onParts?.();
        this.notify();
      }
      throw error;
    }
  }

  private onOpened(slot: PartSlot, part: Part): void {
    const isNew = slot.columns === undefined;
    slot.columns = part.columns;
    slot.metadata = part.metadata;
    delete slot.kept;
    const progress = this.takeProgress(slot, part.progress());
    slot.keptBlocks ??= progress.blocks;
    this.closeFar();
    if (!isNew) return;
    this.union.add(part.columns);
    if (this.isStarted) this.options.onParts?.();
  }

  private takeProgress(slot: PartSlot, progress: PartProgress): PartProgress {
    const { requests = 0, bytesRead = 0 } = slot.spent ?? {};
    slot.progress = {
      ...progress,
      requests: progress.requests + requests,
      bytesRead: progress.bytesRead + bytesRead,
    };
    if (progress.state === 'complete') this.setRows(slot, progress.rows);
    return slot.progress;
  }

  /** Closes parts that were not used for longest: a header and an index are kept of them. */
  private closeFar(): void {
    const open = this.slots.filter((slot) => slot.part !== undefined);
    const idle = open.filter((slot) => (slot.users ?? 0) === 0 && slot !== this.current);
    idle.sort((one, other) => (one.lastUse ?? 0) - (other.lastUse ?? 0));
    for (const slot of idle.slice(0, Math.max(0, open.length - mostOpen))) closeSlot(slot);
  }

  private onPartProgress(slot: PartSlot, progress: PartProgress): void {
    // What is told while it is being opened lacks what is known of it from before.
    if (slot.part === undefined && slot.columns !== undefined) return;
    this.takeProgress(slot, progress);
    keepIndex(slot);
    if (slot.part !== undefined && slot === this.current) this.readOn(slot);
    this.notify();
  }

  /** After a change of the part that is being read in the background. */
  private readOn(slot: PartSlot): void {
    const { progress } = slot;
    this.currentFailure = progress?.state === 'failed' ? progress.failure : undefined;
    if (slot.exactRows !== undefined) this.readNext();
  }

  private readNext(): void {
    const { current } = this;
    if (current !== undefined && current.exactRows === undefined) return;
    this.budget -= current?.progress?.totalBytes ?? 0;
    this.current = undefined;
    const next = this.slots.find((slot) => slot.exactRows === undefined);
    if (next === undefined || this.budget <= 0) return;
    this.current = next;
    this.opened(next, 0).then(
      (part) => {
        part.continue(this.budget);
        this.readOn(next);
      },
      (error: unknown) => {
        if (isFailure(error, 'cancelled')) return;
        if (isOwnFailure(error)) this.readNext();
        else this.currentFailure = failureToData(error);
        this.notify();
      },
    );
  }

  /** So that all columns are known, and what each part lacks. */
  private async readHeaders(): Promise<void> {
    if (this.isReadingHeaders) return;
    this.isReadingHeaders = true;
    const waiting = this.slots.values();
    const work = async (): Promise<void> => {
      for (const slot of waiting) {
        if (this.signal.aborted) return;
        if (slot.columns === undefined) await this.open(slot);
      }
    };
    // What fails for all of them is told when rows are asked for; reading on tries again.
    await Promise.allSettled(Array.from({ length: headersAtOnce }, work));
    this.isReadingHeaders = false;
  }

  private notify(): void {
    if (this.isStarted && !this.signal.aborted) this.options.onProgress?.(this.progress());
  }
}
