import type { ObjectStore } from '../../core/ports';
import type { RangeRead } from '../../protocol/worker';

/** The bytes of one object, all from the version that was seen first: later reads fail with `store.changed` otherwise. */
export interface PartSource {
  /** Known after the first read; epoch milliseconds. */
  readonly modified: number | undefined;
  read(start: number, end: number, signal: AbortSignal): Promise<RangeRead>;
}

export function createPartSource(store: Pick<ObjectStore, 'read'>, key: string): PartSource {
  let etag: string | undefined;
  let modified: number | undefined;
  return {
    get modified() {
      return modified;
    },
    async read(start, end, signal) {
      const read = await store.read(
        key,
        { range: { start, end }, ...(etag === undefined ? {} : { ifMatch: etag }) },
        signal,
      );
      etag ??= read.etag;
      modified ??= read.modified;
      return { bytes: read.bytes, totalBytes: read.totalBytes };
    },
  };
}
