import zlib from 'node:zlib';
import { uncompress } from 'snappyjs';
import { XzReadableStream } from 'xz-decompress';
import { Failure } from '../core/failure';
import { decompressBzip2 } from './bzip2';

/**
 * Decompresses one block. Rejects with `avro.corruptBlock` (facts `reason`: `checksum` or `decompression`, and `detail`),
 * or with `avro.tooLarge` if the block would be larger than `maxBytes`.
 */
export type Decompress = (bytes: Uint8Array, maxBytes: number) => Promise<Uint8Array>;

const codecs: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ['null', decompressNull],
  [
    'deflate',
    (bytes, maxBytes) => runZlib((done) => zlib.inflateRaw(bytes, options(bytes, maxBytes), done), maxBytes),
  ],
  ['snappy', decompressSnappy],
  ['zstandard', decompressZstandard],
  ['bzip2', (bytes, maxBytes) => settle(() => decompressBzip2(bytes, maxBytes))],
  ['xz', decompressXz],
]);

/** The codec of a container by its name in `avro.codec`. Fails with `avro.unknownCodec`. */
export function codecNamed(name: string): Decompress {
  const codec = codecs.get(name);
  if (codec === undefined) throw new Failure('avro.unknownCodec', { codec: name });
  return codec;
}

function corrupt(reason: 'checksum' | 'decompression', detail: string, cause?: unknown): Failure {
  return new Failure('avro.corruptBlock', { reason, detail }, cause);
}

function tooLarge(maxBytes: number, cause?: unknown): Failure {
  return new Failure('avro.tooLarge', { maxBytes }, cause);
}

function settle(run: () => Uint8Array): Promise<Uint8Array> {
  try {
    return Promise.resolve(run());
  } catch (error) {
    return Promise.reject(error instanceof Failure ? error : corrupt('decompression', messageOf(error), error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function decompressNull(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return bytes.length > maxBytes ? Promise.reject(tooLarge(maxBytes)) : Promise.resolve(bytes);
}

/** zlib's output grows in pieces of this size: near what a block usually becomes, so that few pieces are joined. */
function options(bytes: Uint8Array, maxBytes: number): { chunkSize: number; maxOutputLength: number } {
  return {
    chunkSize: Math.min(Math.max(bytes.length * 4, 0x1_0000), 0x40_0000),
    maxOutputLength: maxBytes,
  };
}

function runZlib(
  start: (done: (error: Error | null, result: Buffer) => void) => void,
  maxBytes: number,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    start((error, result) => {
      if (error === null) resolve(result);
      else if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') reject(tooLarge(maxBytes, error));
      else reject(corrupt('decompression', error.message, error));
    });
  });
}

/** Node's decompressor stops after the first frame; a block of several (some writers stream) is taken frame by frame. */
async function decompressZstandard(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const frames: Uint8Array[] = [];
  let rest = bytes;
  let left = maxBytes;
  do {
    const frame = rest;
    let consumed = 0;
    const output = await runZlib((done) => {
      zlib.zstdDecompress(frame, { ...options(frame, left), info: true }, (error, result) => {
        // With `info` the result is the buffer and the engine that made it; the types do not know.
        const { buffer, engine } = (error === null ? result : { buffer: result, engine: undefined }) as unknown as {
          readonly buffer: Buffer;
          readonly engine?: { readonly bytesWritten: number };
        };
        consumed = engine?.bytesWritten ?? 0;
        done(error, buffer);
      });
    }, maxBytes);
    frames.push(output);
    left -= output.length;
    if (consumed <= 0) break;
    rest = rest.subarray(consumed);
  } while (rest.length > 0);
  return frames.length === 1 ? (frames[0] as Uint8Array) : Buffer.concat(frames);
}

/** One snappy element of three bytes gives at most 64: a longer claim is false, and is not allocated for. */
const maxSnappyRatio = 64;
const checksumBytes = 4;

/** Raw snappy, then the big-endian CRC-32 of the uncompressed bytes (Avro specification, "snappy"). */
function decompressSnappy(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  return settle(() => {
    if (bytes.length < checksumBytes + 1) throw corrupt('decompression', 'snappy: it is too short');
    const body = bytes.subarray(0, bytes.length - checksumBytes);
    const length = snappyLength(body);
    if (length === undefined || length > body.length * maxSnappyRatio) {
      throw corrupt('decompression', 'snappy: its length cannot be right');
    }
    if (length > maxBytes) throw tooLarge(maxBytes);
    const data = uncompress(body, maxBytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset + body.length, checksumBytes);
    if (zlib.crc32(data) !== view.getUint32(0)) throw corrupt('checksum', 'its snappy checksum does not match');
    return data;
  });
}

/** The uncompressed length that raw snappy begins with: a little-endian varint of at most 32 bits. */
function snappyLength(body: Uint8Array): number | undefined {
  let length = 0;
  for (let at = 0; at < Math.min(5, body.length); at++) {
    const byte = body[at] as number;
    length += (byte & 127) * 2 ** (7 * at);
    if (byte < 128) return length;
  }
  return undefined;
}

async function decompressXz(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array> {
  const input = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = new XzReadableStream(input).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > maxBytes) {
        await reader.cancel();
        throw tooLarge(maxBytes);
      }
      chunks.push(value);
    }
  } catch (error) {
    throw error instanceof Failure ? error : corrupt('decompression', `xz: ${messageOf(error)}`, error);
  }
  return Buffer.concat(chunks, size);
}
