import { textOfJson } from '../core/rowText';
import { boundsOf, type ParquetBounds } from './parquetBounds';
import { freeBuffer } from './freeBuffer';
import { createGrowing, type Growing } from './growing';

/** What a column is in the file: INT64, DOUBLE, BOOLEAN, BYTE_ARRAY, BYTE_ARRAY of UTF-8. */
export type ParquetKind = 'integer' | 'number' | 'boolean' | 'bytes' | 'text';

/** Values one after another as Parquet's encoding PLAIN has them; of booleans a byte each. */
export interface ParquetValues {
  readonly count: number;
  /** From a JSON text that is not `null`; NaN and infinities come as strings. Gives its place: with `once`, that of an equal value if there is one. */
  add(json: string, once: boolean): number;
  /** The same of a JSON text in ASCII that lies between two offsets. */
  addAscii(text: Buffer, start: number, end: number, once: boolean): number;
  /** Bytes that a value takes. */
  sizeOf(place: number): number;
  /** Puts copies of values in the place of all there are. */
  repeat(places: Int32Array): void;
  /** Good until the next call of anything. */
  bytes(): Uint8Array;
  bounds(): ParquetBounds;
  clear(): void;
}

const quote = 0x22;
const backslash = 0x5c;
const minus = 0x2d;
/** Numbers of so many characters are exact as JavaScript's. */
const exactDigits = 15;

export function createParquetValues(kind: ParquetKind): ParquetValues {
  const buffer = createGrowing();
  const bounds = boundsOf(kind);
  const put = putterOf(kind, buffer);
  const putAscii = asciiPutterOf(kind, buffer, put);
  let starts = new Int32Array(64);
  let count = 0;
  /** Places + 1 of values by their hashes, 0 where there is none; at least twice as many slots as values. */
  let table = new Int32Array(128);
  const endOf = (place: number): number => (place + 1 < count ? (starts[place + 1] as number) : buffer.length);
  const enter = (start: number, end: number): number => {
    if (count === starts.length) starts = twiceAsLong(starts);
    starts[count] = start;
    bounds.take(buffer.all, start, end);
    return count++;
  };
  const enlargeTable = (): void => {
    const length = 2 * table.length;
    freeBuffer(table);
    table = new Int32Array(length);
    const bytes = buffer.all;
    for (let place = 0; place < count; place++) {
      let slot = hashOf(bytes, starts[place] as number, endOf(place)) & (table.length - 1);
      while (table[slot] !== 0) slot = (slot + 1) & (table.length - 1);
      table[slot] = place + 1;
    }
  };
  /** Of what was put behind `start`: taken away again if it is there already. */
  const settle = (start: number, once: boolean): number => {
    const end = buffer.length;
    if (!once) return enter(start, end);
    const bytes = buffer.all;
    const last = table.length - 1;
    let slot = hashOf(bytes, start, end) & last;
    for (let found = table[slot] as number; found !== 0; found = table[slot] as number) {
      const from = starts[found - 1] as number;
      const to = found < count ? (starts[found] as number) : start;
      if (isEqual(bytes, from, to, start, end)) {
        buffer.cut(start);
        return found - 1;
      }
      slot = (slot + 1) & last;
    }
    const place = enter(start, end);
    table[slot] = count;
    if (2 * count >= table.length) enlargeTable();
    return place;
  };
  return {
    get count() {
      return count;
    },
    add(json, once) {
      const start = buffer.length;
      put(json);
      return settle(start, once);
    },
    addAscii(text, from, to, once) {
      const start = buffer.length;
      putAscii(text, from, to);
      return settle(start, once);
    },
    sizeOf: (place) => endOf(place) - (starts[place] as number),
    repeat(places) {
      const from = Buffer.allocUnsafeSlow(buffer.length);
      buffer.bytes().copy(from);
      const ends = Int32Array.from({ length: count }, (_, place) => endOf(place));
      const begins = starts;
      starts = new Int32Array(starts.length);
      buffer.cut(0);
      count = 0;
      for (const place of places) {
        const start = buffer.length;
        buffer.copy(from, begins[place] as number, ends[place] as number);
        if (count === starts.length) starts = twiceAsLong(starts);
        starts[count++] = start;
      }
      for (const spent of [from, begins, ends]) freeBuffer(spent);
    },
    bytes: () => buffer.bytes(),
    bounds: () => bounds.get(),
    clear() {
      buffer.clear();
      bounds.clear();
      table.fill(0);
      count = 0;
    },
  };
}

