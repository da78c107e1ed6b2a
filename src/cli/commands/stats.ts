import type { ColumnStatistics, StatisticsSnapshot } from '../../core/columnStatistics';
import { formatCount, formatPlural } from '../../core/format';
import { chooseColumns } from '../columnNames';
import { reportFaults } from '../faults';
import { checkWhere, parseWhere } from '../filters';
import { interruptible } from '../interrupt';
import { withDataset } from '../openRows';
import { escapeControls, oneLine, type Output } from '../output';
import { sourceOptions, withSources } from '../sources';
import { printTable } from '../table';
import { readArguments, usages } from '../usage';

const usage = usages.stats;
/** Longer values are cut in the table. */
const maxValueLength = 30;

/** Prints what the values of the columns are like: for people, or with `--json` for programs. Gives the exit code, as `rows` does. */
export async function printStatistics(args: readonly string[], output: Output, errors: Output): Promise<number> {
  const { values, positionals } = readArguments(args, usage, ['<part>'], {
    ...sourceOptions,
    columns: { type: 'string', multiple: true },
    where: { type: 'string', multiple: true },
    json: { type: 'boolean' },
  });
  const where = parseWhere(values.where, usage);
  return interruptible((signal) =>
    withSources(positionals[0] ?? '', values, usage, async (located) => {
      for (const note of located.notes) await errors.write(`${oneLine(note)}\n`);
      return withDataset(located, signal, async (dataset) => {
        const columns = chooseColumns(dataset.columns, values.columns, usage);
        checkWhere(where, dataset.columns, usage);
        const request = { columns, ...(where === undefined ? {} : { where }) };
        const snapshot = await dataset.statistics(request, { scope: 'all', signal });
        const found = new Map(snapshot.columns.map((one) => [one.column, one]));
        const statistics = columns.map((column) => found.get(column) ?? nothing(column));
        const all = { rows: snapshot.rows, columns: statistics };
        await output.write(values.json === true ? `${JSON.stringify(all, null, 2)}\n` : statisticsText(all));
        return (await reportFaults(dataset, located, errors)) ? 1 : 0;
      });
    }),
  );
}

/** Of no rows. */
function nothing(column: string): ColumnStatistics {
  return {
    column,
    rows: 0,
    nulls: 0,
    absent: 0,
    empty: 0,
    distinct: 0,
    isDistinctExact: true,
    top: [],
    isTopExact: true,
  };
}

function statisticsText({ rows, columns }: Pick<StatisticsSnapshot, 'rows' | 'columns'>): string {
  const hasAbsent = columns.some(({ absent }) => absent > 0);
  const head = [
    'column',
    'null',
    ...(hasAbsent ? ['absent'] : []),
    'empty',
    'distinct',
    'least',
    'greatest',
    'mean',
    'most frequent',
  ];
  const lines = columns.map((one) => [
    escapeControls(one.column),
    formatCount(one.nulls),
    ...(hasAbsent ? [formatCount(one.absent)] : []),
    formatCount(one.empty),
    `${one.isDistinctExact ? '' : '≈ '}${formatCount(one.distinct)}`,
    shortened(one.min),
    shortened(one.max),
    one.mean === undefined ? '' : meanText(one.mean),
    mostFrequent(one),
  ]);
  const isNumber = head.map((name) => ['null', 'absent', 'empty', 'distinct', 'mean'].includes(name));
  return `${formatPlural(rows, 'row')}, ${formatPlural(columns.length, 'column')}\n\n${printTable([head, ...lines], isNumber)}`;
}

/** Six digits of it: it is for a glance, and JSON has all of them. */
function meanText(mean: number): string {
  const rounded = mean.toPrecision(6);
  return Math.abs(mean) < 1e15 ? String(Number(rounded)) : rounded;
}

/** A value that is there once is not frequent. */
function mostFrequent({ top, isTopExact }: ColumnStatistics): string {
  const [first] = top;
  if (first === undefined || first.count < 2) return '';
  return `${shortened(first.value)} (${isTopExact ? '' : '≥ '}${formatCount(first.count)})`;
}

function shortened(value: string | undefined): string {
  if (value === undefined) return '';
  const characters = Array.from(value);
  const isLong = characters.length > maxValueLength;
  return escapeControls(isLong ? `${characters.slice(0, maxValueLength).join('')}…` : value);
}
