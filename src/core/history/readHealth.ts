import type { Catalog } from '../catalogModel';
import { isFailure, throwIfAborted } from '../failure';
import type { ObjectStore } from '../ports';
import { checkHealth, type HealthContext } from './checkHealth';
import type { SchemaColumns } from './columnHealth';
import { type ExportHistory, newestDelivered } from './exportHistory';
import type { HealthProblem } from './healthProblem';
import { type HistoryOptions, readHistory } from './readHistory';

/** What the health of an export is read from. */
export interface HealthSource {
  readonly store: Pick<ObjectStore, 'list'>;
  readonly catalog: Catalog;
  /** The columns of a part by its Avro schema. One that cannot be opened tells none: whoever verifies it says what is wrong with it. */
  readonly columnsOf: (key: string, signal?: AbortSignal) => Promise<readonly string[]>;
}

/** The health of an export at one moment. */
export interface HealthReading {
  readonly history: ExportHistory;
  readonly problems: readonly HealthProblem[];
  /** Epoch milliseconds. */
  readonly checkedAt: number;
  /** What it was judged by, beside the history. */
  readonly context: Omit<HealthContext, 'now'>;
}

/** Parts whose schemas are read at once. */
const batch = 8;
/** Names that are told of a bucket that is no export. */
const foundNames = 5;

/**
 * Reads an export's history and judges it: all manifests, the folders of the newest syncs, the newest reports, and the header of one part of each table of the
 * newest dump. `now`: epoch milliseconds. Rejects like `readHistory`.
 */
export async function readHealth(
  { store, catalog, columnsOf }: HealthSource,
  now: () => number,
  options: HistoryOptions = {},
  signal?: AbortSignal,
): Promise<HealthReading> {
  const history = await readHistory(catalog, options, signal);
  const schemas = await readSchemas(catalog, history, columnsOf, signal);
  const found = history.dumps.length === 0 ? await listTop(store, signal) : [];
  return judge(history, { schemas, found }, now());
}

/** The same history, judged at another time: right if nothing was delivered since it was read. */
export function judgeAgain({ history, context }: HealthReading, now: number): HealthReading {
  return judge(history, context, now);
}

function judge(history: ExportHistory, context: HealthReading['context'], now: number): HealthReading {
  return { history, problems: checkHealth(history, { now, ...context }), checkedAt: now, context };
}

async function readSchemas(
  catalog: Catalog,
  history: ExportHistory,
  columnsOf: HealthSource['columnsOf'],
  signal: AbortSignal | undefined,
): Promise<SchemaColumns> {
  const newest = newestDelivered(history);
  const schemas = new Map<string, readonly string[]>();
  const tables = [...(newest?.manifest.tables ?? [])].filter(([, { files }]) => files > 0);
  const read = async (dump: bigint, table: string): Promise<void> => {
    const parts = await catalog.parts(dump, table, signal);
    const part = parts.find(({ state }) => state === 'listed');
    if (part === undefined) return;
    const columns = await columnsOf(part.key, signal).catch((error: unknown) => {
      if (isFailure(error, 'cancelled')) throw error;
      return undefined;
    });
    if (columns !== undefined) schemas.set(table, columns);
  };
  for (let next = 0; newest !== undefined && next < tables.length; next += batch) {
    throwIfAborted(signal);
    await Promise.all(tables.slice(next, next + batch).map(([table]) => read(newest.dump, table)));
  }
  return schemas;
}

/** What lies at the top of the bucket, a few names of it. */
async function listTop(store: HealthSource['store'], signal: AbortSignal | undefined): Promise<readonly string[]> {
  const { folders, objects } = await store.list({ prefix: '', delimiter: '/', maxKeys: foundNames + 1 }, signal);
  const names = [...folders, ...objects.map(({ key }) => key)];
  return names.length > foundNames ? [...names.slice(0, foundNames), 'and more'] : names;
}
