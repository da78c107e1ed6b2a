import { Failure, throwIfAborted } from '../core/failure';
import { freeBytes } from './freeBytes';
import type { RangeSource, SourceRead } from './rangeSource';

export interface ByteWindowOptions {
  readonly signal: AbortSignal;
  /** Called when reading stands at the limit, and again when it goes on. */
  readonly onPause?: (isPaused: boolean) => void;
}

/** The first read of a file: holds the header and the first block of what the export's writer makes (speed.md, section 6). */
export const firstReadBytes = 64 * 1024;
/** One sequential read: above the point where a round trip costs more than the bytes. */
const sequentialBytes = 4 * 1024 * 1024;
const largestRead = 16 * 1024 * 1024;
/** Room beyond a read for the beginning of a block that was left over from the one before. */
const spareBytes = 512 * 1024;
/** Two varints: rows and size (Avro specification, "Object Container Files"). */
export const maxBlockHeaderBytes = 20;
/** The read where no more than a block's header is asked for, so that the size of the block is not known yet. */
const unsizedReadBytes = 1024 * 1024;

/**
 * A stretch of the file in memory that moves forward only. Reading ahead of what is asked for begins with
 * `readSequentially`; nothing is read past `limit`, except what is asked for before it is set.
 */
export class ByteWindow {
  /** Size of the file; known after the first read. */
  totalBytes = 0;
  private readonly source: RangeSource;
  private readonly options: ByteWindowOptions;
  /** The memory that reads are gathered in, over and over; `buffer` is what lies in it now. */
  private space: Buffer = Buffer.alloc(0);
  private buffer: Buffer = Buffer.alloc(0);
  private bufferStart = 0;
  private limitBytes = Infinity;
  private isSequential = false;
  private readAhead: Promise<SourceRead> | undefined;
  private raised: (() => void) | undefined;

  constructor(source: RangeSource, options: ByteWindowOptions) {
    this.source = source;
    this.options = options;
    options.signal.addEventListener('abort', () => this.raised?.());
  }

  /** Offset after the last byte in memory. */
  get end(): number {
    return this.bufferStart + this.buffer.length;
  }

  /** Nothing past this offset is read until it is raised. */
  get limit(): number {
    return this.limitBytes;
  }

  set limit(offset: number) {
    this.limitBytes = offset;
    this.raised?.();
  }

  /** From now on in large reads, with the next one under way while these bytes are worked on. */
  readSequentially(): void {
    this.isSequential = true;
  }

  /** The bytes `start`–`end`, or fewer where the memory ends: ask `ensure` first. Valid until the next `ensure`. */
  bytes(start: number, end: number): Buffer {
    return this.buffer.subarray(Math.max(0, start - this.bufferStart), Math.max(0, end - this.bufferStart));
  }

  /** Forgets what lies before `offset`. */
  discard(offset: number): void {
    const count = Math.min(Math.max(0, offset - this.bufferStart), this.buffer.length);
    this.buffer = this.buffer.subarray(count);
    this.bufferStart += count;
  }

  /**
   * Reads on until the bytes up to `end` (or the end of the file) are in memory. `isEnough` is asked after each read.
   */
  async ensure(end: number, isEnough?: () => boolean): Promise<void> {
    throwIfAborted(this.options.signal);
    while (this.end < Math.min(end, this.totalBytes)) {
      await this.readMore(end);
      if (isEnough?.() === true) return;
    }
  }

  /** The first read; sets `totalBytes`. */
  async open(): Promise<void> {
    this.append(await this.request(0, firstReadBytes));
  }

  private async readMore(wanted: number): Promise<void> {
    while (this.end >= this.limitBytes) await this.waitForLimit();
    throwIfAborted(this.options.signal);
    const coming = this.readAhead ?? this.request(this.end, this.nextEnd(wanted));
    this.readAhead = undefined;
    const answer = await coming;
    throwIfAborted(this.options.signal);
    this.append(answer);
    if (this.isSequential && this.end < Math.min(this.totalBytes, this.limitBytes)) {
      this.readAhead = this.request(this.end, this.nextEnd(this.end));
      // Its failure is met when the bytes are needed, which may be never.
      this.readAhead.catch(() => undefined);
    }
  }

  private nextEnd(wanted: number): number {
    const unsized = wanted - this.end <= maxBlockHeaderBytes ? unsizedReadBytes : firstReadBytes;
    const least = this.isSequential ? sequentialBytes : unsized;
    const count = Math.min(Math.max(wanted - this.end, least), largestRead);
    return Math.min(this.end + count, this.limitBytes, this.totalBytes);
  }

  private request(start: number, end: number): Promise<SourceRead> {
    return this.source.read(start, end, this.options.signal);
  }

  private append(answer: SourceRead): void {
    if (this.totalBytes !== 0 && answer.totalBytes !== this.totalBytes) throw new Failure('store.changed');
    this.totalBytes = answer.totalBytes;
    if (answer.bytes.length === 0 && this.end < this.totalBytes) {
      throw new Failure('store.protocol', { detail: `no bytes came from offset ${this.end}`, offset: this.end });
    }
    const kept = this.buffer.length;
    const { length } = answer.bytes;
    this.makeRoom(kept + length);
    this.space.set(answer.bytes, kept);
    this.buffer = this.space.subarray(0, kept + length);
    if (answer.isOwned === true) freeBytes(answer.bytes);
  }

  /** Moves what lies in memory to the beginning of a space of `needed` bytes, or not many more. */
  private makeRoom(needed: number): void {
    const old = this.space;
    if (needed > old.length) {
      // A block that takes many reads must not be copied at each of them: the space grows by half.
      this.space = Buffer.allocUnsafeSlow(Math.max(needed + spareBytes, this.buffer.length * 1.5));
    } else if (old.length > 4 * (needed + spareBytes)) {
      this.space = Buffer.allocUnsafeSlow(needed + spareBytes);
    }
    this.space.set(this.buffer);
    if (this.space !== old) freeBytes(old);
  }

  private async waitForLimit(): Promise<void> {
    this.options.onPause?.(true);
    await new Promise<void>((resolve) => {
      this.raised = resolve;
    });
    this.raised = undefined;
    throwIfAborted(this.options.signal);
    if (this.end < this.limitBytes) this.options.onPause?.(false);
  }
}
