/** Numbers, sizes and times for people. `locale` is a BCP 47 tag; the default is English, like the product's words. */
export interface FormatOptions {
  readonly locale?: string;
  /** An IANA name; the machine's own zone by default. */
  readonly timeZone?: string;
}

const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/**
 * `3.1 GB`, `52 MB`, `512 B`: three figures at most, one decimal below ten. Units are powers of 1024, as everywhere in
 * VS Code and in the S3 console. Takes bytes.
 */
export function formatBytes(bytes: number, options: FormatOptions = {}): string {
  let value = bytes;
  let unit = 0;
  // 999.5 and more would round to four figures.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${numberFormat(options.locale, digits).format(value)} ${units[unit] ?? ''}`;
}

/** `248,113`. */
export function formatCount(count: number | bigint, options: FormatOptions = {}): string {
  return numberFormat(options.locale, 0).format(count);
}

/** `1 file`, `2 files`, `1,000 files`; a plural that does not just add an `s` is given. */
export function formatPlural(count: number, one: string, many = `${one}s`, options: FormatOptions = {}): string {
  return `${formatCount(count, options)} ${plural(count, one, many)}`;
}

/** The noun alone. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** `just now`, `12 min ago`, `3 h ago`, `yesterday`, `5 days ago`; from a week on the date. Times ahead: `in 3 h`. Epoch milliseconds. */
export function formatAgo(time: number, now: number, options: FormatOptions = {}): string {
  const distance = Math.abs(now - time);
  if (distance < minute) return 'just now';
  if (distance >= 7 * day) return formatDate(time, options);
  const isPast = time <= now;
  if (distance < hour) return ago(Math.floor(distance / minute), 'min', 'min', isPast);
  if (distance < day) return ago(Math.floor(distance / hour), 'h', 'h', isPast);
  const days = Math.floor(distance / day);
  if (days === 1 && dayDistance(time, now, options) === 1) return isPast ? 'yesterday' : 'tomorrow';
  return ago(days, 'day', 'days', isPast);
}

function ago(count: number, one: string, many: string, isPast: boolean): string {
  const words = `${count} ${plural(count, one, many)}`;
  return isPast ? `${words} ago` : `in ${words}`;
}

/** `today 04:12`, `yesterday 04:09`, then `22 Nov 2026`. Days are those of the zone. */
export function formatDay(time: number, now: number, options: FormatOptions = {}): string {
  const days = time <= now ? dayDistance(time, now, options) : -1;
  if (days !== 0 && days !== 1) return formatDate(time, options);
  const { hour: hours, minute: minutes } = partsOf(time, options);
  return `${days === 0 ? 'today' : 'yesterday'} ${hours}:${minutes}`;
}

/** `22 Nov 2026`. */
export function formatDate(time: number, options: FormatOptions = {}): string {
  return dateFormat(options.locale ?? 'en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    ...zone(options),
  }).format(time);
}

/** `2026-11-22 04:12:09 GMT+1`: exact to the second, with its zone, the same in every language. */
export function formatDateTime(time: number, options: FormatOptions = {}): string {
  const { year, month, day: date, hour: hours, minute: minutes, second, timeZoneName } = partsOf(time, options);
  return `${year}-${month}-${date} ${hours}:${minutes}:${second} ${timeZoneName}`;
}

/** Whole days between the two dates on the zone's calendar. */
function dayDistance(time: number, now: number, options: FormatOptions): number {
  return Math.abs(calendarDay(now, options) - calendarDay(time, options));
}

function calendarDay(time: number, options: FormatOptions): number {
  const { year, month, day: date } = partsOf(time, options);
  return Date.UTC(Number(year), Number(month) - 1, Number(date)) / day;
}

type PartName = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'timeZoneName';

function partsOf(time: number, options: FormatOptions): Record<PartName, string> {
  const format = dateFormat('en-GB', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    ...zone(options),
  });
  const parts = { year: '', month: '', day: '', hour: '', minute: '', second: '', timeZoneName: '' };
  for (const { type, value } of format.formatToParts(time)) if (type in parts) parts[type as PartName] = value;
  return parts;
}

function zone(options: FormatOptions): Intl.DateTimeFormatOptions {
  return options.timeZone === undefined ? {} : { timeZone: options.timeZone };
}

// Making a formatter costs far more than using one, and a tree formats thousands of values.
const numberFormats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

function numberFormat(locale = 'en', maximumFractionDigits: number): Intl.NumberFormat {
  const key = `${locale} ${maximumFractionDigits}`;
  let format = numberFormats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, { maximumFractionDigits });
    numberFormats.set(key, format);
  }
  return format;
}

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  let format = dateFormats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, options);
    dateFormats.set(key, format);
  }
  return format;
}
