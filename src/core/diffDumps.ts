import type { Catalog, ManifestDocument } from './catalogModel';
import type { DumpFacts } from './diffMarkdown';
import { diffManifests, type DiffExtras, type TableSizes, tableSizesOf } from './diffManifests';
import { compareDumps, type DumpId } from './dumpId';
import { isFailure } from './failure';
import type { ManifestDiff } from './manifestDiff';
import type { PropertyDefinitions } from './propertyDefinitions';

/** A diff with its two headings and manifests. */
export interface DumpsDiff {
  readonly diff: ManifestDiff;
  readonly from: DumpFacts;
  readonly to: DumpFacts;
  readonly manifests: { readonly from: ManifestDocument; readonly to: ManifestDocument };
}

/**
 * The difference between two dumps of one export, with sizes and property definitions where they can be read: without
 * the right to list or to read those, the diff is that of the manifests, and says so.
 * Rejects like `Catalog.readManifest`.
 */
export async function diffDumps(
  catalog: Catalog,
  from: DumpId,
  to: DumpId,
  signal?: AbortSignal,
): Promise<DumpsDiff> {
  const [before, after] = await Promise.all([catalog.readManifest(from, signal), catalog.readManifest(to, signal)]);
  const [fromSizes, toSizes, definitions, between] = await Promise.all([
    readSizes(catalog, from, signal),
    readSizes(catalog, to, signal),
    readDefinitions(catalog, from, to, signal),
    dumpsBetween(catalog, from, to, signal),
  ]);
  const sizes = {
    ...(fromSizes === undefined ? {} : { from: fromSizes }),
    ...(toSizes === undefined ? {} : { to: toSizes }),
  };
  const diff = diffManifests(before.manifest, after.manifest, { sizes, definitions, between });
  return { diff, from: factsOf(before), to: factsOf(after), manifests: { from: before, to: after } };
}

function factsOf({ manifest, info }: ManifestDocument): DumpFacts {
  return {
    dump: manifest.dump.toString(),
    ...(info.modified === undefined ? {} : { delivered: info.modified }),
    tables: manifest.tables.length,
    files: manifest.tables.reduce((sum, table) => sum + table.files.length, 0),
  };
}

async function readSizes(catalog: Catalog, dump: DumpId, signal?: AbortSignal): Promise<TableSizes | undefined> {
  try {
    return tableSizesOf(await catalog.contents(dump, signal));
  } catch (error) {
    if (isFailure(error, 'store.accessDenied')) return undefined;
    throw error;
  }
}

async function readDefinitions(
  catalog: Catalog,
  from: DumpId,
  to: DumpId,
  signal?: AbortSignal,
): Promise<NonNullable<DiffExtras['definitions']>> {
  const notes: string[] = [];
  const read = async (dump: DumpId): Promise<PropertyDefinitions | undefined> => {
    try {
      const document = await catalog.readDefinitions(dump, signal);
      if (document !== undefined) return document.definitions;
      notes.push(`Dump ${dump.toString()} has no property definitions.`);
    } catch (error) {
      if (!isFailure(error, 'definitions.unreadable') && !isFailure(error, 'store.accessDenied')) throw error;
      const why = isFailure(error, 'store.accessDenied') ? 'access was denied' : 'the file is unreadable';
      notes.push(`The property definitions of dump ${dump.toString()} could not be read: ${why}.`);
    }
    return undefined;
  };
  const [before, after] = await Promise.all([read(from), read(to)]);
  notes.sort();
  return {
    ...(before === undefined ? {} : { from: before }),
    ...(after === undefined ? {} : { to: after }),
    ...(notes.length === 0 ? {} : { note: notes.join(' ') }),
  };
}

/** Committed dumps strictly between the two, oldest first. */
async function dumpsBetween(
  catalog: Catalog,
  a: DumpId,
  b: DumpId,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const low = a < b ? a : b;
  const high = a < b ? b : a;
  const syncs = await catalog.syncs(signal);
  return syncs
    .filter(({ dump, manifest }) => manifest !== undefined && dump > low && dump < high)
    .map(({ dump }) => dump)
    .sort(compareDumps)
    .map((dump) => dump.toString());
}
