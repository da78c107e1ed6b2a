import type { PackedCells } from '../../core/packedCells';

/** Rows unpacked at a time: few enough to be gone before the collector has moved them anywhere. */
const rowsAtOnce = 32;

/** Rows of JSON texts, the first `most`, some at a time. */
export function* unpackCells(
  { rows, columns, text, wide, ends }: PackedCells,
  most = rows,
): Generator<string[][], void, undefined> {
  const textBytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  const wideBytes = Buffer.from(wide.buffer, wide.byteOffset, wide.byteLength);
  let textStart = 0;
  let wideStart = 0;
  for (let first = 0; first < Math.min(rows, most); first += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - first, most - first);
    const from = first * columns;
    const to = from + count * columns;
    let textEnd = textStart;
    let wideEnd = wideStart;
    for (let at = from; at < to; at++) {
      const end = ends[at] as number;
      if (end < 0) wideEnd = ~end;
      else textEnd = end;
    }
    // Cut out of two strings: making each by itself costs several times as much (speed.md, section 2).
    const narrow = textBytes.toString('latin1', textStart, textEnd);
    const broad = wideBytes.toString('utf16le', 2 * wideStart, 2 * wideEnd);
    const [narrowFrom, broadFrom] = [textStart, wideStart];
    const unpacked = new Array<string[]>(count);
    for (let row = 0, at = from; row < count; row++) {
      const cells = new Array<string>(columns);
      for (let column = 0; column < columns; column++) {
        const end = ends[at++] as number;
        if (end < 0) {
          cells[column] = broad.substring(wideStart - broadFrom, ~end - broadFrom);
          wideStart = ~end;
        } else {
          cells[column] = end === textStart ? 'null' : narrow.substring(textStart - narrowFrom, end - narrowFrom);
          textStart = end;
        }
      }
      unpacked[row] = cells;
    }
    yield unpacked;
  }
}

/** Puts rows together. */
export class CellsPacker {
  private readonly columns: number;
  private text = Buffer.allocUnsafeSlow(64 * 1024);
  private wide = Buffer.allocUnsafeSlow(0);
  private ends = new Int32Array(4 * 1024);
  private textLength = 0;
  private wideLength = 0;
  private count = 0;
  private rows = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  /** One row of JSON texts. */
  add(row: readonly string[]): void {
    this.makeRoom(this.columns);
    for (const json of row) {
      const isWide = json !== 'null' && this.addText(json);
      this.ends[this.count++] = isWide ? ~(this.wideLength / 2) : this.textLength;
    }
    this.rows += 1;
  }

  /** Whole rows as the kernel gives them (`WasmOutput`). */
  addPacked(text: Buffer, wide: Buffer, ends: Int32Array): void {
    this.makeRoom(ends.length);
    const textBefore = this.textLength;
    const wideBefore = this.wideLength / 2;
    this.text = grown(this.text, textBefore, text.length);
    this.textLength += text.copy(this.text, textBefore);
    this.wide = grown(this.wide, this.wideLength, wide.length);
    this.wideLength += wide.copy(this.wide, this.wideLength);
    for (const end of ends) this.ends[this.count++] = end < 0 ? ~(~end + wideBefore) : end + textBefore;
    this.rows += ends.length / this.columns;
  }

  /** What was put together, each array in a buffer of its own; from here on it is empty. */
  finish(): PackedCells {
    const { rows, columns } = this;
    const packed = {
      rows,
      columns,
      text: new Uint8Array(this.text.subarray(0, this.textLength)),
      wide: new Uint8Array(this.wide.subarray(0, this.wideLength)),
      ends: this.ends.slice(0, this.count),
    };
    this.textLength = 0;
    this.wideLength = 0;
    this.count = 0;
    this.rows = 0;
    return packed;
  }

  /** True if it went among the wide ones. */
  private addText(json: string): boolean {
    // Said by the length of its UTF-8, which is quicker than a look at each character.
    const isWide = Buffer.byteLength(json) !== json.length;
    if (isWide) {
      this.wide = grown(this.wide, this.wideLength, 2 * json.length);
      this.wideLength += this.wide.write(json, this.wideLength, 'utf16le');
    } else {
      this.text = grown(this.text, this.textLength, json.length);
      this.textLength += this.text.write(json, this.textLength, 'latin1');
    }
    return isWide;
  }

  private makeRoom(values: number): void {
    if (this.count + values <= this.ends.length) return;
    const larger = new Int32Array(Math.max(2 * this.ends.length, this.count + values));
    larger.set(this.ends.subarray(0, this.count));
    this.ends = larger;
  }
}

function grown(buffer: Buffer<ArrayBuffer>, used: number, more: number): Buffer<ArrayBuffer> {
  if (used + more <= buffer.length) return buffer;
  const larger = Buffer.allocUnsafeSlow(Math.max(2 * buffer.length, used + more));
  buffer.copy(larger, 0, 0, used);
  return larger;
}
