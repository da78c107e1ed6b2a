import type { Cell, Column } from '../../core/column';
import { Failure, isFailure, throwIfAborted } from '../../core/failure';
import type { PartMetadata, PartProgress } from '../../core/partProgress';
import type { ScanCost } from '../../core/rowsProgress';
import { ApproximateRows } from './approximateRows';
import { maxBlockBytes } from '../container/blockFramer';
import { BlockLedger } from './blockLedger';
import { BlockStore } from './blockStore';
import { ByteWindow, farReadBytes } from '../container/byteWindow';
import { type IndexedContents, parseIndex, printIndex } from './indexBytes';
import { openPartFile } from './partFile';
import { PartReading } from './partReading';
import { type PartRecord, PartRows, type PartRowsOptions } from './partRows';
import type { PartPage, PartScanOptions, PartScanStep, RowPlace } from './partScan';
import { parallelReads } from './sharedFrontier';
import { type CountingSource, createCountingSource, type RangeSource } from '../container/rangeSource';
import type { Decoders, ScanProgram } from '../tasks/scanProgram';

export interface OpenPartOptions {
  /** Reads this far into the file unasked; the first rows are read whatever it says. */
  readonly readAheadBytes: number;
  /** Called whenever more is known and at every change of state; cheap snapshots, not throttled. */
  readonly onProgress?: (progress: PartProgress) => void;
  /** Ends the part, also after it was opened: the same as `dispose`. */
  readonly signal?: AbortSignal;
  /** Compressed blocks kept in memory; those that do not fit are read again by range. Default 24 MB. */
  readonly cacheBytes?: number;
  /** Stored bytes that scans leave in memory, of a part that does not fit there: the next scan begins at the first row again. Default 4 MB. */
  readonly passedBytes?: number;
  /** No block may be larger, stored or decompressed. Default 256 MB. */
  readonly maxBlockBytes?: number;
  /** Stored bytes that are decoded at a time; a part of no more than two of these is decoded in the caller's own thread. Default 1 MB. */
  readonly stretchBytes?: number;
  /** Who decodes, in the background too, unless a scan names others. Default: the caller's own thread. */
  readonly decoders?: Decoders;
  /** Asked once, when the header has been read: what `exportIndex` gave for the same version of the contents. */
  readonly loadIndex?: () => Promise<Uint8Array | undefined>;
  /** Rows that had approximate numbers have others now: pages of them are stale. */
  readonly onRenumbered?: () => void;
}

/** One open part file: its rows by number, while it is read to the end in the background. */
export interface Part {
  readonly columns: readonly Column[];
  readonly metadata: PartMetadata;
  progress(): PartProgress;
  /** Rows `first` to `first + count`; those that are not known (yet) are left out. Cells are cut at 1,000 characters. */
  rows(first: number, count: number, signal?: AbortSignal): Promise<Cell[][]>;
  /** Rows by their numbers, in order, each known and named once: only the blocks that they are in are read, near ones with one request. */
  pick(rows: readonly number[], signal?: AbortSignal): Promise<Cell[][]>;
  /** One row, whole (cells are cut at 1,000,000 characters); `undefined` if the row is not known. */
  record(row: number, signal?: AbortSignal): Promise<PartRecord | undefined>;
  /**
   * Rows `first` to `first + count` wherever they are: those that are known as `rows` gives them; others from where they should be by the
   * estimate, with numbers that are approximate but run on from page to page. Past the end there are none.
   */
  page(first: number, count: number, signal?: AbortSignal): Promise<PartPage<Cell>>;
  /** Where a row of a page stands, so that it can be found again when numbers have become exact. `undefined`: not known. */
  placeOf(row: number): RowPlace | undefined;
  /** The number of the row at a place: exact if what lies before it has been read. */
  rowAt(place: RowPlace): { readonly row: number; readonly isApproximate: boolean } | undefined;
  /**
   * Runs a program on the rows of the part, in order. Blocks that have been seen are not framed again, nor read again while they are
   * in memory; a scan that comes to the end of the part completes the index. Ending the loop early, or the signal, ends the scan at once.
   * Rejects with `cancelled`, `query.invalid`, `store.changed`, or what the source rejects with. Damage is in `progress().damage`.
   */
  scan(program: ScanProgram, options?: PartScanOptions): AsyncGenerator<PartScanStep, void, undefined>;
  /** What a scan of everything would fetch: bytes that are not in memory, and about how many requests. */
  cost(): ScanCost;
  /** What is known of the part's blocks, small enough to be kept by the version of its contents. */
  exportIndex(): Uint8Array<ArrayBuffer>;
  /** Takes up what `exportIndex` gave for the same contents earlier. False: it is of others, or tells no more than is known. */
  importIndex(bytes: Uint8Array): boolean;
  /** Goes on reading: this many more bytes. After a failure (`state: 'failed'`) it tries again where that happened. */
  continue(bytes: number): void;
  /** Stops everything and frees everything; what is under way rejects with `cancelled`. */
  dispose(): void;
}

