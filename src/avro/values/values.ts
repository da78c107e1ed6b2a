import type { Cell } from '../../core/column';
import { type ColumnPlan, isScalar } from './columns';
import type { NestedPrinter } from './nestedValues';
import { type Scalar, type ScalarNode, scalarJson, scalarText, type Style } from './scalarText';
import type { TypeNode } from '../container/schema';
import { readCount, readDecimal, readLong } from '../container/varint';

/**
 * Makes values out of positions that a kernel has found and checked. Two forms: `show` for people (a cell's text), and
 * `json` for machines (JSON text; longs and decimals as strings, so that no parser rounds them).
 */

/** The cell at `start`–`end` of a block, cut at `limit` UTF-16 units. The value is not NULL by its column's own union. */
export function makeCell(plan: ColumnPlan, data: Buffer, start: number, end: number, limit: number): Cell {
  const { value } = plan;
  if (value.type === 'string') return clipUtf8(data, start, end, limit);
  if ((value.type === 'bytes' || value.type === 'fixed') && value.logical === undefined) {
    const length = (end - start) * 2;
    const text = data.toString('hex', start, Math.min(end, start + Math.ceil(limit / 2)));
    return length > limit ? { text: text.slice(0, limit), length } : text;
  }
  if (isNullBranch(value, data, start)) return null;
  if (!isScalar(value)) return clip(printNested(plan, data.subarray(start, end), 'show'), limit);
  return clip(scalarText(value, readScalar(value, data, start, end), 'show'), limit);
}

/** The same value whole, as JSON text. `latin1` is all of `data` as one string, if it is at hand: most texts are cut out of it. */
export function makeJson(plan: ColumnPlan, data: Buffer, start: number, end: number, latin1?: string): string {
  const { value } = plan;
  if (value.type === 'string') {
    // One crossing into the engine's decoder for each text costs more than looking at its bytes (speed.md, section 2).
    if (latin1 !== undefined && isPlain(data, start, end)) return `"${latin1.substring(start, end)}"`;
    return JSON.stringify(data.toString('utf8', start, end));
  }
  if (value.type === 'long' && value.logical === undefined) return `"${readDecimal(data, start)}"`;
  if (!isScalar(value)) return printNested(plan, data.subarray(start, end), 'json');
  return scalarJson(value, readScalar(value, data, start, end), 'json');
}

/** True if the bytes are ASCII that stands in JSON as it is. */
function isPlain(data: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = data[at] as number;
    if (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c) return false;
  }
  return true;
}

/** A union of several types may hold a null too; as a cell that is NULL like any other. */
export function isNullBranch(node: TypeNode, data: Buffer, start: number): boolean {
  return node.type === 'union' && node.branches[readCount(data, start)]?.type === 'null';
}

/** Cut at `limit` UTF-16 units, never between the halves of a surrogate pair. */
export function clip(text: string, limit: number): Cell {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  const cut = last >= 0xd800 && last < 0xdc00 ? limit - 1 : limit;
  return { text: text.slice(0, cut), length: text.length };
}

/** UTF-8 never takes more than three bytes for one UTF-16 unit: so much is decoded of a long value, not all of it. */
function clipUtf8(data: Buffer, start: number, end: number, limit: number): Cell {
  if (end - start <= 3 * limit + 3) return clip(data.toString('utf8', start, end), limit);
  const text = data.toString('utf8', start, start + 3 * limit + 3);
  const clipped = clip(text, limit);
  const length = utf16Length(data.subarray(start, end));
  if (length <= limit) return data.toString('utf8', start, end);
  return { text: typeof clipped === 'object' && clipped !== null ? clipped.text : text, length };
}

/** UTF-16 units of UTF-8 bytes, invalid ones counted as the U+FFFD they are shown as; in pieces, to keep memory flat. */
function utf16Length(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let length = 0;
  for (let at = 0; at < bytes.length; at += 0x1_0000) {
    length += decoder.decode(bytes.subarray(at, at + 0x1_0000), { stream: true }).length;
  }
  return length + decoder.decode().length;
}

/** The whole text of a value as it is shown; `null` for a NULL inside a union of several types. */
export function shownText(plan: ColumnPlan, data: Buffer, start: number, end: number): string | null {
  return makeCell(plan, data, start, end, Infinity) as string | null;
}

/** A scalar from its bytes. The kernel has passed the length before a text or bytes; `end` is where the value ends. */
function readScalar(node: ScalarNode, data: Buffer, start: number, end: number): Scalar {
  switch (node.type) {
    case 'null':
      return null;
    case 'boolean':
      return data[start] === 1;
    case 'int':
    case 'long':
      return readLong(data, start);
    case 'float':
      return data.readFloatLE(start);
    case 'double':
      return data.readDoubleLE(start);
    case 'enum':
      return node.symbols[readCount(data, start)] as string;
    case 'string':
      return data.toString('utf8', start, end);
    case 'bytes':
    case 'fixed':
      return data.subarray(start, end);
  }
}

/** Every nested column has its printer since the file was opened. */
function printNested({ printNested: print }: ColumnPlan, bytes: Buffer, style: Style): string {
  return (print as NestedPrinter)(bytes, style);
}
