import { varint } from '../unit/avro/container';
import { compress, hasChecksum } from './codecs';
import { assemble, type Block, type Original, type Pieces } from './containers';
import type { Random } from './random';

/** A container that something was done to, and what may still be expected of it. */
export interface Mutant {
  readonly original: Original;
  readonly bytes: Buffer;
  /** What was done, in words. */
  readonly steps: readonly string[];
  /** Rows that are given must be rows of the original: nothing was done that no reader can know of. */
  readonly isOwnRows: boolean;
  /** If fewer rows come than the original has, damage must be told. */
  readonly mustTell: boolean;
  /** Schema and codec are as they were. */
  readonly isHeaderWhole: boolean;
  /** One of its blocks is very large. */
  readonly isBomb: boolean;
  /** Where the blocks begin. */
  readonly headerBytes: number;
  /** Blocks may be so large, decompressed. */
  readonly maxBlockBytes: number;
}

interface Draft {
  readonly random: Random;
  readonly original: Original;
  readonly pieces: Pieces;
  isOwnRows: boolean;
  mustTell: boolean;
  isHeaderWhole: boolean;
}

/** Gives the bytes, if it made them itself. */
type Mutation = (draft: Draft) => string | undefined;

const numbers: readonly bigint[] = [
  -1n,
  0n,
  1n,
  2n ** 7n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n,
  2n ** 40n,
  2n ** 53n,
  2n ** 63n - 1n,
  -(2n ** 31n),
  -(2n ** 40n),
  -(2n ** 63n),
];

function blockOf({ random, pieces }: Draft): Block | undefined {
  return pieces.blocks.length === 0 ? undefined : random.pick(pieces.blocks);
}

function flip(random: Random, bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length > 0) copy[random.int(copy.length)]! ^= 1 + random.int(255);
  return copy;
}

/** Rows of no bytes leave no trace of how many they were. */
const hasBytes = ({ original }: Draft): boolean =>
  original.data.every((data, index) => data.length >= Number(original.pieces.blocks[index]!.rows));

/** Compressed as it should be: no reader can know that the bytes were others before. */
function rewrite(draft: Draft, change: (data: Buffer) => Buffer): boolean {
  const { random, original, pieces } = draft;
  if (original.data.length === 0) return false;
  const index = random.int(original.data.length);
  const block = pieces.blocks[index];
  if (block === undefined) return false;
  block.stored = compress(original.codec, change(original.data[index]!));
  draft.isOwnRows = false;
  draft.mustTell = false;
  return true;
}

