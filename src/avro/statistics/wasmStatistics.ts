import type { WasmBatch } from '../engine/blockEngine';
import { type HistogramSketch, type Ladder, ladderOf } from './histogramSketch';
import { registerCount } from './hyperLogLog';
import type { ColumnSketch, ValueForm } from './statisticsSketch';
import { ladderFor } from './valueForms';
import { keptBytes, type TableSketch } from './valueTable';
import type { KernelExports } from '../engine/wasmKernel';

/** Statistics of one column in the memory of a kernel: the twin of `ColumnSketcher` for texts, bytes and integers. */
export interface WasmSketcher {
  readonly kernel: KernelExports;
  take(batch: WasmBatch, firstSlot: number, rows: number, mask: number): void;
  /** The sketch; all memory is given back. */
  finish(column: string): ColumnSketch;
}

/** How the kernel reads values of a form; `undefined`: it does not. */
function kindOf(form: ValueForm): number | undefined {
  switch (form.kind) {
    case 'text':
      return 0;
    case 'bytes':
      return 1;
    case 'integer':
    case 'time':
      return 2;
    default:
      return undefined;
  }
}

export function canBeInKernel(form: ValueForm): boolean {
  return kindOf(form) !== undefined;
}

/** `expected`: about so many different values, so that there is room for them from the beginning. */
export function createWasmSketcher(kernel: KernelExports, form: ValueForm, expected: number): WasmSketcher {
  const ladder = ladderFor(form) as Exclude<Ladder, 'binary'> | undefined;
  const widths = ladder === undefined ? 0 : placeLadder(kernel, ladder);
  const record = kernel.openStatistics(kindOf(form) as number, widths, expected);
  return {
    kernel,
    take({ data, starts, ends }, firstSlot, rows, mask) {
      kernel.noteColumn(record, data, starts + firstSlot * 4, ends + firstSlot * 4, rows, mask);
    },
    finish(column) {
      kernel.pruneStatistics(record);
      const sketch = readSketch(kernel, record, form, column);
      kernel.closeStatistics(record);
      if (widths !== 0) kernel.release(widths);
      return sketch;
    },
  };
}

function placeLadder(kernel: KernelExports, ladder: Exclude<Ladder, 'binary'>): number {
  const widths = ladderOf(ladder);
  const at = kernel.allocate(widths.length * 8);
  new BigInt64Array(kernel.memory.buffer, at, widths.length).set(widths);
  return at;
}

/** Offsets in the records `Statistics`, `Entry` and `Bins` of `assembly/`. */
const field = {
  isExact: 4,
  mayBeTimes: 8,
  minLength: 12,
  maxLength: 16,
  minSize: 20,
  maxSize: 24,
  size: 28,
  entries: 40,
  bytes: 48,
  registers: 60,
  bins: 68,
  min: 76,
  max: 80,
  nulls: 88,
  values: 96,
  empty: 104,
  totalLength: 112,
  sumLow: 120,
  sumHigh: 128,
} as const;
const entryField = { low: 0, high: 4, count: 8, size: 16, length: 20, start: 24, head: 32, bytes: 64 } as const;
/** So many bytes of a value lie in its entry: the kept ones of a longer value lie elsewhere. */
const headBytes = 32;
const binsField = { level: 0, count: 4, first: 8, counts: 48 } as const;

function readSketch(kernel: KernelExports, record: number, form: ValueForm, column: string): ColumnSketch {
  const view = new DataView(kernel.memory.buffer);
  const word = (offset: number): number => view.getUint32(record + offset, true);
  const double = (offset: number): number => view.getFloat64(record + offset, true);
  const area = (at: number, length: number): Uint8Array<ArrayBuffer> =>
    new Uint8Array(kernel.memory.buffer, at, length).slice();
  const isExact = word(field.isExact) === 1;
  const mayBeTimes = word(field.mayBeTimes) === 1;
  const isBinned = word(field.bins) !== 0 && (form.kind !== 'text' || mayBeTimes);
  const left = isBinned ? { bins: readBins(view, word(field.bins), form) } : {};
  const hasValues = view.getInt32(record + field.minSize, true) >= 0;
  return {
    column,
    form,
    nulls: double(field.nulls),
    absent: 0,
    values: double(field.values),
    empty: double(field.empty),
    isExact,
    table: readTable(kernel, word(field.entries), word(field.size), word(field.bytes)),
    minLength: word(field.minLength),
    maxLength: word(field.maxLength),
    totalLength: double(field.totalLength),
    mayBeTimes,
    ...(isExact ? {} : { registers: area(word(field.registers), registerCount) }),
    ...(hasValues ? { min: area(word(field.min), word(field.minSize)) } : {}),
    ...(hasValues ? { max: area(word(field.max), word(field.maxSize)) } : {}),
    ...(form.kind === 'integer' ? { sum: readSum(view, record) } : {}),
    ...(left.bins === undefined ? {} : { histogram: left.bins }),
  };
}

function readSum(view: DataView, record: number): bigint {
  return (view.getBigInt64(record + field.sumHigh, true) << 32n) + view.getBigUint64(record + field.sumLow, true);
}

function readBins(view: DataView, at: number, form: ValueForm): HistogramSketch | undefined {
  const count = view.getUint32(at + binsField.count, true);
  if (count === 0) return undefined;
  return {
    ladder: ladderFor(form) as Ladder,
    level: view.getUint32(at + binsField.level, true),
    first: view.getBigInt64(at + binsField.first, true),
    counts: Array.from({ length: count }, (_, bin) => view.getFloat64(at + binsField.counts + bin * 8, true)),
  };
}

function readTable({ memory }: KernelExports, entries: number, count: number, bytes: number): TableSketch {
  const view = new DataView(memory.buffer);
  const all = new Uint8Array(memory.buffer);
  let length = 0;
  for (let entry = 0; entry < count; entry++) {
    length += Math.min(keptBytes, view.getUint32(entries + entry * entryField.bytes + entryField.size, true));
  }
  const table = {
    count,
    bytes: new Uint8Array(length),
    ends: new Uint32Array(count),
    counts: new Float64Array(count),
    sizes: new Uint32Array(count),
    lengths: new Uint32Array(count),
    hashes: new Int32Array(count * 2),
  };
  let end = 0;
  for (let entry = 0; entry < count; entry++) {
    const at = entries + entry * entryField.bytes;
    const size = view.getUint32(at + entryField.size, true);
    const from = size <= headBytes ? at + entryField.head : bytes + view.getUint32(at + entryField.start, true);
    table.bytes.set(all.subarray(from, from + Math.min(keptBytes, size)), end);
    end += Math.min(keptBytes, size);
    table.ends[entry] = end;
    table.counts[entry] = view.getFloat64(at + entryField.count, true);
    table.sizes[entry] = size;
    table.lengths[entry] = view.getUint32(at + entryField.length, true);
    table.hashes[entry * 2] = view.getInt32(at + entryField.low, true);
    table.hashes[entry * 2 + 1] = view.getInt32(at + entryField.high, true);
  }
  return table;
}
