import type { Damage } from '../../core/partProgress';
import { createBreather } from './breather';
import { type ByteWindow, maxBlockHeaderBytes } from './byteWindow';
import type { Decompress } from './codecs';
import { type Header, syncMarkerBytes } from './header';
import type { Kernel } from '../engine/kernel';
import { decompressionProblem, rowsProblem } from '../engine/scriptEngine';
import { faulty, maxLongBytes, readCount, skipVarint } from './varint';

/** Neither the stored nor the decompressed bytes of one block may be more: far above what writers make, far below the memory of a worker. */
export const maxBlockBytes = 256 * 1024 * 1024;

/** What stands at one place of the file: a block, a stretch of damage, or a block with damage behind it. */
export interface Framed {
  /** 0-based in the file; damaged stretches count as one each. */
  readonly number: number;
  readonly offset: number;
  /** Where reading goes on. */
  readonly resumedAt: number;
  readonly block?: FramedBlock;
  /** Damage that shows without decoding. If there is a block too, its rows are right all the same. */
  readonly problem?: FramingProblem;
}

/** A whole block by its size and its sync marker; whether its rows are right, decoding tells. */
export interface FramedBlock {
  /** Where its stored bytes begin, and the bytes: valid until the next one is asked for. */
  readonly dataOffset: number;
  readonly size: number;
  readonly stored: Buffer;
  /** Declared by its header; or counted, where the file is cut within the block. */
  readonly rows: number;
}

export interface FramingProblem {
  readonly reason: Damage['reason'];
  readonly detail: string;
  readonly declaredRows?: number;
}

export interface BlockFramerOptions {
  readonly window: ByteWindow;
  readonly header: Header;
  readonly kernel: Kernel;
  readonly decompress: Decompress;
  /** Where to begin, and the number of the block there. Default: the first block. */
  readonly from?: { readonly position: number; readonly number: number };
  /** Called when a block has been looked at, before anything is done about damage. */
  readonly onAttempt?: () => void;
  /** In place of the constant of that name. */
  readonly maxBlockBytes?: number;
}

interface Problem extends FramingProblem {
  /** In place of `reason` if no sync marker follows: what looks like a bad header at the end of a file is something else. */
  readonly reasonAtEnd?: Damage['reason'];
}

interface Attempt {
  readonly block?: FramedBlock;
  readonly problem?: Problem;
  /** Where the next block begins; or from where to look for a sync marker. */
  readonly next: { readonly at: number } | { readonly searchFrom: number };
}

interface BlockHeader {
  readonly rows: number;
  readonly size: number;
  readonly length: number;
}

/** A block that claims more is watched while it is read: a sync marker before its end says that the claim is false. */
const watchedBlockBytes = 8 * 1024 * 1024;

/**
 * Walks through the blocks of a file by their headers and sync markers. Nothing is decompressed, except where a marker is missing: then
 * the block's own rows say whether it is whole. After damage it goes on behind the next marker.
 */
export class BlockFramer {
  /** Offset up to which the file is framed. */
  position: number;
  private readonly options: BlockFramerOptions;
  private readonly maxBytes: number;
  private number: number;
  private readonly breathe = createBreather();

  constructor(options: BlockFramerOptions) {
    this.options = options;
    this.maxBytes = options.maxBlockBytes ?? maxBlockBytes;
    this.position = options.from?.position ?? options.header.end;
    this.number = options.from?.number ?? 0;
  }

  /** What stands next; `undefined` at the end of the file. After a failure of the source it can be asked again, unless damage was being passed. */
  async next(): Promise<Framed | undefined> {
    const { window } = this.options;
    const offset = this.position;
    window.discard(offset);
    if (offset >= window.totalBytes) return undefined;
    if (window.end < offset + maxBlockHeaderBytes) await window.ensure(offset + maxBlockHeaderBytes);
    const attempt = await this.attempt(offset);
    this.options.onAttempt?.();
    const { block, problem } = attempt;
    const { resumedAt, isFound } = await this.resume(attempt);
    this.position = resumedAt;
    const framed = { number: this.number++, offset, resumedAt, ...(block === undefined ? {} : { block }) };
    if (problem === undefined) return framed;
    const { reason, reasonAtEnd = reason, detail, declaredRows } = problem;
    return {
      ...framed,
      problem: {
        reason: isFound ? reason : reasonAtEnd,
        detail,
        ...(declaredRows === undefined ? {} : { declaredRows }),
      },
    };
  }

