import { Failure } from '../../core/failure';
import type { PackedCells } from '../../core/packedCells';
import type { CellsBatch, CellsRequest, ScanOptions, TextRequest } from './dataset';
import { freeBytes } from '../container/freeBytes';
import type { PartSlot } from './datasetParts';
import { type DatasetScanOptions, type PartWork, sampleRows, scanEvents } from './datasetScan';
import { createExternalSort } from './externalSort';
import type { RowOrder } from './externalSort';
import type { MatchedRows } from './matchedRows';
import { unpackCells } from '../tasks/packedCells';
import type { PartScanStep } from '../part/partScan';
import { placeBytes, PlacedRows } from './placedRows';
import { RowBits } from './rowBits';
import type { ViewRows, ViewWorld } from './rowsView';
import type { ScanProgram, ScanTask } from '../tasks/scanProgram';
import { createScanTracker } from './scanTracker';
import { freeSortKeys, type SortKeys } from '../tasks/sortKeys';
import { textHead } from '../tasks/textTask';

/** Rows of a sorted view are put in order so many at a time, each time with one scan: bounds what is held for each row. */
const windowRows = 8 * 1024 * 1024;
const ranksAtOnce = 64 * 1024;
/** Rows themselves held at a time while they are put in order: what reads them has its own memory beside it. */
const rowsInMemory = 8 * 1024 * 1024;

/** Rows of a view in its order, or of all (`Dataset.cells`). */
export async function* exportCells(
  world: ViewWorld,
  view: ViewRows | undefined,
  request: CellsRequest,
  options: ScanOptions,
): AsyncGenerator<CellsBatch, void, undefined> {
  const task = { kind: 'cells', columns: request.columns } as const;
  const isPlaced = request.provenance === true;
  if (isPlaced && request.where !== undefined)
    throw new Failure('internal', { detail: 'rows found on the way have no places' });
  if (view === undefined || !isSorted(view)) {
    for await (const { slot, step, picked, keep } of rowsInTableOrder(world, view, task, request, options)) {
      const { cells } = step.result;
      if (cells === undefined) continue;
      const places = isPlaced ? rowNumbers(step, picked).map((row) => [slot.index, row] as const) : undefined;
      if (places === undefined && keep === undefined && cells.rows > 0) yield unpackedWhenAsked(cells);
      else {
        let first = 0;
        for (const rows of unpackCells(cells, keep)) {
          yield places === undefined ? { rows } : { rows, places: places.slice(first, first + rows.length) };
          first += rows.length;
        }
      }
      freeCells(cells);
    }
    return;
  }
  const pack: PackRows = ({ slot, step, picked }, packer) => {
    const { cells } = step.result;
    if (cells === undefined) return;
    const places = isPlaced ? rowNumbers(step, picked) : undefined;
    let next = 0;
    for (const rows of unpackCells(cells)) {
      for (const row of rows) {
        const values = places === undefined ? row : [`${slot.index} ${places[next++]}`, ...row];
        packer.addText(values.join('\n'));
      }
    }
    freeCells(cells);
  };
  for await (const packed of rowsInOrder(world, view, task, request.limit, options, pack)) {
    // No JSON text has a line break in it.
    const rows = textsOf(packed).map((text) => (request.columns.length + +isPlaced === 0 ? [] : text.split('\n')));
    freeSortKeys(packed);
    if (!isPlaced) yield { rows };
    else yield { rows: rows.map((row) => row.slice(1)), places: rows.map(([place = '']) => placeOf(place)) };
  }
}

/** Rows of a view in its order as bytes of a text file (`Dataset.text`). */
export async function* exportText(
  world: ViewWorld,
  view: ViewRows | undefined,
  request: TextRequest,
  options: ScanOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { format, columns, formulaGuard } = request;
  const text = { format, columns, formulaGuard };
  const task = { kind: 'text', text } as const;
  const head = textHead(text);
  if (head.length > 0) yield head;
  if (view === undefined || !isSorted(view)) {
    for await (const { step, keep } of rowsInTableOrder(world, view, task, request, options)) {
      const { text: bytes = new Uint8Array(0) } = step.result;
      if (keep !== undefined) yield Buffer.concat(splitRows(bytes, format !== 'ndjson').slice(0, keep));
      else if (bytes.length > 0) yield bytes;
    }
    return;
  }
  const pack: PackRows = ({ step }, packer) => {
    const { text = new Uint8Array(0) } = step.result;
    for (const line of splitRows(text, format !== 'ndjson')) packer.addBytes(line);
    freeBytes(text);
  };
  for await (const { bytes } of rowsInOrder(world, view, task, request.limit, options, pack)) yield bytes;
}

