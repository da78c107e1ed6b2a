import { openRowStream } from '../../avro/part/rowStream';
import type { Column } from '../../core/column';
import { formatPlural } from '../../core/format';
import type { PartMetadata } from '../../core/partProgress';
import { escapeControls, type Output } from '../output';
import { withPart } from '../places';
import { readArguments, s3Options, usages } from '../usage';

const usage = usages.schema;

/** Prints what a part's header says: for people, or with `--json` for programs. */
export async function printSchema(args: readonly string[], output: Output): Promise<number> {
  const options = { ...s3Options, json: { type: 'boolean' } } as const;
  const { values, positionals } = readArguments(args, usage, ['<part>'], options);
  await withPart(positionals[0] ?? '', values, usage, async (source, uri) => {
    const { columns, metadata } = await openRowStream(source);
    await output.write(values.json ? schemaJson(uri, columns, metadata) : schemaText(columns, metadata));
  });
  return 0;
}

function schemaText(columns: readonly Column[], { schemaName, codec, entries }: PartMetadata): string {
  const width = Math.max(0, ...columns.map(({ name }) => name.length));
  const lines = [
    `${schemaName}, ${formatPlural(columns.length, 'column')}, codec ${codec}`,
    ...columns.map(({ name, typeText }) => `  ${name.padEnd(width)}  ${typeText}`),
    ...(entries.length === 0 ? [] : ['', ...entries.map(({ key, value }) => `${key}: ${value}`)]),
  ];
  return `${lines.map(escapeControls).join('\n')}\n`;
}

/** The writer's schema stands in it as it is in the file, so that no number in it is rounded. */
function schemaJson(uri: string, columns: readonly Column[], metadata: PartMetadata): string {
  const { schemaText: schema, ...rest } = metadata;
  const head = JSON.stringify({ uri, ...rest, columns }, null, 2);
  return `${head.slice(0, head.lastIndexOf('\n'))},\n  "schema": ${schema}\n}\n`;
}
