import { daysOfDate } from './civilDate';

/**
 * The values of a test as people and programs write them, made exact: nothing passes through a double that is not one.
 * Each gives `undefined` for a text that does not mean such a value.
 */

/** Decimal digits with an optional sign. */
export function parseInteger(text: string): bigint | undefined {
  const digits = text.trim();
  return /^[+-]?\d{1,400}$/.test(digits) ? BigInt(digits.replace('+', '')) : undefined;
}

/** A decimal number, exact: `unscaled` × 10^-`scale`. */
export interface ExactDecimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

/** Larger exponents mean no number that a column could hold, and would take long to write out. */
const maxExponent = 20_000;

/** `-12.340`, `.5`, `1e3`. */
export function parseDecimal(text: string): ExactDecimal | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole + fraction === '' || whole.length + fraction.length > maxExponent) return undefined;
  const power = Number(exponent);
  if (Math.abs(power) > maxExponent) return undefined;
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  const scale = fraction.length - power;
  return scale >= 0 ? { unscaled: digits, scale } : { unscaled: digits * 10n ** BigInt(-scale), scale: 0 };
}

/** The double that a text means; `NaN`, `Infinity` and `-Infinity` as they are shown. */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === 'NaN') return NaN;
  if (/^[+-]?Infinity$/.test(trimmed)) return Number(trimmed);
  return parseDecimal(trimmed) === undefined ? undefined : Number(trimmed);
}

/** How a column of kind `time` counts: from its type's name. */
export type TimeForm = 'date' | 'clock' | 'moment' | 'localMoment';

/** Of a logical type's name, or of a column's `typeText`, which begins with it. */
export function timeFormOf(typeText: string): TimeForm {
  if (typeText.startsWith('date')) return 'date';
  if (typeText.startsWith('time-')) return 'clock';
  return typeText.startsWith('local-') ? 'localMoment' : 'moment';
}

const nanosPerSecond = 1_000_000_000n;
const secondsPerDay = 86_400n;
const datePattern = '([+-]\\d{6,9}|\\d{4})-(\\d\\d)-(\\d\\d)';
const clockPattern = '(\\d\\d):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d{1,9}))?)?';
const momentPattern = new RegExp(`^${datePattern}(?:[T ]${clockPattern}(?: ?(Z|UTC|[+-]\\d\\d(?::?\\d\\d)?))?)?$`);
const timeOfDayPattern = new RegExp(`^${clockPattern}$`);

/**
 * A time in nanoseconds: of a moment or a date since 1970-01-01, of a time of day since midnight. ISO 8601: the time may be missing
 * (midnight) or follow a blank; without an offset UTC is meant. Times without a zone take no offset.
 */
export function parseTime(text: string, form: TimeForm): bigint | undefined {
  const trimmed = text.trim();
  if (form === 'clock') {
    const match = timeOfDayPattern.exec(trimmed);
    return match === null ? undefined : clockNanos(match.slice(1));
  }
  const match = momentPattern.exec(trimmed);
  if (match === null) return undefined;
  const days = daysOf(Number(match[1]), Number(match[2]), Number(match[3]));
  const clock = match[4] === undefined ? 0n : clockNanos(match.slice(4, 8));
  const offset = offsetMinutes(match[8]);
  if (days === undefined || clock === undefined || offset === undefined) return undefined;
  if (form === 'localMoment' && match[8] !== undefined) return undefined;
  return (BigInt(days) * secondsPerDay - BigInt(offset) * 60n) * nanosPerSecond + clock;
}

function clockNanos(parts: readonly (string | undefined)[]): bigint | undefined {
  const [hours, minutes, seconds] = [Number(parts[0]), Number(parts[1]), Number(parts[2] ?? '0')] as const;
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return BigInt(hours * 3600 + minutes * 60 + seconds) * nanosPerSecond + BigInt((parts[3] ?? '').padEnd(9, '0'));
}

function offsetMinutes(text: string | undefined): number | undefined {
  if (text === undefined || text === 'Z' || text === 'UTC') return 0;
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(3).replace(':', '') || '0')] as const;
  if (hours > 23 || minutes > 59) return undefined;
  return (hours * 60 + minutes) * (text.startsWith('-') ? -1 : 1);
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar; `undefined` for days that no calendar has. */
function daysOf(year: number, month: number, day: number): number | undefined {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (month < 1 || month > 12 || day < 1 || day > (lengths[month - 1] as number)) return undefined;
  return daysOfDate(year, month, day);
}
