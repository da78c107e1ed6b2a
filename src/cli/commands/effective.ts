import { formatPlural, plural } from '../../core/format';
import { printFileList, type FileListForm } from '../../core/history/printFileList';
import { readTableFiles } from '../../core/history/readTableFiles';
import { describeExclusion, type TableFiles } from '../../core/history/tableFiles';
import { oneLine, type Output } from '../output';
import { withBucket } from '../places';
import { readDump } from '../readDump';
import { oneOf, readArguments, s3Options, UsageError, usages } from '../usage';

const usage = usages.effective;
const forms: readonly [FileListForm, ...FileListForm[]] = ['uris', 'copy-manifest', 'spark', 'duckdb'];

/** Prints the URIs (or paths) of the files that make up a table, in order and in the form asked for; with `--json` also each other file of the table, and why it does not count. */
export async function printEffectiveFiles(
  args: readonly string[],
  output: Output,
  errors: Output,
): Promise<number> {
  const options = {
    ...s3Options,
    json: { type: 'boolean' },
    format: { type: 'string' },
    'as-of': { type: 'string' },
  } as const;
  const { values, positionals } = readArguments(args, usage, ['<bucket>', '<table>'], options);
  const [place = '', table = ''] = positionals;
  if (values.json === true && values.format !== undefined)
    throw new UsageError('--json and --format are two forms: one is wanted', usage);
  const form = oneOf(values.format, forms, '--format', usage);
  const asOf = values['as-of'] === undefined ? undefined : readDump(values['as-of'], usage);
  await withBucket(place, values, usage, async ({ store, catalog }) => {
    const found = await readTableFiles(catalog, table, asOf);
    const uriOf = (key: string): string => (isUri(key) ? key : store.uri(key));
    if (asOf !== undefined && asOf !== found.asOf)
      await errors.write(
        `${oneLine(`Dump ${asOf} has no manifest yet, so nothing of it counts: these are the files as of dump ${found.asOf}.`)}\n`,
      );
    for (const warning of warningsOf(found)) await errors.write(`${oneLine(warning)}\n`);
    await output.write(
      values.json
        ? `${JSON.stringify(toJson(found, uriOf), null, 2)}\n`
        : printFileList(
            form,
            found.files.map(({ key, bytes }) => ({ uri: uriOf(key), bytes })),
          ),
    );
  });
  return 0;
}

/** A listed file whose place is not known stands under the name that its manifest gives it. */
function isUri(key: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(key);
}

function warningsOf({ table, since, files, excluded }: TableFiles): readonly string[] {
  const warnings: string[] = [];
  if (since === undefined)
    warnings.push(
      `No full dump of ${table} is known: its files from the first dump on are taken, and there may be earlier ones.`,
    );
  const missing = excluded.filter(({ code }) => code === 'missing' || code === 'unresolved').length;
  if (missing > 0)
    warnings.push(
      `${formatPlural(missing, 'file')} of ${table} ${plural(missing, 'is', 'are')} listed and not in the bucket: the ${formatPlural(files.length, 'file')} printed are not all of the table.`,
    );
  return warnings;
}

/** Dump ids as decimal strings: they may exceed what a JSON number holds. */
function toJson(found: TableFiles, uriOf: (key: string) => string): object {
  const { table, asOf, since, files, excluded } = found;
  return {
    table,
    asOf: asOf.toString(),
    since: since?.toString() ?? null,
    files: files.map(({ key, dump, part, bytes }) => ({
      uri: uriOf(key),
      dump: dump.toString(),
      part: part ?? null,
      bytes,
    })),
    excluded: excluded.map((file) => ({
      uri: uriOf(file.key),
      dump: file.dump.toString(),
      reason: describeExclusion(file, found),
      code: file.code,
    })),
  };
}
