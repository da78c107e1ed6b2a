import type { ColumnTest } from '../../core/rowFilter';
import { parseDecimal, parseInteger, parseNumber, parseTime, timeFormOf } from '../../core/testValues';
import type { ValueTest } from './columnTests';
import { logicalOf, type PrimitiveNode } from '../container/schema';
import { highHalf, lowHalf, readHalves } from '../container/varint';

/** Comparisons by value of integers, times, floats and decimals: exact, whatever their size. */

const leastLong = -(2n ** 63n);
const greatestLong = 2n ** 63n - 1n;

/** The 64-bit integers a test holds for: from `least` to `greatest`, or `among` some. */
export interface IntegerTest {
  readonly least: bigint;
  readonly greatest: bigint;
  /** Given: only these, sorted, each once. */
  readonly among?: readonly bigint[];
}

/** The test of an int or long, or of a time made of one, as a range or a set of the stored integers. */
export function integerTestOf(node: PrimitiveNode, test: ColumnTest): IntegerTest {
  const points = test.values.map((text) => pointOf(node, text));
  const [first, second = first] = points as [Point, Point?];
  const all = { least: leastLong, greatest: greatestLong };
  switch (test.test) {
    case 'less':
      return { ...all, greatest: first.ceiling - 1n };
    case 'lessOrEqual':
      return { ...all, greatest: first.floor };
    case 'greater':
      return { ...all, least: first.floor + 1n };
    case 'greaterOrEqual':
      return { ...all, least: first.ceiling };
    case 'between':
      return { least: first.ceiling, greatest: second.floor };
    default: {
      const exact = points.filter(({ floor, ceiling }) => floor === ceiling).map(({ floor }) => floor);
      const among = [...new Set(exact)]
        .filter((value) => value >= leastLong && value <= greatestLong)
        .sort((a, b) => (a < b ? -1 : 1));
      const [least, greatest] = [among[0], among.at(-1)];
      if (least === undefined || greatest === undefined) return { least: 1n, greatest: 0n };
      return least === greatest ? { least, greatest } : { least, greatest, among };
    }
  }
}

/** A value between two stored integers, or on one: a time may be given finer than its column counts. */
interface Point {
  readonly floor: bigint;
  readonly ceiling: bigint;
}

const nanosPer: Readonly<Record<string, bigint>> = {
  date: 86_400_000_000_000n,
  millis: 1_000_000n,
  micros: 1_000n,
  nanos: 1n,
};

function pointOf(node: PrimitiveNode, text: string): Point {
  const name = logicalOf(node)?.name;
  const whole = parseInteger(text);
  if (name === undefined || (whole !== undefined && name.startsWith('time-'))) {
    const value = whole as bigint;
    return { floor: value, ceiling: value };
  }
  const nanos = parseTime(text, timeFormOf(name)) as bigint;
  const unit = nanosPer[name.slice(name.lastIndexOf('-') + 1)] as bigint;
  const cut = nanos / unit;
  const floor = cut * unit > nanos ? cut - 1n : cut;
  return { floor, ceiling: floor * unit === nanos ? floor : floor + 1n };
}

export function compileIntegerTest(node: PrimitiveNode, test: ColumnTest): ValueTest {
  const { least, greatest, among } = integerTestOf(node, test);
  if (among !== undefined) {
    const highHalves = halvesByLow(among);
    return {
      cost: 2,
      holds(data, start) {
        readHalves(data, start);
        return highHalves.get(lowHalf())?.has(highHalf()) === true;
      },
    };
  }
  if (least > greatest || least > greatestLong || greatest < leastLong) return { cost: 0, holds: () => false };
  const low = halvesOf(least < leastLong ? leastLong : least);
  const top = halvesOf(greatest > greatestLong ? greatestLong : greatest);
  return {
    cost: 1.5,
    holds(data, start) {
      readHalves(data, start);
      const high = highHalf();
      if (high < low.high || high > top.high) return false;
      const rest = lowHalf() >>> 0;
      return (high > low.high || rest >= low.low) && (high < top.high || rest <= top.low);
    },
  };
}

/** The upper halves of some integers, signed, by their lower ones: nothing has to be made of a value to look it up. */
function halvesByLow(values: readonly bigint[]): ReadonlyMap<number, ReadonlySet<number>> {
  const found = new Map<number, Set<number>>();
  for (const value of values) {
    const low = Number(BigInt.asIntN(32, value));
    const highs = found.get(low) ?? new Set();
    found.set(low, highs.add(halvesOf(value).high));
  }
  return found;
}

