import type { ColumnPlan } from '../values/columns';
import { isScalar } from '../values/columns';
import { decimalText } from '../values/logicalText';
import { logicalOf } from '../container/schema';
import { readCount, readLong, writeOrdered } from '../container/varint';
import { makeCell } from '../values/values';

/**
 * Values as bytes whose order is the order of the values, for any types that a column has in the parts of a table. Each begins with
 * what kind of value it is, and none is the beginning of another.
 */
export interface KeyWriter {
  bytes: Uint8Array<ArrayBuffer>;
  length: number;
}

export type WriteValue = (out: KeyWriter, data: Buffer, start: number, end: number) => void;

const tag = {
  boolean: 0x05,
  belowLongs: 0x0f,
  number: 0x10,
  aboveLongs: 0x11,
  notANumber: 0x12,
  moment: 0x20,
  timeOfDay: 0x21,
  text: 0x30,
  bytes: 0x38,
  json: 0x40,
} as const;

/** After everything, ascending or descending. */
export const nullKey = 0xff;
/** Of a longer value no more is compared: rows that are equal so far stay in the order of the table. */
const maxValueBytes = 256 * 1024;

/** Room for so many more bytes. */
export function reserveKey(out: KeyWriter, count: number): void {
  if (out.length + count <= out.bytes.length) return;
  const bytes = new Uint8Array(Math.max(out.length + count, Math.ceil(out.bytes.length * 1.5)));
  bytes.set(out.bytes.subarray(0, out.length));
  out.bytes = bytes;
}

export function writeNull(out: KeyWriter): void {
  reserveKey(out, 1);
  out.bytes[out.length++] = nullKey;
}

/** How values of a column are written: the value found at `start`, not NULL by the column's own union. */
export function valueWriter(plan: ColumnPlan): WriteValue {
  const { value } = plan;
  if (!isScalar(value)) return shownWriter(plan, tag.json);
  const logical = logicalOf(value);
  switch (value.type) {
    case 'null':
      return writeNull;
    case 'boolean':
      return (out, data, start) => {
        reserveKey(out, 2);
        out.bytes[out.length++] = tag.boolean;
        out.bytes[out.length++] = data[start] as number;
      };
    case 'int':
    case 'long':
      return logical === undefined ? writeInteger : timeWriter(logical.name);
    case 'float':
      return (out, data, start) => writeNumber(out, data.readFloatLE(start));
    case 'double':
      return (out, data, start) => writeNumber(out, data.readDoubleLE(start));
    case 'string':
      return (out, data, start, end) => writeBytes(out, tag.text, data, start, end);
    case 'enum':
      return (out, data, start) => writeText(out, tag.text, value.symbols[readCount(data, start)] ?? '');
    case 'bytes':
    case 'fixed':
      if (logical?.name === 'decimal') {
        return (out, data, start, end) => writeDecimal(out, data, start, end, logical.scale);
      }
      if (logical !== undefined) return shownWriter(plan, logical.name === 'uuid' ? tag.text : tag.json);
      return (out, data, start, end) => writeBytes(out, tag.bytes, data, start, end);
  }
}

/** By what is shown of it. */
function shownWriter(plan: ColumnPlan, kind: number): WriteValue {
  return (out, data, start, end) => {
    const cell = makeCell(plan, data, start, end, maxValueBytes);
    if (cell === null || cell === false) writeNull(out);
    else writeText(out, kind, typeof cell === 'string' ? cell : cell.text);
  };
}

function writeInteger(out: KeyWriter, data: Uint8Array, start: number): void {
  reserveKey(out, 10);
  out.bytes[out.length] = tag.number;
  writeOrdered(data, start, out.bytes, out.length + 1);
  out.bytes[out.length + 9] = 0;
  out.length += 10;
}

/** The whole number below it as integers are written, then what is left over: so that integers and numbers have one order. */
function writeNumber(out: KeyWriter, value: number): void {
  reserveKey(out, 24);
  if (Number.isNaN(value)) {
    out.bytes[out.length++] = tag.notANumber;
    return;
  }
  const whole = Math.floor(value);
  if (whole < -(2 ** 63) || whole >= 2 ** 63) {
    writeBeyond(out, value, '');
    return;
  }
  out.bytes[out.length++] = tag.number;
  writeUnsigned(out, Math.floor(whole / 2 ** 32) + 2 ** 31);
  writeUnsigned(out, whole - Math.floor(whole / 2 ** 32) * 2 ** 32);
  if (value === whole) out.bytes[out.length++] = 0;
  else writeFraction(out, value, '');
}

/** What orders numbers between the same whole ones: the number itself, then the exact digits of a decimal's fraction. */
function writeFraction(out: KeyWriter, value: number, digits: string): void {
  reserveKey(out, digits.length + 10);
  out.bytes[out.length++] = 1;
  writeOrderedDouble(out, value);
  for (let at = 0; at < digits.length; at++) out.bytes[out.length++] = digits.charCodeAt(at);
  out.bytes[out.length++] = 0;
}

