import { isIdColumn } from './columnRoles';
import type { ColumnKind } from './column';
import { compareText } from './compareText';
import type { CellRange } from './copyAs';

/** What a selection amounts to. `cells = values + nulls + absent`. */
export interface SelectionSummary {
  readonly rows: number;
  readonly columns: number;
  readonly cells: number;
  readonly values: number;
  readonly nulls: number;
  readonly absent: number;
  /** Texts of no characters: counted among the values. */
  readonly empty: number;
  /** Different values, by their text; `isDistinctExact` is false where cut texts may differ further on. */
  readonly distinct: number;
  readonly isDistinctExact: boolean;
  /** By value for numbers and times, by code point for texts; only where all columns are of one kind, and nothing is cut. */
  readonly min?: string;
  readonly max?: string;
  /** Of integers and numbers that are no ids. Exact for integers, however large; NaN and infinities are not counted in. */
  readonly sum?: string;
  readonly average?: number;
}

/** Looks at each cell once. */
export function selectionSummary({ columns, rows }: CellRange): SelectionSummary {
  const counts = { values: 0, nulls: 0, absent: 0, empty: 0, clipped: 0 };
  const distinct = new Set<string>();
  for (const row of rows) {
    for (let index = 0; index < columns.length; index++) {
      const cell = row[index] ?? null;
      if (cell === null) counts.nulls += 1;
      else if (cell === false) counts.absent += 1;
      else {
        const text = typeof cell === 'string' ? cell : cell.text;
        if (typeof cell !== 'string' && cell.length > text.length) counts.clipped += 1;
        counts.values += 1;
        if (text === '') counts.empty += 1;
        distinct.add(text);
      }
    }
  }
  const { clipped, ...shown } = counts;
  const kinds = new Set(columns.map(({ kind }) => kind));
  const ofText = (take: (text: string) => void): void => {
    for (const row of rows) {
      for (let index = 0; index < columns.length; index++) {
        const cell = row[index];
        if (typeof cell === 'string') take(cell);
      }
    }
  };
  return {
    rows: rows.length,
    columns: columns.length,
    cells: rows.length * columns.length,
    ...shown,
    distinct: distinct.size,
    isDistinctExact: clipped === 0,
    ...(clipped === 0 ? extremes(kinds, distinct) : {}),
    ...(columns.some(({ name }) => isIdColumn(name)) ? {} : total(kinds, ofText)),
  };
}

const integerText = /^-?\d+$/;

function extremes(kinds: ReadonlySet<ColumnKind>, texts: ReadonlySet<string>): { min?: string; max?: string } {
  const [kind] = kinds;
  if (kinds.size !== 1 || kind === undefined || kind === 'json' || kind === 'boolean') return {};
  const compare = comparers[kind];
  let min: string | undefined;
  let max: string | undefined;
  for (const text of texts) {
    // An empty text is no least value that anybody asks for, and NaN is no number.
    if (text === '' || (kind === 'number' && Number.isNaN(Number(text)))) continue;
    if (min === undefined || compare(text, min) < 0) min = text;
    if (max === undefined || compare(text, max) > 0) max = text;
  }
  return min === undefined || max === undefined ? {} : { min, max };
}

const comparers: Readonly<Record<Exclude<ColumnKind, 'json' | 'boolean'>, (a: string, b: string) => number>> = {
  integer: compareIntegers,
  number: (a, b) => Number(a) - Number(b),
  text: compareText,
  bytes: compareText,
  time: compareText,
};

function compareIntegers(a: string, b: string): number {
  if (!integerText.test(a) || !integerText.test(b)) return compareText(a, b);
  const [left, right] = [BigInt(a), BigInt(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function total(
  kinds: ReadonlySet<ColumnKind>,
  ofText: (take: (text: string) => void) => void,
): { sum?: string; average?: number } {
  if (kinds.size === 0 || [...kinds].some((kind) => kind !== 'integer' && kind !== 'number')) return {};
  let count = 0;
  if (kinds.has('number')) {
    let sum = 0;
    let lost = 0;
    ofText((text) => {
      const value = Number(text);
      if (!Number.isFinite(value)) return;
      // Neumaier's summation: what is lost of each addition is kept apart, so that 0.1 ten times is 1.
      const next = sum + value;
      lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
      count += 1;
    });
    return count === 0 ? {} : { sum: String(sum + lost), average: (sum + lost) / count };
  }
  let sum = 0n;
  ofText((text) => {
    if (!integerText.test(text)) return;
    sum += BigInt(text);
    count += 1;
  });
  return count === 0 ? {} : { sum: sum.toString(), average: quotient(sum, BigInt(count)) };
}

/** Divided before it is made a double: the quotient of two large numbers is exact to the double's last digit but one. */
function quotient(sum: bigint, count: bigint): number {
  return Number(sum / count) + Number(sum % count) / Number(count);
}
