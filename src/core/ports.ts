/**
 * The world as the product sees it: a handful of interfaces. Adapters live in `src/store` and `src/host`;
 * fakes for tests in `test/fakes`. One contract suite (`test/contract`) holds all of them to these words.
 */

/** Facts of one object, as a listing or a HEAD tells them. */
export interface ObjectInfo {
  /** Relative to the root of the store: `sync_1240/_heap_table_name=users/part-00000-….avro`. Never starts with `/`. */
  readonly key: string;
  /** Size in bytes; exact, objects are below 2^53. */
  readonly bytes: number;
  /** Last modified, epoch milliseconds. Absent if the store does not say. */
  readonly modified?: number;
  /** Opaque version of the contents, without quotes. Two reads with one ETag read the same bytes. */
  readonly etag: string;
}

export interface ListRequest {
  /** Only keys that start with this, relative to the root. `''` for all. */
  readonly prefix: string;
  /** `/`: keys that have a further `/` after the prefix are folded into `folders`. Absent: all keys, flat. */
  readonly delimiter?: '/';
  /** Only keys after this one, in UTF-8 byte order. */
  readonly startAfter?: string;
  /** From a former page's `nextToken`. */
  readonly pageToken?: string;
  /** At most this many objects and folders in the page; 1,000 is S3's own limit and the default. */
  readonly maxKeys?: number;
}

export interface ListPage {
  /** In UTF-8 byte order of their keys. */
  readonly objects: readonly ObjectInfo[];
  /** Common prefixes, each ending in `/`, relative to the root. */
  readonly folders: readonly string[];
  /** Present if there is more. */
  readonly nextToken?: string;
}

/** Bytes `start` (inclusive) to `end` (exclusive); or the last `suffix` bytes. Ranges past the end are clipped. */
export type ByteRange = { readonly start: number; readonly end: number } | { readonly suffix: number };

export interface ReadRequest {
  /** Absent: the whole object. */
  readonly range?: ByteRange;
  /** Fail with `store.changed` unless the object still has this ETag. */
  readonly ifMatch?: string;
  /** Memory of the caller's that the bytes are put into if it is large enough. After a failure it may still be written to. */
  readonly into?: Uint8Array<ArrayBuffer>;
}

export interface ObjectRead {
  /** Exact-size: owns its whole buffer, so that it can be transferred; unless it lies in `into`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Offset of the first byte in the object. */
  readonly start: number;
  /** Size of the whole object. */
  readonly totalBytes: number;
  readonly etag: string;
  readonly modified?: number;
}

/**
 * Read-only access to one bucket (or prefix, or folder). Every method rejects with a `Failure`:
 * `store.*` or `cancelled`. Nothing here can write, by design.
 */
export interface ObjectStore {
  /** One page of keys. A prefix with nothing under it is an empty page, not a failure. */
  list(request: ListRequest, signal?: AbortSignal): Promise<ListPage>;
  /** `store.notFound` if there is no such object. */
  head(key: string, signal?: AbortSignal): Promise<ObjectInfo>;
  /** A range that starts at or past the end gives no bytes, and `totalBytes` all the same. */
  read(key: string, request?: ReadRequest, signal?: AbortSignal): Promise<ObjectRead>;
  /** The name a person would paste: `s3://bucket/prefix/key`, or an absolute path. */
  uri(key: string): string;
  dispose(): void;
}

/** Time, so that tests can set it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

/** Where messages for the developer go. Never keys, tokens or cell values. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