function unpackedWhenAsked(packed: PackedCells): CellsBatch {
  return {
    packed,
    get rows() {
      return [...unpackCells(packed)].flat();
    },
    pieces: () => unpackCells(packed),
  };
}

function freeCells({ text, wide, ends }: PackedCells): void {
  freeBytes(text);
  freeBytes(wide);
  freeBytes(new Uint8Array(ends.buffer));
}

const lineBreak = 0x0a;
const quote = 0x22;

/** The rows of a text: where fields may be quoted, a line break between quotes does not end a row. */
function splitRows(text: Uint8Array, isQuoted: boolean): readonly Uint8Array[] {
  const rows: Uint8Array[] = [];
  let start = 0;
  let isInside = false;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at];
    if (byte === quote && isQuoted) isInside = !isInside;
    if (byte !== lineBreak || isInside) continue;
    rows.push(text.subarray(start, at + 1));
    start = at + 1;
  }
  return rows;
}

interface ScannedRows {
  readonly slot: PartSlot;
  readonly step: PartScanStep;
  /** Which rows of the part count; absent: all. */
  readonly picked: RowBits | undefined;
  /** Given: only so many of the rows in the result count, the first. */
  readonly keep?: number;
}

/** Puts down bytes for each row of a step that counts. */
type PackRows = (rows: ScannedRows, packer: PlacedRows) => void;

function isSorted({ query }: ViewRows): boolean {
  return query.sort !== undefined && query.sort.length > 0;
}

async function* rowsInTableOrder(
  world: ViewWorld,
  view: ViewRows | undefined,
  task: ScanTask,
  { where, limit }: Pick<CellsRequest, 'where' | 'limit'>,
  options: ScanOptions,
): AsyncGenerator<ScannedRows, void, undefined> {
  yield* tracked(world, options, async function* (scan) {
    await view?.done;
    const sample = options.scope === 'sample' ? sampleRows : Infinity;
    const most = Math.min(limit ?? Infinity, sample);
    const limited = (rows: number): DatasetScanOptions => (rows === Infinity ? scan : { ...scan, limitRows: rows });
    if (view !== undefined && !view.isWhole) {
      const picked = most < view.matched.length ? firstOf(view.matched, most) : view.matched;
      yield* scanPicked(world, picked, { task }, scan);
    } else if (where === undefined) {
      yield* scanPicked(world, undefined, { task }, limited(most));
    } else {
      yield* firstMatches(scanPicked(world, undefined, { where, task }, limited(sample)), limit, scan);
    }
  });
}

/** As many of the rows that a scan finds as are wanted; the scan ends with the last of them. */
async function* firstMatches(
  found: AsyncGenerator<ScannedRows, void, undefined>,
  limit = Infinity,
  { tracker }: DatasetScanOptions,
): AsyncGenerator<ScannedRows, void, undefined> {
  let left = limit;
  if (left <= 0) return;
  for await (const rows of found) {
    const { matched } = rows.step.result;
    if (matched < left) {
      left -= matched;
      yield rows;
      continue;
    }
    tracker.matched -= matched - left;
    // Nobody comes back for the rows of this step, which were looked at.
    tracker.rowsDone += rows.step.rows;
    yield { ...rows, keep: left };
    return;
  }
}

/** Rows of a sorted view: packed as they are scanned, put in order by their places in it, on disk if there are many. */
async function* rowsInOrder(
  world: ViewWorld,
  view: ViewRows,
  task: ScanTask,
  limit: number | undefined,
  options: ScanOptions,
  pack: PackRows,
): AsyncGenerator<SortKeys, void, undefined> {
  yield* tracked(world, options, async function* (scan) {
    await view.done;
    const order = view.order as RowOrder;
    const sample = options.scope === 'sample' ? sampleRows : Infinity;
    const length = Math.min(order.length, limit ?? Infinity, sample);
    for (let first = 0; first < length; first += windowRows) {
      const count = Math.min(windowRows, length - first);
      const { picked, places } = await windowOf(order, view.matched, first, count);
      yield* windowInOrder(world, scan, { picked, places, task, pack });
    }
  });
}

