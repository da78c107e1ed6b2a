import type { ColumnPlan } from '../values/columns';
import { createNestedWalker, type NestedWalker } from '../values/nestedWalker';
import type { TypeNode } from '../container/schema';
import { faulty, maxIntBytes, maxLongBytes, readCount, skipVarint } from '../container/varint';

/**
 * Finds where every value of a block lies, and makes none. All that is read of a block goes through here, with every
 * length and index checked against the bytes that are there, so that what comes after may trust the positions.
 * Another implementation (WebAssembly) can take this one's place.
 */
export interface Kernel {
  readonly columnCount: number;
  /** Walks over at most `maxRows` rows from `start`, and stops before the first row that cannot be right. */
  walk(data: Uint8Array, start: number, maxRows: number, into?: WalkTarget): Walk;
}

/** Where a walk writes; each array must hold `maxRows` rows. */
export interface WalkTarget {
  readonly rowStarts?: Int32Array;
  /** Row by row, one position a column: the value's first byte (after a union's branch and a length), or -1 for NULL. */
  readonly starts?: Int32Array;
  /** The same for the byte after the value. */
  readonly ends?: Int32Array;
  /** Present: positions are written column by column instead, so many places for each column. */
  readonly stride?: number;
  /** How many rows of the block an earlier walk has passed (it ended at `start`): faults count from there. Default 0. */
  readonly firstRow?: number;
}

export interface Walk {
  readonly rows: number;
  /** The position after the last whole row. */
  readonly end: number;
  /** Why the next row is not one, for people. Absent if all rows asked for are there. */
  readonly fault?: string;
}

/** Rows (and items) of no bytes at all cannot be checked against anything: more than this in a block is not believed. */
const maxEmptyRows = 1_000_000;

/** Why a row is not one, by the number that the WebAssembly kernel gives (`assembly/walk.ts`). */
export const faultReasons = [
  '',
  'the block ends in the middle of a row',
  'a union has no such type',
  'a number has no end',
  'a length is not a length',
  'a value runs past the end of the block',
  'a boolean is neither true nor false',
  'an enum has no such symbol',
  'more rows without any bytes than can be believed',
] as const;

const fault = {
  rowCut: faultReasons[1],
  union: faultReasons[2],
  number: faultReasons[3],
  length: faultReasons[4],
  pastEnd: faultReasons[5],
  boolean: faultReasons[6],
  enum: faultReasons[7],
  emptyRows: faultReasons[8],
};

/** The words of a fault in a column's value. `row` is 0-based, in the block. */
export function faultText(row: number, plan: ColumnPlan | undefined, reason: string): string {
  if (reason === fault.emptyRows) return reason;
  return `in row ${row + 1} of the block, column ${plan?.column.name ?? ''}: ${reason}`;
}

/** How columns are walked over: a table, one entry a column. */
export interface ColumnTable {
  /** Numbers of operations, which are those of the WebAssembly kernel too. */
  readonly ops: Uint8Array;
  /** Bytes of a fixed value, symbols of an enum. */
  readonly sizes: Int32Array;
  /** The byte that says NULL, or `noUnion`. */
  readonly nullBytes: Uint8Array;
}

export function tableOf(plans: readonly ColumnPlan[]): ColumnTable {
  return {
    ops: Uint8Array.from(plans, (plan) => opOf(plan.value).op),
    sizes: Int32Array.from(plans, (plan) => opOf(plan.value).size),
    nullBytes: Uint8Array.from(plans, (plan) => (plan.nullBranch < 0 ? noUnion : plan.nullBranch * 2)),
  };
}

/** What is done with a value, by the numbers of the WebAssembly kernel. */
export const op = {
  null: 0,
  boolean: 1,
  int: 2,
  long: 3,
  fixed: 4,
  bytes: 5,
  enum: 6,
  nested: 7,
} as const;

type Op = (typeof op)[keyof typeof op];

function opOf(node: TypeNode): { readonly op: Op; readonly size: number } {
  switch (node.type) {
    case 'null':
    case 'boolean':
    case 'int':
    case 'long':
      return { op: op[node.type], size: 0 };
    case 'float':
      return { op: op.fixed, size: 4 };
    case 'double':
      return { op: op.fixed, size: 8 };
    case 'fixed':
      return { op: op.fixed, size: node.size };
    case 'bytes':
    case 'string':
      return { op: op.bytes, size: 0 };
    case 'enum':
      return { op: op.enum, size: node.symbols.length };
    case 'array':
    case 'map':
    case 'union':
    case 'record':
      return { op: op.nested, size: 0 };
  }
}

/** A kernel that interprets a small table, one entry a column. No code is generated. */
export function createTableKernel(plans: readonly ColumnPlan[]): Kernel {
  return new TableKernel(plans);
}

/** Stands for "this column is no union" where a branch's byte is expected; on the wire 0 is 0 and 1 is 2 (zig-zag). */
export const noUnion = 1;
/** A byte of a varint that is not its last has this bit. */
const longByte = 128;