const defaultCacheBytes = 24 * 1024 * 1024;
const defaultStretchBytes = 1024 * 1024;
/** Of a part that does not fit in memory a scan keeps no more: the rows that are shown when it is over. */
const defaultPassedBytes = 4 * 1024 * 1024;

/**
 * Opens a part file: resolves when its first rows are known (one request of 96 KB, a second one where the header or
 * the first block is longer), then reads on in the background, block by block, each decompressed and checked.
 * Rejects with `avro.empty`, `avro.notAvro`, `avro.truncated`, `avro.badSchema`, `avro.unknownCodec`, `cancelled`, or what
 * the source rejects with. Damage further on is no failure: it is in `progress().damage`, and reading goes on after it.
 */
export async function openPart(source: RangeSource, options: OpenPartOptions): Promise<Part> {
  const part = new PartReader(source, options);
  try {
    await part.open();
    return part;
  } catch (error) {
    const reason = part.isDisposed() ? new Failure('cancelled', {}, error) : error;
    part.dispose();
    throw reason;
  }
}

class PartReader implements Part {
  private readonly options: OpenPartOptions;
  private readonly source: CountingSource;
  private readonly abort = new AbortController();
  private readonly windowAbort = new AbortController();
  private readonly window: ByteWindow;
  private contents: OpenContents | undefined;
  private readonly onOuterAbort = (): void => this.dispose();

  constructor(source: RangeSource, options: OpenPartOptions) {
    this.options = options;
    this.source = createCountingSource(source);
    this.window = new ByteWindow(this.source, {
      signal: AbortSignal.any([this.abort.signal, this.windowAbort.signal]),
      onPause: (isPaused) => this.contents?.reading.setAtLimit(isPaused),
      parallelReads,
    });
    if (options.signal?.aborted === true) this.abort.abort();
    else options.signal?.addEventListener('abort', this.onOuterAbort, { once: true });
  }

  get columns(): readonly Column[] {
    return this.opened().file.columns;
  }

  get metadata(): PartMetadata {
    return this.opened().file.metadata;
  }

  isDisposed(): boolean {
    return this.abort.signal.aborted;
  }

  async open(): Promise<void> {
    throwIfAborted(this.abort.signal);
    const file = await openPartFile(this.window);
    const {
      cacheBytes = defaultCacheBytes,
      passedBytes = defaultPassedBytes,
      maxBlockBytes: maxBytes = maxBlockBytes,
      readAheadBytes,
    } = this.options;
    const { source, window, windowAbort } = this;
    const { signal } = this.abort;
    const ledger = new BlockLedger(file.header.end);
    const store = new BlockStore(file, source, {
      cacheBytes,
      passedBytes: window.totalBytes <= cacheBytes ? cacheBytes : Math.min(passedBytes, cacheBytes),
      signal,
      maxBlockBytes: maxBytes,
    });
    const reading = new PartReading({
      file,
      source,
      store,
      ledger,
      window,
      windowAbort,
      signal,
      readAheadBytes,
      maxBlockBytes: maxBytes,
      stretchBytes: this.options.stretchBytes ?? defaultStretchBytes,
      ...(this.options.decoders === undefined ? {} : { decoders: this.options.decoders }),
      onChange: () => {
        this.contents?.beyond.settle();
        this.notify();
      },
    });
    const beyond = new ApproximateRows({
      file,
      source,
      store,
      ledger,
      totalBytes: window.totalBytes,
      maxBlockBytes: maxBytes,
      signal,
      onRenumbered: () => {
        if (!this.isDisposed()) this.options.onRenumbered?.();
      },
    });
    const { totalBytes } = window;
    const doubting = (error: unknown): unknown => this.doubting(error);
    const rows = new PartRows({ file, totalBytes, ledger, store, reading, beyond, signal, doubting });
    this.contents = { file, ledger, store, reading, beyond, rows };
    const kept = await this.options.loadIndex?.();
    if (kept !== undefined) this.importIndex(kept);
    await reading.start();
  }

