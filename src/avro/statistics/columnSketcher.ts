import { Bins } from './histogramSketch';
import { noteHash, registerCount } from './hyperLogLog';
import type { ColumnSketch, ValueForm } from './statisticsSketch';
import { compareBytes } from '../filter/textTests';
import { millisOfText, noTime } from './textTimes';
import { compareKeys, integerOf, ladderFor, numberOf, unscaledOf } from './valueForms';
import { hashBytes, hashHigh, hashLow } from './valueHash';
import { exactLimit, ValueTable } from './valueTable';

/** So much is kept of the least and the greatest value: 200 characters, whatever they are. */
export const extremeBytes = 800;

/** Rows of a batch are noted in groups of so many, the last of them of fewer. */
export const groupRows = 256;
/** So many groups make a turn. In the last of them values are counted whatever the turn before has shown. */
const groupsInTurn = 8;

/**
 * What is known of a column's values, at work: its keys are noted one after another. Where there are too many different ones to count and none of
 * them is frequent, most groups are not looked up in the table: what becomes frequent later shows in the others.
 */
export class ColumnSketcher {
  readonly form: ValueForm;
  nulls = 0;
  absent = 0;
  sum: bigint | undefined;
  notFinite: [number, number, number] | undefined;
  private values = 0;
  private empty = 0;
  private table = new ValueTable();
  private registers: Uint8Array<ArrayBuffer> | undefined;
  private min: Uint8Array<ArrayBuffer> | undefined;
  private max: Uint8Array<ArrayBuffer> | undefined;
  private minLength = 0;
  private maxLength = 0;
  private totalLength = 0;
  private bins: Bins | undefined;
  private mayBeTimes: boolean;
  /** As in `assembly/columnStatistics.ts`. */
  private watched = 0;
  private turn = 0;
  private isRare = false;
  private isUnwatched = false;
  private valuesBefore = 0;
  private readonly isText: boolean;
  private readonly onLowered = (entry: number, by: number): void => {
    addToBins(this.bins, this.form, this.table.keptOf(entry), by);
  };

  constructor(form: ValueForm) {
    this.form = form;
    this.mayBeTimes = form.kind === 'text';
    this.isText = form.kind === 'text' || form.kind === 'label' || form.kind === 'boolean';
  }

  note(data: Buffer, start: number, end: number): void {
    this.values++;
    if (end === start) this.empty++;
    hashBytes(data, start, end);
    const { table } = this;
    const found = this.isUnwatched ? -1 : table.find(data, start, end);
    if (found >= 0) {
      table.counts[found] = (table.counts[found] as number) + 1;
      this.totalLength += table.lengths[found] as number;
      return;
    }
    const length = this.isText ? countCodePoints(data, start, end) : end - start;
    this.noteLength(length);
    this.noteExtremes(data, start, end);
    if (table.isExact && table.size === exactLimit) this.beginEstimates();
    if (this.registers !== undefined) {
      noteHash(this.registers, hashLow(), hashHigh());
      if (this.mayBeTimes) this.mayBeTimes = mayBeTime(data, start, end);
    }
    const entry = this.isUnwatched ? -1 : table.admit(data, start, end, length, this.onLowered);
    if (entry >= 0) table.counts[entry] = 1;
    else addToBins(this.usedBins(), this.form, data.subarray(start, end), 1);
  }

  /** After the last row of a group, NULL or not. */
  endGroup(): void {
    if (!this.isUnwatched) this.watched += this.values - this.valuesBefore;
    this.valuesBefore = this.values;
    if (this.table.isExact) return;
    this.turn++;
    if (this.turn === groupsInTurn) {
      this.turn = 0;
      this.isRare = !this.table.holdsFrequent(this.watched);
    }
    this.isUnwatched = this.turn !== groupsInTurn - 1 && this.isRare;
  }

  private usedBins(): Bins | undefined {
    if (this.form.kind === 'text' && !this.mayBeTimes) this.bins = undefined;
    return this.bins;
  }

  private noteLength(length: number): void {
    if (this.min === undefined || length < this.minLength) this.minLength = length;
    if (length > this.maxLength) this.maxLength = length;
    this.totalLength += length;
  }