class TableKernel implements Kernel {
  readonly columnCount: number;
  private readonly plans: readonly ColumnPlan[];
  private readonly ops: Uint8Array;
  private readonly sizes: Int32Array;
  private readonly nullBytes: Uint8Array;
  private readonly nested: NestedWalker = createNestedWalker();
  private emptyRows = 0;
  private payload = 0;
  private reason = '';
  private faultColumn = 0;

  constructor(plans: readonly ColumnPlan[]) {
    this.plans = plans;
    this.columnCount = plans.length;
    const { ops, sizes, nullBytes } = tableOf(plans);
    this.ops = ops;
    this.sizes = sizes;
    this.nullBytes = nullBytes;
  }

  walk(data: Uint8Array, start: number, maxRows: number, into?: WalkTarget): Walk {
    const { rowStarts, stride, firstRow = 0 } = into ?? {};
    const rowStep = stride === undefined ? this.columnCount : 1;
    const columnStep = stride ?? 1;
    if (firstRow === 0) {
      this.nested.begin();
      this.emptyRows = 0;
    }
    let at = start;
    for (let row = 0; row < maxRows; row++) {
      const next = this.walkRow(data, at, into, row * rowStep, columnStep);
      if (next === faulty) {
        return { rows: row, end: at, fault: faultText(firstRow + row, this.plans[this.faultColumn], this.reason) };
      }
      if (next === at && ++this.emptyRows > maxEmptyRows) {
        return { rows: row, end: at, fault: fault.emptyRows };
      }
      if (rowStarts !== undefined) rowStarts[row] = at;
      at = next;
    }
    return { rows: maxRows, end: at };
  }

  /** The position after one row; faulty if it is not one. Positions of values go to the target from `slot` on. */
  private walkRow(
    data: Uint8Array,
    start: number,
    into: WalkTarget | undefined,
    firstSlot: number,
    slotStep: number,
  ): number {
    const { ops, nullBytes, columnCount } = this;
    const starts = into?.starts;
    const ends = into?.ends;
    const end = data.length;
    let at = start;
    for (let column = 0, slot = firstSlot; column < columnCount; column++, slot += slotStep) {
      let isNull = ops[column] === op.null;
      const nullByte = nullBytes[column] as number;
      if (nullByte !== noUnion) {
        const branch = at < end ? (data[at] as number) : faulty;
        if (branch !== 0 && branch !== 2) {
          this.faultColumn = column;
          return this.fail(branch === faulty ? fault.rowCut : fault.union);
        }
        isNull = branch === nullByte;
        at++;
      }
      if (isNull) {
        if (starts !== undefined) starts[slot] = -1;
        continue;
      }
      let payload = at;
      const kind = ops[column] as Op;
      const first = at < end ? (data[at] as number) : longByte;
      if (kind === op.bytes && first < longByte && (first & 1) === 0 && at + 1 + (first >>> 1) <= end) {
        // Nearly every text of the export is shorter than 64 bytes: its length is one byte.
        payload = at + 1;
        at = payload + (first >>> 1);
      } else if (kind === op.long) {
        const last = Math.min(end, at + maxLongBytes);
        while (at < last && (data[at] as number) >= longByte) at++;
        at = at < last ? at + 1 : this.fail(fault.number);
      } else {
        at = this.skipValue(data, at, column);
        payload = this.payload;
      }
      if (at === faulty) {
        this.faultColumn = column;
        return faulty;
      }
      if (starts !== undefined) starts[slot] = payload;
      if (ends !== undefined) ends[slot] = at;
    }
    return at;
  }

  /** The position after a value, with `payload` where it begins after its length; faulty with `reason` set. */
  private skipValue(data: Uint8Array, at: number, column: number): number {
    const end = data.length;
    const kind = this.ops[column] as Op;
    this.payload = at;
    switch (kind) {
      case op.long:
      case op.int: {
        const next = skipVarint(data, at, end, kind === op.int ? maxIntBytes : maxLongBytes);
        return next === faulty ? this.fail(fault.number) : next;
      }
      case op.bytes: {
        const next = skipVarint(data, at, end);
        const length = next === faulty ? -1 : readCount(data, at);
        if (length < 0) return this.fail(fault.length);
        if (length > end - next) return this.fail(fault.pastEnd);
        this.payload = next;
        return next + length;
      }
      case op.fixed: {
        const size = this.sizes[column] as number;
        return size > end - at ? this.fail(fault.pastEnd) : at + size;
      }
      case op.boolean:
        return at < end && (data[at] as number) < 2 ? at + 1 : this.fail(fault.boolean);
      case op.enum: {
        const next = skipVarint(data, at, end, maxIntBytes);
        const index = next === faulty ? -1 : readCount(data, at);
        return index < 0 || index >= (this.sizes[column] as number) ? this.fail(fault.enum) : next;
      }
      case op.null:
        return at;
      case op.nested: {
        const next = this.nested.skip((this.plans[column] as ColumnPlan).value, data, at);
        return next === faulty ? this.fail(this.nested.reason) : next;
      }
    }
  }

  private fail(reason: string): number {
    this.reason = reason;
    return faulty;
  }
}
