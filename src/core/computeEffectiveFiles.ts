import type { DumpId } from './dumpId';
import { compareDumps } from './dumpId';
import type { EffectiveDump, EffectiveFile, EffectiveFiles } from './effectiveFiles';
import type { Manifest, ManifestTable } from './manifest';
import { migrationsTable } from './manifest';
import { comparePartFiles, formatTableFolder } from './objectKey';

/**
 * The files that make up a table as of the newest of the manifests given; `undefined` if none of them has the table.
 *
 * The rule: find the newest dump that delivers the table in full (`incremental: false`). Its files and those of every
 * later dump that has the table are in effect; what is older is invalid. If no full dump is known, everything is in
 * effect and `since` is absent. A dump that does not say whether it is incremental leaves earlier dumps standing.
 * `user_migrations` is always full: only its newest copy counts, whatever the manifest says.
 * Sources: seed "Manifest metadata" (`incremental`) and its FAQ (what triggers a full sync); domain.md, section 2.
 *
 * Takes manifests newest first; those older than the newest full dump of the table need not be given.
 */
export function computeEffectiveFiles(
  table: string,
  manifestsNewestFirst: readonly Manifest[],
): EffectiveFiles | undefined {
  const newest = manifestsNewestFirst[0];
  if (newest === undefined) return undefined;
  const deliveries: Delivery[] = [];
  let since: DumpId | undefined;
  for (const { dump, tables } of manifestsNewestFirst) {
    const delivered = tables.find(({ name }) => name === table);
    if (delivered === undefined) continue;
    deliveries.push({ dump, table: delivered });
    if (!startsOver(delivered)) continue;
    since = dump;
    break;
  }
  if (deliveries.length === 0) return undefined;
  const columns = columnsOf(deliveries);
  deliveries.reverse();
  const unresolved = deliveries.flatMap((delivery) =>
    delivery.table.files.filter((file) => file.key === undefined).map((file) => file.uri),
  );
  return {
    table,
    asOf: newest.dump,
    ...(since === undefined ? {} : { since }),
    files: filesOf(deliveries),
    dumps: deliveries.map(dumpOf),
    columns,
    ...(unresolved.length === 0 ? {} : { unresolved }),
  };
}

/** Whether what earlier dumps delivered of this table is invalid from here on. */
export function startsOver(table: ManifestTable): boolean {
  return table.incremental === false || table.name === migrationsTable;
}

/** Newest first, for the rule above: dump ids are compared as numbers, never as text. */
export function sortNewestFirst(manifests: readonly Manifest[]): readonly Manifest[] {
  return [...manifests].sort((a, b) => compareDumps(b.dump, a.dump));
}

interface Delivery {
  readonly dump: DumpId;
  readonly table: ManifestTable;
}

/** By dump, then part number. A file that a later dump lists again counts once, where it was first. */
function filesOf(oldestFirst: readonly Delivery[]): readonly EffectiveFile[] {
  const seen = new Set<string>();
  const files: EffectiveFile[] = [];
  for (const { dump, table } of oldestFirst) {
    const here: EffectiveFile[] = [];
    for (const { key, uri } of table.files) {
      if (key === undefined || seen.has(key)) continue;
      seen.add(key);
      here.push({ dump, key, uri });
    }
    here.sort(compareByPart);
    for (const file of here) files.push(file);
  }
  return files;
}

function compareByPart(a: { readonly key: string }, b: { readonly key: string }): number {
  return comparePartFiles(fileOf(a.key), fileOf(b.key)) || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

function fileOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

function dumpOf({ dump, table }: Delivery): EffectiveDump {
  const key = table.files.find((file) => file.key !== undefined)?.key;
  const folder =
    key === undefined
      ? `sync_${dump.toString()}/${formatTableFolder(table.name, 'named')}/`
      : key.slice(0, key.lastIndexOf('/') + 1);
  return {
    dump,
    folder,
    ...(table.columns === undefined ? {} : { columns: table.columns }),
    ...(table.incremental === undefined ? {} : { incremental: table.incremental }),
  };
}

/** The newest dump's columns in its order, then those that only earlier dumps have, the earliest first. */
function columnsOf(newestFirst: readonly Delivery[]): readonly string[] {
  const columns = new Set(newestFirst[0]?.table.columns);
  for (const { table } of newestFirst.toReversed()) for (const column of table.columns ?? []) columns.add(column);
  return [...columns];
}
