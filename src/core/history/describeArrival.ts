import { formatCount, formatPlural, plural } from '../format';
import { isInternalTable } from '../manifest';
import { columnChanges } from './columnHealth';
import { type DeliveredDump, type ExportHistory, isDelivered, newestDelivered } from './exportHistory';
import type { HealthProblem } from './healthProblem';

/** What the newest dump brought, in a line: `2 resyncs, 1 new column, 3 files missing`; where nothing changed, `22 tables, 96 files`. */
export function describeArrival(history: ExportHistory, problems: readonly HealthProblem[]): string {
  const newest = newestDelivered(history);
  if (newest === undefined) return '';
  const of = problems.filter(({ dump }) => dump === newest.dump);
  const changes = columnChanges(history);
  const counts = [
    phrase(of.filter(({ code }) => code === 'fullResync').length, 'resync'),
    phrase(newTables(history, newest), 'new table'),
    phrase(
      changes.reduce((sum, { added }) => sum + added.length, 0),
      'new column',
    ),
    phrase(
      changes.reduce((sum, { dropped }) => sum + dropped.length, 0),
      'column',
      ' dropped',
    ),
    phrase(missingFiles(newest, of), 'file', ' missing'),
  ].filter((words) => words !== '');
  if (counts.length > 0) return counts.join(', ');
  const { tables } = newest.manifest;
  const files = [...tables.values()].reduce((sum, table) => sum + table.files, 0);
  return `${formatPlural(tables.size, 'table')}, ${formatPlural(files, 'file')}`;
}

function phrase(count: number, noun: string, after = ''): string {
  return count === 0 ? '' : `${formatCount(count)} ${plural(count, noun)}${after}`;
}

/** Tables that no dump before had; of a first dump all are new, and that is not news. */
function newTables({ dumps }: ExportHistory, newest: DeliveredDump): number {
  const before = dumps.filter((dump): dump is DeliveredDump => isDelivered(dump) && dump !== newest);
  if (before.length === 0) return 0;
  const known = new Set(before.flatMap(({ manifest }) => [...manifest.tables.keys()]));
  return [...newest.manifest.tables.keys()].filter((table) => !known.has(table) && !isInternalTable(table)).length;
}

function missingFiles({ listing }: DeliveredDump, of: readonly HealthProblem[]): number {
  const tables = of.filter(({ code }) => code === 'missingFiles').flatMap(({ table }) => table ?? []);
  return tables.reduce((sum, table) => sum + (listing?.tables.get(table)?.missing.length ?? 0), 0);
}
