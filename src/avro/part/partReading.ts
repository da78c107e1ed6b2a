import { Failure, type FailureData, failureToData, isFailure, throwIfAborted } from '../../core/failure';
import type { PartProgress } from '../../core/partProgress';
import type { BlockStore } from './blockStore';
import { createInlineDecoders } from '../tasks/inlineDecoders';
import type { PartScanOptions, PartScanStep } from './partScan';
import { type FrontierStep, scanFrontier, type SelectionOf } from './scanFrontier';
import { limitedBits } from './rowSelection';
import { scanKnown } from './scanKnown';
import { SharedFrontier, type SharedFrontierOptions } from './sharedFrontier';
import type { Decoder, Decoders, ScanProgram } from '../tasks/scanProgram';
import { usesPatterns } from '../filter/usesPatterns';

/** Stretches of known blocks read or worked on at once, at most. */
const mostKnownStretches = 8;
/** Stored bytes in stretches that are being worked on, at most, unless it were a single stretch. */
const mostStretchBytes = 16 * 1024 * 1024;
/** A part of no more stretches is not worth a thread. */
const smallPartStretches = 2;

export interface PartReadingOptions extends Omit<SharedFrontierOptions, 'onPause' | 'isOpening'> {
  readonly store: BlockStore;
  /** Stored bytes of one stretch. */
  readonly stretchBytes: number;
  readonly decoders?: Decoders;
  /** More is known, or the state is another. */
  readonly onChange: () => void;
}

/** Who works on the stretches of a scan, how many at once, and how large they are. */
interface Work {
  readonly decoder: Decoder;
  readonly width: number;
  readonly stretchBytes: number;
}

/**
 * Reads a part on from what is known of it: in the background up to a limit, and for scans to the end. The background stands still
 * while scans run; they go on from where it stood, with its bytes, and it goes on from where they end.
 */
export class PartReading {
  state: PartProgress['state'] = 'reading';
  failure: FailureData | undefined;
  private readonly options: PartReadingOptions;
  private readonly inline = createInlineDecoders();
  private readonly counter: Decoder;
  private readonly frontier: SharedFrontier;
  private scans = 0;
  private isStarted = false;
  private isRunning = false;
  private isOpening = true;
  private onFirst: (() => void) | undefined;

  constructor(options: PartReadingOptions) {
    this.options = options;
    this.counter = this.openDecoder({ task: { kind: 'count' } }, options.decoders);
    this.frontier = new SharedFrontier({
      ...options,
      onPause: (isPaused) => this.setAtLimit(isPaused),
      isOpening: () => this.isOpening,
    });
    options.signal.addEventListener('abort', () => {
      this.inline.dispose();
      this.counter.dispose();
      this.frontier.wake();
    });
  }

  /** Called by the window's owner when it stands at its limit, or goes on. */
  setAtLimit(isAtLimit: boolean): void {
    this.frontier.isAtLimit = isAtLimit;
    if (!isAtLimit && this.state === 'paused') this.setState('reading');
    this.lookIfStanding();
  }

  get isComplete(): boolean {
    return this.options.ledger.position >= this.options.window.totalBytes;
  }

  /** Starts reading in the background; resolves at the first rows, or when there is nothing to wait for. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.isStarted = true;
      this.onFirst = resolve;
      this.readOn().then(resolve, reject);
    });
  }

  continue(bytes: number): void {
    this.frontier.extend(bytes, this.scans === 0);
    if (this.state === 'failed') this.setState('reading');
    this.restart();
  }

  /** Reads on from what is known now: it was replaced. Before `start` that is where it will begin. */
  restart(): void {
    if (this.options.signal.aborted) return;
    if (this.isComplete) this.setState('complete');
    else if (this.state === 'complete') this.setState('reading');
    this.frontier.dropIfBehind();
    if (this.isStarted && !this.isRunning) this.readOn().catch(() => undefined);
  }

