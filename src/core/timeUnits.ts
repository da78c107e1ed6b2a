import type { Cell, Column } from './column';
import type { TimeUnit } from './rowsArrangement';
import { dateOfDays, daysOfDate } from './civilDate';

/**
 * In which unit a column spells moments. The sources contradict each other (Contentsquare 2026: epoch milliseconds on S3; public consumers of
 * the format: microseconds in `joindate` and `last_modified`, date-time texts in `time`; warehouses: `%Y-%m-%d %H:%M:%S.%f`), so it is found
 * from the values: all digits go by magnitude, everything else is read as UTC. What is found is inferred, and can be overridden.
 */
export interface TimeGuess {
  readonly unit: TimeUnit;
  /**
   * `none` if the unit is `none`. `high`: at least five values, all of that unit, in a column that is called like a time; `medium`: one of
   * these two is missing; `low`: both are.
   */
  readonly confidence: 'high' | 'medium' | 'low' | 'none';
  /** A sentence for people: `All 1,000 values looked at are numbers of the magnitude of microseconds, from 2024-05-01 to 2026-11-22.` */
  readonly evidence: string;
}

/** Epoch units, by how many of them are in a second. */
export const epochUnits = ['seconds', 'millis', 'micros', 'nanos'] as const;
export type EpochUnit = (typeof epochUnits)[number];

const fractionDigits: Readonly<Record<EpochUnit, number>> = { seconds: 0, millis: 3, micros: 6, nanos: 9 };

/** Sessions and events before the product existed, and long after us, are not plausible. Also what keeps the magnitudes apart. */
const firstSecond = daysOfDate(1990, 1, 1) * 86_400;
const endSecond = daysOfDate(2100, 1, 1) * 86_400;

/** Source: domain.md, "Times": documented in three contradictory ways. */
const neverTimes = new Set(['session_time']);
/** Hashes and keys that may look like any number. */
const idName = /(?:^|_)id$/i;
/** Words that names of times end in or consist of (`time`, `joindate`, `last_modified`, `created_at`), and words that only look so. */
const timeWord = /^(?:.*time(?:stamp)?s?|.*dates?|modified|created|updated|at|ts|since|until|seen|birthday)$/;
const otherWord =
  /^(?:lifetime|uptime|downtime|runtime|realtime|onetime|sometimes|update|candidate|mandate|validate)s?$/;

const epochText = /^-?\d{1,20}$/;
const isoText =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$/;

/** Values that are looked at; the rest of a sample is ignored. */
const mostValues = 1000;

/**
 * The unit of a column from some of its cells. NULL, absent and empty cells say nothing. One value that does not fit, or two magnitudes, make
 * it `none`: a time shown wrongly is worse than one shown raw.
 */
export function guessTimeUnit(column: Column, cells: readonly Cell[]): TimeGuess {
  if (neverTimes.has(column.name.toLowerCase())) {
    return none('The documentation of session_time contradicts itself: it is shown raw and never computed with.');
  }
  if (column.kind === 'time') return none('Avro says what it is; it is shown as that.');
  if (column.kind !== 'text' && column.kind !== 'integer') return none('Its type is not one that times come in.');
  if (idName.test(column.name)) return none('It is called an id.');
  const isNamed = isNamedLikeTime(column.name);
  const count = new Map<TimeUnit, number>();
  let first: bigint | undefined;
  let last: bigint | undefined;
  let looked = 0;
  for (const cell of cells) {
    if (looked === mostValues) break;
    const text = typeof cell === 'string' ? cell : cell === null || cell === false ? '' : cell.text;
    if (text === '') continue;
    looked += 1;
    const unit = unitOf(text);
    if (unit === 'none') return none(`${quoted(text)} is no time.`);
    count.set(unit, (count.get(unit) ?? 0) + 1);
    const moment = nanosOf(text, unit);
    if (moment === undefined) return none(`${quoted(text)} is no time.`);
    if (first === undefined || moment < first) first = moment;
    if (last === undefined || moment > last) last = moment;
  }
  const [unit, ...others] = count.keys();
  if (unit === undefined || first === undefined || last === undefined)
    return none('There are no values to tell by.');
  if (others.length > 0) {
    return none(`The values are of different magnitudes: ${[unit, ...others].map(unitWords).join(' and ')}.`);
  }
  // A column of plain numbers may be counts or amounts that happen to be large.
  if (!isNamed && unit === 'seconds') return none('Numbers of ten digits in a column that is not called a time.');
  const confidence = looked >= 5 ? (isNamed ? 'high' : 'medium') : isNamed ? 'medium' : 'low';
  return { unit, confidence, evidence: evidenceOf(unit, looked, first, last) };
}

/** True if a word of the name is one that times have. */
export function isNamedLikeTime(name: string): boolean {
  const parts = name
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase()
    .split(/[^a-z]+/);
  return parts.some((part) => timeWord.test(part) && !otherWord.test(part));
}

function none(evidence: string): TimeGuess {
  return { unit: 'none', confidence: 'none', evidence };
}

