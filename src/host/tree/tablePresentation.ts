import type { DumpId } from '../../core/dumpId';
import { formatBytes, formatCount, formatDateTime, formatDay, formatPlural } from '../../core/format';
import { describeExclusion, type ExcludedFile } from '../../core/history/tableFiles';
import { migrationsTable } from '../../core/manifest';
import type { TableTotals } from '../../core/history/tableTotals';
import type { OtherFilesNode, PartNode, PartStanding, TableDumpNode, TableHistoryNode, TablesNode } from './nodes';
import type { Presentation } from './presentation';

type Facts = readonly (readonly [string, string])[];

/** *Tables*, above the syncs. */
export function presentTables({ asOf, pinned, count }: TablesNode): Presentation {
  const words = [
    ...(count === undefined ? [] : [formatCount(count)]),
    ...(pinned !== undefined
      ? [`as of ${pinned.dump}`, ...(pinned.newest === undefined ? [] : [`newest is ${pinned.newest}`])]
      : [asOf === undefined ? 'no manifest yet' : `as of ${asOf}`]),
  ];
  const text = 'Each table over all its dumps: which files make it up, and why each other one does not count.';
  return {
    label: 'Tables',
    description: words.join(' · '),
    tooltip: {
      text:
        pinned === undefined
          ? text
          : `${text} Shown as of dump ${pinned.dump}, until another one or the newest is chosen.`,
      facts: [],
    },
    icon: 'layers',
    ...(pinned === undefined ? {} : { iconColor: 'list.warningForeground' }),
    context: `tables refreshable asOf${pinned === undefined ? '' : ' pinned'}`,
    children: 'collapsed',
  };
}

/** A table over all its dumps. What it consists of is known once it was opened, or by `totals`. */
export function presentTableHistory(node: TableHistoryNode, totals?: TableTotals): Presentation {
  const { table, isInternal, asOf, effective } = node;
  const isMigrations = table === migrationsTable;
  const all =
    effective === undefined ? totals?.files : effective.files.length + (effective.unresolved?.length ?? 0);
  // A file that two dumps list is in the totals twice: what was counted file by file is right.
  const listed = totals?.files === all ? totals?.listed : undefined;
  const bytes = listed?.bytes;
  const files = all === undefined ? undefined : all - (listed?.missing ?? 0);
  const known = effective ?? totals;
  const words = [
    ...(files === undefined ? [] : [formatPlural(files, 'file')]),
    ...(bytes === undefined ? [] : [formatBytes(bytes)]),
    ...sinceWords(isMigrations, known),
    ...(isInternal ? ['internal'] : []),
  ];
  const facts: (readonly [string, string])[] = [['As of dump', asOf.toString()]];
  if (files !== undefined)
    facts.push([effective === undefined ? 'Files by the manifests of its dumps' : 'Files', formatCount(files)]);
  if (bytes !== undefined) facts.push(['Bytes', formatCount(bytes)]);
  if (known?.since !== undefined) facts.push(['Starts at the full dump', known.since.toString()]);
  return {
    label: table,
    ...(words.length === 0 ? {} : { description: words.join(' · ') }),
    tooltip: { text: tableSentence(isMigrations, known), facts },
    icon: isMigrations ? 'git-merge' : 'table',
    context: `table refreshable${isInternal ? ' internal' : ''}`,
    children: 'collapsed',
  };
}

function sinceWords(isMigrations: boolean, known: { readonly since?: DumpId } | undefined): readonly string[] {
  if (isMigrations) return ['newest copy only'];
  if (known === undefined) return [];
  return [known.since === undefined ? 'no full dump known' : `since ${known.since}`];
}

function tableSentence(isMigrations: boolean, known: { readonly since?: DumpId } | undefined): string {
  if (isMigrations) return 'Always delivered in full: the newest copy is the table.';
  if (known !== undefined && known.since === undefined)
    return 'No full dump of it is known: its files from the first dump on make it up, and there may be earlier ones.';
  return 'The files of its newest full dump, and of all later ones, make it up.';
}

/** A dump among those of a table: one that is part of it, or one that is not, dimmed and with the reason. */
export function presentTableDump(node: TableDumpNode, now: number): Presentation {
  return node.excluded === undefined ? presentLive(node, now) : presentExcluded(node, node.excluded, now);
}

function presentLive(node: TableDumpNode, now: number): Presentation {
  const { table, dump, delivered, effective, files, listed } = node;
  const isMigrations = table === migrationsTable;
  const isResync = effective.since === dump && !isMigrations;
  const { missing = 0, unlisted = 0 } = listed ?? {};
  const words = [
    ...(missing > 0 ? [`${formatCount(missing)} missing`] : []),
    ...(delivered === undefined ? [] : [formatDay(delivered, now)]),
    formatPlural(files - missing, 'file'),
    ...(listed === undefined ? [] : [formatBytes(listed.bytes)]),
    ...(isResync ? ['full resync'] : []),
    ...(unlisted > 0 ? [`${formatCount(unlisted)} in no manifest`] : []),
  ];
  const facts: Facts = [
    ...dumpFacts(node),
    ['Files that count', formatCount(files - missing)],
    ...(listed === undefined ? [] : [['Bytes', formatCount(listed.bytes)] as const]),
    ...(missing > 0 ? [['In the manifest, not in the bucket', formatCount(missing)] as const] : []),
    ...(unlisted > 0 ? [['In the bucket but in no manifest', formatCount(unlisted)] as const] : []),
  ];
  return {
    label: dump.toString(),
    description: words.join(' · '),
    tooltip: {
      text: isResync
        ? `A full resync: the table starts here, as of dump ${effective.asOf}.`
        : `Part of the table as of dump ${effective.asOf}.`,
      facts,
    },
    ...(missing > 0
      ? { icon: 'error', iconColor: 'list.errorForeground', state: 'missing' }
      : isResync
        ? { icon: 'sync', iconColor: 'gitDecoration.modifiedResourceForeground', state: 'resync' }
        : { icon: 'check' }),
    context: 'table refreshable',
    children: 'collapsed',
  };
}

