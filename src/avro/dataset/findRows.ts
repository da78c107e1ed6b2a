import { Failure, isFailure, throwIfAborted } from '../../core/failure';
import type { FindTest } from '../../core/rowFilter';
import type { FindHandle, ScanOptions } from './dataset';
import type { PartSlot } from './datasetParts';
import { type DatasetScanOptions, sampleRows, scanParts, selectionOf } from './datasetScan';
import { createInlineDecoders } from '../tasks/inlineDecoders';
import { leafKey } from './leafCache';
import { bitsOfPicked, type RowPlaceInPart } from './matchedRows';
import { RowBits } from './rowBits';
import type { ViewRows, ViewWorld } from './rowsView';
import { createScanTracker } from './scanTracker';

/** Ranks of an order read at a time. */
const orderBatch = 256 * 1024;

/** Looks for a text in the rows of a view; `place` says where a row of the view is. */
export function createFind(
  world: ViewWorld,
  view: ViewRows,
  test: FindTest,
  options: ScanOptions,
  place: (position: number) => Promise<RowPlaceInPart | undefined>,
): FindHandle {
  const abort = new AbortController();
  const signals = [world.signal, abort.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const signal = AbortSignal.any(signals);
  const tracker = createScanTracker(options);
  /** A bit for each rank of the view's rows in the order of the table, and at last for each place in the view's own order. */
  let found = new RowBits();
  let isDone = false;
  let failure: unknown;
  let wake: () => void = () => undefined;
  let changed = new Promise<void>((resolve) => (wake = resolve));
  const tell = (): void => {
    wake();
    changed = new Promise<void>((resolve) => (wake = resolve));
  };
  const scan: DatasetScanOptions = {
    decoders: world.options.decoders,
    signal,
    tracker,
    ...(options.scope === 'sample' ? { limitRows: sampleRows } : {}),
  };

  const run = async (): Promise<void> => {
    try {
      await view.done;
      throwIfAborted(signal);
      await findRanks(world, view, test, scan, (bits, rows) => {
        found.append(bits, rows);
        tracker.matched = found.count;
        if (view.order === undefined) tell();
      });
      if (view.order !== undefined) found = await inOrder(view.order, found, signal);
      throwIfAborted(signal);
      tracker.end();
    } catch (error) {
      failure = signal.aborted && !isFailure(error) ? new Failure('cancelled', {}, error) : error;
      tracker.end(failure);
      throw failure;
    } finally {
      isDone = true;
      tell();
    }
  };
  const done = run();
  done.catch(() => undefined);

  /** The match to go to, when so much is known that it is certain. */
  const certain = (from: number, direction: 1 | -1): number | undefined => {
    if (view.order !== undefined && !isDone) return undefined;
    if (direction === 1) {
      const next = found.next(from + 1);
      if (next >= 0) return next;
    } else if (from <= found.rows) {
      const previous = found.previous(from);
      if (previous >= 0) return previous;
    }
    if (!isDone) return undefined;
    return direction === 1 ? found.next(0) : found.previous(found.rows);
  };

  return {
    done,
    get matches() {
      return found.count;
    },
    progress: () => tracker.progress(),
    async next(from, direction) {
      let position = certain(from, direction);
      while (position === undefined) {
        throwIfAborted(signal);
        await changed;
        position = certain(from, direction);
      }
      // What was found before it ended badly can still be gone to.
      if (position < 0 && failure !== undefined) throw failure as Error;
      const where = position < 0 ? undefined : await place(position);
      if (where === undefined) return undefined;
      return { position, rank: found.rank(position), columns: await matchingColumns(world, where, test, signal) };
    },
    dispose: () => abort.abort(),
  };
}

/** Gives for the rows of the view, in the order of the table, whether the text is in them. */
async function findRanks(
  world: ViewWorld,
  view: ViewRows,
  test: FindTest,
  scan: DatasetScanOptions,
  give: (bits: Uint8Array, rows: number) => void,
): Promise<void> {
  const { list, leaves } = world;
  const { limitRows = Infinity } = scan;
  const key = leafKey(test);
  const task = { kind: 'match', tests: [test] } as const;
  let before = 0;
  let bits = new RowBits();
  let given = 0;
  let picked: RowBits | undefined;
  let isKnown = false;
  const giveUpTo = (end: number): void => {
    if (end <= given) return;
    if (picked === undefined) {
      give(bits.slice(given, end - given), end - given);
    } else {
      const mine = bitsOfPicked(picked, bits, given, end);
      give(mine.bits, mine.count);
    }
    given = end;
  };
  await scanParts(
    list,
    {
      begin(slot: PartSlot, isReadable) {
        const cached = leaves.get(key, slot.index);
        picked = view.isWhole ? undefined : (view.matched.of(slot) ?? new RowBits());
        isKnown = cached !== undefined && cached.rows === slot.exactRows;
        bits = cached !== undefined && isKnown ? cached : new RowBits();
        given = 0;
        if (!isReadable || isKnown || picked?.count === 0) return { program: undefined };
        return picked === undefined ? { program: { task } } : { program: { task }, selection: picked };
      },
      step(_, { firstRow, rows, result }) {
        if (firstRow > bits.rows) bits.fill(firstRow - bits.rows, false);
        bits.append(result.matches?.[0] ?? new Uint8Array(0), rows);
        giveUpTo(Math.min(bits.rows, limitRows - before));
      },
      end(slot, rows) {
        const count = Math.min(rows, limitRows - before);
        giveUpTo(picked === undefined ? count : Math.min(Math.max(count, picked.rows), limitRows - before));
        before += count;
        const isWhole = picked === undefined && !isKnown && slot.failure === undefined;
        if (isWhole && bits.rows === slot.exactRows) leaves.set(key, slot.index, bits);
      },
    },
    scan,
  );
}

/** The same matches by their places in the order. */
async function inOrder(
  order: NonNullable<ViewRows['order']>,
  ranks: RowBits,
  signal: AbortSignal,
): Promise<RowBits> {
  const places = new RowBits();
  places.fill(order.length, false);
  for (let first = 0; first < order.length; first += orderBatch) {
    throwIfAborted(signal);
    const batch = await order.read(first, Math.min(orderBatch, order.length - first));
    for (let at = 0; at < batch.length; at++) if (ranks.has(batch[at] as number)) places.set(first + at);
  }
  places.recount();
  return places;
}

/** In which columns of the row the text is: asked of the same test, column by column. */
async function matchingColumns(
  { list }: ViewWorld,
  { slot, row }: RowPlaceInPart,
  test: FindTest,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const { columns } = list.union;
  const searched = [...columns.keys()].filter((index) => {
    const { name } = columns[index] as { readonly name: string };
    return test.columns?.includes(name) ?? true;
  });
  const tests = searched.map((index): FindTest => ({ ...test, columns: [columns[index]?.name ?? ''] }));
  const only = new RowBits();
  only.fill(row, false);
  only.fill(1, true);
  const held = await list.hold(slot);
  const { part } = held;
  try {
    const program = { task: { kind: 'match', tests } } as const;
    for await (const step of part?.scan(program, {
      signal,
      selection: selectionOf(only),
      limitRows: row + 1,
      decoders: createInlineDecoders(),
    }) ?? []) {
      const at = row - step.firstRow;
      if (at < 0 || at >= step.rows) continue;
      return searched.filter(
        (_, index) => (((step.result.matches?.[index]?.[at >>> 3] ?? 0) >>> (at & 7)) & 1) === 1,
      );
    }
    return [];
  } finally {
    held.release();
  }
}
