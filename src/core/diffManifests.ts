import type { SyncContents } from './catalogModel';
import { modeOf } from './joinSync';
import { isInternalTable, type Manifest, type ManifestTable, migrationsTable } from './manifest';
import { planCopySteps } from './planCopySteps';
import type { DefinitionsDiff, ManifestDiff, TableChange, TableDiff, TableSide } from './manifestDiff';
import type { PropertyDefinitions } from './propertyDefinitions';
import { summarizeDiff } from './summarizeDiff';

/** What the manifests alone do not tell. */
export interface DiffExtras {
  readonly sizes?: { readonly from?: TableSizes; readonly to?: TableSizes };
  readonly definitions?: {
    readonly from?: PropertyDefinitions;
    readonly to?: PropertyDefinitions;
    /** Why a side is not there. */
    readonly note?: string;
  };
  /** Dumps between the two, oldest first, as decimals. */
  readonly between?: readonly string[];
}

/** By table: the bytes of its listed files (absent if a file is missing or sizes were not read), and how many are missing. */
export type TableSizes = ReadonlyMap<string, { readonly bytes?: number; readonly missingFiles: number }>;

/** The sizes of a listed sync. */
export function tableSizesOf(contents: SyncContents): TableSizes {
  return new Map(
    contents.tables.map(({ name, bytes, missingFiles = 0 }) => [
      name,
      { missingFiles, ...(bytes === undefined || missingFiles > 0 ? {} : { bytes }) },
    ]),
  );
}

/**
 * What changed from one manifest to another, tables sorted by risk. A table that a manifest does not mention may simply
 * have had nothing to deliver: `added` and `gone` are said of these two manifests, not of the export.
 */
export function diffManifests(from: Manifest, to: Manifest, extras: DiffExtras = {}): ManifestDiff {
  const before = new Map(from.tables.map((table) => [table.name, table]));
  const after = new Map(to.tables.map((table) => [table.name, table]));
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const tables = names.map((name) => diffTable(name, before.get(name), after.get(name), extras));
  tables.sort((a, b) => riskOf(a) - riskOf(b) || (a.name < b.name ? -1 : 1));
  const definitions = diffDefinitions(extras.definitions);
  const { between } = extras;
  const isForward = to.dump > from.dump;
  return {
    from: from.dump.toString(),
    to: to.dump.toString(),
    tables,
    definitions,
    summary: summarizeDiff(tables, definitions),
    ...(between === undefined ? {} : { between }),
    ...(isForward ? { steps: planCopySteps(tables, to.dump.toString(), between ?? []) } : {}),
  };
}

function diffTable(
  name: string,
  from: ManifestTable | undefined,
  to: ManifestTable | undefined,
  extras: DiffExtras,
): TableDiff {
  const { columnsAdded, columnsRemoved } = diffColumns(from, to);
  const hasColumnChange = columnsAdded.length + columnsRemoved.length > 0;
  return {
    name,
    change: changeOf(from, to, hasColumnChange),
    ...(from === undefined ? {} : { from: sideOf(from, extras.sizes?.from) }),
    ...(to === undefined ? {} : { to: sideOf(to, extras.sizes?.to) }),
    columnsAdded,
    columnsRemoved,
    isInternal: isInternalTable(name),
  };
}

/** Only where both sides tell their columns: a missing list is not an empty one. */
function diffColumns(
  from: ManifestTable | undefined,
  to: ManifestTable | undefined,
): Pick<TableDiff, 'columnsAdded' | 'columnsRemoved'> {
  if (from?.columns === undefined || to?.columns === undefined) return { columnsAdded: [], columnsRemoved: [] };
  const before = new Set(from.columns);
  const after = new Set(to.columns);
  return {
    columnsAdded: to.columns.filter((column) => !before.has(column)),
    columnsRemoved: from.columns.filter((column) => !after.has(column)),
  };
}

/**
 * A table that is full in `to` was resynced, also if it was full in `from`: each full delivery replaces all before it.
 * `user_migrations` always is, and so never counts as one [seed, FAQ].
 */
function changeOf(
  from: ManifestTable | undefined,
  to: ManifestTable | undefined,
  hasColumnChange: boolean,
): TableChange {
  if (to === undefined) return 'gone';
  if (from === undefined) return 'added';
  if (!hasColumnChange && modeOf(from) === modeOf(to) && hasSameFiles(from, to)) return 'unchanged';
  if (to.name === migrationsTable) return 'migrations';
  if (modeOf(to) === 'full') return 'resynced';
  return modeOf(from) === 'full' && modeOf(to) === 'incremental' ? 'incremental' : 'delivered';
}

/** The very same files, or none on either side: nothing was delivered. */
function hasSameFiles(from: ManifestTable, to: ManifestTable): boolean {
  const before = new Set(from.files.map((file) => file.key ?? file.uri));
  return before.size === to.files.length && to.files.every((file) => before.has(file.key ?? file.uri));
}

function sideOf(table: ManifestTable, sizes: TableSizes | undefined): TableSide {
  const size = sizes?.get(table.name);
  return {
    mode: modeOf(table),
    files: table.files.length,
    ...(size?.bytes === undefined ? {} : { bytes: size.bytes }),
    missingFiles: size?.missingFiles ?? 0,
    columns: table.columns?.length ?? 0,
  };
}

/** Full resyncs, dropped columns, gone tables, new tables, added columns, files only, unchanged; the vendor's own tables last. */
function riskOf(table: TableDiff): number {
  if (table.isInternal) return 7;
  if (table.change === 'resynced') return 0;
  if (table.columnsRemoved.length > 0) return 1;
  if (table.change === 'gone') return 2;
  if (table.change === 'added') return 3;
  if (table.columnsAdded.length > 0) return 4;
  return table.change === 'unchanged' ? 6 : 5;
}

function diffDefinitions(extras: DiffExtras['definitions']): DefinitionsDiff {
  const note = extras?.note ?? (extras === undefined ? 'Property definitions were not read.' : undefined);
  const result = { added: [] as string[], removed: [] as string[], changed: [] as string[] };
  if (extras?.from !== undefined && extras.to !== undefined) {
    const before = definitionsByLabel(extras.from);
    const after = definitionsByLabel(extras.to);
    for (const [label, text] of after) {
      const was = before.get(label);
      if (was === undefined) result.added.push(label);
      else if (was !== text) result.changed.push(label);
    }
    for (const label of before.keys()) if (!after.has(label)) result.removed.push(label);
    result.added.sort();
    result.removed.sort();
    result.changed.sort();
  }
  return { ...result, ...(note === undefined ? {} : { note }) };
}

/** `Channel (event)`: a name may be defined once for users and once for events. Repeated definitions are taken together. */
function definitionsByLabel({ definitions }: PropertyDefinitions): ReadonlyMap<string, string> {
  const byLabel = new Map<string, string>();
  for (const { name, entity, canonicalText } of definitions) {
    const label = entity === undefined ? name : `${name} (${entity})`;
    byLabel.set(label, (byLabel.get(label) ?? '') + canonicalText);
  }
  return byLabel;
}
