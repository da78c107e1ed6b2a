import { addToBins, Bins, createBins } from './bins';
import { firstBytes, hashBytes, nextBytes } from './hash';
import { allocate, release } from './memory';
import { millisOfText, noTime } from './textTimes';
import { readSizedVarint } from './varint';

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
  /** What was allocated for `entries`, which begin at a multiple of their size. */
  entryArea: u32;
  nulls: f64;
  values: f64;
  empty: f64;
  totalLength: f64;
  /** Of integers: their lower halves, and their upper ones. */
  sumLow: u64;
  sumHigh: i64;
  /** How often entries have been dropped. */
  drops: u32;
  /** Slots that there is memory for. */
  slotRoom: u32;
  /** What the least and the greatest value begin with (`headOf`). */
  minHead: u64;
  maxHead: u64;
}

/** One line of the processor's cache. */
@unmanaged
class Entry {
  hash: u64;
  count: f64;
  /** Bytes of the whole value. */
  size: u32;
  length: u32;
  /** Where its kept bytes begin in `bytes`, if they are more than `head` holds. */
  start: u32;
  unused: u32;
  /** The first 32 bytes of the value, then zeros. */
  head0: u64;
  head1: u64;
  head2: u64;
  head3: u64;
}

const text: u32 = 0;
const integer: u32 = 2;

const exactLimit: u32 = 1024;
const heavyLimit: u32 = 512;
const heavyKept: u32 = 256;
const keptBytes: u32 = 200;
const doorSlots: u32 = 2048;
/** In the lowest bits of a slot: how often a value was there. As in `ValueTable`. */
const doorCount: u32 = 3;
const extremeBytes: u32 = 800;
const registerCount: u32 = 4096;
const entryBytes: usize = offsetof<Entry>();
const headBytes: u32 = 32;
const headOffset: usize = offsetof<Entry>('head0');
/** Of a table that has just been opened. */
const firstSlots: u32 = 128;
const firstEntries: u32 = 32;

/** A record for values of a kind: 0 texts, 1 bytes, 2 varints. `ladder`: widths of bins, or 0. `expected`: so many different values. */
export function openStatistics(kind: u32, ladder: usize, expected: u32): usize {
  const at = allocate(offsetof<Statistics>());
  memory.fill(at, 0, offsetof<Statistics>());
  const known = changetype<Statistics>(at);
  known.kind = kind;
  known.ladder = <u32>ladder;
  known.isExact = 1;
  known.mayBeTimes = kind == text ? 1 : 0;
  known.minSize = -1;
  known.maxSize = -1;
  let entries = firstEntries;
  while (entries < min(expected, exactLimit)) entries *= 2;
  known.slotCount = entries * 4;
  known.slotRoom = known.slotCount;
  known.slots = <u32>allocate(known.slotRoom * 4);
  memory.fill(known.slots, 0, known.slotCount * 4);
  makeEntryRoom(known, entries);
  known.byteRoom = entries * 16;
  known.bytes = <u32>allocate(known.byteRoom);
  known.min = <u32>allocate(extremeBytes);
  known.max = <u32>allocate(extremeBytes);
  return at;
}

/** Gives back all that a record holds. */
export function closeStatistics(at: usize): void {
  const known = changetype<Statistics>(at);
  release(known.slots);
  release(known.entryArea);
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

/** The kept bytes of an entry. */
function keptOf(known: Statistics, entry: Entry): usize {
  return entry.size <= headBytes ? changetype<usize>(entry) + headOffset : known.bytes + entry.start;
}

function makeEntryRoom(known: Statistics, room: u32): void {
  const area = <u32>allocate((room + 1) * <u32>entryBytes);
  const entries = (area + <u32>entryBytes - 1) & ~(<u32>entryBytes - 1);
  if (known.size > 0) memory.copy(entries, known.entries, known.size * <u32>entryBytes);
  if (known.entryArea != 0) release(known.entryArea);
  known.entryArea = area;
  known.entries = entries;
  known.entryRoom = room;
}

/** A value to be noted. */
@unmanaged
class Pending {
  hash: u64;
  at: u32;
  size: u32;
  /** What stands in the first slot for it; then the address of its entry, or `isNew`, or 0 if neither is seen so easily. */
  entry: u32;
  unused: u32;
}

/** So many rows of a column are hashed, then looked for, then counted: the first two without a branch, so that waits for memory overlap. */
const rowsAtOnce: u32 = 256;
const pendingBytes: u32 = <u32>offsetof<Pending>();
const pending: usize = memory.data(256 * 24 + 64);
/** Eight bytes for each integer, as a value like any other. */
const integerKeys: usize = memory.data(256 * 8 + 64);

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
    notePending(known, values);
  }
}

function countSelected(mask: usize, rows: u32): u32 {
  let selected: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) selected += load<u8>(mask + row);
  return selected;
}