const framing: Readonly<Record<string, Mutation>> = {
  'number of rows': (draft) => {
    const block = blockOf(draft);
    if (block === undefined) return undefined;
    block.rows = draft.random.oneIn(2) ? draft.random.pick(numbers) : block.rows + BigInt(draft.random.int(7) - 3);
    if (!hasBytes(draft)) draft.mustTell = draft.isOwnRows = false;
    return String(block.rows);
  },
  'size of a block': (draft) => {
    const block = blockOf(draft);
    if (block === undefined) return undefined;
    block.size = draft.random.oneIn(2)
      ? draft.random.pick(numbers)
      : BigInt(block.stored.length + draft.random.int(41) - 20);
    return String(block.size);
  },
  'numbers too long': (draft) => {
    const block = blockOf(draft);
    if (block === undefined) return undefined;
    const padded = (value: bigint): Buffer => {
      const bytes = varint(value);
      bytes[bytes.length - 1]! |= 0x80;
      return Buffer.concat([bytes, Buffer.alloc(draft.random.int(4), 0x80), Buffer.of(0)]);
    };
    block.head = Buffer.concat([padded(block.rows), padded(BigInt(block.stored.length))]);
    if (draft.random.oneIn(3)) block.head = Buffer.alloc(20, 0xff);
    return block.head.toString('hex');
  },
  'sync marker': (draft) => {
    const block = blockOf(draft);
    if (block === undefined) return undefined;
    block.marker = draft.random.oneIn(2)
      ? flip(draft.random, draft.pieces.sync)
      : draft.random.bytes(draft.random.int(40));
    return block.marker.toString('hex');
  },
  'a sync marker within the rows': (draft) => {
    const block = blockOf(draft);
    if (block === undefined) return undefined;
    const at = draft.random.int(block.stored.length + 1);
    block.stored = Buffer.concat([block.stored.subarray(0, at), draft.pieces.sync, block.stored.subarray(at)]);
    return String(at);
  },
  'blocks swapped': ({ random, pieces }) => {
    const [a, b] = [random.int(pieces.blocks.length + 1), random.int(pieces.blocks.length + 1)];
    const [first, second] = [pieces.blocks[a], pieces.blocks[b]];
    if (first === undefined || second === undefined) return undefined;
    pieces.blocks[a] = second;
    pieces.blocks[b] = first;
    return `${a} and ${b}`;
  },
  'a block twice': (draft) => {
    const block = blockOf(draft);
    if (block === undefined) return undefined;
    draft.pieces.blocks.splice(draft.random.int(draft.pieces.blocks.length), 0, { ...block });
    return '';
  },
  'a block left out': (draft) => {
    if (draft.pieces.blocks.length === 0) return undefined;
    draft.mustTell = false;
    const at = draft.random.int(draft.pieces.blocks.length);
    draft.pieces.blocks.splice(at, 1);
    return String(at);
  },
  'bytes behind': ({ random, pieces }) => {
    pieces.trailing = random.pick([
      random.bytes(1 + random.int(60)),
      Buffer.alloc(1 + random.int(3000)),
      Buffer.from('{"a log": "line"}\n'.repeat(1 + random.int(4))),
      pieces.sync,
      Buffer.concat([varint(5), varint(2 ** 20), random.bytes(100)]),
    ]);
    return `${pieces.trailing.length}`;
  },
};

const stored: Readonly<Record<string, Mutation>> = {
  'a flip in stored bytes': (draft) => {
    const block = blockOf(draft);
    if (block === undefined) return undefined;
    block.stored = flip(draft.random, block.stored);
    return '';
  },
  'stored bytes cut': (draft) => {
    const block = blockOf(draft);
    if (block === undefined) return undefined;
    block.stored = block.stored.subarray(0, draft.random.int(block.stored.length + 1));
    return String(block.stored.length);
  },
  'stored bytes longer': (draft) => {
    const block = blockOf(draft);
    if (block === undefined) return undefined;
    block.stored = Buffer.concat([block.stored, draft.random.bytes(1 + draft.random.int(30))]);
    return '';
  },
  'stored bytes of another block': (draft) => {
    const [block, other] = [blockOf(draft), blockOf(draft)];
    if (block === undefined || other === undefined) return undefined;
    const at = draft.random.int(block.stored.length + 1);
    block.stored = Buffer.concat([block.stored.subarray(0, at), other.stored.subarray(at)]);
    // Two blocks with their ends exchanged are whole blocks again, if they begin alike.
    draft.mustTell = false;
    return String(at);
  },
  'first bytes of the compressed data': (draft) => {
    const block = blockOf(draft);
    if (block === undefined || block.stored.length === 0) return undefined;
    block.stored = Buffer.from(block.stored);
    const at = draft.random.int(Math.min(24, block.stored.length));
    block.stored[at] = draft.random.int(256);
    return `at ${at}`;
  },
  'last bytes of the compressed data': (draft) => {
    const block = blockOf(draft);
    if (block === undefined || block.stored.length === 0) return undefined;
    block.stored = Buffer.from(block.stored);
    const at = block.stored.length - 1 - draft.random.int(Math.min(32, block.stored.length));
    block.stored[at] = draft.random.int(256);
    return `at ${at}`;
  },
  'snappy made by hand': (draft) => {
    if (draft.original.codec !== 'snappy') return undefined;
    const block = blockOf(draft);
    if (block === undefined) return undefined;
    const { random } = draft;
    const length = Buffer.from([random.int(256), random.int(256), random.int(256), random.int(256), 0]);
    const tags = Buffer.concat(
      Array.from({ length: random.int(20) }, () =>
        Buffer.concat([Buffer.of(random.int(256)), random.bytes(random.int(8))]),
      ),
    );
    const body = Buffer.concat([random.oneIn(2) ? varint(random.int(3000)) : length, tags]);
    block.stored = Buffer.concat([body, random.bytes(4)]);
    return block.stored.toString('hex');
  },
};