  /** See `Part.scan`. */
  async *scan(program: ScanProgram, options: PartScanOptions): AsyncGenerator<PartScanStep, void, undefined> {
    const ending = new AbortController();
    const signals = [this.options.signal, ending.signal];
    if (options.signal !== undefined) signals.push(options.signal);
    const signal = AbortSignal.any(signals);
    throwIfAborted(signal);
    const decoders = options.decoders ?? this.options.decoders;
    const decoder = this.openDecoder(program, decoders);
    const stretchBytes = stretchBytesFor(program, this.options.stretchBytes);
    const most = mostAtOnce(stretchBytes);
    const work = { decoder, width: this.isSmall() ? 1 : Math.min(decoders?.width ?? 1, most), stretchBytes };
    signal.addEventListener('abort', () => decoder.dispose());
    this.scans++;
    try {
      yield* this.scanAll(work, options, signal);
    } catch (error) {
      throw signal.aborted ? new Failure('cancelled', {}, error) : error;
    } finally {
      ending.abort();
      this.scans--;
      this.frontier.wake();
    }
  }

  private async *scanAll(
    work: Work,
    options: PartScanOptions,
    signal: AbortSignal,
  ): AsyncGenerator<PartScanStep, void, undefined> {
    const { ledger, store, source } = this.options;
    const { generation } = ledger;
    const { selection, limitRows = Infinity } = options;
    const selectionOf = (firstRow: number, rows: number): Uint8Array<ArrayBuffer> | undefined | null =>
      limitedBits(selection, firstRow, rows, limitRows);
    const bytesTotal = this.bytesUpTo(limitRows);
    const step = (at: Omit<PartScanStep, 'bytesTotal'>): PartScanStep => {
      const progress = { bytesDone: Math.min(at.bytesDone, bytesTotal), bytesTotal };
      options.onProgress?.(progress);
      return { ...at, ...progress };
    };
    for (let next = 0; ;) {
      const { index } = ledger;
      const from = next;
      next = index.length;
      const known = { index, from, to: next, store, source, signal, selectionOf, ...work };
      for await (const { end, ...rest } of scanKnown({
        ...known,
        width: Math.min(work.width + 4, mostKnownStretches, mostAtOnce(work.stretchBytes)),
      })) {
        yield step({ ...rest, bytesDone: end });
      }
      if (ledger.generation !== generation) throw new Failure('store.changed');
      if (next < ledger.index.length) continue;
      const { rows } = ledger.index;
      if (this.isComplete || rows >= limitRows) return;
      if (selection !== undefined && selection(rows, Infinity) === undefined) return;
      if (this.frontier.user !== 'background') break;
      this.frontier.liftLimit();
      await this.frontier.change(signal);
    }
    let firstRow = ledger.index.rows;
    const isPicky = selection !== undefined || limitRows !== Infinity;
    const picks: SelectionOf = (rows, rowsUnderWay) => {
      if (firstRow >= limitRows || (selection !== undefined && selection(firstRow, Infinity) === undefined)) {
        return 'end';
      }
      // Rows are numbered by what was decoded, not by what is declared.
      if (rowsUnderWay > 0) return 'wait';
      const bits = selectionOf(firstRow, rows);
      return bits === undefined ? {} : { bits: bits ?? new Uint8Array(0) };
    };
    for await (const { framed, result } of this.scanUnknown(work, isPicky ? picks : undefined, signal)) {
      const rows = framed.reduce((sum, { outcome }) => sum + (outcome?.rows ?? 0), 0);
      const bytesDone = framed.at(-1)?.item.resumedAt ?? 0;
      if (result !== undefined && rows > 0) {
        const made = step({ firstRow, rows, result, bytesDone });
        firstRow += rows;
        yield made;
      }
    }
  }

