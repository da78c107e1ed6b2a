import { isIdColumn } from './columnRoles';
import { formatBytes, formatPlural, plural } from './format';
import type { CopyStep, TableDiff, TableSide } from './manifestDiff';
import { migrationsTable } from './manifest';

/** This many tables with nothing but new files are named; more become one step. */
const maxNamedAppends = 3;

/**
 * What to do to bring a copy of the export (in a warehouse, say) to the dump `to`, riskiest first. Takes tables sorted
 * by risk. Source of the rules: seed "Manifest metadata" (a full table replaces all its earlier data) and its FAQ (a
 * new column has no values in earlier dumps).
 */
export function planCopySteps(
  tables: readonly TableDiff[],
  to: string,
  between: readonly string[],
): readonly CopyStep[] {
  const steps: CopyStep[] = [];
  if (between.length > 0) {
    const subject =
      between.length <= 4
        ? `${plural(between.length, 'dump')} ${between.join(', ')}`
        : `dumps ${between[0] ?? ''} to ${between.at(-1) ?? ''} (${between.length})`;
    const way =
      between.length === 1 ? 'load first, by its own diff' : 'load first, in this order, each by its own diff';
    const action = `${way}: what was delivered there is not listed here`;
    steps.push({ tables: [], subject, action });
  }
  const appends: TableDiff[] = [];
  for (const table of tables) {
    if (table.isInternal || table.to === undefined || table.change === 'unchanged') continue;
    const isPlain =
      (table.change === 'delivered' || table.change === 'incremental') &&
      table.columnsAdded.length + table.columnsRemoved.length + table.to.missingFiles === 0 &&
      table.to.mode === 'incremental';
    if (isPlain) {
      if (table.to.files > 0) appends.push(table);
    } else {
      steps.push({ tables: [table.name], subject: table.name, action: actionFor(table, table.to, to) });
    }
  }
  steps.push(
    ...planAppends(
      appends,
      steps.some((step) => step.tables.length > 0),
    ),
  );
  return steps;
}

function planAppends(tables: readonly TableDiff[], hasOthers: boolean): readonly CopyStep[] {
  if (tables.length <= maxNamedAppends)
    return tables.map((table) => ({
      tables: [table.name],
      subject: table.name,
      action: `append ${filesOf(table.to)}`,
    }));
  let files = 0;
  let bytes: number | undefined = 0;
  for (const { to } of tables) {
    files += to?.files ?? 0;
    bytes = bytes === undefined || to?.bytes === undefined ? undefined : bytes + to.bytes;
  }
  return [
    {
      tables: tables.map(({ name }) => name),
      subject: `${tables.length} ${hasOthers ? 'other ' : ''}tables`,
      action: `append ${filesOf({ files, ...(bytes === undefined ? {} : { bytes }) })}`,
    },
  ];
}

function actionFor(table: TableDiff, side: TableSide, to: string): string {
  const isFull = side.mode === 'full';
  const actions = [loadAction(table, side, to), ...columnActions(table, isFull, to)];
  if (side.missingFiles > 0)
    actions.push(
      `but wait: ${formatPlural(side.missingFiles, 'listed file')} ${plural(side.missingFiles, 'is', 'are')} not in the bucket`,
    );
  return actions.join('; ');
}

function loadAction(table: TableDiff, side: TableSide, to: string): string {
  const files = filesOf(side);
  const columns = side.columns === 0 ? '' : ` with ${formatPlural(side.columns, 'column')}`;
  if (table.name === migrationsTable) return `replace the whole table by ${files}`;
  if (table.change === 'added')
    return side.mode === 'full'
      ? `create${columns}, load ${files}; if it was loaded from earlier dumps, delete that first`
      : `append ${files}; create it${columns} if the copy has no such table`;
  if (table.change === 'resynced') return `delete what was loaded before ${to}, load ${files}`;
  const doubt = side.mode === 'unknown' ? ' (the manifest does not say whether earlier data still counts)' : '';
  return side.files === 0 ? `nothing to load${doubt}` : `append ${files}${doubt}`;
}

function columnActions(table: TableDiff, isFull: boolean, to: string): readonly string[] {
  const { columnsAdded, columnsRemoved } = table;
  const actions: string[] = [];
  const since = isFull ? '' : `, no values before ${to}`;
  const added = columnsAdded.map((name) => `${name} (${isIdColumn(name) ? 'long' : 'text'}${since})`);
  if (added.length > 0) actions.push(`add ${plural(added.length, 'column')} ${added.join(', ')}`);
  if (columnsRemoved.length > 0) {
    const list = `${plural(columnsRemoved.length, 'column')} ${columnsRemoved.join(', ')}`;
    actions.push(isFull ? `drop ${list}` : `keep ${list}: new rows have no value there`);
  }
  return actions;
}

/** `61 files (3.1 GB)`. */
function filesOf(side: { readonly files: number; readonly bytes?: number } | undefined): string {
  if (side === undefined) return 'no files';
  const files = formatPlural(side.files, 'file');
  return side.bytes === undefined ? files : `${files} (${formatBytes(side.bytes)})`;
}
