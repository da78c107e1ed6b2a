import { throwIfAborted } from '../../core/failure';
import type { BlockFramer } from '../container/blockFramer';
import { BlockIndex } from './blockIndex';
import type { BlockLedger } from './blockLedger';
import type { BlockStore } from './blockStore';
import { ByteWindow } from '../container/byteWindow';
import { syncMarkerBytes } from '../container/header';
import { frameBlocks, type PartFile } from './partFile';
import type { RangeSource } from '../container/rangeSource';

/** Blocks that follow on one another somewhere behind what is known, with numbers for their rows. */
export interface Island {
  readonly list: BlockIndex;
  /** Offset of the first block's header, and of the end of the last block's marker. */
  readonly start: number;
  readonly end: number;
  /** The number given to its first row. */
  readonly firstRow: number;
  /** All before it is known: the number is right. */
  readonly isExact: boolean;
}

export interface ApproximateRowsOptions {
  readonly file: PartFile;
  readonly source: RangeSource;
  readonly store: BlockStore;
  readonly ledger: BlockLedger;
  readonly totalBytes: number;
  readonly maxBlockBytes: number;
  readonly signal: AbortSignal;
  /** Rows have other numbers than before: pages of them are stale. */
  readonly onRenumbered: () => void;
}

/** One jump reads so many bytes, unless blocks are larger: two whole blocks of the export's writer, wherever it lands (speed.md, section 6). */
const jumpBytes = 128 * 1024;
/** Stored blocks that a jump must hold: two whole ones, and the rest of the one it lands in. */
const jumpBlocks = 2.5;
const largestJump = 16 * 1024 * 1024;
const longestSearch = 32 * 1024 * 1024;
/** Places kept; the one made longest ago goes first. */
const mostIslands = 16;
/** The estimate stays while what is known speaks for no other by more than this share. */
const tolerance = 0.03;

/**
 * Rows behind what is known of a part. A row's number gives a place in the file, by the estimate of how many rows there are; the blocks found there
 * are an island, and keep their numbers as it grows in either direction, until all before it is known.
 *
 * The estimate: rows known, and for the bytes behind them as many rows a byte. It is kept until it is wrong by 3 %, so that a scroll bar
 * stands still; where the end of the file is seen, it is made to agree with the numbers of the rows there.
 */
