import { isDeepStrictEqual } from 'node:util';
import { avscRows } from './avscRows';
import { shownCell } from './cells';
import { type Codec, hasChecksum } from './codecs';
import { makeOriginal } from './containers';
import { mutate, type Mutant } from './mutations';
import { type Observation, observe } from './observe';
import { createRandom } from './random';
import type { Raw } from './shapes';
import { withoutWasm } from './withoutWasm';

/** No case takes so long unless something does not come to an end. */
const slowMs = 15_000;

export interface Finding {
  readonly seed: number;
  readonly message: string;
  readonly steps: readonly string[];
  readonly codec: string;
  readonly bytes: Buffer;
}

export interface CaseFacts {
  readonly steps: readonly string[];
  readonly codec: string;
  readonly isOpened: boolean;
  readonly isDamaged: boolean;
  readonly rows: number;
  readonly milliseconds: number;
  readonly isComparedWithAvsc: boolean;
}

/** Makes the container of a seed (`only`: with this codec), damages it, reads it in every way, and judges. */
export async function runCase(seed: number, only?: Codec): Promise<CaseFacts | Finding> {
  const random = createRandom(seed);
  const isBare = random.oneIn(2);
  const mutant = mutate(random, makeOriginal(random, { isBare, ...(only === undefined ? {} : { codec: only }) }));
  const { bytes, steps } = mutant;
  const { codec } = mutant.original;
  const started = performance.now();
  try {
    const seen = await observe(bytes, mutant);
    // xz is itself in WebAssembly.
    if (codec !== 'xz' && !steps.some((step) => step.endsWith(': xz'))) {
      const plain = await withoutWasm(() => observe(bytes, mutant));
      // Which rows an approximate number is given to depends on how much has been read by then.
      same('script and WebAssembly', { ...seen, jumped: [] }, { ...plain, jumped: [] });
      judge(mutant, plain);
    }
    judge(mutant, seen);
    const isComparedWithAvsc = isBare && judgeByAvsc(mutant, seen);
    const milliseconds = performance.now() - started;
    if (milliseconds > slowMs) throw new Error(`it took ${Math.round(milliseconds)} ms`);
    const isDamaged = (seen.cells?.damage.length ?? 0) > 0;
    const rows = seen.cells?.rows.length ?? 0;
    return {
      steps,
      codec,
      isOpened: seen.failure === undefined,
      isDamaged,
      rows,
      milliseconds,
      isComparedWithAvsc,
    };
  } catch (error) {
    const { message, stack } = error as Error;
    return { seed, message: message.startsWith('✗') ? message : (stack ?? message), steps, codec, bytes };
  }
}

function fail(message: string): never {
  throw new Error(`✗ ${message}`);
}

const printed = (value: unknown): string =>
  ((JSON.stringify(value) as string | undefined) ?? 'nothing').slice(0, 200);

function difference(a: unknown, b: unknown, path = ''): string {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return `${path}: ${printed(a)} and ${printed(b)}`;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [one, other] = [a, b].map((value) => (value as Record<string, unknown>)[key]);
    if (!isDeepStrictEqual(one, other)) return difference(one, other, `${path}.${key}`);
  }
  return path;
}

const key = (row: readonly unknown[]): string => JSON.stringify(row);

function judge(mutant: Mutant, seen: Observation): void {
  const { original } = mutant;
  const { failure, stream, cells, shown, jumped, questions } = seen;
  if (failure !== undefined) {
    if (mutant.isHeaderWhole) fail(`the header is whole, and it was not opened: ${JSON.stringify(failure)}`);
    return;
  }
  if (cells === undefined || shown === undefined || questions === undefined) return;
  same('damage of scan and background', cells.damage, shown.damage);
  if (stream !== undefined) {
    same('the stream’s rows', stream.rows, cells.rows);
    same('the stream’s damage', stream.damage, cells.damage);
  }
  same('number of rows in pages', shown.rows.length, cells.rows.length);
  judgeQuestions(seen);
  judgeRows(mutant, seen);
  const { table } = original;
  if (cells.damage.length === 0) {
    const rows = new Set(shown.rows.map(key));
    for (const row of jumped ?? [])
      if (!rows.has(key(row))) fail(`a far page has a row that is not there: ${key(row)}`);
  }
  // Rows of no bytes leave no trace.
  if (!mutant.isOwnRows || table.columns.length === 0) return;
  const known = new Set(original.rows.map((row) => key(jsonRow(mutant, row))));
  for (const row of cells.rows) if (!known.has(key(row))) fail(`a row that was never written: ${key(row)}`);
  const pages = new Set(original.rows.map((row) => key(shownRow(mutant, row))));
  for (const row of [...shown.rows, ...(jumped ?? [])])
    if (!pages.has(key(row))) fail(`a page has a row that was never written: ${key(row)}`);
}

