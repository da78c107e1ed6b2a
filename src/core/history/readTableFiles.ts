import type { Catalog } from '../catalogModel';
import type { DumpId } from '../dumpId';
import { isFailure } from '../failure';
import { explainTableFiles, type PartsOfSync, type TableFiles } from './tableFiles';

/** Syncs listed at once. */
const batch = 16;

/**
 * Finds every file of a table in all syncs of the export, and says which of them make it up as of a dump (the newest if `undefined`). Two listings for each
 * sync. `onProgress` hears how many syncs were looked at, and of how many. Rejects like `Catalog.effectiveFiles`.
 */
export async function readTableFiles(
  catalog: Catalog,
  table: string,
  asOf?: DumpId,
  signal?: AbortSignal,
  onProgress?: (done: number, total: number) => void,
): Promise<TableFiles> {
  const effective = await catalog.effectiveFiles(table, asOf, signal);
  const all = await catalog.syncs(signal);
  const syncs: PartsOfSync[] = [];
  for (let next = 0; next < all.length; next += batch) {
    const read = all.slice(next, next + batch).map(({ dump }) => readParts(catalog, dump, table, signal));
    syncs.push(...(await Promise.all(read)));
    onProgress?.(syncs.length, all.length);
  }
  return explainTableFiles(effective, syncs);
}

async function readParts(
  catalog: Catalog,
  dump: DumpId,
  table: string,
  signal: AbortSignal | undefined,
): Promise<PartsOfSync> {
  try {
    return { dump, parts: await catalog.parts(dump, table, signal) };
  } catch (error) {
    if (isFailure(error, 'catalog.noSuchTable')) return { dump, parts: [] };
    throw error;
  }
}
