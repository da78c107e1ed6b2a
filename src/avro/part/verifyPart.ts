import type { Damage } from '../../core/partProgress';
import { openPart } from './part';
import type { RangeSource } from '../container/rangeSource';
import type { Decoders } from '../tasks/scanProgram';

export interface VerifyPartOptions {
  readonly signal?: AbortSignal;
  readonly decoders?: Decoders;
  readonly maxBlockBytes?: number;
  readonly onProgress?: (progress: { readonly bytesDone: number; readonly bytesTotal: number }) => void;
}

/** What a part is found to be when every byte of it has been looked at. All JSON. */
export interface PartReport {
  readonly codec: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Blocks with rows that can be read. */
  readonly blocks: number;
  /** What the headers of the blocks declare, as far as they can be read. A header that is itself wrong may declare anything. */
  readonly rowsDeclared: number;
  /** Rows that can be read. */
  readonly rowsDecoded: number;
  /** In the order of the file; of more than a thousand the last one stands for the rest. */
  readonly damage: readonly Damage[];
  /** Bytes behind the last block that are no block. */
  readonly trailingBytes: number;
  /** Nothing is wrong: rows declared = rows there, checksums, sync markers, no bytes over. */
  readonly isSound: boolean;
}

/**
 * Reads a part to its end and checks all of it: nothing that was kept from earlier is trusted. Rejects as `openPart` does where the header cannot be
 * read, with `cancelled`, or with what the source rejects with; damage is no failure.
 */
export async function verifyPart(source: RangeSource, options: VerifyPartOptions = {}): Promise<PartReport> {
  const { signal, decoders, maxBlockBytes, onProgress } = options;
  const part = await openPart(source, {
    readAheadBytes: 0,
    cacheBytes: 0,
    ...(signal === undefined ? {} : { signal }),
    ...(decoders === undefined ? {} : { decoders }),
    ...(maxBlockBytes === undefined ? {} : { maxBlockBytes }),
  });
  try {
    // The first block is known from opening; its bytes went through the same checks.
    for await (const { bytesDone, bytesTotal } of part.scan({ task: { kind: 'count' } })) {
      onProgress?.({ bytesDone, bytesTotal });
    }
    const { rows, blocks, totalBytes, damage } = part.progress();
    const lost = damage.reduce((sum, one) => sum + Math.max(0, (one.declaredRows ?? 0) - one.decodedRows), 0);
    const trailing = damage.filter(({ reason }) => reason === 'trailingBytes');
    return {
      codec: part.metadata.codec,
      bytes: totalBytes,
      blocks,
      rowsDeclared: rows + lost,
      rowsDecoded: rows,
      damage,
      trailingBytes: trailing.reduce((sum, { offset, resumedAt }) => sum + resumedAt - offset, 0),
      isSound: damage.length === 0,
    };
  } finally {
    part.dispose();
  }
}
