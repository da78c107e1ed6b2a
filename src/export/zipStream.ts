import { createDeflateRaw, crc32, type DeflateRaw } from 'node:zlib';
import { Zip, type ZipInputFile } from 'fflate';

/** Files one after another in a ZIP archive, as bytes that are handed on as they come. */
export interface ZipStream {
  /** Begins a file; the one before ends. */
  open(name: string): Promise<void>;
  /** More of the file; resolves when its bytes are compressed and handed on. */
  write(bytes: Uint8Array): Promise<void>;
  /** Bytes of the file that is open, before compression. */
  readonly fileBytes: number;
  /** Bytes of the archive so far. */
  readonly bytes: number;
  end(): Promise<void>;
  dispose(): void;
}

/**
 * The archive's form is fflate's work, deflating Node's (in its own threads, several times as fast). Neither a file before compression
 * nor the archive may reach 4 GiB, which is where the form without its 64-bit extension ends: whoever writes sees to that.
 */
export function createZipStream(sink: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>): ZipStream {
  let ready: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  let failure: Error | null = null;
  let current: OpenFile | undefined;
  const zip = new Zip((error, piece) => {
    if (error !== null) failure ??= error;
    else ready.push(piece);
  });
  const handOn = async (): Promise<void> => {
    const pieces = ready;
    ready = [];
    for (const piece of pieces) {
      bytes += piece.byteLength;
      if (piece.byteLength > 0) await sink(piece);
    }
    if (failure !== null) throw failure;
  };
  const close = async (): Promise<void> => {
    await current?.end();
    current = undefined;
    await handOn();
  };
  return {
    get fileBytes() {
      return current?.file.size ?? 0;
    },
    get bytes() {
      return bytes;
    },
    async open(name) {
      await close();
      current = createOpenFile(name);
      zip.add(current.file);
    },
    async write(more) {
      await current?.write(more);
      await handOn();
    },
    async end() {
      await close();
      zip.end();
      await handOn();
    },
    dispose() {
      current?.dispose();
      ready = [];
    },
  };
}

interface OpenFile {
  readonly file: ZipInputFile;
  write(bytes: Uint8Array): Promise<void>;
  end(): Promise<void>;
  dispose(): void;
}

function createOpenFile(filename: string): OpenFile {
  const file: ZipInputFile = { filename, size: 0, crc: 0, compression: 8 };
  const deflate = createDeflateRaw({ level: 5 });
  deflate.on('data', (piece: Buffer<ArrayBuffer>) => file.ondata?.(null, new Uint8Array(piece), false));
  return {
    file,
    async write(bytes) {
      file.crc = crc32(bytes, file.crc);
      file.size += bytes.byteLength;
      await writeTo(deflate, bytes);
    },
    async end() {
      await new Promise<void>((resolve, reject) => {
        deflate.once('end', resolve).once('error', reject);
        deflate.end();
      });
      file.ondata?.(null, new Uint8Array(0), true);
    },
    dispose: () => deflate.destroy(),
  };
}

function writeTo(deflate: DeflateRaw, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    deflate.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
