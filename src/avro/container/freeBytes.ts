/**
 * Gives the memory behind the bytes back at once; nobody may look at them any more. A scan goes through gigabytes of
 * short-lived buffers, and the garbage collector, which sees only their small handles, lets a hundred megabytes pile up.
 * Bytes that share a buffer with others are left alone.
 */
export function freeBytes(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength > 0 && buffer.byteLength === bytes.byteLength) {
    // ES2024, in every Node from 21 on, and not yet in the types that we compile with. The command line runs in Node 20 as well, and takes more memory there.
    (buffer as ArrayBuffer & { transfer?: (length: number) => ArrayBuffer }).transfer?.(0);
  }
}
