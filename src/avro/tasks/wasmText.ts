import type { RowBatch, WasmBatch } from '../engine/blockEngine';
import type { ColumnPlan } from '../values/columns';
import { logicalOf, type TypeNode } from '../container/schema';
import { createJsonReader, type FieldSpelling, type RowSpelling } from './scriptText';
import type { KernelExports } from '../engine/wasmKernel';

/** How a field is written (`assembly/text.ts`). `prepared`: its bytes are made here, row by row. */
const op = { absent: 0, text: 1, integer: 2, long: 3, boolean: 4, bytes: 5, symbol: 6, prepared: 7 } as const;

export interface WasmTextSetup {
  readonly plans: readonly ColumnPlan[];
  readonly spelling: RowSpelling;
  /** Also says where each value ends. */
  readonly withCells?: boolean;
}

/** A batch of a WebAssembly engine. */
export type KernelRows = RowBatch & { readonly wasm: WasmBatch };

export function isInKernel(batch: RowBatch): batch is KernelRows {
  return batch.wasm !== undefined;
}

/** A piece of output: views of the kernel's memory, good until the next one. */
export interface WasmOutput {
  readonly bytes: Buffer;
  /** With cells: where each ends in `bytes`, in ASCII, NULL being nothing; or `~` of where it ends in `wide`, in units of UTF-16. */
  readonly cellEnds: Int32Array;
  readonly wide: Buffer;
}

/** True if the kernel prints values of the type itself, as `makeJson` does. */
export function isPrintedByKernel(node: TypeNode): boolean {
  switch (node.type) {
    case 'string':
    case 'boolean':
    case 'enum':
    case 'null':
      return true;
    case 'int':
    case 'long':
    case 'bytes':
    case 'fixed':
      return logicalOf(node) === undefined;
    default:
      return false;
  }
}

/** Words of the records in `assembly/text.ts`. */
const job = {
  data: 0,
  starts: 1,
  ends: 2,
  stride: 3,
  rows: 4,
  mask: 5,
  next: 6,
  out: 7,
  capacity: 8,
  length: 9,
  fields: 10,
  fieldCount: 11,
  delimiter: 12,
  nullText: 13,
  nullLength: 14,
  rowEnd: 15,
  rowEndLength: 16,
  cellEnds: 17,
  cellCapacity: 18,
  cells: 19,
  wide: 20,
  wideCapacity: 21,
  wideLength: 22,
} as const;
const jobWords = 23;
const fieldWords = 6;
const pieceWords = 3;

/** Output is taken away in pieces of at most so many bytes; a row that alone is more is written in TypeScript. */
const outputBytes = 256 * 1024;
const cellCapacity = 16 * 1024;

const encoder = new TextEncoder();
const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

/** Writes rows in the memory of one kernel. */
export class WasmTextWriter {
  readonly kernel: KernelExports;
  private readonly setup: WasmTextSetup;
  private readonly job: number;
  private readonly fields: number;
  private mask = 0;
  private maskBytes = 0;
  /** Fields whose bytes are made here. */
  private readonly prepared: readonly number[];
  /** Areas to be given back when the batch is done. */
  private temporary: number[] = [];

  constructor(kernel: KernelExports, setup: WasmTextSetup) {
    this.kernel = kernel;
    this.setup = setup;
    this.prepared = setup.spelling.fields.flatMap(({ place }, index) => {
      const plan = setup.plans[place];
      return plan === undefined || isPrintedByKernel(plan.value) ? [] : [index];
    });
    this.job = kernel.allocate(jobWords * 4);
    this.fields = kernel.allocate(setup.spelling.fields.length * fieldWords * 4);
    this.writeFields();
    this.writeJob();
  }

  /**
   * Writes the rows of a batch that the mask lets through (`RowBatch`, mask as in `BlockTask.take`), and hands its bytes on piece by
   * piece. `onLargeRow` is called for each row that does not fit any piece, in its place.
   */
  write(
    batch: KernelRows,
    mask: Uint8Array | undefined,
    onOutput: (output: WasmOutput) => void,
    onLargeRow: (row: number) => void,
  ): void {
    const { kernel } = this;
    this.prepare(batch, mask);
    const maskAddress = mask === undefined ? 0 : this.copyMask(mask.subarray(0, batch.rows));
    const words = this.words(this.job, jobWords);
    words[job.data] = batch.wasm.data;
    words[job.starts] = batch.wasm.starts;
    words[job.ends] = batch.wasm.ends;
    words[job.stride] = batch.stride;
    words[job.rows] = batch.rows;
    words[job.mask] = maskAddress;
    words[job.next] = 0;
    for (let isDone = false; !isDone;) {
      isDone = kernel.writeRows(this.job) === 1;
      const length = words[job.length] as number;
      if (length > 0 || (words[job.cells] as number) > 0) onOutput(this.takeOutput(words, length));
      else if (!isDone) {
        const row = words[job.next] as number;
        onLargeRow(row);
        words[job.next] = row + 1;
      }
    }
    for (const address of this.temporary) kernel.release(address);
    this.temporary = [];
  }

  private takeOutput(words: Uint32Array, length: number): WasmOutput {
    const { buffer } = this.kernel.memory;
    const cells = words[job.cells] as number;
    const wideLength = words[job.wideLength] as number;
    words[job.length] = 0;
    words[job.cells] = 0;
    words[job.wideLength] = 0;
    return {
      bytes: Buffer.from(buffer, words[job.out], length),
      cellEnds: new Int32Array(buffer, words[job.cellEnds], cells),
      wide: Buffer.from(buffer, words[job.wide], wideLength),
    };
  }

