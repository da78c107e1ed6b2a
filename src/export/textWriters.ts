import type { ExportColumn } from './exportColumns';
import type { FormatRequest, FormatWriter } from './formatWriter';
import { delimitedField, guardFormula, markdownCell, textOfJson } from '../core/rowText';

/** Text is handed on in pieces of about this many characters. */
const pieceCharacters = 256 * 1024;

/** Collects text and hands it on as UTF-8. */
function createTextBuffer(sink: FormatRequest['sink']): {
  add(text: string): void;
  /** Hands on what is there if it is much, or in any case. */
  flush(force: boolean): Promise<void>;
  clear(): void;
} {
  const encoder = new TextEncoder();
  let pieces: string[] = [];
  let length = 0;
  const clear = (): void => {
    pieces = [];
    length = 0;
  };
  return {
    add(text) {
      pieces.push(text);
      length += text.length;
    },
    async flush(force) {
      if (length === 0 || (!force && length < pieceCharacters)) return;
      const bytes = encoder.encode(pieces.join(''));
      clear();
      await sink(bytes);
    },
    clear,
  };
}

/** The head is written with the first rows, or at the end if there are none: nothing is written before it is asked. */
function createTextWriter(
  sink: FormatRequest['sink'],
  parts: {
    readonly head: string;
    readonly row: (row: readonly string[], index: number) => string;
    readonly foot: (rows: number) => string;
  },
): FormatWriter {
  const buffer = createTextBuffer(sink);
  let rows = 0;
  buffer.add(parts.head);
  return {
    async write(batch) {
      for (const row of batch) {
        buffer.add(parts.row(row, rows++));
        await buffer.flush(false);
      }
    },
    async end() {
      buffer.add(parts.foot(rows));
      await buffer.flush(true);
      return [];
    },
    dispose: () => buffer.clear(),
  };
}

/** RFC 4180 with `\n`. NULL is nothing, an empty text `""`. The guard is for texts: `-5` is a number. */
export function createDelimitedWriter(request: FormatRequest, delimiter: ',' | '\t'): FormatWriter {
  const { columns, formulaGuard } = request;
  const guards = columns.map(({ kind }) => formulaGuard && kind === 'text');
  const field = (json: string, index: number): string => {
    const text = textOfJson(json);
    return delimitedField(text === null || guards[index] !== true ? text : guardFormula(text), delimiter);
  };
  const head = columns.map(({ name }) => delimitedField(formulaGuard ? guardFormula(name) : name, delimiter));
  return createTextWriter(request.sink, {
    head: `${head.join(delimiter)}\n`,
    row: (row) => `${row.map(field).join(delimiter)}\n`,
    foot: () => '',
  });
}

/** Longs and decimals are strings, so that no reader rounds them. */
export function createNdjsonWriter({ columns, sink }: FormatRequest): FormatWriter {
  const object = objectPrinter(columns);
  return createTextWriter(sink, { head: '', row: (row) => `${object(row)}\n`, foot: () => '' });
}

/** One array, one row a line; values as in NDJSON. */
export function createJsonWriter({ columns, sink }: FormatRequest): FormatWriter {
  const object = objectPrinter(columns);
  return createTextWriter(sink, {
    head: '[',
    row: (row, index) => `${index === 0 ? '\n' : ',\n'}${object(row)}`,
    foot: (rows) => (rows === 0 ? ']\n' : '\n]\n'),
  });
}

function objectPrinter(columns: readonly ExportColumn[]): (row: readonly string[]) => string {
  const keys = columns.map(({ name }, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  return (row) => {
    let text = keys.length === 0 ? '{' : '';
    for (let index = 0; index < keys.length; index++) text += `${keys[index] ?? ''}${row[index] ?? 'null'}`;
    return `${text}}`;
  };
}

/** A table as GitHub and VS Code show it; numbers at the right. */
export function createMarkdownWriter({ columns, sink }: FormatRequest): FormatWriter {
  const names = columns.map(({ name }) => markdownCell(name));
  const rules = columns.map(({ kind }) => (kind === 'integer' || kind === 'number' ? '---:' : '---'));
  return createTextWriter(sink, {
    head: `${line(names)}${line(rules)}`,
    row: (row) => line(row.map((json) => markdownCell(textOfJson(json)))),
    foot: () => '',
  });
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}
