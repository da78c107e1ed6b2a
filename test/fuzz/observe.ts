import type { Dataset, ScanOptions } from '../../src/avro/dataset/dataset';
import { failureToData, isFailure } from '../../src/core/failure';
import type { Cell } from '../../src/core/column';
import type { Damage } from '../../src/core/partProgress';
import { open, openSettled, readCells, readShown, readStream } from './readings';

/** What every function of the reader says about a file, as plain data. */
export interface Observation {
  /** It could not be opened. */
  readonly failure?: ReturnType<typeof failureToData>;
  readonly stream?: { readonly rows: readonly (readonly string[])[]; readonly damage: readonly Damage[] };
  readonly cells?: { readonly rows: readonly (readonly string[])[]; readonly damage: readonly Damage[] };
  readonly shown?: { readonly rows: readonly (readonly Cell[])[]; readonly damage: readonly Damage[] };
  readonly jumped?: readonly (readonly Cell[])[];
  readonly records?: readonly unknown[];
  readonly questions?: Questions;
}

interface Questions {
  readonly nulls: number;
  readonly sorted: number;
  readonly found: number;
  readonly statistics: unknown;
  readonly ndjson: string;
  readonly csv: string;
}

const all: ScanOptions = { scope: 'all' };
const many = 1_000_000;

/** Reads the file in every way. Throws what is no failure of the file's. */
export async function observe(
  bytes: Buffer,
  options: { readonly maxBlockBytes: number; readonly isBomb: boolean },
): Promise<Observation> {
  try {
    // A pass has the bound of all blocks only, and would make the bomb's rows.
    const stream = options.isBomb ? undefined : await readStream(bytes);
    const cells = await readCells(bytes, options);
    const shown = await readShown(bytes, options);
    const jumped = await jump(bytes, options, shown.rows.length);
    const settled = await openSettled(bytes, options);
    try {
      return {
        ...(stream === undefined ? {} : { stream: { rows: stream.rows, damage: stream.damage } }),
        cells: { rows: cells.rows, damage: cells.damage },
        shown: { rows: shown.rows, damage: shown.damage },
        jumped,
        records: await records(settled, shown.rows.length),
        questions: await ask(settled),
      };
    } finally {
      settled.dispose();
    }
  } catch (error) {
    if (!isFailure(error) || !/^avro\./.test(error.code)) throw error;
    return { failure: failureToData(error) };
  }
}

/** Pages far from what has been read, and then, when all is known, what stands there. */
async function jump(
  bytes: Buffer,
  options: { readonly maxBlockBytes: number },
  rows: number,
): Promise<(readonly Cell[])[]> {
  const found: (readonly Cell[])[] = [];
  for (const first of [many, rows - 3, Math.floor(rows / 2)]) {
    const dataset = await open(bytes, { ...options, readAheadBytes: 0 });
    try {
      const page = await dataset.rows({ first: Math.max(0, first), count: 5 });
      found.push(...page.rows);
      const record = await dataset.record({ first: Math.max(0, first) }).catch((error: unknown) => {
        // Past the end there is none.
        if (isFailure(error, 'internal') && / is not known$/.test(String(error.facts['detail']))) return undefined;
        throw error;
      });
      if (record !== undefined) found.push(record.cells.map(clipped));
    } finally {
      dataset.dispose();
    }
  }
  return found;
}

const clipped = (cell: Cell): Cell =>
  typeof cell === 'string' && cell.length > 1_000 ? { text: cell.slice(0, 1_000), length: cell.length } : cell;

async function records(dataset: Dataset, rows: number): Promise<unknown[]> {
  if (rows === 0) return [];
  const wanted = [...new Set([0, Math.floor(rows / 2), rows - 1])];
  return Promise.all(wanted.map((first) => dataset.record({ first })));
}

async function ask(dataset: Dataset): Promise<Questions> {
  const names = dataset.columns.map(({ name }) => name);
  const columns = names.slice(0, 8);
  const [first] = columns;
  const nulls = first === undefined ? 0 : await lengthOf(dataset, first);
  const sorted = dataset.query(
    { sort: columns.slice(0, 2).map((column, i) => ({ column, descending: i === 1 })) },
    all,
  );
  await sorted.done;
  const search = dataset.query({}, all);
  const find = search.find({ kind: 'find', text: 'a' }, all);
  await find.done;
  const statistics = await dataset.statistics({ columns }, all);
  const text = async (format: 'ndjson' | 'csv', view?: number): Promise<string> => {
    const parts: Uint8Array[] = [];
    const request = { format, columns: names, formulaGuard: true, ...(view === undefined ? {} : { view }) };
    for await (const part of dataset.text(request, all)) parts.push(part);
    return Buffer.concat(parts).toString();
  };
  return {
    nulls,
    sorted: sorted.length,
    found: find.matches,
    statistics,
    ndjson: await text('ndjson'),
    csv: await text('csv', sorted.id),
  };
}

async function lengthOf(dataset: Dataset, column: string): Promise<number> {
  const view = dataset.query({ filter: { kind: 'test', column, test: 'isNull', values: [] } }, all);
  await view.done;
  const { length } = view;
  view.dispose();
  return length;
}
