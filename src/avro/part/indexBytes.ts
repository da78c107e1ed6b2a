import { deflateSync, inflateSync } from 'node:zlib';
import type { Damage } from '../../core/partProgress';
import { BlockIndex } from './blockIndex';
import type { LedgerState } from './blockLedger';
import { faulty, readCount, skipVarint } from '../container/varint';

/** Which contents an index is of. */
export interface IndexedContents {
  readonly totalBytes: number;
  /** 32 hexadecimal digits; a writer draws it anew for every file. */
  readonly syncMarker: string;
  readonly headerBytes: number;
}

/** Changed whenever the bytes below mean something else: what was kept by another version is not taken up. */
const magic = 'DCXindex2';
/** No part has more: 2 TB of the export's blocks. */
const maxIndexBytes = 512 * 1024 * 1024;

/**
 * An index as bytes: a line of JSON with what it is of and the damage, then four numbers a block (varints: bytes since the block before, size,
 * rows, numbers since the block before), all deflated, with a checksum. About 2 to 3 bytes a block.
 */
export function printIndex(contents: IndexedContents, state: LedgerState): Uint8Array<ArrayBuffer> {
  const { index, position, number, damage, damageCount } = state;
  const head = JSON.stringify({
    magic,
    ...contents,
    position,
    number,
    blocks: index.length,
    rows: index.rows,
    damage,
    damageCount,
  });
  const headBytes = Buffer.from(`${head}\n`, 'utf8');
  const body = new VarintWriter(index.length * 8);
  let at = contents.headerBytes;
  let before = -1;
  for (let block = 0; block < index.length; block++) {
    const { dataOffset, size, rows, number: blockNumber } = index.at(block);
    body.write(dataOffset - at);
    body.write(size);
    body.write(rows);
    body.write(blockNumber - before);
    at = dataOffset + size;
    before = blockNumber;
  }
  return Uint8Array.from(deflateSync(Buffer.concat([headBytes, body.bytes()])));
}

/** What `printIndex` gave; `undefined` if it is of other contents, of another version, or damaged. */
export function parseIndex(bytes: Uint8Array, contents: IndexedContents): LedgerState | undefined {
  let data: Buffer;
  let head: Partial<Record<string, unknown>>;
  let bodyStart: number;
  try {
    data = inflateSync(bytes, { maxOutputLength: maxIndexBytes });
    bodyStart = data.indexOf(10) + 1;
    head = JSON.parse(data.toString('utf8', 0, bodyStart)) as typeof head;
  } catch {
    return undefined;
  }
  if (head['magic'] !== magic) return undefined;
  for (const name of ['totalBytes', 'syncMarker', 'headerBytes'] as const) {
    if (head[name] !== contents[name]) return undefined;
  }
  const { position, number, blocks, rows, damage, damageCount } = head;
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!isCount(position) || !isCount(number) || !isCount(damageCount) || !Array.isArray(damage)) return undefined;
  if (position < contents.headerBytes || position > contents.totalBytes) return undefined;
  const index = readBlocks(data, bodyStart, contents.headerBytes, position);
  if (index === undefined || index.length !== blocks || index.rows !== rows) return undefined;
  return { index, position, number, damage: damage as readonly Damage[], damageCount };
}

function readBlocks(data: Buffer, start: number, headerBytes: number, position: number): BlockIndex | undefined {
  const index = new BlockIndex();
  let at = start;
  /** Below zero: there is no number here. */
  const read = (): number => {
    const next = skipVarint(data, at, data.length);
    const value = next === faulty ? -1 : readCount(data, at);
    at = next === faulty ? data.length : next;
    return value;
  };
  let offset = headerBytes;
  let number = -1;
  while (at < data.length) {
    const [gap, size, rows, step] = [read(), read(), read(), read()];
    if (gap < 0 || size < 0 || rows <= 0 || rows > 0xffff_ffff || step < 0) return undefined;
    const dataOffset = offset + gap;
    number += step;
    offset = dataOffset + size;
    if (offset > position) return undefined;
    index.add({ number, dataOffset, size, rows });
  }
  return index;
}

class VarintWriter {
  private space: Buffer;
  private length = 0;

  constructor(bytes: number) {
    this.space = Buffer.alloc(Math.max(64, bytes));
  }

  /** As Avro writes a long, zig-zag, so that the room's own reader reads it. `value` is not below zero. */
  write(value: number): void {
    if (this.length + 10 > this.space.length) {
      const larger = Buffer.alloc(this.space.length * 2);
      larger.set(this.space);
      this.space = larger;
    }
    let rest = value * 2;
    while (rest >= 128) {
      this.space[this.length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.space[this.length++] = rest;
  }

  bytes(): Buffer {
    return this.space.subarray(0, this.length);
  }
}
