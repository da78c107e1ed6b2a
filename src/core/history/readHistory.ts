import type { Catalog, ReportDocument, SyncContents, SyncSummary } from '../catalogModel';
import { failureToData, isFailure } from '../failure';
import { modeOf } from '../joinSync';
import { reportsFolder } from '../objectKey';
import type { ManifestTable } from '../manifest';
import type { ObjectInfo } from '../ports';
import type {
  ExportHistory,
  HistoryDump,
  HistoryListing,
  HistoryManifest,
  HistoryReport,
  HistoryTable,
  ListedTable,
} from './exportHistory';

export interface HistoryOptions {
  /** Of so many of the newest syncs the folders are listed as well. Default 60. */
  readonly listed?: number;
  /** So many of the newest reports are read. Default 10. */
  readonly reports?: number;
  /** Hears how many syncs were looked at, and of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Syncs read at once. */
const batch = 16;

/**
 * Reads all manifests of an export, the folders of the newest syncs, and the newest reports. What one file has wrong with it is part of the answer; rejects
 * where the store fails (`store.*`), and with `cancelled`.
 */
export async function readHistory(
  catalog: Catalog,
  options: HistoryOptions = {},
  signal?: AbortSignal,
): Promise<ExportHistory> {
  const { listed = 60, reports: wantedReports = 10, onProgress } = options;
  const syncs = await catalog.syncs(signal);
  const shared: SharedTables = { names: new Map(), columns: new Map(), tables: new Map() };
  const dumps: HistoryDump[] = [];
  for (let next = 0; next < syncs.length; next += batch) {
    const some = syncs.slice(next, next + batch).map((sync, index) => {
      return readDump(catalog, sync, next + index < listed, shared, signal);
    });
    dumps.push(...(await Promise.all(some)));
    onProgress?.(dumps.length, syncs.length);
  }
  const [strays, reports] = await Promise.all([
    catalog.strayManifests(signal),
    readReports(catalog, wantedReports, signal),
  ]);
  return { dumps: dumps.reverse(), strays, reports };
}

async function readDump(
  catalog: Catalog,
  { dump, folder, manifest: info }: SyncSummary,
  isListed: boolean,
  shared: SharedTables,
  signal: AbortSignal | undefined,
): Promise<HistoryDump> {
  const [manifest, listing] = await Promise.all([
    info === undefined ? undefined : readManifest(catalog, dump, info, shared, signal),
    isListed ? readListing(catalog, dump, signal) : undefined,
  ]);
  return {
    dump,
    ...(folder === undefined ? {} : { folder }),
    ...(manifest === undefined ? {} : { manifest }),
    ...(listing === undefined ? {} : { listing }),
  };
}

async function readManifest(
  catalog: Catalog,
  dump: bigint,
  { key, modified }: ObjectInfo,
  shared: SharedTables,
  signal: AbortSignal | undefined,
): Promise<HistoryManifest> {
  const base = { key, ...(modified === undefined ? {} : { delivered: modified }) };
  try {
    const { manifest, problems } = await catalog.readManifest(dump, signal);
    const tables = manifest.tables.map((table) => share(table, shared));
    return { ...base, problems, tables: new Map(tables) };
  } catch (error) {
    if (!isOwnFault(error)) throw error;
    return { ...base, failure: failureToData(error), problems: [], tables: new Map() };
  }
}

/** What is kept of a table is nearly always what was kept of it, or of another one, in the dump before: names, columns and the rest are kept once each. */
interface SharedTables {
  readonly names: Map<string, string>;
  readonly columns: Map<string, readonly string[]>;
  /** Of the same columns; by mode and number of files. */
  readonly tables: Map<readonly string[] | undefined, Map<string, HistoryTable>>;
}

function share(table: ManifestTable, { names, columns, tables }: SharedTables): readonly [string, HistoryTable] {
  const name = shareOne(names, table.name, () => table.name);
  const given = table.columns;
  const own = given === undefined ? undefined : shareOne(columns, given.join('\n'), () => given);
  const mode = modeOf(table);
  const files = table.files.length;
  const same = shareOne(tables, own, () => new Map<string, HistoryTable>());
  const known = shareOne(same, `${mode} ${files}`, () => ({
    mode,
    files,
    ...(own === undefined ? {} : { columns: own }),
  }));
  return [name, known];
}

function shareOne<K, V>(shared: Map<K, V>, key: K, make: () => V): V {
  const known = shared.get(key) ?? make();
  if (!shared.has(key)) shared.set(key, known);
  return known;
}

/** What is wrong with one object, and leaves the others well. */
function isOwnFault(error: unknown): boolean {
  return (
    isFailure(error, 'manifest.unreadable') ||
    isFailure(error, 'report.unreadable') ||
    isFailure(error, 'store.accessDenied') ||
    isFailure(error, 'store.notFound')
  );
}

async function readListing(
  catalog: Catalog,
  dump: bigint,
  signal: AbortSignal | undefined,
): Promise<HistoryListing> {
  const contents = await catalog.contents(dump, signal);
  const isDelivered = contents.manifest !== undefined;
  const tables = new Map<string, ListedTable>();
  let newest: number | undefined;
  for (const table of contents.tables) {
    const { name, presentFiles: files, bytes, missingFiles = 0, ignoredFiles = 0 } = table;
    if (files === undefined || bytes === undefined) continue;
    const isOdd = missingFiles > 0 || (isDelivered && ignoredFiles > 0);
    // The sync was listed whole: its parts cost nothing more.
    const parts = isOdd || !isDelivered ? await catalog.parts(dump, name, signal) : [];
    for (const { modified } of isDelivered ? [] : parts)
      if (modified !== undefined && (newest === undefined || modified > newest)) newest = modified;
    tables.set(name, {
      files,
      bytes,
      missing: parts.filter(({ state }) => state === 'missing').map(({ key }) => key),
      unlisted: parts.flatMap(({ key, bytes: size = 0, modified, state }) =>
        state === 'ignored' ? [{ key, bytes: size, ...(modified === undefined ? {} : { modified }) }] : [],
      ),
    });
  }
  newest = laterOf(newest, contents);
  return { tables, ...(newest === undefined ? {} : { newest }) };
}

function laterOf(newest: number | undefined, { definitions }: SyncContents): number | undefined {
  const other = definitions?.modified;
  return newest === undefined || (other !== undefined && other > newest) ? other : newest;
}

async function readReports(
  catalog: Catalog,
  wanted: number,
  signal: AbortSignal | undefined,
): Promise<readonly HistoryReport[]> {
  try {
    const infos = (await catalog.reports(signal)).slice(0, wanted);
    return await Promise.all(infos.map(({ key }) => readReport(key, catalog.readReport(key, signal))));
  } catch (error) {
    // Who may not list them can still be told of the dumps.
    if (!isOwnFault(error)) throw error;
    return [{ key: reportsFolder, failure: failureToData(error) }];
  }
}

async function readReport(key: string, reading: Promise<ReportDocument>): Promise<HistoryReport> {
  try {
    return { key, report: (await reading).report };
  } catch (error) {
    if (!isOwnFault(error)) throw error;
    return { key, failure: failureToData(error) };
  }
}
