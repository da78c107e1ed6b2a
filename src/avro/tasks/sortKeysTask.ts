import type { SortKey } from '../../core/rowFilter';
import type { BlockTask } from './blockTask';
import type { ColumnPlan } from '../values/columns';
import { type KeyWriter, valueWriter, writeNull, type WriteValue } from './keyBytes';

interface KeyPart {
  /** Index of the column; -1 where the part has none of that name: NULL in every row. */
  readonly column: number;
  readonly write: WriteValue;
  readonly isDescending: boolean;
}

/** Makes the keys of the rows that count (`sortKeys.ts`). */
export function createSortKeysTask(plans: readonly ColumnPlan[], keys: readonly SortKey[]): BlockTask {
  const parts = keys.map(({ column: name, descending = false }): KeyPart => {
    const column = plans.findIndex((plan) => plan.column.name === name);
    const plan = plans[column];
    return { column, write: plan === undefined ? writeNull : valueWriter(plan), isDescending: descending };
  });
  const out: KeyWriter = { bytes: new Uint8Array(64 * 1024), length: 0 };
  let ends = new Uint32Array(1024);
  let rows = 0;
  return {
    take({ rows: batchRows, data, stride, starts, ends: valueEnds }, mask) {
      if (rows + batchRows > ends.length) ends = grown(ends, rows + batchRows);
      for (let row = 0; row < batchRows; row++) {
        if (mask?.[row] === 0) continue;
        for (const { column, write, isDescending } of parts) {
          const from = out.length;
          const start = column < 0 ? -1 : (starts[column * stride + row] as number);
          if (start < 0) {
            writeNull(out);
            continue;
          }
          write(out, data, start, valueEnds[column * stride + row] as number);
          if (isDescending) invert(out, from);
        }
        ends[rows++] = out.length;
      }
    },
    finish() {
      const sortKeys = { bytes: out.bytes.slice(0, out.length), ends: ends.slice(0, rows) };
      out.length = 0;
      rows = 0;
      return { sortKeys };
    },
  };
}

/** A NULL stays: it comes last either way. */
function invert(out: KeyWriter, from: number): void {
  const { bytes, length } = out;
  if (length === from + 1 && bytes[from] === 0xff) return;
  for (let at = from; at < length; at++) bytes[at] = (bytes[at] as number) ^ 0xff;
}

function grown(ends: Uint32Array<ArrayBuffer>, count: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(count, ends.length * 2));
  larger.set(ends);
  return larger;
}
