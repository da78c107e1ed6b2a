import { Failure } from '../../src/core/failure';
import type { ByteRange, ListPage, ListRequest, ObjectInfo, ObjectStore, ReadRequest } from '../../src/core/ports';

/** One call as it arrived, in order. */
export type StoreCall =
  | { readonly method: 'list'; readonly request: ListRequest }
  | { readonly method: 'head'; readonly key: string }
  | { readonly method: 'read'; readonly key: string; readonly request: ReadRequest };

/** A bucket in memory that keeps the port's promises, counts what is asked of it, and misbehaves on demand. */
export interface MemoryObjectStore extends ObjectStore {
  readonly calls: readonly StoreCall[];
  /** Calls of one method, or all. */
  count(method?: StoreCall['method']): number;
  forgetCalls(): void;
  /** Calls under way now, and the most there ever were at once. */
  readonly underWay: number;
  readonly maxUnderWay: number;
  /** Whether an abort signal has reached the store while a call was under way. */
  readonly aborts: number;

  /** Writes an object; its ETag follows from the contents. */
  put(key: string, body: string | Uint8Array, options?: { readonly modified?: number }): void;
  /** An object that only listings and HEAD know: for buckets of a size that would not fit. */
  putInfo(info: ObjectInfo): void;
  delete(key: string): void;

  /** No page holds more than this, whatever is asked for: short pages are legal. */
  setMaxPage(maxKeys: number): void;
  /** Every call for which this returns a failure rejects with it. */
  setFault(fault: ((call: StoreCall) => Failure | undefined) | undefined): void;
  /** Holds all calls from now on back until the function that it returns is called. */
  hold(): () => void;
}

interface Stored {
  readonly info: ObjectInfo;
  readonly body?: Uint8Array;
}

const defaultModified = Date.UTC(2026, 10, 22, 4, 12, 9);

export function createMemoryObjectStore(
  contents: Readonly<Record<string, string | Uint8Array>> = {},
  options: { readonly bucket?: string } = {},
): MemoryObjectStore {
  const bucket = options.bucket ?? 'memory';
  const objects = new Map<string, Stored>();
  const calls: StoreCall[] = [];
  let sortedKeys: readonly string[] | undefined;
  let maxPage = 1000;
  let fault: ((call: StoreCall) => Failure | undefined) | undefined;
  let gate: Promise<void> | undefined;
  let underWay = 0;
  let maxUnderWay = 0;
  let aborts = 0;

  async function call<T>(entry: StoreCall, signal: AbortSignal | undefined, answer: () => T): Promise<T> {
    calls.push(entry);
    if (signal?.aborted) throw new Failure('cancelled');
    underWay++;
    maxUnderWay = Math.max(maxUnderWay, underWay);
    try {
      await orAborted(gate ?? Promise.resolve(), signal, () => aborts++);
      const failure = fault?.(entry);
      if (failure !== undefined) throw failure;
      return answer();
    } finally {
      underWay--;
    }
  }

  function find(key: string): Stored {
    const stored = objects.get(key);
    if (stored === undefined) throw new Failure('store.notFound', { key, uri: uri(key) });
    return stored;
  }

  function uri(key: string): string {
    return `s3://${bucket}/${key}`;
  }

  function put(key: string, body: string | Uint8Array, { modified = defaultModified } = {}): void {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    putStored({ info: { key, bytes: bytes.byteLength, modified, etag: hash(bytes) }, body: bytes });
  }

  function putStored(stored: Stored): void {
    objects.set(stored.info.key, stored);
    sortedKeys = undefined;
  }

  for (const [key, body] of Object.entries(contents)) put(key, body);

  return {
    list: (request, signal) =>
      call({ method: 'list', request }, signal, () => {
        sortedKeys ??= sortByBytes([...objects.keys()]);
        return page(sortedKeys, request, maxPage, (key) => find(key).info);
      }),
    head: (key, signal) => call({ method: 'head', key }, signal, () => find(key).info),
    read: (key, request = {}, signal) =>
      call({ method: 'read', key, request }, signal, () => {
        const { info, body } = find(key);
        if (body === undefined) throw new Error(`the fake has no contents for ${key}`);
        if (request.ifMatch !== undefined && request.ifMatch !== info.etag)
          throw new Failure('store.changed', { key, uri: uri(key) });
        const [start, end] = clip(request.range, body.byteLength);
        const { etag, modified } = info;
        const { into } = request;
        const wanted = body.subarray(start, end);
        const isPutThere = into !== undefined && into.length >= wanted.length;
        const bytes = isPutThere ? into.subarray(0, wanted.length) : new Uint8Array(wanted.length);
        bytes.set(wanted);
        return { bytes, start, totalBytes: body.byteLength, etag, ...(modified === undefined ? {} : { modified }) };
      }),
    uri,
    dispose: () => undefined,

    calls,
    count: (method) => calls.filter((entry) => method === undefined || entry.method === method).length,
    forgetCalls: () => void (calls.length = 0),
    get underWay() {
      return underWay;
    },
    get maxUnderWay() {
      return maxUnderWay;
    },
    get aborts() {
      return aborts;
    },
    put,
    putInfo: (info) => putStored({ info }),
    delete(key) {
      objects.delete(key);
      sortedKeys = undefined;
    },
    setMaxPage: (maxKeys) => void (maxPage = maxKeys),
    setFault: (next) => void (fault = next),
    hold() {
      let open: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (open = resolve));
      gate = held;
      return () => {
        if (gate === held) gate = undefined;
        open();
      };
    },
  };
}

