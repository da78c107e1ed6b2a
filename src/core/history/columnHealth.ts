import { formatPlural, plural } from '../format';
import { type DeliveredDump, type ExportHistory, isDelivered, newestDelivered } from './exportHistory';
import type { HealthProblem } from './healthProblem';

/** The columns that a table's part has by its Avro schema: of the newest dump, by table. */
export type SchemaColumns = ReadonlyMap<string, readonly string[]>;

/** What the newest dump changes in the columns of a table, against the last dump before it that tells them. */
export interface ColumnChange {
  readonly table: string;
  readonly added: readonly string[];
  readonly dropped: readonly string[];
}

/** Tables whose columns the newest dump changes. */
export function columnChanges(history: ExportHistory): readonly ColumnChange[] {
  const newest = newestDelivered(history);
  if (newest === undefined) return [];
  const before = history.dumps.filter((dump): dump is DeliveredDump => isDelivered(dump) && dump !== newest);
  return [...newest.manifest.tables].flatMap(([table, { columns }]) => {
    const last = before.findLast(({ manifest }) => manifest.tables.get(table)?.columns !== undefined);
    const known = last?.manifest.tables.get(table)?.columns;
    if (columns === undefined || known === undefined) return [];
    const change = { table, added: without(columns, known), dropped: without(known, columns) };
    return change.added.length + change.dropped.length === 0 ? [] : [change];
  });
}

/**
 * Columns that the newest dump adds or drops, and those that its manifest and its parts do not agree on. Source: the FAQ of the seed, "Does an S3 schema change
 * initiate a full sync?".
 */
export function checkColumns(history: ExportHistory, schemas: SchemaColumns): readonly HealthProblem[] {
  const newest = newestDelivered(history);
  if (newest === undefined) return [];
  const { tables } = newest.manifest;
  return [
    ...columnChanges(history).flatMap((change) =>
      checkChange(newest.dump, change, tables.get(change.table)?.mode === 'full'),
    ),
    ...[...tables].flatMap(([table, { columns }]) =>
      columns === undefined ? [] : checkSchema(newest.dump, table, columns, schemas.get(table)),
    ),
  ];
}

function checkChange(
  dump: bigint,
  { table, added, dropped }: ColumnChange,
  isFull: boolean,
): readonly HealthProblem[] {
  const base = { dump, table };
  const problems: HealthProblem[] = [];
  if (dropped.length > 0)
    problems.push({
      ...base,
      code: 'columnDropped',
      severity: 'warning',
      words: `− ${namesOf(dropped)}`,
      message: `${table} has lost ${plural(dropped.length, 'column')} ${dropped.join(', ')} in dump ${dump}.`,
      action: isFull
        ? `Whatever reads ${plural(dropped.length, 'it', 'them')} has to do without.`
        : `Keep ${plural(dropped.length, 'it', 'them')}: new rows have no value there. Load by name, never by position.`,
    });
  if (added.length > 0)
    problems.push({
      ...base,
      code: 'columnAdded',
      severity: 'information',
      words: `+ ${namesOf(added)}`,
      message: `${table} has gained ${plural(added.length, 'column')} ${added.join(', ')} in dump ${dump}${isFull ? '' : `; no backfill: no values before dump ${dump}`}.`,
      action: `Add ${plural(added.length, 'it', 'them')} to what you loaded, as text; for values in earlier rows ask for a full resync of the table.`,
    });
  return problems;
}

function checkSchema(
  dump: bigint,
  table: string,
  manifest: readonly string[],
  schema: readonly string[] | undefined,
): readonly HealthProblem[] {
  if (schema === undefined) return [];
  const onlyManifest = without(manifest, schema);
  const onlyPart = without(schema, manifest);
  if (onlyManifest.length + onlyPart.length === 0) return [];
  const sides = [
    onlyManifest.length === 0
      ? ''
      : `the manifest lists ${formatPlural(onlyManifest.length, 'column')} that the parts lack (${onlyManifest.join(', ')})`,
    onlyPart.length === 0
      ? ''
      : `the parts have ${formatPlural(onlyPart.length, 'column')} that the manifest does not list (${onlyPart.join(', ')})`,
  ].filter((side) => side !== '');
  return [
    {
      code: 'columnsDiffer',
      severity: 'warning',
      dump,
      table,
      words: 'columns differ from the parts',
      message: `The columns of ${table} in dump ${dump} differ: ${sides.join('; ')}.`,
      action: 'Go by the parts: their Avro schema is what rows are read with.',
    },
  ];
}

/** By name; of many their number. */
function namesOf(columns: readonly string[]): string {
  return columns.length > 3 ? formatPlural(columns.length, 'column') : columns.join(', ');
}

function without(columns: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return columns.filter((column) => !known.has(column));
}
