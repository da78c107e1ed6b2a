import { formatPlural, plural } from './format';
import type { DefinitionsDiff, TableDiff } from './manifestDiff';

/** Names that are said one by one before the rest becomes a count. */
const maxNames = 3;

/** One sentence, riskiest first: `pageviews was resynced in full · users gained loyalty_tier`. Takes tables sorted by risk. */
export function summarizeDiff(tables: readonly TableDiff[], definitions: DefinitionsDiff): string {
  const shown = tables.filter((table) => !table.isInternal);
  const resynced = shown.filter(({ change }) => change === 'resynced');
  const missing = shown.filter((table) => (table.to?.missingFiles ?? 0) > 0);
  const gone = shown.filter(({ change }) => change === 'gone');
  const added = shown.filter(({ change }) => change === 'added');
  // Only a full delivery is sure to be a table's beginning: an incremental one may just have had nothing to deliver.
  const created = added.filter(({ to }) => to?.mode === 'full');
  const appearing = added.filter(({ to }) => to?.mode !== 'full');
  const changedDefinitions = definitions.added.length + definitions.removed.length + definitions.changed.length;
  const clauses = [
    clause(resynced, (one) => (one ? 'was resynced in full' : 'were resynced in full')),
    clause(missing, (one) => (one ? 'misses files' : 'miss files')),
    ...columnClauses(shown, 'lost', ({ columnsRemoved }) => columnsRemoved),
    clause(gone, (one) => (one ? 'is not in this dump' : 'are not in this dump')),
    clause(created, (one) => (one ? 'is new' : 'are new')),
    clause(appearing, (one) =>
      one ? 'has files again or for the first time' : 'have files again or for the first time',
    ),
    ...columnClauses(shown, 'gained', ({ columnsAdded }) => columnsAdded),
    changedDefinitions === 0 ? '' : `${formatPlural(changedDefinitions, 'property definition')} changed`,
  ].filter((words) => words !== '');
  if (clauses.length > 0) return clauses.join(' · ');
  const delivered = shown.filter(({ change }) => change !== 'unchanged').length;
  return delivered === 0
    ? 'Nothing changed'
    : `${formatPlural(delivered, 'table')} ${plural(delivered, 'has', 'have')} new files, nothing else changed`;
}

/** A clause a table while they are few; of many, one that only says which tables. */
function columnClauses(
  tables: readonly TableDiff[],
  verb: string,
  columnsOf: (table: TableDiff) => readonly string[],
): readonly string[] {
  const changed = tables.filter((table) => columnsOf(table).length > 0);
  if (changed.length > maxNames) return [clause(changed, () => `${verb} columns`)];
  return changed.map((table) => `${table.name} ${verb} ${names(columnsOf(table), 'column')}`);
}

function clause(tables: readonly TableDiff[], words: (isOne: boolean) => string): string {
  if (tables.length === 0) return '';
  return `${names(
    tables.map(({ name }) => name),
    'table',
  )} ${words(tables.length === 1)}`;
}

/** `a`, `a and b`, `a, b and c`, `a, b and 4 other tables`. */
function names(list: readonly string[], noun: string): string {
  const shown = list.length <= maxNames ? list.slice(0, -1) : list.slice(0, maxNames - 1);
  const rest = list.length - shown.length;
  const last = rest === 1 ? (list.at(-1) ?? '') : `${rest} other ${plural(rest, noun)}`;
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}
