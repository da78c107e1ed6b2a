import type { ScanCost, ScanProgress } from '../../../src/core/rowsProgress';
import type { Formats } from '../../ui/format';
import type { ShownView } from './queryControl';

/** Sentences about a query and its progress. DOM-free. */

/** `This reads 3.1 GB in about 800 requests.` */
export function costWords({ bytes, requests }: ScanCost, formats: Formats): string {
  return `This reads ${formats.bytes(bytes)} in ${requests > 10 ? 'about ' : ''}${formats.plural(roundish(requests), 'request', 'requests')}.`;
}

function roundish(value: number): number {
  return value < 100 ? value : Number(value.toPrecision(2));
}

/** `120,000 rows done · 31 MB/s · 2.1 GB to come`: what goes on once it takes longer. */
export function progressWords(progress: ScanProgress, formats: Formats): string {
  const { rowsDone, bytesDone, bytesTotal, elapsed } = progress;
  const rate = elapsed > 0 ? (bytesDone / elapsed) * 1000 : 0;
  const words = [`${formats.plural(rowsDone, 'row', 'rows')} done`];
  if (rate >= 1) words.push(`${formats.bytes(rate)}/s`);
  if (bytesTotal > bytesDone) words.push(`${formats.bytes(bytesTotal - bytesDone)} to come`);
  return words.join(' · ');
}

/** Rows of all, and whether that is exact. */
export interface Total {
  readonly rows: number;
  readonly isExact: boolean;
}

/** `12,004 of 248,113 rows`, for the status line. */
export function shownWords({ length, progress, scope, query }: ShownView, total: Total, formats: Formats): string {
  const isOpen = progress?.state === 'running' || progress?.state === 'cancelled';
  const many = `${formats.count(length)}${isOpen ? '+' : ''}`;
  const all = total.isExact ? formats.count(total.rows) : formats.estimate(total.rows);
  const of =
    scope === 'sample' ? `the first ${formats.plural(progress?.rowsDone ?? 0, 'row', 'rows')}` : `${all} rows`;
  const words =
    query.filter === undefined && scope === 'all' && !isOpen ? `${many} rows, sorted` : `${many} of ${of}`;
  const note = progress?.note;
  return note === undefined ? words : `${words} · ${note}`;
}

/** `248,113 rows`, `≈ 3,590,000 rows` while they are not counted, `1,204+ rows` of a view that still grows: what a search goes through. */
export function searchedWords({ view, length, progress }: ShownView, total: Total, formats: Formats): string {
  if (view === 0) {
    const { rows, isExact } = total;
    if (isExact) return formats.plural(rows, 'row', 'rows');
    return rows === 0 ? 'all rows' : `${formats.estimate(rows)} rows`;
  }
  const isOpen = progress?.state === 'running' || progress?.state === 'cancelled';
  return isOpen ? `${formats.count(length)}+ rows` : formats.plural(length, 'row', 'rows');
}
