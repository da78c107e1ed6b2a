import { diffDumps } from '../../core/diffDumps';
import { printDiffMarkdown } from '../../core/diffMarkdown';
import type { Output } from '../output';
import { withBucket } from '../places';
import { readDump } from '../readDump';
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