const inner: Readonly<Record<string, Mutation>> = {
  'a flip in the rows': (draft) => (rewrite(draft, (data) => flip(draft.random, data)) ? '' : undefined),
  'several flips in the rows': (draft) =>
    rewrite(draft, (data) => {
      let bytes = data;
      for (let i = draft.random.int(6); i >= 0; i--) bytes = flip(draft.random, bytes);
      return bytes;
    })
      ? ''
      : undefined,
  'rows cut': (draft) =>
    rewrite(draft, (data) => data.subarray(0, draft.random.int(data.length + 1))) ? '' : undefined,
  'bytes put into the rows': (draft) =>
    rewrite(draft, (data) => {
      const at = draft.random.int(data.length + 1);
      const more = draft.random.oneIn(2)
        ? varint(draft.random.pick(numbers))
        : draft.random.bytes(draft.random.int(12));
      return Buffer.concat([data.subarray(0, at), more, data.subarray(at)]);
    })
      ? ''
      : undefined,
  'random rows': (draft) =>
    rewrite(draft, () =>
      draft.random.oneIn(2)
        ? draft.random.bytes(draft.random.int(600))
        : Buffer.alloc(draft.random.int(600), draft.random.pick([0, 1, 2, 0x7f, 0x80, 0xff])),
    )
      ? ''
      : undefined,
};

function setEntry({ pieces }: Draft, key: string, change: (value: Buffer) => Buffer): void {
  pieces.entries = pieces.entries.map((entry) =>
    entry[0].toString() === key ? [entry[0], change(entry[1])] : entry,
  );
}

const heads: Readonly<Record<string, Mutation>> = {
  'codec name': (draft) => {
    const name = draft.random.pick([
      'null',
      'deflate',
      'snappy',
      'zstandard',
      'bzip2',
      'xz',
      'lzma',
      '',
      'SNAPPY',
      'constructor',
    ]);
    const { pieces } = draft;
    pieces.entries = pieces.entries.filter(([key]) => key.toString() !== 'avro.codec');
    pieces.entries.push([Buffer.from('avro.codec'), Buffer.from(name)]);
    return name;
  },
  'a flip in the schema': (draft) => {
    setEntry(draft, 'avro.schema', (value) => flip(draft.random, value));
    return '';
  },
  'the schema rearranged': (draft) => {
    const { random } = draft;
    const words = [
      '"long"',
      '"string"',
      '"null"',
      '"int"',
      '"bytes"',
      '"double"',
      '"boolean"',
      '[]',
      '{}',
      '1',
      '"Row"',
    ];
    setEntry(draft, 'avro.schema', (value) => {
      const text = value.toString();
      const from = random.pick(words);
      return Buffer.from(
        random.oneIn(2) ? text.replace(from, random.pick(words)) : text.replaceAll(from, random.pick(words)),
      );
    });
    return '';
  },
  'a deep schema': (draft) => {
    const depth = 1 + draft.random.int(3000);
    setEntry(draft, 'avro.schema', () =>
      Buffer.from(`${'{"type":"array","items":'.repeat(depth)}"long"${'}'.repeat(depth)}`),
    );
    return String(depth);
  },
  'number of entries': (draft) => {
    draft.pieces.entryCount = draft.random.pick([...numbers, 2n, 3n]);
    return String(draft.pieces.entryCount);
  },
  'the first bytes': (draft) => {
    draft.pieces.magic = flip(draft.random, draft.pieces.magic);
    return '';
  },
  'an entry twice, or none': (draft) => {
    const { random, pieces } = draft;
    if (random.oneIn(2)) pieces.entries = pieces.entries.slice(1);
    else pieces.entries.push(random.pick(pieces.entries));
    return '';
  },
};
for (const [name, mutate] of Object.entries(heads)) {
  (heads as Record<string, Mutation>)[name] = (draft) => {
    draft.isHeaderWhole = draft.isOwnRows = draft.mustTell = false;
    return mutate(draft);
  };
}

