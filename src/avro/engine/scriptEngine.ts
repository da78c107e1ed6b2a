import { isFailure } from '../../core/failure';
import {
  type BlockEngine,
  type BlockOutcome,
  type BlockProblem,
  maxBatchCells,
  type RowBatch,
} from './blockEngine';
import { codecNamed, type Decompress } from '../container/codecs';
import type { ColumnPlan } from '../values/columns';
import { freeBytes } from '../container/freeBytes';
import { createTableKernel, type Kernel, type Walk } from './kernel';

/** An engine in TypeScript, for every schema. Fails with `avro.unknownCodec`. */
export function createScriptEngine(
  plans: readonly ColumnPlan[],
  codec: string,
  maxBlockBytes: number,
): BlockEngine {
  return new ScriptEngine(plans, codecNamed(codec), maxBlockBytes);
}

/** Rows of a batch: as many as its positions may take. */
export function rowsOfBatch(columns: number): number {
  return Math.max(1, Math.floor(maxBatchCells / Math.max(1, columns)));
}

const noBytes = Buffer.alloc(0);
const noOutcome: BlockOutcome = { rows: 0, bytes: 0 };

class ScriptEngine implements BlockEngine {
  readonly kind = 'script';
  readonly plans: readonly ColumnPlan[];
  private readonly decompress: Decompress;
  private readonly maxBytes: number;
  private readonly kernel: Kernel;
  private readonly capacity: number;
  private stride = 0;
  private starts = new Int32Array(0);
  private ends = new Int32Array(0);
  private data: Buffer = noBytes;
  /** Whether `data` was made here, and not handed in. */
  private isOwn = false;
  private declaredRows = 0;
  private rows = 0;
  private at = 0;
  private found: BlockOutcome | undefined = noOutcome;

  constructor(plans: readonly ColumnPlan[], decompress: Decompress, maxBytes: number) {
    this.plans = plans;
    this.decompress = decompress;
    this.maxBytes = maxBytes;
    this.kernel = createTableKernel(plans);
    this.capacity = rowsOfBatch(plans.length);
  }

  async open(stored: Uint8Array, declaredRows: number): Promise<void> {
    this.release();
    this.declaredRows = declaredRows;
    try {
      const data = await this.decompress(stored, this.maxBytes);
      this.isOwn = data.buffer !== stored.buffer;
      this.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      this.found = undefined;
    } catch (error) {
      this.found = { rows: 0, bytes: 0, problem: decompressionProblem(error) };
    }
  }

  nextBatch(): RowBatch | undefined {
    if (this.found !== undefined) return undefined;
    const firstRow = this.rows;
    const wanted = Math.min(this.capacity, this.declaredRows - firstRow);
    if (wanted > this.stride) this.makeRoom(wanted);
    const { starts, ends, stride, data } = this;
    const walk = this.kernel.walk(data, this.at, wanted, { starts, ends, stride, firstRow });
    this.rows += walk.rows;
    this.at = walk.end;
    if (walk.fault !== undefined || this.rows >= this.declaredRows) this.found = this.outcomeOf(walk);
    return walk.rows === 0 ? undefined : { firstRow, rows: walk.rows, data, stride, starts, ends };
  }

  outcome(): BlockOutcome {
    return this.found ?? { rows: this.rows, bytes: this.data.length };
  }

  release(): void {
    if (this.isOwn) freeBytes(this.data);
    this.data = noBytes;
    this.isOwn = false;
    this.rows = 0;
    this.at = 0;
    this.found = noOutcome;
  }

  /** Room for a batch is made as large as blocks turn out to be. */
  private makeRoom(rows: number): void {
    this.stride = Math.min(this.capacity, Math.max(rows, this.stride * 2));
    this.starts = new Int32Array(this.stride * this.plans.length);
    this.ends = new Int32Array(this.stride * this.plans.length);
  }

  private outcomeOf({ fault }: Walk): BlockOutcome {
    const { rows, at, data, declaredRows } = this;
    const problem = rowsProblem({ rows, declaredRows, left: data.length - at, fault });
    return { rows, bytes: data.length, ...(problem === undefined ? {} : { problem }) };
  }
}

/** What is wrong with a block after its last row, in the words of both engines. */
export function rowsProblem(end: {
  readonly rows: number;
  readonly declaredRows: number;
  /** Bytes behind the last row. */
  readonly left: number;
  readonly fault: string | undefined;
}): BlockProblem | undefined {
  const { rows, declaredRows, left, fault } = end;
  if (fault !== undefined) {
    return { reason: 'rows', detail: `it declares ${declaredRows} rows and holds ${rows}: ${fault}` };
  }
  if (left === 0) return undefined;
  return { reason: 'rows', detail: `${left} bytes are left over after its ${declaredRows} rows` };
}

/** Why a block could not be decompressed; throws what is not of the block. */
export function decompressionProblem(error: unknown): BlockProblem {
  if (isFailure(error, 'avro.tooLarge')) {
    const detail = `it decompresses to more than ${String(error.facts['maxBytes'])} bytes`;
    return { reason: 'decompression', detail };
  }
  if (!isFailure(error, 'avro.corruptBlock')) throw error;
  const { reason, detail } = error.facts;
  return { reason: reason === 'checksum' ? 'checksum' : 'decompression', detail: String(detail) };
}
