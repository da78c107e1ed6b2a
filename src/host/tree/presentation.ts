import type { PartSummary, TableContents } from '../../core/catalogModel';
import { describeFailure } from '../../core/describeFailure';
import type { DumpId } from '../../core/dumpId';
import { failureTitle } from '../../core/failureTitle';
import { formatAgo, formatBytes, formatCount, formatDateTime, formatDay, formatPlural } from '../../core/format';
import { migrationsTable } from '../../core/manifest';
import type { NodeState } from './decorations';
import {
  presentOtherFiles,
  presentTableDump,
  presentTableHistory,
  presentTablePart,
  presentTables,
} from './tablePresentation';
import type { ConnectionNode, JsonNode, PartNode, SyncDigest, SyncNode, TableNode, TreeNode } from './nodes';

/** How a node looks, as values: label and description in words, the tooltip as facts, the icon by its codicon name. */
export interface Presentation {
  readonly label: string;
  readonly description?: string;
  /** A sentence or two, then a table of facts. */
  readonly tooltip?: { readonly text: string; readonly facts: readonly (readonly [string, string])[] };
  readonly icon: string;
  readonly iconColor?: string;
  readonly state?: NodeState;
  /** Capabilities, separated by blanks: what `when` clauses of menus ask for. */
  readonly context: string;
  readonly children: 'none' | 'collapsed' | 'expanded';
}

export function presentNode(node: TreeNode, now: number): Presentation {
  switch (node.kind) {
    case 'connection':
      return presentConnection(node, now);
    case 'tables':
      return presentTables(node);
    case 'tableHistory':
      return presentTableHistory(node);
    case 'tableDump':
      return presentTableDump(node, now);
    case 'otherFiles':
      return presentOtherFiles(node);
    case 'syncs':
      return {
        label: 'Syncs',
        description: formatCount(node.count),
        icon: 'history',
        context: 'refreshable',
        children: 'expanded',
      };
    case 'reports':
      return { label: 'Sync reports', icon: 'checklist', context: 'refreshable', children: 'collapsed' };
    case 'sync':
      return withAge(presentSync(node, now), node.newerThan);
    case 'table':
      return presentTable(node.table, node);
    case 'part':
      return node.standing === undefined
        ? presentPart(node)
        : presentTablePart(presentPart(node), node, node.standing);
    case 'json':
      return presentJson(node, now);
    case 'more':
      return {
        label: 'Show more',
        description: `${formatCount(node.shown)} of ${formatCount(node.total)} shown`,
        icon: 'ellipsis',
        context: 'more',
        children: 'none',
      };
    case 'failure': {
      const { message, hint } = describeFailure(node.failure);
      return {
        label: failureTitle(node.failure.code),
        description: message,
        tooltip: { text: hint === '' ? message : `${message} ${hint}`, facts: [] },
        icon: 'error',
        iconColor: 'list.errorForeground',
        context: 'failure',
        children: 'none',
      };
    }
    case 'note':
      return {
        label: node.text,
        tooltip: { text: node.detail, facts: [] },
        icon: 'info',
        context: 'note',
        children: 'none',
      };
  }
}

function presentConnection(node: ConnectionNode, now: number): Presentation {
  const { connection, newest } = node;
  const place =
    connection.kind === 's3'
      ? `s3://${connection.bucket}/${connection.prefix}`
      : connection.kind === 'folder'
        ? connection.path
        : 'a shop that never was';
  const delivered = newest?.manifest?.modified;
  const freshness =
    newest === undefined
      ? undefined
      : [`dump ${newest.dump}`, ...(delivered === undefined ? [] : [formatAgo(delivered, now)])].join(' · ');
  const facts: [string, string][] = [['Place', place]];
  if (connection.kind === 's3') {
    facts.push([
      'Credentials',
      connection.credentials === 'keys'
        ? 'access key, typed by hand'
        : `profile ${connection.profile ?? 'of the default chain'}`,
    ]);
    if (connection.region !== undefined) facts.push(['Region', connection.region]);
    if (connection.endpoint !== undefined) facts.push(['Server', connection.endpoint]);
  }
  if (newest !== undefined) facts.push(['Newest dump with a manifest', newest.dump.toString()]);
  if (delivered !== undefined) facts.push(['Delivered', formatDateTime(delivered)]);
  return {
    label: connection.name,
    description: asOfFirst(
      node,
      freshness ?? (connection.kind === 's3' && connection.name === connection.bucket ? connection.prefix : place),
    ),
    tooltip: { text: 'Only ever read: lists, heads and gets.', facts },
    icon: connection.kind === 's3' ? 'database' : connection.kind === 'folder' ? 'folder-library' : 'beaker',
    context: `connection refreshable asOf${connection.kind === 'sample' ? '' : ' editable'}${node.asOf === undefined ? '' : ' pinned'}`,
    children: 'collapsed',
  };
}