const bombBytes = 24_000_000;
const usualBlockBytes = 8 * 1024 * 1024;

function bomb(draft: Draft): string | undefined {
  const { original, pieces } = draft;
  if (pieces.blocks.length === 0 || original.codec === 'null') return undefined;
  const at = draft.random.int(pieces.blocks.length);
  pieces.blocks[at]!.stored = bombFor(original.codec);
  draft.mustTell = false;
  return `block ${at}`;
}

const bombs = new Map<string, Buffer>();
function bombFor(codec: Original['codec']): Buffer {
  const made = bombs.get(codec) ?? compress(codec, Buffer.alloc(bombBytes));
  bombs.set(codec, made);
  return made;
}

function pick(random: Random, list: Readonly<Record<string, Mutation>>): readonly [string, Mutation] {
  return random.pick(Object.entries(list));
}

/** Something wrong with a container, or several things. `isBomb`: one of its blocks becomes very large. */
export function mutate(random: Random, original: Original): Mutant {
  const pieces: Pieces = { ...original.pieces, blocks: original.pieces.blocks.map((block) => ({ ...block })) };
  const draft: Draft = { random, original, pieces, isOwnRows: true, mustTell: true, isHeaderWhole: true };
  const steps: string[] = [];
  const times = random.oneIn(12) ? 0 : random.oneIn(3) ? 2 + random.int(3) : 1;
  for (let time = 0; time < times; time++) {
    const kind = random.int(20);
    const list = kind < 7 ? framing : kind < 13 ? stored : kind < 17 ? inner : heads;
    const [name, run] = random.oneIn(60) ? (['a bomb', bomb] as const) : pick(random, list);
    const told = run(draft);
    if (told !== undefined) steps.push(told === '' ? name : `${name}: ${told}`);
  }
  // Of several wrongs, each may hide the others.
  if (steps.length > 1) draft.mustTell = false;
  const headerBytes = assemble({ ...pieces, blocks: [], trailing: Buffer.alloc(0) }).length;
  const bytes = damageBytes(draft, headerBytes, steps);
  // Nothing says of bytes under these codecs that they are what they were.
  if (!hasChecksum(original.codec)) draft.isOwnRows = false;
  const { isOwnRows, mustTell, isHeaderWhole } = draft;
  const isBomb = steps.some((step) => step.startsWith('a bomb'));
  const facts = { isOwnRows, mustTell, isHeaderWhole, isBomb, headerBytes };
  return { original, bytes, steps, ...facts, maxBlockBytes: usualBlockBytes };
}

/** Flips and cuts wherever they fall. */
function damageBytes(draft: Draft, headerBytes: number, steps: string[]): Buffer {
  const { random } = draft;
  const whole = assemble(draft.pieces);
  const kind = random.int(8);
  if (kind === 0) {
    const length = random.int(whole.length + 1);
    steps.push(`cut to ${length} of ${whole.length}`);
    draft.mustTell = false;
    if (length < headerBytes) draft.isHeaderWhole = false;
    return whole.subarray(0, length);
  }
  if (kind === 1 && whole.length > 0) {
    const bytes = Buffer.from(whole);
    for (let count = 1 + random.int(3); count > 0; count--) {
      const at = random.int(bytes.length);
      const bits = 1 + random.int(255);
      bytes[at]! ^= bits;
      steps.push(`flip ${bits} at ${at}`);
      // The header's own marker is no matter: then no block has one.
      if (at < headerBytes - 16) draft.isHeaderWhole = draft.isOwnRows = false;
      draft.mustTell = false;
    }
    return bytes;
  }
  return whole;
}
