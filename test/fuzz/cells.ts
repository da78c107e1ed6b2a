import type { Cell } from '../../src/core/column';
import type { Raw, Shape } from './shapes';

/** Cells of pages are cut at so many characters. */
const cellLimit = 1_000;

/** The cell that a page shows for a value of a column. */
export function shownCell(column: Shape, raw: Raw): Cell {
  const { schema } = column;
  let type = schema;
  if (Array.isArray(schema)) {
    const branches = schema as readonly unknown[];
    if (branches[(raw as readonly [number])[0]] === 'null') return null;
    // A union of null and one type shows that type's values as they are.
    if (branches.length === 2 && branches.includes('null')) type = branches.find((branch) => branch !== 'null');
  }
  if (type === 'null') return null;
  const text = column.json(raw, 'show');
  return clip(isScalar(type) && text.startsWith('"') ? (JSON.parse(text) as string) : text);
}

function isScalar(type: unknown): boolean {
  if (Array.isArray(type)) return false;
  const name = typeof type === 'string' ? type : (type as { readonly type: unknown }).type;
  return typeof name === 'string' && !['array', 'map', 'record'].includes(name);
}

function clip(text: string): Cell {
  if (text.length <= cellLimit) return text;
  const last = text.charCodeAt(cellLimit - 1);
  return { text: text.slice(0, last >= 0xd800 && last < 0xdc00 ? cellLimit - 1 : cellLimit), length: text.length };
}
