import { Failure, type FailureCode, throwIfAborted } from './failure';
import { limitStore } from './limitStore';
import type { ListRequest, ObjectInfo, ObjectStore } from './ports';

/** The few ways in which the catalog touches its store. */
export interface CatalogIo {
  /** All pages, or as many as `goOn` lets pass; it is asked before each further page. `isCut` says that there was more. */
  listAll(
    request: ListRequest,
    signal: AbortSignal,
    options?: {
      readonly goOn?: (pages: number) => boolean;
      readonly onPage?: (objectsSoFar: number) => void;
    },
  ): Promise<Listing>;
  /** A whole object as text. Fails with `code` if it is not UTF-8. */
  readText(key: string, code: FailureCode, signal: AbortSignal): Promise<TextObject>;
}

export interface Listing {
  readonly objects: readonly ObjectInfo[];
  readonly folders: readonly string[];
  readonly isCut: boolean;
}

export interface TextObject {
  readonly text: string;
  readonly info: ObjectInfo;
}

export function createCatalogIo(store: ObjectStore, maxConcurrency: number): CatalogIo {
  const limited = limitStore(store, maxConcurrency);
  return {
    async listAll(request, signal, options = {}) {
      const objects: ObjectInfo[] = [];
      const folders: string[] = [];
      let pageToken: string | undefined;
      for (let pages = 0; ; pages++) {
        throwIfAborted(signal);
        if (pages > 0 && options.goOn?.(pages) === false) return { objects, folders, isCut: true };
        const page = await limited.list({ ...request, ...(pageToken === undefined ? {} : { pageToken }) }, signal);
        for (const object of page.objects) objects.push(object);
        for (const folder of page.folders) folders.push(folder);
        options.onPage?.(objects.length);
        // A server that repeats itself would be listed for ever.
        if (pageToken !== undefined && page.nextToken === pageToken)
          throw new Failure('store.protocol', { detail: 'its list of keys goes round in a circle' });
        pageToken = page.nextToken;
        if (pageToken === undefined) return { objects, folders, isCut: false };
      }
    },
    async readText(key, code, signal) {
      const { bytes, totalBytes, etag, modified } = await limited.read(key, {}, signal);
      const info = { key, bytes: totalBytes, etag, ...(modified === undefined ? {} : { modified }) };
      return { text: decode(bytes, key, code), info };
    },
  };
}

/** A byte order mark stays in the text: it is not JSON, and strict readers downstream refuse it too. */
function decode(bytes: Uint8Array, key: string, code: FailureCode): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new Failure(code, { key, detail: 'it is not UTF-8 text' }, error);
  }
}
