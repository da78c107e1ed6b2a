import type { RowBatch } from '../engine/blockEngine';
import type { BlockTask } from '../tasks/blockTask';
import type { ColumnPlan } from '../values/columns';
import { ColumnSketcher, groupRows } from './columnSketcher';
import { DoubleSum, LongSum } from './exactSum';
import { mergeColumns } from './mergeColumns';
import { maxDecimalBytes, readUnscaled } from '../filter/numberTests';
import { logicalOf } from '../container/schema';
import type { ColumnSketch, ValueForm } from './statisticsSketch';
import { isNullBranch, shownText } from '../values/values';
import { exactLimit } from './valueTable';
import type { KernelExports } from '../engine/wasmKernel';
import { canBeInKernel, createWasmSketcher, type WasmSketcher } from './wasmStatistics';
import { highHalf, lowHalf, readCount, readHalves } from '../container/varint';

/** Statistics of one column over the batches of a stretch. */
export interface ColumnStatisticsTask {
  take(batch: RowBatch, mask: Uint8Array | undefined): void;
  finish(): ColumnSketch;
}

/** Statistics of some columns over the rows that count. The plans must have their printers if there are nested columns. */
export function createStatisticsTask(plans: readonly ColumnPlan[], columns: readonly string[]): BlockTask {
  const masks = createKernelMasks();
  const tasks = columns.map((name) => {
    const column = plans.findIndex((plan) => plan.column.name === name);
    const plan = plans[column];
    return plan === undefined ? createAbsentTask(name) : createColumnTask(plan, column, masks);
  });
  let rows = 0;
  return {
    take(batch, mask) {
      rows += countRows(batch, mask);
      masks.begin(mask);
      for (const task of tasks) task.take(batch, mask);
    },
    finish() {
      const statistics = { rows, columns: tasks.map((task) => task.finish()) };
      rows = 0;
      masks.release();
      return { statistics };
    },
  };
}

export function countRows(batch: RowBatch, mask: Uint8Array | undefined): number {
  if (mask === undefined) return batch.rows;
  let rows = 0;
  for (let row = 0; row < batch.rows; row++) rows += mask[row] as number;
  return rows;
}

function createAbsentTask(name: string): ColumnStatisticsTask {
  const sketcher = new ColumnSketcher({ kind: 'unknown' });
  return {
    take(batch, mask) {
      sketcher.absent += countRows(batch, mask);
    },
    finish: () => sketcher.finish(name),
  };
}

/** Notes one value. */
type Note = (data: Buffer, start: number, end: number) => void;

/** A mask in the memory of the kernel that the batch is in: copied once a batch, whatever the number of columns. */
interface KernelMasks {
  begin(mask: Uint8Array | undefined): void;
  /** Its address, or 0 if all rows count. */
  addressIn(kernel: KernelExports): number;
  release(): void;
}

function createKernelMasks(): KernelMasks {
  let mask: Uint8Array | undefined;
  let kernel: KernelExports | undefined;
  let address = 0;
  let room = 0;
  let isCopied = false;
  const release = (): void => {
    if (address !== 0) kernel?.release(address);
    address = 0;
    room = 0;
    mask = undefined;
  };
  return {
    begin(next) {
      mask = next;
      isCopied = false;
    },
    addressIn(wanted) {
      if (mask === undefined) return 0;
      if (isCopied && kernel === wanted) return address;
      const bytes = mask;
      if (kernel !== wanted || room < bytes.length) {
        release();
        kernel = wanted;
        room = bytes.length * 2;
        address = wanted.allocate(room);
        mask = bytes;
      }
      new Uint8Array(wanted.memory.buffer, address, bytes.length).set(bytes);
      isCopied = true;
      return address;
    },
    release,
  };
}

/** A column: in the kernel's memory where its batches are and its form allows it, else in TypeScript. */
function createColumnTask(plan: ColumnPlan, column: number, masks: KernelMasks): ColumnStatisticsTask {
  const form = formOf(plan);
  const script = createScriptTask(plan, column);
  if (!canBeInKernel(form)) return script;
  const { name } = plan.column;
  let sketcher: WasmSketcher | undefined;
  let known: ColumnSketch | undefined;
  let expected = 0;
  const add = (more: ColumnSketch): ColumnSketch => (known === undefined ? more : mergeColumns(known, more));
  return {
    take(batch, mask) {
      const { wasm, rows, stride } = batch;
      if (wasm === undefined) {
        script.take(batch, mask);
        return;
      }
      if (sketcher?.kernel !== wasm.kernel) {
        // What the old kernel's memory holds is taken along as a sketch.
        if (sketcher !== undefined) known = add(sketcher.finish(name));
        sketcher = createWasmSketcher(wasm.kernel, form, expected);
      }
      sketcher.take(wasm, column * stride, rows, masks.addressIn(wasm.kernel));
    },
    finish() {
      known = add(script.finish());
      if (sketcher !== undefined) known = add(sketcher.finish(name));
      const sketch = known;
      // The next rows will be like these.
      expected = sketch.isExact ? sketch.table.count : exactLimit;
      sketcher = undefined;
      known = undefined;
      return sketch;
    },
  };
}

