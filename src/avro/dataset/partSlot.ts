import type { Column } from '../../core/column';
import type { FailureData } from '../../core/failure';
import type { PartMetadata, PartProgress } from '../../core/partProgress';
import type { DatasetSource } from './dataset';
import type { Part } from '../part/part';

/** One of the parts of a dataset, open or not. */
export interface PartSlot {
  readonly index: number;
  readonly source: DatasetSource;
  /** Set while it is open. */
  part?: Part;
  /** Who is at work on it. */
  users?: number;
  opening?: Promise<Part>;
  /** How many blocks the index had that was loaded or saved last. */
  keptBlocks?: number;
  /** From its header, once that was read. */
  columns?: readonly Column[];
  metadata?: PartMetadata;
  /** The last one told; what it spent when it was open before is in it. */
  progress?: PartProgress;
  /** Of a part that was closed: what was known of its blocks, and what it had spent. */
  kept?: Uint8Array<ArrayBuffer>;
  spent?: { readonly requests: number; readonly bytesRead: number };
  /** When it was used last: parts not used for longest are closed first. */
  lastUse?: number;
  failure?: FailureData;
  /** What the number of its rows was last taken to be, before it was known. */
  estimate?: number;
  /** Number of its rows, once the last one is known. */
  exactRows?: number;
}

/** Blocks that an index must have come on for it to be worth keeping: about a megabyte of the export's. */
const leastNewBlocks = 16;

/** Saves the index of a part when reading has stopped, if it has come on so far that finding it out again would cost something. */
export function keepIndex(slot: PartSlot): void {
  const { part, progress, source, keptBlocks } = slot;
  if (part === undefined || source.saveIndex === undefined || progress === undefined) return;
  const isAtRest = progress.state === 'complete' || progress.state === 'paused';
  if (!isAtRest || progress.blocks < (keptBlocks ?? 0) + leastNewBlocks) return;
  slot.keptBlocks = progress.blocks;
  source.saveIndex(part.exportIndex());
}

/** Closes a part to its header and its index. */
export function closeSlot(slot: PartSlot): void {
  const { part, progress } = slot;
  if (part === undefined) return;
  slot.kept = part.exportIndex();
  slot.spent = { requests: progress?.requests ?? 0, bytesRead: progress?.bytesRead ?? 0 };
  delete slot.part;
  part.dispose();
}

/** The index to begin with, if there is one. */
export async function loadIndexOf({ loadIndex }: DatasetSource): Promise<Uint8Array | undefined> {
  return loadIndex?.();
}
