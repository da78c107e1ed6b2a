/** Where a text stops being JSON, and why, in words that complete "it is not JSON: …". */
export interface JsonFault {
  readonly offset: number;
  readonly detail: string;
}

type Expected = 'value' | 'valueOrEnd' | 'keyOrEnd' | 'key' | 'colon' | 'commaOrEnd' | 'end';

const whitespace = /[ \t\n\r]*/y;
const literal = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const escape = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;

/** Engines word their syntax errors each in their own way, often without a place; here there always is one. */
export function findJsonFault(text: string): JsonFault | undefined {
  return scanJson(text, () => undefined);
}

/**
 * Walks JSON text (RFC 8259) token by token, as spelled, without recursion: nesting has no limit.
 * Returns the first fault, if any; tokens before it have been given.
 */
export function scanJson(text: string, onToken: (token: string) => void): JsonFault | undefined {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let offset = 0;
  for (;;) {
    offset = matchEnd(whitespace, text, offset) ?? offset;
    const char = text[offset];
    if (char === undefined) return expected === 'end' ? undefined : { offset, detail: 'the text ends too early' };
    const container = open.at(-1);
    const end: number | JsonFault = endOfToken(text, offset, expected, container);
    if (typeof end !== 'number') return end;
    onToken(text.slice(offset, end));
    offset = end;

    if (char === '{' || char === '[') {
      open.push(char);
      expected = char === '{' ? 'keyOrEnd' : 'valueOrEnd';
    } else if (char === ':') {
      expected = 'value';
    } else if (char === ',') {
      expected = container === '{' ? 'key' : 'value';
    } else if (expected === 'key' || (expected === 'keyOrEnd' && char === '"')) {
      expected = 'colon';
    } else {
      if (char === '}' || char === ']') open.pop();
      expected = open.length === 0 ? 'end' : 'commaOrEnd';
    }
  }
}

/** Where the token at `offset` ends, if it is one that may stand here. */
function endOfToken(
  text: string,
  offset: number,
  expected: Expected,
  container: '{' | '[' | undefined,
): number | JsonFault {
  const char = text[offset] ?? '';
  const closing = container === '{' ? '}' : ']';
  const fault = (wanted: string): JsonFault => ({ offset, detail: `${nameOf(text, offset)} ${wanted}` });
  switch (expected) {
    case 'end':
      return fault('after the end of the value');
    case 'colon':
      return char === ':' ? offset + 1 : fault('where ":" is expected');
    case 'commaOrEnd':
      return char === ',' || char === closing ? offset + 1 : fault(`where "," or "${closing}" is expected`);
    case 'key':
    case 'keyOrEnd':
      if (char === '}' && expected === 'keyOrEnd') return offset + 1;
      return char === '"' ? endOfString(text, offset) : fault('where a key in quotes is expected');
    case 'value':
    case 'valueOrEnd':
      if (char === ']' && expected === 'valueOrEnd') return offset + 1;
      if (char === '{' || char === '[') return offset + 1;
      if (char === '"') return endOfString(text, offset);
      return matchEnd(literal, text, offset) ?? fault('where a value is expected');
  }
}

/** Where the string that begins at `offset` ends, its closing quote included. */
function endOfString(text: string, offset: number): number | JsonFault {
  for (let at = offset + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < 0x20) return { offset: at, detail: 'a control character (or the end of the line) inside a string' };
    if (code !== 0x5c) continue;
    const end = matchEnd(escape, text, at + 1);
    if (end === undefined) return { offset: at, detail: 'a backslash that escapes nothing' };
    at = end - 1;
  }
  return { offset, detail: 'a string that does not end' };
}

function matchEnd(pattern: RegExp, text: string, offset: number): number | undefined {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** What stands at `offset`, for people. */
function nameOf(text: string, offset: number): string {
  const code = text.codePointAt(offset) ?? 0;
  if (code === 0xfeff) return 'a byte order mark';
  if (text.startsWith('//', offset) || text.startsWith('/*', offset)) return 'a comment';
  if (code < 0x20 || code === 0x7f)
    return `the control character U+${code.toString(16).padStart(4, '0').toUpperCase()}`;
  return JSON.stringify(String.fromCodePoint(code));
}
