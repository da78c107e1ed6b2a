import type { ExportFormat } from '../core/exportRows';
import { Failure } from '../core/failure';
import { createExcelWriter } from './excelWriter';
import { planExportColumns, provenanceColumns, provenanceOf } from './exportColumns';
import type { FormatRequest, FormatWriter } from './formatWriter';
import { createParquetWriter } from './parquetWriter';
import type { RowWriter, RowWriterRequest } from './rowWriter';
import { createDelimitedWriter, createJsonWriter, createMarkdownWriter, createNdjsonWriter } from './textWriters';

const makers: Readonly<Record<ExportFormat, (request: FormatRequest) => FormatWriter>> = {
  csv: (request) => createDelimitedWriter(request, ','),
  tsv: (request) => createDelimitedWriter(request, '\t'),
  ndjson: createNdjsonWriter,
  json: createJsonWriter,
  markdown: createMarkdownWriter,
  excel: createExcelWriter,
  parquet: createParquetWriter,
};

/**
 * Writes rows to a file of any format. CSV, TSV and NDJSON come out byte for byte as the quick way (`avro/textTask`) writes them, which
 * takes no masks, no provenance and no order of its own.
 * @throws Failure `export.cannotWrite` if the format cannot hold the columns.
 */
export function createRowWriter(request: RowWriterRequest): RowWriter {
  const { options, sink } = request;
  const own = planExportColumns(options, request.columns);
  const columns = options.provenance ? [...provenanceColumns(own), ...own] : own;
  if (columns.length === 0) throw new Failure('export.cannotWrite', { detail: 'no column is chosen' });
  const origin = options.provenance ? provenanceOf(request) : undefined;
  const isChanged = origin !== undefined || own.some(({ change }) => change !== undefined);
  let rows = 0;
  let bytes = 0;
  const writer = makers[options.format]({
    columns,
    formulaGuard: options.formulaGuard,
    sink: (piece) => {
      bytes += piece.byteLength;
      return sink(piece);
    },
  });
  const changed = (row: readonly string[]): readonly string[] =>
    own.map(({ change }, index) => {
      const json = row[index] ?? 'null';
      return change === undefined ? json : change(json);
    });
  return {
    async write(batch) {
      if (!isChanged && batch.packed !== undefined && writer.writePacked !== undefined) {
        rows += batch.packed.rows;
        await writer.writePacked(batch.packed);
        return;
      }
      let first = 0;
      for (const piece of batch.pieces?.() ?? [batch.rows]) {
        const before = first;
        await writer.write(
          isChanged
            ? piece.map((row, index) => [...(origin?.(batch.places?.[before + index]) ?? []), ...changed(row)])
            : piece,
        );
        first += piece.length;
      }
      rows += first;
    },
    async end() {
      const notes = await writer.end();
      return { rows, bytes, notes };
    },
    dispose: () => writer.dispose(),
  };
}
