import type { Catalog } from './catalog';
import type { ManifestDocument } from './catalogModel';
import { describeFailure } from './describeFailure';
import { diffManifests, tableSizesOf, type TableSizes } from './diffManifests';
import type { DumpId } from './dumpId';
import { throwIfAborted, toFailure } from './failure';
import type { ManifestDiff } from './manifestDiff';
import type { PropertyDefinitions } from './propertyDefinitions';

export interface ReadDiff {
  readonly diff: ManifestDiff;
  readonly from: ManifestDocument;
  readonly to: ManifestDocument;
}

/**
 * Reads two dumps and compares them. Both manifests are needed (`catalog.noSuchDump`, `catalog.noManifest`,
 * `manifest.unreadable`, `store.*`); sizes and definitions that cannot be had are left out, definitions with a note.
 */
export async function readDiff(
  catalog: Catalog,
  from: DumpId,
  to: DumpId,
  signal?: AbortSignal,
): Promise<ReadDiff> {
  const [before, after] = await Promise.all([catalog.readManifest(from, signal), catalog.readManifest(to, signal)]);
  const [sizesBefore, sizesAfter, definitionsBefore, definitionsAfter] = await Promise.all([
    readSizes(catalog, from, signal),
    readSizes(catalog, to, signal),
    readDefinitions(catalog, from, signal),
    readDefinitions(catalog, to, signal),
  ]);
  const notes = [definitionsBefore.note, definitionsAfter.note].filter((note) => note !== undefined);
  const diff = diffManifests(before.manifest, after.manifest, {
    sizes: {
      ...(sizesBefore === undefined ? {} : { from: sizesBefore }),
      ...(sizesAfter === undefined ? {} : { to: sizesAfter }),
    },
    definitions: {
      ...(definitionsBefore.definitions === undefined ? {} : { from: definitionsBefore.definitions }),
      ...(definitionsAfter.definitions === undefined ? {} : { to: definitionsAfter.definitions }),
      ...(notes.length === 0 ? {} : { note: notes.join(' ') }),
    },
  });
  return { diff, from: before, to: after };
}

async function readSizes(catalog: Catalog, dump: DumpId, signal?: AbortSignal): Promise<TableSizes | undefined> {
  try {
    return tableSizesOf(await catalog.contents(dump, signal));
  } catch {
    throwIfAborted(signal);
    return undefined;
  }
}

interface DefinitionsSide {
  readonly definitions?: PropertyDefinitions;
  readonly note?: string;
}

async function readDefinitions(catalog: Catalog, dump: DumpId, signal?: AbortSignal): Promise<DefinitionsSide> {
  try {
    const document = await catalog.readDefinitions(dump, signal);
    return document === undefined
      ? { note: `Dump ${dump.toString()} came without property definitions.` }
      : { definitions: document.definitions };
  } catch (error) {
    throwIfAborted(signal);
    return { note: describeFailure(toFailure(error)).message };
  }
}