function same(what: string, a: unknown, b: unknown): void {
  if (!isDeepStrictEqual(a, b)) fail(`${what}: ${difference(a, b)}`);
}

const jsonRow = ({ original }: Mutant, row: Raw): string[] =>
  original.table.columns.map((column, index) => column.json((row as Raw[])[index]!, 'json'));

const shownRow = ({ original }: Mutant, row: Raw): unknown[] =>
  original.table.columns.map((column, index) => shownCell(column, (row as Raw[])[index]!));

function judgeRows(mutant: Mutant, { cells, shown }: Observation): void {
  const { original, steps } = mutant;
  if (steps.length === 0) {
    same(
      'rows of a sound file',
      cells!.rows,
      original.rows.map((row) => jsonRow(mutant, row)),
    );
    same(
      'pages of a sound file',
      shown!.rows,
      original.rows.map((row) => shownRow(mutant, row)),
    );
    same('damage of a sound file', cells!.damage, []);
  }
  if (mutant.mustTell && cells!.rows.length < original.rows.length && cells!.damage.length === 0)
    fail(`${original.rows.length - cells!.rows.length} rows are missing, and nothing is said`);
  const isOther = mutant.mustTell && mutant.isOwnRows && hasChecksum(original.codec);
  if (isOther && steps.some((step) => /stored|compressed|by hand/.test(step)) && cells!.damage.length === 0) {
    const rows = original.rows.map((row) => jsonRow(mutant, row));
    same('rows of a file with other bytes and no damage', cells!.rows, rows);
  }
}

function judgeQuestions({ cells, questions }: Observation): void {
  const { rows } = cells!;
  const asked = questions!;
  same('rows of a sorted view', asked.sorted, rows.length);
  const { rows: counted, columns } = asked.statistics as {
    readonly rows: number;
    readonly columns: readonly { readonly rows: number; readonly nulls: number }[];
  };
  same('rows of statistics', counted, columns.length === 0 ? counted : rows.length);
  const [first] = columns;
  if (first !== undefined) {
    const nulls = rows.filter(([cell]) => cell === 'null').length;
    same('NULLs by the filter', asked.nulls, nulls);
    same('NULLs by statistics', first.nulls, nulls);
  }
  const lines = asked.ndjson.split('\n').slice(0, -1);
  same('lines of NDJSON', lines.length, rows.length);
  for (const line of lines.slice(0, 50)) JSON.parse(line);
}

/** Codecs without a checksum: what is given without a word is what avsc reads from the same bytes. */
function judgeByAvsc(mutant: Mutant, { cells }: Observation): boolean {
  const { original, bytes, steps, isHeaderWhole } = mutant;
  if (cells === undefined || cells.damage.length > 0 || !isHeaderWhole || hasChecksum(original.codec)) return false;
  const { table } = original;
  // avsc's maps are objects: keys that occur twice are lost.
  if (table.columns.length === 0 || (steps.length > 0 && JSON.stringify(table.schema).includes('"map"')))
    return false;
  const rows = avscRows(bytes, mutant.headerBytes, table, original.codec);
  if (rows instanceof Error) fail(`avsc refuses what is given without a word: ${rows.message}`);
  same(
    'avsc’s rows',
    cells.rows,
    rows.map((row) => jsonRow(mutant, row)),
  );
  return true;
}