  private noteExtremes(data: Buffer, start: number, end: number): void {
    const last = Math.min(end, start + extremeBytes);
    const compare = (key: Uint8Array): number =>
      this.isText || this.form.kind === 'bytes'
        ? compareBytes(data, start, last, key)
        : compareKeys(this.form, data.subarray(start, end), key);
    if (this.min === undefined || compare(this.min) < 0) this.min = Uint8Array.from(data.subarray(start, last));
    if (this.max === undefined || compare(this.max) > 0) this.max = Uint8Array.from(data.subarray(start, last));
  }

  /** The table is no longer exact: what followed from it is kept apart from here on. */
  private beginEstimates(): void {
    this.registers = new Uint8Array(registerCount);
    const ladder = ladderFor(this.form);
    if (ladder !== undefined) this.bins = new Bins(ladder);
    for (let entry = 0; entry < this.table.size; entry++) {
      noteHash(this.registers, this.table.lowOf(entry), this.table.highOf(entry));
      if (!this.mayBeTimes) continue;
      const kept = this.table.keptOf(entry);
      this.mayBeTimes = mayBeTime(kept, 0, kept.length);
    }
    this.table.endExact(this.onLowered);
  }

  /** The sketch; what follows begins anew. */
  finish(column: string): ColumnSketch {
    const { registers, min, max, sum, notFinite } = this;
    const least = this.isRare ? Infinity : 2;
    const table = this.table.sketch(this.table.isExact ? 1 : least, this.onLowered);
    const histogram = this.usedBins()?.sketch();
    const sketch: ColumnSketch = {
      column,
      form: this.form,
      nulls: this.nulls,
      absent: this.absent,
      values: this.values,
      empty: this.empty,
      isExact: this.table.isExact,
      table,
      minLength: this.minLength,
      maxLength: this.maxLength,
      totalLength: this.totalLength,
      mayBeTimes: this.mayBeTimes,
      ...(registers === undefined ? {} : { registers }),
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
      ...(sum === undefined ? {} : { sum }),
      ...(notFinite === undefined ? {} : { notFinite }),
      ...(histogram === undefined ? {} : { histogram }),
    };
    this.reset();
    return sketch;
  }

  private reset(): void {
    this.nulls = 0;
    this.absent = 0;
    this.values = 0;
    this.empty = 0;
    this.sum = undefined;
    this.notFinite = undefined;
    this.table = new ValueTable();
    this.registers = undefined;
    this.min = undefined;
    this.max = undefined;
    this.minLength = 0;
    this.maxLength = 0;
    this.totalLength = 0;
    this.bins = undefined;
    this.mayBeTimes = this.form.kind === 'text';
    this.watched = 0;
    this.turn = 0;
    this.isRare = false;
    this.isUnwatched = false;
    this.valuesBefore = 0;
  }
}

/** Code points of UTF-8: all bytes but those that continue one. */
export function countCodePoints(data: Uint8Array, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (((data[at] as number) & 0xc0) !== 0x80) count++;
  return count;
}

/** Of a text: no texts but times and empty ones may turn up where a histogram is to be made. */
export function mayBeTime(data: Uint8Array, start: number, end: number): boolean {
  return start === end || millisOfText(data, start, end) !== noTime;
}

/** Adds so many of a value; texts that are no times, and numbers that are not finite, are in no bin. */
export function addToBins(bins: Bins | undefined, form: ValueForm, key: Uint8Array, count: number): void {
  if (bins === undefined || count === 0) return;
  switch (form.kind) {
    case 'integer':
    case 'time':
      bins.add(integerOf(key), count);
      return;
    case 'decimal':
      bins.add(unscaledOf(key), count);
      return;
    case 'float':
    case 'double': {
      const value = numberOf(key);
      if (Number.isFinite(value)) bins.addNumber(value, count);
      return;
    }
    case 'text': {
      const millis = millisOfText(key, 0, key.length);
      if (millis !== noTime) bins.add(BigInt(millis), count);
      return;
    }
    default:
  }
}