/** What is said of a connection, with the dump that the user chose to see it as of before it: that explains all below. */
export function asOfFirst({ asOf }: ConnectionNode, words: string): string {
  return [...(asOf === undefined ? [] : [`as of ${asOf}`]), ...(words === '' ? [] : [words])].join(' · ');
}

/** A sync that is newer than the dump that the sidebar shows: it is there, and does not count. */
function withAge(look: Presentation, newerThan: DumpId | undefined): Presentation {
  if (newerThan === undefined) return look;
  return {
    ...look,
    description: [`newer than ${newerThan}`, look.description ?? ''].filter((word) => word !== '').join(' · '),
    iconColor: 'disabledForeground',
    state: look.state ?? 'outdated',
  };
}

function presentSync(node: SyncNode, now: number): Presentation {
  const { sync, digest } = node;
  const label = sync.dump.toString();
  const facts: [string, string][] = sync.folder === undefined ? [] : [['Folder', sync.folder]];
  if (sync.manifest === undefined) {
    return {
      label,
      description: 'no manifest yet',
      tooltip: {
        text: 'A sync counts once its manifest is there. Until then it is in progress, or it failed. Nothing in it is to be loaded.',
        facts,
      },
      icon: 'watch',
      iconColor: 'disabledForeground',
      state: 'noManifest',
      context: 'sync copyable refreshable',
      children: 'collapsed',
    };
  }
  const { modified } = sync.manifest;
  const when = modified === undefined ? [] : [formatDay(modified, now)];
  facts.push(['Manifest', sync.manifest.key]);
  if (modified !== undefined) facts.push(['Delivered', formatDateTime(modified)]);
  if (digest?.fault !== undefined) {
    const { message, hint } = describeFailure(digest.fault);
    return {
      label,
      description: [...when, 'manifest cannot be read'].join(' · '),
      tooltip: { text: `${message} ${hint}`.trim(), facts },
      icon: 'warning',
      iconColor: 'list.errorForeground',
      state: 'unreadable',
      context: 'sync copyable refreshable',
      children: 'collapsed',
    };
  }
  const isGone = sync.state === 'manifestOnly';
  const hasResync = (digest?.resyncs.length ?? 0) > 0;
  return {
    label,
    description: [...when, ...digestWords(digest), ...(isGone ? ['its folder is gone'] : [])].join(' · '),
    tooltip: {
      text: isGone
        ? 'The manifest is there, the folder with the files it lists is not.'
        : 'Complete: its manifest was delivered.',
      facts: [...facts, ...digestFacts(digest)],
    },
    icon: isGone ? 'error' : hasResync ? 'sync' : 'check',
    ...(isGone
      ? { iconColor: 'list.errorForeground', state: 'missing' }
      : hasResync
        ? { iconColor: 'gitDecoration.modifiedResourceForeground' }
        : {}),
    context: 'sync diffable copyable refreshable',
    children: 'collapsed',
  };
}

function digestWords(digest: SyncDigest | undefined): readonly string[] {
  if (digest === undefined) return [];
  const [first, ...more] = digest.resyncs;
  return [
    formatPlural(digest.tables, 'table'),
    formatPlural(digest.files, 'file'),
    ...(first === undefined
      ? []
      : [more.length === 0 ? `${first} in full` : `${formatCount(digest.resyncs.length)} tables in full`]),
  ];
}

