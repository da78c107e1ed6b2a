import type { RowsQuery } from '../../src/core/rowFilter';
import type { Formats } from '../ui/format';
import type { RowsHost } from './rowsHost';
import type { RowsSession } from './rowsSession';
import { noSuchRow, parseRowNumber } from './words';

/** *Go to row*: of all rows and of filtered ones it takes the number that stands beside a row; of sorted ones, whose numbers are in no order, the place. */

export interface JumpAnswer {
  /** Where to go; absent if there is nowhere. */
  readonly row?: number;
  /** What is to be said: why not there, or where it went instead. */
  readonly words?: string;
}

export interface JumpWords {
  /** For the input: `Go to row`. */
  readonly label: string;
  /** Which number is meant, and its range. */
  readonly tooltip: string;
}

/** `query`: what the rows that are shown are the answer to. */
export function jumpWords(session: RowsSession, query: RowsQuery, formats: Formats): JumpWords {
  const { length, view, progress } = session;
  if (isSorted(query))
    return { label: 'Go to place', tooltip: `Go to a place in this order, 1 to ${formats.count(length)}` };
  return view === 0
    ? { label: 'Go to row', tooltip: `Go to row, 1 to ${formats.count(progress.rows)}` }
    : { label: 'Go to row', tooltip: 'Go to row by its number, or to the next one that is shown' };
}

export async function jump(
  typed: string,
  session: RowsSession,
  query: RowsQuery,
  host: RowsHost,
  formats: Formats,
): Promise<JumpAnswer> {
  const { length, view } = session;
  if (view !== 0 && !isSorted(query)) return jumpToNumber(typed, session, host, formats);
  const row = parseRowNumber(typed, length);
  if (row !== undefined) return { row };
  if (view === 0) return { words: noSuchRow(typed, session.progress, formats) };
  return { words: length === 0 ? 'There are no rows to go to.' : `Places go from 1 to ${formats.count(length)}.` };
}

async function jumpToNumber(
  typed: string,
  session: RowsSession,
  host: RowsHost,
  formats: Formats,
): Promise<JumpAnswer> {
  const { length, view } = session;
  const wanted = parseRowNumber(typed, Number.MAX_SAFE_INTEGER);
  if (wanted === undefined) return { words: 'Type the number of a row.' };
  if (length === 0) return { words: 'There are no rows to go to.' };
  const numberAt = async (place: number): Promise<number> => {
    const known = session.cache.place(place);
    if (known !== undefined) return known.number;
    const { numbers = [] } = await host.page(place, 1, new AbortController().signal, view);
    return numbers[0] ?? place;
  };
  const row = await firstAtOrAfter(wanted, length, numberAt);
  if (row === length) {
    const last = formats.count((await numberAt(length - 1)) + 1);
    return { words: `Row ${formats.count(wanted + 1)} is not among these rows. The last is row ${last}.` };
  }
  const number = await numberAt(row);
  if (number === wanted) return { row };
  return {
    row,
    words: `Row ${formats.count(wanted + 1)} is not among these rows. The next is row ${formats.count(number + 1)}.`,
  };
}

/** The first place whose number is not below the one wanted; `length` if there is none. Numbers rise from place to place. */
export async function firstAtOrAfter(
  wanted: number,
  length: number,
  numberAt: (place: number) => Promise<number>,
): Promise<number> {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await numberAt(middle)) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isSorted({ sort = [] }: RowsQuery): boolean {
  return sort.length > 0;
}
