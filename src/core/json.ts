import { Failure, type FailureCode } from './failure';
import { findJsonFault, scanJson, type JsonFault } from './jsonScanner';

/** Which object a text came from, and the failure to raise if it is not JSON. */
export interface JsonContext {
  readonly key: string;
  /** `manifest.unreadable` unless said otherwise. */
  readonly code?: FailureCode;
}

/** A number of 16 or more digits may not survive as a double; texts without one take the quick way. */
const longNumber = /\d{16}/;
const integer = /^-?\d+$/;

/**
 * Reads JSON, integers beyond 2^53 exactly: those come as `bigint`, every other number as `number`.
 * Fails with `context.code` and the facts `key`, `line`, `column` (1-based, in UTF-16 code units) and `detail`.
 */
export function parseJson(text: string, context: JsonContext): unknown {
  try {
    return longNumber.test(text) ? JSON.parse(text, keepLongIntegers) : JSON.parse(text);
  } catch (error) {
    const code = context.code ?? 'manifest.unreadable';
    if (error instanceof RangeError)
      throw new Failure(code, { key: context.key, detail: 'it is nested too deeply' }, error);
    const fault = findJsonFault(text);
    if (fault === undefined) throw error;
    throw faultToFailure(text, fault, context, error);
  }
}

function faultToFailure(text: string, fault: JsonFault, context: JsonContext, cause?: unknown): Failure {
  const before = text.slice(0, fault.offset);
  const line = before.split(/\r\n|\n|\r/).length;
  const column = fault.offset - Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'));
  const code = context.code ?? 'manifest.unreadable';
  return new Failure(code, { key: context.key, line, column, detail: fault.detail }, cause);
}

/** `context.source` is in every engine the product runs on (Node 22, Chromium 114), but not yet in TypeScript's types. */
function keepLongIntegers(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && integer.test(source) ? BigInt(source) : value;
}

/**
 * Any JSON text, laid out with two spaces: keys in their order, repeated keys kept, numbers and strings as spelled.
 * Empty arrays and objects stay on one line. Fails like `parseJson`.
 */
export function formatJsonText(text: string, context: JsonContext = { key: '' }): string {
  const parts: string[] = [];
  let depth = 0;
  let previous = '';
  const fault = scanJson(text, (token) => {
    const closes = token === '}' || token === ']';
    if (closes) depth--;
    const afterOpening = previous === '{' || previous === '[';
    if ((afterOpening && !closes) || previous === ',' || (closes && !afterOpening))
      parts.push('\n', '  '.repeat(depth));
    parts.push(token === ':' ? ': ' : token);
    if (token === '{' || token === '[') depth++;
    previous = token;
  });
  if (fault !== undefined) throw faultToFailure(text, fault, context);
  parts.push('\n');
  return parts.join('');
}

/**
 * A value read by `parseJson` as text that `parseJson` reads back to the same value: two spaces, one item a line,
 * exact integers. With `sortKeys`, values that differ in the order of keys only give the same text.
 */
export function printCanonicalJson(value: unknown, options: { readonly sortKeys?: boolean } = {}): string {
  return print(value, '', options.sortKeys === true);
}

function print(value: unknown, indent: string, sortKeys: boolean): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return printNumber(value);
  if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return 'null';
  const inner = indent + '  ';
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => inner + print(item, inner, sortKeys)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value).filter((entry) => entry[1] !== undefined);
  if (entries.length === 0) return '{}';
  if (sortKeys) entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const lines = entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${print(item, inner, sortKeys)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/** JSON has no infinity, yet `1e400` is JSON and reads as one; and `-0` is not `0`. */
function printNumber(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (value === Infinity) return '1e999';
  if (value === -Infinity) return '-1e999';
  return JSON.stringify(value);
}
