import { isFailure } from '../core/failure';
import type { Damage } from '../core/partProgress';
import { type ByteWindow, maxBlockHeaderBytes } from './byteWindow';
import type { Decompress } from './codecs';
import { freeBytes } from './freeBytes';
import { type Header, syncMarkerBytes } from './header';
import type { Kernel } from './kernel';
import { faulty, maxLongBytes, readCount, skipVarint } from './varint';

/** A block with at least one readable row. Its bytes are valid until the next one is asked for. */
export interface ScannedBlock {
  /** 0-based in the file; damaged stretches count as one each. */
  readonly number: number;
  /** Where its compressed bytes begin, and the bytes themselves. */
  readonly dataOffset: number;
  readonly compressed: Buffer;
  readonly data: Buffer;
  /** Rows that can be read; what the header declares, unless damage was reported. */
  readonly rows: number;
}

/** Neither the stored nor the decompressed bytes of one block may be more: far above what writers make, far below the memory of a worker. */
export const maxBlockBytes = 256 * 1024 * 1024;

export interface BlockScannerOptions {
  readonly window: ByteWindow;
  readonly header: Header;
  readonly kernel: Kernel;
  readonly decompress: Decompress;
  readonly onDamage: (damage: Damage) => void;
  /** Called when a block has been looked at, before anything is done about damage. */
  readonly onAttempt?: () => void;
  /** In place of the constant of that name. */
  readonly maxBlockBytes?: number;
}

type Reason = Damage['reason'];

interface Problem {
  readonly reason: Reason;
  /** In place of `reason` if no sync marker follows: what looks like a bad header at the end of a file is something else. */
  readonly reasonAtEnd?: Reason;
  readonly detail: string;
  readonly declaredRows?: number;
}

interface Attempt {
  readonly block?: ScannedBlock;
  readonly problem?: Problem;
  /** Where the next block begins; or from where to look for a sync marker. */
  readonly next: { readonly at: number } | { readonly searchFrom: number };
}

interface BlockHeader {
  readonly rows: number;
  readonly size: number;
  readonly length: number;
}

interface Decoded {
  readonly data?: Buffer;
  readonly rows: number;
  readonly problem?: Problem;
}

/** A block that claims more is watched while it is read: a sync marker before its end says that the claim is false. */
const watchedBlockBytes = 8 * 1024 * 1024;
/** Work at most this long before letting requests in. */
const sliceMs = 8;

/**
 * Walks through the blocks of a file in order, with every one decompressed and checked: rows declared = rows there, no
 * bytes left over, the sync marker in place. What is damaged is reported, and reading goes on after the next marker.
 */
export class BlockScanner {
  /** Offset up to which the file is known. */
  position: number;
  private readonly options: BlockScannerOptions;
  private readonly maxBytes: number;
  private number = 0;
  /** Given out by the blocks before the one that is being looked at. */
  private rows = 0;
  private sliceStart = performance.now();

  constructor(options: BlockScannerOptions) {
    this.options = options;
    this.maxBytes = options.maxBlockBytes ?? maxBlockBytes;
    this.position = options.header.end;
  }

  async *blocks(): AsyncGenerator<ScannedBlock, void, undefined> {
    const { window } = this.options;
    for (; this.position < window.totalBytes; this.number++) {
      const offset = this.position;
      await window.ensure(offset + maxBlockHeaderBytes);
      const attempt = await this.attempt(offset);
      this.options.onAttempt?.();
      const { block, problem, next } = attempt;
      if (block !== undefined) {
        if (problem === undefined) this.moveTo('at' in next ? next.at : offset);
        yield block;
        if (block.data.buffer !== block.compressed.buffer) freeBytes(block.data);
      }
      if (block === undefined || problem !== undefined) await this.passDamage(offset, attempt);
      this.rows += block?.rows ?? 0;
      await this.letOthersIn();
    }
  }

  private moveTo(offset: number): void {
    this.position = offset;
    this.options.window.discard(offset);
  }

  private async letOthersIn(): Promise<void> {
    if (performance.now() - this.sliceStart < sliceMs) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.sliceStart = performance.now();
  }

