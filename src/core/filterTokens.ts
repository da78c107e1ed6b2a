import { Failure } from './failure';

/** A piece of a written filter (`parseFilter`). */
export interface FilterToken {
  /** `word`: a keyword or a plain column name; `name`: a column name in double quotes; `text`: in single quotes. */
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'symbol' | 'end';
  /** What is meant: without quotes, numbers as they are written. */
  readonly text: string;
  /** Where it begins, in UTF-16 code units. */
  readonly at: number;
}

/** Longer than this nobody writes by hand; it bounds the work on what comes from elsewhere. */
const maxLength = 1_000_000;

const blank = /[\s\u00a0]+/uy;
const word = /[\p{L}_$][\p{L}\p{M}\p{N}_$]*/uy;
const number = /-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const symbol = /<=|>=|<>|!=|[=<>(),]/y;

/** Takes a written filter apart. Throws `query.invalid` with `detail` and `position`. */
export function readFilterTokens(source: string): readonly FilterToken[] {
  if (source.length > maxLength) throw filterFault('it is too long', 0);
  const tokens: FilterToken[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  while (at < source.length) {
    const space = take(blank);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const token = quotedToken(source, at) ?? plainToken(take, at);
    if (token === undefined)
      throw filterFault(`"${String.fromCodePoint(source.codePointAt(at) ?? 0)}" means nothing here`, at);
    tokens.push(token.token);
    at += token.length;
  }
  tokens.push({ kind: 'end', text: '', at: source.length });
  return tokens;
}

interface Found {
  readonly token: FilterToken;
  readonly length: number;
}

function plainToken(take: (pattern: RegExp) => string | undefined, at: number): Found | undefined {
  for (const [kind, pattern] of [
    ['word', word],
    ['number', number],
    ['symbol', symbol],
  ] as const) {
    const text = take(pattern);
    if (text !== undefined) return { token: { kind, text, at }, length: text.length };
  }
  return undefined;
}

/** Between quotes everything stands for itself; the quote itself is written twice. */
function quotedToken(source: string, at: number): Found | undefined {
  const quote = source[at];
  if (quote !== "'" && quote !== '"') return undefined;
  let text = '';
  for (let from = at + 1; ;) {
    const end = source.indexOf(quote, from);
    if (end < 0) throw filterFault('a quote is opened here and not closed', at);
    text += source.slice(from, end);
    if (source[end + 1] !== quote)
      return { token: { kind: quote === '"' ? 'name' : 'text', text, at }, length: end + 1 - at };
    text += quote;
    from = end + 2;
  }
}

/** What is wrong with a written filter, and where: `position` counts UTF-16 code units from its beginning. */
export function filterFault(detail: string, position: number): Failure {
  return new Failure('query.invalid', { detail, position });
}

/** The line of a text that a position is in, and under it a caret at that place. Long lines are cut to what is around it. */
export function pointAt(source: string, position: number): readonly [line: string, caret: string] {
  const start = source.lastIndexOf('\n', position - 1) + 1;
  const end = source.indexOf('\n', position);
  const line = source.slice(start, end < 0 ? source.length : end);
  const column = position - start;
  const around = 60;
  const first = column > around ? column - around : 0;
  const cut = line.slice(first, column + around).replaceAll('\t', ' ');
  const before = first > 0 ? '…' : '';
  const after = column + around < line.length ? '…' : '';
  // A character of two code units takes one place.
  const width = before.length + Array.from(cut.slice(0, column - first)).length;
  return [`${before}${cut}${after}`, `${' '.repeat(width)}^`];
}
