import { type BlockEngine, type BlockOutcome, type RowBatch, type WasmBatch } from './blockEngine';
import { codecNamed, type Decompress, type DecompressSync, syncCodecNamed } from '../container/codecs';
import type { ColumnPlan } from '../values/columns';
import { KernelArea, keptMemoryBytes } from './kernelArea';
import { decompressSnappy } from './kernelSnappy';
import { faultReasons, faultText, noUnion, op, tableOf } from './kernel';
import { decompressionProblem, rowsOfBatch, rowsProblem } from './scriptEngine';
import type { KernelExports } from './wasmKernel';

export interface WasmEngineSetup {
  readonly plans: readonly ColumnPlan[];
  readonly codec: string;
  readonly maxBlockBytes: number;
  /** As in `BlockEngineOptions`. */
  readonly columns?: ReadonlySet<string>;
  readonly createKernel: () => KernelExports;
}

/** An engine in WebAssembly, for rows without nested values. Fails with `avro.unknownCodec`. */
export function createWasmEngine(setup: WasmEngineSetup): BlockEngine {
  return new WasmEngine(setup);
}

const noOutcome: BlockOutcome = { rows: 0, bytes: 0 };

/** Words of the record that `walk` works on (`Walk` in assembly/walk.ts). */
const word = {
  data: 0,
  bytes: 1,
  position: 2,
  emptyRows: 3,
  fault: 4,
  faultColumn: 5,
  columns: 6,
  rules: 7,
  starts: 8,
  ends: 9,
  stride: 10,
} as const;
const walkWords = 11;
/** `ColumnRule` there. */
const ruleBytes = 12;

class WasmEngine implements BlockEngine {
  readonly kind = 'wasm';
  readonly plans: readonly ColumnPlan[];
  private readonly setup: WasmEngineSetup;
  private readonly isWanted: (column: number) => boolean;
  private readonly isSnappy: boolean;
  private readonly decompressSync: DecompressSync | undefined;
  private readonly decompress: Decompress;
  private readonly capacity: number;
  private room: KernelRoom | undefined;
  private declaredRows = 0;
  private rows = 0;
  private bytes = 0;
  private found: BlockOutcome | undefined = noOutcome;

  constructor(setup: WasmEngineSetup) {
    const { plans, columns } = setup;
    this.setup = setup;
    this.isWanted = (column) => columns?.has(plans[column]?.column.name ?? '') ?? true;
    this.plans = setup.plans;
    this.isSnappy = setup.codec === 'snappy';
    this.decompress = codecNamed(setup.codec);
    this.decompressSync = syncCodecNamed(setup.codec);
    this.capacity = rowsOfBatch(setup.plans.length);
  }

  async open(stored: Uint8Array, declaredRows: number): Promise<void> {
    this.release();
    this.room ??= new KernelRoom(this.setup.createKernel(), this.plans, this.isWanted);
    this.declaredRows = declaredRows;
    const { maxBlockBytes } = this.setup;
    try {
      if (this.isSnappy) this.bytes = this.room.takeSnappy(stored, maxBlockBytes);
      else {
        const data = this.decompressSync?.(stored, maxBlockBytes) ?? (await this.decompress(stored, maxBlockBytes));
        this.room.takeData(data);
        this.bytes = data.length;
      }
      this.room.begin(this.bytes);
      this.found = undefined;
    } catch (error) {
      this.found = { rows: 0, bytes: 0, problem: decompressionProblem(error) };
    }
  }

  nextBatch(): RowBatch | undefined {
    const { room, rows: firstRow } = this;
    if (this.found !== undefined || room === undefined) return undefined;
    const wanted = Math.min(this.capacity, this.declaredRows - firstRow);
    room.makeRoom(wanted, this.capacity);
    const { rows, fault, faultColumn, position } = room.walk(wanted);
    this.rows += rows;
    if (fault !== 0 || this.rows >= this.declaredRows) {
      const reason = faultReasons[fault] ?? '';
      const text = fault === 0 ? undefined : faultText(this.rows, this.plans[faultColumn], reason);
      const { declaredRows, bytes } = this;
      const problem = rowsProblem({ rows: this.rows, declaredRows, left: bytes - position, fault: text });
      this.found = { rows: this.rows, bytes, ...(problem === undefined ? {} : { problem }) };
    }
    return rows === 0 ? undefined : new KernelBatch(room, { firstRow, rows, bytes: this.bytes });
  }

  outcome(): BlockOutcome {
    return this.found ?? { rows: this.rows, bytes: this.bytes };
  }

  release(): void {
    if ((this.room?.memoryBytes ?? 0) > keptMemoryBytes) this.room = undefined;
    this.rows = 0;
    this.bytes = 0;
    this.found = noOutcome;
  }
}

/** A kernel with the areas of its memory that one engine works in. */
class KernelRoom {
  readonly kernel: KernelExports;
  private readonly record: number;
  private readonly columns: number;
  private readonly stored: KernelArea;
  private readonly area: KernelArea;
  private positions = 0;
  stride = 0;

