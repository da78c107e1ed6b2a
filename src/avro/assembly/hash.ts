import { firstBytes, nextBytes } from './bytes';

/** The hash of `../statistics/valueHash.ts`, as one number: the low half below, the high half above. */

/** Constants of the lanes, in memory: there they cost one load each, in the code a handful of steps. */
const constants: usize = memory.data<u32>([
  0xcc9e_2d51, 0x9e37_79b1, 0x85eb_ca77, 0xc2b2_ae3d, 0x1b87_3593, 0x27d4_eb2f, 0x1656_67b1, 0xe654_6b65,
  0x7feb_352d, 0x846c_a68b, 0x2c1b_3c6d, 0x297a_2d39, 0x9e37_79b9, 0x85eb_ca6b, 0xc2b2_ae35, 0x2545_f491,
  0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344, 0xa409_3822, 0x299f_31d0, 0x082e_fa98, 0xec4e_6c89,
]);
const lastMultipliers: usize = constants + 32;
const begin: usize = constants + 64;

function stepFirst(state: v128, bytes: v128): v128 {
  const mixed = i32x4.mul(v128.xor(state, bytes), v128.load(constants));
  return v128.xor(mixed, i32x4.shr_u(mixed, 15));
}

function stepNext(state: v128, bytes: v128): v128 {
  const mixed = i32x4.mul(v128.xor(state, bytes), v128.load(constants, 16));
  return v128.xor(mixed, i32x4.shr_u(mixed, 13));
}

/** 32 bytes are read whatever the size. One caller: the compiler puts it there. */
export function hashBytes(at: usize, size: u32): u64 {
  let first = stepFirst(v128.load(begin), firstBytes(at, size));
  let next = stepNext(v128.load(begin, 16), nextBytes(at, size));
  const last = at + size - 32;
  for (let left = size; left > 32; left = left > 64 ? left - 32 : 32) {
    // The rest with some bytes before it again: the length is part of the hash, so that no two texts become one by this.
    at = min(at + 32, last);
    const turned = i32x4.add(next, v128.shuffle<u32>(first, first, 1, 2, 3, 0));
    next = stepNext(first, v128.load(at, 16));
    first = stepFirst(turned, v128.load(at));
  }
  const sums = i32x4.add(first, next);
  const products = i32x4.add(
    i32x4.mul(first, v128.load(lastMultipliers)),
    i32x4.mul(next, v128.load(lastMultipliers, 16)),
  );
  const halves = i32x4.add(
    v128.shuffle<u32>(sums, products, 0, 1, 4, 5),
    v128.shuffle<u32>(sums, products, 2, 3, 6, 7),
  );
  const both = i32x4.add(halves, v128.shuffle<u32>(halves, halves, 1, 0, 3, 2));
  const sum = <u32>i64x2.extract_lane(both, 0);
  const product = <u32>i64x2.extract_lane(both, 1);
  const low = mix((sum ^ (size * 0x9e37_79b9)) + product);
  const high = mix(product ^ rotl(low, 16));
  return (<u64>low) | ((<u64>high) << 32);
}

function mix(value: u32): u32 {
  value ^= value >> 16;
  value *= 0x7feb_352d;
  return value ^ (value >> 15);
}
