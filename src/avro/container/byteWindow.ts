import { Failure, throwIfAborted } from '../../core/failure';
import { freeBytes } from './freeBytes';
import type { RangeSource, SourceRead } from './rangeSource';
import { headroomBytes, type ReadSpace, ReadSpaces } from './readSpaces';

export interface ByteWindowOptions {
  readonly signal: AbortSignal;
  /** Called when reading stands at the limit, and again when it goes on. */
  readonly onPause?: (isPaused: boolean) => void;
  /** Where to begin, in a file of this size; else at its start, with `open`. */
  readonly from?: { readonly offset: number; readonly totalBytes: number };
  /** Reads under way at once, at most, where one after another is waited for. Default: two. */
  readonly parallelReads?: number;
}

interface ReadAhead {
  readonly end: number;
  readonly answer: Promise<SourceRead>;
  /** Where the source may put the bytes. */
  readonly space: ReadSpace | undefined;
  readonly started: number;
  /** When it was answered; `undefined` as long as it is under way. */
  settled: number | undefined;
}

/** The first read of a file: holds the header and the first block of what the export's writer makes, 64,000 bytes if it is not compressed. */
export const firstReadBytes = 96 * 1024;
/** One sequential read of what is far: above the point where a round trip costs more than the bytes. */
export const farReadBytes = 2 * 1024 * 1024;
/** One sequential read of what is near, or is not known to be far: what is in flight must stay small. */
const nearReadBytes = 1024 * 1024;
/** Reads under way, where nothing is known to be far: while one is taken up, the next one goes on. */
const leastReads = 2;
/** A read that takes longer, and is waited for so long, is of something far: more of them at once bring more. */
const farMs = 8;
/** Of waiting with nothing else to do: a thread that was decoding meanwhile would not have its bytes any sooner. */
const waitMs = 2;
/** How long this thread has had nothing to do so far. */
const idleMs = (): number => nodePerformance.eventLoopUtilization().idle;
/** Node's, whose types are not everywhere where these are read. */
const nodePerformance = performance as typeof performance & {
  eventLoopUtilization(): { readonly idle: number };
};
/** So many reads one after another that were there before they were needed: one fewer at once will do. */
const manyReadsInTime = 8;
const largestRead = 16 * 1024 * 1024;
/** A space of no more is kept for the next blocks. */
const keptSpaceBytes = 16 * 1024 * 1024;
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
  /** The memory that reads are gathered in, or that the last one was put into; `buffer` is what lies in it now. */
  private space: ReadSpace = Buffer.alloc(0);
  private buffer: Buffer = Buffer.alloc(0);
  private readonly spaces = new ReadSpaces();
  /** The source has not put its bytes elsewhere so far. */
  private takesSpace = true;
  private bufferStart = 0;
  private limitBytes = Infinity;
  private isSequential = false;
  /** Reads under way, in order, each beginning where the one before ends. */
  private readsAhead: ReadAhead[] = [];
  /** How many to have under way: grows where far reads are waited for. */
  private width = leastReads;
  private readsInTime = 0;
  private raised: (() => void) | undefined;

  constructor(source: RangeSource, options: ByteWindowOptions) {
    this.source = source;
    this.options = options;
    this.bufferStart = options.from?.offset ?? 0;
    this.totalBytes = options.from?.totalBytes ?? 0;
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
    // What a large block took is given back as soon as it has been passed.
    if (this.space.length > keptSpaceBytes && this.buffer.length < this.space.length / 4) {
      const length = this.buffer.length;
      this.makeRoom(length);
      this.buffer = this.space.subarray(0, length);
    }
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
    this.append(await this.source.read(0, firstReadBytes, this.options.signal));
  }

  private async readMore(wanted: number): Promise<void> {
    while (this.end >= this.limitBytes) await this.waitForLimit();
    throwIfAborted(this.options.signal);
    const coming = this.readsAhead.shift() ?? this.startRead(this.end, this.nextEnd(this.end, wanted));
    const idleBefore = idleMs();
    const isInTime = coming.settled !== undefined;
    let answer: SourceRead;
    try {
      answer = await coming.answer;
    } catch (error) {
      this.dropReadsAhead();
      throw error;
    }
    throwIfAborted(this.options.signal);
    this.adaptWidth(coming, isInTime ? 0 : idleMs() - idleBefore);
    this.append(answer, coming.space);
    if (this.end !== coming.end) this.dropReadsAhead();
    if (this.isSequential) this.readOn();
  }

  private adaptWidth({ started, settled = performance.now() }: ReadAhead, waited: number): void {
    if (waited > waitMs) {
      this.readsInTime = 0;
      if (settled - started > farMs)
        this.width = Math.min(this.width + 1, this.options.parallelReads ?? leastReads);
    } else if (waited === 0 && this.width > leastReads && ++this.readsInTime >= manyReadsInTime) {
      this.readsInTime = 0;
      this.width--;
    }
  }

  /** Has the next reads under way. */
  private readOn(): void {
    const stop = Math.min(this.totalBytes, this.limitBytes);
    for (;;) {
      const at = this.readsAhead.at(-1)?.end ?? this.end;
      if (this.end >= stop) this.spaces.clear();
      if (at >= stop || this.readsAhead.length >= this.width) return;
      this.readsAhead.push(this.startRead(at, this.nextEnd(at, at)));
    }
  }

  private startRead(start: number, end: number): ReadAhead {
    const started = performance.now();
    const isKept = this.isSequential && this.takesSpace && end - start <= farReadBytes;
    const space = isKept ? this.spaces.take(end - start) : undefined;
    const answer = this.source.read(start, end, this.options.signal, space?.subarray(headroomBytes));
    const read: ReadAhead = { end, answer, space, started, settled: undefined };
    const settle = (): void => {
      read.settled = performance.now();
    };
    // Its failure is met when the bytes are needed, which may be never.
    read.answer.then(settle, settle);
    return read;
  }

  /** A read gave fewer bytes than asked for, or none: those after it do not follow on. */
  private dropReadsAhead(): void {
    for (const { answer } of this.readsAhead.splice(0)) {
      answer.then(
        ({ bytes, isOwned }) => {
          if (isOwned === true) freeBytes(bytes);
        },
        () => undefined,
      );
    }
  }

  private nextEnd(start: number, wanted: number): number {
    const unsized = wanted - start <= maxBlockHeaderBytes ? unsizedReadBytes : firstReadBytes;
    const sequential = this.width > leastReads ? farReadBytes : nearReadBytes;
    const count = Math.min(Math.max(wanted - start, this.isSequential ? sequential : unsized), largestRead);
    return Math.min(start + count, this.limitBytes, this.totalBytes);
  }

  /** `space`: what was given to the source. */
  private append(answer: SourceRead, space?: ReadSpace): void {
    if (this.totalBytes !== 0 && answer.totalBytes !== this.totalBytes) throw new Failure('store.changed');
    this.totalBytes = answer.totalBytes;
    if (answer.bytes.length === 0 && this.end < this.totalBytes) {
      throw new Failure('store.protocol', { detail: `no bytes came from offset ${this.end}`, offset: this.end });
    }
    const kept = this.buffer.length;
    const { length } = answer.bytes;
    const liesInSpace = space !== undefined && answer.bytes.buffer === space.buffer;
    if (liesInSpace && kept <= headroomBytes) {
      const from = headroomBytes - kept;
      space.set(this.buffer, from);
      this.spaces.giveBack(this.space);
      this.space = space;
      this.buffer = space.subarray(from, headroomBytes + length);
      return;
    }
    this.makeRoom(kept + length);
    this.space.set(answer.bytes, kept);
    this.buffer = this.space.subarray(0, kept + length);
    if (answer.isOwned === true) freeBytes(answer.bytes);
    if (liesInSpace) this.spaces.giveBack(space);
    else if (space !== undefined) {
      this.takesSpace = false;
      freeBytes(space);
    }
  }

  /** Moves what lies in memory to the beginning of a space of `needed` bytes, or not many more. */
  private makeRoom(needed: number): void {
    const old = this.space;
    if (needed > old.length) {
      // A block that takes many reads must not be copied at each of them: the space grows by half.
      this.space = Buffer.allocUnsafeSlow(Math.max(needed + headroomBytes, this.buffer.length * 1.5));
    } else if (old.length > 4 * (needed + headroomBytes)) {
      this.space = Buffer.allocUnsafeSlow(needed + headroomBytes);
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
