import { firstBytes, headBytes, nextBytes } from './bytes';
import { integer, Statistics } from './columnStatistics';
import { hashBytes } from './hash';
import { registerOf } from './hyperLogLog';
import { endGroup, noteNew, noteUnwatched } from './statistics';
import {
  doorSlot,
  Entry,
  entryBytes,
  exactLimit,
  findEntry,
  headOffset,
  heavyLimit,
  indexMask,
} from './valueTable';
import { readSizedVarint } from './varint';

/**
 * A value to be noted. Some hundred at a time are gathered, hashed, looked for and counted, each in a pass of its own, all but the last
 * without a branch, so that waits for memory overlap.
 */
@unmanaged
class Pending {
  hash: u64;
  at: u32;
  size: u32;
  /** What stands in the first slot for it; then the address of its entry, or `isNew`, or 0 if neither is seen so easily. */
  entry: u32;
  unused: u32;
}

/** So many rows of a column go through the passes together. */
const rowsAtOnce: u32 = 256;
const pendingBytes: u32 = <u32>offsetof<Pending>();
const pending: usize = memory.data(256 * 24 + 64);

/** Eight bytes for each integer, as a value like any other. */
const integerKeys: usize = memory.data(256 * 8 + 64);

/** In `entry`: the table does not have the value. */
const isNew: u32 = 1;

/** Stands for no entry where one has to be looked at. */
const noEntry: usize = memory.data(64 + 64);

/** Of `pending`, by their numbers: those that no entry was found for so easily. */
const others: usize = memory.data(256 * 2 + 64);

/** Notes the values of a column in some rows: those with a 1 in the mask, or all if there is none. */
export function noteColumn(at: usize, data: usize, starts: usize, ends: usize, rows: u32, mask: usize): void {
  const known = changetype<Statistics>(at);
  for (let row: u32 = 0; row < rows; row += rowsAtOnce) {
    const count = min(rows - row, rowsAtOnce);
    const from: usize = mask == 0 ? 0 : mask + row;
    const selected = from == 0 ? count : countSelected(from, count);
    const values =
      known.kind == integer
        ? gatherIntegers(known, data, starts + row * 4, ends + row * 4, count, from)
        : gatherBytes(data, starts + row * 4, ends + row * 4, count, from);
    known.nulls += <f64>(selected - values);
    known.values += <f64>values;
    if (known.isUnwatched) passUnwatched(known, values);
    else notePending(known, values);
    endGroup(known, values);
  }
}

function countSelected(mask: usize, rows: u32): u32 {
  let selected: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) selected += load<u8>(mask + row);
  return selected;
}

function gatherIntegers(known: Statistics, data: usize, starts: usize, ends: usize, rows: u32, mask: usize): u32 {
  let sumLow: u64 = 0;
  let sumHigh: i64 = 0;
  let values: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const start = load<i32>(starts + row * 4);
    if (start < 0 || (mask != 0 && load<u8>(mask + row) == 0)) continue;
    const value = readSizedVarint(data + start, load<i32>(ends + row * 4) - start);
    sumLow += (<u64>value) & 0xffff_ffff;
    sumHigh += value >> 32;
    const key: usize = integerKeys + values * 8;
    store<i64>(key, value);
    const next = changetype<Pending>(pending + values * pendingBytes);
    next.at = <u32>key;
    next.size = 8;
    values++;
  }
  known.sumLow += sumLow;
  known.sumHigh += sumHigh;
  return values;
}

function gatherBytes(data: usize, starts: usize, ends: usize, rows: u32, mask: usize): u32 {
  let values: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const start = load<i32>(starts + row * 4);
    const next = changetype<Pending>(pending + values * pendingBytes);
    // Of a NULL something is noted too, and then written over: NULL comes too irregularly for a branch.
    next.at = <u32>(data + start);
    next.size = load<i32>(ends + row * 4) - start;
    const isValue = <u32>(start >= 0);
    values += mask == 0 ? isValue : isValue & load<u8>(mask + row);
  }
  return values;
}

function hashPending(known: Statistics, values: u32): void {
  const slots: usize = known.slots;
  const slotMask = known.slotCount - 1;
  for (let index: u32 = 0; index < values; index++) {
    const next = changetype<Pending>(pending + index * pendingBytes);
    const hash = hashBytes(next.at, next.size);
    next.hash = hash;
    next.entry = load<u32>(slots + ((<u32>hash) & slotMask) * 4);
  }
}

