import type { FindTest } from '../../core/rowFilter';
import type { RowBatch } from '../engine/blockEngine';
import type { ColumnPlan } from '../values/columns';
import { foldCodePoint, foldText } from './foldCase';
import type { RowTest } from './rowTests';
import { logicalOf } from '../container/schema';
import { compileTextTest, patternOf } from './textTests';
import { isNullBranch, shownText } from '../values/values';

/**
 * A text anywhere in a row. Columns of text are searched all at once, in the bytes of the batch: only where the text occurs there is the value
 * looked for in which it lies. The other columns are made into what is shown of them, but only if their kind of value can have such a text.
 */
export function compileFind(plans: readonly ColumnPlan[], find: FindTest): RowTest {
  const indexes = plans.flatMap((plan, index) =>
    find.columns === undefined || find.columns.includes(plan.column.name) ? [index] : [],
  );
  const isText = (index: number): boolean => find.isRegex !== true && plans[index]?.value.type === 'string';
  const texts = indexes.filter(isText);
  const others = indexes.filter((index) => !isText(index) && mayShow(plans[index] as ColumnPlan, find));
  const findShown = compileShown(plans, others, find);
  const findTexts = texts.length === 0 ? undefined : compileTexts(plans.length, texts, find);
  let room = new Uint8Array(0);
  return {
    cost: 20 + others.length * 50,
    refine(batch, mask) {
      if (room.length < mask.length) room = new Uint8Array(mask.length);
      const found = room.subarray(0, mask.length).fill(0);
      findTexts?.(batch, mask, found);
      if (others.length > 0) findShown(batch, mask, found);
      mask.set(found);
    },
  };
}

/** Sets `found[row]` for rows of the mask in which there is a match. */
type Finder = (batch: RowBatch, mask: Uint8Array, found: Uint8Array) => void;

/** False if no value of the column can be shown with the text in it. */
function mayShow(plan: ColumnPlan, find: FindTest): boolean {
  if (find.isRegex === true) return true;
  const { value } = plan;
  const flags = find.matchCase === true ? '' : 'i';
  const of = (characters: string): boolean => new RegExp(`^[${characters}]*$`, flags).test(find.text);
  const within = (...words: readonly string[]): boolean =>
    words.some((word) =>
      find.matchCase === true ? word.includes(find.text) : foldText(word).includes(foldText(find.text)),
    );
  const logical = logicalOf(value)?.name;
  switch (value.type) {
    case 'null':
      return false;
    case 'boolean':
      return within('true', 'false');
    case 'int':
    case 'long':
      return logical === undefined ? of('0-9-') && find.text.length <= 20 : of('-0-9:.TZ+');
    case 'float':
    case 'double':
      return of('-0-9.e+') || within('NaN', '-Infinity');
    case 'enum':
      return value.symbols.length > 0;
    case 'bytes':
    case 'fixed':
      return logical === 'duration' || of('-0-9a-f.');
    default:
      return true;
  }
}

function compileShown(plans: readonly ColumnPlan[], columns: readonly number[], find: FindTest): Finder {
  const holds = holdsFor(find);
  return ({ data, starts, ends, stride }, mask, found) => {
    for (const column of columns) {
      const plan = plans[column] as ColumnPlan;
      const first = column * stride;
      for (let row = 0; row < mask.length; row++) {
        if (mask[row] === 0 || found[row] === 1) continue;
        const start = starts[first + row] as number;
        if (start < 0 || isNullBranch(plan.value, data, start)) continue;
        const text = shownText(plan, data, start, ends[first + row] as number);
        if (text !== null && holds(text)) found[row] = 1;
      }
    }
  };
}

/** Whether the text is in a text. Case by the folding of all tests; a regular expression's by its own. */
function holdsFor(find: FindTest): (text: string) => boolean {
  if (find.isRegex === true) {
    const pattern = patternOf(find.text, find.matchCase !== true);
    return (text) => pattern.test(text);
  }
  const { text: needle } = find;
  if (find.matchCase === true) return (text) => text.includes(needle);
  const inner = compileTextTest({ kind: 'test', column: '', test: 'contains', values: [needle], ignoreCase: true });
  return (text) => {
    const bytes = Buffer.from(text, 'utf8');
    return inner.holds(bytes, 0, bytes.length);
  };
}

