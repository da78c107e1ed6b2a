import { openRowStream } from '../../avro/part/rowStream';
import type { Column } from '../../core/column';
import { formatCount, formatPlural } from '../../core/format';
import type { Damage } from '../../core/partProgress';
import { oneLine, type Output } from '../output';
import { withPart } from '../places';
import { readArguments, s3Options, UsageError, usages } from '../usage';

const usage = usages.rows;
/** Stretches of damage told one by one; the rest is counted. */
const maxDamageLines = 20;

/**
 * Prints a part's rows as NDJSON, some at a time, so that memory stays flat whatever the part's size and the reader's
 * pace. Gives the exit code: 1 if a stretch of the part could not be read.
 */
export async function printRows(args: readonly string[], output: Output, errors: Output): Promise<number> {
  const { values, positionals } = readArguments(args, usage, ['<part>'], {
    ...s3Options,
    columns: { type: 'string', multiple: true },
    limit: { type: 'string' },
  });
  const limit = parseLimit(values.limit);
  const damage: Damage[] = [];
  let damaged = 0;
  await withPart(positionals[0] ?? '', values, usage, async (source, uri) => {
    const stream = await openRowStream(source);
    const columns = chooseColumns(stream.columns, values.columns);
    const keys = columns.map((index) => `${JSON.stringify(stream.columns[index]?.name)}:`);
    const request = {
      columns,
      ...(limit === undefined ? {} : { limit }),
      onDamage: (stretch: Damage) => {
        damaged++;
        if (damage.length < maxDamageLines) damage.push(stretch);
      },
    };
    for await (const rows of stream.batches(request)) {
      await output.write(printBatch(rows, keys));
      if (output.isClosed) return;
    }
    for (const stretch of damage) await errors.write(`${oneLine(`${uri}: ${describeDamage(stretch)}`)}\n`);
    if (damaged > damage.length)
      await errors.write(`… and ${formatCount(damaged - damage.length)} more damaged blocks\n`);
  });
  return damaged > 0 && !output.isClosed ? 1 : 0;
}

function printBatch(rows: readonly (readonly string[])[], keys: readonly string[]): string {
  let text = '';
  for (const row of rows) {
    let line = '{';
    for (let i = 0; i < keys.length; i++) line += `${i === 0 ? '' : ','}${keys[i] ?? ''}${row[i] ?? 'null'}`;
    text += `${line}}\n`;
  }
  return text;
}

function describeDamage({ block, offset, detail, declaredRows, decodedRows }: Damage): string {
  const lost = declaredRows === undefined ? undefined : declaredRows - decodedRows;
  const words =
    lost === undefined ? 'rows may be lost' : lost === 0 ? 'no row lost' : `${formatPlural(lost, 'row')} lost`;
  return `block ${block} at byte ${formatCount(offset)}: ${detail}; ${words}`;
}

function parseLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError('--limit takes a whole number', usage);
  return Number(text);
}

/** Indexes of the columns named, in the order named; all if none is. */
function chooseColumns(columns: readonly Column[], named: readonly string[] | undefined): readonly number[] {
  if (named === undefined) return columns.map((_, index) => index);
  // A name may hold a comma: what is a column as it stands is not taken apart.
  const isColumn = (name: string): boolean => columns.some((column) => column.name === name);
  const wanted = named.flatMap((text) => (isColumn(text) ? [text] : text.split(',')));
  const indexes = wanted.map((name) => {
    const index = columns.findIndex((column) => column.name === name);
    if (index < 0)
      throw new UsageError(
        `there is no column "${name}"; there are ${columns.map((c) => c.name).join(', ')}`,
        usage,
      );
    return index;
  });
  const repeated = wanted.find((name, index) => wanted.indexOf(name) !== index);
  if (repeated !== undefined) throw new UsageError(`--columns names "${repeated}" twice`, usage);
  return indexes;
}
