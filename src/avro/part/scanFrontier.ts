import { freeBytes } from '../container/freeBytes';
import type { BlockOutcome } from '../engine/blockEngine';
import type { BlockFramer, Framed } from '../container/blockFramer';
import type { ByteWindow } from '../container/byteWindow';
import type { Decoder, StretchBlock, StretchResult } from '../tasks/scanProgram';

/** The first stretches are small, so that the first answer does not wait for much. */
const firstStretchBytes = 64 * 1024;

export interface FrontierScanOptions {
  readonly window: ByteWindow;
  readonly framer: BlockFramer;
  readonly decoder: Decoder;
  /** Stored bytes of one stretch; a block of more makes one of its own. */
  readonly stretchBytes: number;
  /** Stretches under way at once. */
  readonly width: number;
  /** The first stretch is no more than one block. */
  readonly beginsWithOneBlock?: boolean;
  /** Every stretch is one block. */
  readonly takesOneBlock?: boolean;
  /** Asked between blocks: true ends the scan after what is under way. */
  readonly shouldStop: () => boolean;
  /** Called with each whole block; its bytes are valid during the call. */
  readonly onBlock: (dataOffset: number, stored: Buffer) => void;
  /** Which rows of a stretch count. Default: all. */
  readonly selectionOf?: SelectionOf;
}

/**
 * The selection of the next stretch, whose rows were declared as so many. `rowsUnderWay`: declared by stretches whose results are still out. `wait`: ask again
 * when they are in. `end`: no row of it or behind it counts.
 */
export type SelectionOf = (
  rows: number,
  rowsUnderWay: number,
) => { readonly bits?: Uint8Array<ArrayBuffer> } | 'wait' | 'end';

/** What was framed, with the outcome of each block, and the result of the stretch if there were blocks in it. */
export interface FrontierStep {
  readonly framed: readonly { readonly item: Framed; readonly outcome: BlockOutcome | undefined }[];
  readonly result: StretchResult | undefined;
}

interface Bunch {
  readonly items: readonly Framed[];
  readonly blocks: readonly StretchBlock[];
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly rows: number;
}

interface UnderWay {
  readonly bunch: Bunch;
  readonly result: Promise<StretchResult | undefined>;
}

/** Frames a part from the framer's position on, and has the blocks worked on; steps come in order. */
export async function* scanFrontier(options: FrontierScanOptions): AsyncGenerator<FrontierStep, void, undefined> {
  const gatherer = new Gatherer(options);
  try {
    yield* scanGathered(gatherer, options);
  } finally {
    gatherer.end();
  }
}

async function* scanGathered(
  gatherer: Gatherer,
  options: FrontierScanOptions,
): AsyncGenerator<FrontierStep, void, undefined> {
  const { decoder, width, shouldStop, selectionOf } = options;
  const underWay: UnderWay[] = [];
  let gathering: Promise<Bunch | undefined> | undefined;
  let waiting: Bunch | undefined;
  let isEnded = false;
  let fault: { readonly error: unknown } | undefined;
  for (;;) {
    if (waiting !== undefined) {
      const rowsUnderWay = underWay.reduce((sum, { bunch }) => sum + bunch.rows, 0);
      const selection = selectionOf?.(waiting.rows, rowsUnderWay) ?? {};
      if (selection === 'end') {
        isEnded = true;
        waiting = undefined;
      } else if (selection !== 'wait') {
        underWay.push({ bunch: waiting, result: started(decoder, waiting, selection.bits) });
        waiting = undefined;
      }
    }
    const goesOn = !isEnded && (gatherer.hasLeft || !shouldStop());
    if (goesOn && waiting === undefined && gathering === undefined && underWay.length < Math.max(2, width)) {
      gathering = quiet(gatherer.gather());
    }
    const [head] = underWay;
    if (gathering === undefined && head === undefined) {
      if (fault !== undefined) throw fault.error;
      return;
    }
    const isGathered = await firstOf(gathering, head?.result);
    if (isGathered) {
      try {
        waiting = await gathering;
      } catch (error) {
        // What is under way is whole, and is told first.
        fault = { error };
      }
      gathering = undefined;
      isEnded ||= waiting === undefined;
    } else if (head !== undefined) {
      const { spent, ...result } = (await head.result) ?? {};
      underWay.shift();
      if (spent !== undefined) gatherer.reuse(spent);
      yield stepOf(head.bunch, 'blocks' in result ? result : undefined);
    }
  }
}

/** True if the first of the two is there first. */
function firstOf(first: Promise<unknown> | undefined, second: Promise<unknown> | undefined): Promise<boolean> {
  if (first === undefined) return Promise.resolve(false);
  const isFirst = first.then(
    () => true,
    () => true,
  );
  return second === undefined ? isFirst : Promise.race([second.then(() => false), isFirst]);
}