function digestFacts(digest: SyncDigest | undefined): readonly (readonly [string, string])[] {
  if (digest === undefined) return [];
  return [
    ['Tables', formatCount(digest.tables)],
    ['Listed files', formatCount(digest.files)],
    ...(digest.resyncs.length === 0 ? [] : ([['Full resync', digest.resyncs.join(', ')]] as const)),
    ...(digest.problems === 0 ? [] : ([['Oddities in the manifest', formatCount(digest.problems)]] as const)),
  ];
}

function presentTable(table: TableContents, node: TableNode): Presentation {
  const isMigrations = table.name === migrationsTable;
  const isResync = table.mode === 'full' && !isMigrations && !table.isInternal;
  const { missingFiles = 0, ignoredFiles = 0 } = table;
  const words = [
    ...countWords(table),
    ...(isResync ? ['full resync'] : []),
    ...(missingFiles > 0 ? [`${formatCount(missingFiles)} missing`] : []),
    ...(ignoredFiles > 0 ? [`${formatCount(ignoredFiles)} ignored`] : []),
    ...(table.isInternal ? ['internal'] : []),
    ...(table.state === 'ignored' ? ['not in the manifest'] : []),
  ];
  const mode = { full: 'full', incremental: 'incremental', unknown: 'not said' }[table.mode];
  const facts: [string, string][] = [
    ['Dump', node.dump.toString()],
    ['Mode', isMigrations && table.mode === 'full' ? 'full, as always' : mode],
    ['Files listed in the manifest', formatCount(table.listedFiles)],
    [
      'Of them in the bucket',
      table.presentFiles === undefined
        ? 'too many to count here: expand the table'
        : formatCount(table.presentFiles),
    ],
    ...(ignoredFiles > 0
      ? ([['In the bucket but in no manifest', formatCount(ignoredFiles)]] as [string, string][])
      : []),
    ...(table.bytes === undefined ? [] : ([['Bytes', formatCount(table.bytes)]] as [string, string][])),
    ...(table.columns === undefined
      ? []
      : ([['Columns', `${formatCount(table.columns.length)}: ${table.columns.join(', ')}`]] as [string, string][])),
  ];
  const missing = missingFiles > 0;
  return {
    label: table.name,
    description: words.join(' · '),
    tooltip: { text: tableSentence(table, isMigrations), facts },
    icon: missing ? 'error' : isResync ? 'sync' : isMigrations ? 'git-merge' : 'table',
    ...(missing
      ? { iconColor: 'list.errorForeground', state: 'missing' }
      : isResync
        ? { iconColor: 'gitDecoration.modifiedResourceForeground', state: 'resync' }
        : {}),
    context: `table copyable refreshable${table.isInternal ? ' internal' : ''}`,
    children: 'collapsed',
  };
}

/** Files and size of what counts; nothing where nothing does, and what is listed where it was not counted. */
function countWords({ state, presentFiles, listedFiles, bytes }: TableContents): readonly string[] {
  if (state === 'ignored') return [];
  if (presentFiles === undefined) return listedFiles > 0 ? [formatPlural(listedFiles, 'listed file')] : [];
  return [formatPlural(presentFiles, 'file'), ...(bytes === undefined ? [] : [formatBytes(bytes)])];
}

function tableSentence(table: TableContents, isMigrations: boolean): string {
  if (table.state === 'noManifest') return 'The sync has no manifest yet: these files do not count.';
  if (table.state === 'unknown')
    return 'The manifest of the sync cannot be read: whether these files count is not known.';
  if (table.state === 'ignored')
    return 'The manifest of the sync does not list this table. The rule of the export is to ignore such files.';
  if (table.isInternal) return 'The vendor keeps this table for its own use; consumers leave it out.';
  if (isMigrations) return 'Always delivered in full: only the newest copy counts.';
  if (table.mode === 'full') return 'A full resync: whatever was delivered of this table before is invalid.';
  if (table.mode === 'incremental') return 'On top of what earlier dumps brought.';
  return 'The manifest does not say whether this replaces earlier data.';
}

