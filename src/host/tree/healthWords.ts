import { describeFailure } from '../../core/describeFailure';
import type { DumpId } from '../../core/dumpId';
import { formatCount, formatDateTime, formatPlural } from '../../core/format';
import { countProblems } from '../../core/history/checkHealth';
import type { ExportHistory } from '../../core/history/exportHistory';
import type { HealthCode, HealthProblem } from '../../core/history/healthProblem';
import { sumTable, type UnknownTable } from '../../core/history/tableTotals';
import { describeHealth } from '../health/healthStatus';
import type { ConnectionHealth } from '../health/healthWatch';
import type { ConnectionNode, TableHistoryNode, TreeNode } from './nodes';
import { asOfFirst, type Presentation } from './presentation';
import { presentTableHistory } from './tablePresentation';

/** Told by the tree already, from the manifest and the listing at the place. */
const toldElsewhere: ReadonlySet<HealthCode> = new Set<HealthCode>([
  'missingFiles',
  'unlistedFiles',
  'fullResync',
  'folderGone',
]);
/** Problems that a tooltip tells whole. */
const toldInTooltip = 6;

type Problems = readonly HealthProblem[];

/** A node's looks, with what health knows of it. Each node tells what is about it, and connections tell the whole. */
export function addHealth(
  look: Presentation,
  node: TreeNode,
  health: ConnectionHealth | undefined,
  now: number,
): Presentation {
  if (health === undefined) return look;
  const problems = health.reading?.problems ?? [];
  switch (node.kind) {
    case 'connection':
      return addToConnection(look, node, health, now);
    case 'tableHistory':
      return addToTableHistory(node, health);
    case 'tableDump':
      return addToTable(
        look,
        problems.filter(({ dump, table }) => dump === node.dump && table === node.table),
      );
    case 'syncs':
      return addToGroup(look, problems, 'syncOverdue', 'overdue');
    case 'reports':
      return addToGroup(look, problems, 'syncFailed', 'failed');
    case 'sync': {
      const own = problems.filter(({ dump }) => dump === node.sync.dump);
      return node.sync.manifest === undefined ? addToUnfinished(look, own) : addToSync(look, own);
    }
    case 'table':
      return addToTable(
        look,
        problems.filter(({ dump, table }) => dump === node.dump && table === node.table.name),
      );
    default:
      return look;
  }
}

function addToConnection(
  look: Presentation,
  node: ConnectionNode,
  health: ConnectionHealth,
  now: number,
): Presentation {
  const { reading, failure } = health;
  if (reading === undefined && failure === undefined) return look;
  const problems = reading?.problems ?? [];
  const facts: [string, string][] = [];
  if (reading !== undefined) {
    facts.push(['Health', countProblems(problems)]);
    facts.push(['Checked', formatDateTime(reading.checkedAt)]);
  }
  if (failure !== undefined) {
    const { message, hint } = describeFailure(failure);
    facts.push(['Health not known', `${message} ${hint}`.trim()]);
  }
  const words =
    reading === undefined
      ? [look.description ?? '', 'health not known'].filter((word) => word !== '').join(' · ')
      : asOfFirst(node, describeHealth(health, now));
  return {
    ...withFacts(look, [...facts, ...problemFacts(problems.filter(({ severity }) => severity === 'error'))]),
    description: words,
    ...(problems.some(isError) ? { iconColor: 'list.errorForeground', state: 'unhealthy' } : {}),
  };
}

/** `11 · overdue`, or `newest failed`: what is about all syncs, or all reports. */
function addToGroup(
  look: Presentation,
  problems: Problems,
  code: HealthCode,
  state: 'overdue' | 'failed',
): Presentation {
  const found = problems.find((problem) => problem.code === code);
  if (found === undefined) return look;
  return {
    ...withFacts(look, problemFacts([found])),
    description: append(look.description, found.words),
    icon: state === 'failed' ? 'circle-slash' : look.icon,
    ...(isError(found) ? { iconColor: 'list.errorForeground', state } : { iconColor: 'list.warningForeground' }),
  };
}

/** A sync without a manifest: in progress, or given up. */
function addToUnfinished(look: Presentation, own: Problems): Presentation {
  const found = own.find(({ code }) => code === 'syncInProgress' || code === 'syncStale');
  if (found === undefined) return look;
  const isStale = found.code === 'syncStale';
  return {
    ...withFacts(look, problemFacts(own)),
    description: append(look.description, found.words),
    icon: isStale ? 'watch' : 'loading~spin',
    ...(isStale && found.severity === 'warning' ? { iconColor: 'list.warningForeground', state: 'stale' } : {}),
  };
}

