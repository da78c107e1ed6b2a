import type { RowBatch } from '../engine/blockEngine';
import type { BlockTask } from './blockTask';
import { CellsPacker } from './packedCells';
import type { ColumnPlan } from '../values/columns';
import type { StretchResult } from './scanProgram';
import { createJsonReader, placesOf } from './scriptText';
import { isInKernel, isPrintedByKernel, type KernelRows, type WasmOutput, WasmTextWriter } from './wasmText';

/** Gives the values of some columns, found by name, as JSON texts (`makeJson`): packed row by row. NULL and absent are `null`. */
export function createCellsTask(plans: readonly ColumnPlan[], columns: readonly string[]): BlockTask {
  return new CellsTask(plans, columns);
}

class CellsTask implements BlockTask {
  private readonly plans: readonly ColumnPlan[];
  private readonly places: readonly number[];
  /** Places of the columns wanted that the kernel prints, and for each where it stands in a row. */
  private readonly printed: readonly number[];
  private readonly slots: readonly number[];
  /** Where the others stand. */
  private readonly otherSlots: readonly number[];
  private writer: WasmTextWriter | undefined;
  private readonly packer: CellsPacker;
  /** Rows of the batch whose values come from both sides; packed when it is done. */
  private cells: string[][] = [];

  constructor(plans: readonly ColumnPlan[], columns: readonly string[]) {
    this.plans = plans;
    this.places = placesOf(plans, columns);
    this.packer = new CellsPacker(columns.length);
    const isPrinted = (place: number): boolean => {
      const plan = plans[place];
      return plan === undefined || isPrintedByKernel(plan.value);
    };
    const slots = this.places.map((_, slot) => slot);
    this.slots = slots.filter((slot) => isPrinted(this.places[slot] as number));
    this.otherSlots = slots.filter((slot) => !isPrinted(this.places[slot] as number));
    this.printed = this.slots.map((slot) => this.places[slot] as number);
  }

  take(batch: RowBatch, mask: Uint8Array | undefined): void {
    if (isInKernel(batch) && this.slots.length > 0) this.takeInKernel(batch, mask);
    else {
      const read = createJsonReader(this.plans, batch);
      for (let row = 0; row < batch.rows; row++) {
        if (mask?.[row] !== 0) this.packer.add(this.places.map((place) => read(row, place)));
      }
    }
  }

  finish(): Partial<StretchResult> {
    return { cells: this.packer.finish() };
  }

  private takeInKernel(batch: KernelRows, mask: Uint8Array | undefined): void {
    this.writer = this.writerFor(batch);
    this.writer.write(
      batch,
      mask,
      (output) => this.takeOutput(output),
      (row) => {
        const read = createJsonReader(this.plans, batch);
        const cells = this.places.map((place) => read(row, place));
        if (this.otherSlots.length === 0) this.packer.add(cells);
        else this.cells.push(cells);
      },
    );
    if (this.otherSlots.length === 0) return;
    this.fillOthers(batch, mask);
    for (const cells of this.cells) this.packer.add(cells);
    this.cells = [];
  }

  private writerFor({ wasm: { kernel } }: KernelRows): WasmTextWriter {
    if (this.writer?.kernel === kernel) return this.writer;
    const fields = this.printed.map((place) => ({ place, prefix: '', isGuarded: false }));
    return new WasmTextWriter(kernel, {
      plans: this.plans,
      spelling: { fields, rowEnd: '', print: (_, json) => json },
      withCells: true,
    });
  }

  /** Cuts the texts out of two strings: making each by itself costs several times as much (speed.md, section 2). */
  private takeOutput({ bytes, cellEnds, wide }: WasmOutput): void {
    const { slots, cells } = this;
    if (this.otherSlots.length === 0) {
      this.packer.addPacked(bytes, wide, cellEnds);
      return;
    }
    const columns = this.places.length;
    const text = bytes.toString('latin1');
    const wideText = wide.toString('utf16le');
    let start = 0;
    let wideStart = 0;
    for (let at = 0; at < cellEnds.length;) {
      const row = new Array<string>(columns);
      for (let index = 0; index < slots.length; index++) {
        const end = cellEnds[at++] as number;
        const slot = slots[index] as number;
        if (end < 0) {
          row[slot] = wideText.substring(wideStart, ~end);
          wideStart = ~end;
        } else {
          row[slot] = end === start ? 'null' : text.substring(start, end);
          start = end;
        }
      }
      cells.push(row);
    }
  }

  private fillOthers(batch: KernelRows, mask: Uint8Array | undefined): void {
    const read = createJsonReader(this.plans, batch);
    let next = 0;
    for (let row = 0; row < batch.rows; row++) {
      if (mask?.[row] === 0) continue;
      const cells = this.cells[next++] as string[];
      for (const slot of this.otherSlots) cells[slot] = read(row, this.places[slot] as number);
    }
  }
}