const partStates: Readonly<
  Record<PartSummary['state'], { words: string; sentence: string; icon: string; color?: string; state?: NodeState }>
> = {
  listed: { words: '', sentence: 'Listed in the manifest of its dump.', icon: 'file' },
  ignored: {
    words: 'in no manifest, ignored',
    sentence: "Lies in the bucket, but no manifest lists it. The export's rule is to ignore such files.",
    icon: 'question',
    color: 'disabledForeground',
    state: 'ignored',
  },
  missing: {
    words: 'missing: listed, not in the bucket',
    sentence: 'The manifest lists this file, and it is not in the bucket. The dump is not complete.',
    icon: 'error',
    color: 'list.errorForeground',
    state: 'missing',
  },
  unknown: {
    words: 'manifest unreadable',
    sentence: 'The manifest of the sync cannot be read: whether this file counts is not known.',
    icon: 'question',
    color: 'disabledForeground',
  },
  noManifest: {
    words: 'no manifest yet',
    sentence: 'The sync has no manifest yet: this file does not count so far.',
    icon: 'watch',
    color: 'disabledForeground',
    state: 'noManifest',
  },
};

function presentPart(node: PartNode): Presentation {
  const { part } = node;
  const look = partStates[part.state];
  const facts: [string, string][] = [
    ['File', part.file],
    ['URI', node.uri],
    ['Table', node.table],
    ['Dump', node.dump.toString()],
    ...(part.bytes === undefined ? [] : ([['Bytes', formatCount(part.bytes)]] as [string, string][])),
    ...(part.modified === undefined ? [] : ([['Modified', formatDateTime(part.modified)]] as [string, string][])),
  ];
  const words = [
    ...(part.bytes === undefined ? [] : [formatBytes(part.bytes)]),
    ...(look.words === '' ? [] : [look.words]),
  ];
  return {
    label: node.label,
    description: words.join(' · '),
    tooltip: { text: look.sentence, facts },
    icon: look.icon,
    ...(look.color === undefined ? {} : { iconColor: look.color }),
    ...(look.state === undefined ? {} : { state: look.state }),
    context: part.state === 'missing' ? 'copyable' : 'part copyable',
    children: 'none',
  };
}

function presentJson(node: JsonNode, now: number): Presentation {
  const facts: [string, string][] = [
    ['URI', node.uri],
    ...(node.bytes === undefined ? [] : ([['Bytes', formatCount(node.bytes)]] as [string, string][])),
    ...(node.modified === undefined ? [] : ([['Modified', formatDateTime(node.modified)]] as [string, string][])),
  ];
  const { report } = node;
  const isFailed = report?.outcome === 'failed';
  const words = [
    ...(report?.status === undefined ? [] : [report.status]),
    ...(node.role === 'report' && node.modified !== undefined ? [formatDay(node.modified, now)] : []),
    ...(node.inference === undefined ? [] : ['by time']),
  ];
  if (report !== undefined) {
    if (report.started !== undefined) facts.push(['Started', formatDateTime(report.started)]);
    if (report.finished !== undefined) facts.push(['Finished', formatDateTime(report.finished)]);
    if (report.nextSync !== undefined) facts.push(['Next sync', formatDateTime(report.nextSync)]);
    if (report.error !== undefined) facts.push(['Error', report.error]);
  }
  const text = {
    manifest: 'The list of what counts in this sync.',
    definitions: 'Defined properties: rules, not values.',
    report: node.inference ?? 'How a sync went.',
  }[node.role];
  return {
    label: node.label,
    ...(words.length === 0 ? {} : { description: words.join(' · ') }),
    tooltip: { text, facts },
    icon: isFailed ? 'circle-slash' : node.role === 'report' ? 'output' : 'json',
    ...(isFailed ? { iconColor: 'list.errorForeground', state: 'failed' } : {}),
    context: `json copyable${node.role === 'manifest' ? ' diffable' : ''}`,
    children: 'none',
  };
}
