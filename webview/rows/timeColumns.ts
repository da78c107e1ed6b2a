import type { Column } from '../../src/core/column';
import type { TimeUnit } from '../../src/core/rowsArrangement';
import { decodeTime, guessTimeUnit, type TimeGuess } from '../../src/core/timeUnits';
import { hintPersonalData, type PersonalHint } from '../../src/core/personalData';
import type { Row } from './pageCache';

/** So many values are looked at, however many columns share them: it must not be felt. */
const maxValues = 10_000;

/** In which unit the columns spell moments, and which may be personal: found once, from the first rows that come. */
export interface TimeColumns {
  /** Undefined while no rows are here, and for columns that are no candidates. */
  guess(index: number): TimeGuess | undefined;
  /** Why a column may say who somebody is; undefined if nothing speaks for it. */
  personal(index: number): PersonalHint | undefined;
  /** Looks at the first rows; true if that changed what is known. */
  learn(columns: readonly Column[], rows: readonly Row[]): boolean;
}

export function createTimeColumns(): TimeColumns {
  const guesses = new Map<number, TimeGuess>();
  const hints = new Map<number, PersonalHint>();
  return {
    guess: (index) => guesses.get(index),
    personal: (index) => hints.get(index),
    learn(columns, rows) {
      if (rows.length === 0) return false;
      const before = guesses.size + hints.size;
      const sample = rows.slice(0, Math.max(20, Math.floor(maxValues / columns.length)));
      columns.forEach((column, index) => {
        const cells = sample.map((row) => row[index] ?? null);
        const hint = hintPersonalData(column, cells);
        if (hint !== undefined) hints.set(index, hint);
        const guess = guessTimeUnit(column, cells);
        if (guess.unit !== 'none') guesses.set(index, guess);
      });
      return guesses.size + hints.size > before;
    },
  };
}

const unitHints: Readonly<Record<Exclude<TimeUnit, 'none'>, string>> = {
  seconds: 's, UTC',
  millis: 'ms, UTC',
  micros: 'µs, UTC',
  nanos: 'ns, UTC',
  text: 'UTC',
};

/** What stands beside the name of a column of times: `µs, UTC`. */
export function timeHint(unit: TimeUnit): string {
  return unit === 'none' ? '' : unitHints[unit];
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
