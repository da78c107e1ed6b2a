/** How one value is spelled in the text formats that rows leave in: files, the clipboard, issues and chats. */

/**
 * A field of CSV or TSV (RFC 4180): in quotes if it holds the delimiter, a quote or a line break. NULL is nothing, and an empty text `""`, so
 * that the two stay apart.
 */
export function delimitedField(value: string | null, delimiter: ',' | '\t'): string {
  if (value === null) return '';
  if (value === '') return '""';
  return (delimiter === ',' ? needsQuotesInCsv : needsQuotesInTsv).test(value)
    ? `"${value.replaceAll('"', '""')}"`
    : value;
}

const needsQuotesInCsv = /[",\r\n]/;
const needsQuotesInTsv = /["\t\r\n]/;

/** Source: OWASP, "CSV Injection": what a spreadsheet runs when a cell's text begins with it. Visitors write our texts. */
const formulaStart = /^[=+\-@\t\r]/;

export function isFormulaLike(text: string): boolean {
  return formulaStart.test(text);
}

/** The text, behind an apostrophe if a spreadsheet would take it for a formula. */
export function guardFormula(text: string): string {
  return isFormulaLike(text) ? `'${text}` : text;
}

/**
 * A value in a cell of a Markdown table (GitHub's): shown as it is, never as a link, an image, emphasis or HTML. Line breaks are `<br>`,
 * NULL is `*NULL*`, which no text can look like.
 */
export function markdownCell(value: string | null): string {
  if (value === null) return '*NULL*';
  return (
    value
      .replace(/[\\`*_[\]<>|~#!]/g, '\\$&')
      .replace(/&(?=[#\w])/g, '\\&')
      // Bare addresses become links by themselves.
      .replace(/(?<=\b(?:https?|ftp|mailto)):(?=\S)/gi, '\\:')
      .replace(/\bwww\./gi, 'www\\.')
      .replace(/(?<=[\w.+-])@(?=\w)/g, '\\@')
      .replace(/\r\n|[\r\n]/g, '<br>')
      .replace(/\t/g, ' ')
  );
}

/** A value out of its JSON text: a text as it is, numbers, booleans and nested values as spelled; `null` for NULL. */
export function textOfJson(json: string): string | null {
  if (json.charCodeAt(0) !== 0x22) return json === 'null' ? null : json;
  if (!json.includes('\\')) return json.slice(1, -1);
  return JSON.parse(json) as string;
}
