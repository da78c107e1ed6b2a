import type { Damage } from '../../core/partProgress';
import { createBreather } from '../container/breather';
import { BlockFramer, type BlockFramerOptions, type Framed, maxBlockBytes } from '../container/blockFramer';
import { freeBytes } from '../container/freeBytes';
import { decompressionProblem, rowsProblem } from '../engine/scriptEngine';

export { maxBlockBytes };

/** A block with at least one readable row. Its bytes are valid until the next one is asked for. */
export interface ScannedBlock {
  /** 0-based in the file; damaged stretches count as one each. */
  readonly number: number;
  /** Where its compressed bytes begin, and the bytes themselves. */
  readonly dataOffset: number;
  readonly compressed: Buffer;
  readonly data: Buffer;
  /** Rows that can be read; what the header declares, unless damage was reported. */
  readonly rows: number;
}

export interface BlockScannerOptions extends BlockFramerOptions {
  readonly onDamage: (damage: Damage) => void;
}

interface Decoded {
  readonly data?: Buffer;
  readonly rows: number;
  readonly problem?: Pick<Damage, 'reason' | 'detail' | 'declaredRows'>;
}

/**
 * The blocks of a file in order in one thread, with every one decompressed and checked: rows declared = rows there, no bytes left over, the sync
 * marker in place. What is damaged is reported, and reading goes on after it.
 */
export class BlockScanner {
  private readonly options: BlockScannerOptions;
  private readonly framer: BlockFramer;
  private readonly breathe = createBreather();

  constructor(options: BlockScannerOptions) {
    this.options = options;
    this.framer = new BlockFramer(options);
  }

  async *blocks(): AsyncGenerator<ScannedBlock, void, undefined> {
    let rowsBefore = 0;
    for (let framed = await this.framer.next(); framed !== undefined; framed = await this.framer.next()) {
      const { number, block } = framed;
      const decoded = await this.decode(framed);
      const { data, rows } = decoded;
      if (block !== undefined && data !== undefined && rows > 0) {
        yield { number, dataOffset: block.dataOffset, compressed: block.stored, data, rows };
        if (data.buffer !== block.stored.buffer) freeBytes(data);
      }
      this.report(framed, decoded, rowsBefore);
      rowsBefore += rows;
      await this.breathe();
    }
  }

  private report(framed: Framed, decoded: Decoded, rowsBefore: number): void {
    const problem = framed.problem ?? decoded.problem;
    if (problem !== undefined) this.options.onDamage(damageOf(framed, problem, decoded.rows, rowsBefore));
  }

  private async decode({ block }: Framed): Promise<Decoded> {
    if (block === undefined) return { rows: 0 };
    const { stored, rows: declaredRows } = block;
    const { kernel, decompress, maxBlockBytes: maxBytes = maxBlockBytes } = this.options;
    let data: Buffer;
    try {
      data = asBuffer(await decompress(stored, maxBytes));
    } catch (error) {
      return { rows: 0, problem: { ...decompressionProblem(error), declaredRows } };
    }
    const { rows, end, fault } = kernel.walk(data, 0, declaredRows);
    const problem = rowsProblem({ rows, declaredRows, left: data.length - end, fault });
    return { data, rows, ...(problem === undefined ? {} : { problem: { ...problem, declaredRows } }) };
  }
}

/** What is told of a place where something is wrong. */
export function damageOf(
  { number, offset, resumedAt }: Framed,
  problem: Pick<Damage, 'reason' | 'detail' | 'declaredRows'>,
  decodedRows: number,
  rowsBefore: number,
): Damage {
  const { reason, detail, declaredRows } = problem;
  return {
    reason,
    block: number,
    offset,
    resumedAt,
    ...(declaredRows === undefined ? {} : { declaredRows }),
    decodedRows,
    rowsBefore,
    detail,
  };
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