export class ApproximateRows {
  private readonly options: ApproximateRowsOptions;
  private islands: Island[] = [];
  private estimated: number | undefined;
  /** The end was seen: the estimate is the number behind its last row. */
  private isPinned = false;
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: ApproximateRowsOptions) {
    this.options = options;
  }

  /** Rows in the whole part, about; `undefined` if nothing is known to go by. */
  estimate(): number | undefined {
    const { ledger, file, totalBytes } = this.options;
    const start = file.header.end;
    const { rows } = ledger.index;
    if (rows === 0 || ledger.position <= start) return undefined;
    const perByte = rows / (ledger.position - start);
    const raw = Math.max(rows, Math.round(perByte * (totalBytes - start)));
    const isOff = this.estimated === undefined || Math.abs(raw - this.estimated) > tolerance * raw;
    if (!this.isPinned && isOff) this.estimated = raw;
    const least = Math.max(rows, ...this.islands.map(({ firstRow, list }) => firstRow + list.rows));
    this.estimated = Math.max(this.estimated ?? raw, least);
    return this.estimated;
  }

  /** The island that a row of a page is in. */
  find(row: number): Island | undefined {
    return this.islands.find(({ firstRow, list }) => row >= firstRow && row < firstRow + list.rows);
  }

  /** The island that holds a block. */
  findOffset(offset: number): Island | undefined {
    return this.islands.find(({ list }) => list.findOffset(offset) >= 0);
  }

  /**
   * An island with the rows from `row` on, as many of `count` as there are; made or grown if need be. `undefined`: there are none. One request for a jump, one
   * for going on from there; one after another.
   */
  reach(row: number, count: number, signal: AbortSignal | undefined): Promise<Island | undefined> {
    const turn = this.last.then(() => this.reachNow(row, count, signal));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** More is known: what lies in it is approximate no more. */
  settle(): void {
    const { ledger } = this.options;
    if (this.islands.length === 0) return;
    let isStale = false;
    const kept: Island[] = [];
    for (const island of this.islands) {
      if (island.end <= ledger.position) {
        isStale ||= !island.isExact;
        continue;
      }
      if (island.start === ledger.position && !island.isExact) {
        isStale ||= island.firstRow !== ledger.index.rows;
        kept.push({ ...island, firstRow: ledger.index.rows, isExact: true });
      } else if (island.start < ledger.position && !island.isExact) isStale = true;
      else kept.push(island);
    }
    this.islands = kept;
    if (!isStale) return;
    this.isPinned = false;
    this.options.onRenumbered();
  }

  /** Nothing that was found is trusted any more. */
  clear(): void {
    this.islands = [];
    this.estimated = undefined;
    this.isPinned = false;
  }

  private async reachNow(row: number, count: number, signal: AbortSignal | undefined): Promise<Island | undefined> {
    throwIfAborted(signal);
    const estimate = this.estimate();
    if (estimate === undefined || row >= estimate) return this.find(row);
    const wanted = Math.min(count, estimate - row);
    let island = this.find(row) ?? (await this.neighbour(row, wanted, signal)) ?? (await this.jump(row, signal));
    while (island !== undefined && row + wanted > island.firstRow + island.list.rows) {
      const grown = await this.grow(island, signal);
      if (grown === island) break;
      island = grown;
    }
    return island === undefined || row < island.firstRow ? undefined : island;
  }

  /** An island that ends where the row would be, or begins soon after it, grown to hold it. */
  private async neighbour(
    row: number,
    count: number,
    signal: AbortSignal | undefined,
  ): Promise<Island | undefined> {
    const before = this.islands.find(({ firstRow, list }) => row === firstRow + list.rows);
    if (before !== undefined) {
      const grown = await this.grow(before, signal);
      return grown !== before ? grown : undefined;
    }
    let after = this.islands.find(({ firstRow }) => row < firstRow && row + 2 * count >= firstRow);
    while (after !== undefined && row < after.firstRow && !after.isExact)
      after = await this.growBack(after, signal);
    return after !== undefined && row >= after.firstRow ? after : undefined;
  }

  private async jump(row: number, signal: AbortSignal | undefined): Promise<Island | undefined> {
    const { ledger, totalBytes } = this.options;
    const { rows } = ledger.index;
    const from = ledger.position;
    const estimate = this.estimate() ?? 0;
    const reach = this.reachBytes();
    const share = (row - rows) / Math.max(1, estimate - rows);
    const guess = Math.floor(from + share * (totalBytes - from));
    // What is next needs no guess, and has exact numbers.
    if (guess - from < reach / 2) return this.islandAt(from, rows, true, signal);
    let start = Math.min(guess, Math.max(from, totalBytes - reach));
    for (;;) {
      const window = this.windowAt(start, signal);
      await window.ensure(Math.min(totalBytes, start + reach));
      const found = window.bytes(start, window.end).indexOf(this.options.file.header.syncMarker);
      const at = start + found + syncMarkerBytes;
      if (found >= 0 && at < totalBytes) {
        const island = await this.collect(window, { start: at, firstRow: row, isExact: false }, signal);
        if (island !== undefined) return this.add(this.anchored(island, row));
      }
      if (start <= from) return undefined;
      // No whole block stands here: a window further to the front, down to what is known.
      start = Math.max(from, start - reach);
      if (start === from) return this.islandAt(from, rows, true, signal);
    }
  }

  /** At the end of the file, numbers count from the end. */
  private anchored(island: Island, row: number): Island {
    const { totalBytes } = this.options;
    if (island.end < totalBytes || this.estimated === undefined) return island;
    if (!this.isPinned) this.isPinned = true;
    const firstRow = Math.max(this.options.ledger.index.rows, this.estimated - island.list.rows);
    if (firstRow <= row) return { ...island, firstRow };
    this.estimated = row + island.list.rows;
    return island;
  }

  private async islandAt(
    start: number,
    firstRow: number,
    isExact: boolean,
    signal: AbortSignal | undefined,
  ): Promise<Island | undefined> {
    const window = this.windowAt(start, signal);
    await window.ensure(Math.min(this.options.totalBytes, start + this.reachBytes()));
    const island = await this.collect(window, { start, firstRow, isExact }, signal);
    return island === undefined ? undefined : this.add(island);
  }

  /** Whole blocks from a place on, as far as the window has them; at least one, if it has to be read for. */
  private async collect(
    window: ByteWindow,
    { start, firstRow, isExact }: Pick<Island, 'start' | 'firstRow' | 'isExact'>,
    signal: AbortSignal | undefined,
    before?: Island,
  ): Promise<Island | undefined> {
    const { totalBytes } = this.options;
    const framer = this.framerAt(start, window);
    const list = before?.list ?? new BlockIndex();
    const rowsBefore = list.rows;
    while (framer.position < totalBytes) {
      throwIfAborted(signal);
      // In a stretch that is all damage there may be none for long.
      if (list.rows === rowsBefore && framer.position - start > longestSearch) break;
      if (list.rows > rowsBefore && (framer.nextEnd() ?? Infinity) > window.end) break;
      await this.listNext(framer, list);
    }
    if (list.rows === 0) return undefined;
    return { list, start: before?.start ?? start, end: framer.position, firstRow, isExact };
  }

  /** Blocks of an island have no numbers. */
  private framerAt(position: number, window: ByteWindow): BlockFramer {
    const { file, maxBlockBytes } = this.options;
    return frameBlocks(file, window, { maxBlockBytes, from: { position, number: 0 } });
  }

  /** Goes one block or one stretch of damage on; the block is listed if rows of it can be read. */
  private async listNext(framer: BlockFramer, list: BlockIndex): Promise<void> {
    const framed = await framer.next();
    if (framed?.block === undefined) return;
    const { dataOffset, size, stored, rows: declared } = framed.block;
    const rows = await this.options.store.probe(dataOffset, stored, declared);
    if (rows > 0) list.add({ number: 0, dataOffset, size, rows });
  }

  private async grow(island: Island, signal: AbortSignal | undefined): Promise<Island> {
    const { totalBytes } = this.options;
    if (island.end >= totalBytes) return island;
    const window = this.windowAt(island.end, signal);
    await window.ensure(Math.min(totalBytes, island.end + this.reachBytes()));
    const { end: start, firstRow, isExact } = island;
    const grown = await this.collect(window, { start, firstRow, isExact }, signal, island);
    if (grown === undefined || grown.end === island.end) return island;
    const { end, list } = grown;
    if (end >= totalBytes && this.estimated !== firstRow + list.rows) {
      this.estimated = firstRow + list.rows;
      this.isPinned = true;
      // The scroll bar is of another length.
      this.options.onRenumbered();
    }
    return this.add(grown, island);
  }

  /** The blocks before an island, put before it. `undefined` if it cannot be, and is given up. */
  private async growBack(island: Island, signal: AbortSignal | undefined): Promise<Island | undefined> {
    const { file, ledger } = this.options;
    for (let reach = this.reachBytes(); ; reach *= 2) {
      const start = Math.max(ledger.position, island.start - reach);
      const window = this.windowAt(start, signal);
      await window.ensure(island.start);
      const isKnown = start === ledger.position;
      const found = isKnown
        ? 0
        : window.bytes(start, island.start).indexOf(file.header.syncMarker) + syncMarkerBytes;
      const position = start + found;
      if (found >= syncMarkerBytes || isKnown) {
        const list = new BlockIndex();
        const framer = this.framerAt(position, window);
        while (framer.position < island.start) {
          throwIfAborted(signal);
          await this.listNext(framer, list);
        }
        if (framer.position !== island.start) {
          this.giveUp(island);
          return undefined;
        }
        if (list.rows > 0 || isKnown) return this.joined(list, position, island);
      }
      if (reach >= largestJump) {
        this.giveUp(island);
        return undefined;
      }
    }
  }

  private joined(list: BlockIndex, start: number, island: Island): Island {
    const { ledger } = this.options;
    const added = list.rows;
    for (let block = 0; block < island.list.length; block++) list.add(island.list.at(block));
    const isExact = start === ledger.position;
    const wanted = island.firstRow - added;
    const known = ledger.index.rows;
    let firstRow = isExact ? known : wanted;
    // More rows than there are numbers for: they are counted anew from what the bytes before them say.
    if (!isExact && wanted < known) {
      const perByte = list.rows / Math.max(1, island.end - start);
      firstRow = known + Math.round((start - ledger.position) * perByte);
    }
    if (firstRow !== wanted) this.options.onRenumbered();
    return this.add({ list, start, end: island.end, firstRow, isExact }, island);
  }

  private giveUp(island: Island): void {
    this.islands = this.islands.filter((one) => one !== island);
    this.options.onRenumbered();
  }

  /** Puts an island in place of another. Others that it runs into, by bytes or by numbers, go. */
  private add(island: Island, before?: Island): Island {
    const { firstRow, list, start, end } = island;
    const others = this.islands.filter((one) => one !== before);
    const apart = others.filter(
      (one) =>
        (end <= one.start || one.end <= start) &&
        (firstRow + list.rows <= one.firstRow || one.firstRow + one.list.rows <= firstRow),
    );
    this.islands = [...apart, island].slice(-mostIslands);
    if (apart.length < others.length) this.options.onRenumbered();
    return island;
  }

  private windowAt(offset: number, asked: AbortSignal | undefined): ByteWindow {
    const { source, totalBytes } = this.options;
    const signal = asked === undefined ? this.options.signal : AbortSignal.any([this.options.signal, asked]);
    return new ByteWindow(source, { signal, from: { offset, totalBytes } });
  }

  /** Bytes of one jump: enough for two stored blocks as they have been so far. */
  private reachBytes(): number {
    const { ledger, totalBytes } = this.options;
    const { length } = ledger.index;
    const stored = length === 0 ? 0 : Math.max(ledger.index.at(0).size, ledger.index.at(length - 1).size);
    return Math.min(totalBytes, largestJump, Math.max(jumpBytes, Math.ceil(stored * jumpBlocks)));
  }
}
