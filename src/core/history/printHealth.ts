import { formatDateTime, formatPlural } from '../format';
import { escapeMarkdown, markdownCode } from '../markdown';
import { summarizeHealth } from './checkHealth';
import { type ExportHistory, newestDelivered } from './exportHistory';
import { describeOthers, type FoldedProblem, foldProblems } from './foldProblems';
import { type HealthProblem, healthSeverities, type HealthSeverity } from './healthProblem';

export interface HealthHeading {
  /** The connection's name or the bucket. */
  readonly name: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

const headings: Readonly<Record<HealthSeverity, string>> = {
  error: 'Errors',
  warning: 'Warnings',
  information: 'To be known',
};

/** The health of an export as Markdown (GitHub's), to be pasted into a ticket. Times are in UTC. Ends in a line break. */
export function printHealthMarkdown(
  history: ExportHistory,
  problems: readonly HealthProblem[],
  { name, now }: HealthHeading,
): string {
  const newest = newestDelivered(history);
  const delivered = newest?.manifest.delivered;
  const notListed = history.dumps.filter(({ listing }) => listing === undefined).length;
  const facts = [
    `- Export: ${escapeMarkdown(name)}`,
    ...(newest === undefined
      ? []
      : [
          `- Newest dump: ${newest.dump}, ${formatPlural(newest.manifest.tables.size, 'table')}${delivered === undefined ? '' : `, delivered ${formatDateTime(delivered, { timeZone: 'UTC' })}`}`,
        ]),
    `- Looked at: ${formatPlural(history.dumps.length, 'dump')}, ${formatDateTime(now, { timeZone: 'UTC' })}${
      notListed === 0 ? '' : `; the files of the oldest ${notListed} were not looked for`
    }`,
  ];
  const sections = healthSeverities.flatMap((severity) => {
    const some = problems.filter((problem) => problem.severity === severity);
    if (some.length === 0) return [];
    // Whoever reloads needs each error and each warning; of what is only to be known, many of a kind are told as one.
    const told = severity === 'information' ? foldProblems(some) : some.map((problem) => ({ problem, others: [] }));
    return [`## ${headings[severity]} (${some.length})`, told.map(itemOf).join('\n')];
  });
  const title = `# Health: ${escapeMarkdown(summarizeHealth(history, problems))}`;
  return `${[title, facts.join('\n'), ...sections].join('\n\n')}\n`;
}

function itemOf(folded: FoldedProblem): string {
  const { code, message, action } = folded.problem;
  const lines = [action, ...(folded.others.length === 0 ? [] : [describeOthers(folded)])];
  return [`- ${markdownCode(code)} ${escapeMarkdown(message)}`, ...lines.map(escapeMarkdown)].join('\n  ');
}
