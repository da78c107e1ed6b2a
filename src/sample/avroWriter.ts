import { compressBlock, type SampleCodec } from './codecs';
import { createRandom } from './random';

/** Avro's own default, and so Spark's: a block is closed by the row that reaches it. */
const defaultBlockBytes = 64_000;

export interface AvroColumn {
  readonly name: string;
  readonly type: 'long' | 'string';
  /**
   * `nullLast`: `["string","null"]`, as Spark writes it. `nullFirst`: `["null","string"]`, as most other writers do.
   * `bare`: no union.
   */
  readonly union: 'nullLast' | 'nullFirst' | 'bare';
}

/** Text may be given as UTF-8 bytes that were encoded before (or are not UTF-8 at all: then the file has that trap). */
export type AvroValue = bigint | string | Uint8Array | null;

export interface AvroWriterOptions {
  readonly columns: readonly AvroColumn[];
  readonly codec: SampleCodec;
  /** What the sync marker is made of: the file's key. */
  readonly seed: string;
  /** Uncompressed bytes at which a block is closed. Absent: 64,000. */
  readonly blockBytes?: number;
}

export interface AvroWriter {
  /** Magic, metadata and sync marker: the first bytes of the file. */
  readonly header: Buffer;
  readonly syncMarker: Buffer;
  /** Takes one row, a value a column. Gives the whole block, marker included, when the row closed one. */
  append(values: readonly AvroValue[]): Buffer | undefined;
  /** The last block, unless it has no rows. */
  finish(): Buffer | undefined;
}

/**
 * Writes an Avro object container as Spark does: record `topLevelRecord`, nullable columns as unions with null last.
 * Holds one block in memory. Source: Avro 1.11 specification, "Object Container Files".
 */
export function createAvroWriter(options: AvroWriterOptions): AvroWriter {
  const { columns, codec, blockBytes = defaultBlockBytes } = options;
  const syncMarker = syncMarkerOf(options.seed);
  const data = createByteBuilder(blockBytes + 4096);
  let rows = 0;

  const closeBlock = (): Buffer | undefined => {
    if (rows === 0) return undefined;
    const compressed = compressBlock(codec, data.view());
    const head = createByteBuilder(20);
    head.long(BigInt(rows));
    head.long(BigInt(compressed.length));
    rows = 0;
    data.clear();
    return Buffer.concat([head.view(), compressed, syncMarker]);
  };

  return {
    header: headerOf(columns, codec, syncMarker),
    syncMarker,
    append: (values) => {
      columns.forEach((column, i) => writeValue(data, column, values[i] ?? null));
      rows++;
      return data.length() >= blockBytes ? closeBlock() : undefined;
    },
    finish: closeBlock,
  };
}

/** A whole part in memory. */
export function writePart(options: AvroWriterOptions, rows: Iterable<readonly AvroValue[]>): Buffer {
  const writer = createAvroWriter(options);
  const pieces: Uint8Array[] = [writer.header];
  const push = (block: Buffer | undefined): void => {
    if (block !== undefined) pieces.push(block);
  };
  for (const row of rows) push(writer.append(row));
  push(writer.finish());
  return Buffer.concat(pieces);
}

/** The schema text of a part's header. */
export function schemaText(columns: readonly AvroColumn[]): string {
  const fields = columns.map(({ name, type, union }) => ({
    name,
    type: union === 'bare' ? type : union === 'nullLast' ? [type, 'null'] : ['null', type],
  }));
  return JSON.stringify({ type: 'record', name: 'topLevelRecord', fields });
}

function headerOf(columns: readonly AvroColumn[], codec: SampleCodec, syncMarker: Buffer): Buffer {
  const header = createByteBuilder(4096);
  header.bytes(Buffer.from('Obj\x01', 'latin1'));
  const entries = [
    ['avro.schema', schemaText(columns)],
    ['org.apache.spark.version', '3.5.1'],
    ['avro.codec', codec],
  ] as const;
  header.long(BigInt(entries.length));
  for (const [key, value] of entries) {
    header.text(key);
    header.text(value);
  }
  header.long(0n);
  header.bytes(syncMarker);
  return Buffer.from(header.view());
}

function syncMarkerOf(seed: string): Buffer {
  const random = createRandom(`marker/${seed}`);
  const marker = Buffer.alloc(16);
  for (let i = 0; i < 16; i += 4) marker.writeUInt32BE(random.next(), i);
  return marker;
}

function writeValue(data: ByteBuilder, column: AvroColumn, value: AvroValue): void {
  if (column.union !== 'bare') {
    const isNullFirst = column.union === 'nullFirst';
    data.byte((value === null) === isNullFirst ? 0 : 2);
    if (value === null) return;
  }
  if (column.type === 'long') {
    if (typeof value !== 'bigint') throw new TypeError(`${column.name} takes a bigint`);
    data.long(value);
  } else if (typeof value === 'string') data.text(value);
  else if (value instanceof Uint8Array) {
    data.long(BigInt(value.length));
    data.bytes(value);
  } else throw new TypeError(`${column.name} takes text`);
}

interface ByteBuilder {
  byte(value: number): void;
  bytes(value: Uint8Array): void;
  /** Zig-zag, seven bits a byte. */
  long(value: bigint): void;
  /** Length and UTF-8. */
  text(value: string): void;
  length(): number;
  /** Valid until the next write. */
  view(): Buffer;
  clear(): void;
}

function createByteBuilder(capacity: number): ByteBuilder {
  let buffer = Buffer.allocUnsafe(capacity);
  let length = 0;
  const reserve = (bytes: number): void => {
    if (length + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + bytes));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  };
  const small = (value: number): void => {
    let rest = value * 2;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) buffer[length++] = (rest % 0x80) | 0x80;
    buffer[length++] = rest;
  };
  const builder: ByteBuilder = {
    byte: (value) => {
      reserve(1);
      buffer[length++] = value;
    },
    bytes: (value) => {
      reserve(value.length);
      buffer.set(value, length);
      length += value.length;
    },
    long: (value) => {
      reserve(10);
      let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
      for (; rest >= 0x80n; rest >>= 7n) buffer[length++] = Number(rest & 0x7fn) | 0x80;
      buffer[length++] = Number(rest);
    },
    text: (value) => {
      const bytes = Buffer.byteLength(value);
      reserve(bytes + 5);
      small(bytes);
      length += buffer.write(value, length, 'utf8');
    },
    length: () => length,
    view: () => buffer.subarray(0, length),
    clear: () => {
      length = 0;
    },
  };
  return builder;
}