/** One page of a sorted key space, as S3's ListObjectsV2 gives it. The token is the last key or folder given. */
function page(
  keys: readonly string[],
  request: ListRequest,
  maxPage: number,
  infoOf: (key: string) => ObjectInfo,
): ListPage {
  const { prefix, delimiter, startAfter, pageToken } = request;
  const max = Math.min(request.maxKeys ?? 1000, maxPage);
  const objects: ObjectInfo[] = [];
  const folders: string[] = [];
  let last = '';
  let isFolder = false;
  let index = firstAtLeast(keys, prefix);
  if (startAfter !== undefined) index = Math.max(index, firstPast(keys, startAfter, false));
  if (pageToken !== undefined) {
    const token = decodeToken(pageToken);
    index = Math.max(index, firstPast(keys, token.last, token.isFolder));
  }
  while (index < keys.length) {
    const key = keys[index] ?? '';
    if (!key.startsWith(prefix)) break;
    if (objects.length + folders.length >= max) return { objects, folders, nextToken: encodeToken(last, isFolder) };
    const slash = delimiter === undefined ? -1 : key.indexOf('/', prefix.length);
    isFolder = slash >= 0;
    if (!isFolder) {
      objects.push(infoOf(key));
      last = key;
      index++;
    } else {
      last = key.slice(0, slash + 1);
      folders.push(last);
      index = firstPast(keys, last, true);
    }
  }
  return { objects, folders };
}

/** Past a key, or past a folder and all that is in it. */
function firstPast(keys: readonly string[], last: string, isFolder: boolean): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const key = keys[middle] ?? '';
    if (compareBytes(key, last) <= 0 || (isFolder && key.startsWith(last))) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstAtLeast(keys: readonly string[], prefix: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareBytes(keys[middle] ?? '', prefix) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function encodeToken(last: string, isFolder: boolean): string {
  return Buffer.from((isFolder ? 'f' : 'k') + last).toString('base64url');
}

function decodeToken(token: string): { readonly last: string; readonly isFolder: boolean } {
  const text = Buffer.from(token, 'base64url').toString();
  return { last: text.slice(1), isFolder: text.startsWith('f') };
}

/** UTF-8 byte order, which JavaScript's order of UTF-16 code units is not beyond U+FFFF. */
function sortByBytes(keys: string[]): readonly string[] {
  return keys.every(isAscii) ? keys.sort() : keys.sort(compareBytes);
}

function compareBytes(a: string, b: string): number {
  if (isAscii(a) && isAscii(b)) return a < b ? -1 : a > b ? 1 : 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function isAscii(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- the range is what ASCII is
  return /^[\x00-\x7f]*$/.test(text);
}

function clip(range: ByteRange | undefined, size: number): readonly [start: number, end: number] {
  if (range === undefined) return [0, size];
  const numbers = 'suffix' in range ? [0, range.suffix] : [0, range.start, range.end];
  if (!numbers.every((value, index) => Number.isSafeInteger(value) && value >= (numbers[index - 1] ?? 0)))
    throw new Failure('internal', { detail: 'not a byte range' });
  if ('suffix' in range) return [Math.max(0, size - range.suffix), size];
  return [Math.min(range.start, size), Math.max(Math.min(range.start, size), Math.min(range.end, size))];
}

/** FNV-1a, for ETags that differ when contents do. */
function hash(bytes: Uint8Array): string {
  let value = 0x811c9dc5;
  for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
  return `${bytes.byteLength.toString(16)}-${value.toString(16)}`;
}

function orAborted(wait: Promise<void>, signal: AbortSignal | undefined, onAbort: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      onAbort();
      reject(new Failure('cancelled'));
    };
    signal?.addEventListener('abort', abort, { once: true });
    void wait.then(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
  });
}
