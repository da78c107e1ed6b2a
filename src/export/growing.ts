import { freeBuffer } from './freeBuffer';

/** Bytes one after another, in one buffer that is used again and again. */
export interface Growing {
  readonly length: number;
  /** The buffer itself, good until more is put: bytes up to `length` are of meaning. */
  readonly all: Buffer;
  /** The buffer, with room for so many bytes more behind `length`. */
  room(more: number): Buffer;
  /** So many have been written there. */
  advance(bytes: number): void;
  copy(from: Buffer, start: number, end: number): void;
  /** Takes away all from there on. */
  cut(length: number): void;
  bytes(): Buffer;
  clear(): void;
}

/** A buffer that one large value has made larger than this is not kept for what follows. */
const keptBytes = 512 * 1024;
/** There may be ten thousand of them. */
const firstBytes = 256;

export function createGrowing(): Growing {
  let buffer = Buffer.allocUnsafeSlow(firstBytes);
  let length = 0;
  const room = (more: number): Buffer => {
    if (length + more > buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * buffer.length, length + more));
      buffer.copy(larger, 0, 0, length);
      freeBuffer(buffer);
      buffer = larger;
    }
    return buffer;
  };
  return {
    get length() {
      return length;
    },
    get all() {
      return buffer;
    },
    room,
    advance(bytes) {
      length += bytes;
    },
    copy(from, start, end) {
      const to = room(end - start);
      // A call into the engine costs more than a few bytes do.
      if (end - start <= 32) for (let at = start; at < end; at++) to[length++] = from[at] as number;
      else length += from.copy(to, length, start, end);
    },
    cut(to) {
      length = to;
    },
    bytes: () => buffer.subarray(0, length),
    clear() {
      length = 0;
      if (buffer.length <= keptBytes) return;
      freeBuffer(buffer);
      buffer = Buffer.allocUnsafeSlow(firstBytes);
    },
  };
}
