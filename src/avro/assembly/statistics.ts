import { addToBins, Bins, createBins } from './bins';
import { hashBytes } from './hash';
import { allocate, release } from './memory';
import { millisOfText, noTime } from './textTimes';
import { readVarint } from './varint';

/**
 * What is known of a column's values: `ColumnSketcher` and `ValueTable`, step for step, so that the same values in the same order leave the
 * same sketch. `../wasmStatistics.ts` reads these records and knows their layout.
 */
@unmanaged
class Statistics {
  kind: u32;
  isExact: u32;
  mayBeTimes: u32;
  minLength: u32;
  maxLength: u32;
  /** Bytes of the least and greatest value; -1 before there is one. */
  minSize: i32;
  maxSize: i32;
  /** Entries of the table. */
  size: u32;
  slots: u32;
  slotCount: u32;
  entries: u32;
  entryRoom: u32;
  bytes: u32;
  used: u32;
  byteRoom: u32;
  registers: u32;
  door: u32;
  bins: u32;
  /** 0: the values have no histogram. */
  ladder: u32;
  min: u32;
  max: u32;
  unused: u32;
  nulls: f64;
  values: f64;
  empty: f64;
  totalLength: f64;
  /** Of integers: their lower halves, and their upper ones. */
  sumLow: u64;
  sumHigh: i64;
}

@unmanaged
class Entry {
  hash: u64;
  count: f64;
  /** Bytes of the whole value. */
  size: u32;
  length: u32;
  /** Where its kept bytes begin in `bytes`. */
  start: u32;
  unused: u32;
}

const text: u32 = 0;
const integer: u32 = 2;

const exactLimit: u32 = 1024;
const heavyLimit: u32 = 1024;
const heavyKept: u32 = 512;
const keptBytes: u32 = 200;
const doorSlots: u32 = 2048;
const extremeBytes: u32 = 800;
const registerCount: u32 = 4096;
const entryBytes: usize = offsetof<Entry>();

/** A record for values of a kind: 0 texts, 1 bytes, 2 varints. `ladder`: widths of bins, or 0. */
export function openStatistics(kind: u32, ladder: usize): usize {
  const at = allocate(offsetof<Statistics>());
  memory.fill(at, 0, offsetof<Statistics>());
  const known = changetype<Statistics>(at);
  known.kind = kind;
  known.ladder = <u32>ladder;
  known.isExact = 1;
  known.mayBeTimes = kind == text ? 1 : 0;
  known.minSize = -1;
  known.maxSize = -1;
  known.slotCount = 64;
  known.slots = <u32>allocate(64 * 4);
  memory.fill(known.slots, 0, 64 * 4);
  known.entryRoom = 32;
  known.entries = <u32>allocate(32 * entryBytes);
  known.byteRoom = 512;
  known.bytes = <u32>allocate(512);
  known.min = <u32>allocate(extremeBytes);
  known.max = <u32>allocate(extremeBytes);
  return at;
}

/** Gives back all that a record holds. */
export function closeStatistics(at: usize): void {
  const known = changetype<Statistics>(at);
  release(known.slots);
  release(known.entries);
  release(known.bytes);
  release(known.min);
  release(known.max);
  if (known.registers != 0) release(known.registers);
  if (known.door != 0) release(known.door);
  if (known.bins != 0) release(known.bins);
  release(at);
}

function entryAt(known: Statistics, entry: u32): Entry {
  return changetype<Entry>(known.entries + entry * <u32>entryBytes);
}

/** Room for the eight bytes of an integer, as a value like any other. */
const integerKey: usize = memory.data(24);

/** Notes the values of a column in some rows: those with a 1 in the mask, or all if there is none. */
export function noteColumn(at: usize, data: usize, starts: usize, ends: usize, rows: u32, mask: usize): void {
  const known = changetype<Statistics>(at);
  const isInteger = known.kind == integer;
  for (let row: u32 = 0; row < rows; row++) {
    if (mask != 0 && load<u8>(mask + row) == 0) continue;
    const start = load<i32>(starts + row * 4);
    if (start < 0) {
      known.nulls += 1;
      continue;
    }
    if (isInteger) {
      const value = readVarint(data + start);
      known.sumLow += (<u64>value) & 0xffff_ffff;
      known.sumHigh += value >> 32;
      store<i64>(integerKey, value);
      noteValue(known, integerKey, integerKey + 8);
    } else {
      noteValue(known, data + start, data + load<i32>(ends + row * 4));
    }
  }
}

