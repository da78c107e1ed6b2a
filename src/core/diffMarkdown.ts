import { formatBytes, formatCount, formatDateTime, formatPlural, plural } from './format';
import { escapeMarkdown, markdownCode } from './markdown';
import type { DefinitionsDiff, ManifestDiff, TableDiff, TableSide } from './manifestDiff';

/** What stands above a diff: where it was made, and what each side is. */
export interface DiffHeading {
  /** The connection's name or the bucket. */
  readonly connection?: string;
  readonly from?: DumpFacts;
  readonly to?: DumpFacts;
  /** For the times of delivery; UTC by default, because the text leaves the machine. */
  readonly timeZone?: string;
}

/** A dump in a heading. */
export interface DumpFacts {
  /** Decimal. */
  readonly dump: string;
  /** When its manifest was written, epoch milliseconds. */
  readonly delivered?: number;
  readonly tables: number;
  /** Listed, over all tables. */
  readonly files: number;
}

/** A diff as Markdown (GitHub's): summary, list of things to do, then the facts, riskiest first. Ends in a line break. */
export function printDiffMarkdown(diff: ManifestDiff, heading: DiffHeading = {}): string {
  const sections = [
    `# Dump ${diff.from} → ${diff.to}`,
    headingLines(heading),
    `${escapeMarkdown(diff.summary)}.`,
    stepsSection(diff),
    tablesSection('Full resyncs', diff, isResynced),
    tablesSection('Missing files', diff, hasMissing),
    columnsSection(diff),
    tablesSection('Not in this dump', diff, ({ change }) => change === 'gone'),
    tablesSection('New tables', diff, ({ change }) => change === 'added'),
    tablesSection('New files', diff, hasOnlyFiles),
    definitionsSection(diff.definitions),
    restLine(diff),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function isResynced({ change }: TableDiff): boolean {
  return change === 'resynced';
}

function hasMissing({ to }: TableDiff): boolean {
  return (to?.missingFiles ?? 0) > 0;
}

function hasColumnChange({ columnsAdded, columnsRemoved }: TableDiff): boolean {
  return columnsAdded.length + columnsRemoved.length > 0;
}

function hasOnlyFiles({ change }: TableDiff): boolean {
  return change === 'delivered' || change === 'incremental' || change === 'migrations';
}

function headingLines({ connection, from, to, timeZone = 'UTC' }: DiffHeading): string {
  const lines: string[] = [];
  if (connection !== undefined) lines.push(`- Export: ${escapeMarkdown(connection)}`);
  for (const side of [from, to]) {
    if (side === undefined) continue;
    const when = side.delivered === undefined ? '' : `, delivered ${formatDateTime(side.delivered, { timeZone })}`;
    lines.push(
      `- Dump ${side.dump}: ${formatPlural(side.tables, 'table')}, ${formatPlural(side.files, 'file')}${when}`,
    );
  }
  return lines.join('\n');
}

function stepsSection({ from, to, steps }: ManifestDiff): string {
  if (steps === undefined)
    return from === to
      ? `Both sides are dump ${to}.`
      : `Dump ${to} is not the later one: there is no way to bring a copy there.`;
  if (steps.length === 0) return '';
  const lines = steps.map(({ tables, subject, action }) => {
    const name = tables.length === 1 ? markdownCode(subject) : escapeMarkdown(capitalize(subject));
    return `- [ ] ${name}: ${escapeMarkdown(action)}`;
  });
  return [`## To bring a copy from ${from} to ${to}`, '', ...lines].join('\n');
}

function tablesSection(title: string, diff: ManifestDiff, belongs: (table: TableDiff) => boolean): string {
  const tables = diff.tables.filter((table) => !table.isInternal && belongs(table));
  if (tables.length === 0) return '';
  const rows = tables.map((table) => {
    const cells = [
      cell(markdownCode(table.name)),
      change(table, (side) => side.mode),
      change(table, (side) => formatCount(side.files)),
      change(table, (side) => (side.bytes === undefined ? '?' : formatBytes(side.bytes))),
      noteOf(table),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    `## ${title} (${tables.length})`,
    '',
    '| Table | Mode | Files | Size | Note |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** `58 → 61`, or one value where both sides have the same, or there is only one side. */
function change(table: TableDiff, show: (side: TableSide) => string): string {
  const from = table.from === undefined ? undefined : show(table.from);
  const to = table.to === undefined ? undefined : show(table.to);
  if (from === undefined || to === undefined || from === to) return to ?? from ?? '';
  return `${from} → ${to}`;
}

function noteOf(table: TableDiff): string {
  const notes: string[] = [];
  const missing = table.to?.missingFiles ?? 0;
  if (missing > 0)
    notes.push(`${formatPlural(missing, 'listed file')} ${plural(missing, 'is', 'are')} not in the bucket`);
  if (table.change === 'resynced') notes.push('all earlier data is invalid');
  if (table.change === 'gone') notes.push('a table without new data may be left out; what was loaded stays valid');
  if (table.change === 'added' && table.to?.mode === 'incremental')
    notes.push('incremental: earlier dumps may have it too');
  if (table.change === 'migrations') notes.push('always in full; only the newest copy counts');
  return notes.join('; ');
}

function columnsSection(diff: ManifestDiff): string {
  const tables = diff.tables.filter((table) => !table.isInternal && hasColumnChange(table));
  if (tables.length === 0) return '';
  const added = tables.reduce((sum, table) => sum + table.columnsAdded.length, 0);
  const removed = tables.reduce((sum, table) => sum + table.columnsRemoved.length, 0);
  const lines = tables.map((table) => {
    const changes = [
      ...table.columnsRemoved.map((name) => `− ${markdownCode(name)}`),
      ...table.columnsAdded.map((name) => `+ ${markdownCode(name)}`),
    ];
    return `- ${markdownCode(table.name)}: ${changes.join(', ')}`;
  });
  return [`## Columns (+${added} −${removed})`, '', ...lines].join('\n');
}

function definitionsSection({ added, removed, changed, note }: DefinitionsDiff): string {
  const lines = [
    ...removed.map((name) => `- − ${markdownCode(name)}`),
    ...changed.map((name) => `- changed: ${markdownCode(name)}`),
    ...added.map((name) => `- + ${markdownCode(name)}`),
  ];
  if (note !== undefined) lines.push(escapeMarkdown(note));
  return lines.length === 0 ? '' : ['## Property definitions', '', ...lines].join('\n');
}

/** What was left out above, as counts. */
function restLine({ tables }: ManifestDiff): string {
  const unchanged = tables.filter((table) => !table.isInternal && table.change === 'unchanged').length;
  const internal = tables.filter((table) => table.isInternal).length;
  const lines: string[] = [];
  if (unchanged > 0) lines.push(`${formatPlural(unchanged, 'table')} ${plural(unchanged, 'is', 'are')} unchanged.`);
  if (internal > 0)
    lines.push(`${formatPlural(internal, 'internal table')} ${plural(internal, 'is', 'are')} left out.`);
  return lines.join(' ');
}

/** In a table a pipe ends the cell, even in code; there, and only there, a backslash before it is taken away. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