  /** From what is known on, to the end; nobody else may be doing so, or it is done twice. Begins at once. */
  private async *scanUnknown(
    work: Work,
    selectionOf: SelectionOf | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<FrontierStep, void, undefined> {
    const isShared = this.frontier.user === undefined;
    const frontier = isShared ? this.frontier.take('scan') : this.frontier.apart();
    frontier.window.limit = Infinity;
    const abort = (): void => frontier.abort.abort();
    signal.addEventListener('abort', abort);
    let isClean = false;
    try {
      const steps = scanFrontier({
        ...frontier,
        ...work,
        takesOneBlock: selectionOf !== undefined,
        shouldStop: () => false,
        onBlock: (dataOffset, stored) => this.options.store.offerPassed(dataOffset, stored),
        ...(selectionOf === undefined ? {} : { selectionOf }),
      });
      for await (const step of steps) {
        this.commit(step);
        yield step;
      }
      isClean = true;
    } finally {
      signal.removeEventListener('abort', abort);
      if (isShared) this.frontier.giveBack(isClean);
      else frontier.abort.abort();
    }
  }

  /** The background: reads on to the end, wherever scans leave it. Rejects with what went wrong, after noting it. */
  private async readOn(): Promise<void> {
    this.isRunning = true;
    try {
      while (!this.isComplete) {
        throwIfAborted(this.options.signal);
        const isOthersTurn = this.frontier.user !== undefined || (this.scans > 0 && !this.isOpening);
        if (isOthersTurn) await this.frontier.change(this.options.signal);
        else await this.readOnce();
      }
      this.setState('complete');
    } catch (error) {
      if (!this.options.signal.aborted && !isFailure(error, 'cancelled'))
        this.setState('failed', failureToData(error));
      throw error;
    } finally {
      this.isRunning = false;
    }
  }

  /** Reads on until somebody else wants to, or to the end. */
  private async readOnce(): Promise<void> {
    const { store, ledger, decoders } = this.options;
    const frontier = this.frontier.take('background');
    let isClean = false;
    try {
      const steps = scanFrontier({
        ...frontier,
        stretchBytes: this.options.stretchBytes,
        decoder: this.counter,
        width: this.isSmall() ? 1 : (decoders?.width ?? 1),
        beginsWithOneBlock: this.isOpening,
        shouldStop: () => this.scans > 0 && !this.isOpening,
        onBlock: (dataOffset, stored) => store.offer(dataOffset, stored),
      });
      for await (const step of steps) {
        this.commit(step);
        if (ledger.index.rows > 0) this.endOpening();
      }
      isClean = true;
    } catch (error) {
      if (this.frontier.isCurrent(frontier) || this.options.signal.aborted) throw error;
      // It was dropped because more is known than it has come to.
    } finally {
      if (this.frontier.isCurrent(frontier)) this.frontier.giveBack(isClean);
      else this.frontier.release();
    }
  }

  private endOpening(): void {
    this.isOpening = false;
    this.onFirst?.();
  }

  private commit({ framed }: FrontierStep): void {
    for (const { item, outcome } of framed) this.options.ledger.commit(item, outcome);
    if (this.isComplete) this.setState('complete');
    else this.options.onChange();
    this.lookIfStanding();
  }

  /** Stands at the limit, and all that was read is known. */
  private lookIfStanding(): void {
    const { isAtLimit, user, position } = this.frontier;
    if (!isAtLimit || user === 'scan' || this.isComplete) return;
    if (position === this.options.ledger.position) {
      this.setState('paused');
      this.endOpening();
    }
  }

  private setState(state: PartProgress['state'], failure?: FailureData): void {
    if (state === this.state && failure === undefined) return;
    this.state = state;
    this.failure = failure;
    this.options.onChange();
  }

  private isSmall(): boolean {
    return this.options.window.totalBytes <= smallPartStretches * this.options.stretchBytes;
  }

  private openDecoder(program: ScanProgram, decoders: Decoders | undefined): Decoder {
    const { file, maxBlockBytes } = this.options;
    const { schemaText, codec } = file.metadata;
    const isDoneHere = decoders === undefined || (this.isSmall() && !usesPatterns(program));
    const chosen = isDoneHere ? this.inline : decoders;
    return chosen.open({ schemaText, codec, program, maxBlockBytes });
  }

  /** Where a scan of so many rows ends, about. */
  private bytesUpTo(limitRows: number): number {
    const { ledger, window } = this.options;
    const { rows } = ledger.index;
    if (limitRows === Infinity || rows === 0) return window.totalBytes;
    return Math.min(window.totalBytes, Math.ceil((ledger.position / rows) * limitRows));
  }
}

/**
 * What a task gives for every row is often several times as long as the stored bytes: it must be little at a time. Statistics are as long for many
 * rows as for few, take up anew what is frequent in each stretch, and have to be merged: they are given for many at a time.
 */
function stretchBytesFor({ task }: ScanProgram, stretchBytes: number): number {
  switch (task.kind) {
    case 'text':
    case 'cells':
    case 'sortKeys':
      return stretchBytes / 4;
    case 'statistics':
      return stretchBytes * 8;
    default:
      return stretchBytes;
  }
}

function mostAtOnce(stretchBytes: number): number {
  return Math.max(2, Math.floor(mostStretchBytes / stretchBytes));
}
