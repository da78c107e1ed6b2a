import type { Cell } from '../core/column';
import type { ColumnPlan } from './columns';
import { dateText, decimalText, timeText, uuidText } from './logicalText';
import { type LogicalType, logicalOf, type TypeNode } from './schema';
import { readCount, readDecimal, readLong, skipVarint } from './varint';

/**
 * Makes values out of positions that a kernel has found and checked. Two forms: `show` for people (a cell's text), and
 * `json` for machines (JSON text; longs and decimals as strings, so that no parser rounds them).
 */

type Style = 'show' | 'json';

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
  return clip(new ValuePrinter(data, start, 'show').topLevel(value, end), limit);
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
  return new ValuePrinter(data, start, 'json').value(value, end);
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
function isNullBranch(node: TypeNode, data: Buffer, start: number): boolean {
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
  return { text: typeof clipped === 'string' || clipped === null ? text : clipped.text, length };
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

/** Prints one value from its bytes, moving along them. */
class ValuePrinter {
  private readonly data: Buffer;
  private readonly style: Style;
  private at: number;

  constructor(data: Buffer, start: number, style: Style) {
    this.data = data;
    this.at = start;
    this.style = style;
  }

  /** As a cell: text and times bare, nested things as JSON. */
  topLevel(node: TypeNode, end: number): string {
    const logical = logicalOf(node);
    const isBare = node.type === 'enum' || node.type === 'float' || node.type === 'double' || logical !== undefined;
    return isBare ? this.bare(node, end) : this.value(node, end);
  }

  /**
   * JSON text of the value here. `end` is given where the kernel has found it (a column of text, bytes or fixed: the
   * length before them is passed already); inside of other values the length is still to be read.
   */
  value(node: TypeNode, end?: number): string {
    switch (node.type) {
      case 'null':
        return 'null';
      case 'boolean':
        return this.data[this.at++] === 1 ? 'true' : 'false';
      case 'record':
        return `{${node.fields.map((f) => `${JSON.stringify(f.name)}:${this.value(f.node)}`).join(',')}}`;
      case 'union':
        return this.value(node.branches[this.count()] as TypeNode);
      case 'array':
        return `[${this.items(() => this.value(node.items)).join(',')}]`;
      case 'map':
        return `{${this.items(() => `${JSON.stringify(this.text())}:${this.value(node.values)}`).join(',')}}`;
      case 'int':
      case 'long':
        if (node.logical === undefined && (this.style === 'show' || node.type === 'int')) return this.bare(node);
        return JSON.stringify(this.bare(node));
      case 'float':
      case 'double': {
        const text = this.bare(node);
        return /\d/.test(text) ? text : JSON.stringify(text);
      }
      case 'enum':
      case 'string':
      case 'bytes':
      case 'fixed': {
        const text = this.bare(node, end);
        const logical = logicalOf(node)?.name;
        if (logical === 'duration') return text;
        return logical === 'decimal' && this.style === 'show' ? text : JSON.stringify(text);
      }
    }
  }

  /** The value here as text, without quotes. */
  private bare(node: TypeNode, end?: number): string {
    switch (node.type) {
      case 'int':
      case 'long': {
        const start = this.at;
        this.at = skipVarint(this.data, start, this.data.length);
        return node.logical === undefined ? readDecimal(this.data, start) : this.time(node.logical, start);
      }
      case 'float':
        this.at += 4;
        return floatText(this.data.readFloatLE(this.at - 4), this.style);
      case 'double':
        this.at += 8;
        return numberText(this.data.readDoubleLE(this.at - 8));
      case 'enum':
        return node.symbols[this.count()] ?? '';
      case 'string':
        return this.text(end);
      case 'bytes':
        return this.bytes(end ?? this.count() + this.at, node.logical);
      case 'fixed':
        return this.bytes(this.at + node.size, node.logical);
      case 'null':
      case 'boolean':
      case 'array':
      case 'map':
      case 'union':
      case 'record':
        return this.value(node, end);
    }
  }

  private time(logical: LogicalType, start: number): string {
    const value = readLong(this.data, start);
    if (logical.name === 'date') return dateText(Number(value));
    if (logical.name === 'decimal' || logical.name === 'uuid' || logical.name === 'duration') return String(value);
    return timeText(logical.name, value);
  }

  private bytes(end: number, logical: LogicalType | undefined): string {
    const start = this.at;
    this.at = end;
    if (logical?.name === 'decimal') {
      const text = decimalText(this.data.subarray(start, end), logical.scale);
      if (text !== undefined) return text;
    }
    if (logical?.name === 'duration') {
      const [months, days, millis] = [0, 4, 8].map((offset) => this.data.readUInt32LE(start + offset));
      return JSON.stringify({ months, days, millis });
    }
    const hex = this.data.toString('hex', start, end);
    return logical?.name === 'uuid' ? uuidText(hex) : hex;
  }

  private text(end?: number): string {
    const stop = end ?? this.count() + this.at;
    const text = this.data.toString('utf8', this.at, stop);
    this.at = stop;
    return text;
  }

  private count(): number {
    const start = this.at;
    this.at = skipVarint(this.data, start, this.data.length);
    return readCount(this.data, start);
  }

  private items(print: () => string): string[] {
    const texts: string[] = [];
    for (;;) {
      let count = this.count();
      if (count === 0) return texts;
      if (count < 0) {
        count = -count;
        this.count();
      }
      for (let item = 0; item < count; item++) texts.push(print());
    }
  }
}

/** The shortest digits that mean this very float, as people write it: 0.1, not 0.10000000149011612. Machines get the exact value. */
function floatText(value: number, style: Style): string {
  if (style === 'json' || !Number.isFinite(value)) return numberText(value);
  for (let precision = 6; precision < 9; precision++) {
    const short = Number(value.toPrecision(precision));
    if (Math.fround(short) === value) return numberText(short);
  }
  return numberText(Number(value.toPrecision(9)));
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
