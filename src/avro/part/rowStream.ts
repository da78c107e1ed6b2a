import type { Column } from '../../core/column';
import { throwIfAborted } from '../../core/failure';
import type { Damage, PartMetadata } from '../../core/partProgress';
import { ByteWindow } from '../container/byteWindow';
import { type ColumnPlan } from '../values/columns';
import { openPartFile, type PartFile, scanBlocks } from './partFile';
import type { RangeSource } from '../container/rangeSource';
import { makeJson } from '../values/values';

/** A part opened for reading from its first row to its last, once, with memory flat. */
export interface RowStream {
  readonly columns: readonly Column[];
  readonly metadata: PartMetadata;
  /**
   * Batches of rows in order; each cell is whole, as JSON text: `null`, `"text"`, `"-9223372036854775808"` (longs and
   * decimals are strings, so that no parser rounds them), `12` (int), `0.5`, `true`, `{"a":"1"}`; bytes as a string of hex, times
   * as ISO strings, NaN and infinities as strings. Call it once.
   */
  batches(request?: RowRequest): AsyncGenerator<readonly (readonly string[])[], void, undefined>;
}

export interface RowRequest {
  /** Indexes into `columns`, in the order wanted. Default: all. */
  readonly columns?: readonly number[];
  /** At most this many rows. */
  readonly limit?: number;
  /** Called for each damaged stretch when it has been passed; reading goes on after it. */
  readonly onDamage?: (damage: Damage) => void;
}

/** Rows made at a time. */
const batchRows = 512;
/** A block of more bytes is not made into a string as a whole. */
const largestText = 64 * 1024 * 1024;

/** Opens a part for a single pass. Rejects as `openPart` does; the signal also ends the pass. */
export async function openRowStream(source: RangeSource, signal?: AbortSignal): Promise<RowStream> {
  throwIfAborted(signal);
  const abort = new AbortController();
  const window = new ByteWindow(source, {
    signal: signal === undefined ? abort.signal : AbortSignal.any([abort.signal, signal]),
  });
  const file = await openPartFile(window);
  return {
    columns: file.columns,
    metadata: file.metadata,
    async *batches(request = {}) {
      try {
        yield* readBatches(file, window, request);
      } finally {
        // Ends a read ahead that nobody waits for any more.
        abort.abort();
      }
    },
  };
}

async function* readBatches(
  file: PartFile,
  window: ByteWindow,
  request: RowRequest,
): AsyncGenerator<readonly (readonly string[])[], void, undefined> {
  const wanted = request.columns ?? file.plans.map((_, index) => index);
  let left = request.limit ?? Infinity;
  if (left <= 0) return;
  const scanner = scanBlocks(file, window, { onDamage: (damage) => request.onDamage?.(damage) });
  const makeBatch = batchMaker(file, wanted);
  for await (const { data, rows } of scanner.blocks()) {
    const usable = Math.min(rows, left);
    const latin1 = data.length <= largestText ? data.toString('latin1') : undefined;
    for (let done = 0, at = 0; done < usable;) {
      const batch = makeBatch({ data, latin1 }, at, Math.min(batchRows, usable - done));
      done += batch.rows.length;
      at = batch.end;
      yield batch.rows;
    }
    left -= usable;
    if (left <= 0) return;
    window.readSequentially();
  }
}

interface Batch {
  readonly rows: string[][];
  readonly end: number;
}

interface BlockText {
  readonly data: Buffer;
  /** The same bytes as one string, a character each. */
  readonly latin1: string | undefined;
}

function batchMaker(
  file: PartFile,
  wanted: readonly number[],
): (block: BlockText, at: number, count: number) => Batch {
  const { plans, kernel } = file;
  const starts = new Int32Array(batchRows * plans.length);
  const ends = new Int32Array(batchRows * plans.length);
  const cell = ({ data, latin1 }: BlockText, row: number, column: number): string => {
    const slot = row * plans.length + column;
    const start = starts[slot] as number;
    return start < 0 ? 'null' : makeJson(plans[column] as ColumnPlan, data, start, ends[slot] as number, latin1);
  };
  return (block, at, count) => {
    const walk = kernel.walk(block.data, at, count, { starts, ends });
    const rows = Array.from({ length: walk.rows }, (_, row) => wanted.map((column) => cell(block, row, column)));
    return { rows, end: walk.end };
  };
}
