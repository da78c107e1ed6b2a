import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateOfDays, daysOfDate } from '../../../src/core/civilDate';
import type { Cell } from '../../../src/core/column';
import {
  decodeTime,
  guessTimeUnit,
  isNamedLikeTime,
  nanosOf,
  plausibleEpochUnits,
} from '../../../src/core/timeUnits';
import { columnOf } from '../columnOf';

const times = (count: number, spell: (millis: number) => string): Cell[] =>
  Array.from({ length: count }, (_, index) => spell(Date.UTC(2026, 10, 22, 4, 12, 9) + index * 86_400_000));

describe('guessTimeUnit', () => {
  it.each([
    ['seconds', (millis: number) => String(millis / 1000)],
    ['millis', (millis: number) => String(millis)],
    ['micros', (millis: number) => `${millis}123`],
    ['nanos', (millis: number) => `${millis}123456`],
    ['text', (millis: number) => new Date(millis).toISOString().replace('T', ' ').replace('Z', '456')],
  ] as const)('finds %s by the values alone', (unit, spell) => {
    const guess = guessTimeUnit(columnOf('time'), [null, '', false, ...times(10, spell)]);
    expect(guess.unit).toBe(unit);
    expect(guess.confidence).toBe('high');
    expect(guess.evidence).toMatch(/^All 10 values looked at are .+, from 2026-11-22 to 2026-12-01\.$/);
    expect(guessTimeUnit(columnOf('last_modified', 'integer'), times(1, spell)).confidence).toBe('medium');
  });

  it('says how sure it is', () => {
    const micros = (count: number): Cell[] => times(count, (millis) => `${millis}000`);
    expect(guessTimeUnit(columnOf('joindate'), micros(5)).confidence).toBe('high');
    expect(guessTimeUnit(columnOf('joindate'), micros(4)).confidence).toBe('medium');
    expect(guessTimeUnit(columnOf('amount'), micros(5)).confidence).toBe('medium');
    expect(guessTimeUnit(columnOf('amount'), micros(1))).toEqual({
      unit: 'micros',
      confidence: 'low',
      evidence: 'The one value looked at is a number of the magnitude of microseconds, of 2026-11-22.',
    });
  });

  it.each([
    ['session_time, whatever is in it', columnOf('session_time'), times(10, String), /contradicts itself/],
    ['ids', columnOf('event_id', 'integer'), times(10, String), /called an id/],
    ['types of Avro', columnOf('time', 'time'), times(10, (millis) => new Date(millis).toISOString()), /Avro says/],
    ['numbers', columnOf('time', 'number'), times(10, String), /type/],
    ['no values', columnOf('time'), [null, '', false], /no values/],
    ['one that does not fit', columnOf('time'), [...times(9, String), 'yesterday'], /^"yesterday" is no time\.$/],
    [
      'two magnitudes',
      columnOf('time'),
      [...times(9, String), ...times(1, (millis) => `${millis}000`)],
      /milliseconds and microseconds/,
    ],
    [
      'text and digits',
      columnOf('time'),
      [...times(9, String), '2026-11-22 04:12:09'],
      /milliseconds and date-time text/,
    ],
    ['a date that is none', columnOf('time'), ['2026-02-30 00:00:00'], /is no time/],
    ['small numbers', columnOf('time'), ['12', '600'], /is no time/],
    ['hashes', columnOf('time'), ['9223372036854775807', '-812345678901234567'], /is no time/],
    ['ten digits without a name', columnOf('amount'), ['1763784729'], /not called a time/],
    [
      'cut texts',
      columnOf('time'),
      [
        { text: '1763784729000', length: 2000 },
        { text: 'x'.repeat(900), length: 2000 },
      ],
      /x…" is no time/,
    ],
  ] as const)('leaves alone %s', (_, column, cells, evidence) => {
    expect(guessTimeUnit(column, cells)).toEqual({
      unit: 'none',
      confidence: 'none',
      evidence: expect.stringMatching(evidence) as string,
    });
  });

  it('looks at a thousand values and no more', () => {
    const cells = [...times(1000, String), 'rubbish'];
    expect(guessTimeUnit(columnOf('time'), cells).evidence).toContain('All 1,000 values');
  });
});

