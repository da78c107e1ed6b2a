import type { ManifestDiff, TableDiff, TableSide } from '../../src/core/manifestDiff';
import type { Formats } from '../ui/format';

/** The manifest diff in words and groups. DOM-free. */

export interface Step {
  /** The table that the step is about; absent for a step about several, or about none. */
  readonly table?: string;
  /** In place of a table's name: `19 other tables`. */
  readonly label: string;
  readonly text: string;
  /** Something is wrong with what should be loaded. */
  readonly isWarning: boolean;
}

export interface GroupRow {
  readonly table?: string;
  /** Which dump the name leads to. */
  readonly side: 'from' | 'to';
  readonly label: string;
  readonly isInternal: boolean;
  /** `58 → 61 files`. */
  readonly files: string;
  /** `2.9 → 3.1 GB`. */
  readonly size: string;
  readonly note: string;
  /** `2 files missing`; empty if none is. */
  readonly missing: string;
}

export interface Group {
  readonly title: string;
  /** `1`, `+1 −0`. */
  readonly count: string;
  readonly meaning: 'resync' | 'column' | 'gone' | 'new' | 'incremental' | 'delivered' | 'definition';
  /** What holds for all of the group, or empty. */
  readonly note: string;
  readonly rows: readonly GroupRow[];
}

export interface DiffModel {
  /** Nothing but the dump id is different. */
  readonly isEmpty: boolean;
  readonly steps: readonly Step[];
  /** What one must know before doing the steps, or empty. */
  readonly caution: string;
  readonly groups: readonly Group[];
  readonly unchanged: readonly GroupRow[];
}

/** The steps, then the facts, riskiest first. */
export function buildDiffModel(diff: ManifestDiff, formats: Formats): DiffModel {
  const groups = buildGroups(diff, formats);
  const isForward = BigInt(diff.to) > BigInt(diff.from);
  return {
    isEmpty: groups.length === 0,
    steps: isForward ? buildSteps(diff, formats) : [],
    caution: cautionOf(diff, isForward),
    groups,
    unchanged: diff.tables
      .filter((table) => table.change === 'unchanged')
      .map((table) => rowOf(table, '', formats)),
  };
}

function cautionOf({ from, to }: ManifestDiff, isForward: boolean): string {
  if (!isForward) return `Dump ${to} is older than ${from}: this reads backwards, and there is nothing to load.`;
  if (BigInt(to) - BigInt(from) === 1n) return '';
  return `Only these two manifests are compared. If there are dumps between ${from} and ${to}, load theirs first.`;
}

function buildSteps(diff: ManifestDiff, formats: Formats): readonly Step[] {
  const steps: Step[] = [];
  const plain: TableDiff[] = [];
  for (const table of diff.tables) {
    const isPlain =
      (table.change === 'delivered' || table.change === 'incremental') &&
      table.columnsAdded.length === 0 &&
      table.columnsRemoved.length === 0 &&
      (table.to?.missingFiles ?? 0) === 0;
    if (table.isInternal || table.change === 'unchanged') continue;
    if (isPlain) plain.push(table);
    else steps.push(stepOf(table, diff.to, formats));
  }
  const [only] = plain;
  if (plain.length === 1 && only !== undefined) steps.push(stepOf(only, diff.to, formats));
  else if (plain.length > 1) steps.push(foldedStep(plain, steps.length > 0, formats));
  const { added, removed, changed } = diff.definitions;
  const touched = [...changed, ...added, ...removed];
  if (touched.length > 0) {
    const label = formats.plural(touched.length, 'defined property', 'defined properties');
    steps.push({ label, text: `compute again: ${touched.join(', ')}`, isWarning: false });
  }
  return steps;
}

function foldedStep(tables: readonly TableDiff[], hasOthers: boolean, formats: Formats): Step {
  const files = sum(tables.map((table) => table.to?.files ?? 0));
  const sizes = tables.map((table) => table.to?.bytes);
  const bytes = sizes.every((size) => size !== undefined) ? sum(sizes) : undefined;
  const label = `${formats.count(tables.length)} ${hasOthers ? 'other tables' : 'tables'}`;
  return { label, text: `append ${filesText(files, bytes, formats)}`, isWarning: false };
}

function stepOf(table: TableDiff, to: string, formats: Formats): Step {
  const parts = [actionOf(table, to, formats)];
  if (table.change !== 'added') {
    for (const name of table.columnsAdded) parts.push(`add column ${name} (no values before ${to})`);
    for (const name of table.columnsRemoved) parts.push(`column ${name} has no values from ${to} on`);
  }
  const missing = table.to?.missingFiles ?? 0;
  if (missing > 0)
    parts.push(`wait: ${formats.plural(missing, 'listed file is', 'listed files are')} not in the bucket`);
  return { table: table.name, label: table.name, text: parts.join('; '), isWarning: missing > 0 };
}

function actionOf(table: TableDiff, to: string, formats: Formats): string {
  const side = table.to;
  const load = side === undefined ? '' : filesText(side.files, side.bytes, formats);
  switch (table.change) {
    case 'resynced':
      return `delete what was loaded before ${to}, load ${load}`;
    case 'added':
      return `create with ${formats.plural(side?.columns ?? 0, 'column', 'columns')}, load ${load}`;
    case 'gone':
      return `not in ${to}: nothing to load; keep what was loaded`;
    case 'migrations':
      return `replace with ${load}: only the newest copy counts`;
    case 'incremental':
    case 'delivered':
    case 'unchanged':
      return side?.files === 0 ? 'nothing to load' : `append ${load}`;
  }
}

