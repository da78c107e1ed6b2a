import { freeBytes } from '../container/freeBytes';
import type { SortKeys } from '../tasks/sortKeys';

/** Before each row, its place: greatest byte first, so that rows sort by it. */
export const placeBytes = 4;
const firstBytes = 64 * 1024;
/** A row of text takes at most so many bytes a character. */
const mostPerCharacter = 3;

/** Rows as keys that begin with their places, gathered in the same memory over and over. */
export class PlacedRows {
  private readonly places: Uint32Array;
  private bytes = Buffer.allocUnsafeSlow(0);
  private ends = new Uint32Array(1024);
  private length = 0;
  private count = 0;
  private next = 0;

  /** `places`: of the rows, as they come. */
  constructor(places: Uint32Array) {
    this.places = places;
  }

  addBytes(row: Uint8Array): void {
    this.begin(row.length);
    this.bytes.set(row, this.length);
    this.end(row.length);
  }

  addText(row: string): void {
    const most = mostPerCharacter * row.length;
    this.begin(most > firstBytes ? Buffer.byteLength(row) : most);
    this.end(this.bytes.write(row, this.length));
  }

  /** Good until the next call of anything. */
  keys(): SortKeys {
    return { bytes: this.bytes.subarray(0, this.length), ends: this.ends.subarray(0, this.count) };
  }

  clear(): void {
    this.length = 0;
    this.count = 0;
  }

  dispose(): void {
    freeBytes(this.bytes);
    this.bytes = Buffer.allocUnsafeSlow(0);
    this.clear();
  }

  private begin(rowBytes: number): void {
    const needed = this.length + placeBytes + rowBytes;
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, Math.ceil(1.5 * this.bytes.length), firstBytes));
      this.bytes.copy(larger, 0, 0, this.length);
      freeBytes(this.bytes);
      this.bytes = larger;
    }
    this.length = this.bytes.writeUInt32BE(this.places[this.next++] as number, this.length);
  }

  private end(rowBytes: number): void {
    this.length += rowBytes;
    if (this.count === this.ends.length) {
      const larger = new Uint32Array(2 * this.count);
      larger.set(this.ends);
      this.ends = larger;
    }
    this.ends[this.count++] = this.length;
  }
}
