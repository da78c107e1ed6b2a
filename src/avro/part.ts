import type { Cell, Column } from '../core/column';
import { Failure, type FailureData, failureToData, isFailure, throwIfAborted } from '../core/failure';
import type { Damage, PartMetadata, PartProgress } from '../core/partProgress';
import { BlockIndex } from './blockIndex';
import { type BlockScanner, maxBlockBytes, type ScannedBlock } from './blockScanner';
import { BlockStore } from './blockStore';
import { ByteWindow } from './byteWindow';
import { createInlineDecoders } from './inlineDecoders';
import { openPartFile, type PartFile, scanBlocks } from './partFile';
import { type CountingSource, createCountingSource, type RangeSource } from './rangeSource';
import { makeCell } from './values';
import type { PartPage, PartScanOptions, PartScanStep, RowPlace } from './partScan';
import type { ScanProgram } from './scanProgram';

export interface OpenPartOptions {
  /** Reads this far into the file unasked; the first rows are read whatever it says. */
  readonly readAheadBytes: number;
  /** Called after every block and at every change of state; cheap snapshots, not throttled. */
  readonly onProgress?: (progress: PartProgress) => void;
  /** Ends the part, also after it was opened: the same as `dispose`. */
  readonly signal?: AbortSignal;
  /** Compressed blocks kept in memory; those that do not fit are read again by range. Default 48 MB. */
  readonly cacheBytes?: number;
  /** No block may be larger, stored or decompressed. Default 256 MB. */
  readonly maxBlockBytes?: number;
}

/** One open part file: its rows by number, while it is read to the end in the background. */
export interface Part {
  readonly columns: readonly Column[];
  readonly metadata: PartMetadata;
  progress(): PartProgress;
  /** Rows `first` to `first + count`; those that are not known (yet) are left out. Cells are cut at 1,000 characters. */
  rows(first: number, count: number, signal?: AbortSignal): Promise<Cell[][]>;
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
  /** Goes on reading: this many more bytes. After a failure (`state: 'failed'`) it tries again where that happened. */
  continue(bytes: number): void;
  /** Stops everything and frees everything; what is under way rejects with `cancelled`. */
  dispose(): void;
}

export interface PartRecord {
  readonly row: number;
  readonly cells: Cell[];
  /** 0-based number of the block in the file, damaged ones counted too, and the row's place in it. */
  readonly block: number;
  readonly rowInBlock: number;
}

/** UTF-16 units shown of a cell in a page, and in a record. */
const pageCellLimit = 1_000;
const recordCellLimit = 1_000_000;
/** Rows whose positions are worked out at a time. */
const maxRowsAtOnce = 1_024;
/** Stretches of damage told one by one. In a file that is all damage the last one stands for the rest. */
const maxDamageEntries = 1_000;
const defaultCacheBytes = 48 * 1024 * 1024;

