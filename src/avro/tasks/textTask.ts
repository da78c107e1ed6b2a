import { delimitedField, guardFormula } from '../../core/rowText';
import type { RowBatch } from '../engine/blockEngine';
import type { BlockTask } from './blockTask';
import type { ColumnPlan } from '../values/columns';
import { freeBytes } from '../container/freeBytes';
import type { StretchResult, TextFormat } from './scanProgram';
import { createJsonReader, delimiterOf, type FieldSpelling, type RowSpelling, spellingOf } from './scriptText';
import { isInKernel, type KernelRows, WasmTextWriter } from './wasmText';

/** Text is turned into bytes in pieces of about so many characters. */
const pieceCharacters = 256 * 1024;

const leastSpaceBytes = 64 * 1024;
/** What a large row took is given back. */
const keptSpaceBytes = 4 * 1024 * 1024;

const encoder = new TextEncoder();

/**
 * Writes rows as bytes of a text file, without its head, UTF-8. NDJSON: one object a row with the columns in order, values as
 * `makeJson` spells them. CSV and TSV: RFC 4180 with `\n` at the end of each row; NULL and absent are nothing, an empty text is `""`; with the
 * guard, values of text columns that a spreadsheet would run get an apostrophe in front (`core/rowText.ts`).
 */
export function createTextTask(plans: readonly ColumnPlan[], format: TextFormat): BlockTask {
  return new TextTask(plans, format);
}

/** What comes before the first row: the columns' names in CSV and TSV, guarded as texts are; nothing in NDJSON. */
export function textHead({ format, columns, formulaGuard }: TextFormat): Uint8Array<ArrayBuffer> {
  if (format === 'ndjson') return new Uint8Array(0);
  const delimiter = delimiterOf(format);
  const names = columns.map((name) => delimitedField(formulaGuard ? guardFormula(name) : name, delimiter));
  return encoder.encode(`${names.join(delimiter)}\n`);
}

class TextTask implements BlockTask {
  private readonly plans: readonly ColumnPlan[];
  private readonly spelling: RowSpelling;
  private writer: WasmTextWriter | undefined;
  /** What the text of a stretch is gathered in, over and over. */
  private space = new Uint8Array(0);
  private length = 0;

  constructor(plans: readonly ColumnPlan[], format: TextFormat) {
    this.plans = plans;
    this.spelling = spellingOf(plans, format);
  }

  take(batch: RowBatch, mask: Uint8Array | undefined): void {
    if (isInKernel(batch)) this.takeInKernel(batch, mask);
    else this.takeRows(batch, 0, batch.rows, mask);
  }

  finish(): Partial<StretchResult> {
    const text = this.space.slice(0, this.length);
    this.length = 0;
    if (this.space.length > keptSpaceBytes) {
      freeBytes(this.space);
      this.space = new Uint8Array(0);
    }
    return { text };
  }

  private takeInKernel(batch: KernelRows, mask: Uint8Array | undefined): void {
    const { kernel } = batch.wasm;
    const { plans, spelling } = this;
    if (this.writer?.kernel !== kernel) this.writer = new WasmTextWriter(kernel, { plans, spelling });
    this.writer.write(
      batch,
      mask,
      ({ bytes }) => this.add(bytes),
      (row) => this.takeRows(batch, row, row + 1, undefined),
    );
  }

  private takeRows(batch: RowBatch, first: number, end: number, mask: Uint8Array | undefined): void {
    const { fields, rowEnd, print } = this.spelling;
    const read = createJsonReader(this.plans, batch);
    let text = '';
    for (let row = first; row < end; row++) {
      if (mask?.[row] === 0) continue;
      for (let index = 0; index < fields.length; index++) {
        const { place, prefix } = fields[index] as FieldSpelling;
        text += prefix + print(index, read(row, place));
      }
      text += rowEnd;
      if (text.length < pieceCharacters) continue;
      this.add(encoder.encode(text));
      text = '';
    }
    if (text !== '') this.add(encoder.encode(text));
  }

  private add(bytes: Uint8Array): void {
    const length = this.length + bytes.length;
    if (length > this.space.length) {
      const larger = new Uint8Array(Math.max(length, this.space.length * 1.5, leastSpaceBytes));
      larger.set(this.space.subarray(0, this.length));
      freeBytes(this.space);
      this.space = larger;
    }
    this.space.set(bytes, this.length);
    this.length = length;
  }
}
