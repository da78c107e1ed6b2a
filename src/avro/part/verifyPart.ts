import type { PartReport } from '../../core/partReport';
import { openPart } from './part';
import type { RangeSource } from '../container/rangeSource';
import type { Decoders } from '../tasks/scanProgram';

export type { PartReport } from '../../core/partReport';

export interface VerifyPartOptions {
  readonly signal?: AbortSignal;
  readonly decoders?: Decoders;
  readonly maxBlockBytes?: number;
  readonly onProgress?: (progress: { readonly bytesDone: number; readonly bytesTotal: number }) => void;
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
