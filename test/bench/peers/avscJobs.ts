import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import avsc from 'avsc';
import { uncompress } from 'snappyjs';
import { codecNamed } from '../../../src/avro/container/codecs';
import { parseHeader, syncMarkerBytes } from '../../../src/avro/container/header';
import { readCount, skipVarint } from '../../../src/avro/container/varint';
import { exactLong } from '../../unit/avro/container';

/**
 * What one does with avsc at its fastest: its compiled decoder in a plain loop over whole blocks in memory (its own stream is slower), longs as BigInt.
 * Snappy is snappyjs, as avsc's users take a package for it; other blocks are decompressed by our own codecs. Every job gives the
 * number of rows.
 */
export type Job = (file: string, wanted: Wanted) => Promise<{ readonly rows: number; readonly check?: number }>;

type Row = Record<string, unknown>;

interface Decoding {
  readonly value: unknown;
  readonly offset: number;
}

type Decode = (data: Buffer, at: number) => Decoding;

const checksumBytes = 4;

/** As avsc's documentation shows it: the checksum behind the block is compared. */
function unsnappy(stored: Buffer): Uint8Array {
  const end = stored.length - checksumBytes;
  const data = uncompress(stored.subarray(0, end));
  if (crc32(data) !== stored.readUInt32BE(end)) throw new Error('A checksum does not match.');
  return data;
}

/** Calls back for every row; `decoder` makes the function that reads one. */
async function eachRow(
  file: string,
  decoder: (schema: avsc.Schema) => Decode,
  onRow: (row: Row) => void,
): Promise<number> {
  const bytes = await readFile(file);
  const parsed = parseHeader(bytes, bytes.length);
  if (!('header' in parsed)) throw new Error('The header is cut.');
  const { metadata, end } = parsed.header;
  const decode = decoder(JSON.parse(metadata.schemaText) as avsc.Schema);
  const isSnappy = metadata.codec === 'snappy';
  const decompress = codecNamed(metadata.codec);
  let rows = 0;
  for (let at = end; at < bytes.length;) {
    const declared = readCount(bytes, at);
    at = skipVarint(bytes, at, bytes.length);
    const size = readCount(bytes, at);
    at = skipVarint(bytes, at, bytes.length);
    const stored = bytes.subarray(at, at + size);
    const block = isSnappy ? unsnappy(stored) : await decompress(stored, 1 << 28);
    const data = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
    for (let row = 0, offset = 0; row < declared; row++) {
      const decoding = decode(data, offset);
      offset = decoding.offset;
      onRow(decoding.value as Row);
    }
    rows += declared;
    at += size + syncMarkerBytes;
  }
  return rows;
}

const whole = (schema: avsc.Schema): Decode => {
  const type = avsc.Type.forSchema(schema, { registry: { long: exactLong } });
  return (data, at) => type.decode(data, at);
};

/** By a reader's schema of fewer fields: the rest is skipped. */
const projected =
  (names: readonly string[]) =>
  (schema: avsc.Schema): Decode => {
    const writer = avsc.Type.forSchema(schema, { registry: { long: exactLong } });
    const record = schema as { readonly fields: readonly { readonly name: string }[] };
    const fields = record.fields.filter(({ name }) => names.includes(name));
    const reader = avsc.Type.forSchema({ ...record, fields } as unknown as avsc.Schema, {
      registry: { long: exactLong },
    });
    const resolver = reader.createResolver(writer);
    return (data, at) => reader.decode(data, at, resolver);
  };

/** The two tests of the filter lines: `device_type` is a value, and `path` contains a text. */
export interface Wanted {
  readonly deviceType: string;
  readonly pathPart: string;
}

const isWanted = (row: Row, { deviceType, pathPart }: Wanted): boolean =>
  row['device_type'] === deviceType && typeof row['path'] === 'string' && row['path'].includes(pathPart);

const longAsText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

interface ColumnCount {
  readonly name: string;
  nulls: number;
  length: number;
  readonly counts: Map<unknown, number>;
}

export const avscJobs: Readonly<Record<string, Job>> = {
  async decode(file) {
    return { rows: await eachRow(file, whole, () => undefined) };
  },
  async ndjson(file) {
    const { stdout } = process;
    let text = '';
    const rows = await eachRow(file, whole, (row) => {
      text += `${JSON.stringify(row, longAsText)}\n`;
      if (text.length < 1 << 20) return;
      stdout.write(text);
      text = '';
    });
    stdout.write(text);
    return { rows };
  },
  async filter(file, wanted) {
    let check = 0;
    const rows = await eachRow(file, whole, (row) => (check += Number(isWanted(row, wanted))));
    return { rows, check };
  },
  async filterProjected(file, wanted) {
    let check = 0;
    const rows = await eachRow(
      file,
      projected(['device_type', 'path']),
      (row) => (check += Number(isWanted(row, wanted))),
    );
    return { rows, check };
  },
  /** NULLs, lengths, and how often each value occurs, for every column. */
  async statistics(file) {
    let columns: readonly ColumnCount[] = [];
    const rows = await eachRow(file, whole, (row) => {
      if (columns.length === 0)
        columns = Object.keys(row).map((name) => ({ name, nulls: 0, length: 0, counts: new Map() }));
      for (const column of columns) {
        const value = row[column.name];
        if (value === null) column.nulls++;
        else {
          if (typeof value === 'string') column.length += value.length;
          column.counts.set(value, (column.counts.get(value) ?? 0) + 1);
        }
      }
    });
    return { rows, check: columns.length };
  },
};
