/** Numbers, sizes and times as people read them. DOM-free: the locale is handed in. */

export interface Formats {
  /** `248,113`. */
  count(value: number): string;
  /** `1,234.5`, six figures at most. */
  number(value: number): string;
  /** `≈ 248,000`: three figures, because an estimate knows no more. */
  estimate(value: number): string;
  /** `26 MB`, three figures at most, steps of 1,024. */
  bytes(value: number): string;
  /** `1 file`, `61 files`. */
  plural(value: number, one: string, many: string): string;
  /** `22 Nov 2026, 04:12:09 UTC+1`. */
  dateTime(epochMs: number): string;
  /** `3 hours ago` up to a week, then the date. */
  ago(epochMs: number, nowMs: number): string;
}

const units = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** The house's formats for a BCP 47 locale; an unknown locale falls back to English. */
export function createFormats(locale: string, timeZone?: string): Formats {
  const safe = supportedLocale(locale);
  const whole = new Intl.NumberFormat(safe, { maximumFractionDigits: 0 });
  const three = new Intl.NumberFormat(safe, { maximumSignificantDigits: 3 });
  const six = new Intl.NumberFormat(safe, { maximumSignificantDigits: 6 });
  const zone = timeZone === undefined ? {} : { timeZone };
  const exact = new Intl.DateTimeFormat(safe, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    ...zone,
  });
  const day = new Intl.DateTimeFormat(safe, { year: 'numeric', month: 'short', day: 'numeric', ...zone });
  const relative = new Intl.RelativeTimeFormat(safe, { numeric: 'auto' });
  return {
    count: (value) => whole.format(value),
    number: (value) => six.format(value),
    estimate: (value) => `≈ ${three.format(value)}`,
    bytes: (value) => formatBytes(value, three, whole),
    plural: (value, one, many) => `${whole.format(value)} ${value === 1 ? one : many}`,
    dateTime: (epochMs) => exact.format(epochMs),
    ago: (epochMs, nowMs) => formatAgo(epochMs, nowMs, relative, day),
  };
}

function supportedLocale(locale: string): string {
  try {
    return Intl.NumberFormat.supportedLocalesOf(locale)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

function formatBytes(value: number, three: Intl.NumberFormat, whole: Intl.NumberFormat): string {
  let unit = 0;
  let scaled = value;
  while (scaled >= (unit === 0 ? 1024 : 999.5) && unit < units.length - 1) {
    scaled /= 1024;
    unit += 1;
  }
  const name = units[unit] ?? 'bytes';
  if (unit === 0) return `${whole.format(scaled)} ${scaled === 1 ? 'byte' : name}`;
  return `${three.format(Math.max(1, scaled))} ${name}`;
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
];

function formatAgo(
  epochMs: number,
  nowMs: number,
  relative: Intl.RelativeTimeFormat,
  day: Intl.DateTimeFormat,
): string {
  const past = nowMs - epochMs;
  if (past < 0 || past >= 7 * 86_400_000) return day.format(epochMs);
  if (past < 60_000) return relative.format(0, 'second');
  let best = relative.format(0, 'minute');
  for (const [unit, ms] of steps) if (past >= ms) best = relative.format(-Math.floor(past / ms), unit);
  return best;
}