  /** The same at once, where the next block lies in memory and its marker follows: nearly always. `undefined`: ask `next`. */
  nextInMemory(): Framed | undefined {
    const { window, header } = this.options;
    const offset = this.position;
    const declared = readBlockHeader(window.bytes(offset, offset + maxBlockHeaderBytes));
    if (declared === 'cut' || declared === 'bad') return undefined;
    const { rows, size } = declared;
    if (size > this.maxBytes || size > watchedBlockBytes) return undefined;
    const dataOffset = offset + declared.length;
    const end = dataOffset + size;
    const resumedAt = end + syncMarkerBytes;
    if (resumedAt > window.end || !window.bytes(end, resumedAt).equals(header.syncMarker)) return undefined;
    window.discard(offset);
    this.options.onAttempt?.();
    this.position = resumedAt;
    const block = { dataOffset, size, stored: window.bytes(dataOffset, end), rows };
    return { number: this.number++, offset, resumedAt, block };
  }

  /** Where the next block would end, its marker included; `undefined` if its header is not in memory, or is none. */
  nextEnd(): number | undefined {
    const header = readBlockHeader(this.options.window.bytes(this.position, this.position + maxBlockHeaderBytes));
    if (header === 'cut' || header === 'bad') return undefined;
    return this.position + header.length + header.size + syncMarkerBytes;
  }

  /** Where to go on after an attempt: known, or behind the next marker, or nowhere. */
  private async resume({ next }: Attempt): Promise<{ readonly resumedAt: number; readonly isFound: boolean }> {
    if ('at' in next) return { resumedAt: next.at, isFound: true };
    const marker = await this.findMarker(next.searchFrom);
    return marker === undefined
      ? { resumedAt: this.options.window.totalBytes, isFound: false }
      : { resumedAt: marker + syncMarkerBytes, isFound: true };
  }

  /** Offset of the next sync marker at or after `from`, or `undefined`. Keeps no more in memory than one read. */
  private async findMarker(from: number): Promise<number | undefined> {
    const { window, header } = this.options;
    let at = from;
    for (;;) {
      const found = window.bytes(at, window.end).indexOf(header.syncMarker);
      if (found >= 0) return at + found;
      if (window.end >= window.totalBytes) return undefined;
      at = Math.max(at, window.end - syncMarkerBytes + 1);
      window.discard(at);
      await window.ensure(window.end + 1);
      await this.breathe();
    }
  }

  private async attempt(offset: number): Promise<Attempt> {
    const { window } = this.options;
    const header = readBlockHeader(window.bytes(offset, offset + maxBlockHeaderBytes));
    const next = { searchFrom: offset };
    if (header === 'cut')
      return { next, problem: { reason: 'truncated', detail: 'the file ends within the header of a block' } };
    if (header === 'bad') {
      return {
        next,
        problem: {
          reason: 'blockHeader',
          reasonAtEnd: 'trailingBytes',
          detail: 'what stands here is not the header of a block',
        },
      };
    }
    const start = offset + header.length;
    const end = start + header.size;
    if (end > window.totalBytes) return this.attemptCut(offset, start, header);
    if (header.size > this.maxBytes) {
      const detail = `its header says ${header.size} bytes, more than a block may have`;
      return { next, problem: { reason: 'blockHeader', detail, declaredRows: header.rows } };
    }
    if (header.size > watchedBlockBytes && (await this.meetsMarker(start, end))) {
      const detail = `its header says ${header.size} bytes, but a sync marker comes earlier`;
      return { next, problem: { reason: 'blockHeader', detail, declaredRows: header.rows } };
    }
    if (window.end < end + syncMarkerBytes) await window.ensure(end + syncMarkerBytes);
    return this.attemptWhole(offset, start, end, header);
  }

  /** Reads on to `end`; true as soon as a sync marker turns up before it. */
  private async meetsMarker(start: number, end: number): Promise<boolean> {
    const { window, header } = this.options;
    let searched = start;
    let isMet = false;
    const look = (): boolean => {
      const found = window.bytes(searched, window.end).indexOf(header.syncMarker);
      isMet = found >= 0 && searched + found < end;
      searched = Math.max(searched, window.end - syncMarkerBytes + 1);
      return isMet;
    };
    if (!look()) await window.ensure(end, look);
    return isMet;
  }

