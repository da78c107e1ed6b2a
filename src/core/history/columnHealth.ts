import { formatPlural, plural } from '../format';
import { type DeliveredDump, type ExportHistory, isDelivered, newestDelivered } from './exportHistory';
import type { HealthProblem } from './healthProblem';

/** The columns that a table's part has by its Avro schema: of the newest dump, by table. */
export type SchemaColumns = ReadonlyMap<string, readonly string[]>;

/**
 * Columns that the newest dump adds or drops, and those that its manifest and its parts do not agree on. Source: the FAQ of the seed, "Does an S3 schema change
 * initiate a full sync?".
 */
export function checkColumns(history: ExportHistory, schemas: SchemaColumns): readonly HealthProblem[] {
  const newest = newestDelivered(history);
  if (newest === undefined) return [];
  const before = history.dumps.filter((dump): dump is DeliveredDump => isDelivered(dump) && dump !== newest);
  return [...newest.manifest.tables].flatMap(([table, { columns, mode }]): readonly HealthProblem[] => {
    if (columns === undefined) return [];
    const last = before.findLast(({ manifest }) => manifest.tables.get(table)?.columns !== undefined);
    const known = last?.manifest.tables.get(table)?.columns;
    return [
      ...(known === undefined ? [] : checkChange(newest.dump, table, known, columns, mode === 'full')),
      ...checkSchema(newest.dump, table, columns, schemas.get(table)),
    ];
  });
}

function checkChange(
  dump: bigint,
  table: string,
  before: readonly string[],
  after: readonly string[],
  isFull: boolean,
): readonly HealthProblem[] {
  const base = { dump, table };
  const added = without(after, before);
  const dropped = without(before, after);
  const problems: HealthProblem[] = [];
  if (dropped.length > 0)
    problems.push({
      ...base,
      code: 'columnDropped',
      severity: 'warning',
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
      message: `The columns of ${table} in dump ${dump} differ: ${sides.join('; ')}.`,
      action: 'Go by the parts: their Avro schema is what rows are read with.',
    },
  ];
}

function without(columns: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return columns.filter((column) => !known.has(column));
}
