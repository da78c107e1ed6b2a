import type { Damage } from '../../core/partProgress';
import type { ColumnPlan } from '../values/columns';
import type { KernelExports } from './wasmKernel';

/**
 * Decompresses blocks and finds their values, a batch of rows at a time. One engine serves one schema and codec in one thread;
 * there are two, with the same answers: in WebAssembly for flat rows, and in TypeScript for everything else.
 */
export interface BlockEngine {
  readonly plans: readonly ColumnPlan[];
  readonly kind: 'wasm' | 'script';
  /**
   * Takes up a block: its stored bytes, and how many rows its header declares. Bytes that do not decompress are no failure: the
   * outcome tells. Everything of the block before is invalid from here on.
   */
  open(stored: Uint8Array, declaredRows: number): Promise<void>;
  /** The next rows of the block, or `undefined` where they end. Everything of the batch before is invalid from here on. */
  nextBatch(): RowBatch | undefined;
  /** After the last batch: how many rows there were, and what is wrong with the block, if anything. */
  outcome(): BlockOutcome;
  /** Frees what is held for a block; the engine can be used again. */
  release(): void;
}

/** Rows whose values have been found, every position checked against the bytes. */
export interface RowBatch {
  /** Of the first row, in its block. */
  readonly firstRow: number;
  readonly rows: number;
  /** The decompressed bytes that the positions are about. */
  readonly data: Buffer;
  /**
   * Column by column: the value of row `r` of the batch in column `c` is `data[starts[c * stride + r] … ends[c * stride + r]]`, after a union's
   * branch and a length. A start of -1 is NULL by the column's own union (its end means nothing).
   */
  readonly stride: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Where all that lies in the memory of a WebAssembly kernel, if the batch is of one. */
  readonly wasm?: WasmBatch;
}

/**
 * Addresses in `kernel.memory`. Allocating there may move the memory's buffer: views of it, those of the batch too, must be taken
 * afresh after that (the batch's own properties always are fresh). From one block to the next the engine may go over to
 * another kernel, with another memory; a task must then carry over what it keeps in the old one.
 */
export interface WasmBatch {
  readonly kernel: KernelExports;
  readonly data: number;
  /** Of 32-bit positions, laid out as `starts` and `ends`. */
  readonly starts: number;
  readonly ends: number;
}

export interface BlockOutcome {
  /** Rows that can be read. */
  readonly rows: number;
  /** Decompressed size. */
  readonly bytes: number;
  readonly problem?: BlockProblem;
}

export interface BlockProblem {
  readonly reason: Extract<Damage['reason'], 'checksum' | 'decompression' | 'rows'>;
  /** For people: `its snappy checksum does not match`. */
  readonly detail: string;
}

/** Positions found at a time: bounds the memory of a batch whatever the number of columns or of rows in a block. */
export const maxBatchCells = 256 * 1024;
