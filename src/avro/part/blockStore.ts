import { Failure, throwIfAborted } from '../../core/failure';
import type { BlockIndex } from './blockIndex';
import { maxBlockBytes } from '../container/blockFramer';
import { asBuffer } from './blockScanner';
import { ByteCache } from '../container/byteCache';
import { freeBytes } from '../container/freeBytes';
import type { PartFile } from './partFile';
import type { RangeSource } from '../container/rangeSource';
import { decompressionProblem } from '../engine/scriptEngine';

/** A block ready to make values from. */
export interface LoadedBlock {
  readonly data: Buffer;
  /** Where each row begins in `data`. */
  readonly rowStarts: Int32Array;
}

export interface BlockStoreOptions {
  readonly cacheBytes: number;
  /** So many of them at most are left behind by scans. */
  readonly passedBytes: number;
  readonly signal: AbortSignal;
  readonly maxBlockBytes?: number;
}

/** Decompressed blocks kept for the pages around the one that is looked at. */
const loadedBytes = 16 * 1024 * 1024;
/** Neighbouring blocks of a page are read together, up to this. */
const largestRead = 8 * 1024 * 1024;
/** Bytes between two blocks (a marker and a header, or a small damaged stretch) that are read over rather than asked around. */
const largestGap = 64 * 1024;

/** Blocks by where they lie: from memory, from compressed memory, or from the source again. */
export class BlockStore {
  private readonly file: PartFile;
  private readonly source: RangeSource;
  private readonly options: BlockStoreOptions;
  private readonly compressed: ByteCache<Uint8Array>;
  private readonly loaded = new ByteCache<LoadedBlock>(loadedBytes);

  constructor(file: PartFile, source: RangeSource, options: BlockStoreOptions) {
    this.file = file;
    this.source = source;
    this.options = options;
    this.compressed = new ByteCache(options.cacheBytes);
  }

  /** Keeps a block that the background comes past, if there is room: what is looked at must not be pushed out. */
  offer(dataOffset: number, stored: Uint8Array): void {
    const { length } = stored;
    if (this.compressed.has(dataOffset) || !this.compressed.hasRoom(length)) return;
    this.compressed.set(dataOffset, new Uint8Array(stored), length);
  }

  /** The same for a scan, which leaves little behind unless it can leave the whole part: the next one begins at the first row again. */
  offerPassed(dataOffset: number, stored: Uint8Array): void {
    if (this.bytes + stored.length <= this.options.passedBytes) this.offer(dataOffset, stored);
  }

  /** The stored bytes of a block, if they are in memory. Not the caller's to change. */
  stored(dataOffset: number): Uint8Array | undefined {
    return this.compressed.get(dataOffset);
  }

  has(dataOffset: number): boolean {
    return this.compressed.has(dataOffset);
  }

  /** Stored bytes in memory. */
  get bytes(): number {
    return this.compressed.size;
  }

  /** The block of a list, and with one request also those after it up to `last`, as far as they are missing. */
  async load(list: BlockIndex, index: number, last: number, signal: AbortSignal | undefined): Promise<LoadedBlock> {
    this.checkAborted(signal);
    const { dataOffset, rows } = list.at(index);
    const known = this.loaded.get(dataOffset);
    // Lists may say differently how many rows a block has, if one of them was kept from other contents.
    if (known !== undefined && known.rowStarts.length === rows) return known;
    const stored = this.compressed.get(dataOffset) ?? (await this.fetch(list, index, last, signal));
    const block = await this.decode(stored, rows, dataOffset);
    this.checkAborted(signal);
    this.keep(dataOffset, block);
    return block;
  }

  /** How many rows of a block can be read. Keeps it, ready to be looked at. */
  async probe(dataOffset: number, stored: Uint8Array, declaredRows: number): Promise<number> {
    const known = this.loaded.get(dataOffset);
    if (known !== undefined) return known.rowStarts.length;
    const copy = Uint8Array.from(stored);
    let data: Buffer;
    try {
      data = asBuffer(await this.file.decompress(copy, this.maxBytes));
    } catch (error) {
      decompressionProblem(error);
      return 0;
    }
    const { rows } = this.file.kernel.walk(data, 0, declaredRows);
    const rowStarts = new Int32Array(rows);
    this.file.kernel.walk(data, 0, rows, { rowStarts });
    this.compressed.set(dataOffset, copy, copy.length);
    this.keep(dataOffset, { data, rowStarts });
    return rows;
  }

  clear(): void {
    this.compressed.clear();
    this.loaded.clear();
  }

  private get maxBytes(): number {
    return this.options.maxBlockBytes ?? maxBlockBytes;
  }

  private keep(dataOffset: number, block: LoadedBlock): void {
    this.loaded.set(dataOffset, block, block.data.length + block.rowStarts.byteLength);
  }

  private checkAborted(signal: AbortSignal | undefined): void {
    throwIfAborted(this.options.signal);
    throwIfAborted(signal);
  }

  private async fetch(
    list: BlockIndex,
    index: number,
    last: number,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    const first = list.at(index);
    const { dataOffset: start } = first;
    let end = start + first.size;
    let stop = index + 1;
    for (; stop <= last; stop++) {
      const next = list.at(stop);
      if (this.compressed.has(next.dataOffset)) break;
      if (next.dataOffset - end > largestGap || next.dataOffset + next.size - start > largestRead) break;
      end = next.dataOffset + next.size;
    }
    const signals = signal === undefined ? this.options.signal : AbortSignal.any([this.options.signal, signal]);
    const { bytes, isOwned = false } = await this.source.read(start, end, signals);
    this.checkAborted(signal);
    if (bytes.length < end - start) throw new Failure('store.changed', { offset: start });
    const copies: Uint8Array[] = [];
    for (let at = index; at < stop; at++) {
      const { dataOffset, size } = list.at(at);
      const copy = Uint8Array.from(bytes.subarray(dataOffset - start, dataOffset - start + size));
      copies.push(copy);
      this.compressed.set(dataOffset, copy, size);
    }
    if (isOwned) freeBytes(bytes);
    return copies[0] as Uint8Array;
  }

  /** The scan has accepted these rows, so they must all be there again. */
  private async decode(stored: Uint8Array, rows: number, dataOffset: number): Promise<LoadedBlock> {
    const rowStarts = new Int32Array(rows);
    try {
      const data = asBuffer(await this.file.decompress(stored, this.maxBytes));
      if (this.file.kernel.walk(data, 0, rows, { rowStarts }).rows === rows) return { data, rowStarts };
    } catch (error) {
      throw new Failure('store.changed', { offset: dataOffset }, error);
    }
    throw new Failure('store.changed', { offset: dataOffset });
  }
}
