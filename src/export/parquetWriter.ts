import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { ParquetWriter } from 'hyparquet-writer/src/parquet-writer.js';
import { textOfJson } from '../core/rowText';
import type { ExportColumn } from './exportColumns';
import type { FormatRequest, FormatWriter } from './formatWriter';

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];
type ColumnValue = string | bigint | number | boolean | Uint8Array | null;

/** A row group is held as values before it is written: whichever of these is reached first ends it. */
export interface RowGroupLimits {
  readonly rows: number;
  readonly cells: number;
  readonly characters: number;
}

const usualLimits: RowGroupLimits = { rows: 122_880, cells: 400_000, characters: 8 * 1024 * 1024 };

/**
 * A Parquet file, one row group after another: integers as INT64, numbers as DOUBLE, booleans, bytes as they are, all else as UTF-8 text (decimals
 * and times too, digit for digit). Every column may be NULL. Snappy.
 */
export function createParquetWriter(request: FormatRequest, limits = usualLimits): FormatWriter {
  const { columns, sink } = request;
  const bytes = createDrain();
  const file = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'rows', num_children: columns.length }, ...columns.map(elementOf)],
    createdBy: 'data-connect-explorer',
  });
  const convert = columns.map(converterOf);
  let values: ColumnValue[][] = columns.map(() => []);
  let rowsHeld = 0;
  let charactersHeld = 0;

  const flush = async (): Promise<void> => {
    if (rowsHeld > 0) {
      const columnData = columns.map(({ name }, index) => ({
        name,
        data: values[index] ?? [],
        // Page offsets are kept in memory until the file ends, for every page of it.
        offsetIndex: false,
      }));
      await file.write({ columnData, rowGroupSize: rowsHeld });
    }
    values = columns.map(() => []);
    rowsHeld = 0;
    charactersHeld = 0;
    await sink(bytes.drain());
  };
  return {
    async write(rows) {
      for (const row of rows) {
        for (const [index, read] of convert.entries()) {
          const json = row[index] ?? 'null';
          charactersHeld += json.length;
          values[index]?.push(json === 'null' ? null : read(json));
        }
        rowsHeld += 1;
        const isFull =
          rowsHeld >= limits.rows ||
          rowsHeld * columns.length >= limits.cells ||
          charactersHeld >= limits.characters;
        if (isFull) await flush();
      }
    },
    async end() {
      await flush();
      await file.finish();
      await sink(bytes.drain());
      return [];
    },
    dispose() {
      values = [];
    },
  };
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

function physicalKind({ kind, isDecimal }: ExportColumn): 'integer' | 'number' | 'boolean' | 'bytes' | 'text' {
  if (isDecimal === true || kind === 'json' || kind === 'time') return 'text';
  return kind;
}

/** From a JSON text that is not `null`. NaN and infinities come as strings. */
function converterOf(column: ExportColumn): (json: string) => ColumnValue {
  const text = (json: string): string => textOfJson(json) ?? '';
  switch (physicalKind(column)) {
    case 'integer':
      return (json) => BigInt(text(json));
    case 'number':
      return (json) => Number(text(json));
    case 'boolean':
      return (json) => json === 'true';
    case 'bytes':
      return (json) => new Uint8Array(Buffer.from(text(json), 'hex'));
    case 'text':
      return text;
  }
}
