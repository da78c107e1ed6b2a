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
  const all = (await catalog.syncs(signal)).map(({ dump }) => dump);
  return explainTableFiles(effective, await readAllParts(catalog, table, all, signal, onProgress));
}

/**
 * Finds the files that make up a table, as `readTableFiles` does, and looks only into the dumps that make it up: `excluded` says nothing of others. One
 * listing or two for each of those.
 */
export async function readEffectiveFiles(
  catalog: Catalog,
  table: string,
  asOf?: DumpId,
  signal?: AbortSignal,
  onProgress?: (done: number, total: number) => void,
): Promise<TableFiles> {
  const effective = await catalog.effectiveFiles(table, asOf, signal);
  const dumps = effective.dumps.map(({ dump }) => dump);
  return explainTableFiles(effective, await readAllParts(catalog, table, dumps, signal, onProgress));
}

async function readAllParts(
  catalog: Catalog,
  table: string,
  dumps: readonly DumpId[],
  signal: AbortSignal | undefined,
  onProgress: ((done: number, total: number) => void) | undefined,
): Promise<readonly PartsOfSync[]> {
  const syncs: PartsOfSync[] = [];
  for (let next = 0; next < dumps.length; next += batch) {
    const read = dumps.slice(next, next + batch).map((dump) => readParts(catalog, dump, table, signal));
    syncs.push(...(await Promise.all(read)));
    onProgress?.(syncs.length, dumps.length);
  }
  return syncs;
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