  constructor(kernel: KernelExports, plans: readonly ColumnPlan[], isWanted: (column: number) => boolean) {
    this.kernel = kernel;
    this.columns = plans.length;
    this.record = kernel.allocate(walkWords * 4);
    this.stored = new KernelArea(kernel);
    this.area = new KernelArea(kernel);
    const rules = kernel.allocate(plans.length * ruleBytes);
    placeRules(new DataView(kernel.memory.buffer, rules), plans, isWanted);
    const words = this.words();
    words[word.rules] = rules;
    words[word.columns] = plans.length;
  }

  get memoryBytes(): number {
    return this.kernel.memory.buffer.byteLength;
  }

  get dataAddress(): number {
    return this.area.address;
  }

  get startsAddress(): number {
    return this.positions;
  }

  get endsAddress(): number {
    return this.positions + this.stride * this.columns * 4;
  }

  takeData(bytes: Uint8Array): void {
    this.area.fill(bytes);
  }

  /** Decompresses a block, and gives how many bytes it becomes. Throws as `Decompress` rejects. */
  takeSnappy(stored: Uint8Array, maxBytes: number): number {
    return decompressSnappy(this.stored, this.area, stored, maxBytes);
  }

  /** Makes ready for the rows of the block whose bytes are in the area for data. */
  begin(bytes: number): void {
    const words = this.words();
    words[word.data] = this.area.address;
    words[word.bytes] = bytes;
    words[word.position] = 0;
    words[word.emptyRows] = 0;
    words[word.fault] = 0;
  }

  /** Room for the positions of so many rows; more at a time as blocks turn out to be larger. */
  makeRoom(rows: number, capacity: number): void {
    if (rows <= this.stride) return;
    const { kernel, columns } = this;
    if (this.positions !== 0) kernel.release(this.positions);
    this.stride = Math.min(capacity, Math.max(rows, this.stride * 2));
    this.positions = kernel.allocate(this.stride * columns * 8);
    const words = this.words();
    words[word.starts] = this.startsAddress;
    words[word.ends] = this.endsAddress;
    words[word.stride] = this.stride;
  }

  walk(maxRows: number): { rows: number; fault: number; faultColumn: number; position: number } {
    const rows = this.kernel.walk(this.record, maxRows);
    const words = this.words();
    return {
      rows,
      fault: words[word.fault] as number,
      faultColumn: words[word.faultColumn] as number,
      position: words[word.position] as number,
    };
  }

  private words(): Uint32Array {
    return new Uint32Array(this.kernel.memory.buffer, this.record, walkWords);
  }
}

function placeRules(view: DataView, plans: readonly ColumnPlan[], isWanted: (column: number) => boolean): void {
  const { ops, sizes, nullBytes } = tableOf(plans);
  let run = 0;
  for (let column = plans.length - 1; column >= 0; column--) {
    const at = column * ruleBytes;
    const isLikeNext =
      ops[column] === ops[column + 1] &&
      nullBytes[column] === nullBytes[column + 1] &&
      isWanted(column) === isWanted(column + 1);
    if (ops[column] !== op.bytes || nullBytes[column] === noUnion) run = 0;
    else run = isLikeNext ? run + 1 : 1;
    view.setUint8(at, ops[column] as number);
    view.setUint8(at + 1, nullBytes[column] as number);
    view.setUint8(at + 2, isWanted(column) ? 1 : 0);
    view.setInt32(at + 4, sizes[column] as number, true);
    view.setUint32(at + 8, run, true);
  }
}

/** Rows in a kernel's memory. Views are taken when they are asked for, and again when the memory has moved. */
class KernelBatch implements RowBatch {
  readonly firstRow: number;
  readonly rows: number;
  readonly stride: number;
  readonly wasm: WasmBatch;
  private readonly bytes: number;
  private readonly cells: number;
  private views: { readonly data: Buffer; readonly starts: Int32Array; readonly ends: Int32Array } | undefined;

  constructor(room: KernelRoom, { firstRow, rows, bytes }: { firstRow: number; rows: number; bytes: number }) {
    this.firstRow = firstRow;
    this.rows = rows;
    this.bytes = bytes;
    this.stride = room.stride;
    this.cells = (room.endsAddress - room.startsAddress) / 4;
    this.wasm = {
      kernel: room.kernel,
      data: room.dataAddress,
      starts: room.startsAddress,
      ends: room.endsAddress,
    };
  }

  get data(): Buffer {
    return this.fresh().data;
  }

  get starts(): Int32Array {
    return this.fresh().starts;
  }

  get ends(): Int32Array {
    return this.fresh().ends;
  }

  private fresh(): NonNullable<KernelBatch['views']> {
    const { kernel, data, starts, ends } = this.wasm;
    const { buffer } = kernel.memory;
    if (this.views?.data.buffer !== buffer) {
      this.views = {
        data: Buffer.from(buffer, data, this.bytes),
        starts: new Int32Array(buffer, starts, this.cells),
        ends: new Int32Array(buffer, ends, this.cells),
      };
    }
    return this.views;
  }
}