/**
 * Opens a part file: resolves when its first rows are known (one request of 64 KB, a second one where the header or
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
  private readonly window: ByteWindow;
  private readonly index = new BlockIndex();
  /** Replaced, not changed, so that a snapshot may hold it. */
  private damage: readonly Damage[] = [];
  private damageCount = 0;
  private file: PartFile | undefined;
  private scanner: BlockScanner | undefined;
  private store: BlockStore | undefined;
  private state: PartProgress['state'] = 'reading';
  private failure: FailureData | undefined;
  /** Set while `open` waits: called when the limit stops the reading before any rows were found. */
  private onFirstStop: (() => void) | undefined;
  private readonly onOuterAbort = (): void => this.dispose();

  constructor(source: RangeSource, options: OpenPartOptions) {
    this.options = options;
    this.source = createCountingSource(source);
    this.window = new ByteWindow(this.source, {
      signal: this.abort.signal,
      onPause: (isPaused) => this.setState(isPaused ? 'paused' : 'reading'),
    });
    if (options.signal?.aborted === true) this.abort.abort();
    else options.signal?.addEventListener('abort', this.onOuterAbort, { once: true });
  }

  get columns(): readonly Column[] {
    return this.opened().columns;
  }

  get metadata(): PartMetadata {
    return this.opened().metadata;
  }

  isDisposed(): boolean {
    return this.abort.signal.aborted;
  }

  async open(): Promise<void> {
    throwIfAborted(this.abort.signal);
    const file = await openPartFile(this.window);
    this.file = file;
    const maxBlockBytes =
      this.options.maxBlockBytes === undefined ? {} : { maxBlockBytes: this.options.maxBlockBytes };
    this.scanner = scanBlocks(file, this.window, {
      onDamage: (damage) => this.addDamage(damage),
      onAttempt: () => this.endOpening(),
      ...maxBlockBytes,
    });
    this.store = new BlockStore(file, this.index, this.source, {
      cacheBytes: this.options.cacheBytes ?? defaultCacheBytes,
      signal: this.abort.signal,
      ...maxBlockBytes,
    });
    await this.firstRows(this.scanner);
  }

  progress(): PartProgress {
    const { rows, length } = this.index;
    const { totalBytes } = this.window;
    const start = this.file?.header.end ?? 0;
    const bytesScanned = this.scanner?.position ?? 0;
    const isEstimated = this.state !== 'complete' && rows > 0 && bytesScanned > start;
    return {
      state: this.state,
      ...(this.failure === undefined ? {} : { failure: this.failure }),
      rows,
      blocks: length,
      bytesScanned,
      totalBytes,
      bytesRead: this.source.bytesRead,
      requests: this.source.requests,
      ...(isEstimated ? { estimatedRows: Math.round((rows / (bytesScanned - start)) * (totalBytes - start)) } : {}),
      damage: this.damage,
    };
  }

  async rows(first: number, count: number, signal?: AbortSignal): Promise<Cell[][]> {
    throwIfAborted(this.abort.signal);
    const from = Math.max(0, Math.floor(first));
    const to = Math.min(from + Math.max(0, Math.floor(count)), this.index.rows);
    const rows: Cell[][] = [];
    if (from >= to) return rows;
    const lastBlock = this.index.find(to - 1);
    while (from + rows.length < to) {
      const row = from + rows.length;
      const block = this.index.find(row);
      const { firstRow, rows: rowCount } = this.index.at(block);
      const wanted = Math.min(to - row, rowCount - (row - firstRow), maxRowsAtOnce);
      for (const cells of await this.cells(
        { block, first: row - firstRow, count: wanted, lastBlock },
        pageCellLimit,
        signal,
      )) {
        rows.push(cells);
      }
    }
    return rows;
  }

  async record(row: number, signal?: AbortSignal): Promise<PartRecord | undefined> {
    throwIfAborted(this.abort.signal);
    if (!Number.isSafeInteger(row) || row < 0 || row >= this.index.rows) return undefined;
    const block = this.index.find(row);
    const { firstRow, number } = this.index.at(block);
    const place = { block, first: row - firstRow, count: 1, lastBlock: block };
    const [cells = []] = await this.cells(place, recordCellLimit, signal);
    return { row, cells, block: number, rowInBlock: row - firstRow };
  }

  async page(first: number, count: number, signal?: AbortSignal): Promise<PartPage<Cell>> {
    return { rows: await this.rows(first, count, signal), first, isApproximate: false };
  }

  placeOf(row: number): RowPlace | undefined {
    if (!(row >= 0) || row >= this.index.rows) return undefined;
    const { dataOffset, firstRow } = this.index.at(this.index.find(row));
    return { offset: dataOffset, rowInBlock: row - firstRow };
  }

  rowAt(place: RowPlace): { readonly row: number; readonly isApproximate: boolean } | undefined {
    for (let block = 0; block < this.index.length; block++) {
      const { dataOffset, firstRow } = this.index.at(block);
      if (dataOffset === place.offset) return { row: firstRow + place.rowInBlock, isApproximate: false };
    }
    return undefined;
  }

  async *scan(program: ScanProgram, options: PartScanOptions = {}): AsyncGenerator<PartScanStep, void, undefined> {
    const file = this.opened();
    const { signal, decoders = createInlineDecoders(), selection, limitRows = Infinity } = options;
    const ending = new AbortController();
    const signals = [this.abort.signal, ending.signal, ...(signal === undefined ? [] : [signal])];
    const window = new ByteWindow(this.source, { signal: AbortSignal.any(signals) });
    const maxBytes = this.options.maxBlockBytes ?? maxBlockBytes;
    const { schemaText, codec } = file.metadata;
    const decoder = decoders.open({ schemaText, codec, program, maxBlockBytes: maxBytes });
    try {
      await window.open();
      const scanner = scanBlocks(file, window, { onDamage: () => undefined, maxBlockBytes: maxBytes });
      let firstRow = 0;
      for await (const { compressed, rows } of scanner.blocks()) {
        if (firstRow >= limitRows) return;
        const bits = limitedBits(selection, firstRow, rows, limitRows);
        if (bits !== null) {
          const bytes = Uint8Array.from(compressed);
          const blocks = [{ start: 0, end: bytes.length, rows }];
          const result = await decoder.run({ bytes, blocks, ...(bits === undefined ? {} : { selection: bits }) });
          yield { firstRow, rows, result, bytesDone: scanner.position, bytesTotal: window.totalBytes };
        }
        firstRow += rows;
        window.readSequentially();
      }
    } finally {
      ending.abort();
      decoder.dispose();
    }
  }

  continue(bytes: number): void {
    if (this.isDisposed() || this.scanner === undefined || !(bytes > 0)) return;
    this.window.limit = Math.max(this.window.limit, this.window.end) + bytes;
    if (this.state !== 'failed') return;
    this.setState('reading');
    void this.readOn(this.scanner, () => undefined).catch(() => undefined);
  }

  dispose(): void {
    this.options.signal?.removeEventListener('abort', this.onOuterAbort);
    this.abort.abort();
    this.store?.clear();
  }

  private opened(): PartFile {
    if (this.file === undefined) throw new Failure('internal', { detail: 'the part is not open' });
    return this.file;
  }

  /** Starts the scan, and resolves at the first rows, or when there is nothing to wait for any more. */
  private firstRows(scanner: BlockScanner): Promise<void> {
    return new Promise((resolve, reject) => {
      this.onFirstStop = resolve;
      this.readOn(scanner, resolve).then(resolve, reject);
    });
  }

  /** Scans to the end, waiting wherever the window is at its limit. Rejects with what went wrong, after noting it. */
  private async readOn(scanner: BlockScanner, onRows: () => void): Promise<void> {
    try {
      for await (const block of scanner.blocks()) {
        this.addBlock(block);
        onRows();
      }
      this.setState('complete');
    } catch (error) {
      if (!this.isDisposed() && !isFailure(error, 'cancelled')) this.setState('failed', failureToData(error));
      throw error;
    }
  }

  /** The first block is read however long it is; from then on the limit holds, and reads are large. */
  private endOpening(): void {
    if (this.window.limit !== Infinity) return;
    this.window.limit = Math.max(0, this.options.readAheadBytes);
    this.window.readSequentially();
  }

  private addBlock(block: ScannedBlock): void {
    const { number, dataOffset, compressed, rows } = block;
    const index = this.index.add({ number, dataOffset, size: compressed.length, rows });
    this.store?.offer(index, block);
    this.notify();
  }

  private addDamage(damage: Damage): void {
    this.damageCount++;
    this.damage =
      this.damageCount <= maxDamageEntries
        ? [...this.damage, damage]
        : [...this.damage.slice(0, -1), folded(this.damage.at(-1) ?? damage, damage, this.damageCount)];
    this.notify();
  }

  private setState(state: PartProgress['state'], failure?: FailureData): void {
    this.state = state;
    this.failure = failure;
    if (state === 'paused') this.onFirstStop?.();
    this.notify();
  }

  private notify(): void {
    if (!this.isDisposed()) this.options.onProgress?.(this.progress());
  }

  /** Rows of one block; what is missing is fetched together with the blocks after it, up to `lastBlock`. */
  private async cells(
    place: { readonly block: number; readonly first: number; readonly count: number; readonly lastBlock: number },
    limit: number,
    signal: AbortSignal | undefined,
  ): Promise<Cell[][]> {
    const { block, first, count, lastBlock } = place;
    const { plans, kernel } = this.opened();
    const { data, rowStarts } = await (this.store as BlockStore).load(block, lastBlock, signal);
    const starts = new Int32Array(count * plans.length);
    const ends = new Int32Array(count * plans.length);
    kernel.walk(data, rowStarts[first] ?? 0, count, { starts, ends });
    return Array.from({ length: count }, (_, row) =>
      plans.map((plan, column) => {
        const slot = row * plans.length + column;
        const start = starts[slot] as number;
        return start < 0 ? null : makeCell(plan, data, start, ends[slot] as number, limit);
      }),
    );
  }
}

