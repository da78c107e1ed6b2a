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
  private chunks: Uint8Array<ArrayBuffer>[] = [];

  constructor(plans: readonly ColumnPlan[], format: TextFormat) {
    this.plans = plans;
    this.spelling = spellingOf(plans, format);
  }

  take(batch: RowBatch, mask: Uint8Array | undefined): void {
    if (isInKernel(batch)) this.takeInKernel(batch, mask);
    else this.takeRows(batch, 0, batch.rows, mask);
  }

  finish(): Partial<StretchResult> {
    const text = joined(this.chunks);
    this.chunks = [];
    return { text };
  }

  private takeInKernel(batch: KernelRows, mask: Uint8Array | undefined): void {
    const { kernel } = batch.wasm;
    const { plans, spelling } = this;
    if (this.writer?.kernel !== kernel) this.writer = new WasmTextWriter(kernel, { plans, spelling });
    this.writer.write(
      batch,
      mask,
      ({ bytes }) => this.chunks.push(new Uint8Array(bytes)),
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
      this.chunks.push(encoder.encode(text));
      text = '';
    }
    if (text !== '') this.chunks.push(encoder.encode(text));
  }
}

function joined(chunks: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  if (chunks.length === 1) return chunks[0] as Uint8Array<ArrayBuffer>;
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
    freeBytes(chunk);
  }
  return whole;
}
