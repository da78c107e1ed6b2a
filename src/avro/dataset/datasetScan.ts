import { throwIfAborted } from '../../core/failure';
import type { DatasetParts, PartSlot } from './datasetParts';
import { createInlineDecoders } from '../tasks/inlineDecoders';
import type { PartScanStep } from '../part/partScan';
import type { RowBits } from './rowBits';
import type { Decoders, ScanProgram } from '../tasks/scanProgram';
import type { ScanTracker } from './scanTracker';
import { usesPatterns } from '../filter/usesPatterns';

/** Rows that a scan of scope `sample` looks at. */
export const sampleRows = 10_000;
/** Parts opened ahead of the one that is scanned: their first rows are on the way. */
const openedAhead = 3;

export interface DatasetScanOptions {
  readonly decoders: Decoders;
  readonly signal: AbortSignal;
  readonly tracker: ScanTracker;
  /** Of all parts together: rows after so many do not count. */
  readonly limitRows?: number;
}

/** What a scan does with one part. */
export interface PartWork {
  /** `undefined`: nothing is to be read of this part. */
  readonly program: ScanProgram | undefined;
  /** Which of its rows count; absent: all. */
  readonly selection?: RowBits;
}

/** Takes up the results of a scan, part by part, in order. */
export interface PartVisitor {
  /** A part comes. Of one that cannot be opened nothing follows but `end`. */
  begin(slot: PartSlot, isReadable: boolean): PartWork;
  step?(slot: PartSlot, step: PartScanStep): void | Promise<void>;
  /** All of the part has been seen: up to `rows` of its rows, which are all it has unless the scan has a limit. */
  end?(slot: PartSlot, rows: number): void | Promise<void>;
}

/** Goes through all parts in order. Rejects as scans of parts do; a part that cannot be opened is passed over. */
export async function scanParts(
  list: DatasetParts,
  visitor: PartVisitor,
  options: DatasetScanOptions,
): Promise<void> {
  for await (const event of scanEvents(list, visitor.begin.bind(visitor), options)) {
    if ('step' in event) await visitor.step?.(event.slot, event.step);
    else await visitor.end?.(event.slot, event.rows);
  }
}

/** What a scan comes past: results of a part, one after another, and its end (see `PartVisitor`). */
export type ScanEvent =
  { readonly slot: PartSlot; readonly step: PartScanStep } | { readonly slot: PartSlot; readonly rows: number };

/** The same as a generator: it reads on as far as it is asked to. Ending it early ends the scan. */
export async function* scanEvents(
  list: DatasetParts,
  begin: PartVisitor['begin'],
  options: DatasetScanOptions,
): AsyncGenerator<ScanEvent, void, undefined> {
  const { tracker, signal, limitRows = Infinity } = options;
  const inline = createInlineDecoders();
  let rowsBefore = 0;
  tracker.bytesTotal += list.slots.reduce((sum, slot) => sum + list.bytesOf(slot), 0);
  for (const slot of list.slots) {
    throwIfAborted(signal);
    const limit = limitRows - rowsBefore;
    if (limit <= 0) return;
    for (let ahead = 1; ahead <= openedAhead; ahead++) list.prepare(slot.index + ahead);
    const { bytesDone, rowsDone } = tracker;
    const hold = await list.hold(slot);
    let seen = 0;
    try {
      const { program, selection } = begin(slot, hold.part !== undefined);
      if (hold.part !== undefined && program !== undefined) {
        const steps = hold.part.scan(program, {
          signal,
          // What is little is done here and now.
          decoders: limitRows <= sampleRows && !usesPatterns(program) ? inline : options.decoders,
          ...(limit === Infinity ? {} : { limitRows: limit }),
          ...(selection === undefined ? {} : { selection: selectionOf(selection) }),
        });
        for await (const step of steps) {
          seen = Math.min(step.firstRow + step.rows, limit);
          yield { slot, step };
          tracker.bytesDone = bytesDone + step.bytesDone;
          tracker.rowsDone = rowsDone + seen;
          tracker.update();
        }
        throwIfAborted(signal);
        if (selection === undefined && limit === Infinity) list.setRows(slot, seen);
      }
    } finally {
      hold.release();
    }
    const rows = slot.exactRows ?? seen;
    rowsBefore += Math.min(rows, limit);
    yield { slot, rows };
    tracker.rowsDone = rowsDone + Math.min(rows, limit);
    tracker.bytesDone = bytesDone + list.bytesOf(slot);
    tracker.update();
  }
}

/** As `Part.scan` asks: bits of blocks in which a row counts; of others none. */
export function selectionOf(bits: RowBits): (firstRow: number, rows: number) => Uint8Array | undefined {
  return (firstRow, rows) => {
    const next = bits.next(firstRow);
    if (next < 0 || next >= firstRow + rows) return undefined;
    return rows === Infinity ? new Uint8Array(0) : bits.slice(firstRow, rows);
  };
}