  private writeJob(): void {
    const { kernel, setup } = this;
    const withCells = setup.withCells === true;
    const nullText = setup.spelling.delimiter === undefined && !withCells ? 'null' : '';
    const out = kernel.allocate(outputBytes);
    const cellEnds = withCells ? kernel.allocate(cellCapacity * 4) : 0;
    const wide = withCells ? kernel.allocate(outputBytes) : 0;
    const nullAddress = this.keep(nullText);
    const rowEnd = this.keep(setup.spelling.rowEnd);
    const words = this.words(this.job, jobWords);
    words.fill(0);
    words[job.out] = out;
    words[job.capacity] = outputBytes;
    words[job.fields] = this.fields;
    words[job.fieldCount] = setup.spelling.fields.length;
    words[job.delimiter] = setup.spelling.delimiter?.charCodeAt(0) ?? 0;
    words[job.nullText] = nullAddress;
    words[job.nullLength] = nullText.length;
    words[job.rowEnd] = rowEnd;
    words[job.rowEndLength] = setup.spelling.rowEnd.length;
    words[job.cellEnds] = cellEnds;
    words[job.cellCapacity] = cellCapacity;
    words[job.wide] = wide;
    words[job.wideCapacity] = withCells ? outputBytes : 0;
  }

  private writeFields(): void {
    const {
      plans,
      spelling: { fields },
    } = this.setup;
    for (const [index, { place, prefix, isGuarded }] of fields.entries()) {
      const node = plans[place]?.value;
      const prefixBytes = encoder.encode(prefix);
      const prefixAddress = this.keep(prefixBytes);
      const pieces = node?.type === 'enum' ? this.keepSymbols(index, node.symbols) : 0;
      const record = [opOf(node), Math.max(0, place), prefixAddress, prefixBytes.length, pieces, isGuarded ? 1 : 0];
      this.words(this.fields, fields.length * fieldWords).set(record, index * fieldWords);
    }
  }

  private keepSymbols(field: number, symbols: readonly string[]): number {
    const texts = symbols.map((symbol) => this.setup.spelling.print(field, JSON.stringify(symbol)));
    const records = texts.flatMap((text) => {
      const isWide = this.setup.withCells === true && !isAscii(text);
      const bytes = isWide ? Buffer.from(text, 'utf16le') : encoder.encode(text);
      return [this.keep(bytes), bytes.length, isWide ? 1 : 0];
    });
    const address = this.kernel.allocate(records.length * 4);
    this.words(address, records.length).set(records);
    return address;
  }

  /** Makes the bytes of the fields that the kernel cannot print. */
  private prepare(batch: RowBatch, mask: Uint8Array | undefined): void {
    if (this.prepared.length === 0) return;
    const { fields, print } = this.setup.spelling;
    let { buffer } = this.kernel.memory;
    let read = createJsonReader(this.setup.plans, batch);
    for (const index of this.prepared) {
      const { place } = fields[index] as FieldSpelling;
      // What the field before took may have moved the memory, and the batch with it.
      if (this.kernel.memory.buffer !== buffer) {
        ({ buffer } = this.kernel.memory);
        read = createJsonReader(this.setup.plans, batch);
      }
      const texts = Array.from({ length: batch.rows }, (_, row) =>
        mask?.[row] === 0 ? '' : print(index, read(row, place)),
      );
      const bytes = encoder.encode(texts.join(''));
      const address = this.keep(bytes);
      const pieces = this.kernel.allocate(texts.length * pieceWords * 4);
      this.temporary.push(address, pieces);
      const words = this.words(pieces, texts.length * pieceWords);
      let at = address;
      for (const [row, text] of texts.entries()) {
        const length = isAscii(text) ? text.length : Buffer.byteLength(text);
        words.set([at, length, 0], row * pieceWords);
        at += length;
      }
      this.words(this.fields, fields.length * fieldWords)[index * fieldWords + 4] = pieces;
    }
  }

  private copyMask(mask: Uint8Array): number {
    if (mask.length > this.maskBytes) {
      if (this.mask !== 0) this.kernel.release(this.mask);
      this.mask = this.kernel.allocate(mask.length);
      this.maskBytes = mask.length;
    }
    new Uint8Array(this.kernel.memory.buffer, this.mask, mask.length).set(mask);
    return this.mask;
  }

  private keep(content: string | Uint8Array): number {
    const bytes = typeof content === 'string' ? encoder.encode(content) : content;
    const address = this.kernel.allocate(bytes.length);
    new Uint8Array(this.kernel.memory.buffer, address, bytes.length).set(bytes);
    return address;
  }

  private words(address: number, count: number): Uint32Array {
    return new Uint32Array(this.kernel.memory.buffer, address, count);
  }
}

function opOf(node: TypeNode | undefined): number {
  if (node === undefined) return op.absent;
  if (!isPrintedByKernel(node)) return op.prepared;
  switch (node.type) {
    case 'string':
      return op.text;
    case 'int':
      return op.integer;
    case 'long':
      return op.long;
    case 'boolean':
      return op.boolean;
    case 'enum':
      return op.symbol;
    case 'bytes':
    case 'fixed':
      return op.bytes;
    default:
      return op.absent;
  }
}
