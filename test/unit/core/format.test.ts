import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAgo,
  formatBytes,
  formatCount,
  formatDate,
  formatDateTime,
  formatDay,
  formatPlural,
} from '../../../src/core/format';

const now = Date.UTC(2026, 10, 22, 12, 0, 0);
const utc = { timeZone: 'UTC' };
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [1, '1 B'],
    [999, '999 B'],
    [1000, '1 KB'],
    [1024, '1 KB'],
    [1536, '1.5 KB'],
    [10_189, '10 KB'],
    [26 * 1024 ** 2, '26 MB'],
    [3.14 * 1024 ** 3, '3.1 GB'],
    [1023 * 1024, '1 MB'],
    [Number.MAX_SAFE_INTEGER, '8 PB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('have three figures at most, and are right to half of the last one', () => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (bytes) => {
        const [number = '', unit = ''] = formatBytes(bytes).split(' ');
        expect(number.replace('.', '').length).toBeLessThanOrEqual(3);
        const size = 1024 ** ['B', 'KB', 'MB', 'GB', 'TB', 'PB'].indexOf(unit);
        const step = Number(number) < 10 && unit !== 'B' ? 0.1 : 1;
        expect(Math.abs(Number(number) * size - bytes)).toBeLessThanOrEqual((step / 2) * size * 1.0001);
      }),
    );
  });

  it('follow the language', () => {
    expect(formatBytes(1536, { locale: 'de' })).toBe('1,5 KB');
    expect(formatCount(248_113, { locale: 'de' })).toBe('248.113');
    expect(formatCount(248_113)).toBe('248,113');
    expect(formatCount(9007199254740993n)).toBe('9,007,199,254,740,993');
  });
});

describe('words for numbers', () => {
  it('agree in number', () => {
    expect(formatPlural(0, 'file')).toBe('0 files');
    expect(formatPlural(1, 'file')).toBe('1 file');
    expect(formatPlural(1000, 'file')).toBe('1,000 files');
    expect(formatPlural(2, 'property', 'properties')).toBe('2 properties');
  });
});

describe('times', () => {
  it.each([
    [0, 'just now'],
    [59_999, 'just now'],
    [minute, '1 min ago'],
    [59 * minute + 59_000, '59 min ago'],
    [hour, '1 h ago'],
    [23 * hour + 59 * minute, '23 h ago'],
    [day, 'yesterday'],
    [35 * hour, 'yesterday'],
    [37 * hour, '1 day ago'],
    [3 * day, '3 days ago'],
    [7 * day - 1, '6 days ago'],
    [7 * day, '15 Nov 2026'],
    [400 * day, '18 Oct 2025'],
    [-5 * minute, 'in 5 min'],
    [-3 * hour, 'in 3 h'],
    [-day, 'tomorrow'],
  ])('%d ms before now are %s', (distance, text) => {
    expect(formatAgo(now - distance, now, utc)).toBe(text);
  });

  it('are today or yesterday by the calendar of the zone', () => {
    const late = Date.UTC(2026, 10, 21, 23, 30);
    expect(formatDay(late, now, utc)).toBe('yesterday 23:30');
    expect(formatDay(late, now, { timeZone: 'Europe/Berlin' })).toBe('today 00:30');
    expect(formatDay(now - 2 * day, now, utc)).toBe('20 Nov 2026');
    expect(formatDay(now + hour, now, utc)).toBe('22 Nov 2026');
  });

  it('are exact with their zone', () => {
    expect(formatDateTime(now + 9000, utc)).toBe('2026-11-22 12:00:09 UTC');
    expect(formatDateTime(now, { timeZone: 'Asia/Kolkata' })).toBe('2026-11-22 17:30:00 GMT+5:30');
    expect(formatDateTime(Date.UTC(2026, 0, 5), utc)).toBe('2026-01-05 00:00:00 UTC');
    expect(formatDate(now, utc)).toBe('22 Nov 2026');
  });
});
