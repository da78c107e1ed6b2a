import type { Column, ColumnKind } from '../../../src/core/column';
import type { ExportFormat, ExportOptions } from '../../../src/core/exportRows';
import { createRowWriter } from '../../../src/export/createRowWriter';
import type { ExportBatch, ExportSummary, RowWriterRequest } from '../../../src/export/rowWriter';
import { columnOf } from '../columnOf';

export function column(name: string, kind: ColumnKind, typeText = `${kind} or null`): Column {
  return columnOf(name, kind, typeText);
}

/** One column of each kind, with names that need care. */
export const everyKind: readonly Column[] = [
  column('user_id', 'integer', 'long or null'),
  column('count', 'integer', 'int or null'),
  column('price', 'number', 'double or null'),
  column('total', 'number', 'decimal(20, 2) or null'),
  column('path | "title"', 'text', 'string or null'),
  column('is_new', 'boolean', 'boolean or null'),
  column('raw', 'bytes', 'bytes or null'),
  column('tags', 'json', 'list of string or null'),
  column('seen', 'time', 'timestamp-micros or null'),
];

/** As `Dataset.cells` gives them: ids at both ends of int64, text that every format has to take care of. */
export const everyRow: readonly (readonly string[])[] = [
  [
    '"9223372036854775807"',
    '12',
    '0.1',
    '"-12.30"',
    '"/cart"',
    'true',
    '"00ff"',
    '["a","b"]',
    '"2026-11-22T04:12:09.123456Z"',
  ],
  [
    '"-9223372036854775808"',
    '-7',
    '-1e+21',
    '"123456789012345678.90"',
    '"=1+1"',
    'false',
    '""',
    '[]',
    '"1970-01-01T00:00:00.000000Z"',
  ],
  ['"9007199254740993"', 'null', '"NaN"', 'null', '""', 'null', 'null', 'null', 'null'],
  [
    '"0"',
    '0',
    '-0',
    '"0.00"',
    '"a,b\\t\\"c\\"\\r\\nd \\u0001 _x0041_"',
    'true',
    '"c3a9"',
    '{"id":"9007199254740993"}',
    '"2026-01-01T00:00:00.000001Z"',
  ],
  ['null', 'null', 'null', 'null', 'null', 'null', 'null', 'null', 'null'],
  [
    '"42"',
    '1',
    '"Infinity"',
    '"0.10"',
    '"Grüße 日本 😀 <b>&amp;</b> *x* [y](z) | `q`"',
    'false',
    '"7f"',
    '["|"]',
    '"2026-02-28T23:59:59.999999Z"',
  ],
];

export interface Written extends ExportSummary {
  readonly file: Uint8Array;
  readonly text: string;
  readonly pieces: number;
}

/** Writes the batches to memory. */
export async function writeAll(
  format: ExportFormat,
  columns: readonly Column[],
  batches: readonly ExportBatch[],
  more: Partial<ExportOptions> & Pick<Partial<RowWriterRequest>, 'parts'> = {},
): Promise<Written> {
  const { parts, ...options } = more;
  const pieces: Uint8Array[] = [];
  const writer = createRowWriter({
    options: {
      format,
      columns: columns.map(({ name }) => name),
      formulaGuard: true,
      masks: [],
      provenance: false,
      ...options,
    },
    columns,
    sink: (bytes) => {
      pieces.push(bytes);
      return Promise.resolve();
    },
    ...(parts === undefined ? {} : { parts }),
  });
  for (const batch of batches) await writer.write(batch);
  const summary = await writer.end();
  const file = new Uint8Array(Buffer.concat(pieces));
  return { ...summary, file, text: Buffer.from(file).toString('utf8'), pieces: pieces.length };
}