function noteValue(known: Statistics, at: usize, end: usize): void {
  known.values += 1;
  const size = <u32>(end - at);
  if (size == 0) known.empty += 1;
  const hash = hashBytes(at, end);
  const tag = tagOf(hash);
  const slotMask = known.slotCount - 1;
  for (let slot = (<u32>hash) & slotMask; ; slot = (slot + 1) & slotMask) {
    const mark = load<u32>(known.slots + slot * 4);
    if (mark == 0) break;
    // Nearly all that is not the value is seen to be another by these bits alone, without a look at its entry.
    if (((mark ^ tag) & ~indexMask) != 0) continue;
    const entry = entryAt(known, (mark & indexMask) - 1);
    if (entry.hash == hash && entry.size == size && isSame(known.bytes + entry.start, at, min(size, keptBytes))) {
      entry.count += 1;
      known.totalLength += <f64>entry.length;
      return;
    }
  }
  noteNew(known, at, end, hash);
}

/** A slot is 0, or an entry's index and one, with some bits of its hash above. */
const indexMask: u32 = 0xfff;

function tagOf(hash: u64): u32 {
  return (<u32>(hash >> 32)) & ~indexMask;
}

function isSame(a: usize, b: usize, size: u32): bool {
  const end = a + size;
  for (; a + 8 <= end; a += 8, b += 8) {
    if (load<u64>(a) != load<u64>(b)) return false;
  }
  const rest = <u64>(end - a) * 8;
  if (rest == 0) return true;
  return ((load<u64>(a) ^ load<u64>(b)) & lowBits(rest)) == 0;
}

/** A value that the table does not have. */
function noteNew(known: Statistics, at: usize, end: usize, hash: u64): void {
  const size = <u32>(end - at);
  const length = known.kind == text ? countCodePoints(at, end) : size;
  if (known.minSize < 0 || length < known.minLength) known.minLength = length;
  if (length > known.maxLength) known.maxLength = length;
  known.totalLength += <f64>length;
  noteExtremes(known, at, size);
  if (known.isExact && known.size == exactLimit) beginEstimates(known);
  if (known.registers != 0) {
    noteHash(known.registers, hash);
    if (known.mayBeTimes && size > 0 && millisOfText(at, end) == noTime) known.mayBeTimes = 0;
  }
  if (known.registers != 0 && !isKnownAtDoor(known, hash)) {
    binValue(known, at, size, 1);
    return;
  }
  insert(known, at, size, length, hash);
}

/** So many lowest bits, of fewer than 64. */
function lowBits(count: u64): u64 {
  const one: u64 = 1;
  return (one << count) - 1;
}

function countCodePoints(at: usize, end: usize): u32 {
  const size = <u32>(end - at);
  let continued: u64 = 0;
  for (; at + 8 <= end; at += 8) {
    const word = load<u64>(at);
    continued += popcnt((word >> 7) & (~word >> 6) & 0x0101_0101_0101_0101);
  }
  if (at < end) {
    const word = load<u64>(at) & lowBits(<u64>(end - at) * 8);
    continued += popcnt((word >> 7) & (~word >> 6) & 0x0101_0101_0101_0101);
  }
  return size - <u32>continued;
}

function noteExtremes(known: Statistics, at: usize, size: u32): void {
  const kept = min(size, extremeBytes);
  if (known.minSize < 0 || compareValues(known, at, kept, known.min, known.minSize) < 0) {
    memory.copy(known.min, at, kept);
    known.minSize = kept;
  }
  if (known.maxSize < 0 || compareValues(known, at, kept, known.max, known.maxSize) > 0) {
    memory.copy(known.max, at, kept);
    known.maxSize = kept;
  }
}

function compareValues(known: Statistics, a: usize, aSize: u32, b: usize, bSize: i32): i32 {
  if (known.kind == integer) {
    const first = load<i64>(a);
    const second = load<i64>(b);
    return first < second ? -1 : first > second ? 1 : 0;
  }
  let common = min<i32>(aSize, bSize);
  for (; common >= 8; common -= 8, a += 8, b += 8) {
    const first = bswap(load<u64>(a));
    const second = bswap(load<u64>(b));
    if (first != second) return first < second ? -1 : 1;
  }
  for (; common > 0; common--, a++, b++) {
    const difference = <i32>load<u8>(a) - <i32>load<u8>(b);
    if (difference != 0) return difference;
  }
  return <i32>aSize - bSize;
}

function beginEstimates(known: Statistics): void {
  known.isExact = 0;
  known.registers = <u32>allocate(registerCount);
  memory.fill(known.registers, 0, registerCount);
  known.door = <u32>allocate(doorSlots * 4);
  memory.fill(known.door, 0, doorSlots * 4);
  if (known.ladder != 0) known.bins = <u32>changetype<usize>(createBins(known.ladder));
  for (let index: u32 = 0; index < known.size; index++) {
    const entry = entryAt(known, index);
    noteHash(known.registers, entry.hash);
    if (!known.mayBeTimes || entry.size == 0) continue;
    const start: usize = known.bytes + entry.start;
    if (millisOfText(start, start + min(entry.size, keptBytes)) == noTime) known.mayBeTimes = 0;
  }
}