  progress(): PartProgress {
    const { ledger, reading, beyond } = this.opened();
    const { rows, length } = ledger.index;
    const { totalBytes } = this.window;
    const { state, failure } = reading;
    const estimatedRows = state === 'complete' ? undefined : beyond.estimate();
    return {
      state,
      ...(failure === undefined ? {} : { failure }),
      rows,
      blocks: length,
      bytesScanned: ledger.position,
      totalBytes,
      bytesRead: this.source.bytesRead,
      requests: this.source.requests,
      ...(estimatedRows === undefined ? {} : { estimatedRows }),
      damage: ledger.damage,
    };
  }

  rows(first: number, count: number, signal?: AbortSignal): Promise<Cell[][]> {
    return this.opened().rows.rows(first, count, signal);
  }

  pick(rows: readonly number[], signal?: AbortSignal): Promise<Cell[][]> {
    return this.opened().rows.pick(rows, signal);
  }

  record(row: number, signal?: AbortSignal): Promise<PartRecord | undefined> {
    return this.opened().rows.record(row, signal);
  }

  page(first: number, count: number, signal?: AbortSignal): Promise<PartPage<Cell>> {
    return this.opened().rows.page(first, count, signal);
  }

  placeOf(row: number): RowPlace | undefined {
    return this.opened().rows.placeOf(row);
  }

  rowAt(place: RowPlace): { readonly row: number; readonly isApproximate: boolean } | undefined {
    return this.opened().rows.rowAt(place);
  }

  async *scan(program: ScanProgram, options: PartScanOptions = {}): AsyncGenerator<PartScanStep, void, undefined> {
    try {
      yield* this.opened().reading.scan(program, options);
    } catch (error) {
      throw this.doubting(error);
    }
  }

  cost(): ScanCost {
    const { store } = this.opened();
    const bytes = Math.max(0, this.window.totalBytes - store.bytes);
    return { bytes, requests: Math.ceil(bytes / farReadBytes) };
  }

  exportIndex(): Uint8Array<ArrayBuffer> {
    return printIndex(this.indexed(), this.opened().ledger);
  }

  importIndex(bytes: Uint8Array): boolean {
    const { ledger, reading } = this.opened();
    const state = parseIndex(bytes, this.indexed());
    if (state === undefined || state.position <= ledger.position) return false;
    ledger.adopt(state);
    reading.restart();
    this.opened().beyond.settle();
    this.notify();
    return true;
  }

  continue(bytes: number): void {
    if (this.isDisposed() || !(bytes > 0)) return;
    this.contents?.reading.continue(bytes);
  }

  dispose(): void {
    this.options.signal?.removeEventListener('abort', this.onOuterAbort);
    this.abort.abort();
    this.contents?.store.clear();
  }

  private opened(): OpenContents {
    if (this.contents === undefined) throw new Failure('internal', { detail: 'the part is not open' });
    return this.contents;
  }

  private indexed(): IndexedContents {
    const { syncMarker, headerBytes } = this.metadata;
    return { totalBytes: this.window.totalBytes, syncMarker, headerBytes };
  }

  /** A block that is not as an index from earlier has it: the index is given up, and what it told is read again. */
  private doubting(error: unknown): unknown {
    const { ledger, reading, beyond } = this.opened();
    if (isFailure(error, 'store.changed') && ledger.isImported) {
      ledger.clear();
      beyond.clear();
      reading.restart();
      this.options.onRenumbered?.();
    }
    return error;
  }

  private notify(): void {
    if (!this.isDisposed()) this.options.onProgress?.(this.progress());
  }
}

interface OpenContents extends Omit<PartRowsOptions, 'totalBytes' | 'signal' | 'doubting'> {
  readonly rows: PartRows;
}
