import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { ParquetWriter } from 'hyparquet-writer/src/parquet-writer.js';
import type { ExportColumn } from './exportColumns';
import type { FormatRequest, FormatWriter } from './formatWriter';
import { createParquetColumn } from './parquetColumn';
import type { ParquetKind } from './parquetValues';

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

/** A row group is held as bytes before it is written: whichever of these is reached first ends it. */
export interface RowGroupLimits {
  readonly rows: number;
  readonly cells: number;
  readonly characters: number;
}

const usualLimits: RowGroupLimits = { rows: 122_880, cells: 800_000, characters: 8 * 1024 * 1024 };
/** Columns of a row group are handed on when there are so many bytes of them. */
const pieceBytes = 1024 * 1024;

/**
 * A Parquet file, one row group after another: integers as INT64, numbers as DOUBLE, booleans, bytes as they are, all else as UTF-8 text (decimals
 * and times too, digit for digit). Every column may be NULL. Snappy.
 */
export function createParquetWriter(request: FormatRequest, limits = usualLimits): FormatWriter {
  const { columns, sink } = request;
  const bytes = createDrain();
  const elements = columns.map(elementOf);
  const file = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'rows', num_children: columns.length }, ...elements],
    createdBy: 'data-connect-explorer',
  });
  let held = elements.map((element, index) =>
    createParquetColumn(element, physicalKind(columns[index] as ExportColumn)),
  );
  let rowsHeld = 0;
  let charactersHeld = 0;

  const flush = async (): Promise<void> => {
    const start = bytes.offset;
    const chunks: ReturnType<(typeof held)[number]['write']>[] = [];
    for (const column of held) {
      chunks.push(column.write(bytes));
      if (bytes.index >= pieceBytes) await sink(bytes.drain());
    }
    const sizes = chunks.map(({ meta_data }) => meta_data?.total_uncompressed_size ?? 0n);
    file.row_groups.push({
      columns: chunks,
      num_rows: BigInt(rowsHeld),
      total_byte_size: sizes.reduce((sum, size) => sum + size, 0n),
      total_compressed_size: BigInt(bytes.offset - start),
    });
    file.num_rows += BigInt(rowsHeld);
    rowsHeld = 0;
    charactersHeld = 0;
    await sink(bytes.drain());
  };
  const isFull = (): boolean =>
    rowsHeld >= limits.rows || rowsHeld * columns.length >= limits.cells || charactersHeld >= limits.characters;
  return {
    async writePacked({ rows, text, wide, ends }) {
      const bytesOfText = bufferOf(text);
      const bytesOfWide = bufferOf(wide);
      let textStart = 0;
      let wideStart = 0;
      for (let row = 0, at = 0; row < rows; row++) {
        charactersHeld -= textStart + wideStart;
        for (const column of held) {
          const end = ends[at++] as number;
          if (end < 0) {
            column.add(bytesOfWide.toString('utf16le', 2 * wideStart, 2 * ~end));
            wideStart = ~end;
          } else {
            column.addAscii(bytesOfText, textStart, end);
            textStart = end;
          }
        }
        charactersHeld += textStart + wideStart;
        rowsHeld += 1;
        if (isFull()) await flush();
      }
    },
    async write(rows) {
      for (const row of rows) {
        for (let index = 0; index < held.length; index++) {
          const json = row[index] ?? 'null';
          charactersHeld += json.length;
          held[index]?.add(json);
        }
        rowsHeld += 1;
        if (isFull()) await flush();
      }
    },
    async end() {
      if (rowsHeld > 0) await flush();
      await file.finish();
      await sink(bytes.drain());
      return [];
    },
    dispose() {
      held = [];
    },
  };
}

function bufferOf(bytes: Uint8Array<ArrayBuffer>): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What the package writes into: bytes are taken out after each row group, while offsets count on. */
function createDrain(): ByteWriter & { drain(): Uint8Array<ArrayBuffer> } {
  const writer = new ByteWriter(64 * 1024);
  return Object.assign(writer, {
    drain() {
      const bytes = new Uint8Array(writer.buffer.slice(0, writer.index));
      writer.index = 0;
      return bytes;
    },
  });
}

function elementOf(column: ExportColumn): SchemaElement {
  const { name } = column;
  const shared = { name, repetition_type: 'OPTIONAL' } as const;
  switch (physicalKind(column)) {
    case 'integer':
      return { ...shared, type: 'INT64' };
    case 'number':
      return { ...shared, type: 'DOUBLE' };
    case 'boolean':
      return { ...shared, type: 'BOOLEAN' };
    case 'bytes':
      return { ...shared, type: 'BYTE_ARRAY' };
    case 'text':
      return { ...shared, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
  }
}

function physicalKind({ kind, isDecimal }: ExportColumn): ParquetKind {
  if (isDecimal === true || kind === 'json' || kind === 'time') return 'text';
  return kind;
}