function noteHash(registers: usize, hash: u64): void {
  const at = registers + <usize>(hash >> 52);
  const rank = <u8>(min<u64>(clz(hash << 12), 52) + 1);
  if (rank > load<u8>(at)) store<u8>(at, rank);
}

/** True if the value has just been here: it may come in. */
function isKnownAtDoor(known: Statistics, hash: u64): bool {
  const slot: usize = known.door + (((<u32>(hash >> 35)) & (doorSlots - 1)) << 2);
  if (load<u32>(slot) == <u32>hash) {
    if (known.size >= heavyLimit) lower(known);
    return true;
  }
  store<u32>(slot, <u32>hash);
  return false;
}

function binValue(known: Statistics, at: usize, size: u32, count: f64): void {
  if (known.bins == 0) return;
  if (known.kind == integer) {
    addToBins(changetype<Bins>(known.bins), load<i64>(at), count);
  } else if (known.mayBeTimes) {
    const millis = millisOfText(at, at + size);
    if (millis != noTime) addToBins(changetype<Bins>(known.bins), millis, count);
  }
}

function insert(known: Statistics, at: usize, size: u32, length: u32, hash: u64): void {
  const index = known.size++;
  if (index == known.entryRoom) {
    known.entries = grown(known.entries, index * <u32>entryBytes, index * 2 * <u32>entryBytes);
    known.entryRoom = index * 2;
  }
  const kept = min(size, keptBytes);
  if (known.used + kept > known.byteRoom) {
    const room = (known.used + kept) * 2;
    known.bytes = grown(known.bytes, known.used, room);
    known.byteRoom = room;
  }
  memory.copy(known.bytes + known.used, at, kept);
  const entry = entryAt(known, index);
  entry.hash = hash;
  entry.count = 1;
  entry.size = size;
  entry.length = length;
  entry.start = known.used;
  known.used += kept;
  if (known.size * 2 > known.slotCount) {
    release(known.slots);
    known.slotCount *= 2;
    known.slots = <u32>allocate(known.slotCount * 4);
    placeAll(known);
  } else {
    place(known, index);
  }
}

function grown(area: u32, used: u32, room: u32): u32 {
  const larger = <u32>allocate(room);
  memory.copy(larger, area, used);
  release(area);
  return larger;
}

function place(known: Statistics, index: u32): void {
  const slotMask = known.slotCount - 1;
  const hash = entryAt(known, index).hash;
  let slot = (<u32>hash) & slotMask;
  while (load<u32>(known.slots + slot * 4) != 0) slot = (slot + 1) & slotMask;
  store<u32>(known.slots + slot * 4, tagOf(hash) | (index + 1));
}

function placeAll(known: Statistics): void {
  memory.fill(known.slots, 0, known.slotCount * 4);
  for (let index: u32 = 0; index < known.size; index++) place(known, index);
}

/** Lowers all counts by the same, so that at most 512 entries are left. */
function lower(known: Statistics): void {
  const by = loweredBy(known);
  drop(known, by, by);
}

/** A table that is not exact loses what was counted once: many values, none of them frequent. */
export function pruneStatistics(at: usize): void {
  const known = changetype<Statistics>(at);
  if (!known.isExact) drop(known, 1, 0);
}

/** Drops entries of at most so many, and lowers the others. */
function drop(known: Statistics, most: f64, by: f64): void {
  let kept: u32 = 0;
  let used: u32 = 0;
  for (let index: u32 = 0; index < known.size; index++) {
    const entry = entryAt(known, index);
    const size = min(entry.size, keptBytes);
    const isDropped = entry.count <= most;
    const lost = isDropped ? entry.count : by;
    if (lost > 0) binValue(known, known.bytes + entry.start, size, lost);
    if (isDropped) continue;
    const to = entryAt(known, kept++);
    memory.copy(known.bytes + used, known.bytes + entry.start, size);
    to.hash = entry.hash;
    to.count = entry.count - by;
    to.size = entry.size;
    to.length = entry.length;
    to.start = used;
    used += size;
  }
  known.size = kept;
  known.used = used;
  placeAll(known);
}

/** The least count with at most 512 greater ones. */
function loweredBy(known: Statistics): f64 {
  let by: f64 = 0;
  let greater = known.size;
  while (greater > heavyKept) {
    let next = Infinity;
    greater = 0;
    for (let index: u32 = 0; index < known.size; index++) {
      const count = entryAt(known, index).count;
      if (count <= by) continue;
      greater++;
      next = min(next, count);
    }
    if (greater > heavyKept) by = next;
  }
  return by;
}