/** Takes the place of `old`, which is no more then. */
function twiceAsLong(old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(2 * old.length);
  longer.set(old);
  freeBuffer(old);
  return longer;
}

/** FNV-1a, its bits mixed so that the low ones are worth something. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x85ebca6b) >>> 8;
}

function isEqual(bytes: Buffer, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  if (end - start !== otherEnd - otherStart) return false;
  for (let at = start, other = otherStart; at < end; at++, other++) if (bytes[at] !== bytes[other]) return false;
  return true;
}

function putterOf(kind: ParquetKind, out: Growing): (json: string) => void {
  switch (kind) {
    case 'integer':
      return (json) => {
        const text = textOfJson(json) ?? '';
        if (text.length <= exactDigits) putInteger(Number(text), out);
        else {
          out.room(8).writeBigInt64LE(BigInt(text), out.length);
          out.advance(8);
        }
      };
    case 'number':
      return (json) => {
        out.room(8).writeDoubleLE(Number(textOfJson(json) ?? ''), out.length);
        out.advance(8);
      };
    case 'boolean':
      return (json) => {
        out.room(1)[out.length] = json === 'true' ? 1 : 0;
        out.advance(1);
      };
    case 'bytes':
      return (json) => putBytes(textOfJson(json) ?? '', 'hex', out);
    case 'text':
      return (json) => putBytes(textOfJson(json) ?? '', 'utf8', out);
  }
}

function putInteger(value: number, out: Growing): void {
  const buffer = out.room(8);
  buffer.writeInt32LE(value | 0, out.length);
  buffer.writeInt32LE(Math.floor(value / 0x1_0000_0000), out.length + 4);
  out.advance(8);
}

/** The length before the bytes. */
function putBytes(text: string, encoding: 'hex' | 'utf8', out: Growing): void {
  // What most texts are; the others are measured.
  const most = text.length < 1024 ? 3 * text.length : Buffer.byteLength(text, encoding);
  const buffer = out.room(4 + most);
  const start = out.length + 4;
  const size = buffer.write(text, start, encoding);
  buffer.writeUInt32LE(size, start - 4);
  out.advance(4 + size);
}

/** Texts without escapes and integers go from bytes to bytes, without a string between. */
function asciiPutterOf(
  kind: ParquetKind,
  out: Growing,
  put: (json: string) => void,
): (text: Buffer, start: number, end: number) => void {
  const viaString = (text: Buffer, start: number, end: number): void => put(text.toString('latin1', start, end));
  if (kind === 'text') {
    return (text, start, end) => {
      if (text[start] !== quote || text.subarray(start, end).includes(backslash)) {
        viaString(text, start, end);
        return;
      }
      const size = end - start - 2;
      out.room(4 + size).writeUInt32LE(size, out.length);
      out.advance(4);
      out.copy(text, start + 1, end - 1);
    };
  }
  if (kind === 'integer') {
    return (text, start, end) => {
      const isQuoted = text[start] === quote;
      const from = isQuoted ? start + 1 : start;
      const to = isQuoted ? end - 1 : end;
      if (to - from > exactDigits) {
        putLong(text, from, to, out);
        return;
      }
      let value = 0;
      const isNegative = text[from] === minus;
      for (let at = isNegative ? from + 1 : from; at < to; at++) value = value * 10 + (text[at] as number) - 0x30;
      putInteger(isNegative ? -value : value, out);
    };
  }
  return viaString;
}

const tenToNine = 1_000_000_000n;

/** Digits in two numbers, which is quicker than the way over a string. */
function putLong(text: Buffer, start: number, end: number, out: Growing): void {
  const isNegative = text[start] === minus;
  let high = 0;
  let low = 0;
  for (let at = isNegative ? start + 1 : start; at < end; at++) {
    const digit = (text[at] as number) - 0x30;
    if (at < end - 9) high = high * 10 + digit;
    else low = low * 10 + digit;
  }
  const value = BigInt(high) * tenToNine + BigInt(low);
  out.room(8).writeBigInt64LE(isNegative ? -value : value, out.length);
  out.advance(8);
}