function presentExcluded(node: TableDumpNode, excluded: readonly ExcludedFile[], now: number): Presentation {
  const reasons = [...new Set(excluded.map((file) => shortReason(file, node.effective.asOf)))];
  const isDelivered = node.delivered !== undefined;
  const [code] = new Set(excluded.map((file) => file.code));
  const look = looks[code ?? 'unknown'];
  return {
    label: node.dump.toString(),
    description: [
      reasons.join(', '),
      formatPlural(excluded.length, 'file'),
      ...(isDelivered ? [formatDay(node.delivered, now)] : []),
    ].join(' · '),
    tooltip: {
      text: [...new Set(excluded.map((file) => describeExclusion(file, node.effective)))].map(sentence).join(' '),
      facts: [...dumpFacts(node), ['Files that do not count', formatCount(excluded.length)]],
    },
    icon: look.icon,
    iconColor: look.color,
    state: look.color === 'list.errorForeground' ? 'missing' : 'outdated',
    context: 'refreshable',
    children: 'collapsed',
  };
}

function dumpFacts({ table, delivered }: TableDumpNode): Facts {
  return [
    ['Table', table],
    ...(delivered === undefined ? [] : [['Delivered', formatDateTime(delivered)] as const]),
  ];
}

/** What does not count of a table. */
export function presentOtherFiles({ effective, syncs, found }: OtherFilesNode): Presentation {
  return {
    label: 'Not in the table',
    description:
      found === undefined
        ? 'superseded, newer or in no manifest'
        : found.files === 0
          ? 'nothing'
          : `${formatPlural(found.files, 'file')} in ${formatPlural(found.dumps, 'dump')}`,
    tooltip: {
      text: `Files of other dumps that do not count as of dump ${effective.asOf}, each with the reason. Opening it lists the table's folder in ${formatPlural(syncs, 'sync', 'syncs')}.`,
      facts: [],
    },
    icon: 'history',
    iconColor: 'disabledForeground',
    state: 'outdated',
    context: 'refreshable',
    children: 'collapsed',
  };
}

/** A part among all files of its table. `inSync`: how it looks below its sync. */
export function presentTablePart(
  inSync: Presentation,
  { part }: PartNode,
  { asOf, exclusion, countsIn }: PartStanding,
): Presentation {
  const facts = inSync.tooltip?.facts ?? [];
  const size = part.bytes === undefined ? [] : [formatBytes(part.bytes)];
  if (exclusion === undefined) {
    const elsewhere = countsIn === undefined ? [] : [`listed in ${countsIn} too, and counted there`];
    return {
      label: inSync.label,
      context: inSync.context,
      children: inSync.children,
      description: [...size, ...elsewhere].join(' · '),
      tooltip: { text: `Part of the table as of dump ${asOf}.`, facts },
      icon: 'check',
    };
  }
  // What lies there and is not listed, or is listed and does not lie there, is said in the same words everywhere.
  if (part.state !== 'listed') return inSync;
  const look = looks[exclusion.code];
  return {
    ...inSync,
    description: [...size, shortReason(exclusion, asOf)].join(' · '),
    tooltip: { text: sentence(describeExclusion(exclusion, { asOf })), facts },
    icon: look.icon,
    iconColor: look.color,
    state: 'outdated',
  };
}

const looks: Readonly<Record<ExcludedFile['code'], { readonly icon: string; readonly color: string }>> = {
  superseded: { icon: 'history', color: 'disabledForeground' },
  olderCopy: { icon: 'history', color: 'disabledForeground' },
  newer: { icon: 'history', color: 'disabledForeground' },
  unlisted: { icon: 'question', color: 'disabledForeground' },
  noManifest: { icon: 'watch', color: 'disabledForeground' },
  unknown: { icon: 'question', color: 'disabledForeground' },
  missing: { icon: 'error', color: 'list.errorForeground' },
  unresolved: { icon: 'error', color: 'list.errorForeground' },
};

/** The reason as a side bar has room for it; the sentence is `describeExclusion`'s. */
function shortReason({ code, by }: ExcludedFile, asOf: DumpId): string {
  switch (code) {
    case 'superseded':
      return `superseded by ${String(by)}`;
    case 'olderCopy':
      return `older copy, ${String(by)} counts alone`;
    case 'newer':
      return `newer than ${asOf}`;
    case 'unlisted':
      return 'in no manifest';
    case 'noManifest':
      return 'no manifest yet';
    case 'unknown':
      return 'manifest cannot be read';
    case 'missing':
    case 'unresolved':
      return 'missing: listed, not in the bucket';
  }
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
