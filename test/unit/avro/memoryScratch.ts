import type { ScratchFile } from '../../../src/avro/dataset/scratchFile';

/** A scratch file in memory that knows whether it has been given back. */
export function memoryScratch(): ScratchFile & { readonly size: () => number; isDisposed: boolean } {
  let bytes = new Uint8Array(0);
  return {
    isDisposed: false,
    size: () => bytes.length,
    write(offset, more) {
      const grown = new Uint8Array(Math.max(bytes.length, offset + more.length));
      grown.set(bytes);
      grown.set(more, offset);
      bytes = grown;
      return Promise.resolve();
    },
    read(offset, into) {
      if (offset + into.length > bytes.length) throw new Error('read past the end');
      into.set(bytes.subarray(offset, offset + into.length));
      return Promise.resolve();
    },
    dispose() {
      this.isDisposed = true;
    },
  };
}
