import { describe, expect, it } from 'vitest';
import { compress } from '../../fuzz/codecs';
import { decompressBzip2 } from '../../../src/avro/container/bzip2';
import { open, readCells } from '../../fuzz/readings';
import { block, header } from './container';

/** What the fuzzer found, each named for the behaviour that must hold. */

describe('text of rows written in the kernel', () => {
  it('is right where several columns are made outside of it, and its memory grows between them', async () => {
    const schema = {
      type: 'record',
      name: 'R',
      fields: ['a', 'b', 'c'].map((name) => ({
        name,
        type: { type: 'fixed', name: `F${name}`, size: 8, logicalType: 'decimal', precision: 18, scale: 2 },
      })),
    };
    const count = 20_000;
    const data = Buffer.alloc(count * 24);
    for (let at = 0; at < count * 3; at++) data.writeBigInt64BE(BigInt(at) * 1_000_003n, at * 8);
    const bytes = Buffer.concat([header(schema), block(data, count)]);
    const text = (at: number): string => {
      const digits = String(BigInt(at) * 1_000_003n).padStart(3, '0');
      return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
    };
    const expected = Array.from({ length: count }, (_, row) => [0, 1, 2].map((i) => text(row * 3 + i)));
    expect((await readCells(bytes)).rows).toEqual(expected.map((row) => row.map((cell) => `"${cell}"`)));
    const dataset = await open(bytes, { readAheadBytes: 0 });
    const lines: Uint8Array[] = [];
    const request = { format: 'csv', columns: ['a', 'b', 'c'], formulaGuard: false } as const;
    for await (const part of dataset.text(request, { scope: 'all' })) lines.push(part);
    dataset.dispose();
    const printed = Buffer.concat(lines).toString().trimEnd().split(/\r?\n/).slice(1);
    expect(printed).toEqual(expected.map((row) => row.join(',')));
  });
});

describe('bzip2', () => {
  it('of thousands of small streams takes no large array for each', () => {
    const stream = compress('bzip2', Buffer.from('a'));
    // The largest blocks, by what it says.
    stream[3] = 0x39;
    const started = performance.now();
    const many = Buffer.concat(Array.from({ length: 5_000 }, () => stream));
    expect(Buffer.from(decompressBzip2(many, 1e6)).toString()).toBe('a'.repeat(5_000));
    // A tenth of a second; with an array of 3.6 MB each it was twelve.
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});
