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
  /** 0: nobody asks where the column's values lie, and it is not written down. */
  isWanted: u8;
  /** Bytes of a fixed value, symbols of an enum. */
  size: u32;
  /** From this column on, itself counted: so many texts or bytes that may be NULL, alike in all of the above. 0: it is something else. */
  run: u32;
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

/** What a NULL or a value of fewer than 64 bytes takes at most: the branch, a length of one byte, the bytes. */
const maxShort: usize = 65;

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
    let column = rules;
    while (column < lastRule) {
      const rule = changetype<ColumnRule>(column);
      if (rule.run > 0) {
        const nullByte: u32 = rule.nullByte;
        const last = column + rule.run * offsetof<ColumnRule>();
        // Nearly every text of the export is NULL or shorter than 64 bytes: those are passed without a look at the rule.
        if (rule.isWanted) {
          for (; column < last && at + maxShort <= end; column += offsetof<ColumnRule>(), slot += step) {
            const head: u32 = load<u16>(at);
            const isNull = (head & 255) == nullByte;
            if (!isNull && (head & 0x81fd) != 0) break;
            if (isNull) {
              store<i32>(slot, -1);
              at++;
            } else {
              store<i32>(slot, <i32>(at + 2 - data));
              at += 2 + (head >> 9);
              store<i32>(slot + gap, <i32>(at - data));
            }
          }
        } else {
          for (; column < last && at + maxShort <= end; column += offsetof<ColumnRule>(), slot += step) {
            const head: u32 = load<u16>(at);
            const isNull = (head & 255) == nullByte;
            if (!isNull && (head & 0x81fd) != 0) break;
            at += isNull ? 1 : 2 + (head >> 9);
          }
        }
        if (column == last) continue;
      }
      const one = changetype<ColumnRule>(column);
      at = walkValue(state, one, slot, gap, at, end);
      if (at == 0) return fail(state, row, rowStart, column, reason);
      column += offsetof<ColumnRule>();
      slot += step;
    }
    if (at == rowStart && ++state.emptyRows > maxEmptyRows)
      return fail(state, row, rowStart, rules, faultEmptyRows);
  }
  state.position = <u32>(at - data);
  return maxRows;
}

/** The position behind one value, whatever it is, with where it lies written down; 0 with `reason` set if it is none. */
function walkValue(state: Walk, rule: ColumnRule, slot: usize, gap: usize, at: usize, end: usize): usize {
  const nullByte: u32 = rule.nullByte;
  let isNull = rule.op == opNull;
  if (nullByte != noUnion) {
    const branch: u32 = at < end ? load<u8>(at) : 1;
    if ((branch & ~2) != 0) {
      reason = at < end ? faultUnion : faultRowCut;
      return 0;
    }
    isNull = branch == nullByte;
    at++;
  }
  if (isNull) {
    if (rule.isWanted) store<i32>(slot, -1);
    return at;
  }
  const next = skipValue(rule, at, end);
  if (next == 0 || !rule.isWanted) return next;
  store<i32>(slot, <i32>(payload - state.data));
  store<i32>(slot + gap, <i32>(next - state.data));
  return next;
}

function fail(state: Walk, row: u32, rowStart: usize, column: usize, fault: u32): u32 {
  state.position = <u32>(rowStart - state.data);
  state.fault = fault;
  state.faultColumn = <u32>((column - state.rules) / offsetof<ColumnRule>());
  return row;
}