/** Any column, in TypeScript. */
export function createScriptTask(plan: ColumnPlan, column: number): ColumnStatisticsTask {
  const sketcher = new ColumnSketcher(formOf(plan));
  const { note, finish } = createNote(plan, sketcher);
  const mayHoldNull = plan.value.type === 'union';
  return {
    take({ data, rows, starts, ends, stride }, mask) {
      const first = column * stride;
      for (let row = 0; row < rows; row++) {
        if (row > 0 && row % groupRows === 0) sketcher.endGroup();
        if (mask !== undefined && mask[row] === 0) continue;
        const start = starts[first + row] as number;
        if (start < 0 || (mayHoldNull && isNullBranch(plan.value, data, start))) sketcher.nulls++;
        else note(data, start, ends[first + row] as number);
      }
      sketcher.endGroup();
    },
    finish() {
      finish();
      return sketcher.finish(plan.column.name);
    },
  };
}

export function formOf({ value }: ColumnPlan): ValueForm {
  const logical = logicalOf(value);
  switch (value.type) {
    case 'int':
    case 'long':
      return logical === undefined ? { kind: 'integer' } : { kind: 'time', logical: logical.name };
    case 'float':
    case 'double':
      return { kind: value.type };
    case 'string':
      return { kind: 'text' };
    case 'boolean':
      return { kind: 'boolean' };
    case 'bytes':
    case 'fixed':
      if (logical === undefined) return { kind: 'bytes' };
      if (logical.name !== 'decimal') return { kind: 'label' };
      return logical.scale > maxDecimalBytes * 3 ? { kind: 'bytes' } : { kind: 'decimal', scale: logical.scale };
    default:
      return { kind: 'label' };
  }
}

interface Noting {
  readonly note: Note;
  /** Before the sketch is made. */
  readonly finish: () => void;
}

function createNote(plan: ColumnPlan, sketcher: ColumnSketcher): Noting {
  const { value } = plan;
  const nothing = (): void => undefined;
  switch (sketcher.form.kind) {
    case 'text':
    case 'bytes':
      return { note: (data, start, end) => sketcher.note(data, start, end), finish: nothing };
    case 'integer':
    case 'time':
      return createLongNote(sketcher);
    case 'float':
    case 'double':
      return createDoubleNote(sketcher, value.type === 'float' ? 4 : 8);
    case 'decimal':
      return { note: createDecimalNote(sketcher), finish: nothing };
    default: {
      if (value.type === 'enum') {
        const symbols = value.symbols.map((symbol) => Buffer.from(symbol, 'utf8'));
        const note: Note = (data, start) => {
          const symbol = symbols[readCount(data, start)] as Buffer;
          sketcher.note(symbol, 0, symbol.length);
        };
        return { note, finish: nothing };
      }
      const note: Note = (data, start, end) => {
        const text = Buffer.from(shownText(plan, data, start, end) ?? '', 'utf8');
        sketcher.note(text, 0, text.length);
      };
      return { note, finish: nothing };
    }
  }
}

function createLongNote(sketcher: ColumnSketcher): Noting {
  const key = Buffer.alloc(8);
  const sum = new LongSum();
  const isSummed = sketcher.form.kind === 'integer';
  return {
    note(data, start) {
      readHalves(data, start);
      const [low, high] = [lowHalf(), highHalf()];
      key.writeInt32LE(low, 0);
      key.writeInt32LE(high, 4);
      if (isSummed) sum.add(high, low);
      sketcher.note(key, 0, 8);
    },
    finish() {
      if (isSummed) sketcher.sum = sum.take();
    },
  };
}

function createDoubleNote(sketcher: ColumnSketcher, size: 4 | 8): Noting {
  const key = Buffer.alloc(8);
  const sum = new DoubleSum();
  const odd: [number, number, number] = [0, 0, 0];
  return {
    note(data, start) {
      // -0 and 0 are one value, and so are all NaN.
      const value = (size === 4 ? data.readFloatLE(start) : data.readDoubleLE(start)) + 0;
      key.writeDoubleLE(Number.isNaN(value) ? NaN : value, 0);
      if (Number.isFinite(value)) sum.add(value);
      else odd[Number.isNaN(value) ? 0 : value > 0 ? 1 : 2]++;
      sketcher.note(key, 0, 8);
    },
    finish() {
      sketcher.sum = sum.take();
      sketcher.notFinite = [...odd];
      odd.fill(0);
    },
  };
}

/** Keys are the shortest bytes of the number: writers may fill up with bytes of its sign. One too long to be a number is only counted. */
function createDecimalNote(sketcher: ColumnSketcher): Note {
  return (data, start, end) => {
    let from = start;
    while (end - from > 1 && isFilling(data[from] as number, data[from + 1] as number)) from++;
    if (end - from <= maxDecimalBytes) sketcher.sum = (sketcher.sum ?? 0n) + readUnscaled(data, from, end);
    if (start === end) sketcher.note(zero, 0, 1);
    else sketcher.note(data, from, end);
  };
}

const zero = Buffer.alloc(1);

function isFilling(byte: number, next: number): boolean {
  return (byte === 0 && next < 128) || (byte === 255 && next >= 128);
}
