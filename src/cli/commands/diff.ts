import { diffDumps } from '../../core/diffDumps';
import { printDiffMarkdown } from '../../core/diffMarkdown';
import { type DumpId, parseDumpId } from '../../core/dumpId';
import { parseSyncFolder } from '../../core/objectKey';
import type { Output } from '../output';
import { withBucket } from '../places';
import { readArguments, s3Options, UsageError, usages } from '../usage';

const usage = usages.diff;

/** Prints what changed between two dumps: Markdown, or with `--json` the diff itself. */
export async function printDiff(args: readonly string[], output: Output): Promise<number> {
  const options = { ...s3Options, json: { type: 'boolean' } } as const;
  const { values, positionals } = readArguments(args, usage, ['<bucket>', '<dumpA>', '<dumpB>'], options);
  const [place = '', ...dumps] = positionals;
  const [from, to] = dumps.map((text) => readDump(text, usage));
  if (from === undefined || to === undefined) throw new UsageError('two dumps are needed', usage);
  await withBucket(place, values, usage, async ({ catalog, name }) => {
    const result = await diffDumps(catalog, from, to);
    const text = values.json
      ? `${JSON.stringify(result.diff, null, 2)}\n`
      : printDiffMarkdown(result.diff, { connection: name, from: result.from, to: result.to });
    await output.write(text);
  });
  return 0;
}

/** `1010103140`, or `sync_1010103140` as the folder is called. Throws `UsageError`. */
export function readDump(text: string, ofUsage: string): DumpId {
  const dump = parseDumpId(text) ?? parseSyncFolder(text.replace(/\/$/, ''));
  if (dump === undefined) throw new UsageError(`"${text}" is no dump id: digits are wanted`, ofUsage);
  return dump;
}
