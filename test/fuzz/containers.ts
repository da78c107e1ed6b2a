import { sized, varint } from '../unit/avro/container';
import { type Codec, codecNames, compress } from './codecs';
import type { Random } from './random';
import type { Raw, TableShape } from './shapes';
import { makeTable } from './tables';

/** A container taken apart, so that any piece of it can be made wrong. */
export interface Pieces {
  magic: Buffer;
  entries: (readonly [key: Buffer, value: Buffer])[];
  /** In place of the number of entries. */
  entryCount?: bigint;
  sync: Buffer;
  blocks: Block[];
  trailing: Buffer;
}

export interface Block {
  rows: bigint;
  stored: Buffer;
  /** In place of the size of `stored`. */
  size?: bigint;
  /** In place of the two numbers at the beginning. */
  head?: Buffer;
  /** In place of the sync marker. */
  marker?: Buffer;
}

export interface Original {
  readonly table: TableShape;
  readonly codec: Codec;
  readonly rows: readonly Raw[];
  /** Block by block, before compression. */
  readonly data: readonly Buffer[];
  readonly pieces: Pieces;
}

export function assemble(pieces: Pieces): Buffer {
  const { entries, sync } = pieces;
  return Buffer.concat([
    pieces.magic,
    varint(pieces.entryCount ?? entries.length),
    ...entries.flatMap(([key, value]) => [sized(key), sized(value)]),
    varint(0),
    sync,
    ...pieces.blocks.flatMap(({ rows, stored, size, head, marker }) => [
      head ?? Buffer.concat([varint(rows), varint(size ?? stored.length)]),
      stored,
      marker ?? sync,
    ]),
    pieces.trailing,
  ]);
}

export interface OriginalOptions {
  /** Without logical types. */
  readonly isBare: boolean;
  /** Default: any. */
  readonly codec?: Codec;
}

/** A sound container: random columns, rows, codec, sizes of blocks. */
export function makeOriginal(random: Random, options: OriginalOptions): Original {
  const { isBare } = options;
  const table = makeTable(random, { isNested: random.oneIn(3), isBare });
  const any = random.oneIn(12) ? random.pick(['bzip2', 'xz'] as const) : random.pick(codecNames.slice(0, 4));
  const { codec = any } = options;
  const rows: Raw[] = [];
  const data: Buffer[] = [];
  const counts: number[] = [];
  const blockCount = random.int(random.oneIn(10) ? 20 : 6);
  const perBlock = 1 + random.int(random.oneIn(8) ? 300 : 12);
  for (let block = 0; block < blockCount; block++) {
    const count = random.oneIn(20) ? 0 : 1 + random.int(perBlock);
    const made = Array.from({ length: count }, () => table.make(random));
    rows.push(...made);
    counts.push(count);
    data.push(Buffer.concat(made.map((row) => table.encode(row, random))));
  }
  const text = JSON.stringify(table.schema, undefined, random.oneIn(4) ? 2 : undefined);
  const entries: Pieces['entries'] = [[Buffer.from('avro.schema'), Buffer.from(text)]];
  if (codec !== 'null' || random.oneIn(2)) entries.push([Buffer.from('avro.codec'), Buffer.from(codec)]);
  if (random.oneIn(3)) entries.unshift([Buffer.from('writer'), random.bytes(random.int(20))]);
  const pieces: Pieces = {
    magic: Buffer.from('Obj\u0001', 'latin1'),
    entries,
    sync: random.bytes(16),
    blocks: data.map((bytes, index) => ({ rows: BigInt(counts[index]!), stored: compress(codec, bytes) })),
    trailing: Buffer.alloc(0),
  };
  return { table, codec, rows, data, pieces };
}
