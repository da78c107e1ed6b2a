import { addToBins, Bins, createBins } from './bins';
import { integer, Statistics, text } from './columnStatistics';
import { extremeBytes, noteExtremes } from './extremes';
import { noteHash, registerCount } from './hyperLogLog';
import { allocate, release } from './memory';
import { millisOfText, noTime } from './textTimes';
import { noteLost } from './uncounted';
import { countCodePoints } from './utf8';
import {
  closeTable,
  drop,
  endExact,
  entryAt,
  exactLimit,
  holdsFrequent,
  insert,
  isKnownAtDoor,
  keptBytes,
  keptOf,
  openTable,
} from './valueTable';

/** Statistics of a column: `ColumnSketcher`, step for step, so that the same values in the same order leave the same sketch. */

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
  openTable(known, expected);
  known.min = <u32>allocate(extremeBytes);
  known.max = <u32>allocate(extremeBytes);
  return at;
}

/** Gives back all that a record holds. */
export function closeStatistics(at: usize): void {
  const known = changetype<Statistics>(at);
  closeTable(known);
  release(known.min);
  release(known.max);
  if (known.registers != 0) release(known.registers);
  if (known.bins != 0) release(known.bins);
  release(at);
}

/** A value that the table does not have. */
export function noteNew(known: Statistics, at: usize, size: u32, hash: u64): void {
  const length = noteShape(known, at, size);
  if (known.isExact) {
    if (known.size < exactLimit) {
      insert(known, at, size, length, hash);
      return;
    }
    beginEstimates(known);
  }
  const millis = noteEstimates(known, at, size, hash);
  if (isKnownAtDoor(known, hash)) insert(known, at, size, length, hash);
  else countNowhere(known, at, size, length, millis);
}

/** A value that is not looked for in the table, which is not exact. */
export function noteUnwatched(known: Statistics, at: usize, size: u32, hash: u64): void {
  const length = noteShape(known, at, size);
  const millis = noteEstimates(known, at, size, hash);
  countNowhere(known, at, size, length, millis);
}

/** Gives the value's length. */
function noteShape(known: Statistics, at: usize, size: u32): u32 {
  const length = known.kind == text ? countCodePoints(at, size) : size;
  if (known.minSize < 0 || length < known.minLength) known.minLength = length;
  if (length > known.maxLength) known.maxLength = length;
  noteExtremes(known, at, size);
  return length;
}

/** Gives the moment that the value is, or `noTime`. */
function noteEstimates(known: Statistics, at: usize, size: u32, hash: u64): i64 {
  noteHash(known.registers, hash);
  if (!known.mayBeTimes) return noTime;
  const millis = millisOfText(at, at + size);
  if (millis == noTime && size > 0) known.mayBeTimes = 0;
  return millis;
}

function countNowhere(known: Statistics, at: usize, size: u32, length: u32, millis: i64): void {
  noteLost(known, length, size, 1);
  if (known.bins == 0) return;
  if (known.kind == integer) addToBins(changetype<Bins>(known.bins), load<i64>(at), 1);
  else if (millis != noTime) addToBins(changetype<Bins>(known.bins), millis, 1);
}

/** So many groups of rows make a turn; in the last of them values are counted whatever the turn before has shown. As in `ColumnSketcher`. */
const groupsInTurn: u32 = 8;

/** The end of a group with so many values: whether it is worth while to look the next group's up in the table. */
export function endGroup(known: Statistics, values: u32): void {
  if (!known.isUnwatched) known.watched += <f64>values;
  if (known.isExact) return;
  known.turn++;
  if (known.turn == groupsInTurn) {
    known.turn = 0;
    known.isRare = holdsFrequent(known, known.watched) ? 0 : 1;
  }
  known.isUnwatched = known.turn == groupsInTurn - 1 ? 0 : known.isRare;
}

/** The table is no longer exact: what followed from it is kept apart from here on. */
function beginEstimates(known: Statistics): void {
  known.registers = <u32>allocate(registerCount);
  memory.fill(known.registers, 0, registerCount);
  if (known.ladder != 0) known.bins = <u32>changetype<usize>(createBins(known.ladder));
  for (let index: u32 = 0; index < known.size; index++) {
    const entry = entryAt(known, index);
    noteHash(known.registers, entry.hash);
    if (!known.mayBeTimes || entry.size == 0) continue;
    const start = keptOf(known, entry);
    if (millisOfText(start, start + min(entry.size, keptBytes)) == noTime) known.mayBeTimes = 0;
  }
  endExact(known);
}

/** The end: a table that is not exact loses what was counted once, or all if nothing is frequent, and what the others count is added up. */
export function pruneStatistics(at: usize): void {
  const known = changetype<Statistics>(at);
  if (!known.isExact) drop(known, known.isRare ? Infinity : 1, 0);
  for (let index: u32 = 0; index < known.size; index++) {
    const entry = entryAt(known, index);
    noteLost(known, entry.length, entry.size, entry.count);
  }
}