function evidenceOf(unit: TimeUnit, looked: number, first: bigint, last: bigint): string {
  const subject =
    looked === 1 ? 'The one value looked at is' : `All ${looked.toLocaleString('en-US')} values looked at are`;
  const [one, many] = unit === 'text' ? ['a date-time text', 'date-time texts'] : ['a number', 'numbers'];
  const size = unit === 'text' ? '' : ` of the magnitude of ${unitWords(unit)}`;
  const what = `${looked === 1 ? one : many}${size}`;
  const [from, to] = [dayOf(first), dayOf(last)];
  return `${subject} ${what}, ${from === to ? `of ${from}` : `from ${from} to ${to}`}.`;
}

function dayOf(nanos: bigint): string {
  return isoOfNanos(nanos, 0).slice(0, 10);
}

function quoted(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}

const words: Readonly<Record<TimeUnit, string>> = {
  seconds: 'seconds',
  millis: 'milliseconds',
  micros: 'microseconds',
  nanos: 'nanoseconds',
  text: 'date-time text',
  none: 'no time',
};

/** For people: `microseconds`. */
export function unitWords(unit: TimeUnit): string {
  return words[unit];
}

/** The unit that one value by itself looks like: the only one in which it lies between 1990 and 2100. */
function unitOf(text: string): TimeUnit {
  if (!epochText.test(text)) return isoText.test(text) ? 'text' : 'none';
  const value = Number(text);
  for (const unit of epochUnits) {
    const seconds = value / 10 ** fractionDigits[unit];
    if (seconds >= firstSecond && seconds < endSecond) return unit;
  }
  return 'none';
}

/** All epoch units in which a number is a moment between 1990 and 2100: none, or one. */
export function plausibleEpochUnits(text: string): readonly EpochUnit[] {
  const unit = unitOf(text);
  return unit === 'none' || unit === 'text' ? [] : [unit];
}

/**
 * The moment as ISO 8601 in UTC with every digit that the value has: `2026-11-22T04:12:09.123456Z`. `undefined` for what is no time in that
 * unit, or lies outside the years 0–9999. A text without a zone is UTC, a date alone stays one, a leap second stays the 60 it is.
 */
export function decodeTime(text: string, unit: TimeUnit): string | undefined {
  if (unit === 'none') return undefined;
  if (unit === 'text') return decodeText(text);
  if (!epochText.test(text)) return undefined;
  const digits = fractionDigits[unit];
  const nanos = BigInt(text) * 10n ** BigInt(9 - digits);
  return isInRange(nanos) ? isoOfNanos(nanos, digits) : undefined;
}

/** Nanoseconds since 1970, for comparing and for the range of a column; `undefined` for what is no time in that unit. */
export function nanosOf(text: string, unit: TimeUnit): bigint | undefined {
  if (unit === 'none') return undefined;
  if (unit === 'text') return readText(text)?.nanos;
  if (!epochText.test(text)) return undefined;
  const nanos = BigInt(text) * 10n ** BigInt(9 - fractionDigits[unit]);
  return isInRange(nanos) ? nanos : undefined;
}

const perSecond = 1_000_000_000n;
const perDay = perSecond * 86_400n;
const earliest = BigInt(daysOfDate(0, 1, 1)) * perDay;
const end = BigInt(daysOfDate(10_000, 1, 1)) * perDay;

function isInRange(nanos: bigint): boolean {
  return nanos >= earliest && nanos < end;
}

function isoOfNanos(nanos: bigint, digits: number): string {
  const rest = ((nanos % perDay) + perDay) % perDay;
  const seconds = Number(rest / perSecond);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(padded).join(':');
  const fraction = (rest % perSecond).toString().padStart(9, '0').slice(0, digits);
  return `${dateOfDays(Number((nanos - rest) / perDay))}T${clock}${digits === 0 ? '' : `.${fraction}`}Z`;
}

function padded(value: number): string {
  return String(value).padStart(2, '0');
}

interface TextMoment {
  readonly nanos: bigint;
  /** Digits of the fraction, as spelled. */
  readonly digits: number;
  readonly isLeapSecond: boolean;
  readonly isDay: boolean;
}

function readText(text: string): TextMoment | undefined {
  const match = isoText.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] =
    match;
  const days = daysOfDate(Number(year), Number(month), Number(day));
  // A day that its month does not have would come out as one of the next.
  if (dateOfDays(days) !== `${year}-${month}-${day}`) return undefined;
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)];
  const isLeapSecond = seconds === 60 && minutes === 59;
  if (hours > 23 || minutes > 59 || (seconds > 59 && !isLeapSecond)) return undefined;
  const offset = offsetSeconds(zone);
  if (offset === undefined) return undefined;
  const whole = BigInt(days) * 86_400n + BigInt(hours * 3600 + minutes * 60 + seconds - offset);
  const nanos = whole * perSecond + BigInt(fraction.padEnd(9, '0'));
  return isInRange(nanos)
    ? { nanos, digits: fraction.length, isLeapSecond, isDay: match[4] === undefined }
    : undefined;
}

function offsetSeconds(zone: string): number | undefined {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (match === null) return 0;
  const [, sign, hours = '0', minutes = '0'] = match;
  if (Number(hours) > 18 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}

function decodeText(text: string): string | undefined {
  const moment = readText(text);
  if (moment === undefined) return undefined;
  const { nanos, digits, isLeapSecond, isDay } = moment;
  if (isDay) return dayOf(nanos);
  if (!isLeapSecond) return isoOfNanos(nanos, digits);
  return isoOfNanos(nanos - perSecond, digits).replace(/:59(?=[.Z])/, ':60');
}