function filesText(files: number, bytes: number | undefined, formats: Formats): string {
  const count = formats.plural(files, 'file', 'files');
  return bytes === undefined ? count : `${count} (${formats.bytes(bytes)})`;
}

function buildGroups(diff: ManifestDiff, formats: Formats): readonly Group[] {
  const { from, to } = diff;
  const of = (change: TableDiff['change']): readonly TableDiff[] =>
    diff.tables.filter((table) => table.change === change);
  const plain = (
    title: string,
    meaning: Group['meaning'],
    tables: readonly TableDiff[],
    note: string,
    each: (table: TableDiff) => string,
  ): Group => ({
    title,
    meaning,
    note,
    count: formats.count(tables.length),
    rows: tables.map((table) => rowOf(table, each(table), formats)),
  });
  const columnsOf = (table: TableDiff): string =>
    formats.plural((table.to ?? table.from)?.columns ?? 0, 'column', 'columns');
  const groups: readonly Group[] = [
    plain(
      'Full resyncs',
      'resync',
      of('resynced'),
      `Data delivered before ${to} is no longer valid. Likely cause: the event was added, or toggled off and on.`,
      () => '',
    ),
    columnGroup(diff, formats),
    plain(
      'Gone tables',
      'gone',
      of('gone'),
      `Not in ${to}. A table may be left out of a dump without being gone for good.`,
      columnsOf,
    ),
    plain('New tables', 'new', of('added'), '', columnsOf),
    plain(
      'Back to incremental',
      'incremental',
      of('incremental'),
      `In full in ${from}; ${to} adds to it.`,
      () => '',
    ),
    plain('Delivered', 'delivered', [...of('delivered'), ...of('migrations')], '', (table) =>
      table.change === 'migrations' ? 'always in full; only the newest copy counts' : '',
    ),
    definitionGroup(diff, formats),
  ];
  return groups.filter((group) => group.rows.length > 0);
}

function columnGroup(diff: ManifestDiff, formats: Formats): Group {
  const changed = diff.tables.filter(
    (table) =>
      table.from !== undefined &&
      table.to !== undefined &&
      table.columnsAdded.length + table.columnsRemoved.length > 0,
  );
  const added = sum(changed.map((table) => table.columnsAdded.length));
  const removed = sum(changed.map((table) => table.columnsRemoved.length));
  return {
    title: 'Columns',
    meaning: 'column',
    count: `+${formats.count(added)} −${formats.count(removed)}`,
    note: `A new column has no values before ${diff.to}: nothing is filled in later.`,
    rows: changed.map((table) => ({
      ...rowOf(
        table,
        [...table.columnsRemoved.map((name) => `− ${name}`), ...table.columnsAdded.map((name) => `+ ${name}`)].join(
          '   ',
        ),
        formats,
      ),
      files: '',
      size: '',
      missing: '',
    })),
  };
}

function definitionGroup({ definitions }: ManifestDiff, formats: Formats): Group {
  const row = (label: string, note: string): GroupRow => ({
    side: 'to',
    label,
    isInternal: false,
    files: '',
    size: '',
    note,
    missing: '',
  });
  const rows = [
    ...definitions.removed.map((name) => row(name, 'removed')),
    ...definitions.changed.map((name) => row(name, 'changed')),
    ...definitions.added.map((name) => row(name, 'added')),
    ...(definitions.note === undefined ? [] : [row('Not compared', definitions.note)]),
  ];
  const count = rows.length - (definitions.note === undefined ? 0 : 1);
  return { title: 'Property definitions', meaning: 'definition', count: formats.count(count), note: '', rows };
}

function rowOf(table: TableDiff, note: string, formats: Formats): GroupRow {
  const missing = (table.to?.missingFiles ?? 0) + (table.change === 'gone' ? (table.from?.missingFiles ?? 0) : 0);
  return {
    table: table.name,
    side: table.to === undefined ? 'from' : 'to',
    label: table.name,
    isInternal: table.isInternal,
    files: filesChange(table.from, table.to, formats),
    size: sizeChange(table.from, table.to, formats),
    note,
    missing: missing === 0 ? '' : `${formats.plural(missing, 'file', 'files')} missing`,
  };
}

function filesChange(from: TableSide | undefined, to: TableSide | undefined, formats: Formats): string {
  if (from === undefined || to === undefined || from.files === to.files) {
    return formats.plural((to ?? from)?.files ?? 0, 'file', 'files');
  }
  return `${formats.count(from.files)} → ${formats.plural(to.files, 'file', 'files')}`;
}

/** Empty where the newest size is not known: an old one would pass for it. */
function sizeChange(from: TableSide | undefined, to: TableSide | undefined, formats: Formats): string {
  if (to !== undefined && to.bytes === undefined) return '';
  const before = from?.bytes === undefined ? undefined : formats.bytes(from.bytes);
  const after = to?.bytes === undefined ? undefined : formats.bytes(to.bytes);
  if (before === undefined || after === undefined || before === after) return after ?? before ?? '';
  // The unit once, if both have the same.
  const [number, unit] = before.split(' ');
  return after.endsWith(` ${unit ?? ''}`) ? `${number ?? ''} → ${after}` : `${before} → ${after}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