/** Follows the first slot of each value to its entry. */
function findPending(known: Statistics, values: u32): void {
  const entries: usize = known.entries;
  for (let index: u32 = 0; index < values; index++) {
    const next = changetype<Pending>(pending + index * pendingBytes);
    const place = next.entry & indexMask;
    const found = select<usize>(entries + (place - 1) * <u32>entryBytes, noEntry, place != 0);
    const at: usize = next.at;
    const size = next.size;
    const first = v128.xor(v128.load(found, headOffset), firstBytes(at, size));
    const rest = v128.xor(v128.load(found, headOffset + 16), nextBytes(at, size));
    const entry = changetype<Entry>(found);
    const isOther: u32 =
      (<u32>v128.any_true(v128.or(first, rest))) |
      (<u32>(entry.hash != next.hash)) |
      (<u32>(entry.size != size)) |
      (<u32>(size > headBytes));
    next.entry = select<u32>(<u32>(place == 0), <u32>found, isOther != 0 || place == 0);
  }
}

function notePending(known: Statistics, values: u32): void {
  hashPending(known, values);
  findPending(known, values);
  let count: u32 = 0;
  for (let index: u32 = 0; index < values; index++) {
    store<u16>(others + count * 2, <u16>index);
    count += <u32>(changetype<Pending>(pending + index * pendingBytes).entry <= isNew);
  }
  if (known.registers != 0) touchOthers(known, count);
  if (known.size + count > (known.isExact ? exactLimit : heavyLimit)) {
    noteInOrder(known, values);
    return;
  }
  // No entry will be dropped: the order of what is only counted does not matter. Whether a value is known comes too irregularly for a branch.
  const size = known.size;
  for (let index: u32 = 0; index < values; index++) {
    const found: usize = changetype<Pending>(pending + index * pendingBytes).entry;
    const entry = changetype<Entry>(select<usize>(found, noEntry, found > isNew));
    entry.count += 1;
  }
  for (let index: u32 = 0; index < count; index++) {
    const next = changetype<Pending>(pending + load<u16>(others + index * 2) * pendingBytes);
    const hash = next.hash;
    const mayBeKnown = next.entry != isNew || known.size != size;
    const entry = mayBeKnown ? findEntry(known, next.at, next.size, hash) : 0;
    if (entry == 0) noteNew(known, next.at, next.size, hash);
    else changetype<Entry>(entry).count += 1;
  }
}

/** Nothing is frequent: the values are looked at, and not for in the table. */
function passUnwatched(known: Statistics, values: u32): void {
  hashPending(known, values);
  for (let index: u32 = 0; index < values; index++) {
    const next = changetype<Pending>(pending + index * pendingBytes);
    noteUnwatched(known, next.at, next.size, next.hash);
  }
}

/** Only so that the compiler leaves the reads in. */
let touched: u32 = 0;

/** Reads what is about to be looked at for values that are not known, so that waits for memory overlap. */
function touchOthers(known: Statistics, count: u32): void {
  const door: usize = known.door;
  const registers: usize = known.registers;
  let sum: u32 = 0;
  for (let index: u32 = 0; index < count; index++) {
    const hash = changetype<Pending>(pending + load<u16>(others + index * 2) * pendingBytes).hash;
    sum += load<u32>(doorSlot(door, hash)) + load<u8>(registerOf(registers, hash));
  }
  touched = sum;
}

/** Counts all values one after another: entries may be dropped in between. */
function noteInOrder(known: Statistics, values: u32): void {
  const entries = known.entries;
  const drops = known.drops;
  const size = known.size;
  for (let index: u32 = 0; index < values; index++) {
    const next = changetype<Pending>(pending + index * pendingBytes);
    // Entries move when there have to be more, or fewer.
    if (next.entry > isNew && known.entries == entries && known.drops == drops) {
      changetype<Entry>(next.entry).count += 1;
      continue;
    }
    if (next.entry == isNew && known.size == size && known.drops == drops) {
      noteNew(known, next.at, next.size, next.hash);
      continue;
    }
    const hash = next.hash;
    const entry = findEntry(known, next.at, next.size, hash);
    if (entry == 0) noteNew(known, next.at, next.size, hash);
    else changetype<Entry>(entry).count += 1;
  }
}
