import type { Column } from '../../src/core/column';
import type { TimeUnit } from '../../src/core/rowsArrangement';
import { decodeTime, guessTimeUnit, type TimeGuess } from '../../src/core/timeUnits';
import type { Row } from './pageCache';

/** In which unit the columns spell moments: found once, from the first rows that come. */
export interface TimeColumns {
  /** Undefined while no rows are here, and for columns that are no candidates. */
  guess(index: number): TimeGuess | undefined;
  /** Looks at the first rows; true if that changed what is known. */
  learn(columns: readonly Column[], rows: readonly Row[]): boolean;
}

export function createTimeColumns(): TimeColumns {
  const guesses = new Map<number, TimeGuess>();
  return {
    guess: (index) => guesses.get(index),
    learn(columns, rows) {
      if (rows.length === 0) return false;
      const before = guesses.size;
      columns.forEach((column, index) => {
        if (guesses.has(index)) return;
        const cells = rows.map((row) => row[index] ?? null);
        const guess = guessTimeUnit(column, cells);
        if (guess.unit !== 'none') guesses.set(index, guess);
      });
      return guesses.size > before;
    },
  };
}

const hints: Readonly<Record<Exclude<TimeUnit, 'none'>, string>> = {
  seconds: 's, UTC',
  millis: 'ms, UTC',
  micros: 'µs, UTC',
  nanos: 'ns, UTC',
  text: 'UTC',
};

/** What stands beside the name of a column of times: `µs, UTC`. */
export function timeHint(unit: TimeUnit): string {
  return unit === 'none' ? '' : hints[unit];
}

/** `2026-11-22 04:12:09.123456`, in UTC; undefined for what is no time in that unit. Zeros at the end of a fraction are left out. */
export function shownTime(text: string, unit: TimeUnit): string | undefined {
  const iso = decodeTime(text, unit);
  if (iso === undefined) return undefined;
  return iso
    .replace('T', ' ')
    .replace(/Z$/, '')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}
