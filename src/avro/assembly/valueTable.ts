import { firstBytes, headBytes, isSame, nextBytes } from './bytes';
import { Statistics } from './columnStatistics';
import { allocate, release } from './memory';
import { binValue, noteLost } from './uncounted';

/**
 * A value and how often it was there, in one line of the processor's cache. What follows is `ValueTable`, step for step: slots lead from a
 * hash to an entry, and the door stands before a table that is full.
 */
@unmanaged
export class Entry {
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

export const exactLimit: u32 = 1024;
export const heavyLimit: u32 = 512;
const heavyKept: u32 = 256;
export const keptBytes: u32 = 200;
const doorSlots: u32 = 2048;
/** In the lowest bits of a slot: how often a value was there. As in `ValueTable`. */
const doorCount: u32 = 3;

export const entryBytes: usize = offsetof<Entry>();
export const headOffset: usize = offsetof<Entry>('head0');

/** Of a table that has just been opened. */
const firstSlots: u32 = 128;
const firstEntries: u32 = 32;

/** A slot is 0, or an entry's index and one, with some bits of its hash above. */
export const indexMask: u32 = 0xfff;

/** An empty table, with room for about so many different values. */
export function openTable(known: Statistics, expected: u32): void {
  let entries = firstEntries;
  while (entries < min(expected, exactLimit)) entries *= 2;
  known.slotCount = entries * 4;
  known.slotRoom = known.slotCount;
  known.slots = <u32>allocate(known.slotRoom * 4);
  memory.fill(known.slots, 0, known.slotCount * 4);
  makeEntryRoom(known, entries);
  known.byteRoom = entries * 16;
  known.bytes = <u32>allocate(known.byteRoom);
}

/** Gives back all that the table holds. */
export function closeTable(known: Statistics): void {
  release(known.slots);
  release(known.entryArea);
  release(known.bytes);
  if (known.door != 0) release(known.door);
}

/** The entry of an index. */
export function entryAt(known: Statistics, entry: u32): Entry {
  return changetype<Entry>(known.entries + entry * <u32>entryBytes);
}

/** The kept bytes of an entry. */
export function keptOf(known: Statistics, entry: Entry): usize {
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

/** The address of a value's entry, or 0. */
export function findEntry(known: Statistics, at: usize, size: u32, hash: u64): usize {
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

function tagOf(hash: u64): u32 {
  return (<u32>(hash >> 32)) & ~indexMask;
}

/** Takes in a value that the table does not have, counted once. */
export function insert(known: Statistics, at: usize, size: u32, length: u32, hash: u64): void {
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

/** The address of a hash's slot in the door. */
export function doorSlot(door: usize, hash: u64): usize {
  return door + (((<u32>(hash >> 35)) & (doorSlots - 1)) << 2);
}

/** True if the value has been here often of late: it may come in. */
export function isKnownAtDoor(known: Statistics, hash: u64): bool {
  const slot: usize = doorSlot(known.door, hash);
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

/** There will be more different values than can be counted: those that there were only one of make room. */
export function endExact(known: Statistics): void {
  known.isExact = 0;
  known.door = <u32>allocate(doorSlots * 4);
  memory.fill(known.door, 0, doorSlots * 4);
  drop(known, 1, 0);
}

/** Lowers all counts by the same, so that at most 256 entries are left. */
function lower(known: Statistics): void {
  const by = loweredBy(known);
  drop(known, by, by);
  known.lowered += by;
}

/** One value in so many is frequent. */
const frequentShare: f64 = 256;

/** Whether, of so many values that were looked for, one may be frequent. */
export function holdsFrequent(known: Statistics, values: f64): bool {
  let most: f64 = 0;
  for (let index: u32 = 0; index < known.size; index++) most = max(most, entryAt(known, index).count);
  return (most + known.lowered) * frequentShare >= values;
}

/** Drops entries of at most so many, and lowers the others. */
export function drop(known: Statistics, most: f64, by: f64): void {
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
