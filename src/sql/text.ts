import { Failure } from '../core/failure';

/**
 * The small pieces of text that every statement is made of. Nothing here knows a table or a rule; what it
 * guarantees is that no name and no value, whatever is in it, can end a quote or a comment early.
 */

/** Characters that end a line somewhere: for SQL engines CR and LF, for editors and drivers also the rest. */
const lineBreaks = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const controls = /[\u0000-\u001f\u007f]/g;

/** One `--` line, however many lines or control characters the text has. */
export function commentLine(text: string): string {
  return `-- ${text.replace(lineBreaks, ' ').replace(controls, ' ')}`.trimEnd();
}

/** Whole lines of text, each behind `--`: sentences are wrapped, lines that start with a space (SQL as an example) are not. */
export function commentBlock(text: string): string {
  return text
    .split(lineBreaks)
    .flatMap((line) => (line.startsWith(' ') ? [line] : fill(line.split(' '), '', ' ').split('\n')))
    .map(commentLine)
    .join('\n');
}

/** `"we""ird"`: the SQL standard's identifier. Refuses what no engine can hold. */
export function quoteDouble(name: string): string {
  return `"${checkName(name).replaceAll('"', '""')}"`;
}

/** Hive's identifier, as Athena's DDL wants it. */
export function quoteBacktick(name: string): string {
  return `\`${checkName(name).replaceAll('`', '``')}\``;
}

/** `'it''s'`: the SQL standard's string. */
export function quoteString(text: string): string {
  return `'${checkText(text).replaceAll("'", "''")}'`;
}

/** Hive's string, which knows backslash escapes and no doubled quote. */
export function quoteHiveString(text: string): string {
  return `'${checkText(text).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** A path as a pattern that means it alone: DuckDB takes every path for a pattern, and a star in a key has to be said as one. */
export function literalGlob(path: string): string {
  return path.replace(/[*?[]/g, '[$&]');
}

/** @throws Failure `sql.badName` if it is empty or holds a NUL character, which no engine's names can. */
export function checkName(name: string): string {
  if (name === '') throw new Failure('sql.badName', { name, detail: 'an empty name' });
  return checkText(name);
}

function checkText(text: string): string {
  if (text.includes('\0')) throw new Failure('sql.badName', { name: text, detail: 'a NUL character' });
  return text;
}

export function indent(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}

/** Items on one line if there are at most four and they are short, else one a line. Without the final line break. */
export function selectList(items: readonly string[]): string {
  const line = items.join(', ');
  return items.length <= 4 && line.length <= 100 ? ` ${line}` : `\n  ${items.join(',\n  ')}`;
}

/** Items filled into lines of about 110 characters, each line starting with `margin`. */
export function fill(items: readonly string[], margin: string, separator = ', '): string {
  const lines: string[] = [];
  let line = '';
  for (const [index, item] of items.entries()) {
    const piece = index < items.length - 1 ? item + separator.trimEnd() : item;
    if (line !== '' && margin.length + line.length + 1 + piece.length > 110) {
      lines.push(margin + line);
      line = piece;
    } else {
      line = line === '' ? piece : `${line} ${piece}`;
    }
  }
  return [...lines, margin + line].join('\n');
}

/** The text by code points, which is how engines count and cut it. */
export function characters(text: string): readonly string[] {
  return Array.from(text);
}

/** Length in bytes as UTF-8: what engines' limits count. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The longest start of the text that fits into so many bytes of UTF-8, never cutting a character. */
export function cutToBytes(text: string, maxBytes: number): string {
  let bytes = 0;
  let cut = '';
  for (const character of text) {
    bytes += byteLength(character);
    if (bytes > maxBytes) break;
    cut += character;
  }
  return cut;
}

/** Seven characters that tell two names apart (FNV-1a, 32 bits). Not for anything that must be secure. */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(36).padStart(7, '0');
}
