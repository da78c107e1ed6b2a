import type { ColumnMask, ExportFormat, ExportOptions } from './exportRows';
import { Failure } from './failure';
import { isRecord } from './jsonRecord';
import { parseColumnNames } from './parseQuery';

/** All formats: what people call them, and the ends of their files' names. */
export const exportFormats: Readonly<Record<ExportFormat, { readonly title: string; readonly extension: string }>> =
  {
    csv: { title: 'CSV', extension: 'csv' },
    tsv: { title: 'TSV', extension: 'tsv' },
    ndjson: { title: 'NDJSON', extension: 'ndjson' },
    json: { title: 'JSON', extension: 'json' },
    markdown: { title: 'Markdown', extension: 'md' },
    excel: { title: 'Excel', extension: 'xlsx' },
    parquet: { title: 'Parquet', extension: 'parquet' },
  };

const maxSaltLength = 256;

/**
 * Export options from outside (the webview is the untrusted side), checked field by field. The guard against formulas is on unless it is
 * switched off in so many words. A mask that cannot be read is a failure: the column would leave unmasked.
 * @throws Failure `query.invalid`
 */
export function parseExportOptions(value: unknown): ExportOptions {
  if (!isRecord(value)) throw invalid('these are no options of an export');
  const { format, columns, formulaGuard, masks, provenance } = value;
  if (typeof format !== 'string' || !Object.hasOwn(exportFormats, format)) throw invalid('there is no such format');
  const names = parseColumnNames(columns);
  if (names.length === 0) throw invalid('no columns were chosen');
  return {
    format: format as ExportFormat,
    columns: names,
    formulaGuard: formulaGuard !== false,
    masks: parseMasks(masks),
    provenance: provenance === true,
  };
}

function parseMasks(value: unknown): readonly ColumnMask[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalid('its masks are not a list');
  return value.map((item: unknown): ColumnMask => {
    if (!isRecord(item)) throw invalid('a mask of it is not one');
    const { how, salt } = item;
    const [column] = parseColumnNames([item['column']]);
    if (column === undefined || (how !== 'mask' && how !== 'hash')) throw invalid('there is no such mask');
    if (salt === undefined) return { column, how };
    if (typeof salt !== 'string' || salt.length > maxSaltLength) throw invalid('the salt of a mask is not text');
    return { column, how, salt };
  });
}

function invalid(detail: string): Failure {
  return new Failure('query.invalid', { detail });
}