/** The bits of a selection up to a limit of rows: `undefined` for all rows, `null` for none. */
function limitedBits(
  selection: PartScanOptions['selection'],
  firstRow: number,
  rows: number,
  limitRows: number,
): Uint8Array<ArrayBuffer> | undefined | null {
  const count = Math.min(rows, limitRows - firstRow);
  const chosen = selection?.(firstRow, rows);
  if (selection !== undefined && chosen === undefined) return null;
  if (chosen === undefined && count === rows) return undefined;
  const bits = new Uint8Array(Math.ceil(count / 8)).fill(255);
  if (chosen !== undefined) bits.set(chosen.subarray(0, bits.length));
  if (count % 8 !== 0) bits[bits.length - 1]! &= (1 << (count % 8)) - 1;
  return bits;
}

/** One entry for two: from the beginning of the first to the end of the second. */
function folded(first: Damage, second: Damage, count: number): Damage {
  const declared = (first.declaredRows ?? 0) + (second.declaredRows ?? 0);
  return {
    ...first,
    resumedAt: second.resumedAt,
    ...(declared === 0 ? {} : { declaredRows: declared }),
    decodedRows: first.decodedRows + second.decodedRows,
    detail: `this and ${count - maxDamageEntries} more damaged blocks after it`,
  };
}
