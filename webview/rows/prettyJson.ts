/**
 * JSON text with line breaks and two spaces a level, numbers and escapes exactly as written (parsing would round a long
 * default). Text that is not JSON comes back as it is.
 */
export function prettyJson(text: string): string {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g);
  if (tokens === null || !isJson(text)) return text;
  let depth = 0;
  let out = '';
  tokens.forEach((token, at) => {
    const next = tokens[at + 1];
    if (token === '{' || token === '[') {
      const isEmpty = next === '}' || next === ']';
      if (!isEmpty) depth += 1;
      out += isEmpty ? token : `${token}${lineBreak(depth)}`;
    } else if (token === '}' || token === ']') {
      const wasEmpty = tokens[at - 1] === (token === '}' ? '{' : '[');
      if (!wasEmpty) depth -= 1;
      out += wasEmpty ? token : `${lineBreak(depth)}${token}`;
    } else if (token === ',') out += `,${lineBreak(depth)}`;
    else if (token === ':') out += ': ';
    else out += token;
  });
  return out;
}

function lineBreak(depth: number): string {
  return `\n${'  '.repeat(depth)}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
