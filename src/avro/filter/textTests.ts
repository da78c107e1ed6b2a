import type { ColumnTest } from '../../core/rowFilter';
import type { ColumnPlan } from '../values/columns';
import type { ValueTest } from './columnTests';
import { createFoldScratch } from './foldCase';
import { readCount } from '../container/varint';
import { shownText } from '../values/values';

/**
 * Tests of texts on their UTF-8 bytes, whose order is that of code points. Bytes that are no UTF-8 are shown as U+FFFD but equal only
 * themselves; a regular expression sees what is shown.
 */
export function compileTextTest(test: ColumnTest): ValueTest {
  if (test.test === 'matches') return compilePattern(test);
  const bytes = compileBytesTest(test);
  if (test.ignoreCase !== true) return bytes;
  const scratch = createFoldScratch();
  return {
    cost: bytes.cost + 3,
    holds(data, start, end) {
      const folded = scratch.fold(data, start, end);
      return bytes.holds(folded, 0, folded.length);
    },
  };
}

/** The values of a text test as bytes, folded if case does not matter. */
export function needlesOf(test: ColumnTest): readonly Buffer[] {
  const texts = test.values.map((text) => Buffer.from(text, 'utf8'));
  if (test.ignoreCase !== true) return texts;
  return texts.map((text) => Buffer.from(createFoldScratch().fold(text, 0, text.length)));
}

function compileBytesTest(test: ColumnTest): ValueTest {
  const needles = needlesOf(test);
  const [first, second = first] = needles as [Buffer, Buffer?];
  switch (test.test) {
    case 'equals':
      return { cost: 1, holds: (data, start, end) => end - start === first.length && hasAt(data, start, first) };
    case 'startsWith':
      return { cost: 1, holds: (data, start, end) => end - start >= first.length && hasAt(data, start, first) };
    case 'endsWith':
      return {
        cost: 1,
        holds: (data, start, end) => end - start >= first.length && hasAt(data, end - first.length, first),
      };
    case 'contains':
      return { cost: 3, holds: (data, start, end) => indexOfBytes(data, start, end, first) >= 0 };
    case 'less':
      return { cost: 1, holds: (data, start, end) => compareBytes(data, start, end, first) < 0 };
    case 'lessOrEqual':
      return { cost: 1, holds: (data, start, end) => compareBytes(data, start, end, first) <= 0 };
    case 'greater':
      return { cost: 1, holds: (data, start, end) => compareBytes(data, start, end, first) > 0 };
    case 'greaterOrEqual':
      return { cost: 1, holds: (data, start, end) => compareBytes(data, start, end, first) >= 0 };
    case 'between':
      return {
        cost: 2,
        holds: (data, start, end) =>
          compareBytes(data, start, end, first) >= 0 && compareBytes(data, start, end, second) <= 0,
      };
    default: {
      const set = new BytesSet(needles);
      return { cost: 2, holds: (data, start, end) => set.has(data, start, end) };
    }
  }
}

function hasAt(data: Uint8Array, at: number, needle: Uint8Array): boolean {
  for (let i = 0; i < needle.length; i++) {
    if (data[at + i] !== needle[i]) return false;
  }
  return true;
}

/** By `memcmp`, a text before those that it begins. */
export function compareBytes(data: Uint8Array, start: number, end: number, other: Uint8Array): number {
  const common = Math.min(end - start, other.length);
  for (let i = 0; i < common; i++) {
    const difference = (data[start + i] as number) - (other[i] as number);
    if (difference !== 0) return difference;
  }
  return end - start - other.length;
}

/** Above this many bytes the runtime's own search is worth the call. */
const longText = 256;

export function indexOfBytes(data: Buffer, start: number, end: number, needle: Buffer): number {
  if (end - start > longText) {
    const found = data.subarray(start, end).indexOf(needle);
    return found < 0 ? -1 : start + found;
  }
  const last = end - needle.length;
  if (needle.length === 0) return start;
  const first = needle[0] as number;
  for (let at = start; at <= last; at++) {
    if (data[at] === first && hasAt(data, at, needle)) return at;
  }
  return -1;
}

/** Some texts, found by a hash over their bytes. */
export class BytesSet {
  private readonly buckets = new Map<number, Buffer[]>();
  private readonly lengths = new Set<number>();

  constructor(texts: readonly Buffer[]) {
    for (const text of texts) {
      const hash = hashOf(text, 0, text.length);
      this.lengths.add(text.length);
      const bucket = this.buckets.get(hash);
      if (bucket === undefined) this.buckets.set(hash, [text]);
      else bucket.push(text);
    }
  }

  has(data: Uint8Array, start: number, end: number): boolean {
    if (!this.lengths.has(end - start)) return false;
    const bucket = this.buckets.get(hashOf(data, start, end));
    return bucket !== undefined && bucket.some((text) => text.length === end - start && hasAt(data, start, text));
  }
}

function hashOf(data: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (data[at] as number), 0x5bd1_e995) ^ (hash >>> 15);
  return hash;
}

function compilePattern(test: ColumnTest): ValueTest {
  const pattern = patternOf(test.values[0] as string, test.ignoreCase === true);
  return { cost: 50, holds: (data, start, end) => pattern.test(data.toString('utf8', start, end)) };
}

export function patternOf(source: string, ignoreCase: boolean): RegExp {
  return new RegExp(source, ignoreCase ? 'iu' : 'u');
}

/** Of an enum: each symbol is tested once. */
export function compileEnumTest(symbols: readonly string[], test: ColumnTest): ValueTest {
  const holdsForText = compileStringTest(test);
  const passing = symbols.map(holdsForText);
  return { cost: 1, holds: (data, start) => passing[readCount(data, start)] === true };
}

/** Of any other column: on the text that is shown. */
export function compileShownTextTest(plan: ColumnPlan, test: ColumnTest): ValueTest {
  const holdsForText = compileStringTest(test);
  return {
    cost: 100,
    holds(data, start, end) {
      const text = shownText(plan, data, start, end);
      return text !== null && holdsForText(text);
    },
  };
}

function compileStringTest(test: ColumnTest): (text: string) => boolean {
  const inner = compileTextTest(test);
  return (text) => {
    const bytes = Buffer.from(text, 'utf8');
    return inner.holds(bytes, 0, bytes.length);
  };
}