function gatherIntegers(
  known: Statistics,
  data: usize,
  starts: usize,
  ends: usize,
  rows: u32,
  mask: usize,
): u32 {
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

const isNew: u32 = 1;

/** Stands for no entry where one has to be looked at. */
const noEntry: usize = memory.data(64 + 64);

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

/** Of `pending`, by their numbers: those that no entry was found for so easily. */
const others: usize = memory.data(256 * 2 + 64);

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

let touched: u32 = 0;

/** Reads what is about to be looked at for values that are not known, so that waits for memory overlap. */
function touchOthers(known: Statistics, count: u32): void {
  const door: usize = known.door;
  const registers: usize = known.registers;
  let sum: u32 = 0;
  for (let index: u32 = 0; index < count; index++) {
    const hash = changetype<Pending>(pending + load<u16>(others + index * 2) * pendingBytes).hash;
    sum += load<u32>(door + (((<u32>(hash >> 35)) & (doorSlots - 1)) << 2)) + load<u8>(registers + <usize>(hash >> 52));
  }
  touched = sum;
}

/** The same, one value after another: entries may be dropped in between. */
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

/** The address of a value's entry, or 0. */
function findEntry(known: Statistics, at: usize, size: u32, hash: u64): usize {
  const tag = tagOf(hash);
  const slots: usize = known.slots;
  const entries: usize = known.entries;
  const slotMask = known.slotCount - 1;
  for (let slot = (<u32>hash) & slotMask; ; slot = (slot + 1) & slotMask) {
    const mark = load<u32>(slots + slot * 4);
    if (mark == 0) return 0;
    // Nearly all that is not the value is seen to be another by these bits alone, without a look at its entry.
    if (((mark ^ tag) & ~indexMask) != 0) continue;
    const found = entries + ((mark & indexMask) - 1) * <u32>entryBytes;
    const entry = changetype<Entry>(found);
    if (entry.hash != hash || entry.size != size) continue;
    const first = v128.xor(v128.load(found, headOffset), firstBytes(at, size));
    const next = v128.xor(v128.load(found, headOffset + 16), nextBytes(at, size));
    if (v128.any_true(v128.or(first, next))) continue;
    if (size <= headBytes) return found;
    if (isSame(known.bytes + entry.start + headBytes, at + headBytes, min(size, keptBytes) - headBytes))
      return found;
  }
  return 0;
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
function noteNew(known: Statistics, at: usize, size: u32, hash: u64): void {
  const length = known.kind == text ? countCodePoints(at, size) : size;
  if (known.minSize < 0 || length < known.minLength) known.minLength = length;
  if (length > known.maxLength) known.maxLength = length;
  noteExtremes(known, at, size);
  if (known.isExact) {
    if (known.size < exactLimit) {
      insert(known, at, size, length, hash);
      return;
    }
    beginEstimates(known);
  }
  noteHash(known.registers, hash);
  let millis = noTime;
  if (known.mayBeTimes) {
    millis = millisOfText(at, at + size);
    if (millis == noTime && size > 0) known.mayBeTimes = 0;
  }
  if (isKnownAtDoor(known, hash)) {
    insert(known, at, size, length, hash);
    return;
  }
  noteLost(known, length, size, 1);
  if (known.bins == 0) return;
  if (known.kind == integer) addToBins(changetype<Bins>(known.bins), load<i64>(at), 1);
  else if (millis != noTime) addToBins(changetype<Bins>(known.bins), millis, 1);
}

/** So many values that no entry counts. */
function noteLost(known: Statistics, length: u32, size: u32, count: f64): void {
  known.totalLength += <f64>length * count;
  if (size == 0) known.empty += count;
}

/** So many lowest bits, of fewer than 64. */
function lowBits(count: u64): u64 {
  const one: u64 = 1;
  return (one << count) - 1;
}

/** Bytes that continue a code point, of 16: as signed numbers they are the least. */
function countContinued(bytes: v128): u32 {
  return popcnt<u32>(<u32>i8x16.bitmask(i8x16.lt_s(bytes, i8x16.splat(-64))));
}

function countCodePoints(at: usize, size: u32): u32 {
  let continued: u32 = 0;
  let left = size;
  for (; left > headBytes; left -= 16, at += 16) continued += countContinued(v128.load(at));
  return size - continued - countContinued(firstBytes(at, left)) - countContinued(nextBytes(at, left));
}

/** The first bytes of a value as a number that is ordered as the values are; equal ones tell nothing. */
function headOf(known: Statistics, at: usize, size: u32): u64 {
  const word = load<u64>(at);
  if (known.kind == integer) return word ^ 0x8000_0000_0000_0000;
  return bswap(size >= 8 ? word : word & lowBits(<u64>size * 8));
}

function noteExtremes(known: Statistics, at: usize, size: u32): void {
  const head = headOf(known, at, size);
  if (head > known.minHead && head < known.maxHead) return;
  const kept = min(size, extremeBytes);
  if (
    known.minSize < 0 ||
    (head <= known.minHead && compareValues(known, at, kept, known.min, known.minSize) < 0)
  ) {
    copyExtreme(known.min, at, kept);
    known.minSize = kept;
    known.minHead = head;
  }
  if (
    known.maxSize < 0 ||
    (head >= known.maxHead && compareValues(known, at, kept, known.max, known.maxSize) > 0)
  ) {
    copyExtreme(known.max, at, kept);
    known.maxSize = kept;
    known.maxHead = head;
  }
}

/** In a column in order nearly every value is the greatest so far: short ones are copied without a call. */
function copyExtreme(to: usize, at: usize, kept: u32): void {
  v128.store(to, v128.load(at));
  v128.store(to, v128.load(at, 16), 16);
  if (kept > headBytes) memory.copy(to, at, kept);
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
    const start = keptOf(known, entry);
    if (millisOfText(start, start + min(entry.size, keptBytes)) == noTime) known.mayBeTimes = 0;
  }
  drop(known, 1, 0);
}

function noteHash(registers: usize, hash: u64): void {
  const at = registers + <usize>(hash >> 52);
  const rank = <u8>(min<u64>(clz(hash << 12), 52) + 1);
  if (rank > load<u8>(at)) store<u8>(at, rank);
}

/** True if the value has been here often of late: it may come in. */
function isKnownAtDoor(known: Statistics, hash: u64): bool {
  const slot: usize = known.door + (((<u32>(hash >> 35)) & (doorSlots - 1)) << 2);
  const seen: u32 = load<u32>(slot);
  const mark = (<u32>hash) & ~doorCount;
  // The count of another value in the slot begins anew.
  const times = seen - mark;
  if (times == doorCount) {
    if (known.size >= heavyLimit) lower(known);
    return true;
  }
  store<u32>(slot, times < doorCount ? seen + 1 : mark + 1);
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
  const index = known.size;
  if (index == known.entryRoom) makeEntryRoom(known, index * 2);
  known.size++;
  const entry = entryAt(known, index);
  if (size > headBytes) keepBytes(known, entry, at, min(size, keptBytes));
  entry.hash = hash;
  entry.count = 1;
  entry.size = size;
  entry.length = length;
  v128.store(changetype<usize>(entry), firstBytes(at, size), headOffset);
  v128.store(changetype<usize>(entry), nextBytes(at, size), headOffset + 16);
  // At most a quarter of the slots is taken: most values are at the first that is looked at.
  if (known.size * 4 > known.slotCount) {
    known.slotCount *= 2;
    if (known.slotCount > known.slotRoom) {
      release(known.slots);
      known.slotRoom = known.slotCount;
      known.slots = <u32>allocate(known.slotRoom * 4);
    }
    placeAll(known);
  } else {
    place(known, index);
  }
}

function keepBytes(known: Statistics, entry: Entry, at: usize, kept: u32): void {
  if (known.used + kept > known.byteRoom) {
    const room = (known.used + kept) * 2;
    known.bytes = grown(known.bytes, known.used, room);
    known.byteRoom = room;
  }
  memory.copy(known.bytes + known.used, at, kept);
  entry.start = known.used;
  known.used += kept;
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

/** Lowers all counts by the same, so that at most 256 entries are left. */
function lower(known: Statistics): void {
  const by = loweredBy(known);
  drop(known, by, by);
}

/** The end: a table that is not exact loses what was counted once (many values, none of them frequent), and what the others count is added up. */
export function pruneStatistics(at: usize): void {
  const known = changetype<Statistics>(at);
  if (!known.isExact) drop(known, 1, 0);
  for (let index: u32 = 0; index < known.size; index++) {
    const entry = entryAt(known, index);
    noteLost(known, entry.length, entry.size, entry.count);
  }
}

/** Drops entries of at most so many, and lowers the others. */
function drop(known: Statistics, most: f64, by: f64): void {
  let kept: u32 = 0;
  let used: u32 = 0;
  for (let index: u32 = 0; index < known.size; index++) {
    const entry = entryAt(known, index);
    const isDropped = entry.count <= most;
    const lost = isDropped ? entry.count : by;
    if (lost > 0) {
      binValue(known, keptOf(known, entry), min(entry.size, keptBytes), lost);
      noteLost(known, entry.length, entry.size, lost);
    }
    if (isDropped) continue;
    const to = entryAt(known, kept++);
    copyEntry(to, entry);
    to.count -= by;
    if (to.size <= headBytes) continue;
    const size = min(to.size, keptBytes);
    memory.copy(known.bytes + used, known.bytes + to.start, size);
    to.start = used;
    used += size;
  }
  known.size = kept;
  known.used = used;
  known.drops++;
  // Few entries are looked for in few slots: these stay in the processor's cache.
  let slots = firstSlots;
  while (kept * 4 > slots) slots *= 2;
  known.slotCount = slots;
  placeAll(known);
}

function copyEntry(to: Entry, entry: Entry): void {
  const target = changetype<usize>(to);
  const source = changetype<usize>(entry);
  v128.store(target, v128.load(source));
  v128.store(target, v128.load(source, 16), 16);
  v128.store(target, v128.load(source, 32), 32);
  v128.store(target, v128.load(source, 48), 48);
}

/** The least count with at most 256 greater ones. */
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
