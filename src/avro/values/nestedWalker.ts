import type { TypeNode } from '../container/schema';
import { faulty, maxIntBytes, readCount, skipVarint } from '../container/varint';

/** Skips over one value of any type, with every length, count and index checked. */
export interface NestedWalker {
  /** The position after the value at `at`; `faulty` if it cannot be one, with `reason` saying why. */
  skip(node: TypeNode, data: Uint8Array, at: number): number;
  readonly reason: string;
  /** Call before each walk over a block: what is spent on items without bytes is counted from here. */
  begin(): void;
}

/** Recursive data deeper than this is refused, so that no file can exhaust the stack. */
const maxDepth = 1_000;
/** Items of no bytes (a list of null) cannot be checked against the bytes: more than this in a block is not believed. */
const maxEmptyItems = 1_000_000;

export function createNestedWalker(): NestedWalker {
  return new Walker();
}

class Walker implements NestedWalker {
  reason = '';
  private data: Uint8Array = new Uint8Array(0);
  private emptyItems = 0;

  begin(): void {
    this.emptyItems = 0;
  }

  skip(node: TypeNode, data: Uint8Array, at: number): number {
    this.data = data;
    return this.skipNode(node, at, 0);
  }

  private fail(reason: string): number {
    this.reason = reason;
    return faulty;
  }

  private skipNode(node: TypeNode, at: number, depth: number): number {
    if (depth > maxDepth) return this.fail('values are nested too deeply');
    switch (node.type) {
      case 'null':
        return at;
      case 'boolean':
        return at < this.data.length && (this.data[at] as number) < 2
          ? at + 1
          : this.fail('a boolean is neither true nor false');
      case 'int':
      case 'long':
        return this.skipNumber(at, node.type === 'int' ? maxIntBytes : undefined);
      case 'float':
        return this.skipBytes(at, 4);
      case 'double':
        return this.skipBytes(at, 8);
      case 'fixed':
        return this.skipBytes(at, node.size);
      case 'bytes':
      case 'string':
        return this.skipText(at);
      case 'enum':
        return this.skipIndex(at, node.symbols.length, 'an enum has no such symbol');
      case 'record': {
        let next = at;
        for (const field of node.fields) {
          next = this.skipNode(field.node, next, depth + 1);
          if (next === faulty) return faulty;
        }
        return next;
      }
      case 'union': {
        const next = this.skipIndex(at, node.branches.length, 'a union has no such type');
        return next === faulty
          ? faulty
          : this.skipNode(node.branches[readCount(this.data, at)] as TypeNode, next, depth + 1);
      }
      case 'array':
        return this.skipBlocks(at, node.items, false, depth);
      case 'map':
        return this.skipBlocks(at, node.values, true, depth);
    }
  }

  private skipNumber(at: number, maxBytes?: number): number {
    const next = skipVarint(this.data, at, this.data.length, maxBytes);
    return next === faulty ? this.fail('a number has no end') : next;
  }

  private skipBytes(at: number, size: number): number {
    return size > this.data.length - at ? this.fail('a value runs past the end of the block') : at + size;
  }

  private skipText(at: number): number {
    const next = this.skipNumber(at);
    if (next === faulty) return faulty;
    const length = readCount(this.data, at);
    return length < 0 ? this.fail('a length is not a length') : this.skipBytes(next, length);
  }

  private skipIndex(at: number, count: number, message: string): number {
    const next = this.skipNumber(at, maxIntBytes);
    if (next === faulty) return faulty;
    const index = readCount(this.data, at);
    return index < 0 || index >= count ? this.fail(message) : next;
  }

  /** Lists and maps come in blocks; a negative count is followed by the block's size in bytes, which is not needed here. */
  private skipBlocks(at: number, items: TypeNode, hasKeys: boolean, depth: number): number {
    let next = at;
    for (;;) {
      const start = next;
      next = this.skipNumber(start);
      if (next === faulty) return faulty;
      let count = readCount(this.data, start);
      if (count === 0) return next;
      if (count < 0) {
        count = -count;
        next = this.skipNumber(next);
        if (next === faulty) return faulty;
      }
      for (let item = 0; item < count; item++) {
        const before = next;
        if (hasKeys) next = this.skipText(next);
        if (next !== faulty) next = this.skipNode(items, next, depth + 1);
        if (next === faulty) return faulty;
        if (next === before && ++this.emptyItems > maxEmptyItems) {
          return this.fail('more items without any bytes than can be believed');
        }
      }
    }
  }
}
