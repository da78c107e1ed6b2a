import { Failure, throwIfAborted } from '../../core/failure';
import type { BlockIndex } from './blockIndex';
import type { BlockStore } from './blockStore';
import { syncMarkerBytes } from '../container/header';
import { freeBytes } from '../container/freeBytes';
import type { RangeSource } from '../container/rangeSource';
import type { Decoder, Stretch, StretchBlock, StretchResult } from '../tasks/scanProgram';

export interface KnownScanOptions {
  readonly index: BlockIndex;
  /** Blocks `from` to `to` (exclusive). */
  readonly from: number;
  readonly to: number;
  readonly store: BlockStore;
  readonly source: RangeSource;
  readonly decoder: Decoder;
  readonly stretchBytes: number;
  /** Stretches being read or worked on at once. */
  readonly width: number;
  readonly signal: AbortSignal;
  /** Which of some rows count: `undefined` for all, `null` for none, so that they need not be read. */
  readonly selectionOf: (firstRow: number, rows: number) => Uint8Array<ArrayBuffer> | undefined | null;
}

export interface KnownStep {
  readonly firstRow: number;
  readonly rows: number;
  /** Offset of the end of its last block's marker. */
  readonly end: number;
  readonly result: StretchResult;
}

/** Blocks that follow on one another: all in memory, or all to be read with one request. */
interface Run {
  readonly first: number;
  /** Exclusive. */
  readonly stop: number;
  readonly isStored: boolean;
}

/** Bytes between two blocks that are read over rather than asked around: the blocks in it are worked on in vain, but with one request less. */
const largestGap = 64 * 1024;

/** Has blocks worked on that the index knows: from memory, or by reads of the bytes that are missing, several at once. Steps come in order. */
export async function* scanKnown(options: KnownScanOptions): AsyncGenerator<KnownStep, void, undefined> {
  const { width, signal } = options;
  const runs = planRuns(options);
  const underWay: Promise<KnownStep>[] = [];
  const fill = (): void => {
    while (underWay.length < width) {
      const { value: run } = runs.next();
      if (run === undefined) return;
      const step = workOn(run, options);
      step.catch(() => undefined);
      underWay.push(step);
    }
  };
  for (;;) {
    throwIfAborted(signal);
    fill();
    const step = await underWay.shift();
    if (step === undefined) return;
    fill();
    yield step;
  }
}

function* planRuns({
  index,
  from,
  to,
  store,
  stretchBytes,
  selectionOf,
}: KnownScanOptions): Generator<Run, undefined, undefined> {
  let first = -1;
  let stop = -1;
  let start = 0;
  let isStored = false;
  for (let at = from; at < to; at++) {
    const { firstRow, rows, dataOffset, size } = index.at(at);
    if (selectionOf(firstRow, rows) === null) continue;
    const joins =
      first >= 0 &&
      store.has(dataOffset) === isStored &&
      dataOffset + size - start <= stretchBytes &&
      (isStored ? at === stop : dataOffset - endOf(index, stop - 1) <= largestGap);
    if (!joins) {
      if (first >= 0) yield { first, stop, isStored };
      first = at;
      start = dataOffset;
      isStored = store.has(dataOffset);
    }
    stop = at + 1;
  }
  if (first >= 0) yield { first, stop, isStored };
  return undefined;
}

function endOf(index: BlockIndex, at: number): number {
  const { dataOffset, size } = index.at(at);
  return dataOffset + size;
}

async function workOn(run: Run, options: KnownScanOptions): Promise<KnownStep> {
  const { index, decoder, selectionOf } = options;
  const { first, stop } = run;
  const { firstRow } = index.at(first);
  const last = index.at(stop - 1);
  const rows = last.firstRow + last.rows - firstRow;
  const stretch = (run.isStored ? storedStretch(run, options) : undefined) ?? (await readStretch(run, options));
  const selection = selectionOf(firstRow, rows) ?? undefined;
  const { spent, ...result } = await decoder.run(selection === undefined ? stretch : { ...stretch, selection });
  if (spent !== undefined) freeBytes(spent);
  for (const [at, outcome] of result.blocks.entries()) {
    const { rows: expected, dataOffset } = index.at(first + at);
    if (outcome.rows !== expected) throw new Failure('store.changed', { offset: dataOffset });
  }
  return { firstRow, rows, end: endOf(index, stop - 1) + syncMarkerBytes, result };
}

/** `undefined` if one of the blocks has left the memory since the run was planned. */
function storedStretch({ first, stop }: Run, { index, store }: KnownScanOptions): Stretch | undefined {
  let length = 0;
  for (let at = first; at < stop; at++) length += index.at(at).size;
  const bytes = new Uint8Array(length);
  const blocks: StretchBlock[] = [];
  let filled = 0;
  for (let at = first; at < stop; at++) {
    const { dataOffset, size, rows } = index.at(at);
    const stored = store.stored(dataOffset);
    if (stored === undefined) return undefined;
    bytes.set(stored, filled);
    blocks.push({ start: filled, end: filled + size, rows });
    filled += size;
  }
  return { bytes, blocks };
}

async function readStretch({ first, stop }: Run, options: KnownScanOptions): Promise<Stretch> {
  const { index, source, store, signal } = options;
  const start = index.at(first).dataOffset;
  const end = endOf(index, stop - 1);
  const answer = await source.read(start, end, signal);
  throwIfAborted(signal);
  if (answer.bytes.length < end - start) throw new Failure('store.changed', { offset: start });
  const bytes =
    answer.isOwned === true && answer.bytes.buffer instanceof ArrayBuffer && ownsItsBuffer(answer.bytes)
      ? (answer.bytes as Uint8Array<ArrayBuffer>)
      : new Uint8Array(answer.bytes);
  const blocks: StretchBlock[] = [];
  for (let at = first; at < stop; at++) {
    const { dataOffset, size, rows } = index.at(at);
    const block = { start: dataOffset - start, end: dataOffset - start + size, rows };
    store.offerPassed(dataOffset, bytes.subarray(block.start, block.end));
    blocks.push(block);
  }
  return { bytes, blocks };
}

function ownsItsBuffer(bytes: Uint8Array): boolean {
  return bytes.byteLength === bytes.buffer.byteLength;
}
