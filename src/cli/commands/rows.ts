import type { Dataset, RowsView, ScanOptions } from '../../avro/dataset/dataset';
import type { ColumnMask, ExportFormat, ExportOptions } from '../../core/exportRows';
import { toFailure } from '../../core/failure';
import type { RowFilter } from '../../core/rowFilter';
import { exportFile, writeRows, type WriteRowsRequest } from '../../worker/exportFile';
import { chooseColumns, chooseSortKeys, type NamedColumns, splitNames } from '../columnNames';
import { reportFaults } from '../faults';
import { checkWhere, parseWhere } from '../filters';
import { interruptible, orAborted } from '../interrupt';
import { withDataset } from '../openRows';
import { oneLine, type Output } from '../output';
import { resolveOutFile } from '../outFile';
import { type LocatedSources, sourceOptions, withSources } from '../sources';
import { oneOf, readArguments, UsageError, usages } from '../usage';

const usage = usages.rows;

const formats = ['ndjson', 'csv', 'tsv', 'json', 'markdown', 'excel', 'parquet'] as const;
/** Nothing to look at in a terminal, nor of use before the last byte. */
const fileFormats: readonly ExportFormat[] = ['excel', 'parquet'];

interface Wanted {
  readonly columns: NamedColumns;
  readonly limit: number | undefined;
  readonly where: RowFilter | undefined;
  readonly sort: NamedColumns;
  readonly format: ExportFormat;
  readonly out: string | undefined;
  readonly formulaGuard: boolean;
  readonly mask: readonly string[];
  readonly hash: readonly string[];
  readonly provenance: boolean;
}

/**
 * Prints rows of a part or of a table, some at a time, so that memory stays flat whatever their number and the reader's pace; or writes
 * them to a file. Gives the exit code: 1 if anything of what was to be read could not be.
 */
export async function printRows(args: readonly string[], output: Output, errors: Output): Promise<number> {
  const { values, positionals } = readArguments(joinSort(args), usage, ['<part>'], {
    ...sourceOptions,
    columns: { type: 'string', multiple: true },
    limit: { type: 'string' },
    where: { type: 'string', multiple: true },
    sort: { type: 'string', multiple: true },
    format: { type: 'string' },
    json: { type: 'boolean' },
    out: { type: 'string' },
    'no-formula-guard': { type: 'boolean' },
    mask: { type: 'string', multiple: true },
    hash: { type: 'string', multiple: true },
    provenance: { type: 'boolean' },
  });
  const wanted: Wanted = {
    columns: values.columns,
    limit: parseLimit(values.limit),
    where: parseWhere(values.where, usage),
    sort: values.sort,
    format: parseFormat(values),
    out: values.out,
    formulaGuard: values['no-formula-guard'] !== true,
    mask: values.mask ?? [],
    hash: values.hash ?? [],
    provenance: values.provenance === true,
  };
  return interruptible((signal) =>
    withSources(positionals[0] ?? '', values, usage, async (located) => {
      for (const note of located.notes) await errors.write(`${oneLine(note)}\n`);
      return withDataset(located, signal, (dataset) =>
        writeWanted(dataset, located, wanted, { output, errors, signal }),
      );
    }),
  );
}

interface Surroundings {
  readonly output: Output;
  readonly errors: Output;
  readonly signal: AbortSignal;
}

async function writeWanted(
  dataset: Dataset,
  located: LocatedSources,
  wanted: Wanted,
  { output, errors, signal }: Surroundings,
): Promise<number> {
  const options = exportOptionsOf(dataset, wanted);
  const sort = chooseSortKeys(dataset.columns, wanted.sort, usage);
  checkWhere(wanted.where, dataset.columns, usage);
  const path = wanted.out === undefined ? undefined : await resolveOutFile(wanted.out, located.sources, usage);
  const { where, limit } = wanted;
  // One pass gives rows as they are found; their order, or where they come from, takes a view.
  const needsView = sort.length > 0 || (where !== undefined && wanted.provenance);
  const scan: ScanOptions = { scope: 'all', signal };
  let view: RowsView | undefined;
  if (needsView) {
    view = dataset.query({ ...(where === undefined ? {} : { filter: where }), sort }, scan);
    await view.done;
  }
  let rowsDone = 0;
  const request: WriteRowsRequest = {
    ...(view === undefined ? {} : { view: view.id }),
    ...(view !== undefined || where === undefined ? {} : { where }),
    ...(limit === undefined ? {} : { limit }),
    options,
    scope: 'all',
    signal,
    onProgress: (_, progress) => (rowsDone = progress.rowsDone),
  };
  const notes =
    path === undefined
      ? await writeToOutput(dataset, request, output, signal)
      : (await exportFile(dataset, { ...request, path })).notes;
  // Nobody reads any more, and nobody wants to know.
  if (notes === undefined) return 0;
  for (const note of notes) await errors.write(`${oneLine(note)}\n`);
  const isAll = limit === undefined || view !== undefined;
  return (await reportFaults(dataset, located, errors, isAll ? Infinity : rowsDone)) ? 1 : 0;
}

/** `undefined`: the reader has gone. */
async function writeToOutput(
  dataset: Dataset,
  request: WriteRowsRequest,
  output: Output,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const gone = new Error('the reader has gone');
  let bytes = 0;
  const sink = {
    get bytes() {
      return bytes;
    },
    async write(piece: Uint8Array): Promise<void> {
      await orAborted(output.write(piece), signal);
      bytes += piece.length;
      // Ends the scan at once.
      if (output.isClosed) throw gone;
    },
  };
  try {
    return (await writeRows(dataset, request, sink)).notes;
  } catch (error) {
    if (error === gone || toFailure(error).cause === gone) return undefined;
    throw error;
  }
}

function exportOptionsOf(dataset: Dataset, wanted: Wanted): ExportOptions {
  const columns = chooseColumns(dataset.columns, wanted.columns, usage);
  const masksOf = (how: ColumnMask['how'], named: readonly string[]): readonly ColumnMask[] =>
    splitNames(dataset.columns, named).map((column) => {
      if (columns.includes(column)) return { column, how };
      throw new UsageError(
        `--${how}: "${column}" is not among the columns; there are ${columns.join(', ')}`,
        usage,
      );
    });
  const masks = [...masksOf('mask', wanted.mask), ...masksOf('hash', wanted.hash)];
  const names = masks.map(({ column }) => column);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`"${twice}" is to be masked or hashed twice`, usage);
  const { format, formulaGuard, provenance } = wanted;
  return { format, columns, formulaGuard, masks, provenance };
}

function parseFormat(values: {
  readonly format?: string | undefined;
  readonly json?: boolean | undefined;
  readonly out?: string | undefined;
}): ExportFormat {
  const format = oneOf(values.format, formats, '--format', usage);
  if (values.json === true && format !== 'ndjson')
    throw new UsageError(`--json is short for --format ndjson, and --format says ${format}`, usage);
  if (fileFormats.includes(format) && values.out === undefined)
    throw new UsageError(`--format ${format} wants a file: --out FILE`, usage);
  return format;
}

/** `--sort -b` is what people write; Node's parser would take `-b` for an option. */
function joinSort(args: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    const next = args[at + 1];
    if (arg === '--') return [...joined, ...args.slice(at)];
    if (arg === '--sort' && next !== undefined && /^-[^-]/.test(next)) {
      joined.push(`--sort=${next}`);
      at++;
    } else joined.push(arg);
  }
  return joined;
}

function parseLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError('--limit takes a whole number', usage);
  return Number(text);
}