  /** Moves on to where reading can go on, and reports what was passed over. */
  private async passDamage(offset: number, attempt: Attempt): Promise<void> {
    const { totalBytes } = this.options.window;
    let resumedAt = totalBytes;
    let isFound = true;
    if ('at' in attempt.next) {
      resumedAt = attempt.next.at;
    } else {
      const marker = await this.findMarker(attempt.next.searchFrom);
      isFound = marker !== undefined;
      if (marker !== undefined) resumedAt = marker + syncMarkerBytes;
    }
    this.moveTo(resumedAt);
    const { problem } = attempt;
    if (problem === undefined) return;
    this.options.onDamage({
      reason: isFound ? problem.reason : (problem.reasonAtEnd ?? problem.reason),
      block: this.number,
      offset,
      resumedAt,
      ...(problem.declaredRows === undefined ? {} : { declaredRows: problem.declaredRows }),
      decodedRows: attempt.block?.rows ?? 0,
      rowsBefore: this.rows,
      detail: problem.detail,
    });
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
      this.moveTo(at);
      await window.ensure(window.end + 1);
      await this.letOthersIn();
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
    await window.ensure(end + syncMarkerBytes);
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
    const { rows } = this.options.kernel.walk(data, 0, header.rows);
    return { next, problem, ...(rows > 0 ? { block: this.block(start, data, data, rows) } : {}) };
  }

  private async attemptWhole(offset: number, start: number, end: number, header: BlockHeader): Promise<Attempt> {
    const { window } = this.options;
    const { syncMarker } = this.options.header;
    const compressed = window.bytes(start, end);
    const marker = Buffer.from(window.bytes(end, end + syncMarkerBytes));
    const afterMarker = end + syncMarkerBytes;
    const decoded = await this.decode(compressed, header.rows);
    const block =
      decoded.data === undefined || decoded.rows === 0
        ? {}
        : { block: this.block(start, compressed, decoded.data, decoded.rows) };
    if (marker.equals(syncMarker)) {
      return {
        ...block,
        next: { at: afterMarker },
        ...(decoded.problem === undefined ? {} : { problem: decoded.problem }),
      };
    }
    const declaredRows = header.rows;
    const isSound = decoded.problem === undefined && header.size > 0;
    if (isSound && afterMarker > window.totalBytes) {
      const detail = 'the file ends within the sync marker of the block';
      return { ...block, next: { at: window.totalBytes }, problem: { reason: 'truncated', detail, declaredRows } };
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
    const kept =
      decoded.data === undefined || decoded.rows === 0
        ? {}
        : { block: this.block(start, Buffer.from(compressed), Buffer.from(decoded.data), decoded.rows) };
    const goesOn = afterMarker >= window.totalBytes || (await this.looksLikeBlock(afterMarker));
    return {
      ...kept,
      problem,
      next: goesOn ? { at: Math.min(afterMarker, window.totalBytes) } : { searchFrom: end },
    };
  }

  private block(dataOffset: number, compressed: Buffer, data: Buffer, rows: number): ScannedBlock {
    return { number: this.number, dataOffset, compressed, data, rows };
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

  private async decode(compressed: Buffer, declaredRows: number): Promise<Decoded> {
    const { kernel, decompress } = this.options;
    let data: Buffer;
    try {
      data = asBuffer(await decompress(compressed, this.maxBytes));
    } catch (error) {
      return { rows: 0, problem: { ...decompressionProblem(error), declaredRows } };
    }
    const walk = kernel.walk(data, 0, declaredRows);
    const left = data.length - walk.end;
    if (walk.fault === undefined && left === 0) return { data, rows: walk.rows };
    const detail =
      walk.fault === undefined
        ? `${left} bytes are left over after its ${declaredRows} rows`
        : `it declares ${declaredRows} rows and holds ${walk.rows}: ${walk.fault}`;
    return { data, rows: walk.rows, problem: { reason: 'rows', detail, declaredRows } };
  }
}

function decompressionProblem(error: unknown): Pick<Problem, 'reason' | 'detail'> {
  if (isFailure(error, 'avro.tooLarge')) {
    return {
      reason: 'decompression',
      detail: `it decompresses to more than ${String(error.facts['maxBytes'])} bytes`,
    };
  }
  if (!isFailure(error, 'avro.corruptBlock')) throw error;
  const { reason, detail } = error.facts;
  return { reason: reason === 'checksum' ? 'checksum' : 'decompression', detail: String(detail) };
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

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
