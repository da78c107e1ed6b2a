import type { ColumnTest, FindTest, RowFilter } from '../../core/rowFilter';
import type { RowBits } from './rowBits';

/** A filter without the groups: what is tested row by row. */
export type FilterLeaf = ColumnTest | FindTest;

/** What rows of a part pass a leaf, for leaves that were tested before: the same test again costs no scan. */
export interface LeafCache {
  get(key: string, part: number): RowBits | undefined;
  /** Bits of all rows of the part; they are not changed any more. */
  set(key: string, part: number, bits: RowBits): void;
  clear(): void;
}

const defaultBytes = 32 * 1024 * 1024;

/** Bounded: what was not asked for longest goes first. */
export function createLeafCache(maxBytes = defaultBytes): LeafCache {
  const entries = new Map<string, RowBits>();
  let bytes = 0;
  const keyOf = (key: string, part: number): string => `${part} ${key}`;
  return {
    get(key, part) {
      const name = keyOf(key, part);
      const bits = entries.get(name);
      if (bits === undefined) return undefined;
      entries.delete(name);
      entries.set(name, bits);
      return bits;
    },
    set(key, part, bits) {
      const name = keyOf(key, part);
      bytes += bits.bytes - (entries.get(name)?.bytes ?? 0);
      entries.delete(name);
      entries.set(name, bits);
      for (const [oldest, old] of entries) {
        if (bytes <= maxBytes) break;
        entries.delete(oldest);
        bytes -= old.bytes;
      }
    },
    clear() {
      entries.clear();
      bytes = 0;
    },
  };
}

/** The same text for leaves that mean the same. */
export function leafKey(leaf: FilterLeaf): string {
  if (leaf.kind === 'test') {
    const { column, test, values, ignoreCase = false } = leaf;
    return JSON.stringify(['test', column, test, values, ignoreCase]);
  }
  const { text, matchCase = false, isRegex = false, columns } = leaf;
  return JSON.stringify(['find', text, matchCase, isRegex, columns === undefined ? null : [...columns].sort()]);
}

function isLeaf(filter: RowFilter): filter is FilterLeaf {
  return filter.kind === 'test' || filter.kind === 'find';
}

/** The leaves of a filter by their keys. */
export function leavesOf(filter: RowFilter): ReadonlyMap<string, FilterLeaf> {
  const leaves = new Map<string, FilterLeaf>();
  const visit = (part: RowFilter): void => {
    if (isLeaf(part)) leaves.set(leafKey(part), part);
    else part.of.forEach(visit);
  };
  visit(filter);
  return leaves;
}

/** Puts leaves together, 32 rows at a time: which of the rows of a word pass the filter. */
export function combineLeaves(filter: RowFilter, bitsOf: (key: string) => RowBits): (word: number) => number {
  if (isLeaf(filter)) {
    const bits = bitsOf(leafKey(filter));
    return (word) => bits.word(word);
  }
  const parts = filter.of.map((part) => combineLeaves(part, bitsOf));
  if (filter.kind === 'any') {
    return (word) => {
      let value = 0;
      for (const part of parts) value |= part(word);
      return value;
    };
  }
  return (word) => {
    let value = -1;
    for (const part of parts) value &= part(word);
    return value;
  };
}
