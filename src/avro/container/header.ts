import { Failure } from '../../core/failure';
import type { PartMetadata } from '../../core/partProgress';
import { nameOf, parseSchema, type TypeNode } from './schema';
import { faulty, readCount, skipVarint } from './varint';

/** A container's header, read and understood. */
export interface Header {
  readonly metadata: PartMetadata;
  readonly schema: TypeNode;
  readonly syncMarker: Buffer;
  /** Where the first block begins. */
  readonly end: number;
}

/** `needed`: the header is longer than the bytes at hand, and has at least so many. */
export type HeaderResult = { readonly header: Header } | { readonly needed: number };

export const syncMarkerBytes = 16;
const magic = Buffer.from('Obj\u0001', 'latin1');
/** No schema is so long; a length beyond it is damage. */
const maxHeaderBytes = 64 * 1024 * 1024;

/**
 * Parses the header from the first bytes of a file of `totalBytes`.
 * Fails with `avro.empty`, `avro.notAvro`, `avro.truncated` or `avro.badSchema`.
 * Source: Avro specification, "Object Container Files".
 */
export function parseHeader(bytes: Buffer, totalBytes: number): HeaderResult {
  if (totalBytes === 0) throw new Failure('avro.empty');
  const start = bytes.subarray(0, magic.length);
  if (!start.equals(magic.subarray(0, start.length))) {
    throw new Failure('avro.notAvro', { detail: `it begins with ${start.toString('hex')}` });
  }
  const reader = new HeaderReader(bytes, totalBytes);
  try {
    reader.take(magic.length);
    const entries = readEntries(reader);
    const syncMarker = Buffer.from(reader.take(syncMarkerBytes));
    return { header: describe(entries, syncMarker, reader.at) };
  } catch (error) {
    if (error instanceof NeedsMore) return { needed: error.needed };
    throw error;
  }
}

class NeedsMore extends Error {
  readonly needed: number;

  constructor(needed: number) {
    super('the header goes on');
    this.needed = needed;
  }
}

class HeaderReader {
  at = 0;
  private readonly bytes: Buffer;
  private readonly totalBytes: number;

  constructor(bytes: Buffer, totalBytes: number) {
    this.bytes = bytes;
    this.totalBytes = totalBytes;
  }

  take(length: number): Buffer {
    if (length < 0 || this.at + length > maxHeaderBytes)
      throw this.damaged('a length in its header cannot be right');
    if (this.at + length > this.totalBytes) throw new Failure('avro.truncated', { offset: this.totalBytes });
    if (this.at + length > this.bytes.length) throw new NeedsMore(this.at + length);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  takeCount(): number {
    const next = skipVarint(this.bytes, this.at, this.bytes.length);
    if (next === faulty) {
      if (this.bytes.length - this.at >= 10) throw this.damaged('a number in its header has no end');
      this.take(this.bytes.length - this.at + 1);
    }
    const value = readCount(this.bytes, this.at);
    this.at = next;
    return value;
  }

  damaged(detail: string): Failure {
    return new Failure('avro.badSchema', { detail, offset: this.at });
  }
}

/** The metadata map: blocks of entries; a negative count is followed by the block's size in bytes. */
function readEntries(reader: HeaderReader): ReadonlyMap<string, Buffer> {
  const entries = new Map<string, Buffer>();
  for (;;) {
    let count = reader.takeCount();
    if (count === 0) return entries;
    if (count < 0) {
      count = -count;
      reader.takeCount();
    }
    // Each entry takes two bytes at least, so a false count runs into the end of the bytes, not on.
    for (let entry = 0; entry < count; entry++) {
      const key = reader.take(reader.takeCount()).toString('utf8');
      entries.set(key, reader.take(reader.takeCount()));
    }
  }
}

function describe(entries: ReadonlyMap<string, Buffer>, syncMarker: Buffer, end: number): Header {
  const schemaBytes = entries.get('avro.schema');
  if (schemaBytes === undefined) throw new Failure('avro.badSchema', { detail: 'its header holds no schema' });
  const schemaText = schemaBytes.toString('utf8');
  const schema = parseSchema(schemaText);
  const codec = entries.get('avro.codec')?.toString('utf8') ?? '';
  const others = [...entries].filter(([key]) => key !== 'avro.schema' && key !== 'avro.codec');
  return {
    metadata: {
      codec: codec === '' ? 'null' : codec,
      schemaText,
      schemaName: nameOf(schema),
      syncMarker: syncMarker.toString('hex'),
      headerBytes: end,
      entries: others.map(([key, value]) => ({ key, value: textOrHex(value) })),
    },
    schema,
    syncMarker,
    end,
  };
}

function textOrHex(value: Buffer): string {
  const text = value.toString('utf8');
  return Buffer.from(text, 'utf8').equals(value) ? text : value.toString('hex');
}
