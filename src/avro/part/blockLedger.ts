import type { Damage } from '../../core/partProgress';
import type { BlockOutcome } from '../engine/blockEngine';
import type { Framed } from '../container/blockFramer';
import { BlockIndex } from './blockIndex';
import { damageOf } from './blockScanner';

/** Stretches of damage told one by one. In a file that is all damage the last one stands for the rest. */
const maxDamageEntries = 1_000;

/** What is known of a part for certain: everything up to a position, block by block. Readers of the part add to it. */
export class BlockLedger {
  index: BlockIndex;
  /** Offset up to which the file is known, and the number of the block there. */
  position: number;
  number: number;
  /** Replaced, not changed, so that a snapshot may hold it. */
  damage: readonly Damage[];
  damageCount: number;
  /** Some of it was kept from earlier, and has not been seen this time. */
  isImported = false;
  /** How often what was known turned out to be wrong. */
  generation = 0;
  private readonly start: number;

  /** `start`: offset of the first block. */
  constructor(start: number) {
    this.start = start;
    this.position = start;
    this.index = new BlockIndex();
    this.number = 0;
    this.damage = [];
    this.damageCount = 0;
  }

  /** Knows from now on what was known earlier. */
  adopt(state: LedgerState): void {
    this.index = state.index;
    this.position = state.position;
    this.number = state.number;
    this.damage = state.damage;
    this.damageCount = state.damageCount;
    this.isImported = true;
  }

  /** Knows nothing any more: what was adopted turned out to be wrong. */
  clear(): void {
    this.adopt({ index: new BlockIndex(), position: this.start, number: 0, damage: [], damageCount: 0 });
    this.isImported = false;
    this.generation++;
  }

  /** Adds what stands at the position, if that is what it is; false if it is known already. `outcome`: of the block, if there is one. */
  commit(framed: Framed, outcome: BlockOutcome | undefined): boolean {
    if (framed.offset !== this.position) return false;
    const { number, block } = framed;
    const rows = outcome?.rows ?? 0;
    const problem =
      framed.problem ?? (outcome?.problem && { ...outcome.problem, ...(block && { declaredRows: block.rows }) });
    if (problem !== undefined) this.addDamage(damageOf(framed, problem, rows, this.index.rows));
    if (block !== undefined && rows > 0) {
      this.index.add({ number, dataOffset: block.dataOffset, size: block.size, rows });
    }
    this.position = framed.resumedAt;
    this.number = number + 1;
    return true;
  }

  private addDamage(damage: Damage): void {
    this.damageCount++;
    this.damage =
      this.damageCount <= maxDamageEntries
        ? [...this.damage, damage]
        : [...this.damage.slice(0, -1), folded(this.damage.at(-1) ?? damage, damage, this.damageCount)];
  }
}

export interface LedgerState {
  readonly index: BlockIndex;
  readonly position: number;
  readonly number: number;
  readonly damage: readonly Damage[];
  readonly damageCount: number;
}

/** One entry for two: from the beginning of the first to the end of the second. */
function folded(first: Damage, second: Damage, count: number): Damage {
  const declared = (first.declaredRows ?? 0) + (second.declaredRows ?? 0);
  return {
    ...first,
    resumedAt: second.resumedAt,
    ...(declared === 0 ? {} : { declaredRows: declared }),
    decodedRows: first.decodedRows + second.decodedRows,
    detail: `this and ${count - maxDamageEntries} more damaged blocks after it`,
  };
}
