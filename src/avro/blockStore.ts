import { Failure, throwIfAborted } from '../core/failure';
import type { BlockIndex } from './blockIndex';
import { asBuffer, maxBlockBytes, type ScannedBlock } from './blockScanner';
import { ByteCache } from './byteCache';
import { freeBytes } from './freeBytes';
import type { PartFile } from './partFile';
import type { RangeSource } from './rangeSource';

/** A block ready to make values from. */
export interface LoadedBlock {
  readonly data: Buffer;
  /** Where each row begins in `data`. */
  readonly rowStarts: Int32Array;
}

export interface BlockStoreOptions {
  readonly cacheBytes: number;
  readonly signal: AbortSignal;
  readonly maxBlockBytes?: number;
}

/** Decompressed blocks kept for the pages around the one that is looked at. */
const loadedBytes = 16 * 1024 * 1024;
/** Neighbouring blocks of a page are read together, up to this. */
const largestRead = 8 * 1024 * 1024;
/** Bytes between two blocks (a marker and a header, or a small damaged stretch) that are read over rather than asked around. */
const largestGap = 64 * 1024;

/** Blocks by their index: from memory, from compressed memory, or from the source again. */
export class BlockStore {
  private readonly file: PartFile;
  private readonly index: BlockIndex;
  private readonly source: RangeSource;
  private readonly options: BlockStoreOptions;
  private readonly compressed: ByteCache<Uint8Array>;
  private readonly loaded = new ByteCache<LoadedBlock>(loadedBytes);

  constructor(file: PartFile, index: BlockIndex, source: RangeSource, options: BlockStoreOptions) {
    this.file = file;
    this.index = index;
    this.source = source;
    this.options = options;
    this.compressed = new ByteCache(options.cacheBytes);
  }

  /** Keeps a block that a scan comes past, if there is room: a scan must not push out what is looked at. */
  offer(index: number, block: ScannedBlock): void {
    const { length } = block.compressed;
    if (this.compressed.hasRoom(length)) this.compressed.set(index, Uint8Array.from(block.compressed), length);
  }

  /** The block, and with one request also those after it up to `last`, as far as they are missing. */
  async load(index: number, last: number, signal: AbortSignal | undefined): Promise<LoadedBlock> {
    this.checkAborted(signal);
    const known = this.loaded.get(index);
    if (known !== undefined) return known;
    const compressed = this.compressed.get(index) ?? (await this.fetch(index, last, signal));
    const block = await this.decode(compressed, index);
    this.checkAborted(signal);
    this.loaded.set(index, block, block.data.length + block.rowStarts.byteLength);
    return block;
  }

  clear(): void {
    this.compressed.clear();
    this.loaded.clear();
  }

  private checkAborted(signal: AbortSignal | undefined): void {
    throwIfAborted(this.options.signal);
    throwIfAborted(signal);
  }

  private async fetch(index: number, last: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const first = this.index.at(index);
    const { dataOffset: start } = first;
    let end = start + first.size;
    let stop = index + 1;
    for (; stop <= last && !this.compressed.has(stop); stop++) {
      const next = this.index.at(stop);
      if (next.dataOffset - end > largestGap || next.dataOffset + next.size - start > largestRead) break;
      end = next.dataOffset + next.size;
    }
    const signals = signal === undefined ? this.options.signal : AbortSignal.any([this.options.signal, signal]);
    const { bytes, isOwned = false } = await this.source.read(start, end, signals);
    this.checkAborted(signal);
    if (bytes.length < end - start) throw new Failure('store.changed', { offset: start });
    const copies: Uint8Array[] = [];
    for (let at = index; at < stop; at++) {
      const { dataOffset, size } = this.index.at(at);
      const copy = Uint8Array.from(bytes.subarray(dataOffset - start, dataOffset - start + size));
      copies.push(copy);
      this.compressed.set(at, copy, size);
    }
    if (isOwned) freeBytes(bytes);
    return copies[0] as Uint8Array;
  }

  /** The scan has accepted these rows, so they must all be there again. */
  private async decode(compressed: Uint8Array, index: number): Promise<LoadedBlock> {
    const { rows, dataOffset } = this.index.at(index);
    const maxBytes = this.options.maxBlockBytes ?? maxBlockBytes;
    const rowStarts = new Int32Array(rows);
    try {
      const data = asBuffer(await this.file.decompress(compressed, maxBytes));
      if (this.file.kernel.walk(data, 0, rows, { rowStarts }).rows === rows) return { data, rowStarts };
    } catch (error) {
      throw new Failure('store.changed', { offset: dataOffset }, error);
    }
    throw new Failure('store.changed', { offset: dataOffset });
  }
}