function halvesOf(value: bigint): { readonly high: number; readonly low: number } {
  return { high: Number(BigInt.asIntN(32, value >> 32n)), low: Number(BigInt.asUintN(32, value)) };
}

/**
 * Floats by value; a text means the float nearest to it, which is the one shown so. -0 is 0; NaN equals NaN and is greater than all
 * else, so that exactly one of less, equal and greater holds for any two.
 */
export function compileFloatTest(type: 'float' | 'double', test: ColumnTest): ValueTest {
  const given = test.values.map((text) => parseNumber(text) as number);
  const values = type === 'double' ? given : given.map(nearestFloat);
  const [first, second = first] = values as [number, number?];
  const read = type === 'float' ? readFloat : readDouble;
  const holdsFor = ((): ((value: number) => boolean) => {
    switch (test.test) {
      case 'less':
        return (value) => compareNumbers(value, first) < 0;
      case 'lessOrEqual':
        return (value) => compareNumbers(value, first) <= 0;
      case 'greater':
        return (value) => compareNumbers(value, first) > 0;
      case 'greaterOrEqual':
        return (value) => compareNumbers(value, first) >= 0;
      case 'between':
        return (value) => compareNumbers(value, first) >= 0 && compareNumbers(value, second) <= 0;
      default: {
        // A set takes -0 for 0, and NaN for NaN.
        const set = new Set(values);
        return (value) => set.has(value);
      }
    }
  })();
  return { cost: 2, holds: (data, start) => holdsFor(read(data, start)) };
}

/** Texts beyond what a float can hold stay what they are. */
function nearestFloat(value: number): number {
  const near = Math.fround(value);
  return Number.isFinite(value) && (!Number.isFinite(near) || (near === 0 && value !== 0)) ? value : near;
}

function readFloat(data: Buffer, start: number): number {
  return data.readFloatLE(start);
}

function readDouble(data: Buffer, start: number): number {
  return data.readDoubleLE(start);
}

/** By value, NaN last; -0 and 0 are equal. */
export function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return (Number.isNaN(a) ? 1 : 0) - (Number.isNaN(b) ? 1 : 0);
}

/** A decimal of more bytes is shown as hex, not as a number (`logicalText`): no comparison holds for it. */
export const maxDecimalBytes = 4096;

export function compileDecimalTest(scale: number, test: ColumnTest): ValueTest {
  if (scale > maxDecimalBytes * 3) return { cost: 0, holds: () => false };
  const points = test.values.map((text): Point => {
    const { unscaled, scale: given } = parseDecimal(text) as { unscaled: bigint; scale: number };
    if (given <= scale) {
      const value = unscaled * 10n ** BigInt(scale - given);
      return { floor: value, ceiling: value };
    }
    const unit = 10n ** BigInt(given - scale);
    const cut = unscaled / unit;
    const floor = cut * unit > unscaled ? cut - 1n : cut;
    return { floor, ceiling: floor * unit === unscaled ? floor : floor + 1n };
  });
  const [first, second = first] = points as [Point, Point?];
  const exact = new Set(points.filter(({ floor, ceiling }) => floor === ceiling).map(({ floor }) => floor));
  const holdsFor = ((): ((value: bigint) => boolean) => {
    switch (test.test) {
      case 'less':
        return (value) => value < first.ceiling;
      case 'lessOrEqual':
        return (value) => value <= first.floor;
      case 'greater':
        return (value) => value > first.floor;
      case 'greaterOrEqual':
        return (value) => value >= first.ceiling;
      case 'between':
        return (value) => value >= first.ceiling && value <= second.floor;
      default:
        return (value) => exact.has(value);
    }
  })();
  return {
    cost: 6,
    holds: (data, start, end) => end - start <= maxDecimalBytes && holdsFor(readUnscaled(data, start, end)),
  };
}

/** A two's-complement, big-endian integer. */
export function readUnscaled(data: Buffer, start: number, end: number): bigint {
  if (start === end) return 0n;
  return BigInt.asIntN((end - start) * 8, BigInt(`0x${data.toString('hex', start, end)}`));
}