  /** A block that would end past the end of the file: the file was cut, or the header is wrong and other blocks follow. */
  private async attemptCut(offset: number, start: number, header: BlockHeader): Promise<Attempt> {
    const { window } = this.options;
    const { totalBytes } = window;
    const problem: Problem = {
      reason: 'blockHeader',
      reasonAtEnd: 'truncated',
      detail: `its header says ${header.size} bytes, and the file ends after ${totalBytes - start}`,
      declaredRows: header.rows,
    };
    const next = { searchFrom: offset };
    const isStored = this.options.header.metadata.codec === 'null';
    if (!isStored || totalBytes - start > this.maxBytes || (await this.meetsMarker(offset, totalBytes))) {
      return { next, problem };
    }
    // Uncompressed rows before the cut are whole.
    const data = window.bytes(start, totalBytes);
    const { rows, end } = this.options.kernel.walk(data, 0, header.rows);
    // Looking for a marker moves the window: the block takes its bytes along.
    const stored = Buffer.from(data.subarray(0, end));
    return {
      next,
      problem,
      ...(rows > 0 ? { block: { dataOffset: start, size: stored.length, stored, rows } } : {}),
    };
  }

  private async attemptWhole(offset: number, start: number, end: number, header: BlockHeader): Promise<Attempt> {
    const { window } = this.options;
    const { syncMarker } = this.options.header;
    const stored = window.bytes(start, end);
    const { rows } = header;
    const block: FramedBlock = { dataOffset: start, size: header.size, stored, rows };
    const afterMarker = end + syncMarkerBytes;
    const marker = window.bytes(end, afterMarker);
    if (marker.equals(syncMarker)) return { block, next: { at: afterMarker } };
    const declaredRows = rows;
    const isCut = marker.length < syncMarkerBytes;
    const isSound = header.size > 0 && (await this.isSound(stored, rows));
    if (isSound && isCut) {
      const detail = 'the file ends within the sync marker of the block';
      return { block, next: { at: window.totalBytes }, problem: { reason: 'truncated', detail, declaredRows } };
    }
    const problem: Problem = {
      reason: 'syncMarker',
      reasonAtEnd: header.size === 0 ? 'trailingBytes' : 'syncMarker',
      detail: 'no sync marker stands where the block ends',
      declaredRows,
    };
    // Rows of a block that is right in itself are kept; of one that is not, its header may be what is wrong.
    if (!isSound) return { next: { searchFrom: offset }, problem };
    // Looking on moves the window: the block takes its bytes along.
    const kept = rows === 0 ? {} : { block: { ...block, stored: Buffer.from(stored) } };
    const goesOn = afterMarker >= window.totalBytes || (await this.looksLikeBlock(afterMarker));
    return {
      ...kept,
      problem,
      next: goesOn ? { at: Math.min(afterMarker, window.totalBytes) } : { searchFrom: end },
    };
  }

  /** True if the bytes decompress to as many rows as are declared, and to no more. */
  private async isSound(stored: Buffer, rows: number): Promise<boolean> {
    try {
      const data = await this.options.decompress(stored, this.maxBytes);
      const walk = this.options.kernel.walk(data, 0, rows);
      const left = data.length - walk.end;
      return rowsProblem({ rows: walk.rows, declaredRows: rows, left, fault: walk.fault }) === undefined;
    } catch (error) {
      // What is not of the block is thrown on.
      decompressionProblem(error);
      return false;
    }
  }

  /** True if a block of common size with its marker in place begins at `offset`. */
  private async looksLikeBlock(offset: number): Promise<boolean> {
    const { window } = this.options;
    await window.ensure(offset + maxBlockHeaderBytes);
    const header = readBlockHeader(window.bytes(offset, offset + maxBlockHeaderBytes));
    if (header === 'cut' || header === 'bad' || header.size > watchedBlockBytes) return false;
    const end = offset + header.length + header.size;
    if (end + syncMarkerBytes > window.totalBytes) return false;
    await window.ensure(end + syncMarkerBytes);
    return window.bytes(end, end + syncMarkerBytes).equals(this.options.header.syncMarker);
  }
}

/** `cut`: the file ends within it. `bad`: it cannot be one. */
function readBlockHeader(bytes: Buffer): BlockHeader | 'cut' | 'bad' {
  const afterRows = skipVarint(bytes, 0, bytes.length);
  if (afterRows === faulty) return bytes.length < maxLongBytes ? 'cut' : 'bad';
  const rows = readCount(bytes, 0);
  if (rows < 0) return 'bad';
  const length = skipVarint(bytes, afterRows, bytes.length);
  if (length === faulty) return bytes.length - afterRows < maxLongBytes ? 'cut' : 'bad';
  const size = readCount(bytes, afterRows);
  return size < 0 ? 'bad' : { rows, size, length };
}