function addToSync(look: Presentation, own: Problems): Presentation {
  // A manifest that cannot be read is what the node says, and nothing else is known of it.
  if (own.length === 0 || look.state === 'unreadable') return look;
  const errors = own.filter(isError);
  const gained = own.filter(({ code }) => code === 'columnAdded');
  const warnings = own.filter(({ code, severity }) => severity === 'warning' && code !== 'fullResync');
  const [onlyError] = errors;
  const [onlyGain] = gained;
  const worst =
    onlyError === undefined ? '' : errors.length === 1 ? onlyError.words : formatPlural(errors.length, 'error');
  const words = [
    // First: a side bar is narrow, and this is what one looks for.
    worst,
    look.description ?? '',
    warnings.length === 0 ? '' : formatPlural(warnings.length, 'warning'),
    onlyGain === undefined ? '' : gained.length === 1 ? onlyGain.words : `+ columns in ${gained.length} tables`,
  ];
  return {
    ...withFacts(look, problemFacts(own)),
    description: words.filter((word) => word !== '').join(' · '),
    ...(worst === '' ? {} : { icon: 'error', iconColor: 'list.errorForeground', state: 'missing' }),
  };
}

function addToTable(look: Presentation, own: Problems): Presentation {
  if (own.length === 0) return look;
  const words = own.filter(({ code }) => !toldElsewhere.has(code)).map((problem) => problem.words);
  return {
    ...withFacts(look, problemFacts(own)),
    ...(words.length === 0 ? {} : { description: [...new Set(words)].reduce(append, look.description ?? '') }),
  };
}

/** A table over all its dumps: what it consists of, and what is wrong with it in the dumps that make it up. */
function addToTableHistory(node: TableHistoryNode, { reading }: ConnectionHealth): Presentation {
  if (reading === undefined) return presentTableHistory(node);
  const { table, asOf } = node;
  const sum = sumOnce(reading.history, table, asOf);
  const totals = sum !== undefined && 'files' in sum ? sum : undefined;
  const look =
    sum !== undefined && 'unreadable' in sum ? presentUnknown(node, sum) : presentTableHistory(node, totals);
  const own = reading.problems
    .filter(({ code, ...about }) => about.table === table && code !== 'noFullDump')
    .filter(({ dump = asOf }) => dump <= asOf && dump >= (totals?.since ?? 0n))
    .map((problem) => ({ ...problem, words: wordsWithDump(problem, asOf) }));
  const missing = own.filter(({ code }) => code === 'missingFiles');
  const [first] = missing;
  if (first === undefined) return addToTable(look, own);
  const words = missing.length === 1 ? first.words : `files missing in ${missing.length} dumps`;
  return addToTable(
    {
      ...look,
      // First: a side bar is narrow, and this is what one looks for.
      description: look.description === undefined ? words : `${words} · ${look.description}`,
      icon: 'error',
      iconColor: 'list.errorForeground',
      state: 'missing',
    },
    own,
  );
}

type TableSum = ReturnType<typeof sumTable>;
const sums = new WeakMap<ExportHistory, Map<string, TableSum>>();

/** The view asks for all its lines whenever one has changed, and a table may have thousands of dumps. */
function sumOnce(history: ExportHistory, table: string, asOf: DumpId): TableSum {
  const known = sums.get(history) ?? new Map<string, TableSum>();
  sums.set(history, known);
  const key = `${asOf} ${table}`;
  if (!known.has(key)) known.set(key, sumTable(history, table, asOf));
  return known.get(key);
}

function presentUnknown(node: TableHistoryNode, { unreadable }: UnknownTable): Presentation {
  const look = presentTableHistory(node);
  return {
    ...look,
    description: append(`not known: manifest of ${unreadable} cannot be read`, look.description ?? ''),
    tooltip: {
      text: `Which files make it up is not known: the manifest of dump ${unreadable} cannot be read, and what it lists may count.`,
      facts: look.tooltip?.facts ?? [],
    },
    icon: 'warning',
    iconColor: 'list.errorForeground',
    state: 'unreadable',
  };
}

/** `+ plan in 1238`: where the node is not that of the dump. */
function wordsWithDump({ words, dump }: HealthProblem, asOf: DumpId): string {
  return dump === undefined || dump === asOf ? words : `${words} in ${dump}`;
}

function isError({ severity }: HealthProblem): boolean {
  return severity === 'error';
}

function append(description: string | undefined, words: string): string {
  return [description ?? '', words].filter((word) => word !== '').join(' · ');
}

function problemFacts(problems: Problems): readonly (readonly [string, string])[] {
  const names = { error: 'Error', warning: 'Warning', information: 'To be known' } as const;
  const facts = problems
    .slice(0, toldInTooltip)
    .map(({ severity, message, action }) => [names[severity], `${message} ${action}`] as const);
  const rest = problems.length - facts.length;
  return rest > 0 ? [...facts, ['', `and ${formatCount(rest)} more`] as const] : facts;
}

function withFacts(look: Presentation, facts: readonly (readonly [string, string])[]): Presentation {
  const { text, facts: known } = look.tooltip ?? { text: '', facts: [] };
  return facts.length === 0 ? look : { ...look, tooltip: { text, facts: [...known, ...facts] } };
}
