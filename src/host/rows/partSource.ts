import type { ObjectStore } from '../../core/ports';
import type { RangeRead } from '../../protocol/dataset';

/** The bytes of one object, all from the version that was seen first: later reads fail with `store.changed` otherwise. */
export interface PartSource {
  /** Known after the first read; epoch milliseconds. */
  readonly modified: number | undefined;
  /** Known after the first read: names the contents. */
  readonly version: PartVersion | undefined;
  read(start: number, end: number, signal: AbortSignal): Promise<RangeRead>;
}

export interface PartVersion {
  /** Where the object lies, unlike any other: with the server, if that is not Amazon's. */
  readonly place: string;
  readonly etag: string;
  readonly totalBytes: number;
}

export function createPartSource(store: Pick<ObjectStore, 'read'>, key: string, place: string): PartSource {
  let version: PartVersion | undefined;
  let modified: number | undefined;
  return {
    get modified() {
      return modified;
    },
    get version() {
      return version;
    },
    async read(start, end, signal) {
      const read = await store.read(
        key,
        { range: { start, end }, ...(version === undefined ? {} : { ifMatch: version.etag }) },
        signal,
      );
      version ??= { place, etag: read.etag, totalBytes: read.totalBytes };
      modified ??= read.modified;
      return { bytes: read.bytes, totalBytes: read.totalBytes };
    },
  };
}
