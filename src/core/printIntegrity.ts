import { describeFailure } from './describeFailure';
import type { FailureData } from './failure';
import { formatBytes, formatCount, formatDateTime, formatPlural } from './format';
import type { Damage } from './partProgress';
import type { PartReport } from './partReport';

/** What became of one file: its report, or why it could not be read. */
export interface VerifiedPart {
  readonly file: string;
  readonly uri: string;
  /** Decimal. */
  readonly dump?: string;
  readonly report?: PartReport;
  readonly failure?: FailureData;
}

export interface IntegrityHeading {
  /** `pageviews as of dump 1241`, or a file's name. */
  readonly what: string;
  /** When it was done, epoch milliseconds; in UTC, because the text leaves the machine. */
  readonly at: number;
  /** Sentences about what is not in the files at all. */
  readonly notes?: readonly string[];
}

/** One sentence: is all well? */
export function summarizeIntegrity(parts: readonly VerifiedPart[]): string {
  const unsound = parts.filter(({ report }) => report?.isSound !== true);
  const rows = parts.reduce((sum, { report }) => sum + (report?.rowsDecoded ?? 0), 0);
  const bytes = parts.reduce((sum, { report }) => sum + (report?.bytes ?? 0), 0);
  const all = `${formatPlural(parts.length, 'part')} with ${formatPlural(rows, 'row')} in ${formatBytes(bytes)}`;
  if (unsound.length === 0) return `Sound: ${all}.`;
  return `${formatCount(unsound.length)} of ${all} ${unsound.length === 1 ? 'is' : 'are'} not sound.`;
}

/** The integrity of files as Markdown (GitHub's): what was found, the damaged ones first, then all. Ends in a line break. */
export function printIntegrity(parts: readonly VerifiedPart[], { what, at, notes = [] }: IntegrityHeading): string {
  const unsound = parts.filter(({ report }) => report?.isSound !== true);
  const sections = [
    `# Integrity of ${escapeText(what)}`,
    `Read to the end and checked on ${formatDateTime(at, { timeZone: 'UTC' })}: rows declared by each block against rows there, checksums, sync markers, bytes left over.`,
    `**${escapeText(summarizeIntegrity(parts))}**`,
    ...notes.map(escapeText),
    ...unsound.map(printUnsound),
    printTable(parts),
  ];
  return `${sections.join('\n\n')}\n`;
}

function printUnsound({ file, uri, dump, report, failure }: VerifiedPart): string {
  const head = `## ${escapeText(file)}${dump === undefined ? '' : ` of dump ${dump}`}`;
  if (report === undefined) {
    const { message, hint } = describeFailure(failure ?? { code: 'internal', facts: {} });
    return [head, `<${uri}>`, escapeText(`${message} ${hint}`.trim())].join('\n\n');
  }
  const lost = report.rowsDeclared - report.rowsDecoded;
  const words = `${formatPlural(report.rowsDecoded, 'row')} can be read${lost > 0 ? `, ${formatCount(lost)} of those declared cannot` : ''}.`;
  const lines = [
    '| block | from byte | to byte | rows declared | rows read | why |',
    '|--:|--:|--:|--:|--:|:--|',
    ...report.damage.map(damageLine),
  ];
  return [head, `<${uri}>`, words, lines.join('\n')].join('\n\n');
}

function damageLine({ block, offset, resumedAt, declaredRows, decodedRows, detail }: Damage): string {
  const declared = declaredRows === undefined ? '?' : formatCount(declaredRows);
  return `| ${formatCount(block)} | ${formatCount(offset)} | ${formatCount(resumedAt)} | ${declared} | ${formatCount(decodedRows)} | ${escapeText(detail)} |`;
}

function printTable(parts: readonly VerifiedPart[]): string {
  const lines = parts.map(({ file, dump = '', report }) => {
    if (report === undefined) return `| ${dump} | ${escapeText(file)} | | | | | not read |`;
    const { codec, bytes, blocks, rowsDecoded, isSound } = report;
    return `| ${dump} | ${escapeText(file)} | ${formatCount(rowsDecoded)} | ${formatCount(blocks)} | ${formatBytes(bytes)} | ${codec} | ${isSound ? 'sound' : '**damaged**'} |`;
  });
  return [
    '## All parts',
    ['| dump | part | rows | blocks | size | codec | |', '|--:|:--|--:|--:|--:|:--|:--|', ...lines].join('\n'),
  ].join('\n\n');
}

/** Text from elsewhere shows as it is, and marks nothing up. */
function escapeText(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#]/g, '\\$&').replace(/\s+/g, ' ');
}
