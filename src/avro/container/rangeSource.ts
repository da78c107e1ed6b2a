import { Failure } from '../../core/failure';

/** What a source gives for one read. */
export interface SourceRead {
  /** The bytes from `start`; fewer than asked for only where the source ends. */
  readonly bytes: Uint8Array;
  /** Size of the whole source. */
  readonly totalBytes: number;
  /** The memory of `bytes` is the reader's from now on: it may be freed when it has been used. */
  readonly isOwned?: boolean;
}

/**
 * Bytes of one part file, by range: a local file, an object, or the far end of a channel. All reads must see
 * one version of the contents; a source that finds it changed rejects with `store.changed`.
 */
export interface RangeSource {
  /**
   * Bytes `start` (inclusive) to `end` (exclusive), clipped to the end. Rejects with a `Failure`. `into`: memory of at least as many bytes, which a source
   * may put them into; then the answer's bytes lie there, at its beginning. After a failure it may still be written to.
   */
  read(start: number, end: number, signal?: AbortSignal, into?: Uint8Array<ArrayBuffer>): Promise<SourceRead>;
}

/** A source that also counts what was asked of it. */
export interface CountingSource extends RangeSource {
  readonly requests: number;
  readonly bytesRead: number;
}

/** Counts the requests made and the bytes that came back. */
export function createCountingSource(source: RangeSource): CountingSource {
  let requests = 0;
  let bytesRead = 0;
  return {
    get requests() {
      return requests;
    },
    get bytesRead() {
      return bytesRead;
    },
    async read(start, end, signal, into) {
      requests++;
      const answer = await source.read(start, end, signal, into);
      bytesRead += answer.bytes.length;
      return answer;
    },
  };
}

/** A source over bytes that are in memory already. */
export function createMemorySource(bytes: Uint8Array): RangeSource {
  return {
    read(start, end, signal, into) {
      if (signal?.aborted) return Promise.reject(new Failure('cancelled'));
      const totalBytes = bytes.length;
      if (into === undefined)
        return Promise.resolve({
          bytes: Uint8Array.prototype.slice.call(bytes, start, end),
          totalBytes,
          isOwned: true,
        });
      const wanted = bytes.subarray(start, end);
      into.set(wanted);
      return Promise.resolve({ bytes: into.subarray(0, wanted.length), totalBytes });
    },
  };
}
