import type { TimeName } from '../container/schema';

/** Avro's logical types as text. Source: Avro specification, "Logical Types". */

/** A decimal of more bytes than this is no number anybody meant; printing its digits would take quadratic time. */
const maxDecimalBytes = 4096;

/** Exact digits of a two's-complement, big-endian unscaled value: `-12.3400`. `undefined` if it is too long. */
export function decimalText(bytes: Uint8Array, scale: number): string | undefined {
  if (bytes.length > maxDecimalBytes || scale > maxDecimalBytes * 3) return undefined;
  let unscaled = 0n;
  for (const byte of bytes) unscaled = (unscaled << 8n) | BigInt(byte);
  if (bytes.length > 0) unscaled = BigInt.asIntN(bytes.length * 8, unscaled);
  const isNegative = unscaled < 0n;
  const digits = (isNegative ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return (isNegative ? '-' : '') + (scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`);
}

/** Days since 1970-01-01 as an ISO date. Years outside 0–9999 have a sign and six digits or more (ISO 8601). */
export function dateText(days: number): string {
  // Days counted from 0000-03-01, in 400-year eras, so that leap days come last in their year.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${yearText(year)}-${padded(month, 2)}-${padded(day, 2)}`;
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return padded(year, 4);
  return (year < 0 ? '-' : '+') + padded(Math.abs(year), 6);
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

const fractionDigits: Readonly<Record<'millis' | 'micros' | 'nanos', number>> = { millis: 3, micros: 6, nanos: 9 };
const secondsPerDay = 86_400n;

/**
 * A time of day or a moment with every digit it has: `07:01:46.773`, `2023-11-29T07:01:46.773862Z`; no `Z` on local
 * timestamps. A time of day outside the day stays the number it is.
 */
export function timeText(name: TimeName, value: number | bigint): string {
  const unit = name.slice(name.lastIndexOf('-') + 1) as keyof typeof fractionDigits;
  const digits = fractionDigits[unit];
  const perSecond = 10n ** BigInt(digits);
  const perDay = perSecond * secondsPerDay;
  const units = BigInt(value);
  const rest = ((units % perDay) + perDay) % perDay;
  const clock = clockText(rest, perSecond, digits);
  if (name.startsWith('time-')) return rest === units ? clock : String(value);
  const date = dateText(Number((units - rest) / perDay));
  return `${date}T${clock}${name.startsWith('local-') ? '' : 'Z'}`;
}

function clockText(units: bigint, perSecond: bigint, digits: number): string {
  const seconds = Number(units / perSecond);
  const fraction = padded(Number(units % perSecond), digits);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${parts.map((part) => padded(part, 2)).join(':')}.${fraction}`;
}

/** Sixteen bytes as a UUID. */
export function uuidText(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
