import type { Cell, Column } from '../../src/core/column';

/** What a cell shows. DOM-free: pieces of text, some of which stand for something that has no glyph. */

export interface Piece {
  readonly text: string;
  /** True for a symbol in place of a character that cannot be seen (or must not act): drawn dimmed. */
  readonly isSymbol: boolean;
}

export type CellView =
  | { readonly kind: 'null' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'empty' }
  /** `isCut`: there is more than is shown; `length` is the whole value's, in UTF-16 code units. */
  | { readonly kind: 'text'; readonly pieces: readonly Piece[]; readonly isCut: boolean; readonly length: number };

/** More than this is never drawn in a grid cell, however wide the column. */
export const maxGridCharacters = 300;

/** The value as far as it came, `null` for NULL and for what is absent. */
export function textOf(cell: Cell): string | null {
  if (cell === null || cell === false) return null;
  return typeof cell === 'string' ? cell : cell.text;
}

/** True if the cell came without its end. */
export function isClipped(cell: Cell): boolean {
  return typeof cell === 'object' && cell !== null && cell.length > cell.text.length;
}

/** A cell as the grid shows it, in one line. */
export function viewCell(cell: Cell, maxCharacters: number = maxGridCharacters): CellView {
  if (cell === null) return { kind: 'null' };
  if (cell === false) return { kind: 'absent' };
  const whole = typeof cell === 'string' ? cell : cell.text;
  const { length } = cell;
  if (length === 0) return { kind: 'empty' };
  const shown = whole.length > maxCharacters ? whole.slice(0, endOfCharacter(whole, maxCharacters)) : whole;
  return { kind: 'text', pieces: shapeText(shown), isCut: shown.length < length, length };
}

function endOfCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at - 1);
  return code >= 0xd800 && code <= 0xdbff ? at - 1 : at;
}

// C0, DEL, C1, soft hyphen, zero-width and bidirectional controls, line and paragraph separators, byte order mark, lone surrogates.
const unseen =
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  /\r\n|[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

/**
 * Text in pieces, in which nothing is invisible: line breaks, tabs and control characters become symbols. Direction marks
 * and the like, which could make text read as what it is not, are named by their code point. A joiner between emoji stays.
 */
export function shapeText(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(unseen)) {
    if (match[0] === '\u200d' && joinsEmoji(text, match.index)) continue;
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), isSymbol: false });
    pieces.push({ text: symbolOf(match[0]), isSymbol: true });
    at = match.index + match[0].length;
  }
  if (at < text.length || pieces.length === 0) pieces.push({ text: text.slice(at), isSymbol: false });
  return pieces;
}

function joinsEmoji(text: string, at: number): boolean {
  return (
    /[\p{Extended_Pictographic}\u{fe0f}\p{Emoji_Modifier}]$/u.test(text.slice(Math.max(0, at - 4), at)) &&
    /^\p{Extended_Pictographic}/u.test(text.slice(at + 1, at + 3))
  );
}

function symbolOf(found: string): string {
  if (found === '\n' || found === '\r\n') return '↵';
  if (found === '\t') return '⇥';
  const code = found.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `‹${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}

/** The short hint beside a column's name. */
export function typeHint(column: Pick<Column, 'kind'>): string {
  switch (column.kind) {
    case 'integer':
      return '123';
    case 'number':
      return '1.5';
    case 'text':
      return 'abc';
    case 'boolean':
      return 't/f';
    case 'bytes':
      return '0x';
    case 'json':
      return '{}';
    case 'time':
      return 'time';
  }
}

/** A row as one JSON object in column order, digits of integers kept exactly; for the clipboard. */
export function rowAsJson(columns: readonly Column[], cells: readonly Cell[]): string {
  const lines = columns.map((column, index) => {
    const text = textOf(cells[index] ?? null);
    return `  ${JSON.stringify(column.name)}: ${text === null ? 'null' : jsonValue(column, text)}`;
  });
  return `{\n${lines.join(',\n')}\n}`;
}

const plainNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function jsonValue(column: Column, text: string): string {
  if ((column.kind === 'integer' || column.kind === 'number') && plainNumber.test(text)) return text;
  if (column.kind === 'boolean' && (text === 'true' || text === 'false')) return text;
  if (column.kind === 'json' && isJson(text)) return text;
  return JSON.stringify(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
