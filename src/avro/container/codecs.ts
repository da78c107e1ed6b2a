import zlib from 'node:zlib';
import { XzReadableStream } from 'xz-decompress';
import { Failure, toFailure } from '../../core/failure';
import { decompressBzip2 } from './bzip2';
import { unsnappy } from './snappy';

/**
 * Decompresses one block. Rejects with `avro.corruptBlock` (facts `reason`: `checksum` or `decompression`, and `detail`),
 * or with `avro.tooLarge` if the block would be larger than `maxBytes`.
 */
export type Decompress = (bytes: Uint8Array, maxBytes: number) => Promise<Uint8Array>;

/** The same at once, for the codecs that can: throws what `Decompress` rejects with. */
export type DecompressSync = (bytes: Uint8Array, maxBytes: number) => Uint8Array;

/**
 * All but xz work at once: for a block of a writer's usual size the detour over zlib's threads costs as much as it brings, and scans
 * have threads of their own.
 */
const syncCodecs: ReadonlyMap<string, DecompressSync> = new Map<string, DecompressSync>([
  ['null', decompressNull],
  ['deflate', decompressDeflate],
  ['snappy', decompressSnappy],
  ['zstandard', decompressZstandard],
  ['bzip2', decompressBzip2],
]);

/** The codec of a container by its name in `avro.codec`. Fails with `avro.unknownCodec`. */
export function codecNamed(name: string): Decompress {
  if (name === 'xz') return decompressXz;
  const decompress = syncCodecNamed(name);
  if (decompress === undefined) throw new Failure('avro.unknownCodec', { codec: name });
  return (bytes, maxBytes) => {
    try {
      return Promise.resolve(decompress(bytes, maxBytes));
    } catch (error) {
      return Promise.reject(toFailure(error));
    }
  };
}

/** The same, if it works at once; `undefined` if it does not, or is unknown. */
export function syncCodecNamed(name: string): DecompressSync | undefined {
  const decompress = syncCodecs.get(name);
  if (decompress === undefined) return undefined;
  return (bytes, maxBytes) => {
    try {
      return decompress(bytes, maxBytes);
    } catch (error) {
      throw error instanceof Failure ? error : corrupt('decompression', messageOf(error), error);
    }
  };
}

function corrupt(reason: 'checksum' | 'decompression', detail: string, cause?: unknown): Failure {
  return new Failure('avro.corruptBlock', { reason, detail }, cause);
}

function tooLarge(maxBytes: number, cause?: unknown): Failure {
  return new Failure('avro.tooLarge', { maxBytes }, cause);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function decompressNull(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  return bytes;
}

/** zlib's output grows in pieces of this size: near what a block usually becomes, so that few pieces are joined. */
function options(bytes: Uint8Array, maxBytes: number): { chunkSize: number; maxOutputLength: number } {
  return {
    chunkSize: Math.min(Math.max(bytes.length * 4, 0x1_0000), 0x40_0000),
    maxOutputLength: maxBytes,
  };
}

function decompressDeflate(bytes: Uint8Array, maxBytes: number): Uint8Array {
  return runZlib(() => zlib.inflateRawSync(bytes, options(bytes, maxBytes)), maxBytes);
}

function runZlib<Result>(run: () => Result, maxBytes: number): Result {
  try {
    return run();
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLarge ? tooLarge(maxBytes, error) : error;
  }
}

/** Node's decompressor stops after the first frame; a block of several (some writers stream) is taken frame by frame. */
function decompressZstandard(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const frames: Uint8Array[] = [];
  let rest = bytes;
  let left = maxBytes;
  do {
    const frame = rest;
    // With `info` the result is the buffer and the engine that made it; the types do not know.
    const { buffer, engine } = runZlib(
      () => zlib.zstdDecompressSync(frame, { ...options(frame, left), info: true }),
      maxBytes,
    ) as unknown as { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };
    frames.push(buffer);
    left -= buffer.length;
    if (engine.bytesWritten <= 0) break;
    rest = rest.subarray(engine.bytesWritten);
  } while (rest.length > 0);
  return frames.length === 1 ? (frames[0] as Uint8Array) : Buffer.concat(frames);
}

/** One snappy element of three bytes gives at most 64: a longer claim is false, and is not allocated for. */
const maxSnappyRatio = 64;
const checksumBytes = 4;

/** What is known of a block in snappy before it is decompressed. */
export interface SnappyFrame {
  /** Where the elements lie in the stored bytes. */
  readonly start: number;
  readonly end: number;
  /** Bytes that they become. */
  readonly bytes: number;
  /** CRC-32 of those bytes. */
  readonly checksum: number;
}

/**
 * Raw snappy, then the big-endian CRC-32 of the uncompressed bytes (Avro specification, "snappy"): the frame of that, its length checked. Throws as
 * `Decompress` rejects.
 */
export function readSnappyFrame(stored: Uint8Array, maxBytes: number): SnappyFrame {
  if (stored.length < checksumBytes + 1) throw corrupt('decompression', 'snappy: it is too short');
  const end = stored.length - checksumBytes;
  const length = snappyLength(stored.subarray(0, end));
  if (length === undefined || length.bytes > end * maxSnappyRatio) {
    throw corrupt('decompression', 'snappy: its length cannot be right');
  }
  if (length.bytes > maxBytes) throw tooLarge(maxBytes);
  const checksum = new DataView(stored.buffer, stored.byteOffset + end, checksumBytes).getUint32(0);
  return { start: length.end, end, bytes: length.bytes, checksum };
}

/** The failure of a block whose elements are not what its length says. */
export function snappyDamage(): Failure {
  return corrupt('decompression', 'snappy: its bytes do not decompress to the length they claim');
}

/** Throws if the decompressed bytes are not those that were compressed. */
export function checkSnappy(data: Uint8Array, { checksum }: SnappyFrame): void {
  if (zlib.crc32(data) !== checksum) throw corrupt('checksum', 'its snappy checksum does not match');
}

function decompressSnappy(stored: Uint8Array, maxBytes: number): Uint8Array {
  const frame = readSnappyFrame(stored, maxBytes);
  const data = new Uint8Array(frame.bytes);
  if (!unsnappy(stored.subarray(0, frame.end), frame.start, data)) throw snappyDamage();
  checkSnappy(data, frame);
  return data;
}

/** The uncompressed length that raw snappy begins with, and where it ends: a little-endian varint of at most 32 bits. */
function snappyLength(body: Uint8Array): { readonly bytes: number; readonly end: number } | undefined {
  let bytes = 0;
  for (let at = 0; at < Math.min(5, body.length); at++) {
    const byte = body[at] as number;
    bytes += (byte & 127) * 2 ** (7 * at);
    if (byte < 128) return { bytes, end: at + 1 };
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