it('knows names of times', () => {
  for (const name of [
    'time',
    'joindate',
    'last_modified',
    'createdAt',
    'signup date',
    'Event Timestamp',
    'first_seen',
    'ts',
  ])
    expect(isNamedLikeTime(name), name).toBe(true);
  for (const name of ['sentiment', 'lifetime_value', 'candidate', 'update_count', 'path', 'platform', 'attribute'])
    expect(isNamedLikeTime(name), name).toBe(false);
});

describe('decodeTime', () => {
  it('keeps every digit', () => {
    expect(decodeTime('1763784729', 'seconds')).toBe('2025-11-22T04:12:09Z');
    expect(decodeTime('1763784729001', 'millis')).toBe('2025-11-22T04:12:09.001Z');
    expect(decodeTime('1763784729123456', 'micros')).toBe('2025-11-22T04:12:09.123456Z');
    expect(decodeTime('1763784729123456789', 'nanos')).toBe('2025-11-22T04:12:09.123456789Z');
    expect(decodeTime('-1', 'nanos')).toBe('1969-12-31T23:59:59.999999999Z');
    expect(decodeTime('-62167219200', 'seconds')).toBe('0000-01-01T00:00:00Z');
    expect(decodeTime('253402300799', 'seconds')).toBe('9999-12-31T23:59:59Z');
  });

  it('reads texts as UTC unless they say otherwise', () => {
    expect(decodeTime('2026-11-22 04:12:09.123456', 'text')).toBe('2026-11-22T04:12:09.123456Z');
    expect(decodeTime('2026-11-22T04:12:09.10+02:00', 'text')).toBe('2026-11-22T02:12:09.10Z');
    expect(decodeTime('2026-11-22 04:12:09 UTC', 'text')).toBe('2026-11-22T04:12:09Z');
    expect(decodeTime('2026-11-22 04:12:09-0730', 'text')).toBe('2026-11-22T11:42:09Z');
    expect(decodeTime('2026-11-22', 'text')).toBe('2026-11-22');
    expect(decodeTime('2016-12-31 23:59:60', 'text')).toBe('2016-12-31T23:59:60Z');
  });

  it('gives nothing for what is no time', () => {
    expect(decodeTime('253402300800', 'seconds')).toBeUndefined();
    expect(decodeTime('9223372036854775807', 'millis')).toBeUndefined();
    expect(decodeTime('1.5', 'seconds')).toBeUndefined();
    expect(decodeTime('', 'millis')).toBeUndefined();
    expect(decodeTime('2026-13-01 00:00:00', 'text')).toBeUndefined();
    expect(decodeTime('2026-01-01 24:00:00', 'text')).toBeUndefined();
    expect(decodeTime('1763784729', 'none')).toBeUndefined();
  });

  it('agrees with Date where Date is exact', () => {
    const moment = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moment, fc.integer({ min: 0, max: 999 }), (date, micros) => {
        const iso = date.toISOString();
        expect(decodeTime(String(date.getTime()), 'millis')).toBe(iso);
        expect(decodeTime(iso, 'text')).toBe(iso);
        const count = (BigInt(date.getTime()) * 1000n + BigInt(micros)).toString();
        expect(decodeTime(count, 'micros')).toBe(iso.replace('Z', `${String(micros).padStart(3, '0')}Z`));
        expect(nanosOf(count, 'micros')).toBe(nanosOf(decodeTime(count, 'micros')!, 'text'));
      }),
    );
  });
});

it('never takes a number for two units', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }),
      (value) => plausibleEpochUnits(String(value)).length <= 1,
    ),
  );
  expect(plausibleEpochUnits('1763784729123')).toEqual(['millis']);
});

it('counts days both ways', () => {
  fc.assert(
    fc.property(fc.integer({ min: daysOfDate(0, 1, 1), max: daysOfDate(9999, 12, 31) }), (days) => {
      const [year, month, day] = dateOfDays(days).split('-').map(Number) as [number, number, number];
      expect(daysOfDate(year, month, day)).toBe(days);
    }),
  );
});
