import type { ParquetKind } from './parquetValues';

/** The least and the greatest value, as far as there are such, and they are short. */
export interface ParquetBounds {
  readonly min_value?: bigint | number | boolean | Uint8Array;
  readonly max_value?: bigint | number | boolean | Uint8Array;
}

/** Takes values as they lie in a buffer, in Parquet's encoding PLAIN (of booleans a byte each). */
export interface Bounds {
  take(buffer: Buffer, start: number, end: number): void;
  get(): ParquetBounds;
  clear(): void;
}

/** Bounds are kept for every row group of a file up to its end: longer ones are left out. */
const longestBound = 256;

export function boundsOf(kind: ParquetKind): Bounds {
  switch (kind) {
    case 'integer':
      return integerBounds();
    case 'number':
    case 'boolean':
      return numberBounds(kind === 'boolean');
    case 'bytes':
    case 'text':
      return byteBounds();
  }
}

function integerBounds(): Bounds {
  const least = { high: 0, low: 0 };
  const most = { high: 0, low: 0 };
  let isEmpty = true;
  const valueOf = ({ high, low }: typeof least): bigint => (BigInt(high) << 32n) | BigInt(low);
  return {
    take(buffer, start) {
      const low = buffer.readUInt32LE(start);
      const high = buffer.readInt32LE(start + 4);
      if (isEmpty || high < least.high || (high === least.high && low < least.low)) {
        least.high = high;
        least.low = low;
      }
      if (isEmpty || high > most.high || (high === most.high && low > most.low)) {
        most.high = high;
        most.low = low;
      }
      isEmpty = false;
    },
    get: () => (isEmpty ? {} : { min_value: valueOf(least), max_value: valueOf(most) }),
    clear() {
      isEmpty = true;
    },
  };
}

function numberBounds(isFlag: boolean): Bounds {
  let least = Infinity;
  let most = -Infinity;
  let isEmpty = true;
  return {
    take(buffer, start) {
      const value = isFlag ? (buffer[start] as number) : buffer.readDoubleLE(start);
      if (Number.isNaN(value)) return;
      isEmpty = false;
      if (value < least) least = value;
      if (value > most) most = value;
    },
    get() {
      if (isEmpty) return {};
      if (isFlag) return { min_value: least === 1, max_value: most === 1 };
      // As the format has it: which zero it was is not told.
      return { min_value: least === 0 ? -0 : least, max_value: most === 0 ? 0 : most };
    },
    clear() {
      least = Infinity;
      most = -Infinity;
      isEmpty = true;
    },
  };
}

function byteBounds(): Bounds {
  let least: Buffer | undefined;
  let most: Buffer | undefined;
  let isTooLong = false;
  return {
    take(buffer, lengthAt, end) {
      const start = lengthAt + 4;
      if (isTooLong || end - start > longestBound) {
        isTooLong = true;
        return;
      }
      if (least === undefined || most === undefined) {
        least = copyOf(buffer, start, end);
        most = least;
      } else if (compare(buffer, start, end, least) < 0) least = copyOf(buffer, start, end);
      else if (compare(buffer, start, end, most) > 0) most = copyOf(buffer, start, end);
    },
    get() {
      if (isTooLong || least === undefined || most === undefined) return {};
      return { min_value: least, max_value: most };
    },
    clear() {
      least = undefined;
      most = undefined;
      isTooLong = false;
    },
  };
}

/** In a buffer of its own: kept up to the end of the file, it must keep nothing else. */
function copyOf(buffer: Buffer, start: number, end: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(end - start);
  buffer.copy(copy, 0, start, end);
  return copy;
}

function compare(buffer: Buffer, start: number, end: number, other: Buffer): number {
  const length = Math.min(end - start, other.length);
  for (let at = 0; at < length; at++) {
    const difference = (buffer[start + at] as number) - (other[at] as number);
    if (difference !== 0) return difference;
  }
  return end - start - other.length;
}
