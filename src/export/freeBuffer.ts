/** Gives the memory behind bytes back at once; nobody may look at them any more. Megabytes at a time, of which the collector sees only the handle. */
export function freeBuffer({ buffer }: ArrayBufferView): void {
  // ES2024, in every Node from 21 on, and not yet in the types that we compile with. Others take more memory.
  (buffer as ArrayBuffer & { transfer?: (length: number) => ArrayBuffer }).transfer?.(0);
}