function started(
  decoder: Decoder,
  { blocks, bytes }: Bunch,
  selection: Uint8Array<ArrayBuffer> | undefined,
): Promise<StretchResult | undefined> {
  if (blocks.length === 0) return Promise.resolve(undefined);
  return quiet(decoder.run({ bytes, blocks, ...(selection === undefined ? {} : { selection }) }));
}

/** Its failure is met when it is waited for, which may be later or never. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function stepOf({ items }: Bunch, result: StretchResult | undefined): FrontierStep {
  let next = 0;
  const framed = items.map((item) => ({
    item,
    outcome: item.block === undefined ? undefined : result?.blocks[next++],
  }));
  return { framed, result };
}

/** Puts whole blocks together into stretches. */
class Gatherer {
  private readonly options: FrontierScanOptions;
  private target: number;
  /** Framed, and of no room in the stretch before. */
  private left: Framed | undefined;
  private fault: { readonly error: unknown } | undefined;
  private readonly spare: Uint8Array<ArrayBuffer>[] = [];

  constructor(options: FrontierScanOptions) {
    this.options = options;
    this.target =
      options.beginsWithOneBlock === true || options.takesOneBlock === true
        ? 1
        : Math.min(firstStretchBytes, options.stretchBytes);
  }

  get hasLeft(): boolean {
    return this.left !== undefined;
  }

  /** The next stretch; `undefined` at the end, or if there is nothing in it because the scan should stop. */
  async gather(): Promise<Bunch | undefined> {
    const { onBlock, shouldStop } = this.options;
    const items: Framed[] = [];
    const blocks: StretchBlock[] = [];
    let bytes = new Uint8Array(0);
    let filled = 0;
    let rows = 0;
    while (filled < this.target && (this.left !== undefined || !(items.length > 0 && this.wouldStand()))) {
      if (this.left === undefined && shouldStop()) break;
      const item = this.left ?? this.options.framer.nextInMemory() ?? (await this.next(items.length > 0));
      this.left = undefined;
      if (item === undefined) break;
      const { block } = item;
      if (block !== undefined) {
        const { length } = block.stored;
        if (filled === 0) bytes = this.space(Math.max(length, this.roomFor(length)));
        if (filled + length > bytes.length) {
          this.left = item;
          break;
        }
        onBlock(block.dataOffset, block.stored);
        bytes.set(block.stored, filled);
        blocks.push({ start: filled, end: filled + length, rows: block.rows });
        filled += length;
        rows += block.rows;
      }
      // The bytes of the window are valid for no longer.
      items.push(block === undefined ? item : { ...item, block: { ...block, stored: noBytes } });
      if (items.length >= maxItems) break;
    }
    const { takesOneBlock, stretchBytes } = this.options;
    if (takesOneBlock !== true) {
      this.target = Math.min(Math.max(this.target * 4, firstStretchBytes), stretchBytes);
    }
    return items.length === 0 ? undefined : { items, blocks, bytes, rows };
  }

  /** Takes the memory of a stretch that is done with. */
  reuse(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.spare.length < mostSpare && bytes.length <= 2 * this.target) this.spare.push(bytes);
    else freeBytes(bytes);
  }

  /** Frees what nothing will be gathered in any more. */
  end(): void {
    for (const bytes of this.spare.splice(0)) freeBytes(bytes);
  }

  private space(length: number): Uint8Array<ArrayBuffer> {
    for (let bytes = this.spare.pop(); bytes !== undefined; bytes = this.spare.pop()) {
      if (bytes.length >= length) return bytes;
      freeBytes(bytes);
    }
    return new Uint8Array(length);
  }

  /** The next item, or nothing if it cannot be had and there is something to go on with: the failure is met when it is asked for again. */
  private async next(isOptional: boolean): Promise<Framed | undefined> {
    if (this.fault !== undefined) throw this.fault.error;
    try {
      return await this.options.framer.next();
    } catch (error) {
      if (!isOptional) throw error;
      this.fault = { error };
      return undefined;
    }
  }

  private roomFor(length: number): number {
    const { window, framer } = this.options;
    return Math.min(this.target, length + Math.max(0, window.totalBytes - framer.position));
  }

  /** True if the next block lies beyond the limit of reading: what is at hand must not wait for it. */
  private wouldStand(): boolean {
    const { window, framer } = this.options;
    if (window.limit === Infinity || framer.position >= window.totalBytes) return false;
    return (framer.nextEnd() ?? Infinity) > window.limit;
  }
}

const noBytes = Buffer.alloc(0);
/** Stretches' memory kept for the next ones: no more is free at once while threads are at work. */
const mostSpare = 2;
/** Blocks without bytes could be gathered without end. */
const maxItems = 20_000;
