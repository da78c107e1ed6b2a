/**
 * How many different values there were, from the longest runs of zeros in their hashes (HyperLogLog, Flajolet et al. 2007), estimated
 * as by Ertl 2017 ("New cardinality estimation algorithms for HyperLogLog sketches"), which needs no tables of corrections.
 * With 4,096 registers the standard error is 1.04 / √4096 = 1.6 %. Registers are merged by the greater of each two: any order, any grouping.
 */
export const registerCount = 4096;

const indexBits = 12;
/** Bits of the hash that are left for the run of zeros. */
const rankBits = 64 - indexBits;

/** Notes a hash of 64 bits, given as two halves. */
export function noteHash(registers: Uint8Array, low: number, high: number): void {
  const index = high >>> (32 - indexBits);
  const rest = (high << indexBits) | (low >>> (32 - indexBits));
  const rank = rest === 0 ? 33 + Math.min(Math.clz32(low << indexBits), rankBits - 32) : Math.clz32(rest) + 1;
  if (rank > (registers[index] as number)) registers[index] = rank;
}

export function mergeRegisters(into: Uint8Array, more: Uint8Array): void {
  for (let index = 0; index < registerCount; index++) {
    const other = more[index] as number;
    if (other > (into[index] as number)) into[index] = other;
  }
}

export function estimateDistinct(registers: Uint8Array): number {
  const counts = new Float64Array(rankBits + 2);
  for (const rank of registers) counts[rank] = (counts[rank] as number) + 1;
  let sum = registerCount * tau(1 - (counts[rankBits + 1] as number) / registerCount);
  for (let rank = rankBits; rank >= 1; rank--) sum = 0.5 * (sum + (counts[rank] as number));
  sum += registerCount * sigma((counts[0] as number) / registerCount);
  return sum === 0 ? 0 : Math.round(((registerCount * registerCount) / sum) * (0.5 / Math.LN2));
}

function sigma(start: number): number {
  if (start === 1) return Infinity;
  let x = start;
  let weight = 1;
  let sum = x;
  for (let before = NaN; sum !== before;) {
    before = sum;
    x *= x;
    sum += x * weight;
    weight += weight;
  }
  return sum;
}

function tau(start: number): number {
  if (start === 0 || start === 1) return 0;
  let x = start;
  let weight = 1;
  let sum = 1 - x;
  for (let before = NaN; sum !== before;) {
    before = sum;
    x = Math.sqrt(x);
    weight *= 0.5;
    sum -= (1 - x) ** 2 * weight;
  }
  return sum / 3;
}
