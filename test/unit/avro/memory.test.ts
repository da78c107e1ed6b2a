import { describe, expect, it } from 'vitest';
import { createExternalSort } from '../../../src/avro/dataset/externalSort';
import { freeSortKeys } from '../../../src/avro/tasks/sortKeys';
import type { RangeSource } from '../../../src/avro/container/rangeSource';
import type { ScratchFile } from '../../../src/avro/dataset/scratchFile';
import { block, encoders, header, sized, varint, type CodecName } from './container';
import { bytesOfLong, readPart, type ReadPart, settle } from './reading';

const schema = {
  type: 'record',
  name: 'R',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'text', type: 'string' },
  ],
};
const row = (id: number): Buffer => Buffer.concat([varint(id), sized(`${id} ${'abcdefghij'.repeat(40)}`)]);
const blocks = (count: number, rows: number, codec: CodecName): Buffer[] =>
  Array.from({ length: count }, (_, b) => {
    const data = Buffer.concat(Array.from({ length: rows }, (_row, r) => row(b * rows + r)));
    return block(encoders[codec](data), rows);
  });

interface Bits extends RangeSource {
  readonly given: Uint8Array[];
  largest: number;
}

/** Gives a few bytes at a time, so that the reader's window moves at every step; and keeps what it gave. */
function sourceInBits(bytes: Buffer, isOwned?: boolean): Bits {
  const given: Uint8Array[] = [];
  return {
    given,
    largest: 10_000,
    read(start, end) {
      const answer = Uint8Array.from(bytes.subarray(start, Math.min(end, start + this.largest)));
      given.push(answer);
      return Promise.resolve({
        bytes: answer,
        totalBytes: bytes.length,
        ...(isOwned === undefined ? {} : { isOwned }),
      });
    },
  };
}

/** Scans in bits; then has every row read again, a block or more at a time. */
async function readTwice(source: Bits): Promise<Pick<ReadPart, 'rows' | 'progress'>> {
  const { part, progress } = await settle(source, { cacheBytes: 0 });
  source.largest = Infinity;
  return { progress, rows: await part.rows(0, progress.rows) };
}

describe.each(['null', 'deflate', 'snappy'] as const)('the bytes of a %s file', (codec) => {
  const pieces = [header(schema, codec), ...blocks(9, 20, codec)];
  const ids = Array.from({ length: 180 }, (_, id) => String(id));

  it('that are the reader’s are freed after use, and every row is right', async () => {
    const source = sourceInBits(Buffer.concat(pieces), true);
    const { rows, progress } = await readTwice(source);
    expect(progress).toMatchObject({ state: 'complete', damage: [] });
    expect(rows.map(([id]) => id)).toEqual(ids);
    expect(rows.every(([id, text]) => (text as string).startsWith(`${id as string} abc`))).toBe(true);
    expect(source.given.every((bytes) => bytes.length === 0)).toBe(true);
  });

  it('that are not are left alone', async () => {
    for (const isOwned of [undefined, false]) {
      const source = sourceInBits(Buffer.concat(pieces), isOwned);
      await readTwice(source);
      expect(source.given.every((bytes) => bytes.length > 0)).toBe(true);
    }
  });

  it('stay those of their block while the reader looks on past a broken marker', async () => {
    for (let broken = 1; broken < pieces.length; broken++) {
      const copies = pieces.map((piece) => Buffer.from(piece));
      const marker = copies[broken]!;
      marker.writeUInt8(marker.readUInt8(marker.length - 1) ^ 255, marker.length - 1);
      const { rows, progress } = await readPart(sourceInBits(Buffer.concat(copies), true));
      expect(progress.damage).toMatchObject([{ reason: 'syncMarker', block: broken - 1, decodedRows: 20 }]);
      expect(rows.map(([id]) => id)).toEqual(ids);
    }
  });
});

describe('a long scan', () => {
  it('does not keep what it has passed', async () => {
    const size = 300_000_000;
    const head = header(schema, 'null');
    const body = Buffer.concat(blocks(50, 500, 'null'));
    const times = Math.ceil(size / body.length);
    const totalBytes = head.length + body.length * times;
    let peakBytes = 0;
    const source: RangeSource = {
      read(start, end) {
        peakBytes = Math.max(peakBytes, process.memoryUsage().external);
        const bytes = bytesOfLong(head, body, start, Math.min(end, totalBytes));
        return Promise.resolve({ bytes, totalBytes, isOwned: true });
      },
    };
    const before = process.memoryUsage().external;
    const { progress } = await settle(source, { cacheBytes: 10_000_000 });
    expect(progress).toMatchObject({ state: 'complete', rows: 25_000 * times, damage: [] });
    // The cache, the window, and two reads of 4 MB, with room to spare; without freeing, 64 MB.
    expect(peakBytes - before).toBeLessThan(40_000_000);
  });
});

describe('a sort of much more than fits in memory', () => {
  it('keeps to one space, and gives its keys away some at a time, in few buffers', async () => {
    const keyBytes = 400;
    const count = 60_000;
    const stored = Buffer.alloc((keyBytes + 8) * count);
    // A file that takes no more memory as it is written to.
    const scratch: ScratchFile = {
      write(offset, more) {
        stored.set(more, offset);
        return Promise.resolve();
      },
      read(offset, into) {
        into.set(stored.subarray(offset, offset + into.length));
        return Promise.resolve();
      },
      dispose: () => undefined,
    };
    const sort = createExternalSort({
      memoryBytes: 2_000_000,
      openScratch: () => Promise.resolve(scratch),
    });
    const before = process.memoryUsage().arrayBuffers;
    let peakBytes = 0;
    const look = (): void => {
      peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers - before);
    };
    const batch = 1000;
    const bytes = Buffer.alloc(keyBytes * batch);
    const ends = Uint32Array.from({ length: batch }, (_, key) => (key + 1) * keyBytes);
    for (let first = 0; first < count; first += batch) {
      for (let key = 0; key < batch; key++) bytes.writeUInt32BE(((first + key) * 7919) % count, key * keyBytes);
      await sort.add({ bytes, ends });
      look();
    }
    let next = 0;
    let batches = 0;
    for await (const keys of sort.keys(0)) {
      const view = Buffer.from(keys.bytes.buffer);
      for (let at = 0; at < keys.ends.length; at++) expect(view.readUInt32BE(at * keyBytes)).toBe(next++);
      batches += 1;
      look();
      freeSortKeys(keys);
    }
    expect(next).toBe(count);
    expect(batches).toBeLessThan(count / 300);
    // One space of 32 MB, of which what is not written to takes no memory; the keys are 24 MB, and there is no second space, nor a buffer for each key.
    expect(peakBytes).toBeLessThan(45_000_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(3_000_000);
  });
});
