import { Failure } from '../core/failure';
import type { ByteRange } from '../core/ports';

/** The part of an object of `totalBytes` that a range means: `start` inclusive, `end` exclusive, both within the object. */
export interface ResolvedRange {
  readonly start: number;
  readonly end: number;
}

/** Clips a range to the object. Absent: all of it. A range past the end, and one of no length, are empty. */
export function resolveRange(range: ByteRange | undefined, totalBytes: number): ResolvedRange {
  if (range === undefined) return { start: 0, end: totalBytes };
  if ('suffix' in range) return { start: Math.max(0, totalBytes - range.suffix), end: totalBytes };
  const start = Math.min(range.start, totalBytes);
  return { start, end: Math.max(start, Math.min(range.end, totalBytes)) };
}

/** Memory of so many bytes: the caller's where it is large enough, else new. */
export function roomFor(bytes: number, into: Uint8Array<ArrayBuffer> | undefined): Uint8Array<ArrayBuffer> {
  return into !== undefined && into.length >= bytes ? into.subarray(0, bytes) : new Uint8Array(bytes);
}

/** True if the range holds no byte whatever the object: HTTP has no way to ask for it. */
export function isEmptyRange(range: ByteRange): boolean {
  return 'suffix' in range ? range.suffix === 0 : range.end <= range.start;
}

/** The header that asks for a range that is not empty. HTTP's end is inclusive. */
export function formatRangeHeader(range: ByteRange): string {
  return 'suffix' in range ? `bytes=-${range.suffix}` : `bytes=${range.start}-${range.end - 1}`;
}

/** Offsets must be whole and not negative: anything else is a fault of the caller. */
export function checkRange(range: ByteRange | undefined): void {
  if (range === undefined) return;
  const numbers = 'suffix' in range ? [range.suffix] : [range.start, range.end];
  if (!numbers.every((number) => Number.isSafeInteger(number) && number >= 0)) {
    throw new Failure('internal', { detail: `not a byte range: ${JSON.stringify(range)}` });
  }
}

/** `bytes 0-99/1234` → start and total; with an asterisk for the range (of a 416) → the total alone; else `undefined`. */
export function parseContentRange(
  text: string | undefined,
): { readonly start?: number; readonly totalBytes: number } | undefined {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(text ?? '');
  if (match === null) return undefined;
  const totalBytes = Number(match[2]);
  return match[1] === undefined ? { totalBytes } : { start: Number(match[1]), totalBytes };
}