/** Gives the rows packed, in the order of their places. */
async function* windowInOrder(
  world: ViewWorld,
  scan: DatasetScanOptions,
  { picked, places, task, pack }: { picked: MatchedRows; places: Uint32Array; task: ScanTask; pack: PackRows },
): AsyncGenerator<SortKeys, void, undefined> {
  const { openScratch, sortBytes } = world.options;
  const sort = createExternalSort({
    signal: scan.signal,
    ...(openScratch === undefined ? {} : { openScratch }),
    memoryBytes: sortBytes ?? rowsInMemory,
  });
  const packer = new PlacedRows(places);
  try {
    for await (const rows of scanPicked(world, picked, { task }, scan)) {
      pack(rows, packer);
      await sort.add(packer.keys());
      packer.clear();
    }
    packer.dispose();
    yield* sort.keys(placeBytes);
  } finally {
    packer.dispose();
    sort.dispose();
  }
}

/** Which rows stand at these places of the order, and for each of them, in the order of the table, its place. */
async function windowOf(
  order: RowOrder,
  matched: MatchedRows,
  first: number,
  count: number,
): Promise<{ readonly picked: MatchedRows; readonly places: Uint32Array }> {
  const places = new Uint32Array(count);
  if (count === matched.length) {
    await eachRank(order, first, count, (rank, place) => (places[rank] = place));
    return { picked: matched, places };
  }
  const bits = new RowBits();
  bits.fill(matched.length, false);
  await eachRank(order, first, count, (rank) => bits.set(rank));
  bits.recount();
  await eachRank(order, first, count, (rank, place) => (places[bits.rank(rank)] = place));
  return { picked: matched.narrowed(bits), places };
}

/** An order may lie on disk: some of it at a time. */
async function eachRank(
  order: RowOrder,
  first: number,
  count: number,
  take: (rank: number, place: number) => void,
): Promise<void> {
  for (let done = 0; done < count; done += ranksAtOnce) {
    const ranks = await order.read(first + done, Math.min(ranksAtOnce, count - done));
    for (let at = 0; at < ranks.length; at++) take(ranks[at] as number, done + at);
  }
}

function firstOf(matched: MatchedRows, count: number): MatchedRows {
  const bits = new RowBits();
  bits.fill(count, true);
  bits.fill(matched.length - count, false);
  return matched.narrowed(bits);
}

async function* scanPicked(
  { list }: ViewWorld,
  picked: MatchedRows | undefined,
  program: ScanProgram,
  scan: DatasetScanOptions,
): AsyncGenerator<ScannedRows, void, undefined> {
  const begin = (slot: PartSlot): PartWork => {
    if (picked === undefined) return { program };
    const selection = picked.of(slot);
    return selection === undefined || selection.count === 0 ? { program: undefined } : { program, selection };
  };
  for await (const event of scanEvents(list, begin, scan)) {
    if (!('step' in event)) continue;
    scan.tracker.matched += event.step.result.matched;
    yield { slot: event.slot, step: event.step, picked: picked?.of(event.slot) };
  }
}

/** Runs a scan whose progress is told, up to its end or to where nobody asks for more. */
async function* tracked<T>(
  world: ViewWorld,
  options: ScanOptions,
  run: (scan: DatasetScanOptions) => AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  const tracker = createScanTracker(options);
  const signals = [world.signal, ...(options.signal === undefined ? [] : [options.signal])];
  try {
    yield* run({ decoders: world.options.decoders, signal: AbortSignal.any(signals), tracker });
    tracker.end();
  } catch (error) {
    tracker.end(error);
    throw error;
  }
}

/** Numbers of the rows of a step that count. */
function rowNumbers({ firstRow, rows, result }: PartScanStep, picked: RowBits | undefined): readonly number[] {
  if (picked === undefined)
    return Array.from({ length: Math.min(rows, result.matched) }, (_, row) => firstRow + row);
  const numbers: number[] = [];
  for (let row = picked.next(firstRow); row >= 0 && row < firstRow + rows; row = picked.next(row + 1))
    numbers.push(row);
  return numbers;
}

function placeOf(text: string): readonly [part: number, row: number] {
  const [part = 0, row = 0] = text.split(' ').map(Number);
  return [part, row];
}

function textsOf({ bytes, ends }: SortKeys): readonly string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from(ends, (end, at) => buffer.toString('utf8', ends[at - 1] ?? 0, end));
}
