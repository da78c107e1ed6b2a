import { dateOfDays } from '../../core/civilDate';
import { compareNumbers, readUnscaled } from '../filter/numberTests';
import type { Ladder } from './histogramSketch';
import { decimalText, timeText } from '../values/logicalText';
import { scalarText } from '../values/scalarText';
import type { TimeName } from '../container/schema';
import type { ValueForm } from './statisticsSketch';

/** What keys of a form mean. */

/** The integer of a key of an integer or a time. */
export function integerOf(key: Uint8Array): bigint {
  return Buffer.from(key.buffer, key.byteOffset, key.length).readBigInt64LE(0);
}

export function numberOf(key: Uint8Array): number {
  return Buffer.from(key.buffer, key.byteOffset, key.length).readDoubleLE(0);
}

export function unscaledOf(key: Uint8Array): bigint {
  return readUnscaled(Buffer.from(key.buffer, key.byteOffset, key.length), 0, key.length);
}

/** The order of keys: that of the column's values. */
export function compareKeys(form: ValueForm, a: Uint8Array, b: Uint8Array): number {
  switch (form.kind) {
    case 'integer':
    case 'time':
      return sign(integerOf(a), integerOf(b));
    case 'decimal':
      return sign(unscaledOf(a), unscaledOf(b));
    case 'float':
    case 'double':
      return compareNumbers(numberOf(a), numberOf(b));
    default:
      return Buffer.compare(a, b);
  }
}

function sign(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The value as it is shown; of bytes and texts, as much of it as the key has. */
export function keyText(form: ValueForm, key: Uint8Array): string {
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.length);
  switch (form.kind) {
    case 'integer':
      return String(integerOf(key));
    case 'time': {
      const value = integerOf(key);
      return form.logical === 'date' ? dateOfDays(Number(value)) : timeText(form.logical as TimeName, value);
    }
    case 'decimal':
      return decimalText(bytes, form.scale) ?? bytes.toString('hex');
    case 'float':
      return scalarText({ type: 'float' }, numberOf(key), 'show');
    case 'double':
      return scalarText({ type: 'double' }, numberOf(key), 'show');
    case 'bytes':
      return bytes.toString('hex');
    default:
      return bytes.toString('utf8');
  }
}

/** By which bins the values are put together; texts are times in milliseconds if they are times at all. */
export function ladderFor(form: ValueForm): Ladder | undefined {
  switch (form.kind) {
    case 'integer':
    case 'decimal':
      return 'units';
    case 'float':
    case 'double':
      return 'binary';
    case 'text':
      return 'millis';
    case 'time':
      if (form.logical === 'date') return 'days';
      return form.logical.slice(form.logical.lastIndexOf('-') + 1) as 'millis' | 'micros' | 'nanos';
    default:
      return undefined;
  }
}
