/**
 * Exact sums: of 64-bit integers in two halves, of doubles by exponent. Added in plain doubles that hold whole numbers exactly, and
 * carried over to a bigint before they could not.
 */

/** Of integers given as halves. */
export class LongSum {
  private high = 0;
  private low = 0;
  private added = 0;
  private total = 0n;

  add(high: number, low: number): void {
    this.high += high;
    this.low += low >>> 0;
    // 2^20 halves of 32 bits stay below 2^53.
    if (++this.added === 0x10_0000) this.carry();
  }

  /** The sum so far; the next begins at zero. */
  take(): bigint {
    this.carry();
    const { total } = this;
    this.total = 0n;
    return total;
  }

  private carry(): void {
    this.total += (BigInt(this.high) << 32n) + BigInt(this.low);
    this.high = 0;
    this.low = 0;
    this.added = 0;
  }
}

const view = new DataView(new ArrayBuffer(8));
const exponents = 2047;
const halfBits = 27;

/** Of finite doubles, in units of 2^-1074, of which each is a whole number. */
export class DoubleSum {
  /** By exponent, the upper and the lower halves of the digits. */
  private readonly upper = new Float64Array(exponents);
  private readonly lower = new Float64Array(exponents);
  private added = 0;
  private total = 0n;

  add(value: number): void {
    view.setFloat64(0, value);
    const head = view.getUint32(0);
    const exponent = (head >>> 20) & 0x7ff;
    const digits = ((head & 0xf_ffff) + (exponent === 0 ? 0 : 0x10_0000)) * 0x1_0000_0000 + view.getUint32(4);
    const upper = Math.floor(digits / 2 ** halfBits);
    const sign = head >>> 31 === 1 ? -1 : 1;
    this.upper[exponent] = (this.upper[exponent] as number) + sign * upper;
    this.lower[exponent] = (this.lower[exponent] as number) + sign * (digits - upper * 2 ** halfBits);
    if (++this.added === 0x100_0000) this.carry();
  }

  take(): bigint {
    this.carry();
    const { total } = this;
    this.total = 0n;
    return total;
  }

  private carry(): void {
    if (this.added === 0) return;
    for (let exponent = 0; exponent < exponents; exponent++) {
      const digits =
        (BigInt(this.upper[exponent] as number) << BigInt(halfBits)) + BigInt(this.lower[exponent] as number);
      if (digits !== 0n) this.total += digits << BigInt(Math.max(exponent, 1) - 1);
    }
    this.upper.fill(0);
    this.lower.fill(0);
    this.added = 0;
  }
}

/** The double nearest to `numerator` / `denominator` × 2^`power`. */
export function nearestNumber(numerator: bigint, denominator: bigint, power: number): number {
  if (numerator === 0n) return 0;
  const size = numerator < 0n ? -numerator : numerator;
  const bits = size.toString(16).length * 4 - denominator.toString(16).length * 4;
  // At least 64 digits of the quotient, and one more that says whether there was a rest.
  const shift = Math.max(0, 72 - bits);
  let quotient = (size << BigInt(shift)) / denominator;
  const extra = Math.max(0, quotient.toString(16).length * 4 - 72);
  const isCut = ((quotient >> BigInt(extra)) << BigInt(extra)) * denominator !== size << BigInt(shift);
  quotient = ((quotient >> BigInt(extra)) << 1n) | (isCut ? 1n : 0n);
  const result = timesPower(Number(quotient), power - shift + extra - 1);
  return numerator < 0n ? -result : result;
}

function timesPower(value: number, power: number): number {
  let result = value;
  let left = power;
  for (; left > 1000; left -= 1000) result *= 2 ** 1000;
  for (; left < -1000; left += 1000) result *= 2 ** -1000;
  return result * 2 ** left;
}
