/**
 * A 64-bit hash of bytes as two halves of 32 bits, the same in WebAssembly (`../assembly/hash.ts`), where it takes 32 bytes at a step: two rows of
 * four lanes of 32 bits. For tables and estimates, not against those who look for collisions. Of our own making, tested for evenness; multipliers are
 * large odd numbers with mixed bits, the lanes begin with digits of pi.
 */
let low = 0;
let high = 0;

const blockBytes = 32;
/** By lane: eight of them. */
const multipliers = Int32Array.of(
  0xcc9e_2d51, 0x9e37_79b1, 0x85eb_ca77, 0xc2b2_ae3d, 0x1b87_3593, 0x27d4_eb2f, 0x1656_67b1, 0xe654_6b65,
); // prettier-ignore
const lastMultipliers = Int32Array.of(
  0x7feb_352d, 0x846c_a68b, 0x2c1b_3c6d, 0x297a_2d39, 0x9e37_79b9, 0x85eb_ca6b, 0xc2b2_ae35, 0x2545_f491,
); // prettier-ignore
const begin = Int32Array.of(
  0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344, 0xa409_3822, 0x299f_31d0, 0x082e_fa98, 0xec4e_6c89,
); // prettier-ignore
const lanes = new Int32Array(8);
const turned = new Int32Array(8);
/** What a block that is not full holds beyond its bytes is zero. */
const padded = new Uint8Array(blockBytes);

/** Hashes `data[start … end]`; the result is in `hashLow` and `hashHigh` until the next call. */
export function hashBytes(data: Uint8Array, start: number, end: number): void {
  const length = end - start;
  lanes.set(begin);
  if (length <= blockBytes) stepShort(data, start, length);
  else {
    step(data, start);
    for (let at = start + blockBytes; at < end; at += blockBytes) {
      turn();
      // The rest with some bytes before it again: the length is part of the hash, so that no two texts become one by this.
      step(data, Math.min(at, end - blockBytes));
    }
  }
  finish(length);
}

export function hashLow(): number {
  return low;
}

export function hashHigh(): number {
  return high;
}

function stepShort(data: Uint8Array, start: number, length: number): void {
  for (let index = 0; index < length; index++) padded[index] = data[start + index] as number;
  padded.fill(0, length);
  step(padded, 0);
}

function step(data: Uint8Array, at: number): void {
  for (let lane = 0; lane < 8; lane++) {
    const mixed = Math.imul((lanes[lane] as number) ^ word(data, at + lane * 4), multipliers[lane] as number);
    lanes[lane] = mixed ^ (mixed >>> (lane < 4 ? 15 : 13));
  }
}

/** Between blocks: what two of them change in one lane does not stay in it. */
function turn(): void {
  for (let lane = 0; lane < 4; lane++) {
    turned[lane] = (lanes[lane + 4] as number) + (lanes[(lane + 1) & 3] as number);
    turned[lane + 4] = lanes[lane] as number;
  }
  lanes.set(turned);
}

function word(data: Uint8Array, at: number): number {
  return (
    (data[at] as number) |
    ((data[at + 1] as number) << 8) |
    ((data[at + 2] as number) << 16) |
    ((data[at + 3] as number) << 24)
  );
}

function finish(length: number): void {
  let sum = 0;
  let product = 0;
  for (let lane = 0; lane < 8; lane++) {
    sum = (sum + (lanes[lane] as number)) | 0;
    product = (product + Math.imul(lanes[lane] as number, lastMultipliers[lane] as number)) | 0;
  }
  low = mix(((sum ^ Math.imul(length, 0x9e37_79b9)) + product) | 0);
  high = mix(product ^ ((low << 16) | (low >>> 16)));
}

function mix(value: number): number {
  const result = Math.imul(value ^ (value >>> 16), 0x7feb_352d);
  return result ^ (result >>> 15);
}
