import { dateOfDays } from '../../core/civilDate';
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
  const date = dateOfDays(Number((units - rest) / perDay));
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
