import { Failure, isFailure } from '../core/failure';
import type { ObjectRead, ReadRequest } from '../core/ports';
import { delay } from './abortable';
import { resolveRange, roomFor } from './byteRange';

/** An answer whose body is still to come. */
export interface OpenBody {
  readonly body: AsyncIterable<Uint8Array> & { destroy(): void };
  /** Offset in the object of the body's first byte. 0 also from a server that ignores ranges. */
  readonly bodyStart: number;
  readonly totalBytes: number;
  readonly etag: string;
  readonly modified: number | undefined;
}

/** What is known, and received, of one version of the object. */
interface Received {
  readonly head: OpenBody;
  readonly start: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  filled: number;
}

/**
 * Reads a range into one buffer of its exact size. When the connection breaks in the middle, what is there is kept and
 * the rest is asked for, pinned to the same version; if that version is gone and the caller did not insist on it,
 * reading starts anew. Gives up after `maxAttempts` openings with the last failure, as `translate` puts it.
 */
export async function receiveObject(
  open: (request: ReadRequest) => Promise<OpenBody>,
  request: ReadRequest,
  { maxAttempts, signal }: { readonly maxAttempts: number; readonly signal: AbortSignal },
  translate: (error: unknown) => Failure,
): Promise<ObjectRead> {
  let received: Received | undefined;
  for (let attempt = 1; ; attempt++) {
    const isResumed = received !== undefined;
    let head: OpenBody;
    try {
      head = await open(received === undefined ? request : restOf(received));
    } catch (error) {
      const isReplaced = isFailure(error, 'store.changed') && isResumed && request.ifMatch === undefined;
      if (!isReplaced || attempt >= maxAttempts) throw error;
      received = undefined;
      continue;
    }
    received ??= begin(head, request);
    try {
      await fill(received, head);
      return finish(received);
    } catch (error) {
      if (signal.aborted) throw new Failure('cancelled');
      const failure = translate(error);
      if (failure.code !== 'store.network') throw failure;
      if (attempt >= maxAttempts)
        throw new Failure(failure.code, { ...failure.facts, attempts: attempt }, failure.cause);
      await delay(pauseMs(attempt), signal);
    }
  }
}

function begin(head: OpenBody, request: ReadRequest): Received {
  const { start, end } = resolveRange(request.range, head.totalBytes);
  return { head, start, bytes: roomFor(end - start, request.into), filled: 0 };
}

function restOf({ head, start, bytes, filled }: Received): ReadRequest {
  return { range: { start: start + filled, end: start + bytes.byteLength }, ifMatch: head.etag };
}

/** Copies the wanted part of the body. A server that ignored the range sends more at both ends: that is passed over. */
async function fill(received: Received, { body, bodyStart }: OpenBody): Promise<void> {
  const { bytes } = received;
  let at = bodyStart;
  try {
    for await (const chunk of body) {
      const wanted = received.start + received.filled;
      const from = wanted - at;
      if (from < 0) throw new Failure('store.protocol', { detail: `asked for byte ${wanted}, got byte ${at}` });
      if (from < chunk.byteLength) {
        const piece = chunk.subarray(from, from + bytes.byteLength - received.filled);
        bytes.set(piece, received.filled);
        received.filled += piece.byteLength;
      }
      at += chunk.byteLength;
      if (received.filled === bytes.byteLength && at > received.start + bytes.byteLength) break;
    }
  } catch (error) {
    // What was wanted is there; how the rest of the answer went does not matter.
    if (received.filled < bytes.byteLength || isFailure(error)) throw error;
  } finally {
    body.destroy();
  }
  if (received.filled < bytes.byteLength) {
    throw Object.assign(new Error(`the answer ended ${bytes.byteLength - received.filled} bytes early`), {
      code: 'ECONNRESET',
    });
  }
}

function finish({ head, start, bytes }: Received): ObjectRead {
  const { totalBytes, etag, modified } = head;
  return { bytes, start, totalBytes, etag, ...(modified === undefined ? {} : { modified }) };
}

/** 100 ms, doubled with every failed try, with some chance in it so that many readers do not come back at once. */
function pauseMs(attempt: number): number {
  return Math.min(5000, 100 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
}
