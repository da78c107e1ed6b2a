import { describeFailure } from '../../core/describeFailure';
import { failureTitle } from '../../core/failureTitle';
import { formatAgo, formatDateTime, formatPlural } from '../../core/format';
import { countProblems, summarizeHealth } from '../../core/history/checkHealth';
import { newestDelivered } from '../../core/history/exportHistory';
import type { HealthProblem } from '../../core/history/healthProblem';
import { escapeMarkdown } from '../../core/markdown';
import type { ConnectionHealth } from './healthWatch';

/** The status-bar item as values. */
export interface HealthStatus {
  /** With its icon, as `$(name)`. */
  readonly text: string;
  /** The same for a screen reader. */
  readonly spoken: string;
  /** Markdown. */
  readonly tooltip: string;
  readonly isError: boolean;
}

/** The last look for new dumps, if it failed. */
export interface PollFault {
  readonly name: string;
  readonly message: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Health that was read longer ago than this is said to be so. */
const freshMs = 3_600_000;
/** Errors that the tooltip tells of each connection; the report has all. */
const toldErrors = 4;

/** The status of all connections that were opened; `undefined`: there is nothing to tell. Of several, the one that needs somebody most. */
export function presentStatus(
  all: readonly ConnectionHealth[],
  now: number,
  faults: readonly PollFault[] = [],
): HealthStatus | undefined {
  const [worst] = [...all].sort((a, b) => urgencyOf(b) - urgencyOf(a));
  if (worst === undefined) return undefined;
  const words = `${all.length > 1 ? `${worst.name}: ` : ''}${describeHealth(worst, now)}`;
  return {
    text: `$(${iconOf(worst)}) ${words}`,
    spoken: `Data Connect health: ${words}`,
    tooltip: tooltipOf(all, now, faults),
    isError: countOf(worst, 'error') > 0,
  };
}

/** In one line: `dump 1241 · 3 h ago · 2 errors`. Also where it stands in the tree and in pick lists. */
export function describeHealth({ reading, isReading, failure }: ConnectionHealth, now: number): string {
  if (reading === undefined) return isReading ? 'reading health…' : 'health not known';
  const age = now - reading.checkedAt;
  return [
    summarizeHealth(reading.history, reading.problems, now),
    ...(failure !== undefined || age > freshMs ? [`checked ${formatAgo(reading.checkedAt, now)}`] : []),
  ].join(' · ');
}

function countOf({ reading }: ConnectionHealth, severity: HealthProblem['severity']): number {
  return reading?.problems.filter((problem) => problem.severity === severity).length ?? 0;
}

/** Errors before what is not known, before warnings. */
function urgencyOf(health: ConnectionHealth): number {
  return (
    countOf(health, 'error') * 1e6 +
    (health.failure === undefined ? 0 : 1e5) +
    Math.min(countOf(health, 'warning'), 1e4) +
    (health.reading === undefined ? 0 : 0.5)
  );
}

function iconOf(health: ConnectionHealth): string {
  if (health.isReading) return 'loading~spin';
  if (countOf(health, 'error') > 0) return 'error';
  if (health.reading === undefined) return 'question';
  return countOf(health, 'warning') > 0 || health.failure !== undefined ? 'warning' : 'check';
}

function tooltipOf(all: readonly ConnectionHealth[], now: number, faults: readonly PollFault[]): string {
  const lines = ['| | Newest dump&emsp; | Delivered&emsp; | Health&emsp; | Checked |', '|:--|:--|:--|:--|:--|'];
  for (const { name, reading, isReading } of all) {
    const newest = reading === undefined ? undefined : newestDelivered(reading.history);
    const delivered = newest?.manifest.delivered;
    const cells = [
      name,
      newest?.dump.toString() ?? '',
      delivered === undefined ? '' : formatAgo(delivered, now),
      reading === undefined ? (isReading ? 'reading…' : 'not known') : countProblems(reading.problems),
      reading === undefined ? '' : formatAgo(reading.checkedAt, now),
    ];
    // A hover leaves no room between the columns of a table.
    lines.push(`| ${cells.map(escapeMarkdown).join('&emsp; | ')} |`);
  }
  const notes = all.flatMap(({ name, reading, failure }) => {
    const prefix = all.length > 1 ? `${name}: ` : '';
    const errors = (reading?.problems ?? []).filter(({ severity }) => severity === 'error');
    const told = errors.slice(0, toldErrors).map(({ message }) => `${prefix}${message}`);
    const rest = errors.length - told.length;
    if (rest > 0) told.push(`${prefix}and ${formatPlural(rest, 'more error')}.`);
    if (failure === undefined) return told;
    const { message, hint } = describeFailure(failure);
    return [...told, `${prefix}${failureTitle(failure.code)}. ${message} ${hint}`.trim()];
  });
  const polls = faults.map(
    ({ name, message, at }) => `${name}: the look for new dumps at ${formatDateTime(at)} failed. ${message}`,
  );
  const items = [...notes, ...polls].map((note) => `- ${escapeMarkdown(note)}`);
  return [lines.join('\n'), ...(items.length === 0 ? [] : [items.join('\n')])].join('\n\n');
}
