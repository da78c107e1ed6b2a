import { Failure } from '../../core/failure';
import type { RowBatch } from '../engine/blockEngine';
import type { RowTester } from './blockTask';
import { createBreather } from '../container/breather';
import { planColumns, withNestedPrinters } from '../values/columns';
import { createBlockEngine } from '../engine/engines';
import { createMatchTask } from './matchTask';
import { programColumns } from './programColumns';
import { createProgramTask, createTester } from './programTasks';
import type { DecoderSetup, Stretch, StretchResult } from './scanProgram';
import { parseSchema } from '../container/schema';

/** One program made ready for one schema and codec, in one thread. */
export interface ProgramRunner {
  /**
   * Works on the blocks of a stretch in order. `isCancelled` is asked between batches of rows; rejects with `cancelled` when it says so. One stretch
   * at a time.
   */
  run(stretch: Stretch, isCancelled: () => boolean): Promise<StretchResult>;
  /** Frees what is held for the last block. */
  release(): void;
}

/**
 * `sliceMs`: how long it works before everything else has a turn. Rejects with `avro.badSchema`, `avro.unknownCodec`, or `query.invalid` where the program cannot
 * be run on this schema.
 */
export async function createProgramRunner(setup: DecoderSetup, sliceMs?: number): Promise<ProgramRunner> {
  const { program, codec, maxBlockBytes } = setup;
  const plans = await withNestedPrinters(planColumns(parseSchema(setup.schemaText)));
  const where = program.where === undefined ? undefined : createTester(plans, program.where);
  const task =
    program.task.kind === 'match'
      ? createMatchTask(program.task.tests.map((test) => createTester(plans, test)))
      : createProgramTask(plans, program.task);
  // `match` looks at all rows, whatever the filter says: its bits stand for all rows of the stretch.
  const seesAll = program.task.kind === 'match';
  const columns = programColumns(program);
  const engine = await createBlockEngine(plans, codec, {
    maxBlockBytes,
    ...(columns === undefined ? {} : { columns }),
  });
  const masks = createMasks(where);
  return {
    async run(stretch, isCancelled) {
      const breathe = createBreather(sliceMs);
      let selectionAt = 0;
      let matched = 0;
      const blocks: StretchResult['blocks'][number][] = [];
      try {
        for (const { start, end, rows } of stretch.blocks) {
          if (isCancelled()) throw new Failure('cancelled');
          await engine.open(stretch.bytes.subarray(start, end), rows);
          for (let batch = engine.nextBatch(); batch !== undefined; batch = engine.nextBatch()) {
            const mask = masks.of(batch, stretch.selection, selectionAt + batch.firstRow);
            const count = mask === undefined ? batch.rows : countOnes(mask);
            matched += count;
            if (count > 0 || seesAll) task?.take(batch, seesAll ? masks.selected : mask);
            if ((await breathe()) && isCancelled()) throw new Failure('cancelled');
          }
          blocks.push(engine.outcome());
          selectionAt += rows;
        }
      } catch (error) {
        // What the task has gathered is of a stretch that nobody will get.
        task?.finish();
        throw error;
      } finally {
        engine.release();
      }
      return { blocks, matched, ...task?.finish() };
    },
    release: () => engine.release(),
  };
}

interface Masks {
  /** Of the batch asked about last: what the selection alone says. */
  readonly selected: Uint8Array | undefined;
  /** One byte a row: 1 if it is selected and passes the filter. `undefined`: all are and do. */
  of(batch: RowBatch, selection: Uint8Array | undefined, firstRow: number): Uint8Array | undefined;
}

function createMasks(where: RowTester | undefined): Masks {
  let selectedSpace = new Uint8Array(0);
  let testedSpace = new Uint8Array(0);
  let selected: Uint8Array | undefined;
  return {
    get selected() {
      return selected;
    },
    of(batch, selection, firstRow) {
      const { rows } = batch;
      selected = undefined;
      if (selection !== undefined) {
        if (selectedSpace.length < rows) selectedSpace = new Uint8Array(rows);
        selected = selectedSpace.subarray(0, rows);
        readBits(selection, firstRow, selected);
      }
      if (where === undefined || (selected !== undefined && !selected.includes(1))) return selected;
      if (testedSpace.length < rows) testedSpace = new Uint8Array(rows);
      const tested = testedSpace.subarray(0, rows);
      where.test(batch, tested);
      if (selected === undefined) return tested;
      for (let row = 0; row < rows; row++) {
        tested[row] = (tested[row] as number) & (selected[row] as number);
      }
      return tested;
    },
  };
}

/** Bits from `first` on, one byte each; past the end of the bits there are none. */
function readBits(bits: Uint8Array, first: number, out: Uint8Array): void {
  for (let row = 0; row < out.length; row++) {
    const at = first + row;
    out[row] = ((bits[Math.floor(at / 8)] ?? 0) >>> (at % 8)) & 1;
  }
}

function countOnes(mask: Uint8Array): number {
  let count = 0;
  for (let row = 0; row < mask.length; row++) count += mask[row] as number;
  return count;
}