/** A number outside the range of longs; `digits` tell apart those that are one double. */
function writeBeyond(out: KeyWriter, value: number, digits: string): void {
  reserveKey(out, digits.length + 16);
  out.bytes[out.length++] = value < 0 ? tag.belowLongs : tag.aboveLongs;
  writeOrderedDouble(out, value);
  const flip = value < 0 ? 0xff : 0;
  const from = out.length;
  writeUnsigned(out, digits.indexOf('.') < 0 ? digits.length : digits.indexOf('.'));
  for (let at = 0; at < digits.length; at++) out.bytes[out.length++] = digits.charCodeAt(at);
  out.bytes[out.length++] = 0;
  for (let at = from; at < out.length; at++) out.bytes[at] = (out.bytes[at] as number) ^ flip;
}

function writeDecimal(out: KeyWriter, data: Uint8Array, start: number, end: number, scale: number): void {
  let unscaled = 0n;
  for (let at = start; at < Math.min(end, start + 4096); at++)
    unscaled = (unscaled << 8n) | BigInt(data[at] as number);
  if (end > start) unscaled = BigInt.asIntN(8 * Math.min(end - start, 4096), unscaled);
  const unit = 10n ** BigInt(Math.min(scale, 12_288));
  let whole = unscaled / unit;
  let rest = unscaled % unit;
  if (rest < 0n) {
    whole -= 1n;
    rest += unit;
  }
  const digits = scale === 0 ? '' : rest.toString().padStart(scale, '0').replace(/0+$/, '');
  if (BigInt.asIntN(64, whole) !== whole) {
    const size = unscaled < 0n ? -unscaled : unscaled;
    const fraction = (size % unit).toString().padStart(scale, '0').replace(/0+$/, '');
    writeBeyond(out, Number(whole), `${size / unit}.${fraction}`);
    return;
  }
  reserveKey(out, 10);
  out.bytes[out.length++] = tag.number;
  writeLong(out, whole);
  if (rest === 0n) out.bytes[out.length++] = 0;
  else writeFraction(out, Number(decimalText(data.subarray(start, end), scale) ?? whole), digits);
}

const secondsPerDay = 86_400n;

/** Moments as seconds and nanoseconds, whatever their unit; times of day the same. */
function timeWriter(name: string): WriteValue {
  const kind = name.startsWith('time-') ? tag.timeOfDay : tag.moment;
  const perSecond = name.endsWith('-millis') ? 1_000n : name.endsWith('-micros') ? 1_000_000n : 1_000_000_000n;
  return (out, data, start) => {
    const value = BigInt(readLong(data, start));
    reserveKey(out, 13);
    out.bytes[out.length++] = kind;
    if (name === 'date') {
      writeLong(out, value * secondsPerDay);
      writeUnsigned(out, 0);
      return;
    }
    const rest = ((value % perSecond) + perSecond) % perSecond;
    writeLong(out, (value - rest) / perSecond);
    writeUnsigned(out, Number((rest * 1_000_000_000n) / perSecond));
  };
}

function writeText(out: KeyWriter, kind: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  writeBytes(out, kind, bytes, 0, bytes.length);
}

/** Bytes as they are (UTF-8 is in the order of its code points), 0 and 1 escaped so that 0 can be the end. */
function writeBytes(out: KeyWriter, kind: number, data: Uint8Array, start: number, end: number): void {
  const stop = Math.min(end, start + maxValueBytes);
  reserveKey(out, 2 * (stop - start) + 2);
  const { bytes } = out;
  let { length } = out;
  bytes[length++] = kind;
  for (let at = start; at < stop; at++) {
    const byte = data[at] as number;
    if (byte > 1) {
      bytes[length++] = byte;
    } else {
      bytes[length++] = 1;
      bytes[length++] = byte + 1;
    }
  }
  bytes[length++] = 0;
  out.length = length;
}

function writeLong(out: KeyWriter, value: bigint): void {
  const biased = BigInt.asUintN(64, value) ^ (1n << 63n);
  writeUnsigned(out, Number(biased >> 32n));
  writeUnsigned(out, Number(biased & 0xffff_ffffn));
}

function writeUnsigned(out: KeyWriter, value: number): void {
  reserveKey(out, 4);
  out.bytes[out.length++] = value >>> 24;
  out.bytes[out.length++] = value >>> 16;
  out.bytes[out.length++] = value >>> 8;
  out.bytes[out.length++] = value;
}

const double = new DataView(new ArrayBuffer(8));

function writeOrderedDouble(out: KeyWriter, value: number): void {
  double.setFloat64(0, value);
  const top = double.getUint32(0);
  const rest = double.getUint32(4);
  const isNegative = top >= 0x8000_0000;
  writeUnsigned(out, isNegative ? ~top : top | 0x8000_0000);
  writeUnsigned(out, isNegative ? ~rest : rest);
}
