import { dateOfDays } from '../../core/civilDate';
import { decimalText, timeText, uuidText } from './logicalText';
import { type EnumNode, type FixedNode, logicalOf, type PrimitiveNode } from '../container/schema';

/** A type whose values are no others' containers. */
export type ScalarNode = PrimitiveNode | FixedNode | EnumNode;

/** A value as it is, exact: longs beyond 2^53 as bigint, an enum's symbol as text, bytes as they are. */
export type Scalar = null | boolean | number | bigint | string | Buffer;

/** `show` is for people; `json` for machines: longs and decimals in quotes, so that no parser rounds them. */
export type Style = 'show' | 'json';

/** The value as JSON text. NaN and infinities are strings. */
export function scalarJson(node: ScalarNode, value: Scalar, style: Style): string {
  const text = scalarText(node, value, style);
  const logical = logicalOf(node)?.name;
  switch (node.type) {
    case 'null':
    case 'boolean':
      return text;
    case 'int':
    case 'long':
      return logical === undefined && (style === 'show' || node.type === 'int') ? text : JSON.stringify(text);
    case 'float':
    case 'double':
      return /\d/.test(text) ? text : JSON.stringify(text);
    case 'enum':
    case 'string':
      return JSON.stringify(text);
    case 'bytes':
    case 'fixed':
      return logical === 'duration' || (logical === 'decimal' && style === 'show') ? text : JSON.stringify(text);
  }
}

/** The value as text, without quotes. */
export function scalarText(node: ScalarNode, value: Scalar, style: Style): string {
  if (Buffer.isBuffer(value)) return bytesText(node, value);
  switch (node.type) {
    case 'int':
    case 'long':
      return timeOrDigits(node, value as number | bigint);
    case 'float':
      return floatText(value as number, style);
    case 'double':
      return numberText(value as number);
    default:
      return String(value);
  }
}

function timeOrDigits(node: ScalarNode, value: number | bigint): string {
  const name = logicalOf(node)?.name;
  if (name === undefined || name === 'decimal' || name === 'uuid' || name === 'duration') return String(value);
  return name === 'date' ? dateOfDays(Number(value)) : timeText(name, value);
}

function bytesText(node: ScalarNode, value: Buffer): string {
  const logical = logicalOf(node);
  if (logical?.name === 'duration') {
    const [months, days, millis] = [0, 4, 8].map((offset) => value.readUInt32LE(offset));
    return JSON.stringify({ months, days, millis });
  }
  const digits = logical?.name === 'decimal' ? decimalText(value, logical.scale) : undefined;
  if (digits !== undefined) return digits;
  const hex = value.toString('hex');
  return logical?.name === 'uuid' ? uuidText(hex) : hex;
}

/** The shortest digits that mean this very float, as people write it: 0.1, not 0.10000000149011612. Machines get the exact value. */
function floatText(value: number, style: Style): string {
  if (style === 'json' || value === 0 || !Number.isFinite(value)) return numberText(value);
  for (let precision = 6; precision < 9; precision++) {
    const short = Number(value.toPrecision(precision));
    if (Math.fround(short) === value) return numberText(short);
  }
  return numberText(Number(value.toPrecision(9)));
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
