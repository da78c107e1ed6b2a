import { Failure, throwIfAborted } from '../../core/failure';
import type { BlockFramer } from '../container/blockFramer';
import { ByteWindow } from '../container/byteWindow';
import type { RangeSource } from '../container/rangeSource';
import type { BlockLedger } from './blockLedger';
import { frameBlocks, type PartFile } from './partFile';

/** Reads under way at once, where they are waited for. */
export const parallelReads = 6;

/** A place in the file from which on it is framed. */
export interface Frontier {
  readonly window: ByteWindow;
  readonly framer: BlockFramer;
  readonly abort: AbortController;
}

export interface SharedFrontierOptions {
  readonly file: PartFile;
  readonly source: RangeSource;
  readonly ledger: BlockLedger;
  /** The window that the header was read through: its bytes are not read again. */
  readonly window: ByteWindow;
  /** Ends its reads. */
  readonly windowAbort: AbortController;
  readonly signal: AbortSignal;
  readonly readAheadBytes: number;
  readonly maxBlockBytes: number;
  /** A window stands at its limit, or goes on. */
  readonly onPause: (isPaused: boolean) => void;
  /** The first rows are still being looked for: no limit holds yet. */
  readonly isOpening: () => boolean;
}

/** The frontier of what is known of a part: one is shared, in turns, by all who read on from there. */
export class SharedFrontier {
  /** Whose turn it is. */
  user: 'background' | 'scan' | undefined;
  isAtLimit = false;
  private readonly options: SharedFrontierOptions;
  private current: Frontier | undefined;
  private limit: number;
  private waiting: (() => void)[] = [];

  constructor(options: SharedFrontierOptions) {
    this.options = options;
    this.limit = Math.max(0, options.readAheadBytes);
    this.current = this.frontierIn(options.window, options.windowAbort);
  }

  /** Where it stands; `undefined` if there is none. */
  get position(): number | undefined {
    return this.current?.framer.position;
  }

  isCurrent(frontier: Frontier): boolean {
    return frontier === this.current;
  }

  /** So many more bytes may be read in the background; at once if it is the background's turn. */
  extend(bytes: number, isAtOnce: boolean): void {
    this.limit = Math.max(this.limit, this.current?.window.end ?? 0) + bytes;
    if (isAtOnce && this.current !== undefined) this.current.window.limit = this.limit;
  }

  /** Whoever reads on now is waited for: the limit does not hold until the next turn. */
  liftLimit(): void {
    if (this.current !== undefined) this.current.window.limit = Infinity;
  }

  /** Begins a turn; a frontier that is not where the known ends is replaced. Nobody else's may be under way: two who read on from one window would lose blocks. */
  take(user: 'background' | 'scan'): Frontier {
    if (this.user !== undefined) throw new Failure('internal', { detail: `the frontier is the ${this.user}'s` });
    if (this.position !== this.options.ledger.position) this.drop();
    this.current ??= this.frontierAt(this.limit);
    this.user = user;
    return this.current;
  }

  /** One of the caller's own, without a limit, while it is another's turn. */
  apart(): Frontier {
    return this.frontierAt(Infinity);
  }

  /** Ends a turn. `isClean`: the frontier can be read on from. */
  giveBack(isClean: boolean): void {
    if (!isClean) this.drop();
    else if (this.current !== undefined) this.current.window.limit = this.limit;
    this.release();
  }

  /** Ends a turn whose frontier has been dropped meanwhile. */
  release(): void {
    this.user = undefined;
    this.wake();
  }

  /** More is known than it has come to: it is of no use. */
  dropIfBehind(): void {
    if (this.position !== undefined && this.position < this.options.ledger.position) this.drop();
  }

  /** Resolves when a turn has ended, or a scan; rejects with `cancelled`. */
  async change(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    throwIfAborted(signal);
  }

  wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private drop(): void {
    this.current?.abort.abort();
    this.current = undefined;
    this.isAtLimit = false;
  }

  private frontierAt(limit: number): Frontier {
    const { source, signal, ledger, onPause } = this.options;
    const abort = new AbortController();
    const window = new ByteWindow(source, {
      signal: AbortSignal.any([signal, abort.signal]),
      onPause,
      from: { offset: ledger.position, totalBytes: this.options.window.totalBytes },
      parallelReads,
    });
    window.limit = limit;
    window.readSequentially();
    return this.frontierIn(window, abort);
  }

  private frontierIn(window: ByteWindow, abort: AbortController): Frontier {
    const { file, ledger, maxBlockBytes } = this.options;
    const framer = frameBlocks(file, window, {
      maxBlockBytes,
      from: { position: ledger.position, number: ledger.number },
      onAttempt: () => {
        // The first block is read however long it is; from then on the limit holds, and reads are large.
        if (!this.options.isOpening() || window.limit !== Infinity) return;
        window.limit = this.limit;
        window.readSequentially();
      },
    });
    return { window, framer, abort };
  }
}
