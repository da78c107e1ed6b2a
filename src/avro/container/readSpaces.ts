import { freeBytes } from './freeBytes';

/** What a read lies behind in its space: room for the beginning of a block that the read before it left over. */
export const headroomBytes = 256 * 1024;
/** Kept for the next reads; others are given back. */
const mostSpare = 2;

/** Memory that a read is put into. */
export type ReadSpace = Buffer<ArrayBuffer>;

/**
 * The memory of a window's reads, taken over and over: a scan goes through gigabytes, and memory that is new for each read has to be asked of
 * the system page by page, and lies about in the allocator when it has been given back.
 */
export class ReadSpaces {
  private readonly spare: ReadSpace[] = [];

  /** For a read of so many bytes. */
  take(bytes: number): ReadSpace {
    const length = headroomBytes + bytes;
    for (let space = this.spare.pop(); space !== undefined; space = this.spare.pop()) {
      if (space.length >= length && space.length <= 2 * length) return space;
      freeBytes(space);
    }
    return Buffer.allocUnsafeSlow(length);
  }

  /** Takes one back that nobody looks at or writes to any more. */
  giveBack(space: ReadSpace): void {
    if (this.spare.length < mostSpare) this.spare.push(space);
    else freeBytes(space);
  }

  /** Nothing will be read for now. */
  clear(): void {
    for (const space of this.spare.splice(0)) freeBytes(space);
  }
}
