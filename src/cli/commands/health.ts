import { openRowStream } from '../../avro/part/rowStream';
import type { Catalog } from '../../core/catalogModel';
import { checkHealth, summarizeHealth } from '../../core/history/checkHealth';
import type { SchemaColumns } from '../../core/history/columnHealth';
import { type ExportHistory, newestDelivered } from '../../core/history/exportHistory';
import type { HealthProblem } from '../../core/history/healthProblem';
import { printHealthMarkdown } from '../../core/history/printHealth';
import { readHistory } from '../../core/history/readHistory';
import type { ObjectStore } from '../../core/ports';
import type { Output } from '../output';
import { createStoreSource, withBucket } from '../places';
import { readArguments, s3Options, usages } from '../usage';

const usage = usages.health;

/** Parts whose schemas are read at once. */
const batch = 8;

/** Prints what is wrong with an export, as Markdown or as JSON. Gives 1 if anything is an error. */
export async function printHealth(args: readonly string[], output: Output): Promise<number> {
  const options = { ...s3Options, json: { type: 'boolean' } } as const;
  const { values, positionals } = readArguments(args, usage, ['<bucket>'], options);
  const [place = ''] = positionals;
  return withBucket(place, values, usage, async ({ store, catalog, name }) => {
    const now = Date.now();
    const history = await readHistory(catalog);
    const schemas = await readSchemas(store, catalog, history);
    const found = history.dumps.length === 0 ? await listTop(store) : [];
    const problems = checkHealth(history, { now, schemas, found });
    await output.write(
      values.json
        ? `${JSON.stringify(
            toJson(history, problems, now, (key) => store.uri(key)),
            null,
            2,
          )}\n`
        : printHealthMarkdown(history, problems, { name, now }),
    );
    return problems.some(({ severity }) => severity === 'error') ? 1 : 0;
  });
}

/** The columns of one part of each table of the newest dump. A part that cannot be opened tells none: `verify` says what is wrong with it. */
async function readSchemas(store: ObjectStore, catalog: Catalog, history: ExportHistory): Promise<SchemaColumns> {
  const newest = newestDelivered(history);
  const schemas = new Map<string, readonly string[]>();
  const tables = [...(newest?.manifest.tables ?? [])].filter(([, { files }]) => files > 0);
  const read = async (dump: bigint, table: string): Promise<void> => {
    const parts = await catalog.parts(dump, table);
    const part = parts.find(({ state }) => state === 'listed');
    if (part === undefined) return;
    const stream = await openRowStream(createStoreSource(store, part.key)).catch(() => undefined);
    if (stream !== undefined)
      schemas.set(
        table,
        stream.columns.map((column) => column.name),
      );
  };
  for (let next = 0; newest !== undefined && next < tables.length; next += batch)
    await Promise.all(tables.slice(next, next + batch).map(([table]) => read(newest.dump, table)));
  return schemas;
}

/** What lies at the top of the bucket, a few names of it. */
async function listTop(store: ObjectStore): Promise<readonly string[]> {
  const { folders, objects } = await store.list({ prefix: '', delimiter: '/', maxKeys: 6 });
  const names = [...folders, ...objects.map(({ key }) => key)];
  return names.length > 5 ? [...names.slice(0, 5), 'and more'] : names;
}

/** Dump ids as decimal strings: they may exceed what a JSON number holds. */
function toJson(
  history: ExportHistory,
  problems: readonly HealthProblem[],
  now: number,
  uriOf: (key: string) => string,
): object {
  const newest = newestDelivered(history);
  const delivered = newest?.manifest.delivered;
  return {
    problems: problems.map(({ code, severity, dump, table, file, message, action }) => ({
      code,
      severity,
      dump: dump?.toString() ?? null,
      table: table ?? null,
      file: file === undefined ? null : uriOf(file),
      message,
      action,
    })),
    newestDump: newest?.dump.toString() ?? null,
    delivered: delivered === undefined ? null : new Date(delivered).toISOString(),
    checked: new Date(now).toISOString(),
    summary: summarizeHealth(history, problems),
    dumps: history.dumps.length,
    dumpsListed: history.dumps.filter(({ listing }) => listing !== undefined).length,
  };
}
