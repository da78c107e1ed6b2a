import { compareDumps } from '../dumpId';
import { formatAgo, formatPlural } from '../format';
import { checkColumns, type SchemaColumns } from './columnHealth';
import { type ExportHistory, newestDelivered } from './exportHistory';
import { type HealthProblem, healthSeverities } from './healthProblem';
import { checkSyncs } from './syncHealth';
import { checkTables } from './tableHealth';

export interface HealthContext {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Columns by the Avro schema of the newest dump's parts, as far as they were read. */
  readonly schemas?: SchemaColumns;
  /** What lies at the top of the bucket, for one that is no export. */
  readonly found?: readonly string[];
}

/** All that is not as it should be, or that a loader has to know: errors first, then the newest dump first, then by table. */
export function checkHealth(history: ExportHistory, context: HealthContext): readonly HealthProblem[] {
  if (history.dumps.length === 0 && history.strays.length === 0) return [notAnExport(context.found ?? [])];
  const problems = [
    ...checkSyncs(history, context.now),
    ...checkTables(history, context.now),
    ...checkColumns(history, context.schemas ?? new Map()),
  ];
  const rank = ({ severity }: HealthProblem): number => healthSeverities.indexOf(severity);
  const dumpOf = ({ dump }: HealthProblem): bigint => dump ?? 1n << 200n;
  return problems.sort(
    (a, b) =>
      rank(a) - rank(b) ||
      compareDumps(dumpOf(b), dumpOf(a)) ||
      compareTexts(a.table ?? '', b.table ?? '') ||
      compareTexts(a.code, b.code),
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function notAnExport(found: readonly string[]): HealthProblem {
  const seen = found.length === 0 ? 'it is empty' : `it has ${found.join(', ')}`;
  return {
    code: 'notAnExport',
    severity: 'error',
    words: 'not an export',
    message: `This does not look like a Data Connect export: there is no sync_<number>/ folder and no manifest; ${seen}.`,
    action: 'Check the bucket and the prefix; of a new connection the first sync may still be to come.',
  };
}

/** The whole in one line: `dump 1010103141 · 2 errors, 1 warning`, or `… · healthy`; given `now`, with how long ago the dump was delivered. */
export function summarizeHealth(
  history: ExportHistory,
  problems: readonly HealthProblem[],
  /** Epoch milliseconds. */
  now?: number,
): string {
  const newest = newestDelivered(history);
  const delivered = newest?.manifest.delivered;
  return [
    newest === undefined ? 'no dump' : `dump ${newest.dump}`,
    ...(delivered === undefined || now === undefined ? [] : [formatAgo(delivered, now)]),
    countProblems(problems),
  ].join(' · ');
}

/** `2 errors, 1 warning`, or `healthy`. */
export function countProblems(problems: readonly HealthProblem[]): string {
  const counts = (['error', 'warning'] as const).flatMap((severity) => {
    const count = problems.filter((problem) => problem.severity === severity).length;
    return count === 0 ? [] : [formatPlural(count, severity)];
  });
  return counts.length === 0 ? 'healthy' : counts.join(', ');
}
