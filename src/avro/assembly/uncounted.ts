import { addToBins, Bins } from './bins';
import { integer, Statistics } from './columnStatistics';
import { millisOfText, noTime } from './textTimes';

/** What stays known of so many values that no entry counts, or no more: their lengths, and how many were empty. */
export function noteLost(known: Statistics, length: u32, size: u32, count: f64): void {
  known.totalLength += <f64>length * count;
  if (size == 0) known.empty += count;
}

/** The same: into which bin they belong. */
export function binValue(known: Statistics, at: usize, size: u32, count: f64): void {
  if (known.bins == 0) return;
  if (known.kind == integer) {
    addToBins(changetype<Bins>(known.bins), load<i64>(at), count);
  } else if (known.mayBeTimes) {
    const millis = millisOfText(at, at + size);
    if (millis != noTime) addToBins(changetype<Bins>(known.bins), millis, count);
  }
}
