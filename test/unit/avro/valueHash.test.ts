import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateDistinct, noteHash, registerCount } from '../../../src/avro/statistics/hyperLogLog';
import { hashBytes, hashHigh, hashLow } from '../../../src/avro/statistics/valueHash';

function hashOf(bytes: Uint8Array): bigint {
  hashBytes(bytes, 0, bytes.length);
  return (BigInt(hashHigh() >>> 0) << 32n) | BigInt(hashLow() >>> 0);
}

const word = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return bytes;
};
const text = (of: (row: number) => string) => (row: number) => Buffer.from(of(row), 'utf8');

/** Values as exports have them, and some that differ in as few bits as can be. */
const families: Readonly<Record<string, (row: number) => Buffer>> = {
  'numbers, one after another': (row) => word(BigInt(row)),
  'times, a minute apart': (row) => word(1_700_000_000_000_000n + BigInt(row) * 60_000_000n),
  'multiples of 2^32': (row) => word(BigInt(row) << 32n),
  'multiples of 2^44': (row) => word(BigInt(row) << 44n),
  digits: text(String),
  'paths with a number behind them': text((row) => `/products/category/item-${row}`),
  'paths with a number in front': text((row) => `${row}/products/category/with/a/long/rest/of/it`),
  'paths with two numbers 16 bytes apart': text((row) => `/${row & 511}/`.padEnd(17, 'x') + String(row >> 9)),
  'texts of A and B': text((row) => row.toString(2).padStart(18, '0').replaceAll('0', 'A').replaceAll('1', 'B')),
  'high bits of bytes': (row) => Buffer.from(Array.from({ length: 18 }, (_, bit) => ((row >> bit) & 1) << 7)),
  'long texts with a number in the middle': text(
    (row) => `${'long '.repeat(20)}${String(row).padStart(7, '0')}${' text'.repeat(20)}`,
  ),
  'zeros, more and more': (row) => Buffer.alloc(row % 1500, 0),
};
const rows = 40_000;

describe('the hash of values', () => {
  it.each(Object.entries(families))('tells %s apart', (_, value) => {
    const registers = new Uint8Array(registerCount);
    const seen = new Set<bigint>();
    const lowest = new Uint32Array(1024);
    for (let row = 0; row < rows; row++) {
      const hash = hashOf(value(row));
      if (seen.has(hash)) continue;
      seen.add(hash);
      noteHash(registers, hashLow(), hashHigh());
      const slot = hashLow() & 1023;
      lowest[slot] = (lowest[slot] as number) + 1;
    }
    const distinct = new Set(Array.from({ length: rows }, (__, row) => value(row).toString('latin1'))).size;
    expect(seen.size).toBe(distinct);
    // Four times the standard error of 1.6 %.
    expect(Math.abs(estimateDistinct(registers) / distinct - 1)).toBeLessThan(0.065);
    // Slots of the value table are as full as chance would have them: chi-square of 1,023 degrees, five standard deviations.
    const even = distinct / 1024;
    const chi = lowest.reduce((sum, count) => sum + (count - even) ** 2 / even, 0);
    expect(Math.abs(chi - 1023)).toBeLessThan(5 * Math.sqrt(2 * 1023));
  });

  it('changes about half its bits with any bit of the value', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 100 });
    let changed = 0;
    let looked = 0;
    fc.assert(
      fc.property(bytes, fc.nat(), (value, at) => {
        const before = hashOf(value);
        const other = Uint8Array.from(value);
        const bit = at % (value.length * 8);
        other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7));
        const differing = (hashOf(other) ^ before).toString(2).replaceAll('0', '').length;
        expect(differing).toBeGreaterThan(4);
        changed += differing;
        looked += 64;
      }),
      { numRuns: 2000 },
    );
    expect(changed / looked).toBeGreaterThan(0.48);
    expect(changed / looked).toBeLessThan(0.52);
  });
});