function compileTexts(columnCount: number, columns: readonly number[], find: FindTest): Finder {
  const search = find.matchCase === true ? exactSearch(find.text) : foldedSearch(find.text);
  return (batch, mask, found) => {
    const [from, to] = extentOf(batch, columnCount);
    let firsts: Int32Array | undefined;
    search(batch.data, from, to, (at, length) => {
      firsts ??= firstBytes(batch, columnCount);
      const row = rowAt(firsts, batch.rows, at);
      if (row < 0) return at + 1;
      if (mask[row] === 0 || found[row] === 1) return Math.max(at + 1, nextRow(firsts, batch.rows, row));
      const { starts, ends, stride } = batch;
      for (const column of columns) {
        const start = starts[column * stride + row] as number;
        if (start < 0 || start > at || (ends[column * stride + row] as number) < at + length) continue;
        found[row] = 1;
        return Math.max(at + 1, nextRow(firsts, batch.rows, row));
      }
      return at + 1;
    });
  };
}

/** Finds the text in `data[from … to]` and tells each place; what is given back is where to go on. */
type Search = (data: Buffer, from: number, to: number, onHit: (at: number, length: number) => number) => void;

function exactSearch(text: string): Search {
  const needle = Buffer.from(text, 'utf8');
  return (data, from, to, onHit) => {
    const area = data.subarray(from, to);
    for (let at = area.indexOf(needle); at >= 0;) {
      const next = onHit(from + at, needle.length) - from;
      at = next > area.length ? -1 : area.indexOf(needle, next);
    }
  };
}

/** As a regular expression over the bytes as characters, in which each letter is any of its forms. */
function foldedSearch(text: string): Search {
  // By code point, as folding goes.
  const characters = Array.from(text);
  const pattern = new RegExp(characters.map(formsOf).join(''), 'g');
  const overlap = characters.length * 4;
  return (data, from, to, onHit) => {
    for (let start = from; start < to;) {
      const end = Math.min(to, start + searchedAtOnce);
      const area = data.toString('latin1', start, Math.min(to, end + overlap));
      pattern.lastIndex = 0;
      for (let match = pattern.exec(area); match !== null; match = pattern.exec(area)) {
        pattern.lastIndex = onHit(start + match.index, match[0].length) - start;
      }
      start = end;
    }
  };
}

/** Bytes made into a string at a time: blocks may be of hundreds of megabytes. */
const searchedAtOnce = 1024 * 1024;

/** All code points that are folded to the same, as a pattern over their UTF-8 bytes. */
function formsOf(character: string): string {
  const folded = foldCodePoint(character.codePointAt(0) as number);
  const forms = (allForms().get(folded) ?? [folded]).map((form) =>
    [...Buffer.from(String.fromCodePoint(form), 'utf8')]
      .map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
      .join(''),
  );
  return forms.length === 1 ? (forms[0] as string) : `(?:${forms.join('|')})`;
}

let formsOfAll: ReadonlyMap<number, readonly number[]> | undefined;

/** By folded code point, those with more than one form. The letters with case all lie in these two stretches; the first call takes some milliseconds. */
function allForms(): ReadonlyMap<number, readonly number[]> {
  if (formsOfAll !== undefined) return formsOfAll;
  const forms = new Map<number, number[]>();
  const add = (from: number, to: number): void => {
    for (let codePoint = from; codePoint < to; codePoint++) {
      if (codePoint >= 0xd800 && codePoint < 0xe000) continue;
      const folded = foldCodePoint(codePoint);
      if (folded === codePoint) continue;
      const known = forms.get(folded);
      if (known === undefined) forms.set(folded, [folded, codePoint]);
      else known.push(codePoint);
    }
  };
  add(0, 0x1_0000);
  add(0x1_0400, 0x1_f000);
  formsOfAll = forms;
  return forms;
}

/** The bytes in which all values of the batch lie. */
function extentOf({ data, rows, starts, ends, stride }: RowBatch, columnCount: number): readonly [number, number] {
  let from = data.length;
  let to = 0;
  for (let column = 0; column < columnCount; column++) {
    const first = starts[column * stride] as number;
    if (first >= 0) from = Math.min(from, first);
    const last = column * stride + rows - 1;
    if ((starts[last] as number) >= 0) to = Math.max(to, ends[last] as number);
  }
  // A row of nothing but NULL at either end tells no place; then all bytes are looked at.
  return [from === data.length ? 0 : from, to === 0 ? data.length : to];
}

/** Each row's first value; a row without values begins where the next one does. */
function firstBytes({ data, rows, starts, stride }: RowBatch, columnCount: number): Int32Array {
  const firsts = new Int32Array(rows);
  let next = data.length;
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = 0; column < columnCount; column++) {
      const start = starts[column * stride + row] as number;
      if (start < 0) continue;
      next = start;
      break;
    }
    firsts[row] = next;
  }
  return firsts;
}

/** The last row that begins at or before a byte; -1 if none does. */
function rowAt(firsts: Int32Array, rows: number, at: number): number {
  let low = 0;
  let high = rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((firsts[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function nextRow(firsts: Int32Array, rows: number, row: number): number {
  return row + 1 < rows ? (firsts[row + 1] as number) : Number.MAX_SAFE_INTEGER;
}
