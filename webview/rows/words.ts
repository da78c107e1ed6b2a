import type { Damage, PartProgress } from '../../src/core/partProgress';
import type { RowsOpened } from '../../src/protocol/rows';
import type { Formats } from '../ui/format';
import type { Reading } from './readingRate';

/** The rows view's sentences. DOM-free. */

/** `part-00000` of `part-00000-44e02b46-….c000.avro`; any other name as it is. */
export function shortFileName(file: string): string {
  return /^(part-\d+)-[0-9a-f-]{8,}/i.exec(file)?.[1] ?? file;
}

/** `pageviews · 1241 · part-00000`, the words that are known; of a whole table `pageviews · as of 1241`. */
export function titleOf(opened: Pick<RowsOpened, 'table' | 'dump' | 'file' | 'isTable'>): readonly string[] {
  const { table, dump, isTable } = opened;
  if (isTable === true && table !== undefined && dump !== undefined) return [table, `as of ${dump}`];
  return [opened.table, opened.dump, shortFileName(opened.file)].filter((word) => word !== undefined);
}

/** What the status line says of the rows. */
export function rowsStatus(progress: PartProgress, formats: Formats): string {
  if (progress.state === 'complete') return formats.plural(progress.rows, 'row', 'rows');
  const estimated = progress.estimatedRows;
  if (estimated === undefined || estimated <= progress.rows) return `${formats.count(progress.rows)}+ rows`;
  return `${formats.count(progress.rows)} of ${formats.estimate(estimated)} rows`;
}

/** What goes on in the part: `3.1 MB/s · 23 MB to come` once reading takes long enough to say; nothing once it is whole. */
export function stateWords(state: PartProgress['state'], reading: Reading | undefined, formats: Formats): string {
  if (state !== 'reading') return { paused: 'paused', complete: '', failed: 'stopped' }[state];
  if (reading === undefined) return 'reading';
  const rate = reading.bytesPerSecond === 0 ? 'waiting for bytes' : `${formats.bytes(reading.bytesPerSecond)}/s`;
  return `${rate} · ${formats.bytes(reading.bytesToCome)} to come`;
}

/** `64 KB of 26 MB read, 1 request`. */
export function readStatus(progress: PartProgress, formats: Formats): string {
  const size =
    progress.bytesRead >= progress.totalBytes
      ? `${formats.bytes(progress.bytesRead)} read`
      : `${formats.bytes(progress.bytesRead)} of ${formats.bytes(progress.totalBytes)} read`;
  return `${size}, ${formats.plural(progress.requests, 'request', 'requests')}`;
}

/** One sentence and what is still to be seen: for the banner. */
export function damageSummary(file: string, progress: PartProgress, formats: Formats): string {
  const first = progress.damage[0];
  if (first === undefined) return '';
  const name = shortFileName(file);
  const only = progress.damage.length === 1;
  const where = only
    ? `${name} is damaged from byte ${formats.count(first.offset)} (block ${formats.count(first.block)}): ${first.detail}.`
    : `${name} is damaged in ${formats.count(progress.damage.length)} places, first at byte ${formats.count(first.offset)} (block ${formats.count(first.block)}): ${first.detail}.`;
  return `${where} ${shownAround(first, only, progress, formats)}`;
}

function shownAround(first: Damage, isOnly: boolean, progress: PartProgress, formats: Formats): string {
  const isDone = progress.state === 'complete' || progress.state === 'failed';
  const before = first.rowsBefore;
  if (isDone && progress.rows === 0) return 'None of its rows can be read.';
  const shown = formats.plural(progress.rows, 'row', 'rows');
  if (before === undefined || !isOnly || !isDone) {
    return isDone ? `The ${shown} that can be read are shown.` : `${shown} are shown so far.`;
  }
  const after = progress.rows - before - first.decodedRows;
  const parts = [`${formats.plural(before, 'row', 'rows')} before it`];
  if (first.decodedRows > 0) parts.push(`${formats.count(first.decodedRows)} inside it`);
  if (after > 0 || first.resumedAt < progress.totalBytes) parts.push(`${formats.count(after)} after it`);
  return `${joinWords(parts)} are shown.`;
}

function joinWords(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** What stands where the rows would, when there are none: a part that was written empty, or one of which none can be read. */
export function emptyWords({ damage }: Pick<PartProgress, 'damage'>): string {
  return damage.length === 0 ? 'This part has no rows.' : 'None of the rows of this part can be read.';
}

const damageNames: Readonly<Record<Damage['reason'], string>> = {
  checksum: 'Checksum does not match',
  syncMarker: 'Sync marker is wrong',
  truncated: 'File ends early',
  decompression: 'Cannot be decompressed',
  rows: 'Rows cannot be decoded',
  blockHeader: 'Block header is not readable',
  trailingBytes: 'Bytes after the last block',
};

export function damageName(damage: Damage): string {
  return damageNames[damage.reason];
}

/** `no rows of 512 shown`. */
export function damageRows(damage: Damage, formats: Formats): string {
  const shown = damage.decodedRows === 0 ? 'none' : formats.count(damage.decodedRows);
  return damage.declaredRows === undefined
    ? `${shown} shown; how many it held is not known`
    : `${shown} of ${formats.count(damage.declaredRows)} shown`;
}

/** Why there is no such row: what was typed is no number of a row, lies beyond the end, or was not read yet. */
export function noSuchRow(typed: string, progress: PartProgress, formats: Formats): string {
  const { rows, state } = progress;
  if (rows === 0) return 'There are no rows to go to.';
  const isBeyond = parseRowNumber(typed, Number.MAX_SAFE_INTEGER) !== undefined;
  if (isBeyond && state !== 'complete') return `Read as far as row ${formats.count(rows)} yet.`;
  return `Rows go from 1 to ${formats.count(rows)}.`;
}

/** The number of a row as typed by a person: digits with any grouping; undefined if that is no row of ours. 1-based in, 0-based out. */
export function parseRowNumber(typed: string, rows: number): number | undefined {
  const digits = typed.replace(/[\s.,'’_\u00a0\u202f]/g, '');
  if (!/^\d{1,15}$/.test(digits)) return undefined;
  const row = Number(digits);
  return row >= 1 && row <= rows ? row - 1 : undefined;
}
