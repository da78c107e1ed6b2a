import { readVarint, skipVarint } from './varint';

/**
 * Finds where every value lies in rows without nested values: the twin of ../kernel.ts, with the same faults in the same order.
 * What passes between the two sides lies in a record of 32-bit words, in this order.
 */
@unmanaged
class Walk {
  /** The block's bytes, and how many they are. */
  data: usize;
  bytes: u32;
  /** In `data`: where the next row begins. */
  position: u32;
  /** Rows of no bytes so far in the block. */
  emptyRows: u32;
  /** 0, or why the next row is not one (`faultReasons` in ../kernel.ts), and in which column. */
  fault: u32;
  faultColumn: u32;
  columns: u32;
  /** For each column a `ColumnRule`. */
  rules: usize;
  /** Column by column, `stride` positions each. */
  starts: usize;
  ends: usize;
  stride: u32;
}

@unmanaged
class ColumnRule {
  op: u8;
  /** The byte that says NULL; 1 for columns that are no union. */
  nullByte: u8;
  /** Bytes of a fixed value, symbols of an enum. */
  size: u32;
}

// As in ../kernel.ts.
const opNull: u32 = 0;
const opBoolean: u32 = 1;
const opInt: u32 = 2;
const opLong: u32 = 3;
const opFixed: u32 = 4;
const opBytes: u32 = 5;
const opEnum: u32 = 6;
const noUnion: u32 = 1;
const maxEmptyRows: u32 = 1_000_000;
const maxLongBytes: usize = 10;
const maxIntBytes: usize = 5;

const faultRowCut: u32 = 1;
const faultUnion: u32 = 2;
const faultNumber: u32 = 3;
const faultLength: u32 = 4;
const faultPastEnd: u32 = 5;
const faultBoolean: u32 = 6;
const faultEnum: u32 = 7;
const faultEmptyRows: u32 = 8;

/** Where the value begins that was passed last, after its length; or why it is none. */
let payload: usize = 0;
let reason: u32 = 0;

/** The position behind a value; 0 with `reason` set if it is none. */
function skipValue(rule: ColumnRule, at: usize, end: usize): usize {
  payload = at;
  const op: u32 = rule.op;
  switch (op) {
    case opInt:
    case opLong: {
      const next = skipVarint(at, end, op == opInt ? maxIntBytes : maxLongBytes);
      if (next == 0) reason = faultNumber;
      return next;
    }
    case opBytes: {
      const next = skipVarint(at, end, maxLongBytes);
      const length = next == 0 ? -1 : readVarint(at);
      if (length < 0) {
        reason = faultLength;
        return 0;
      }
      if (<u64>length > <u64>(end - next)) {
        reason = faultPastEnd;
        return 0;
      }
      payload = next;
      return next + <usize>length;
    }
    case opFixed: {
      if (rule.size <= <u32>(end - at)) return at + <usize>rule.size;
      reason = faultPastEnd;
      return 0;
    }
    case opBoolean: {
      if (at < end && load<u8>(at) < 2) return at + 1;
      reason = faultBoolean;
      return 0;
    }
    default: {
      const next = skipVarint(at, end, maxIntBytes);
      const index = next == 0 ? -1 : readVarint(at);
      if (index >= 0 && index < <i64>rule.size) return next;
      reason = faultEnum;
      return 0;
    }
  }
}

/** Walks over at most `maxRows` rows from `position`, and stops before the first that cannot be right. Gives how many there were. */
export function walk(address: usize, maxRows: u32): u32 {
  const state = changetype<Walk>(address);
  const data = state.data;
  const end = data + state.bytes;
  const rules = state.rules;
  const lastRule = rules + state.columns * offsetof<ColumnRule>();
  const step = (<usize>state.stride) << 2;
  const gap = state.ends - state.starts;
  let at = data + state.position;
  for (let row: u32 = 0; row < maxRows; row++) {
    const rowStart = at;
    let slot = state.starts + ((<usize>row) << 2);
    for (let column = rules; column < lastRule; column += offsetof<ColumnRule>(), slot += step) {
      const rule = changetype<ColumnRule>(column);
      const nullByte: u32 = rule.nullByte;
      const op: u32 = rule.op;
      let isNull = op == opNull;
      if (nullByte != noUnion) {
        const branch: u32 = at < end ? load<u8>(at) : 1;
        if ((branch & ~2) != 0) return fail(state, row, rowStart, column, at < end ? faultUnion : faultRowCut);
        isNull = branch == nullByte;
        at++;
      }
      if (isNull) {
        store<i32>(slot, -1);
        continue;
      }
      const first: u32 = at < end ? load<u8>(at) : 1;
      const short = at + 1 + (first >> 1);
      if (op == opBytes && (first & 129) == 0 && short <= end) {
        // Nearly every text of the export is shorter than 64 bytes: its length is one byte.
        payload = at + 1;
        at = short;
      } else {
        at = skipValue(rule, at, end);
        if (at == 0) return fail(state, row, rowStart, column, reason);
      }
      store<i32>(slot, <i32>(payload - data));
      store<i32>(slot + gap, <i32>(at - data));
    }
    if (at == rowStart && ++state.emptyRows > maxEmptyRows)
      return fail(state, row, rowStart, rules, faultEmptyRows);
  }
  state.position = <u32>(at - data);
  return maxRows;
}

function fail(state: Walk, row: u32, rowStart: usize, column: usize, fault: u32): u32 {
  state.position = <u32>(rowStart - state.data);
  state.fault = fault;
  state.faultColumn = <u32>((column - state.rules) / offsetof<ColumnRule>());
  return row;
}
