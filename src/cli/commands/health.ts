import { openRowStream } from '../../avro/part/rowStream';
import { summarizeHealth } from '../../core/history/checkHealth';
import { type ExportHistory, newestDelivered } from '../../core/history/exportHistory';
import type { HealthProblem } from '../../core/history/healthProblem';
import { printHealthMarkdown } from '../../core/history/printHealth';
import { readHealth } from '../../core/history/readHealth';
import type { Output } from '../output';
import { createStoreSource, withBucket } from '../places';
import { readArguments, s3Options, usages } from '../usage';

const usage = usages.health;

/** Prints what is wrong with an export, as Markdown or as JSON. Gives 1 if anything is an error. */
export async function printHealth(args: readonly string[], output: Output): Promise<number> {
  const options = { ...s3Options, json: { type: 'boolean' } } as const;
  const { values, positionals } = readArguments(args, usage, ['<bucket>'], options);
  const [place = ''] = positionals;
  return withBucket(place, values, usage, async ({ store, catalog, name }) => {
    const columnsOf = async (key: string): Promise<readonly string[]> =>
      (await openRowStream(createStoreSource(store, key))).columns.map((column) => column.name);
    const { history, problems, checkedAt: now } = await readHealth({ store, catalog, columnsOf }, Date.now);
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
