import type { ColumnChunk, Encoding, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import { freeBuffer } from './freeBuffer';
import { makeByteWritersFrugal } from './frugalByteWriter';
import { createParquetValues, type ParquetKind } from './parquetValues';

makeByteWritersFrugal();

/** A column of the row group that is being gathered: as bytes from the first value on, so that no value is held as one of JavaScript's. */
export interface ParquetColumn {
  /** A JSON text. */
  add(json: string): void;
  /** A JSON text in ASCII that lies between two offsets; NULL is nothing. */
  addAscii(text: Buffer, start: number, end: number): void;
  /** Writes its pages, and is empty after that. Not for no rows. */
  write(writer: ByteWriter): ColumnChunk;
}

/** A dictionary is given up where it has so many entries, and more than one for every two values: little comes twice. */
const dictionaryTrial = 1024;

/**
 * Collects the values of a column, each text once as long as enough of them come again (the dictionary), and else one after another.
 * The package's own way takes them as arrays of values, 400,000 strings at a time, which costs several times as much and keeps a
 * collector busy; headers, runs, compression and the file's end are its work.
 */
export function createParquetColumn(element: SchemaElement, kind: ParquetKind): ParquetColumn {
  const values = createParquetValues(kind);
  let present = new Uint8Array(64);
  let indexes = new Int32Array(64);
  let rows = 0;
  let count = 0;
  /** What the values would take one after another. */
  let plainBytes = 0;
  let isDictionary = true;

  /** From here on values are put one after another, those so far too. */
  const giveUpDictionary = (): void => {
    values.repeat(indexes.subarray(0, count));
    isDictionary = false;
  };
  const enter = (isNull: boolean): void => {
    if (rows === present.length) present = larger(present, new Uint8Array(2 * rows));
    present[rows++] = isNull ? 0 : 1;
  };
  const note = (index: number): void => {
    if (isDictionary) {
      if (count === indexes.length) indexes = larger(indexes, new Int32Array(2 * count));
      indexes[count] = index;
      plainBytes += values.sizeOf(index);
    }
    count += 1;
    if (isDictionary && values.count >= dictionaryTrial && 2 * values.count > count) giveUpDictionary();
  };
  const reset = (): void => {
    values.clear();
    rows = 0;
    count = 0;
    plainBytes = 0;
    isDictionary = true;
  };
  return {
    add(json) {
      enter(json === 'null');
      if (json !== 'null') note(values.add(json, isDictionary));
    },
    addAscii(text, start, end) {
      enter(start === end);
      if (start !== end) note(values.addAscii(text, start, end, isDictionary));
    },
    write(writer) {
      const width = bitsFor(values.count - 1);
      // As the package decides: it has to halve the bytes.
      const pays = count > 0 && 2 * (values.bytes().length + (count * width) / 8) <= plainBytes;
      const isFlag = kind === 'boolean';
      if (isDictionary && (isFlag || !pays)) giveUpDictionary();
      const offset = writer.offset;
      let uncompressed = 0;
      let dictionaryOffset: bigint | undefined;
      const page = new ByteWriter();
      if (isDictionary) {
        dictionaryOffset = BigInt(offset);
        uncompressed += writeDictionaryPage(writer, values.bytes(), values.count);
        page.appendUint8(width);
        writeRleBitPackedHybrid(page, indexes.subarray(0, count), width);
      } else if (isFlag) {
        const runs = new ByteWriter();
        writeRleBitPackedHybrid(runs, values.bytes(), 1);
        page.appendUint32(runs.offset);
        page.appendBytes(runs.getBytes());
        freeBuffer(runs.getBytes());
      }
      const encoding: Encoding = isDictionary ? 'RLE_DICTIONARY' : isFlag ? 'RLE' : 'PLAIN';
      const pageOffset = BigInt(writer.offset);
      uncompressed += writeDataPage(writer, {
        bytes: encoding === 'PLAIN' ? values.bytes() : page.getBytes(),
        present: present.subarray(0, rows),
        nulls: rows - count,
        encoding,
      });
      freeBuffer(page.getBytes());
      const chunk: ColumnChunk = {
        file_offset: BigInt(offset),
        meta_data: {
          type: element.type ?? 'BYTE_ARRAY',
          encodings: isDictionary ? ['PLAIN', encoding] : [encoding],
          path_in_schema: [element.name],
          codec: 'SNAPPY',
          num_values: BigInt(rows),
          total_compressed_size: BigInt(writer.offset - offset),
          total_uncompressed_size: BigInt(uncompressed),
          data_page_offset: pageOffset,
          ...(dictionaryOffset === undefined ? {} : { dictionary_page_offset: dictionaryOffset }),
          statistics: { ...values.bounds(), null_count: BigInt(rows - count) },
        },
      };
      reset();
      return chunk;
    },
  };
}

interface DataPage {
  readonly bytes: Uint8Array;
  /** 1 for each row with a value, 0 for each without. */
  readonly present: Uint8Array;
  readonly nulls: number;
  readonly encoding: Encoding;
}

/** Gives the bytes that the page takes uncompressed, header included. */
function writeDataPage(writer: ByteWriter, { bytes, present, nulls, encoding }: DataPage): number {
  const uncompressedBytes = bytes.length;
  const levels = new ByteWriter();
  writeRleBitPackedHybrid(levels, present, 1);
  const compressed = snappyCompress(bytes);
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levels.offset + bytes.length,
    compressed_page_size: levels.offset + compressed.length,
    data_page_header_v2: {
      num_values: present.length,
      num_nulls: nulls,
      num_rows: present.length,
      encoding,
      definition_levels_byte_length: levels.offset,
      repetition_levels_byte_length: 0,
      is_compressed: true,
    },
  });
  const header = writer.offset - start;
  writer.appendBytes(levels.getBytes());
  freeBuffer(levels.getBytes());
  writer.appendBytes(compressed);
  freeBuffer(compressed);
  return header + levels.offset + uncompressedBytes;
}

function writeDictionaryPage(writer: ByteWriter, bytes: Uint8Array, count: number): number {
  const compressed = snappyCompress(bytes);
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DICTIONARY_PAGE',
    uncompressed_page_size: bytes.length,
    compressed_page_size: compressed.length,
    dictionary_page_header: { num_values: count, encoding: 'PLAIN' },
  });
  const header = writer.offset - start;
  writer.appendBytes(compressed);
  freeBuffer(compressed);
  return header + bytes.length;
}

/** Bits that hold every number up to this one; none for 0. */
function bitsFor(most: number): number {
  return most <= 0 ? 0 : 32 - Math.clz32(most);
}

/** Takes the place of `from`, which is no more then. */
function larger<T extends Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(from: T, to: T): T {
  to.set(from);
  freeBuffer(from);
  return to;
}
